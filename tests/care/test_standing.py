"""How someone stands: who pauses comes back by themselves, who is suspended does not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.builders import (
    NOON,
    TODAY,
    a_confirmed_exchange,
    a_coordinator,
    a_listing,
    a_member,
    a_person,
    a_proposed_exchange,
    a_recorded_exchange,
    a_timebank,
    an_administrator,
)
from tests.care.figures import balance, findings
from timebank.care import standing
from timebank.care.standing import OnlyAdministrator, StandsOtherwise, WrongDay
from timebank.exchanges import steps, telling
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.members import directory, moving
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine, MembershipStatus
from timebank.members.rules import WrongSide, WrongWord
from timebank.notices.models import Notice, NoticeKind
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound

FRIDAY = date(2026, 6, 12)


def pause(session, member, *, by=None, until=FRIDAY, **more):
    standing.pause(session, member, until=until, by=by or member, at=NOON, **more)


def suspend(session, member, by, word="Somebody is worried"):
    standing.suspend(session, member, word=word, by=by, at=NOON)


def told(session, member):
    query = select(Notice.told).where(Notice.membership_id == member.id, Notice.kind == NoticeKind.STANDING)
    return session.scalars(query.order_by(Notice.id)).all()


def deeds(session):
    return session.scalars(select(AuditLine.deed).order_by(AuditLine.id)).all()


def test_who_pauses_is_away_until_that_day(session, ana, ben):
    pause(session, ana)

    assert (ana.status, ana.paused_until) == (MembershipStatus.PAUSED, FRIDAY)
    assert [one.id for one in directory.names_of(session, ana.timebank)] == [ben.id]
    assert told(session, ana) == []


def test_nothing_new_is_proposed_to_who_pauses_and_they_propose_nothing(session, ana, ben):
    listing = a_listing(session, ana)
    pause(session, ana)

    with pytest.raises(telling.WrongSide):
        a_proposed_exchange(session, ana, ben, by=ben, listing_id=listing.id)
    with pytest.raises(telling.WrongSide):
        a_proposed_exchange(session, ana, ben, by=ana)
    with pytest.raises(NotAllowed):
        moving.gift(session, ana, ben, hours=Hours(30), word="", key="k", by=ana.person, at=NOON)


def test_who_pauses_still_answers_what_is_open(session, ana, ben, jess):
    asked = a_proposed_exchange(session, ana, ben, by=ben)
    logged = a_recorded_exchange(session, ben, ana)
    pause(session, ana)

    assert steps.decline(session, asked.id, by=ana, at=NOON).state == State.DECLINED
    steps.confirm(session, logged.id, by=ana, at=NOON)
    steps.approve(session, logged.id, by=jess, at=NOON)
    assert (balance(session, ana), balance(session, ben)) == (-90, 90)


def test_a_pause_without_a_day_lasts_until_they_say_so(session, timebank, ana):
    pause(session, ana, until=None)

    assert standing.wake(session, timebank, at=NOON + timedelta(days=3000)) == 0
    standing.come_back(session, ana, by=ana, at=NOON)
    assert (ana.status, ana.paused_until) == (MembershipStatus.ACTIVE, None)


def test_on_the_day_they_are_back_and_told_so_and_not_on_the_day_before(session, timebank, ana, ben):
    pause(session, ana)
    pause(session, ben, until=FRIDAY + timedelta(days=1))

    assert standing.wake(session, timebank, at=NOON + timedelta(days=1)) == 0
    assert standing.wake(session, timebank, at=NOON + timedelta(days=2)) == 1
    assert standing.wake(session, timebank, at=NOON + timedelta(days=2)) == 0
    assert (ana.status, ben.status) == (MembershipStatus.ACTIVE, MembershipStatus.PAUSED)
    assert told(session, ana) == ['{"what": "back", "word": "", "until": ""}']


def test_the_worker_wakes_nobody_of_another_timebank(session, timebank, ana):
    pause(session, ana)

    assert standing.wake(session, a_timebank(session, "hillside", "Hillside"), at=NOON + timedelta(days=9)) == 0


def test_a_coordinator_pauses_for_a_member_who_is_told(session, ana, jess):
    pause(session, ana, by=jess, word="You asked on the phone")

    assert told(session, ana) == ['{"what": "paused", "word": "You asked on the phone", "until": "2026-06-12"}']
    assert deeds(session) == [Deed.PAUSED]


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), date(2036, 1, 1)])
def test_nobody_is_away_until_a_day_that_has_come_or_is_too_far(session, ana, until):
    with pytest.raises(WrongDay):
        pause(session, ana, until=until)
    assert ana.status == MembershipStatus.ACTIVE


def test_nobody_pauses_for_another_member_or_for_someone_elsewhere(session, ana, ben, jess):
    elsewhere = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol Spruce")
    with pytest.raises(NotAllowed):
        pause(session, ana, by=ben)
    with pytest.raises(NotFound):
        pause(session, elsewhere, by=jess)


def test_who_is_suspended_neither_gives_nor_gains_and_is_not_listed(session, timebank, ana, ben, jess):
    waiting = a_confirmed_exchange(session, ben, ana)
    other = a_confirmed_exchange(session, ana, ben)
    suspend(session, ana, jess)

    assert not any(ana.may(permission) for permission in ("see home", "exchange help"))
    assert [one.id for one in directory.names_of(session, timebank)] == [ben.id]
    for exchange in (waiting, other):
        with pytest.raises(WrongSide, match="Ana Alder is suspended"), session.begin_nested():
            steps.approve(session, exchange.id, by=jess, at=NOON)
    for payer, payee in ((ana, None), (None, ana)):
        with pytest.raises(WrongSide, match="Ana Alder is suspended"):
            moving.correction(session, payer, payee, hours=Hours(60), reason="x", key="c", by=jess, at=NOON)
    assert (balance(session, ana), balance(session, ben)) == (0, 0)
    assert findings(session) == []


def test_who_is_suspended_does_not_come_back_by_themselves_and_a_coordinator_lifts_it(session, ana, ben, jess):
    suspend(session, ana, jess)
    with pytest.raises(StandsOtherwise):
        standing.come_back(session, ana, by=ana, at=NOON)
    with pytest.raises(NotAllowed):
        standing.lift(session, ana, by=ana, at=NOON)
    with pytest.raises(StandsOtherwise):
        pause(session, ana)

    standing.lift(session, ana, by=jess, at=NOON)
    assert ana.status == MembershipStatus.ACTIVE
    assert deeds(session) == [Deed.SUSPENDED, Deed.CAME_BACK]
    assert [one[:22] for one in told(session, ana)] == ['{"what": "suspended", ', '{"what": "back", "word']


def test_a_suspension_needs_a_word(session, ana, jess):
    with pytest.raises(WrongWord):
        suspend(session, ana, jess, word="  ")
    assert ana.status == MembershipStatus.ACTIVE


def test_a_coordinator_suspends_neither_themselves_nor_an_administrator_and_members_nobody(
    session, timebank, ana, jess
):
    ada, bea = an_administrator(session, timebank), an_administrator(session, timebank, "Bea Beech")
    for whom, by in ((jess, jess), (ada, jess), (jess, ana), (ada, ada)):
        with pytest.raises(NotAllowed):
            suspend(session, whom, by)

    suspend(session, bea, ada)
    suspend(session, jess, ada)
    assert (bea.status, jess.status) == (MembershipStatus.SUSPENDED, MembershipStatus.SUSPENDED)


def test_the_only_administrator_is_not_suspended(session, timebank):
    ada = an_administrator(session, timebank)
    both = a_person(session, timebank, "Bo Box", Role.ADMINISTRATOR, Role.COORDINATOR)
    suspend(session, ada, both)
    another = a_coordinator(session, timebank, "Jo Judas")
    with pytest.raises(NotAllowed):
        suspend(session, both, another)
    standing.lift(session, ada, by=both, at=NOON)
    pause(session, both)
    with pytest.raises(OnlyAdministrator):
        suspend(session, ada, both)


def test_pressed_twice_it_is_done_once(session, ana, jess):
    suspend(session, ana, jess)
    standing.lift(session, ana, by=jess, at=NOON)
    standing.lift(session, ana, by=jess, at=NOON)
    standing.come_back(session, ana, by=ana, at=NOON)

    assert deeds(session) == [Deed.SUSPENDED, Deed.CAME_BACK]
