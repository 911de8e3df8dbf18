"""Erasure: of who has left nothing is kept but a number and the hours; every total stays; nothing here ever commits.

The book and the logs are sealed: what somebody wrote as a reason for hours that moved, or as a word of a decision,
stays there. docs/erasure.md tells all of what stays, and why.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.care import blanking
from timebank.care.standing import StandsOtherwise, check_alone, hold
from timebank.members import audit_log, doubles
from timebank.members.audit_log import Deed
from timebank.members.choices import LeftBecause, Pace
from timebank.members.models import Membership, MembershipStatus, Person
from timebank.refusals import Conflict, NotFound


class ErasedBefore(Conflict):
    """Nothing is known of them any more."""


def check_erase(membership: Membership, *, by: Membership) -> None:
    """They can be erased as things stand, so that nobody is asked about what can only be refused.

    Raises:
        StandsOtherwise, ErasedBefore, NotAllowed, NotFound: as erase().
    """
    check_alone(by, membership)
    if membership.person is None:
        raise NotFound("An organisation is no person. There is nothing to erase.")
    if membership.status != MembershipStatus.LEFT:
        raise StandsOtherwise("%(name)s is still here. Who has left can be erased.", name=membership.name)
    if membership.left_because == LeftBecause.MERGED:
        raise StandsOtherwise("%(name)s is written down twice. Erase the one who is kept.", name=membership.name)
    if membership.person.erased_at is not None:
        raise ErasedBefore("Nothing is known of them any more.")


def erase(session: Session, membership: Membership, *, called: str, by: Membership, at: datetime) -> None:
    """Nothing is known of them but their number, and all that they gave and received counts as before.

    `called` is what stands in place of their name. Who belongs to other timebanks too is still known there.

    Raises:
        StandsOtherwise, ErasedBefore, NotAllowed, NotFound: with the sentence for the person.
    """
    hold(session, membership)
    check_erase(membership, by=by)
    audit_log.note(session, Deed.ERASED, by=by, about=membership, at=at, number=membership.number)
    session.flush()
    for one in (membership, *doubles.doubles_of(session, membership)):
        if one.person is not None and one.person.erased_at is None:
            _erase(session, one, one.person, called, at)
    session.flush()
    # Much was written behind the session's back; what it holds is read anew.
    session.expire_all()


def _erase(session: Session, membership: Membership, person: Person, called: str, at: datetime) -> None:
    names = blanking.worth_seeking(person.name, person.email, person.email_folded, person.phone)
    blanking.own_things(session, membership)
    blanking.listings(session, membership)
    blanking.applications(session, membership, called)
    blanking.exchanges(session, membership, names)
    blanking.letters_about(session, membership, names, called)
    membership.pace, membership.given_roles = Pace.NEVER, []
    if _is_known_elsewhere(session, membership):
        nobody = Person(name=called, erased_at=at)
        session.add(nobody)
        session.flush()
        blanking.hands(session, membership, nobody)
        membership.person = nobody
        return
    blanking.person(session, person)
    person.name, person.called, person.phone, person.language = called, "", "", None
    person.email = person.email_folded = person.password_hash = None
    person.erased_at = at


def _is_known_elsewhere(session: Session, membership: Membership) -> bool:
    others = select(Membership.id).where(
        Membership.person_id == membership.person_id, Membership.timebank_id != membership.timebank_id
    )
    return session.scalar(others.limit(1)) is not None
