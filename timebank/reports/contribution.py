"""The contribution report, exactly: who gave over a period, of the contributions that stand; it never writes."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple, TypeAlias

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session, aliased

from timebank.contributions.models import Capacity, Contribution, Stage
from timebank.hours import Hours
from timebank.ledger.models import HELP, Transfer
from timebank.listings.models import Category
from timebank.members import doubles
from timebank.members.models import Membership, Timebank
from timebank.reports.figures import Report, Row, Tally
from timebank.reports.period import Period

ContributionReport: TypeAlias = Report[Tally]


class _Given(NamedTuple):
    """What one giver gave in one capacity, stage, month and category, added up by the database."""

    giver: int
    capacity: Capacity
    stage: Stage
    year: int
    month: int
    category: str | None
    minutes: int
    entries: int


def contribution_report(session: Session, timebank: Timebank, period: Period) -> ContributionReport:
    """Hours, people and contributions of the period, by the day on which the help was given; what was reversed is out.

    Stages and months are all there, with 0 where nobody gave; categories are those that someone gave in, by name.
    People are distinct in every cell and every total; who was written down twice and merged is one.
    """
    given = _given(session, timebank, period)
    names = sorted({one.category or "" for one in given}, key=lambda name: (name == "", name.casefold(), name))
    by_capacity = _tallies(given, lambda one: one.capacity)
    return Report(
        period=period,
        total=_tally(given),
        capacities={capacity.value: by_capacity.get(capacity, Tally()) for capacity in Capacity},
        stages=_rows(given, [stage.value for stage in Stage], lambda one: one.stage.value),
        months=_rows(given, [str(month) for month in period.months()], lambda one: f"{one.year:04}-{one.month:02}"),
        categories=_rows(given, names, lambda one: one.category or ""),
    )


def agrees_with_the_book(session: Session, timebank: Timebank, report: ContributionReport) -> bool:
    """Whether the report's member hours are those of the book's transfers that occurred in the same period."""
    return Hours(report.capacities[Capacity.MEMBER].minutes) == hours_in_the_book(session, timebank, report.period)


def hours_in_the_book(session: Session, timebank: Timebank, period: Period) -> Hours:
    """How many hours the book moved for help given in the period, less what was taken back."""
    reversal = aliased(Transfer)
    total = session.scalar(
        select(func.sum(Transfer.minutes))
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .where(
            Transfer.book_id == timebank.book_id,
            Transfer.kind.in_(HELP),
            Transfer.occurred_on >= period.first_day,
            Transfer.occurred_on < period.day_after,
            reversal.id.is_(None),
        )
    )
    return Hours(int(total or 0))


def first_day_given(session: Session, timebank: Timebank) -> date | None:
    """The first day of which a contribution stands; None where there is none yet."""
    return session.scalar(
        select(func.min(Contribution.served_on)).where(
            Contribution.timebank_id == timebank.id, Contribution.reversed_at.is_(None)
        )
    )


def _given(session: Session, timebank: Timebank, period: Period) -> list[_Given]:
    """Everything a report is counted from, in one question. Givers are kept apart, for people are not added up."""
    year, month = extract("year", Contribution.served_on), extract("month", Contribution.served_on)
    giver = doubles.head()
    # A hundred kinds of help would be rows too small to show: a report tells of their groups.
    group = aliased(Category)
    help_ = func.coalesce(group.name, Category.name)
    kinds = (giver, Contribution.capacity, Contribution.stage, year, month, help_)
    rows = session.execute(
        select(*kinds, func.sum(Contribution.minutes), func.count())
        .select_from(Contribution)
        .join(Membership, Membership.id == Contribution.giver_id)
        .outerjoin(Category, Category.id == Contribution.category_id)
        .outerjoin(group, group.id == Category.parent_id)
        .where(
            Contribution.timebank_id == timebank.id,
            Contribution.reversed_at.is_(None),
            Contribution.served_on >= period.first_day,
            Contribution.served_on < period.day_after,
        )
        .group_by(*kinds)
    )
    return [
        _Given(giver, capacity, stage, int(year_), int(month_), category, int(minutes), entries)
        for giver, capacity, stage, year_, month_, category, minutes, entries in rows
    ]


def _rows(given: list[_Given], labels: Iterable[str], label_of: Callable[[_Given], str]) -> tuple[Row[Tally], ...]:
    tallies = _tallies(given, lambda one: (label_of(one), one.capacity))
    return tuple(
        Row(label, {capacity.value: tallies.get((label, capacity), Tally()) for capacity in Capacity})
        for label in labels
    )


def _tallies(given: Iterable[_Given], key_of: Callable[[_Given], object]) -> dict[object, Tally]:
    heaps: dict[object, list[_Given]] = defaultdict(list)
    for one in given:
        heaps[key_of(one)].append(one)
    return {key: _tally(heap) for key, heap in heaps.items()}


def _tally(given: Iterable[_Given]) -> Tally:
    kept = list(given)
    return Tally(
        frozenset(one.giver for one in kept), sum(one.minutes for one in kept), sum(one.entries for one in kept)
    )
