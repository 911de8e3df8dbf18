"""Asking to join: who may, that it is done once, what is told of it, and that nobody floods a coordinator."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.builders import (
    NOON,
    TODAY,
    a_coordinator,
    a_listing,
    a_member,
    a_petition,
    a_timebank,
    an_administrator,
    an_application,
    an_invitation,
    published_terms,
)
from timebank.care import inviting, joining
from timebank.care.inviting import InvitationSpent
from timebank.care.joining import BelongsAlready, Bracket, NobodyToReach, bracket
from timebank.care.models import Application, ApplicationState
from timebank.care.terms import TermsHaveChanged
from timebank.listings.models import ListingKind
from timebank.members.choices import Joining
from timebank.members.models import MembershipStatus
from timebank.members.passwords import TooManyTries
from timebank.notices.models import Notice, NoticeKind
from timebank.refusals import NotAllowed, NotFound


def count(session):
    return session.scalar(select(func.count()).select_from(Application))


def told(session):
    return session.scalars(select(Notice).where(Notice.kind == NoticeKind.APPLICATION).order_by(Notice.id)).all()


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (0, Bracket.FEW),
        (49, Bracket.FEW),
        (50, Bracket.SOME),
        (200, Bracket.SOME),
        (201, Bracket.MANY),
        (1000, Bracket.MANY),
        (1001, Bracket.VERY_MANY),
    ],
)
def test_a_visitor_is_told_a_bracket_and_no_count(members, said):
    assert bracket(members) == said


def test_who_has_left_or_is_suspended_does_not_count(session, timebank):
    members = [a_member(session, timebank, f"Member {number}") for number in range(50)]
    a_coordinator(session, timebank)
    assert joining.size_of(session, timebank) == Bracket.SOME

    members[0].status = MembershipStatus.SUSPENDED
    session.flush()
    assert joining.size_of(session, timebank) == Bracket.FEW


def test_the_kinds_of_help_that_are_offered_most_are_told_and_no_requests(session, timebank, ana, ben):
    a_listing(session, ana, category="Gardening")
    a_listing(session, ana, category="Cooking and meals")
    a_listing(session, ben, category="Gardening")
    a_listing(session, ben, category="Pets", kind=ListingKind.REQUEST)

    assert joining.kinds_offered(session, timebank, today=TODAY, limit=8) == ["Gardening", "Cooking and meals"]
    assert joining.kinds_offered(session, timebank, today=TODAY, limit=1) == ["Gardening"]


def test_an_application_keeps_what_was_written_and_each_coordinator_is_told(session, timebank, jess):
    second = a_coordinator(session, timebank, "Kit Kelp")
    applied = an_application(session, timebank, name=" Dora  Dale ", phone=" 01632  960 555", district="Harbour")

    assert (applied.state, applied.name, applied.phone) == (ApplicationState.OPEN, "Dora Dale", "01632 960 555")
    assert (applied.good_at, applied.would_help) == ("Baking bread\nDriving", "Someone to walk the dog")
    assert [notice.membership_id for notice in told(session)] == [jess.id, second.id]
    assert f'"application_id": {applied.id}' in told(session)[0].told


def test_without_a_coordinator_the_administrators_are_told(session, timebank):
    ada = an_administrator(session, timebank)
    an_application(session, timebank)

    assert [notice.membership_id for notice in told(session)] == [ada.id]


def test_the_same_form_sent_twice_makes_one_application(session, timebank, jess):
    petition = a_petition()
    first = joining.apply(session, timebank, petition, person=None, at=NOON)
    again = joining.apply(session, timebank, petition, person=None, at=NOON)

    assert (again.id, count(session), len(told(session))) == (first.id, 1, 1)


@pytest.mark.parametrize(
    "more",
    [{"email": "DORA@example.org"}, {"email": "", "phone": "(01632) 960-555"}, {"name": "dora dále"}],
)
def test_who_has_an_open_application_makes_no_second_one(session, timebank, more):
    first = an_application(session, timebank, phone="01632 960 555")

    assert an_application(session, timebank, **more).id == first.id
    assert count(session) == 1


def test_two_who_share_an_e_mail_may_both_apply(session, timebank):
    an_application(session, timebank)
    an_application(session, timebank, name="Dan Dale")

    assert count(session) == 2


def test_nobody_applies_whom_nobody_can_reach(session, timebank):
    with pytest.raises(NobodyToReach):
        an_application(session, timebank, email=" ", phone=" ")


def test_where_nobody_joins_nobody_applies_even_with_an_invitation(session, timebank, ana):
    code = an_invitation(session, ana).code
    timebank.joining = Joining.NOBODY

    with pytest.raises(NotAllowed):
        an_application(session, timebank, code=code)


def test_where_one_joins_by_invitation_only_who_holds_one_applies(session, timebank, ana):
    timebank.joining = Joining.INVITED
    with pytest.raises(NotAllowed):
        an_application(session, timebank)

    invitation = an_invitation(session, ana)
    assert an_application(session, timebank, code=invitation.code.upper()).invitation is invitation


def test_an_invitation_is_for_one_and_who_sends_their_form_again_is_answered_alike(session, timebank, ana):
    code = an_invitation(session, ana).code
    first = an_application(session, timebank, code=code)

    assert an_application(session, timebank, code=code).id == first.id
    with pytest.raises(InvitationSpent):
        an_application(session, timebank, code=code, name="Somebody Else")


def test_an_invitation_of_another_timebank_is_unknown(session, timebank, ana):
    elsewhere = a_timebank(session, "hillside", "Hillside")

    with pytest.raises(NotFound):
        an_application(session, elsewhere, code=an_invitation(session, ana).code)


def test_an_invitation_holds_on_its_last_day_and_not_on_the_next(session, timebank, ana):
    code = an_invitation(session, ana, last_day=TODAY).code

    assert inviting.with_code(session, timebank, code, today=TODAY)
    with pytest.raises(InvitationSpent):
        inviting.with_code(session, timebank, code, today=TODAY + timedelta(days=1))


def test_who_applies_agrees_to_the_terms_that_hold(session, timebank):
    ada = an_administrator(session, timebank)
    old = published_terms(session, ada)
    new = published_terms(session, ada, "Be kinder.")

    for wrong in (None, old.id):
        with pytest.raises(TermsHaveChanged):
            an_application(session, timebank, terms_id=wrong)
    assert an_application(session, timebank, terms_id=new.id).terms_id == new.id


def test_a_member_has_nothing_to_apply_for_and_who_is_of_another_timebank_stays_one_person(session, timebank, ana):
    elsewhere = a_timebank(session, "hillside", "Hillside")

    with pytest.raises(BelongsAlready):
        an_application(session, timebank, person=ana.person)
    assert an_application(session, elsewhere, person=ana.person).person_id == ana.person_id
    assert an_application(session, elsewhere, person=ana.person, name="Otherwise", email="x@example.org")
    assert count(session) == 1


def test_one_address_sends_no_flood_and_an_hour_later_is_heard_again(session):
    for _ in range(joining.BY_ADDRESS_AN_HOUR):
        joining.note_try(session, "10.0.0.1", at=NOON)
    joining.check_tries(session, "10.0.0.1", at=NOON)

    joining.note_try(session, "10.0.0.1", at=NOON)
    with pytest.raises(TooManyTries):
        joining.check_tries(session, "10.0.0.1", at=NOON)
    joining.check_tries(session, "10.0.0.2", at=NOON)
    joining.check_tries(session, "10.0.0.1", at=NOON + timedelta(minutes=61))


def test_many_addresses_flood_nobody_either(session, timebank, jess, monkeypatch):
    monkeypatch.setattr(joining, "A_DAY", 4)
    monkeypatch.setattr(joining, "TOLD_A_DAY", 2)
    for number in range(4):
        an_application(session, timebank, name=f"Somebody {number}")

    assert (count(session), len(told(session))) == (4, 2)
    with pytest.raises(TooManyTries):
        an_application(session, timebank, name="One More")
    assert an_application(session, timebank, name="One More", at=NOON + timedelta(days=1, minutes=1))
