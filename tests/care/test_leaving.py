"""Leaving, dying and coming back: hours settled, totals kept, what was agreed called off, letters and supporters."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.builders import (
    NOON,
    TODAY,
    a_confirmed_exchange,
    a_listing,
    a_member,
    a_person,
    a_proposed_exchange,
    a_recorded_exchange,
    a_timebank,
    an_administrator,
    an_approved_exchange,
    community_account,
)
from tests.care.figures import balance, findings, report
from timebank.care import leaving, standing
from timebank.care.leaving import Undecided
from timebank.care.standing import OnlyAdministrator, StandsOtherwise, WrongDay
from timebank.exchanges import steps
from timebank.exchanges.models import ExchangeStep
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.accounts import NotAtZero
from timebank.ledger.models import Transfer, TransferKind
from timebank.members import moving, upkeep
from timebank.members.audit_log import Deed
from timebank.members.choices import Leaving, LeftBecause
from timebank.members.models import AuditLine, MembershipStatus, Supporter
from timebank.members.passwords import password_links
from timebank.notices.models import Notice, NoticeKind, NoticeState
from timebank.policy import Permission, Role
from timebank.refusals import NotAllowed, NotFound

LATER = NOON + timedelta(days=1)


def leave(session, member, *, by=None, **more):
    return leaving.leave(session, member, by=by or member, at=LATER, **more)


def die(session, member, by, on=TODAY):
    return leaving.write_down_death(session, member, on=on, by=by, at=LATER)


def community(session, timebank):
    return community_account(session, timebank).balance_minutes


def settled(session):
    return session.scalars(
        select(Transfer).where(Transfer.reference.startswith("settled:")).order_by(Transfer.id)
    ).all()


def supporter(session, member, helper):
    session.add(
        Supporter(
            membership_id=member.id,
            supporter_id=helper.id,
            asked_at=NOON,
            member_agreed_at=NOON,
            supporter_agreed_at=NOON,
            last_day=date(2027, 1, 1),
        )
    )
    session.flush()


def notices(session, member):
    query = select(Notice.kind, Notice.state).where(Notice.membership_id == member.id).order_by(Notice.id)
    return [tuple(row) for row in session.execute(query)]


def test_what_is_left_goes_to_the_community_and_the_account_is_closed(session, timebank, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    before = report(session, timebank)

    assert leave(session, ana) == Hours(120)
    assert (balance(session, ana), balance(session, ben), community(session, timebank)) == (0, -120, 120)
    assert [(one.kind, one.minutes, one.payer_id) for one in settled(session)] == [
        (TransferKind.GIFT, 120, ana.account_id)
    ]
    assert ana.account.closed_at == LATER
    assert (ana.status, ana.left_because, ana.left_on) == (MembershipStatus.LEFT, LeftBecause.LEFT, date(2026, 6, 11))
    assert report(session, timebank) == before
    assert balances.helped(session, ana.account_id).given == Hours(120)
    assert findings(session) == []


def test_what_is_missing_the_community_takes_over(session, timebank, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")

    assert leave(session, ben) == Hours(-120)
    assert (balance(session, ana), balance(session, ben), community(session, timebank)) == (120, 0, -120)
    assert [(one.kind, one.minutes, one.payee_id) for one in settled(session)] == [
        (TransferKind.CORRECTION, 120, ben.account_id)
    ]
    assert balances.helped(session, ben.account_id).received == Hours(120)
    assert findings(session) == []


def test_who_is_past_their_limit_can_leave_too(session, timebank, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="5:00")
    upkeep.change_limit(session, ben, Hours(60), reason="Agreed", by=jess, at=NOON)

    assert leave(session, ben) == Hours(-300)
    assert findings(session) == []


def test_at_zero_no_hours_move(session, timebank, ana):
    assert leave(session, ana) == Hours(0)
    assert (settled(session), ana.account.closed_at) == ([], LATER)


def test_where_zero_comes_first_who_has_hours_is_told_how_many(session, timebank, ana, ben, jess):
    timebank.leaving = Leaving.AT_ZERO
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    with pytest.raises(NotAtZero, match="This one stands at 2 hours"):
        leave(session, ana)
    assert (ana.status, balance(session, ana)) == (MembershipStatus.ACTIVE, 120)

    moving.gift(session, ana, None, hours=Hours(120), word="Goodbye", key="k", by=ana.person, at=NOON)
    assert leave(session, ana) == Hours(0)
    assert settled(session) == []


def test_what_was_open_is_called_off_and_the_others_are_told(session, ana, ben):
    mine, asked = a_proposed_exchange(session, ana, ben, by=ana), a_proposed_exchange(session, ana, ben, by=ben)
    agreed = a_proposed_exchange(session, ana, ben, by=ben, title="Another")
    steps.agree(session, agreed.id, by=ana, at=NOON)
    leave(session, ana)

    assert [one.state for one in (mine, asked, agreed)] == [State.CANCELLED, State.DECLINED, State.CANCELLED]
    last = session.scalars(select(ExchangeStep).where(ExchangeStep.exchange_id == agreed.id)).all()[-1]
    assert (last.step, last.by_id, last.at) == ("cancel", ana.person_id, LATER)
    assert [kind for kind, _state in notices(session, ben)].count(NoticeKind.ANSWER) >= 3


@pytest.mark.parametrize("make", [a_recorded_exchange, a_confirmed_exchange])
def test_time_that_was_logged_is_decided_on_first(session, ana, ben, jess, make):
    exchange = make(session, ana, ben)
    for member in (ana, ben):
        with pytest.raises(Undecided, match="“An hour in the garden”"):
            leave(session, member)
    with pytest.raises(Undecided):
        die(session, ana, jess)

    steps.approve(session, exchange.id, by=jess, at=NOON)
    assert leave(session, ana) == Hours(90)


def test_listings_leave_the_board_and_nobody_acts_for_them_any_more(session, ana, ben):
    listing = a_listing(session, ana)
    supporter(session, ana, ben)
    supporter(session, ben, ana)
    leave(session, ana)

    session.expire_all()
    assert listing.closed_at == LATER
    assert session.scalars(select(Supporter.ended_at)).all() == [LATER, LATER]
    assert not ana.may(Permission.SEE_HOME)


def test_who_leaves_is_told_goodbye_and_nothing_else(session, ana, ben):
    a_proposed_exchange(session, ana, ben, by=ben)
    leave(session, ana)

    waiting = [kind for kind, state in notices(session, ana) if state == NoticeState.WAITING]
    assert waiting == [NoticeKind.STANDING]


def test_a_coordinator_lets_a_member_go_and_no_one_else_does(session, timebank, ana, ben, jess):
    with pytest.raises(NotAllowed):
        leave(session, ana, by=ben)
    leave(session, ana, by=jess, word="Moved to the coast")
    with pytest.raises(StandsOtherwise):
        leave(session, ana, by=jess)

    line = session.scalars(select(AuditLine)).one()
    assert (line.deed, line.by_id, line.about_id) == (Deed.LEFT, jess.person_id, ana.id)
    assert '"word": "Moved to the coast"' in line.told


def test_who_acts_for_a_member_cannot_make_them_leave(session, ana, ben):
    ana.act_by(ben)
    with pytest.raises(NotAllowed):
        leave(session, ana)


def test_the_timebank_keeps_an_administrator(session, timebank):
    ada = an_administrator(session, timebank)
    with pytest.raises(OnlyAdministrator):
        leave(session, ada)
    an_administrator(session, timebank, "Bea Beech")
    leave(session, ada)
    assert ada.status == MembershipStatus.LEFT


def test_who_comes_back_has_the_old_number_and_begins_at_zero(session, timebank, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    leave(session, ana)
    leaving.rejoin(session, ana, by=jess, at=LATER)

    assert (ana.status, ana.number, ana.left_on, ana.left_because) == (MembershipStatus.ACTIVE, 1, None, None)
    assert (balance(session, ana), ana.account.closed_at) == (0, None)
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="1:00")
    assert leave(session, ana) == Hours(60)
    assert [one.minutes for one in settled(session)] == [120, 60]
    assert findings(session) == []


def test_who_comes_back_is_a_member_and_more_only_by_an_administrator(session, timebank, jess):
    ada, _bea = an_administrator(session, timebank), an_administrator(session, timebank, "Bea Beech")
    both = a_person(session, timebank, "Bo Box", Role.MEMBER, Role.COORDINATOR)
    leave(session, both)
    leaving.rejoin(session, both, by=jess, at=LATER)
    assert both.roles == {Role.MEMBER}

    with pytest.raises(NotAllowed):
        leaving.rejoin(session, ada, by=jess, at=LATER)
    with pytest.raises(StandsOtherwise):
        leaving.rejoin(session, both, by=jess, at=LATER)


def test_a_death_closes_the_page_and_keeps_the_hours(session, timebank, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    open_, listing = a_proposed_exchange(session, ana, ben, by=ben), a_listing(session, ana)
    before = report(session, timebank)
    sent = len(notices(session, ben))

    assert die(session, ana, jess) == Hours(120)
    session.expire_all()
    assert (ana.status, ana.left_because, ana.left_on) == (MembershipStatus.LEFT, LeftBecause.DIED, TODAY)
    assert (open_.state, listing.closed_at) == (State.DECLINED, LATER)
    assert (balance(session, ana), community(session, timebank)) == (0, 120)
    assert report(session, timebank) == before
    assert len(notices(session, ben)) == sent
    assert {state for _kind, state in notices(session, ana)} <= {NoticeState.DROPPED}
    assert open_.provider.name == "Ana Alder"
    assert findings(session) == []


def test_nobody_who_shares_the_address_brings_a_letter_to_who_has_died(session, timebank, ana, jess):
    ben = a_member(session, timebank, "Ben Birch", email="ana@example.org")
    die(session, ana, jess)

    assert [person for person, _secret in password_links(session, "ana@example.org", at=LATER)] == [ben.person]


def test_a_death_is_settled_also_where_zero_comes_first(session, timebank, ana, ben, jess):
    timebank.leaving = Leaving.AT_ZERO
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")

    assert die(session, ben, jess) == Hours(-120)
    assert balance(session, ben) == 0


def test_nobody_has_died_on_a_day_to_come_and_members_write_it_of_nobody(session, ana, ben, jess):
    with pytest.raises(WrongDay):
        die(session, ana, jess, on=date(2026, 6, 12))
    for by in (ana, ben):
        with pytest.raises(NotAllowed):
            die(session, ana, by)
    assert ana.status == MembershipStatus.ACTIVE


@pytest.mark.parametrize("limit", [1200, 60])
def test_a_death_that_was_written_by_mistake_is_undone(session, timebank, ana, ben, jess, limit):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    if limit != 1200:
        upkeep.change_limit(session, ben, Hours(limit), reason="Agreed", by=jess, at=NOON)
    closed, listing = a_listing(session, ben), a_listing(session, ben, "Bread")
    closed.closed_at = NOON
    supporter(session, ben, ana)
    die(session, ben, jess)
    leaving.undo_death(session, ben, by=jess, at=LATER + timedelta(hours=1))

    session.expire_all()
    assert (ben.status, ben.left_because, ben.left_on) == (MembershipStatus.ACTIVE, None, None)
    assert (balance(session, ben), balance(session, ana), community(session, timebank)) == (-120, 120, 0)
    assert (ben.account.closed_at, ben.account.credit_limit_minutes) == (None, limit)
    assert (closed.closed_at, listing.closed_at) == (NOON, None)
    assert session.scalars(select(Supporter.ended_at)).all() == [None]
    assert findings(session) == []
    with pytest.raises(StandsOtherwise):
        leaving.undo_death(session, ben, by=jess, at=LATER)


def test_who_died_does_not_rejoin_before_that_is_undone(session, ana, jess):
    die(session, ana, jess)
    with pytest.raises(StandsOtherwise, match="by mistake"):
        leaving.rejoin(session, ana, by=jess, at=LATER)


def test_nobody_elsewhere_is_let_go(session, jess):
    elsewhere = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol Spruce")
    for act in (leave, die, standing.suspend):
        with pytest.raises(NotFound):
            act(session, elsewhere, by=jess, **({"word": "x", "at": NOON} if act is standing.suspend else {}))
