"""Name and e-mail: who changes them of whom, and what another e-mail brings with it."""

import json

import pytest
from sqlalchemy import select

from tests.builders import NOON, a_letter_given_up, a_member, a_person, a_timebank, an_administrator
from timebank.care import contact
from timebank.care.contact import Contact
from timebank.members import enrol, passwords
from timebank.members.models import AuditLine, MembershipStatus, PasswordLink
from timebank.members.passwords import set_password
from timebank.notices.models import Notice, NoticeKind, NoticeState
from timebank.notices.outbox import tell
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound, Unacceptable

PASSWORD = "three green kettles"


def change(session, membership, by, name="Ana Alder", email="new@example.org", **more):
    return contact.change(session, membership, Contact(name, email), by=by, at=NOON, **more)


def test_a_coordinator_changes_name_and_e_mail_and_the_audit_log_tells_of_it_without_them(session, ana, jess):
    assert change(session, ana, jess, " Ana  Ash ", " New@Example.org ")

    person = ana.person
    assert (person.name, person.email, person.email_folded) == ("Ana Ash", "New@example.org", "new@example.org")
    (line,) = session.scalars(select(AuditLine)).all()
    assert (line.by_id, line.about_id, json.loads(line.told)) == (jess.person_id, ana.id, {"what": "name and e-mail"})


def test_links_that_were_sent_to_the_old_e_mail_no_longer_work(session, ana, jess):
    passwords.card_link(session, ana.person, at=NOON)

    assert not change(session, ana, jess, "Ana Ash", ana.person.email.upper())
    assert len(session.scalars(select(PasswordLink)).all()) == 1
    change(session, ana, jess)
    assert session.scalars(select(PasswordLink)).all() == []


def test_what_waited_for_a_call_goes_as_a_letter_once_there_is_an_e_mail(session, timebank, jess):
    eve = a_member(session, timebank, "Eve Elm", email="")
    tell(session, NoticeKind.TERMS, eve, key="terms:1", at=NOON, version=1)
    notice = session.scalars(select(Notice)).one()
    notice.state = NoticeState.PHONE
    session.flush()
    change(session, eve, jess, "Eve Elm")

    session.expire_all()
    assert (notice.state, notice.due_at) == (NoticeState.WAITING, NOON)


def test_who_shares_the_new_e_mail_chooses_a_new_password(session, ana, ben, jess):
    for one in (ana, ben):
        set_password(session, one.person, f"{PASSWORD} {one.number}")
    change(session, ana, jess, email="elsewhere@example.org")
    assert ana.person.password_hash
    change(session, ana, jess, email=ben.person.email.upper())

    assert (ana.person.password_hash, bool(ben.person.password_hash)) == (None, True)


def test_the_e_mail_can_be_taken_away(session, ana, jess):
    assert change(session, ana, jess, email=" ")
    assert (ana.person.email, ana.person.email_folded) == (None, None)


def test_nobody_gets_into_a_place_of_trust_by_its_e_mail(session, timebank, jess):
    lead = a_person(session, timebank, "Sol Sage", Role.MEMBER, Role.SAFEGUARDING)
    with pytest.raises(NotAllowed, match="An administrator changes their e-mail"):
        change(session, lead, jess)
    assert not change(session, lead, jess, "Sol Sagebrush", lead.person.email)

    assert change(session, lead, an_administrator(session, timebank))
    with pytest.raises(NotAllowed, match="is an administrator"):
        change(session, an_administrator(session, timebank, "Ada Ash"), jess)


def test_nobody_gets_into_another_timebank_by_an_e_mail(session, timebank, ana):
    elsewhere = a_timebank(session, "hillside", "Hillside")
    enrol.enrol_person(session, elsewhere, ana.person, at=NOON)
    with pytest.raises(NotAllowed, match="belongs to another timebank too"):
        change(session, ana, an_administrator(session, timebank))

    set_password(session, ana.person, PASSWORD)
    assert change(session, ana, ana, password=PASSWORD)


def test_members_change_their_own_and_nobody_elses(session, ana, ben):
    set_password(session, ana.person, PASSWORD)
    with pytest.raises(passwords.WrongPassword):
        change(session, ana, ana, "Ana Ash", password="three red kettles")
    assert change(session, ana, ana, "Ana Ash", password=PASSWORD)
    assert session.scalars(select(AuditLine)).all() == []

    with pytest.raises(NotAllowed):
        change(session, ana, ben)
    ana.act_by(ben)
    with pytest.raises(NotAllowed):
        change(session, ana, ana)


def test_who_is_gone_is_not_changed_nor_an_organisation(session, timebank, ana, jess):
    clinic = enrol.enrol_organisation(session, timebank, "Clinic", at=NOON)
    ana.status = MembershipStatus.LEFT
    for gone in (ana, clinic):
        with pytest.raises(NotFound, match="nobody here"):
            change(session, gone, jess)


@pytest.mark.parametrize(("name", "email"), [("", "a@example.org"), ("x" * 121, None), ("Ana", "ana at home")])
def test_what_is_no_name_or_no_e_mail_changes_nothing(session, ana, jess, name, email):
    before = ana.person.name, ana.person.email
    with pytest.raises(Unacceptable):
        change(session, ana, jess, name, email)
    assert (ana.person.name, ana.person.email) == before


def test_what_an_old_e_mail_refused_to_the_end_goes_to_the_new_one(session, ana, jess):
    given_up = a_letter_given_up(session, ana)
    change(session, ana, jess, email=None)
    session.expire_all()
    assert given_up.state == NoticeState.GIVEN_UP
    change(session, ana, jess)

    session.expire_all()
    assert (given_up.state, given_up.tries, given_up.last_error) == (NoticeState.WAITING, 0, "")


def test_without_an_e_mail_there_is_no_password(session, ana, jess):
    set_password(session, ana.person, PASSWORD)
    change(session, ana, jess, email=None)

    assert ana.person.password_hash is None
