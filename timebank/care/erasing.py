"""Erasure: of who has left nothing is kept but a number and the hours; every total stays; nothing here ever commits.

The book and the logs are sealed: what somebody wrote as a reason for hours that moved, or as a word of a decision,
stays there. docs/erasure.md tells all of what stays, and why.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.care import blanking, merging, unnaming
from timebank.care.models import Application, ApplicationState
from timebank.care.standing import StandsOtherwise, check_alone, hold
from timebank.care.whose import Whose
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
    entries = [membership, *doubles.doubles_of(session, membership)]
    merging.hold_exchanges(session, *entries)
    _blank(session, entries, called)
    for one in entries:
        one.pace, one.given_roles = Pace.NEVER, []
        if one.person is not None and one.person.erased_at is None:
            _forget(session, one, one.person, called, at)
    session.flush()
    # Much was written behind the session's back; what it holds is read anew.
    session.expire_all()


def _blank(session: Session, entries: Sequence[Membership], called: str) -> None:
    """Of what they wrote, and of what is told of them, nothing is left; what a double wrote may stand with the kept."""
    whose = Whose.of(entries)
    theirs = unnaming.wrote(session, whose)
    blanking.own_things(session, whose)
    blanking.applications(session, whose, called)
    blanking.exchanges(session, whose)
    unnaming.words_of_others(session, whose)
    unnaming.letters(session, whose, theirs, called)
    unnaming.answers(session, whose, theirs)
    blanking.listings(session, whose)


def _forget(session: Session, membership: Membership, person: Person, called: str, at: datetime) -> None:
    """Nothing is known of the person any more, at least by this timebank."""
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
    """Whether they belong to another timebank, or have applied to join one while signed in."""
    theirs, elsewhere = Membership.person_id == membership.person_id, Membership.timebank_id != membership.timebank_id
    asked = Application.person_id == membership.person_id, Application.state == ApplicationState.OPEN
    others = (
        select(Membership.id).where(theirs, elsewhere),
        select(Application.id).where(*asked, Application.timebank_id != membership.timebank_id),
    )
    return any(session.scalar(other.limit(1)) is not None for other in others)
