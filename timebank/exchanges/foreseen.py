"""What another rule would do to exchanges, told before it is set: which would wait, and which silence confirms."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session, load_only

from timebank.contributions.models import Capacity
from timebank.exchanges.models import Exchange
from timebank.exchanges.silence import reminded_ahead
from timebank.exchanges.workflow import State, asks_coordinator
from timebank.members.choices import Approval
from timebank.members.models import Timebank

LATELY = timedelta(days=90)
_CAME_THROUGH = (State.CONFIRMED, State.APPROVED, State.REVERSED)


@dataclass(frozen=True, slots=True)
class Silent:
    """How many exchanges wait for an answer, how many silence confirms as soon as it may, and when the last one."""

    waiting: int
    at_first: int
    first_at: datetime
    last_at: datetime | None


def would_wait(
    session: Session, timebank: Timebank, rule: Approval, above_minutes: int, *, at: datetime
) -> tuple[int, int]:
    """Of the exchanges that were confirmed lately, how many would have waited for a coordinator, and of how many."""
    lately = _lately(session, timebank, at=at)
    had = _approved_before(session, timebank, at=at) if rule == Approval.NEWCOMERS else Counter()
    waited = 0
    for one in lately:
        fewest = min(had[one.provider_id], had[one.receiver_id])
        told = {"minutes": one.minutes or 0, "above_minutes": above_minutes, "fewest_before": fewest}
        waited += one.capacity != Capacity.MEMBER or asks_coordinator(rule, **told)
        if one.state == State.APPROVED:
            had.update((one.provider_id, one.receiver_id))
    return waited, len(lately)


def longer_than(session: Session, timebank: Timebank, minutes: int, *, at: datetime) -> int:
    """How many of the exchanges that were confirmed lately were longer than this."""
    which = *_came_through(timebank), Exchange.moved_at >= at - LATELY, Exchange.minutes > minutes
    return session.scalar(select(func.count()).select_from(Exchange).where(*which)) or 0


def by_silence(session: Session, timebank: Timebank, days: int, *, at: datetime) -> Silent:
    """Which of the exchanges that wait for an answer now silence would confirm after so many days, and when.

    Whoever is asked is reminded first, so that nobody's silence counts from one day to the next.
    """
    after = timedelta(days=days)
    soonest = at + reminded_ahead(after)
    waiting = Exchange.timebank_id == timebank.id, Exchange.state == State.RECORDED
    count, last = session.execute(select(func.count(), func.max(Exchange.moved_at)).where(*waiting)).one()
    due = Exchange.moved_at <= soonest - after
    past = session.scalar(select(func.count()).select_from(Exchange).where(*waiting, due)) or 0
    return Silent(count, past, soonest, max(last + after, soonest) if last is not None else None)


def quiet_for(session: Session, timebank: Timebank, days: int, *, at: datetime) -> int:
    """In how many exchanges that are under way nobody has said anything for so many days."""
    under_way = Exchange.state.in_((State.PROPOSED, State.AGREED, State.RECORDED))
    still = Exchange.timebank_id == timebank.id, under_way, Exchange.moved_at <= at - timedelta(days=days)
    return session.scalar(select(func.count()).select_from(Exchange).where(*still)) or 0


def _lately(session: Session, timebank: Timebank, *, at: datetime) -> Sequence[Exchange]:
    """What came through lately, in the order in which it did; no more of it than the rules look at."""
    looked_at = Exchange.provider_id, Exchange.receiver_id, Exchange.minutes, Exchange.capacity, Exchange.state
    query = select(Exchange).where(*_came_through(timebank), Exchange.moved_at >= at - LATELY)
    return session.scalars(query.options(load_only(*looked_at)).order_by(Exchange.moved_at, Exchange.id)).all()


def _approved_before(session: Session, timebank: Timebank, *, at: datetime) -> Counter[int]:
    """How many approved exchanges each member had had before."""
    approved = Exchange.timebank_id == timebank.id, Exchange.state == State.APPROVED
    before = *approved, Exchange.moved_at < at - LATELY
    sides = (select(side.label("who")).where(*before) for side in (Exchange.provider_id, Exchange.receiver_id))
    both = union_all(*sides).subquery()
    had: Counter[int] = Counter()
    for who, number in session.execute(select(both.c.who, func.count()).group_by(both.c.who)):
        had[who] = number
    return had


def _came_through(timebank: Timebank) -> tuple[ColumnElement[bool], ...]:
    return Exchange.timebank_id == timebank.id, Exchange.state.in_(_CAME_THROUGH)
