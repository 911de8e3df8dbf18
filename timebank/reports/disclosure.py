"""What of a contribution report may be shown to who must not learn what one person did; pure rules over cells.

Every threshold counts distinct people, never contributions (S1 of docs/measures.md, section 5; so are the others).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from operator import add

from timebank.reports.figures import Report, Row, Tally, percent

ROUNDED_TO = 5
"""People and contributions are rounded to so many, and hours to so many hours."""

SHARE_FROM_PEOPLE = 20
"""Shares are told where the printed figures speak of at least so many people."""


class Rule(StrEnum):
    """Why a cell is withheld."""

    FEW_PEOPLE = "few people"
    COULD_BE_WORKED_OUT = "could be worked out"


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it may be printed: rounded people, hours and contributions, and its share of the hours beside it."""

    people: int
    hours: int
    entries: int
    share_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """A cell of which nothing is printed. Coordinators see the rule; in a released document it is not told, and None.

    A reader who knew which cells are withheld for their few people would know that the others are of many.
    """

    rule: Rule | None = None


Protected = Shown | Withheld


def protect(report: Report[Tally], *, threshold: int) -> Report[Protected]:
    """The report with nothing left in it that speaks of 1 to `threshold` - 1 people, not even by subtraction.

    What can be subtracted from what, in all that is printed: in each table, the cells of a capacity from that
    capacity's total; and the capacities from the total of all. There are no totals of rows, so nothing else adds up.
    A capacity is withheld only for its own few people, and then each of its cells is withheld for the same reason or
    is 0. So one pass over each column, and one look at the total, leave nothing to do again.
    """
    capacities = {capacity: _by_people(tally, threshold) for capacity, tally in report.capacities.items()}
    total = _protect_total(report, capacities, threshold)
    return Report(
        period=report.period,
        total=total,
        capacities=_with_shares(capacities, of=total),
        stages=_protect_table(report.stages, threshold),
        months=_protect_table(report.months, threshold),
        categories=_protect_table(report.categories, threshold),
    )


def protect_column(column: Sequence[Tally], *, threshold: int) -> list[Protected]:
    """The cells of a column whose total is printed, with nothing to be found by subtracting from that total (S2, S6).

    Total less printed cells is what the withheld ones have together. So these must be of `threshold` people or more
    together, counted once each; where they are not, the smallest printed cell that is not 0 is withheld as well.
    That is stricter than to ask for two withheld cells: the same three people may be all there is in both of them.
    """
    cells = [_by_people(tally, threshold) for tally in column]
    withheld = [tally for tally, cell in zip(column, cells, strict=True) if isinstance(cell, Withheld)]
    if _speaks_of_few(withheld, threshold):
        smallest = _smallest_printed(column, cells)
        if smallest is not None:
            cells[smallest] = Withheld(Rule.COULD_BE_WORKED_OUT)
    return cells


def rounded(tally: Tally) -> Shown:
    """The tally to the nearest 5 people, 5 hours and 5 contributions, a half rounded up (S3)."""
    return Shown(
        people=_nearest(tally.people, ROUNDED_TO),
        hours=_nearest(tally.minutes, 60 * ROUNDED_TO) // 60,
        entries=_nearest(tally.entries, ROUNDED_TO),
    )


def share(part: Protected, whole: Protected) -> int | None:
    """The part's share of the whole's hours, in percent; from printed figures only, so that it tells no more than they.

    Returns:
        None where either is withheld or the whole is of fewer than 20 people as printed (S4).
    """
    if isinstance(part, Withheld) or isinstance(whole, Withheld) or whole.people < SHARE_FROM_PEOPLE:
        return None
    return percent(part.hours, whole.hours)


def _row_as_printed(cells: Mapping[str, Protected]) -> Protected:
    """What the printed cells of a row add up to, as anyone can add them up; nothing where one is withheld."""
    whole = Shown(0, 0, 0)
    for cell in cells.values():
        if isinstance(cell, Withheld):
            return cell
        whole = Shown(whole.people + cell.people, whole.hours + cell.hours, whole.entries + cell.entries)
    return whole


def _protect_table(rows: tuple[Row[Tally], ...], threshold: int) -> tuple[Row[Protected], ...]:
    capacities = list(rows[0].cells) if rows else []
    columns = [protect_column([row.cells[capacity] for row in rows], threshold=threshold) for capacity in capacities]
    protected = [dict(zip(capacities, cells, strict=True)) for cells in zip(*columns, strict=True)]
    return tuple(
        Row(row.label, _with_shares(cells, of=_row_as_printed(cells)))
        for row, cells in zip(rows, protected, strict=True)
    )


def _with_shares(cells: Mapping[str, Protected], *, of: Protected) -> dict[str, Protected]:
    return {
        name: replace(cell, share_percent=share(cell, of)) if isinstance(cell, Shown) else cell
        for name, cell in cells.items()
    }


def _protect_total(report: Report[Tally], capacities: Mapping[str, Protected], threshold: int) -> Protected:
    """The total of all, unless the withheld capacities could be found by subtracting the printed ones from it.

    The total is withheld then and not a second capacity: the members' hours are what the report is for.
    """
    withheld = [tally for name, tally in report.capacities.items() if isinstance(capacities[name], Withheld)]
    total = _by_people(report.total, threshold)
    if isinstance(total, Shown) and _speaks_of_few(withheld, threshold):
        return Withheld(Rule.COULD_BE_WORKED_OUT)
    return total


def _by_people(tally: Tally, threshold: int) -> Protected:
    """Rounded, or withheld whole for its few people; 0 stays 0."""
    return Withheld(Rule.FEW_PEOPLE) if 0 < tally.people < threshold else rounded(tally)


def _speaks_of_few(withheld: Iterable[Tally], threshold: int) -> bool:
    """Whether these cells together are of someone, and of fewer people than the threshold."""
    return 0 < reduce(add, withheld, Tally()).people < threshold


def _smallest_printed(column: Sequence[Tally], cells: Sequence[Protected]) -> int | None:
    """Where the printed cell with the fewest minutes above 0 is."""
    printed = [place for place, cell in enumerate(cells) if isinstance(cell, Shown) and column[place].entries]
    return min(printed, key=lambda place: (column[place].minutes, column[place].people), default=None)


def _nearest(number: int, step: int) -> int:
    return (2 * number + step) // (2 * step) * step
