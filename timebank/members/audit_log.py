"""The audit log: every decision that touches someone else, written down once and read in plain words; never changed."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from timebank.members.models import AuditLine, Membership, Timebank


class Deed(StrEnum):
    """What was decided; the words for each, and the values it tells, stand in web/audited.py."""

    ENROLLED = "enrolled"
    ROLES_GIVEN = "roles given"
    CARD_PRINTED = "card printed"
    APPLICATION_WELCOMED = "application welcomed"
    APPLICATION_DECLINED = "application declined"
    INVITED = "invited"
    INVITATION_ENDED = "invitation ended"
    TERMS_PUBLISHED = "terms published"
    TERMS_ON_PAPER = "terms on paper"
    PAGE_CHANGED = "page changed"
    SUPPORTER_AGREED = "supporter agreed"
    SUPPORTER_ENDED = "supporter ended"
    PAUSED = "paused"
    CAME_BACK = "came back"
    SUSPENDED = "suspended"
    LEFT = "left"
    DIED = "died"
    REJOINED = "rejoined"
    MERGED = "merged"
    ERASED = "erased"
    DATA_GIVEN = "data given"
    LOGGED = "logged"
    CONFIRMED_FOR = "confirmed for"
    APPROVED = "approved"
    SETTLED = "settled"
    SENT_BACK = "sent back"
    DECLINED = "declined"
    REVERSED = "reversed"
    HOURS_MOVED = "hours moved"
    LIMIT_CHANGED = "limit changed"
    ACCOUNT_CLOSED = "account closed"
    ACCOUNT_REOPENED = "account reopened"
    POLICY_CHANGED = "policy changed"
    LOOK_CHANGED = "look changed"
    CATEGORY_CHANGED = "category changed"
    LISTING_TAKEN_DOWN = "listing taken down"
    CONCERN_CLOSED = "concern closed"
    CONVERSATION_READ = "conversation read"
    VETTED = "vetted"
    VETTING_ENDED = "vetting ended"
    NOTE_READ = "safeguarding read"
    NOTE_WRITTEN = "safeguarding note"
    LETTER_SENT = "letter to several"
    TOLD_BY_PHONE = "told by phone"
    RELEASED = "released"


def note(
    session: Session, deed: Deed, *, by: Membership, about: Membership | None, at: datetime, **told: object
) -> None:
    """The decision stands in the audit log of the timebank; `told` are plain values: texts, numbers, days as text.

    No name of a member is told, for nobody can erase it there: whom it is about is looked up when it is read, and so is
    everyone else, who is told of by their id (other_id, payer_id, provider_id and so on; web/audited.py).
    """
    if about is not None:
        told.pop("name", None)
    session.add(
        AuditLine(
            timebank_id=by.timebank_id,
            at=at,
            by_id=by.hand_id,
            about_id=about.id if about is not None else None,
            deed=deed.value,
            told=json.dumps(told, ensure_ascii=False),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines of the audit log are looked for; what is empty leaves nothing out.

    `about` are those whom a line is about, or who did it. `hidden` are deeds that the reader may not know of.
    """

    about: Collection[Membership] | None = None
    deeds: Collection[Deed] | None = None
    first_moment: datetime | None = None
    before_moment: datetime | None = None
    hidden: Collection[Deed] = ()


EVERYTHING = Wanted()


def lines_of(
    session: Session, timebank: Timebank, *, wanted: Wanted = EVERYTHING, limit: int, offset: int
) -> tuple[Sequence[AuditLine], int]:
    """One page of the audit log, the newest first, and how many lines there are."""
    which = _which(timebank, wanted)
    count = session.scalar(select(func.count()).select_from(AuditLine).where(*which)) or 0
    query = select(AuditLine).where(*which).order_by(AuditLine.id.desc()).limit(limit).offset(offset)
    about = joinedload(AuditLine.about)
    names = (
        joinedload(AuditLine.by),
        about.joinedload(Membership.person),
        about.joinedload(Membership.organisation),
    )
    return session.scalars(query.options(*names)).all(), count


def began_at(session: Session, timebank: Timebank) -> datetime | None:
    """When the first line was written; None where there is none."""
    first = select(AuditLine.at).where(AuditLine.timebank_id == timebank.id).order_by(AuditLine.id).limit(1)
    return session.scalar(first)


def last_line(session: Session, timebank: Timebank, deed: Deed) -> AuditLine | None:
    """The newest line that tells of such a deed."""
    which = AuditLine.timebank_id == timebank.id, AuditLine.deed == deed.value
    return session.scalar(select(AuditLine).where(*which).order_by(AuditLine.id.desc()).limit(1))


def _which(timebank: Timebank, wanted: Wanted) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = [AuditLine.timebank_id == timebank.id]
    if wanted.about is not None:
        people = [one.person_id for one in wanted.about if one.person_id is not None]
        which.append(or_(AuditLine.about_id.in_([one.id for one in wanted.about]), AuditLine.by_id.in_(people)))
    if wanted.deeds is not None:
        which.append(AuditLine.deed.in_([deed.value for deed in wanted.deeds]))
    if wanted.hidden:
        which.append(AuditLine.deed.not_in([deed.value for deed in wanted.hidden]))
    if wanted.first_moment is not None:
        which.append(AuditLine.at >= wanted.first_moment)
    if wanted.before_moment is not None:
        which.append(AuditLine.at < wanted.before_moment)
    return which
