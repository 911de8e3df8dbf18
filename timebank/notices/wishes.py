"""How somebody wants to be told: how often, which kinds, or by phone; what waits for them follows at once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from timebank.database import insert_unless_there
from timebank.members.audit_log import Deed, note
from timebank.members.choices import Pace
from timebank.members.models import Membership
from timebank.notices.models import MUST_BE_TOLD, LetterStop, Notice, NoticeKind, NoticeState
from timebank.policy import Permission
from timebank.refusals import NotAllowed, NotFound

CAN_BE_STOPPED = tuple(kind for kind in NoticeKind if kind not in MUST_BE_TOLD)
"""The kinds of letters that someone may decline, in the order in which they are asked about."""


def stopped_by(session: Session, membership: Membership) -> frozenset[NoticeKind]:
    """The kinds that they declined."""
    asked = select(LetterStop.kind).where(LetterStop.membership_id == membership.id)
    return frozenset(session.scalars(asked))


def choose(
    session: Session,
    membership: Membership,
    *,
    pace: Pace,
    asked: Collection[NoticeKind],
    wanted: Collection[NoticeKind],
    by: Membership,
    at: datetime,
) -> None:
    """They are told at this pace, and of the kinds that were `asked` about just of those that are wanted.

    Raises:
        NotAllowed, NotFound: it is somebody else's choice, and who makes it looks after nobody here.
    """
    _check(membership, by)
    unwanted = {kind for kind in asked if kind in CAN_BE_STOPPED and kind not in wanted}
    session.execute(
        delete(LetterStop).where(LetterStop.membership_id == membership.id, LetterStop.kind.in_(set(asked) - unwanted))
    )
    for kind in sorted(unwanted):
        stop(session, membership.id, kind)
    set_pace(session, membership, pace, at=at)
    if by.id != membership.id or by.is_acted_for:
        note(session, Deed.PAGE_CHANGED, by=by, about=membership, at=at, what="letters", pace=pace.value)


def set_pace(session: Session, membership: Membership, pace: Pace, *, at: datetime) -> None:
    """They are told at this pace from now on; what waits for them, for a digest or for a call, is decided on anew."""
    if membership.pace == pace:
        return
    membership.pace = pace
    session.flush()
    decide_anew(session, membership.id, at=at)


def decide_anew(session: Session, membership_id: int, *, at: datetime, also_given_up: bool = False) -> None:
    """What waits for them, for a digest or for a call is looked at again, as they are to be told now.

    What a mail server refused keeps its pauses; `also_given_up` is for who is reached elsewhere from now on.
    """
    waits = or_(Notice.state == NoticeState.PHONE, and_(Notice.state == NoticeState.WAITING, Notice.tries == 0))
    anew = {"state": NoticeState.WAITING, "due_at": at, "tries": 0}
    session.execute(update(Notice).where(Notice.membership_id == membership_id, waits).values(**anew))
    if also_given_up:
        in_vain = Notice.membership_id == membership_id, Notice.state == NoticeState.GIVEN_UP
        session.execute(update(Notice).where(*in_vain).values(**anew, last_error=""))


def stop(session: Session, membership_id: int, kind: NoticeKind) -> None:
    """They get no more letters of this kind; what must be told is told all the same."""
    row = insert_unless_there(session, LetterStop).values(membership_id=membership_id, kind=kind)
    session.execute(row.on_conflict_do_nothing())


def want_again(session: Session, membership_id: int, kind: NoticeKind) -> None:
    """They get letters of this kind again."""
    session.execute(delete(LetterStop).where(LetterStop.membership_id == membership_id, LetterStop.kind == kind))


def _check(membership: Membership, by: Membership) -> None:
    if membership.timebank_id != by.timebank_id:
        raise NotFound("There is no such person in this timebank.")
    if membership.id != by.id and not by.may(Permission.LOOK_AFTER_MEMBERS):
        raise NotAllowed("Everyone chooses for themselves how they are told.")
