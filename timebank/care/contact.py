"""By which name someone is known and to which e-mail letters go: changed by themselves, or by who looks after them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from timebank.care.standing import check_looks_after, hold
from timebank.members import audit_log, passwords
from timebank.members.audit_log import Deed
from timebank.members.enrol import fold_email, tidy_email, tidy_name
from timebank.members.models import Membership, MembershipStatus, PasswordLink, Person
from timebank.members.supporters import check_themselves
from timebank.notices import wishes
from timebank.policy import Permission, Role
from timebank.refusals import NotAllowed, NotFound, Unacceptable


@dataclass(frozen=True, slots=True)
class Contact:
    """A name as others read it, and an e-mail or none."""

    name: str
    email: str | None


def change(
    session: Session, membership: Membership, told: Contact, *, by: Membership, at: datetime, password: str = ""
) -> bool:
    """They are known by this name and written to there; whether the e-mail is another one now.

    With another e-mail, links to choose a password no longer work, and what they wait to be told is decided on anew.
    Who shares an e-mail is told apart by the password: where `password` is not known, a new one is chosen. Without an
    e-mail there is none.

    Raises:
        NotAllowed, NotFound, Unacceptable: with the sentence for the person.
    """
    person = check_may_change(by, membership)
    hold(session, membership)
    name, email = tidy_name(told.name), tidy_email(told.email)
    moved, renamed = fold_email(email) != person.email_folded, name != person.name
    if moved:
        check_may_change_email(session, by, membership, password)
    person.name, person.email, person.email_folded = name, email, fold_email(email)
    session.flush()
    if moved:
        _arrive_there(session, person, password, at)
    if (moved or renamed) and by.id != membership.id:
        what = " and ".join(word for word, holds in (("name", renamed), ("e-mail", moved)) if holds)
        audit_log.note(session, Deed.PAGE_CHANGED, by=by, about=membership, at=at, what=what)
    return moved


def check_may_change(by: Membership, membership: Membership) -> Person:
    """They are here, and it is about oneself or about whom one looks after; the person whose name it is.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    if by.id == membership.id:
        check_themselves(by)
    else:
        check_looks_after(by, membership)
    person = membership.person
    if person is None or person.erased_at is not None or membership.status == MembershipStatus.LEFT:
        raise NotFound("There is nobody here whose name and e-mail could be changed.")
    return person


def check_may_change_email(session: Session, by: Membership, membership: Membership, password: str) -> None:
    """Nobody gets into a place of trust, or into another timebank, by having its letters sent to themselves.

    Raises:
        NotAllowed: with the sentence for the person.
        WrongPassword: it is one's own, and this is not one's password.
    """
    if by.id == membership.id and membership.person is not None:
        passwords.check_password(membership.person, password)
        return
    elsewhere = select(Membership.id).where(
        Membership.person_id == membership.person_id, Membership.timebank_id != membership.timebank_id
    )
    if session.scalar(elsewhere.limit(1)) is not None:
        raise NotAllowed(
            "%(name)s belongs to another timebank too, and changes the e-mail alone.", name=membership.name
        )
    if membership.roles - {Role.MEMBER} and not by.may(Permission.GIVE_ROLES):
        raise NotAllowed(
            "%(name)s is more than a member here. An administrator changes their e-mail.", name=membership.name
        )


def _arrive_there(session: Session, person: Person, password: str, at: datetime) -> None:
    session.execute(delete(PasswordLink).where(PasswordLink.person_id == person.id))
    shared = select(Person.id).where(Person.email_folded == person.email_folded, Person.id != person.id)
    if person.email_folded is None or (not password and session.scalar(shared.limit(1)) is not None):
        person.password_hash = None
    elif passwords.is_taken_beside(session, person, password):
        raise Unacceptable("Please choose another password first, and then change the e-mail.")
    for membership_id in session.scalars(select(Membership.id).where(Membership.person_id == person.id)).all():
        wishes.decide_anew(session, membership_id, at=at, also_given_up=person.email is not None)
