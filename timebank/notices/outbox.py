"""The outbox: what someone must know is written in the transaction that makes it so, and the worker sends it later.

What is to be told by phone, and what could not be sent, waits here for a coordinator.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, joinedload

from timebank.database import insert_unless_there
from timebank.members.audit_log import Deed, note
from timebank.members.models import Membership, Timebank
from timebank.notices.models import Notice, NoticeKind, NoticeState
from timebank.policy import Permission
from timebank.refusals import Conflict, NotAllowed, NotFound

_FOR_COORDINATORS = frozenset({NoticeState.PHONE, NoticeState.GIVEN_UP})


class ToldBefore(Conflict):
    """Somebody has told them already, or the letter is on its way."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How the letters of a timebank stand: how many wait, how many of them were tried in vain, since when, and why."""

    waiting: int
    held_up: int
    since: datetime | None
    why: str


def tell(session: Session, kind: NoticeKind, to: Membership, *, key: str, at: datetime, **told: object) -> None:
    """The member will be told, once: what has been told under this key in their timebank is not told again.

    `told` are plain values, names and numbers and texts, that the words of the kind need (web/written.py). `key` names
    what happened and to whom it is told, for example "exchange:42:proposed:7".
    """
    _write(session, [_row(to.timebank_id, kind, key, told, at, membership_id=to.id)])


def tell_each(
    session: Session, kind: NoticeKind, to: Sequence[Membership], *, key: str, at: datetime, **told: object
) -> None:
    """Each of these members will be told the same, once, under the key with their own number behind it; at one go."""
    rows = [_row(one.timebank_id, kind, f"{key}:{one.id}", told, at, membership_id=one.id) for one in to]
    if rows:
        _write(session, rows)


def tell_address(
    session: Session, kind: NoticeKind, timebank: Timebank, email: str, *, key: str, at: datetime, **told: object
) -> None:
    """Someone who does not belong here (yet) will be told by e-mail, once."""
    _write(session, [_row(timebank.id, kind, key, told, at, email=email)])


def drop(session: Session, *which: ColumnElement[bool]) -> bool:
    """Whoever waits to be told these, by letter or by phone, is told nothing; whether anybody did wait."""
    waiting = Notice.state.in_((NoticeState.WAITING, NoticeState.PHONE))
    dropped = update(Notice).where(waiting, *which).values(state=NoticeState.DROPPED, told="{}", email="")
    return bool(session.scalars(dropped.returning(Notice.id)).all())


def to_tell_by_phone(session: Session, timebank: Timebank, *, limit: int, offset: int) -> tuple[Sequence[Notice], int]:
    """One page of what a coordinator is to tell by phone, the oldest first, and how much it is in all."""
    return _in_state(session, timebank, NoticeState.PHONE, limit=limit, offset=offset)


def given_up(session: Session, timebank: Timebank, *, limit: int, offset: int) -> tuple[Sequence[Notice], int]:
    """One page of the letters that are tried no more, the oldest first, and how many there are."""
    return _in_state(session, timebank, NoticeState.GIVEN_UP, limit=limit, offset=offset)


def sending(session: Session, timebank: Timebank) -> Sending:
    """How the letters of the timebank stand."""
    waits = Notice.timebank_id == timebank.id, Notice.state == NoticeState.WAITING
    tried = (*waits, Notice.last_error != "")
    waiting = session.scalar(select(func.count()).select_from(Notice).where(*waits)) or 0
    held_up, since = session.execute(select(func.count(), func.min(Notice.at)).where(*tried)).one()
    newest = select(Notice.last_error).where(*tried).order_by(Notice.due_at.desc(), Notice.id.desc()).limit(1)
    return Sending(waiting, held_up, since, session.scalar(newest) or "")


def told_by_phone(session: Session, notice_id: int, *, by: Membership, at: datetime) -> Notice:
    """A coordinator has told them what was to be told by phone or could not be sent, and the audit log says so.

    Raises:
        NotAllowed, NotFound, ToldBefore: with the sentence for the person.
    """
    notice = _taken(
        session, notice_id, by, _FOR_COORDINATORS, "This is no longer for you to tell: somebody has done so."
    )
    notice.state, notice.sent_at, notice.told, notice.email = NoticeState.SENT, at, "{}", ""
    note(session, Deed.TOLD_BY_PHONE, by=by, about=notice.membership, at=at, what=notice.kind.value)
    session.flush()
    return notice


def try_again(session: Session, notice_id: int, *, by: Membership, at: datetime) -> Notice:
    """The letter that was given up leaves at once, and where it is refused, its pauses begin anew.

    Raises:
        NotAllowed, NotFound, ToldBefore: with the sentence for the person.
    """
    notice = _taken(session, notice_id, by, {NoticeState.GIVEN_UP}, "This letter is being tried again already.")
    # Not 0, by which it would wait for a digest.
    notice.state, notice.due_at, notice.tries = NoticeState.WAITING, at, 1
    session.flush()
    return notice


def try_all_again(session: Session, *, by: Membership, at: datetime) -> int:
    """All letters that were given up leave at once; how many they are.

    Raises:
        NotAllowed: they look after nobody here.
    """
    _check(by)
    which = Notice.timebank_id == by.timebank_id, Notice.state == NoticeState.GIVEN_UP
    ids = session.scalars(select(Notice.id).where(*which).with_for_update()).all()
    if ids:
        again = {"state": NoticeState.WAITING, "due_at": at, "tries": 1}
        session.execute(update(Notice).where(*which).values(**again))
    return len(ids)


def _write(session: Session, rows: list[dict[str, object]]) -> None:
    session.execute(insert_unless_there(session, Notice).on_conflict_do_nothing(), rows)


def _row(
    timebank_id: int, kind: NoticeKind, key: str, told: dict[str, object], at: datetime, **to: object
) -> dict[str, object]:
    return {
        "timebank_id": timebank_id,
        "kind": kind,
        "key": f"{timebank_id}:{key}",
        "told": json.dumps(told, ensure_ascii=False),
        "at": at,
        "due_at": at,
        "state": NoticeState.WAITING,
        "tries": 0,
        "email": "",
        "last_error": "",
        **to,
    }


def _in_state(
    session: Session, timebank: Timebank, state: NoticeState, *, limit: int, offset: int
) -> tuple[Sequence[Notice], int]:
    which = Notice.timebank_id == timebank.id, Notice.state == state
    count = session.scalar(select(func.count()).select_from(Notice).where(*which)) or 0
    query = select(Notice).where(*which).order_by(Notice.id).limit(limit).offset(offset)
    reader = joinedload(Notice.membership)
    names = reader.joinedload(Membership.person), reader.joinedload(Membership.organisation)
    return session.scalars(query.options(*names)).all(), count


def _taken(session: Session, notice_id: int, by: Membership, states: Collection[NoticeState], too_late: str) -> Notice:
    _check(by)
    notice = session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice is None or notice.timebank_id != by.timebank_id:
        raise NotFound("There is no such letter in this timebank.")
    if notice.state not in states:
        raise ToldBefore(too_late)
    return notice


def _check(by: Membership) -> None:
    if not by.may(Permission.LOOK_AFTER_MEMBERS):
        raise NotAllowed("Coordinators look after the letters of a timebank.")
