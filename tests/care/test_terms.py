"""The terms by version: published by an administrator, agreed to by members, once each, and asked again when new."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from tests.builders import (
    NOON,
    a_coordinator,
    a_funder,
    a_member,
    a_person,
    a_timebank,
    an_administrator,
    an_organisation,
    published_terms,
)
from timebank.care import terms
from timebank.care.models import TermsAccepted
from timebank.care.terms import TermsHaveChanged
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine, MembershipStatus
from timebank.notices.models import Notice, NoticeKind
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound, Unacceptable


def lines(session, about=None):
    return session.scalars(select(AuditLine).where(AuditLine.about_id == (about.id if about else None))).all()


@pytest.fixture
def ada(session, timebank):
    return an_administrator(session, timebank)


def asked(session, membership):
    found, terms_id = terms.at_the_door(session, membership.timebank, membership.person)
    assert found is membership
    return terms_id


def test_versions_follow_one_another_in_each_timebank(session, timebank, ada):
    published_terms(session, ada)
    second = published_terms(session, ada, "Be kinder.\r\n\r\nAnd punctual.  ")
    elsewhere = published_terms(session, an_administrator(session, a_timebank(session, "hillside", "Hillside")))

    assert (second.version, second.text, elsewhere.version) == (2, "Be kinder.\n\nAnd punctual.", 1)
    assert terms.current(session, timebank) is second
    assert [one.version for one in terms.versions(session, timebank)] == [2, 1]
    with pytest.raises(NotFound):
        terms.version_of(session, timebank, 3)


def test_only_an_administrator_publishes(session, timebank, ana, jess):
    for by in (ana, jess):
        with pytest.raises(NotAllowed):
            published_terms(session, by)


@pytest.mark.parametrize("wrong", ["", " \n ", "x" * 20_001, "Be kind. \n"])
def test_nothing_too_much_and_the_same_again_are_refused(session, ada, wrong):
    published_terms(session, ada)

    with pytest.raises(Unacceptable):
        published_terms(session, ada, wrong)


def test_every_member_is_told_of_a_new_version_and_it_stands_in_the_log(session, timebank, ada, ana, ben, jess):
    ben.status = MembershipStatus.LEFT
    an_organisation(session, timebank)
    assert terms.members_asked(session, timebank) == 1
    published_terms(session, ada)

    (letter,) = session.scalars(select(Notice).where(Notice.kind == NoticeKind.TERMS)).all()
    assert (letter.membership_id, json.loads(letter.told)) == (ana.id, {"version": 1})
    (line,) = lines(session)
    assert (line.deed, json.loads(line.told)) == (Deed.TERMS_PUBLISHED, {"version": 1})


def test_however_many_members_there_are_they_are_told_at_one_go(session, timebank, ada):
    asked = []
    for number in range(5):
        a_member(session, timebank, f"Neighbour {number}")
    session.flush()
    event.listen(session.connection(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    published_terms(session, ada)

    assert len([one for one in asked if "INSERT INTO notice" in one]) == 1
    assert len(session.scalars(select(Notice)).all()) == 5


def test_where_there_are_no_terms_nobody_is_asked(session, ana):
    assert asked(session, ana) is None


def test_a_member_is_asked_until_they_agree_and_again_when_the_text_changes(session, ada, ana):
    first = published_terms(session, ada)
    assert asked(session, ana) == first.id
    terms.agree(session, ana, first.id, at=NOON)
    assert asked(session, ana) is None

    second = published_terms(session, ada, "Be kinder.")
    assert asked(session, ana) == second.id
    assert terms.last_agreed(session, ana) is first


def test_only_members_are_asked(session, timebank, ada):
    published_terms(session, ada)
    both = a_person(session, timebank, "Bo Both", Role.MEMBER, Role.COORDINATOR)

    assert asked(session, both) is not None
    for who in (ada, a_coordinator(session, timebank), a_funder(session, timebank)):
        assert asked(session, who) is None


def test_the_terms_of_another_timebank_ask_nobody_here(session, timebank, ana):
    published_terms(session, an_administrator(session, a_timebank(session, "hillside", "Hillside")))

    assert asked(session, ana) is None


def test_the_door_asks_the_database_once_for_membership_and_terms(session, timebank, ada, ana):
    published_terms(session, ada)
    session.flush()
    session.expunge_all()
    person, here = session.get(type(ana.person), ana.person_id), session.get(type(timebank), timebank.id)
    seen = []
    from sqlalchemy import event

    event.listen(session.connection(), "before_cursor_execute", lambda *told: seen.append(told[2]))
    terms.at_the_door(session, here, person)

    assert len(seen) == 1  # also for the roles and the account


def test_agreeing_twice_is_agreeing_once_and_to_an_old_version_is_refused(session, ada, ana):
    first = published_terms(session, ada)
    terms.agree(session, ana, first.id, at=NOON)
    terms.agree(session, ana, first.id, at=NOON + timedelta(days=1))

    (accepted,) = session.scalars(select(TermsAccepted)).all()
    assert (accepted.at, accepted.by_id) == (NOON, ana.person_id)
    published_terms(session, ada, "Be kinder.")
    with pytest.raises(TermsHaveChanged):
        terms.agree(session, ana, first.id, at=NOON)


def test_a_coordinator_writes_down_who_has_signed_on_paper(session, timebank, ada, ana, ben, jess):
    now = published_terms(session, ada)
    terms.agree(session, ana, now.id, at=NOON)
    assert terms.yet_to_agree(session, timebank, now, limit=20, offset=0) == ([ben], 1)
    signed = terms.agree_on_paper(session, timebank, [ana.id, ben.id], now.id, by=jess, at=NOON)

    assert signed == [ben]
    assert terms.yet_to_agree(session, timebank, now, limit=20, offset=0) == ([], 0)
    accepted = session.scalars(select(TermsAccepted).where(TermsAccepted.membership_id == ben.id)).one()
    assert accepted.by_id == jess.person_id
    (line,) = lines(session, ben)
    assert (line.deed, json.loads(line.told)) == (Deed.TERMS_ON_PAPER, {"version": 1})


def test_nobody_writes_it_down_for_themselves_for_strangers_or_without_being_a_coordinator(session, timebank, ada, ana):
    now = published_terms(session, ada)
    both = a_person(session, timebank, "Bo Both", Role.MEMBER, Role.COORDINATOR)
    stranger = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol")
    for ids, by, no in (([both.id], both, NotAllowed), ([ana.id], ana, NotAllowed), ([stranger.id], both, NotFound)):
        with pytest.raises(no):
            terms.agree_on_paper(session, timebank, ids, now.id, by=by, at=NOON)
