"""The contribution report, exactly: who gave over a period, of the contributions that stand; it never writes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Integer, String, cast, extract, func, select, type_coerce
from sqlalchemy import Row as Found
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


@dataclass(slots=True)
class _Tallying:
    """A cell while it is counted."""

    givers: set[int] = field(default_factory=set)
    minutes: int = 0
    entries: int = 0

    def add(self, givers: set[int], minutes: int, entries: int) -> None:
        self.givers |= givers
        self.minutes += minutes
        self.entries += entries

    def tally(self) -> Tally:
        return Tally(frozenset(self.givers), self.minutes, self.entries)


def contribution_report(session: Session, timebank: Timebank, period: Period) -> ContributionReport:
    """Hours, people and contributions of the period, by the day on which the help was given; what was reversed is out.

    Stages and months are all there, with 0 where nobody gave; categories are those that someone gave in, by name.
    People are distinct in every cell and every total; who was written down twice and merged is one.
    """
    cells: defaultdict[tuple[Any, ...], _Tallying] = defaultdict(_Tallying)
    for giver, capacity, stage, year, month, category, minutes, entries in _given(session, timebank, period):
        cells[capacity, stage, year, month, category].add({giver}, minutes, entries)
    tallies: defaultdict[tuple[str, ...], _Tallying] = defaultdict(_Tallying)
    for (capacity, stage, year, month, category), cell in cells.items():
        for place in (
            ("total",),
            ("capacity", capacity),
            ("stage", stage, capacity),
            ("month", f"{year:04}-{month:02}", capacity),
            ("category", category, capacity),
        ):
            tallies[place].add(cell.givers, cell.minutes, cell.entries)
    found = {place[1] for place in tallies if place[0] == "category"}

    def tally(*place: str) -> Tally:
        return tallies[place].tally() if place in tallies else Tally()

    def rows(table: str, labels: Iterable[str]) -> tuple[Row[Tally], ...]:
        return tuple(Row(label, {one: tally(table, label, one) for one in capacities}) for label in labels)

    capacities = [one.value for one in Capacity]
    return Report(
        period=period,
        total=tally("total"),
        capacities={one: tally("capacity", one) for one in capacities},
        stages=rows("stage", [stage.value for stage in Stage]),
        months=rows("month", map(str, period.months())),
        categories=rows("category", sorted(found, key=lambda name: (name == "", name.casefold(), name))),
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


def _given(session: Session, timebank: Timebank, period: Period) -> Sequence[Found[*tuple[Any, ...]]]:
    """Everything a report is counted from, in one question. Givers are kept apart, for people are not added up."""
    # Plain words and whole numbers: thousands of rows come, and turning each into more takes longer than asking.
    capacity, stage = (type_coerce(column, String) for column in (Contribution.capacity, Contribution.stage))
    year, month = (cast(extract(part, Contribution.served_on), Integer) for part in ("year", "month"))
    # A hundred kinds of help would be rows too small to show: a report tells of their groups.
    group = aliased(Category)
    name = func.coalesce(group.name, Category.name, "")
    kinds = (doubles.head(), capacity, stage, year, month, name)
    return session.execute(
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
    ).all()
