"""Which letters leave now, and what became of them: each is claimed by one worker alone, and none is ever lost.

A worker claims what is due by moving its time ahead, commits, and only then speaks with the mail server. Where it dies
between handing a letter in and writing down that it did, the claim runs out after LEASE and the letter leaves a second
time, with the same Message-ID, by which mail programs show it once: rather told twice than never.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from timebank.members.models import Membership
from timebank.notices.fates import Fate, fate_of
from timebank.notices.models import LetterStop, Notice, NoticeKind, NoticeState
from timebank.notices.paces import DIGESTS, LONGEST_WHILE_DOWN, PAUSES, digest_at, pause

LEASE = timedelta(minutes=15)
"""How long a worker has for what it claimed."""
AT_ONCE = 100
"""How many notices are looked at in one claim, and at most how many people's letters are claimed."""
_LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one letter tells: one notice, or all that waited for a digest."""

    notices: list[Notice]
    is_digest: bool = False

    @property
    def to(self) -> Membership | None:
        """Whom it is for; None where they do not belong here (yet)."""
        return self.notices[0].membership

    @property
    def ids(self) -> list[int]:
        """The ids of what it tells."""
        return [notice.id for notice in self.notices]


@dataclass(slots=True)
class Claim:
    """What a worker has claimed, and of how many notices it has decided at all."""

    parcels: list[Parcel] = field(default_factory=list)
    decided: int = 0


def anything_due(session: Session, *, at: datetime) -> bool:
    """Whether there is anything to do: one question that an index answers."""
    return session.scalar(_due(at).limit(1)) is not None


def claim(session: Session, *, at: datetime, most: int = AT_ONCE) -> Claim:
    """The letters that leave now are this worker's until LEASE has passed; what is not for a letter is decided too.

    Who reads them is locked first, so that two workers never send halves of one digest; whom another worker looks
    after just now is left to it.
    """
    first = session.execute(_due(at).order_by(Notice.due_at, Notice.id).limit(most)).all()
    readers = _locked(session, {reader for _id, reader in first if reader is not None})
    strangers = [notice_id for notice_id, reader in first if reader is None]
    due = session.scalars(
        select(Notice)
        .where(*_is_due(at), or_(Notice.membership_id.in_(readers), Notice.id.in_(strangers)))
        .order_by(Notice.id)
        .options(joinedload(Notice.timebank))
        .with_for_update(skip_locked=True, of=Notice)
        .execution_options(populate_existing=True)
    ).all()
    stops = _stops(session, readers)
    made = Claim(decided=len(due))
    digests: dict[int, Parcel] = {}
    for notice in due:
        if _leaves_now(notice, stopped=(notice.membership_id, notice.kind) in stops, at=at):
            _put(notice, made.parcels, digests)
    session.flush()
    return made


def sent(session: Session, notice_ids: Collection[int], *, at: datetime) -> None:
    """Their readers have been told, and what was told is kept here no longer."""
    session.execute(
        update(Notice)
        .where(Notice.id.in_(notice_ids))
        .values(state=NoticeState.SENT, sent_at=at, told="{}", email="", last_error="")
    )


def refused(session: Session, notice_ids: Collection[int], why: str, *, at: datetime) -> None:
    """The letter was not taken: it is tried again after a pause that grows, or given up where it grows no more."""
    for notice in _of(session, notice_ids):
        rests = pause(notice.tries)
        notice.last_error = _in_one_line(why)
        if rests is None:
            notice.state = NoticeState.GIVEN_UP
        else:
            notice.due_at = at + rests
    session.flush()


def unreachable(session: Session, notice_ids: Collection[int], why: str, *, at: datetime) -> None:
    """No mail server could be spoken with: they wait, longer each time, and are never given up for that."""
    most = PAUSES.index(LONGEST_WHILE_DOWN) + 1
    for notice in _of(session, notice_ids):
        notice.tries = min(notice.tries, most)
        notice.due_at = at + PAUSES[notice.tries - 1]
        notice.last_error = _in_one_line(why)
    session.flush()


def put_back(session: Session, notice_ids: Collection[int], *, at: datetime) -> None:
    """The worker has not come to them, and whoever is next may."""
    session.execute(update(Notice).where(Notice.id.in_(notice_ids)).values(due_at=at, tries=Notice.tries - 1))


def _is_due(at: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Notice.state == NoticeState.WAITING, Notice.due_at <= at


def _due(at: datetime) -> Select[int, int | None]:
    return select(Notice.id, Notice.membership_id).where(*_is_due(at))


def _locked(session: Session, membership_ids: Collection[int]) -> dict[int, Membership]:
    """Those of them whom no other worker looks after, locked, by id, with all that a letter needs to know of them."""
    found = session.scalars(
        select(Membership)
        .where(Membership.id.in_(membership_ids))
        .options(joinedload(Membership.person), joinedload(Membership.organisation), joinedload(Membership.timebank))
        .options(selectinload(Membership.given_roles))
        .order_by(Membership.id)
        .with_for_update(key_share=True, skip_locked=True, of=Membership)
        .execution_options(populate_existing=True)
    )
    return {membership.id: membership for membership in found}


def _stops(session: Session, membership_ids: Collection[int]) -> set[tuple[int | None, NoticeKind]]:
    asked = select(LetterStop).where(LetterStop.membership_id.in_(membership_ids))
    return {(stop.membership_id, stop.kind) for stop in session.scalars(asked)}


def _leaves_now(notice: Notice, *, stopped: bool, at: datetime) -> bool:
    """Whether it goes into a letter now, and then it is claimed; where not, what becomes of it is decided."""
    fate = fate_of(notice, stopped=stopped)
    if fate == Fate.DROP:
        notice.state, notice.told, notice.email = NoticeState.DROPPED, "{}", ""
        return False
    if fate == Fate.PHONE:
        notice.state = NoticeState.PHONE
        return False
    to = notice.membership
    if to is not None and to.pace in DIGESTS and not notice.tries:
        leaves = digest_at(to.pace, to.timebank.time_zone, notice.due_at)
        if leaves > at:
            notice.due_at = leaves
            return False
    notice.due_at = at + LEASE
    notice.tries += 1
    return True


def _put(notice: Notice, parcels: list[Parcel], digests: dict[int, Parcel]) -> None:
    to = notice.membership
    if to is None or to.pace not in DIGESTS:
        parcels.append(Parcel([notice]))
    elif to.id in digests:
        digests[to.id].notices.append(notice)
    else:
        digests[to.id] = Parcel([notice], is_digest=True)
        parcels.append(digests[to.id])


def _of(session: Session, notice_ids: Collection[int]) -> Sequence[Notice]:
    return session.scalars(select(Notice).where(Notice.id.in_(notice_ids)).with_for_update()).all()


def _in_one_line(why: str) -> str:
    return " ".join(why.split())[:_LONGEST_ERROR]
