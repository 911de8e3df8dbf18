"""What nobody answers: who is asked is reminded once, and some days later their silence counts as a yes; never commits.

What silence has confirmed is not confirmed by both: it always waits for a coordinator, and can be disputed until then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from timebank.exchanges import news
from timebank.exchanges.models import Exchange
from timebank.exchanges.taking import take_by_rule
from timebank.exchanges.workflow import State, Step
from timebank.members.models import Membership, Timebank
from timebank.notices import outbox
from timebank.notices.models import Notice, NoticeKind

_REMINDED_BEFORE = timedelta(days=3)
_AT_ONCE = 500


def confirm_silent(session: Session, timebank: Timebank, *, at: datetime) -> int:
    """Who will soon have been silent for too long is reminded; what was reminded of in time is confirmed by silence.

    Returns how many were confirmed. A timebank without a rule of silence asks for as long as it takes.
    """
    if timebank.silence_days is None:
        return 0
    after = timedelta(days=timebank.silence_days)
    ahead = reminded_ahead(after)
    quiet = _unanswered(session, timebank, at - after + ahead)
    reminded = _reminded_at(session, timebank, quiet)
    for exchange in quiet:
        if _key(exchange) not in reminded:
            _remind(session, timebank, exchange, at=at, ahead=ahead, after=after)
    ripe = [one for one in quiet if one.moved_at <= at - after and _in_time(reminded.get(_key(one)), at - ahead)]
    # In the order of their ids, as all who lock several do: a coordinator may be approving the same ones.
    in_order = sorted((one.id, one.moved_at) for one in ripe)
    return sum(_confirm(session, number, moved_at, at=at) for number, moved_at in in_order)


def reminded_ahead(after: timedelta) -> timedelta:
    """How long before their silence would count, after so long, somebody is reminded."""
    return min(_REMINDED_BEFORE, after / 2)


def _in_time(reminded_at: datetime | None, latest: datetime) -> bool:
    """Whether they have known for long enough that their silence would count."""
    return reminded_at is not None and reminded_at <= latest


def _unanswered(session: Session, timebank: Timebank, since: datetime) -> Sequence[Exchange]:
    """What has waited for an answer since then, the longest first."""
    both = (Exchange.provider, Exchange.receiver)
    named = (Membership.person, Membership.organisation)
    names = [joinedload(side).joinedload(name) for side in both for name in named]
    query = (
        select(Exchange)
        .where(Exchange.timebank_id == timebank.id, Exchange.state == State.RECORDED, Exchange.moved_at <= since)
        .order_by(Exchange.moved_at, Exchange.id)
        .limit(_AT_ONCE)
    )
    return session.scalars(query.options(*names)).all()


def _reminded_at(session: Session, timebank: Timebank, quiet: Sequence[Exchange]) -> dict[str, datetime]:
    """When the reminder of each was written, by its key."""
    prefix = f"{timebank.id}:"
    keys = [prefix + _key(exchange) for exchange in quiet]
    found = session.execute(select(Notice.key, Notice.at).where(Notice.key.in_(keys)))
    return {key.removeprefix(prefix): written_at for key, written_at in found}


def _key(exchange: Exchange) -> str:
    """One reminder for each time that it was told; told anew, it is asked about anew."""
    return f"exchange:{exchange.id}:silence:{exchange.moved_at.isoformat()}"


def _remind(
    session: Session, timebank: Timebank, exchange: Exchange, *, at: datetime, ahead: timedelta, after: timedelta
) -> None:
    counts_at = max(exchange.moved_at + after, at + ahead)
    told: dict[str, Any] = {
        "exchange_id": exchange.id,
        "other": exchange.told_by.name,
        "title": exchange.title,
        "minutes": exchange.minutes,
        "gave": exchange.told_by_id == exchange.provider_id,
        "counts_on": timebank.day_of(counts_at).isoformat(),
    }
    outbox.tell(session, NoticeKind.TO_CONFIRM, news.asked_of(exchange), key=_key(exchange), at=at, **told)


def _confirm(session: Session, exchange_id: int, moved_at: datetime, *, at: datetime) -> int:
    """Confirmed by silence, unless someone has spoken in between."""
    exchange = session.get_one(Exchange, exchange_id, with_for_update=True, populate_existing=True)
    if exchange.state != State.RECORDED or exchange.moved_at != moved_at:
        return 0
    take_by_rule(session, exchange, Step.CONFIRM, at=at)
    return 1
