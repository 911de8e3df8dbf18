"""Joining: what a visitor may know of a timebank, and the application to join it; nothing here commits.

Whoever applies is answered alike, whether they are known here, have applied before, or neither.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from timebank.care import inviting, terms
from timebank.care.models import Application, ApplicationState
from timebank.listings.models import Category, Listing, ListingKind
from timebank.listings.searching import standing
from timebank.members.choices import Joining
from timebank.members.enrol import fold_email, lock, tidy_email
from timebank.members.folding import fold
from timebank.members.models import HERE, GivenRole, Membership, MembershipStatus, Person, SignInAttempt, Timebank
from timebank.members.passwords import TooManyTries
from timebank.notices.models import NoticeKind
from timebank.notices.outbox import tell_each
from timebank.policy import Role
from timebank.refusals import Conflict, NotAllowed, Unacceptable

BY_ADDRESS_AN_HOUR, BY_ADDRESS_A_DAY = 20, 40
"""How many applications one address may send: a whole coffee morning, and no flood."""
A_DAY = 150
"""How many applications a timebank takes in a day."""
TOLD_A_DAY = 20
"""Of how many a day coordinators get a letter; the others stand on their page."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Bracket(StrEnum):
    """How many members there are, as far as a visitor is told."""

    FEW = "fewer than 50"
    SOME = "50 to 200"
    MANY = "200 to 1,000"
    VERY_MANY = "more than 1,000"


class BelongsAlready(Conflict):
    """Who applies is a member here."""


class NobodyToReach(Unacceptable):
    """There is neither an e-mail nor a phone number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """What someone writes who would like to join; `code` is that of their invitation, `terms_id` what they agree to."""

    key: str
    name: str
    good_at: str
    would_help: str = ""
    email: str = ""
    phone: str = ""
    district: str = ""
    heard_from: str = ""
    terms_id: int | None = None
    code: str = ""


def bracket(members: int) -> Bracket:
    """The bracket of so many members."""
    if members < 50:
        return Bracket.FEW
    if members <= 200:
        return Bracket.SOME
    return Bracket.MANY if members <= 1000 else Bracket.VERY_MANY


def size_of(session: Session, timebank: Timebank) -> Bracket:
    """How many members the timebank has, as a bracket; who has left or is suspended does not count."""
    return bracket(
        session.scalar(
            select(func.count())
            .select_from(Membership)
            .join(GivenRole, GivenRole.membership_id == Membership.id)
            .where(
                Membership.timebank_id == timebank.id,
                Membership.status.in_(HERE),
                Membership.person_id.is_not(None),
                GivenRole.role == Role.MEMBER,
            )
        )
        or 0
    )


def kinds_offered(session: Session, timebank: Timebank, *, today: date, limit: int) -> Sequence[str]:
    """The kinds of help that are offered most on the board that day."""
    return session.scalars(
        select(Category.name)
        .join(Listing, Listing.category_id == Category.id)
        .join(Listing.membership)
        .where(standing(timebank, today), Listing.kind == ListingKind.OFFER)
        .group_by(Category.id, Category.name)
        .order_by(func.count().desc(), Category.name)
        .limit(limit)
    ).all()


def check_open(timebank: Timebank, *, invited: bool) -> None:
    """Someone may apply here just now.

    Raises:
        NotAllowed: nobody may, or only who was invited.
    """
    if timebank.joining == Joining.NOBODY:
        raise NotAllowed("%(timebank)s takes no new members at the moment.", timebank=timebank.name)
    if timebank.joining == Joining.INVITED and not invited:
        raise NotAllowed("%(timebank)s is joined by invitation. Ask a member, or call us.", timebank=timebank.name)


def note_try(session: Session, address: str, *, at: datetime) -> None:
    """The try is written down, by a digest of where it came from; commit it before the application is looked at."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - _DAY))
    session.add(SignInAttempt(key=_place(address), at=at))
    session.flush()


def check_tries(session: Session, address: str, *, at: datetime) -> None:
    """Not too many applications came from this address, nor to any timebank from it.

    Raises:
        TooManyTries: there were.
    """
    for window, most in ((_HOUR, BY_ADDRESS_AN_HOUR), (_DAY, BY_ADDRESS_A_DAY)):
        seen = select(func.count()).where(SignInAttempt.key == _place(address), SignInAttempt.at > at - window)
        if (session.scalar(seen) or 0) > most:
            raise TooManyTries("Many applications came from where you are. Try again tomorrow, or call us.")


def apply(
    session: Session, timebank: Timebank, petition: Petition, *, person: Person | None, at: datetime
) -> Application:
    """There is one open application of this person, and the coordinators are told, once.

    `person` is who is signed in, of another timebank perhaps. The same form sent again, and another one of the same
    name and e-mail or phone while the first is open, write nothing.

    Raises:
        NotAllowed, NotFound, InvitationSpent: nobody may apply just now, or not with this invitation.
        NobodyToReach, TermsHaveChanged, BelongsAlready, TooManyTries: with the sentence for the form.
    """
    check_open(timebank, invited=bool(petition.code))
    email, phone = tidy_email(petition.email) or "", " ".join(petition.phone.split())
    if not email and not phone:
        raise NobodyToReach("Write an e-mail or a phone number, so that we can reach you.")
    lock(session, timebank.id)
    known = _known(session, timebank, petition, person, email, phone)
    if known is not None:
        return known
    _check_stranger(session, timebank, person)
    today, lately = timebank.day_of(at), _lately(session, timebank, at)
    if lately >= A_DAY:
        raise TooManyTries("Many people have asked to join today. Try again tomorrow, or call us.")
    holds = terms.current(session, timebank)
    if holds is not None:
        terms.check_current(session, timebank, petition.terms_id)
    invitation = (
        inviting.with_code(session, timebank, petition.code, today=today, locked=True) if petition.code else None
    )
    application = Application(
        timebank_id=timebank.id,
        key=petition.key,
        state=ApplicationState.OPEN,
        name=" ".join(petition.name.split()),
        email=email,
        phone=phone,
        district=petition.district.strip(),
        good_at=petition.good_at.strip(),
        would_help=petition.would_help.strip(),
        heard_from=petition.heard_from.strip(),
        at=at,
        person_id=person.id if person is not None else None,
        invitation=invitation,
        terms_id=holds.id if holds is not None else None,
    )
    session.add(application)
    session.flush()
    if lately < TOLD_A_DAY:
        _tell(session, application, at)
    return application


def _known(
    session: Session, timebank: Timebank, petition: Petition, person: Person | None, email: str, phone: str
) -> Application | None:
    """The application of this form, or the one that the same person has open."""
    sent = select(Application).where(Application.timebank_id == timebank.id, Application.key == petition.key)
    before = session.scalar(sent)
    if before is not None:
        return before
    waiting = session.scalars(
        select(Application).where(Application.timebank_id == timebank.id, Application.state == ApplicationState.OPEN)
    )
    name, figures = fold(petition.name), _figures(phone)
    for one in waiting:
        if person is not None and one.person_id == person.id:
            return one
        reached = (email and fold_email(one.email) == fold_email(email)) or (figures and _figures(one.phone) == figures)
        if reached and fold(one.name) == name:
            return one
    return None


def _check_stranger(session: Session, timebank: Timebank, person: Person | None) -> None:
    if person is None:
        return
    here = select(Membership.status).where(Membership.timebank_id == timebank.id, Membership.person_id == person.id)
    if session.scalar(here) in HERE:
        raise BelongsAlready("You belong to %(timebank)s already.", timebank=timebank.name)


def _lately(session: Session, timebank: Timebank, at: datetime) -> int:
    """How many applications came within a day."""
    lately = select(func.count()).where(Application.timebank_id == timebank.id, Application.at > at - _DAY)
    return session.scalar(lately) or 0


def _tell(session: Session, application: Application, at: datetime) -> None:
    who, name, number = _who_welcomes(session, application.timebank_id), application.name, application.id
    tell_each(session, NoticeKind.APPLICATION, who, key=notice_key(number), at=at, name=name, application_id=number)


def notice_key(application_id: int) -> str:
    """Under which key each of those who welcome is told of an application, with their own number behind it."""
    return f"application:{application_id}"


def _who_welcomes(session: Session, timebank_id: int) -> Sequence[Membership]:
    """The coordinators; where there is none, the administrators."""
    for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        found = session.scalars(
            select(Membership)
            .join(GivenRole, GivenRole.membership_id == Membership.id)
            .where(
                Membership.timebank_id == timebank_id,
                Membership.status == MembershipStatus.ACTIVE,
                GivenRole.role == role,
            )
        ).all()
        if found:
            return found
    return []


def _figures(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdecimal())


def _place(address: str) -> str:
    return hashlib.sha256(f"join {address}".encode()).hexdigest()
