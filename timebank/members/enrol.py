"""How timebanks begin and who joins them: each step writes and never commits."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from timebank.hours import Hours
from timebank.ledger import accounts
from timebank.ledger.models import AccountKind
from timebank.members import moving
from timebank.members.models import (
    GivenRole,
    Membership,
    MembershipStatus,
    Organisation,
    PasswordLink,
    Person,
    Timebank,
)
from timebank.members.rules import check_rule
from timebank.policy import Role
from timebank.refusals import Conflict, NotFound, Unacceptable

RESERVED = frozenset({"accessibility", "letters", "password", "privacy", "sign-in", "sign-out", "static"})
"""Addresses that pages outside any timebank stand at."""


class SlugTaken(Conflict):
    """Another timebank has this address."""


class NumberTaken(Conflict):
    """Someone else has this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who is to be enrolled: a name, an e-mail or none, the roles, and a number where it is not to be the next."""

    name: str
    email: str | None = None
    roles: frozenset[Role] = field(default_factory=lambda: frozenset({Role.MEMBER}))
    number: int | None = None
    works_for: Organisation | None = None


def create_timebank(
    session: Session, slug: str, name: str, *, credit_limit: Hours | None, at: datetime, welcome: Hours | None = None
) -> Timebank:
    """There is a timebank with a book of its own and, in it, the community's account; newcomers get `welcome` hours."""
    check_rule(credit_limit)
    check_rule(welcome)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]", slug):
        raise Unacceptable("An address is 3 to 60 small letters, digits and hyphens.")
    if slug in RESERVED or session.scalar(select(Timebank.id).where(Timebank.slug == slug)):
        raise SlugTaken("There is a timebank at the address %(slug)s already.", slug=slug)
    timebank = Timebank(
        slug=slug,
        name=tidy_name(name),
        book_id=accounts.open_book(session, at=at).id,
        credit_limit_minutes=None if credit_limit is None else credit_limit.minutes,
        welcome_minutes=0 if welcome is None else welcome.minutes,
    )
    session.add(timebank)
    session.flush()
    return timebank


def timebank_at(session: Session, slug: str) -> Timebank:
    """The timebank with this address.

    Raises:
        NotFound: there is none.
    """
    timebank = session.scalar(select(Timebank).where(Timebank.slug == slug))
    if timebank is None:
        raise NotFound("There is no timebank at the address %(slug)s.", slug=slug)
    return timebank


def enrol(session: Session, timebank: Timebank, newcomer: Newcomer, *, at: datetime) -> Membership:
    """Someone new belongs to the timebank with a number; a member has an account, as give_roles() says."""
    email = tidy_email(newcomer.email)
    person = Person(name=tidy_name(newcomer.name), email=email, email_folded=fold_email(email))
    return _enrol(session, timebank, person, newcomer, at=at)


def enrol_person(session: Session, timebank: Timebank, person: Person, *, at: datetime) -> Membership:
    """Someone who is known, of another timebank, is a member of this one too, with a number and an account."""
    _spend_links(session, person.id)
    return _enrol(session, timebank, person, Newcomer(name=person.name), at=at)


def enrol_organisation(session: Session, timebank: Timebank, name: str, *, at: datetime) -> Membership:
    """The organisation belongs to the timebank and holds an account at zero."""
    membership = _begin(session, timebank, None, at=at)
    membership.organisation = Organisation(name=tidy_name(name))
    session.add(membership)
    _open_account(session, membership, AccountKind.ORGANISATION, at)
    return membership


def give_roles(session: Session, membership: Membership, roles: frozenset[Role], *, at: datetime) -> None:
    """The membership has just these roles; whoever becomes a member gets an account, and keeps it.

    The account has the timebank's limit and, of who is active, its welcome hours, which are given once, from the
    community's account.

    Raises:
        Unacceptable: the timebank would be left without an administrator who had one; a funder would read names.
    """
    lock(session, membership.timebank_id)
    session.refresh(membership, ["given_roles"])
    if Role.FUNDER in roles and roles != {Role.FUNDER}:
        raise Unacceptable("A funder reads released reports and nothing else, so the role stands alone.")
    if Role.ADMINISTRATOR in membership.roles - roles and not another_administrator(session, membership):
        raise Unacceptable("Someone must stay administrator. Give the role to someone else first.")
    if roles - membership.roles - {Role.MEMBER}:
        _spend_links(session, membership.person_id)
    membership.given_roles = [GivenRole(role=role) for role in sorted(roles)]
    if Role.MEMBER in roles and membership.account is None:
        _open_account(session, membership, AccountKind.MEMBER, at)
        _welcome(session, membership, at)
    session.flush()


def another_administrator(session: Session, membership: Membership) -> bool:
    """Whether somebody else here is an administrator, and active; it is asked under lock()."""
    others = select(GivenRole.membership_id).join(Membership, Membership.id == GivenRole.membership_id)
    return (
        session.scalar(
            others.where(
                Membership.timebank_id == membership.timebank_id,
                Membership.id != membership.id,
                Membership.status == MembershipStatus.ACTIVE,
                GivenRole.role == Role.ADMINISTRATOR,
            ).limit(1)
        )
        is not None
    )


def tidy_name(name: str) -> str:
    """The name as it is kept.

    Raises:
        Unacceptable: there is none, or it is longer than 120 letters.
    """
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= 120:
        raise Unacceptable("Write a name of at most 120 letters.")
    return tidy


def tidy_email(email: str | None) -> str | None:
    """The e-mail as it is written to, or None where there is none; nothing is asked of the network.

    Raises:
        Unacceptable: it is not an e-mail address.
    """
    if email is None or not email.strip():
        return None
    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Unacceptable("Write the e-mail like this: name@example.org") from error


def fold_email(email: str | None) -> str | None:
    """The form in which two ways to write the same address are alike."""
    return email.strip().casefold() if email else None


def lock(session: Session, timebank_id: int) -> None:
    """Whoever else wants to decide on this timebank's numbers or roles waits; who only writes exchanges does not."""
    session.get(Timebank, timebank_id, with_for_update={"key_share": True}, populate_existing=True)


def _enrol(session: Session, timebank: Timebank, person: Person, newcomer: Newcomer, *, at: datetime) -> Membership:
    membership = _begin(session, timebank, newcomer.number, at=at)
    membership.person = person
    membership.works_for = newcomer.works_for
    session.add(membership)
    session.flush()
    give_roles(session, membership, newcomer.roles, at=at)
    return membership


def _begin(session: Session, timebank: Timebank, number: int | None, *, at: datetime) -> Membership:
    # The lock on the timebank's row makes two who are enrolled at once get two numbers.
    lock(session, timebank.id)
    highest = session.scalar(select(func.max(Membership.number)).where(Membership.timebank_id == timebank.id)) or 0
    if number is not None and session.scalar(
        select(Membership.id).where(Membership.timebank_id == timebank.id, Membership.number == number)
    ):
        raise NumberTaken("Someone else has the number %(number)d.", number=number)
    return Membership(
        timebank_id=timebank.id,
        timebank=timebank,
        number=highest + 1 if number is None else number,
        status=MembershipStatus.ACTIVE,
        joined_on=timebank.day_of(at),
    )


def _spend_links(session: Session, person_id: int | None) -> None:
    """Links to choose a password that were printed for a plain member no longer work."""
    session.execute(delete(PasswordLink).where(PasswordLink.person_id == person_id))


def _open_account(session: Session, membership: Membership, kind: AccountKind, at: datetime) -> None:
    minutes = membership.timebank.credit_limit_minutes
    limit = None if minutes is None else Hours(minutes)
    membership.account = accounts.open_account(session, membership.timebank.book_id, kind, credit_limit=limit, at=at)
    session.flush()


def _welcome(session: Session, membership: Membership, at: datetime) -> None:
    hours = Hours(membership.timebank.welcome_minutes)
    if hours.minutes and membership.status == MembershipStatus.ACTIVE:
        moving.welcome(session, membership, hours, at=at)
        session.expire(membership.account)
