"""What was looked at before someone helps where trust is needed, and until when it holds; each step never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from timebank.care.models import Vetting, VettingKind
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.models import HERE, Membership, Timebank
from timebank.members.rules import NotYourOwn, is_party
from timebank.policy import Permission
from timebank.refusals import Conflict, NotAllowed, NotFound, Unacceptable

SOON = timedelta(days=30)
"""How long before it runs out something is due to be looked at again."""
LONGEST_NOTE = 500
_EARLIEST = date(1950, 1, 1)
_LONGEST_YEARS = 30


class WrongDay(Unacceptable):
    """It cannot have been looked at then."""


class WrongEnd(Unacceptable):
    """It cannot hold until then."""


class EndedAlready(Conflict):
    """It was ended before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was looked at, on which day, until which day it holds, and a note; None does not run out."""

    kind: VettingKind
    seen_on: date
    expires_on: date | None = None
    note: str = ""


def add(session: Session, membership: Membership, seen: Seen, *, by: Membership, at: datetime) -> Vetting:
    """A coordinator has written down what they looked at.

    Raises:
        NotAllowed, NotFound: who does it is no coordinator here; it is about themselves, or who they work for.
        WrongDay, WrongEnd, Unacceptable: the days make no sense; the note is too long.
    """
    check_may(by, membership)
    _check_days(seen, membership.timebank.day_of(at))
    if len(seen.note.strip()) > LONGEST_NOTE:
        raise Unacceptable("Use at most %(most)d letters.", most=LONGEST_NOTE)
    vetting = Vetting(
        membership_id=membership.id,
        kind=seen.kind,
        note=seen.note.strip(),
        seen_on=seen.seen_on,
        expires_on=seen.expires_on,
        at=at,
        by_id=by.hand_id,
    )
    session.add(vetting)
    session.flush()
    audit_log.note(session, Deed.VETTED, by=by, about=membership, at=at, **_told(vetting))
    return vetting


def end(session: Session, membership: Membership, vetting_id: int, *, by: Membership, at: datetime) -> Vetting:
    """What was looked at holds no longer; it stays readable.

    Raises:
        NotAllowed, NotFound: as add(); nothing of the kind was written down about them.
        EndedAlready: it was ended before.
    """
    check_may(by, membership)
    vetting = of_member(session, membership, vetting_id, lock=True)
    if vetting.ended_at is not None:
        raise EndedAlready("This was ended before.")
    vetting.ended_at = at
    session.flush()
    audit_log.note(session, Deed.VETTING_ENDED, by=by, about=membership, at=at, **_told(vetting))
    return vetting


def of_member(session: Session, membership: Membership, vetting_id: int, *, lock: bool = False) -> Vetting:
    """One thing that was looked at about this member.

    Raises:
        NotFound: it is about somebody else, or about nobody.
    """
    vetting = session.get(Vetting, vetting_id, with_for_update=lock or None, populate_existing=lock)
    if vetting is None or vetting.membership_id != membership.id:
        raise NotFound("Nothing of the kind is written down here.")
    return vetting


def about(session: Session, membership: Membership) -> Sequence[Vetting]:
    """All that was looked at about a member: what holds first, then what was ended, each the newest first."""
    query = select(Vetting).where(Vetting.membership_id == membership.id).options(joinedload(Vetting.by))
    return session.scalars(
        query.order_by(Vetting.ended_at.is_not(None), Vetting.seen_on.desc(), Vetting.id.desc())
    ).all()


def expiring(
    session: Session, timebank: Timebank, *, today: date, limit: int, offset: int = 0
) -> tuple[Sequence[Vetting], int]:
    """One page of what runs out soon or has run out, the most urgent first, and how many there are."""
    joined = select(Vetting).join(Vetting.membership).where(runs_out(timebank, today))
    count = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    names = (
        joinedload(Vetting.membership).joinedload(Membership.person),
        joinedload(Vetting.membership).joinedload(Membership.organisation),
    )
    query = joined.order_by(Vetting.expires_on, Vetting.id).limit(limit).offset(offset).options(*names)
    return session.scalars(query).all(), count


def runs_out(timebank: Timebank, today: date) -> ColumnElement[bool]:
    """What runs out soon or has run out, in a query that joins whom it is about.

    What was looked at anew and holds longer is not among them, nor is what was ended, nor whoever is not here now.
    """
    newer = aliased(Vetting)
    renewed = exists().where(
        newer.membership_id == Vetting.membership_id,
        newer.kind == Vetting.kind,
        newer.ended_at.is_(None),
        or_(newer.expires_on.is_(None), newer.expires_on > Vetting.expires_on),
    )
    return and_(
        Membership.timebank_id == timebank.id,
        Membership.status.in_(HERE),
        Vetting.ended_at.is_(None),
        Vetting.expires_on <= today + SOON,
        ~renewed,
    )


def check_may(by: Membership, membership: Membership) -> None:
    """A coordinator writes down what they looked at about others of their timebank.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    if not by.may(Permission.LOOK_AFTER_MEMBERS):
        raise NotAllowed("Coordinators look after the members.")
    if membership.timebank_id != by.timebank_id:
        raise NotFound("There is no such person in this timebank.")
    if is_party(by, membership):
        raise NotYourOwn("This is about yourself. Another coordinator looks after it.")


def _check_days(seen: Seen, today: date) -> None:
    if not _EARLIEST <= seen.seen_on <= today:
        raise WrongDay("The day has not come yet, or is long past. Choose today or a day before it.")
    if seen.expires_on is None:
        return
    if seen.expires_on < seen.seen_on:
        raise WrongEnd("It would have run out before it was looked at. Change one of the days.")
    if seen.expires_on.year > today.year + _LONGEST_YEARS:
        raise WrongEnd("Write a day within the next %(years)d years, or none.", years=_LONGEST_YEARS)


def _told(vetting: Vetting) -> dict[str, str]:
    until = vetting.expires_on.isoformat() if vetting.expires_on is not None else ""
    return {"what": vetting.kind.value, "day": vetting.seen_on.isoformat(), "until": until}
