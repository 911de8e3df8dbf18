"""Answering an application: one member with the next number, and nothing is kept of who was declined."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import (
    NOON,
    a_coordinator,
    a_funder,
    a_member,
    a_timebank,
    an_administrator,
    an_application,
    an_invitation,
    an_organisation,
    published_terms,
)
from timebank.care import leaving, standing, welcoming
from timebank.care.models import Application, ApplicationState, TermsAccepted
from timebank.care.welcoming import AnsweredAlready, NotHereNow
from timebank.listings.models import Asset, Need
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine, Membership, MembershipStatus, Person
from timebank.members.page import Profile
from timebank.members.rules import WrongWord
from timebank.notices.models import Notice, NoticeKind, NoticeState
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound


def lines(session, about=None):
    return session.scalars(select(AuditLine).where(AuditLine.about_id == (about.id if about else None))).all()


def welcome(session, application, by, **more):
    timebank = more.pop("timebank", by.timebank)
    return welcoming.welcome(session, timebank, application.id, by=by, at=NOON + timedelta(days=1), **more)


def decline(session, application, by, word="", **more):
    welcoming.decline(session, by.timebank, application.id, word=word, by=by, at=NOON, **more)


def notices(session, kind):
    return session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)).all()


def people(session):
    return session.scalar(select(func.count()).select_from(Person))


def test_who_is_welcomed_is_a_member_with_the_next_number_an_account_and_the_welcome_hours(session, timebank, jess):
    timebank.welcome_minutes = 300
    application = an_application(session, timebank, phone="01632 960 555", district="Harbour")
    dora = welcome(session, application, jess)

    assert (dora.name, dora.number, dora.roles) == ("Dora Dale", jess.number + 1, {Role.MEMBER})
    assert (dora.status, dora.account.balance_minutes) == (MembershipStatus.ACTIVE, 300)
    assert (dora.person.email, dora.person.phone) == ("dora@example.org", "01632 960 555")
    assert session.get(Profile, dora.id).district == "Harbour"
    assert (application.state, application.membership, application.decided_by_id) == (
        ApplicationState.WELCOMED,
        dora,
        jess.person_id,
    )


def test_what_they_wrote_stands_on_their_page(session, timebank, jess):
    dora = welcome(session, an_application(session, timebank), jess)

    brings = session.scalars(select(Asset).where(Asset.membership_id == dora.id).order_by(Asset.id)).all()
    assert [(one.kind, one.title, one.folded) for one in brings] == [
        ("skill", "Baking bread", "baking bread"),
        ("skill", "Driving", "driving"),
    ]
    needs = session.scalars(select(Need.title).where(Need.membership_id == dora.id)).all()
    assert needs == ["Someone to walk the dog"]


def test_who_is_welcomed_is_told_once_and_it_stands_in_the_log(session, timebank, jess):
    dora = welcome(session, an_application(session, timebank), jess)

    (letter,) = notices(session, NoticeKind.WELCOME)
    assert (letter.membership_id, json.loads(letter.told)) == (dora.id, {"number": dora.number, "by": "Jess Juniper"})
    assert [line.deed for line in lines(session, dora)] == [Deed.APPLICATION_WELCOMED]


def test_the_terms_that_they_agreed_to_count(session, timebank, jess):
    terms = published_terms(session, an_administrator(session, timebank))
    dora = welcome(session, an_application(session, timebank, terms_id=terms.id), jess)

    (accepted,) = session.scalars(select(TermsAccepted).where(TermsAccepted.membership_id == dora.id)).all()
    assert (accepted.terms_id, accepted.by_id, accepted.at) == (terms.id, dora.person_id, NOON)


def test_a_member_a_funder_and_a_coordinator_of_elsewhere_welcome_nobody(session, timebank, ana):
    application = an_application(session, timebank)
    elsewhere = a_timebank(session, "hillside", "Hillside")
    for by in (ana, a_funder(session, timebank), a_coordinator(session, elsewhere, "Otto Oak")):
        with pytest.raises(NotAllowed):
            welcome(session, application, by, timebank=timebank)
        with pytest.raises(NotAllowed):
            welcoming.decline(session, timebank, application.id, word="", by=by, at=NOON)

    assert application.state == ApplicationState.OPEN


def test_an_application_of_another_timebank_is_not_found(session, timebank, jess):
    elsewhere = a_timebank(session, "hillside", "Hillside")

    with pytest.raises(NotFound):
        welcome(session, an_application(session, elsewhere), jess)


def test_an_application_is_answered_once(session, timebank, jess):
    application = an_application(session, timebank)
    welcome(session, application, jess)

    with pytest.raises(AnsweredAlready):
        welcome(session, application, jess)
    with pytest.raises(AnsweredAlready):
        decline(session, application, jess)
    assert session.scalar(select(func.count()).select_from(Membership)) == 2


def test_two_coordinators_who_welcome_at_once_make_one_member(own_engine):
    with Session(own_engine) as session:
        timebank = a_timebank(session)
        ids = [a_coordinator(session, timebank, name).id for name in ("Jess Juniper", "Kit Kelp")]
        application_id = an_application(session, timebank).id
        session.commit()
    together = Barrier(2)

    def one(membership_id):
        with Session(own_engine) as session:
            by = session.get(Membership, membership_id)
            timebank = by.timebank
            session.rollback()
            together.wait()
            try:
                welcoming.welcome(session, timebank, application_id, by=by, at=NOON)
                session.commit()
            except AnsweredAlready:
                return "answered"
            return "welcomed"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, ids)) == ["answered", "welcomed"]
    with Session(own_engine) as session:
        assert session.scalars(select(Membership.number).order_by(Membership.number)).all() == [1, 2, 3]


def test_who_belongs_to_another_timebank_gets_a_membership_and_stays_one_person(session, timebank, jess):
    elsewhere = a_timebank(session, "hillside", "Hillside")
    sol = a_member(session, elsewhere, "Sol Spruce")
    before = people(session)
    member = welcome(session, an_application(session, timebank, person=sol.person, name="Sol"), jess)

    assert (member.person, member.timebank, people(session)) == (sol.person, timebank, before)
    assert (member.name, member.number, member.account.balance_minutes) == ("Sol Spruce", 2, 0)


def test_namesakes_and_who_has_the_same_e_mail_are_asked_about(session, timebank, ana, ben):
    dora = a_member(session, timebank, "Dóra Dale", email="other@example.org")
    shares = a_member(session, timebank, "Dan Dale", email="Dora@example.org")
    an_organisation(session, timebank, "Dora Dale")

    assert welcoming.doubles(session, timebank, an_application(session, timebank)) == [dora, shares]


def test_the_same_person_is_not_made_twice_and_what_they_wrote_is_added(session, timebank, jess):
    terms = published_terms(session, an_administrator(session, timebank))
    dora = a_member(session, timebank, "Dora Dale")
    first = an_application(session, timebank, good_at="driving", terms_id=terms.id)
    assert welcome(session, first, jess, same_as_id=dora.id) is dora
    again = an_application(session, timebank, terms_id=terms.id)
    welcome(session, again, jess, same_as_id=dora.id)

    assert session.scalars(select(Asset.title).order_by(Asset.id)).all() == ["driving", "Baking bread"]
    assert session.scalars(select(TermsAccepted)).all() == []
    assert people(session) == 3


def test_somebody_of_another_timebank_an_organisation_or_oneself_is_not_the_same_person(session, timebank, jess):
    elsewhere = a_timebank(session, "hillside", "Hillside")
    application = an_application(session, timebank)
    for other in (a_member(session, elsewhere, "Dora Dale"), an_organisation(session, timebank)):
        with pytest.raises(NotFound):
            welcome(session, application, jess, same_as_id=other.id)
    with pytest.raises(NotAllowed):
        welcome(session, application, jess, same_as_id=jess.id)


def test_who_had_left_is_back_under_the_old_number(session, timebank, jess):
    dora = a_member(session, timebank, "Dora Dale")
    leaving.leave(session, dora, by=dora, at=NOON)
    back = welcome(session, an_application(session, timebank), jess, same_as_id=dora.id)

    assert (back, back.status, back.number) == (dora, MembershipStatus.ACTIVE, 2)


def test_who_is_suspended_does_not_come_back_by_applying(session, timebank, jess):
    dora = a_member(session, timebank, "Dora Dale")
    standing.suspend(session, dora, word="We talk first.", by=jess, at=NOON)
    application = an_application(session, timebank, person=dora.person)

    with pytest.raises(NotHereNow):
        welcome(session, application, jess)
    assert dora.status == MembershipStatus.SUSPENDED


def test_of_who_is_declined_nothing_personal_is_kept_and_they_are_told_with_a_word(session, timebank, jess):
    application = an_application(session, timebank, phone="01632 960 555", district="Harbour", heard_from="A friend")
    decline(session, application, jess, "We are full just now.")

    session.refresh(application)
    told = {column.name: getattr(application, column.name) for column in Application.__table__.columns}
    assert application.state == ApplicationState.DECLINED
    assert {name for name, value in told.items() if isinstance(value, str) and value} == {"key", "state"}
    (letter,) = notices(session, NoticeKind.APPLICATION_DECLINED)
    assert letter.email == "dora@example.org"
    assert json.loads(letter.told) == {"name": "Dora Dale", "word": "We are full just now."}
    (line,) = lines(session)
    assert (line.deed, line.told, line.about_id) == (Deed.APPLICATION_DECLINED, "{}", None)
    assert people(session) == 1


def test_the_name_on_the_invitation_of_who_was_declined_is_gone_too(session, timebank, ana, jess):
    used, other = an_invitation(session, ana, name="Dora"), an_invitation(session, ana, name="Flo")
    decline(session, an_application(session, timebank, code=used.code), jess)

    assert (used.name, other.name) == ("", "Flo")


def test_letters_to_coordinators_about_who_was_declined_hold_no_name_and_wait_no_longer(session, timebank, jess):
    other = an_application(session, timebank, name="Else", email="else@example.org")
    declined = an_application(session, timebank)
    decline(session, declined, jess)

    session.expire_all()
    kept, blank = notices(session, NoticeKind.APPLICATION)
    assert json.loads(kept.told) == {"name": "Else", "application_id": other.id}
    assert (json.loads(blank.told)["name"], blank.state) == ("", NoticeState.DROPPED)


def test_who_no_longer_wants_to_join_or_gave_no_e_mail_gets_no_letter(session, timebank, jess):
    first, second = (
        an_application(session, timebank),
        an_application(session, timebank, name="Dan", email="", phone="01632 1"),
    )
    decline(session, first, jess, taken_back=True)
    decline(session, second, jess, "Sorry.")

    assert (first.state, second.state) == (ApplicationState.WITHDRAWN, ApplicationState.DECLINED)
    assert notices(session, NoticeKind.APPLICATION_DECLINED) == []


def test_a_word_that_is_too_long_declines_nobody(session, timebank, jess):
    application = an_application(session, timebank)

    with pytest.raises(WrongWord):
        decline(session, application, jess, "x" * 501)


def test_a_form_that_was_declined_is_answered_alike_when_it_comes_again(session, timebank, jess):
    first = an_application(session, timebank, key="the-same")
    decline(session, first, jess)

    assert an_application(session, timebank, key="the-same").id == first.id


def test_who_waits_longest_comes_first_and_the_answered_wait_no_longer(session, timebank, jess):
    first, second, third = (an_application(session, timebank, name=f"Somebody {number}") for number in range(3))
    welcome(session, second, jess)

    assert welcoming.waiting(session, timebank, limit=20, offset=0) == ([first, third], 2)
    assert welcoming.waiting(session, timebank, limit=1, offset=1) == ([third], 2)
    assert welcoming.welcomed_lately(session, timebank, limit=5) == [second]
