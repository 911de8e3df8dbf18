"""What was given lately and before, as the look for unusual hours needs it; two or three questions, and no writing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, and_, case, func, select
from sqlalchemy.orm import Session

from timebank.care import outliers
from timebank.care.outliers import DAYS, WINDOWS, Given, Unusual
from timebank.contributions.models import Contribution
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import State
from timebank.members.models import Timebank

LOGGED = frozenset({State.RECORDED, State.CONFIRMED, State.DISPUTED, State.APPROVED})
"""The states of an exchange that has happened, as somebody says, and that was not taken back."""


def unusual_hours(session: Session, timebank: Timebank, *, today: date) -> list[Unusual]:
    """What is worth a look in the last DAYS days of this timebank."""
    first_day = today - timedelta(days=DAYS - 1)
    lately = _lately(session, timebank, first_day)
    earlier = _earlier(session, timebank, first_day)
    return outliers.unusual(lately, earlier, outlier_minutes=timebank.outlier_minutes)


def _lately(session: Session, timebank: Timebank, first_day: date) -> Sequence[Given]:
    rows = session.execute(
        select(
            Exchange.id,
            Exchange.provider_id,
            Exchange.receiver_id,
            Exchange.minutes,
            Exchange.served_on,
            Exchange.contribution_id,
        )
        .where(Exchange.timebank_id == timebank.id, Exchange.served_on >= first_day, Exchange.state.in_(LOGGED))
        .order_by(Exchange.id)
    ).all()
    looked_at = _looked_at(session, rows, timebank.outlier_minutes)
    return [
        Given(number, provider_id, receiver_id, minutes or 0, served_on or first_day, contribution_id in looked_at)
        for number, provider_id, receiver_id, minutes, served_on, contribution_id in rows
    ]


def _looked_at(session: Session, rows: Sequence[Row[*tuple[Any, ...]]], outlier_minutes: int) -> set[int | None]:
    """The contributions that a coordinator has approved, of those of long days; of the others it does not matter."""
    days: Counter[tuple[int, date]] = Counter()
    for _id, provider_id, _receiver_id, minutes, served_on, _contribution_id in rows:
        days[provider_id, served_on] += minutes
    long = {day for day, minutes in days.items() if minutes > outlier_minutes}
    ids = {row.contribution_id for row in rows if (row.provider_id, row.served_on) in long} - {None}
    if not ids:
        return set()
    approved = Contribution.id.in_(ids), Contribution.approved_by_id.is_not(None)
    return set(session.scalars(select(Contribution.id).where(*approved)))


def _earlier(session: Session, timebank: Timebank, first_day: date) -> Mapping[int, Sequence[int]]:
    """The minutes that each member gave in each of the stretches before, the latest stretch first."""
    begins = [first_day - timedelta(days=DAYS * back) for back in range(WINDOWS + 1)]
    sums = [
        func.sum(case((and_(Exchange.served_on >= first, Exchange.served_on < after), Exchange.minutes), else_=0))
        for after, first in pairwise(begins)
    ]
    query = (
        select(Exchange.provider_id, *sums)
        .where(
            Exchange.timebank_id == timebank.id,
            Exchange.served_on >= begins[-1],
            Exchange.served_on < first_day,
            Exchange.state.in_(LOGGED),
        )
        .group_by(Exchange.provider_id)
    )
    return {provider_id: minutes for provider_id, *minutes in session.execute(query)}
