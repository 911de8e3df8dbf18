"""What is changed about accounts: by whom, with a reason, and what stands in the log."""

import pytest

from tests import builders
from tests.builders import NOON, a_person, a_timebank
from timebank.hours import Hours
from timebank.ledger.accounts import AccountClosed, NotAtZero, NotClosed
from timebank.ledger.models import ChangeKind
from timebank.ledger.posting import OverCreditLimit
from timebank.members import moving, upkeep
from timebank.members.rules import NotYourOwn, WrongAmount, WrongSide, WrongWord
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound

WHY = {"reason": "As we agreed", "at": NOON}


@pytest.fixture
def ada(session, timebank):
    return builders.an_administrator(session, timebank)


def log_of(session, membership):
    """What somebody changed; how the account was opened stands in its log too, where it has a limit."""
    return [(change, by) for change, by in upkeep.log_of(session, membership.account_id) if by is not None]


def test_a_coordinator_changes_a_limit_and_the_log_tells_who_when_from_what_to_what_and_why(session, ana, jess):
    upkeep.change_limit(session, ana, Hours(300), by=jess, **WHY)
    upkeep.change_limit(session, ana, None, by=jess, **WHY)

    log = log_of(session, ana)
    assert [(one.before_minutes, one.after_minutes) for one, _by in log] == [(300, None), (1200, 300)]
    change, by = log[0]
    assert (change.kind, change.at, change.reason, by) == (ChangeKind.LIMIT, NOON, "As we agreed", jess.person)
    assert ana.account.credit_limit_minutes is None


def test_an_account_past_a_new_limit_gives_nothing_more(session, ana, ben, jess):
    moving.correction(session, ana, ben, hours=Hours(600), key="c1", by=jess, **WHY)
    upkeep.change_limit(session, ana, Hours(60), by=jess, **WHY)

    with pytest.raises(OverCreditLimit) as refusal, session.begin_nested():
        moving.gift(session, ana, ben, hours=Hours(5), word="", key="k", by=ana.person, at=NOON)
    assert refusal.value.room == Hours(0)


@pytest.mark.parametrize("minutes", [-1, 60_001])
def test_a_limit_makes_sense(session, ana, jess, minutes):
    with pytest.raises(WrongAmount):
        upkeep.change_limit(session, ana, Hours(minutes), by=jess, **WHY)


def test_an_account_is_closed_at_zero_and_opened_again(session, ana, ben, jess):
    moving.correction(session, ana, ben, hours=Hours(60), key="c1", by=jess, **WHY)
    with pytest.raises(NotAtZero):
        upkeep.close(session, ana, by=jess, **WHY)
    moving.correction(session, ben, ana, hours=Hours(60), key="c2", by=jess, **WHY)

    upkeep.close(session, ana, by=jess, **WHY)
    assert ana.account.closed_at == NOON
    with pytest.raises(AccountClosed):
        upkeep.close(session, ana, by=jess, **WHY)
    upkeep.reopen(session, ana, by=jess, **WHY)
    assert ana.account.closed_at is None
    with pytest.raises(NotClosed):
        upkeep.reopen(session, ana, by=jess, **WHY)
    assert [one.kind for one, _by in log_of(session, ana)] == [ChangeKind.REOPEN, ChangeKind.CLOSE]


def test_every_change_has_a_reason(session, ana, jess):
    told = {"by": jess, "reason": "  ", "at": NOON}
    with pytest.raises(WrongWord):
        upkeep.change_limit(session, ana, Hours(60), **told)
    with pytest.raises(WrongWord):
        upkeep.close(session, ana, **told)
    assert log_of(session, ana) == []


def test_nobody_changes_their_own_account_and_only_coordinators_change_others(session, timebank, ana, ben, ada):
    sian = a_person(session, timebank, "Sian Sorrel", Role.MEMBER, Role.COORDINATOR)
    for whose, by, refusal in (
        (ana, ana, NotAllowed),
        (ana, ben, NotAllowed),
        (ana, ada, NotAllowed),
        (sian, sian, NotYourOwn),
    ):
        for act in (upkeep.close, upkeep.reopen):
            with pytest.raises(refusal):
                act(session, whose, by=by, **WHY)
        with pytest.raises(refusal):
            upkeep.change_limit(session, whose, None, by=by, **WHY)


def test_nor_that_of_the_organisation_one_works_for(session, timebank, jess):
    clinic = builders.an_organisation(session, timebank)
    jess.works_for = clinic.organisation
    session.flush()
    for act in (
        lambda: upkeep.change_limit(session, clinic, None, by=jess, **WHY),
        lambda: upkeep.close(session, clinic, by=jess, **WHY),
        lambda: upkeep.reopen(session, clinic, by=jess, **WHY),
    ):
        with pytest.raises(NotYourOwn, match="You work for Riverside Clinic"):
            act()
    assert log_of(session, clinic) == []


def test_accounts_of_another_timebank_are_not_found_and_who_has_none_is_told(session, timebank, ana, jess):
    otto = builders.a_coordinator(session, a_timebank(session, "hillside", "Hillside Timebank"), "Otto Oak")
    with pytest.raises(NotFound):
        upkeep.close(session, ana, by=otto, **WHY)
    noor = builders.a_coordinator(session, timebank, "Noor Nettle")
    with pytest.raises(WrongSide, match="holds no account"):
        upkeep.close(session, noor, by=jess, **WHY)
