"""How people prove who they are: passwords, the throttle on guessing, links that set a new password."""

import hashlib
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload
from zxcvbn import zxcvbn

from timebank.members import codes
from timebank.members.choices import LeftBecause
from timebank.members.enrol import fold_email
from timebank.members.models import Membership, PasswordLink, Person, SignInAttempt
from timebank.refusals import NotFound, Refusal, Unacceptable

TRIES_BY_ACCOUNT = 8
TRIES_BY_ADDRESS = 40
WINDOW = timedelta(minutes=15)
LINK_LASTS = timedelta(hours=2)
CARD_LASTS = timedelta(days=14)
_CARD_WORDS = 5
LONGEST = 200

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_nobody = _hasher.hash(secrets.token_hex(16))


class WrongPassword(Unacceptable):
    """The current password is another one."""


class TooManyTries(Refusal):
    """Someone is guessing, or has forgotten; it opens again by itself."""


def note_attempt(session: Session, email: str, address: str, *, at: datetime) -> None:
    """The try is written down; commit it before a password is looked at, so that tries at once all count."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - timedelta(days=1)))
    session.add_all(SignInAttempt(key=key, at=at) for key in _keys(email, address))
    session.flush()


def sign_in(session: Session, email: str, password: str, address: str, *, at: datetime) -> Person | None:
    """The person whose password it is, or None; an unknown address takes as long and is answered alike.

    Raises:
        TooManyTries: too many tries on this account, or from this address, within a quarter of an hour.
    """
    check_tries(session, email, address, at=at)
    folded = fold_email(email)
    known = session.scalars(select(Person).where(Person.email_folded == folded).order_by(Person.id)).all()
    fitting = [person for person in known if _fits(person.password_hash or _nobody, password)]
    if not known:
        _fits(_nobody, password)
    if not fitting:
        return None
    account, place = _keys(email, address)
    session.execute(delete(SignInAttempt).where(SignInAttempt.key == account))
    # A right sign-in is no guess: a whole village hall may sign in from one address.
    session.execute(delete(SignInAttempt).where(SignInAttempt.key == place, SignInAttempt.at == at))
    return fitting[0]


def check_tries(session: Session, email: str, address: str, *, at: datetime) -> None:
    """There were not too many tries within the last quarter of an hour, neither on the account nor from the address.

    Raises:
        TooManyTries: there were.
    """
    account, place = _keys(email, address)
    for key, most in ((account, TRIES_BY_ACCOUNT), (place, TRIES_BY_ADDRESS)):
        tries = session.scalar(select(func.count()).where(SignInAttempt.key == key, SignInAttempt.at > at - WINDOW))
        if (tries or 0) > most:
            raise TooManyTries("There were too many tries. Wait a quarter of an hour, or call us.")


def set_password(session: Session, person: Person, password: str) -> None:
    """The person signs in with this password from now on, and with no other; links that would set one are spent.

    Raises:
        Unacceptable: it is short, easily guessed, or already used by someone who shares the e-mail.
    """
    if not 10 <= len(password) <= LONGEST:
        raise Unacceptable("Use at least 10 letters, for example three words that do not belong together.")
    told = [word for word in (person.name, person.email or "") if word]
    if zxcvbn(password[:72], user_inputs=told)["score"] < 2:
        raise Unacceptable("That is easily guessed. Three words that do not belong together are better.")
    if is_taken_beside(session, person, password):
        raise Unacceptable("Please choose another password.")
    person.password_hash = _hasher.hash(password)
    session.execute(delete(PasswordLink).where(PasswordLink.person_id == person.id))
    session.flush()


def is_taken_beside(session: Session, person: Person, password: str) -> bool:
    """Whether somebody else with the same e-mail signs in with this password."""
    sharing = select(Person).where(Person.email_folded == person.email_folded, Person.id != person.id)
    return person.email_folded is not None and any(
        other.password_hash and _fits(other.password_hash, password) for other in session.scalars(sharing)
    )


def change_password(session: Session, person: Person, current: str, new: str) -> None:
    """The password is changed by someone who knows the current one.

    Raises:
        Unacceptable: the current one is wrong, or the new one will not do.
    """
    check_password(person, current)
    set_password(session, person, new)


def check_password(person: Person, current: str) -> None:
    """It is the password of this person.

    Raises:
        WrongPassword: it is another one.
    """
    if not _fits(person.password_hash or _nobody, current):
        raise WrongPassword("That is not your current password.")


def password_links(session: Session, email: str, *, at: datetime) -> list[tuple[Person, str]]:
    """For each person with this e-mail, the secret of a link that sets a new password within two hours, once.

    They come with their memberships, since the letter is from a timebank.
    """
    session.execute(delete(PasswordLink).where(PasswordLink.expires_at < at))
    # No letter ever goes to who has died, also where somebody shares their e-mail and asks for a new password.
    died = Person.memberships.any(Membership.left_because == LeftBecause.DIED)
    known = select(Person).where(Person.email_folded == fold_email(email), Person.memberships.any(), ~died)
    loaded = selectinload(Person.memberships)
    with_all = loaded.joinedload(Membership.timebank), loaded.selectinload(Membership.given_roles)
    people = session.scalars(known.options(*with_all)).all()
    return [(person, mailed_link(session, person, at=at)) for person in people]


def mailed_link(session: Session, person: Person, *, at: datetime) -> str:
    """The secret of a link for this person alone that sets a new password within two hours, once.

    All older links of that person are spent, and nobody else's who shares their e-mail.
    """
    secret = secrets.token_urlsafe(32)
    _replace_link(session, person, secret, until=at + LINK_LASTS)
    return secret


def card_link(session: Session, person: Person, *, at: datetime) -> str:
    """A secret that can be typed from a printed card, and sets a new password within two weeks, once.

    All older links of that person are spent.
    """
    secret = codes.draw(_CARD_WORDS)
    _replace_link(session, person, secret, until=at + CARD_LASTS)
    return secret


def link_owner(session: Session, secret: str, *, at: datetime, use: bool = False) -> Person:
    """Whose link it is; for `use`, nobody else uses it meanwhile.

    Raises:
        NotFound: it is unknown, used, or too old.
    """
    link = session.get(PasswordLink, _digest(secret), with_for_update=use or None)
    if link is None or link.expires_at <= at:
        raise NotFound("This link has been used, or is too old. Ask for a new one.")
    person = session.get(Person, link.person_id)
    if person is None:
        raise NotFound("This link has been used, or is too old. Ask for a new one.")
    return person


def reset_password(session: Session, secret: str, new: str, *, at: datetime) -> Person:
    """The password is set by someone who holds the mailed link; all links of that person are spent."""
    person = link_owner(session, secret, at=at, use=True)
    set_password(session, person, new)
    return person


def stamp(person: Person) -> str:
    """Changes whenever the password does, so that sessions that began before it end."""
    return _digest(person.password_hash or "")[:16]


def _replace_link(session: Session, person: Person, secret: str, *, until: datetime) -> None:
    session.execute(delete(PasswordLink).where(PasswordLink.person_id == person.id))
    session.add(PasswordLink(digest=_digest(secret), person_id=person.id, expires_at=until))
    session.flush()


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False


def _keys(email: str, address: str) -> tuple[str, str]:
    return _digest(f"account {fold_email(email) or ''}"), _digest(f"address {address}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
