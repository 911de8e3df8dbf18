"""Sign-in cards: for whom, and the link on them that sets a password, which must not open doors to who prints it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import (
    NOON,
    PASSWORD,
    a_coordinator,
    a_member,
    a_person,
    a_timebank,
    an_administrator,
    an_organisation,
)
from timebank.care import cards
from timebank.members import enrol, passwords
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine, MembershipStatus, PasswordLink
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound

FORTNIGHT = timedelta(days=14)


def lines(session, about=None):
    return session.scalars(select(AuditLine).where(AuditLine.about_id == (about.id if about else None))).all()


def links(session, by, *members):
    chosen = cards.who_get_cards(session, by.timebank, [one.id for one in members])
    return cards.make_links(session, chosen, by=by, at=NOON)


def test_cards_are_for_people_who_are_here(session, timebank, ana, ben):
    ben.status = MembershipStatus.LEFT
    others = [an_organisation(session, timebank), a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol")]
    session.flush()

    assert cards.who_get_cards(session, timebank, [ana.id, ben.id, *(one.id for one in others)]) == [ana]


def test_the_link_sets_a_password_once_within_two_weeks(session, ana, jess):
    secret = links(session, jess, ana)[ana.id]

    assert passwords.link_owner(session, secret, at=NOON + FORTNIGHT - timedelta(seconds=1)) is ana.person
    with pytest.raises(NotFound):
        passwords.link_owner(session, secret, at=NOON + FORTNIGHT)
    passwords.reset_password(session, secret, PASSWORD, at=NOON)
    with pytest.raises(NotFound):
        passwords.link_owner(session, secret, at=NOON)


def test_a_new_card_spends_the_older(session, ana, ben, jess):
    old, other = links(session, jess, ana)[ana.id], links(session, jess, ben)[ben.id]
    new = links(session, jess, ana)[ana.id]

    with pytest.raises(NotFound):
        passwords.link_owner(session, old, at=NOON)
    assert passwords.link_owner(session, new, at=NOON) is ana.person
    assert passwords.link_owner(session, other, at=NOON) is ben.person


def test_nobody_gets_into_a_place_of_trust_with_a_card(session, timebank, jess):
    elsewhere = a_timebank(session, "hillside", "Hillside")
    of_two = a_member(session, timebank, "Tao Two")
    enrol.enrol_person(session, elsewhere, of_two.person, at=NOON)
    trusted = [
        an_administrator(session, timebank),
        a_coordinator(session, timebank, "Kit Kelp"),
        a_person(session, timebank, "Lee Lead", Role.MEMBER, Role.SAFEGUARDING),
        of_two,
        a_member(session, timebank, "No Mail", email=""),
        jess,
    ]

    assert links(session, jess, *trusted) == {}
    assert session.scalars(select(PasswordLink)).all() == []


def test_a_card_of_before_opens_no_place_of_trust(session, timebank, ana, ben, jess):
    elsewhere = a_timebank(session, "hillside", "Hillside")
    printed = links(session, jess, ana, ben)

    enrol.give_roles(session, ana, frozenset({Role.MEMBER, Role.COORDINATOR}), at=NOON)
    enrol.enrol_person(session, elsewhere, ben.person, at=NOON)

    for secret in printed.values():
        with pytest.raises(NotFound):
            passwords.link_owner(session, secret, at=NOON)


def test_a_member_prints_no_cards(session, ana, ben):
    with pytest.raises(NotAllowed):
        links(session, ana, ben)


def test_each_link_stands_in_the_audit_log(session, timebank, ana, jess):
    links(session, jess, ana)

    (line,) = lines(session, ana)
    assert (line.deed, line.told) == (Deed.CARD_PRINTED, '{"until": "2026-06-24"}')
