"""What a contribution report is made of, whether its cells are exact tallies or what may be shown of them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from timebank.reports.period import Period


@dataclass(frozen=True, slots=True)
class Tally:
    """One exact cell: who gave (by membership id), how many minutes, in how many contributions."""

    givers: frozenset[int] = field(default=frozenset(), repr=False)
    minutes: int = 0
    entries: int = 0

    @property
    def people(self) -> int:
        """How many gave, each counted once."""
        return len(self.givers)

    def __add__(self, other: "Tally") -> "Tally":
        """Both together; who gave in both is counted once."""
        return Tally(self.givers | other.givers, self.minutes + other.minutes, self.entries + other.entries)


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell as it is told: people, minutes, contributions, and its share of the hours of the cells beside it."""

    people: int
    minutes: int
    entries: int
    share_percent: int | None


Cell = TypeVar("Cell")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Row(Generic[Cell]):
    """One stage, month or category, with a cell for each capacity; "" is hours of which no category is known."""

    label: str
    cells: Mapping[str, Cell]


class Place(NamedTuple):
    """Where in a report a cell stands: in which table, in which row, of which capacity."""

    table: str
    row: str = ""
    capacity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Generic[Cell]):
    """Who gave over a period: in all, by capacity, and by stage, month and category for each capacity.

    In each of the three tables the hours and contributions of a capacity add up to that capacity's own. People do
    not: who gave in two months is one person.
    """

    period: Period
    total: Cell
    capacities: Mapping[str, Cell]
    stages: tuple[Row[Cell], ...]
    months: tuple[Row[Cell], ...]
    categories: tuple[Row[Cell], ...]

    @property
    def tables(self) -> dict[str, tuple[Row[Cell], ...]]:
        """The three tables, by the word for what their rows are."""
        return {"stage": self.stages, "month": self.months, "category": self.categories}

    def walk(self) -> Iterator[tuple[Place, Cell]]:
        """Every cell with its place, the whole before its parts."""
        yield Place("total"), self.total
        for capacity, cell in self.capacities.items():
            yield Place("capacity", capacity=capacity), cell
        for table, rows in self.tables.items():
            for row in rows:
                for capacity, cell in row.cells.items():
                    yield Place(table, row.label, capacity), cell

    def changed(self, change: Callable[[Cell, Collection[Cell]], Other]) -> "Report[Other]":
        """The same report of other cells; `change` is given each cell, and all those of its row, itself among them."""

        def row(cells: Mapping[str, Cell]) -> dict[str, Other]:
            return {capacity: change(cell, cells.values()) for capacity, cell in cells.items()}

        stages, months, categories = (
            tuple(Row(one.label, row(one.cells)) for one in rows) for rows in self.tables.values()
        )
        return Report(
            period=self.period,
            total=change(self.total, [self.total]),
            capacities=row(self.capacities),
            stages=stages,
            months=months,
            categories=categories,
        )


def percent(part: int, whole: int) -> int | None:
    """The part's share of the whole in whole percent, a half rounded up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


def in_figures(report: Report[Tally]) -> Report[Figure]:
    """The exact report without who gave, and with shares."""
    return report.changed(
        lambda cell, beside: Figure(
            cell.people, cell.minutes, cell.entries, percent(cell.minutes, sum(other.minutes for other in beside))
        )
    )
