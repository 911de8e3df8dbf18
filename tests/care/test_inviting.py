"""Invitations: who makes them, how long they hold, who sees them and what came of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import (
    NOON,
    TODAY,
    a_funder,
    a_member,
    a_timebank,
    an_application,
    an_invitation,
)
from timebank.care import inviting, welcoming
from timebank.care.inviting import InvitationSpent, WrongDay
from timebank.care.models import Invitation
from timebank.members.audit_log import Deed
from timebank.members.choices import Joining
from timebank.members.models import AuditLine, Membership, MembershipStatus
from timebank.refusals import NotAllowed, NotFound, Unacceptable


def lines(session, about=None):
    return session.scalars(select(AuditLine).where(AuditLine.about_id == (about.id if about else None))).all()


def invite(session, by, **more):
    told = {"name": "", "last_day": date(2026, 7, 10), "count": 1, "at": NOON, **more}
    return inviting.invite(session, by.timebank, by=by, **told)


def test_members_and_coordinators_invite_and_funders_do_not(session, timebank, ana, jess):
    assert len({invite(session, ana)[0].code, invite(session, jess)[0].code}) == 2
    with pytest.raises(NotAllowed):
        invite(session, a_funder(session, timebank))


def test_an_invitation_tells_the_log_no_name_of_who_is_no_member(session, timebank, ana):
    invite(session, ana, name="Flo Flint")

    (line,) = lines(session)
    assert line.deed == Deed.INVITED
    assert "Flo" not in line.told


def test_a_sheet_of_cards_is_made_at_once_each_with_a_code_of_its_own(session, ana):
    assert len({one.code for one in invite(session, ana, count=8)}) == 8


@pytest.mark.parametrize("wrong", [{"count": 0}, {"count": 9}, {"count": 2, "name": "Flo"}])
def test_too_many_cards_or_one_name_on_several_are_refused(session, ana, wrong):
    with pytest.raises(Unacceptable):
        invite(session, ana, **wrong)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=367)])
def test_a_day_that_has_passed_or_is_too_far_away_is_refused(session, ana, day):
    with pytest.raises(WrongDay):
        invite(session, ana, last_day=day)
    assert invite(session, ana, last_day=TODAY)
    assert invite(session, ana, last_day=TODAY + timedelta(days=366))


def test_where_nobody_joins_nobody_is_invited(session, timebank, ana):
    timebank.joining = Joining.NOBODY

    with pytest.raises(NotAllowed):
        invite(session, ana)


def test_nobody_has_more_than_sixty_invitations_open(session, timebank, ana, ben):
    for _ in range(7):
        invite(session, ana, count=8)
    invite(session, ana, count=4)

    with pytest.raises(Unacceptable):
        invite(session, ana)
    assert invite(session, ben)


def test_one_ends_their_own_once_and_a_coordinator_those_of_others(session, timebank, ana, ben, jess):
    first, second = an_invitation(session, ana), an_invitation(session, ana)
    inviting.end(session, timebank, first.id, by=ana, at=NOON)

    with pytest.raises(InvitationSpent):
        inviting.with_code(session, timebank, first.code, today=TODAY)
    with pytest.raises(InvitationSpent):
        inviting.end(session, timebank, first.id, by=ana, at=NOON)
    with pytest.raises(NotFound):
        inviting.end(session, timebank, second.id, by=ben, at=NOON)
    assert inviting.end(session, timebank, second.id, by=jess, at=NOON).ended_at == NOON


def test_an_invitation_of_another_timebank_cannot_be_ended(session, timebank, ana, jess):
    elsewhere = a_timebank(session, "hillside", "Hillside")

    with pytest.raises(NotFound):
        inviting.end(session, elsewhere, an_invitation(session, ana).id, by=jess, at=NOON)


def test_the_invitation_of_who_has_left_works_no_longer(session, timebank, ana):
    code = an_invitation(session, ana).code
    ana.status = MembershipStatus.LEFT
    session.flush()

    with pytest.raises(InvitationSpent):
        inviting.with_code(session, timebank, code, today=TODAY)


def test_a_member_sees_their_own_and_who_came_and_a_coordinator_all(session, timebank, ana, ben, jess):
    used, waits = an_invitation(session, ana), an_invitation(session, ben)
    application = an_application(session, timebank, code=used.code)
    dora = welcoming.welcome(session, timebank, application.id, by=jess, at=NOON)

    (came,), count = inviting.page_of(session, timebank, by=ana, limit=20, offset=0)
    assert (count, came.application.membership, came.is_open(TODAY)) == (1, dora, False)
    found, count = inviting.page_of(session, timebank, by=jess, limit=20, offset=0)
    assert (count, [one.invitation for one in found], found[0].is_open(TODAY)) == (2, [waits, used], True)


def test_only_cards_that_can_be_used_and_that_one_may_see_are_printed(session, timebank, ana, ben, jess):
    mine, used, other = an_invitation(session, ana), an_invitation(session, ana), an_invitation(session, ben)
    an_application(session, timebank, code=used.code)
    ids = [mine.id, used.id, other.id, 999]

    assert inviting.cards(session, timebank, ids, by=ana, today=TODAY) == [mine]
    assert inviting.cards(session, timebank, ids, by=jess, today=TODAY) == [mine, other]
    assert inviting.cards(session, timebank, ids, by=ana, today=date(2027, 1, 1)) == []


def test_who_makes_two_sheets_at_once_has_no_more_open_than_one_may(own_engine, monkeypatch):
    monkeypatch.setattr(inviting, "MOST_OPEN", 8)
    with Session(own_engine) as session:
        number = a_member(session, a_timebank(session)).id
        session.commit()
    together = Barrier(2)

    def one(_):
        with Session(own_engine) as session:
            together.wait()
            try:
                invite(session, session.get(Membership, number), count=8)
                session.commit()
            except Unacceptable:
                return "refused"
            return "made"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, range(2))) == ["made", "refused"]
    with Session(own_engine) as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 8
