"""What may be shown: few people withheld whole, the rest rounded, and nothing to be had by subtraction."""

from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.reports.disclosure import Rule, Shown, Withheld, protect, protect_column, rounded, share
from timebank.reports.figures import Report, Row, Tally
from timebank.reports.period import Period

CAPACITIES = ("member", "professional", "volunteer")
FEW = Withheld(Rule.FEW_PEOPLE)
WORKED_OUT = Withheld(Rule.COULD_BE_WORKED_OUT)


def people(count, hours=None, *, since=0, entries=None):
    """So many people, numbered from `since`, with an hour each unless told otherwise."""
    hours = count if hours is None else hours
    return Tally(frozenset(range(since, since + count)), 60 * hours, count if entries is None else entries)


def a_report(stages):
    """A report whose members, professionals and volunteers gave this at each stage; months and categories are alike."""
    rows = tuple(Row(str(place), dict(zip(CAPACITIES, cells, strict=True))) for place, cells in enumerate(stages))
    whole = {name: reduce(add, (row.cells[name] for row in rows), Tally()) for name in CAPACITIES}
    total = reduce(add, whole.values(), Tally())
    period = Period.read("2026-Q2")
    return Report(period=period, total=total, capacities=whole, stages=rows, months=rows, categories=rows)


def members_only(*tallies):
    return a_report([(tally, Tally(), Tally()) for tally in tallies])


# S1 of the rules, people, not contributions


def test_one_person_with_fifty_contributions_is_withheld():
    assert protect_column([people(1, 100, entries=50)], threshold=8) == [FEW]


# S2 of the rules, few people


def test_one_person_less_than_the_threshold_is_withheld():
    assert protect_column([people(7)], threshold=8) == [FEW]


def test_as_many_people_as_the_threshold_are_shown():
    assert protect_column([people(8)], threshold=8) == [Shown(10, 10, 10)]


def test_nobody_stays_nought():
    assert protect_column([people(0)], threshold=8) == [Shown(0, 0, 0)]


def test_the_threshold_is_the_timebanks_own():
    assert protect_column([people(8)], threshold=9) == [FEW]


def test_a_report_of_nothing_is_all_noughts():
    report = protect(members_only(Tally(), Tally()), threshold=8)

    assert report.total == Shown(0, 0, 0)
    assert all(cell == Shown(0, 0, 0) for row in report.stages for cell in row.cells.values())


def test_a_report_without_categories_has_none():
    report = a_report([])

    assert protect(report, threshold=8).categories == ()


# S3 of the rules, rounding


@pytest.mark.parametrize(("exact", "told"), [(8, 10), (12, 10), (13, 15), (17, 15), (18, 20)])
def test_people_and_contributions_are_rounded_to_five(exact, told):
    shown = rounded(people(exact))

    assert (shown.people, shown.entries) == (told, told)


@pytest.mark.parametrize(("minutes", "hours"), [(0, 0), (149, 0), (150, 5), (449, 5), (450, 10), (600, 10), (749, 10)])
def test_hours_are_rounded_to_five_with_a_half_rounded_up(minutes, hours):
    assert rounded(Tally(frozenset(range(9)), minutes, 9)).hours == hours


def test_totals_are_rounded_from_what_was_not_rounded():
    report = protect(members_only(people(12), people(12, since=20), people(12, since=40)), threshold=8)

    assert [row.cells["member"].hours for row in report.stages] == [10, 10, 10]
    assert report.capacities["member"].hours == 35


@given(st.integers(8, 10_000), st.integers(0, 10_000_000))
def test_no_figure_is_moved_by_more_than_half_a_step(count, minutes):
    shown = rounded(Tally(frozenset(range(count)), minutes, count))

    assert (shown.people % 5, shown.hours % 5, shown.entries % 5) == (0, 0, 0)
    assert abs(shown.people - count) <= 2
    assert -150 < 60 * shown.hours - minutes <= 150


# S4 of the rules, shares


def test_a_share_is_of_the_printed_figures():
    assert share(Shown(20, 65, 20), Shown(30, 90, 30)) == 72


def test_no_share_where_the_printed_people_are_fewer_than_twenty():
    assert share(Shown(10, 50, 10), Shown(15, 100, 20)) is None
    assert share(Shown(10, 50, 10), Shown(20, 100, 20)) == 50


def test_no_share_of_or_with_what_is_withheld():
    assert share(FEW, Shown(50, 100, 50)) is None
    assert share(Shown(50, 100, 50), FEW) is None


def test_no_share_in_a_row_in_which_a_cell_is_withheld():
    report = protect(
        a_report([(people(40), people(3, since=100), Tally()), (people(40), Tally(), Tally())]), threshold=8
    )

    assert [row.cells["member"].share_percent for row in report.stages] == [None, 100]


# S6 of the rules, subtraction


def test_a_withheld_cell_takes_the_smallest_other_one_with_it():
    column = [people(40), people(3, since=50), people(12, since=60), people(0), people(30, since=80)]

    assert protect_column(column, threshold=8) == [
        Shown(40, 40, 40),
        FEW,
        WORKED_OUT,
        Shown(0, 0, 0),
        Shown(30, 30, 30),
    ]


def test_two_withheld_cells_of_enough_people_together_hide_each_other():
    column = [people(40), people(5, since=50), people(4, since=60)]

    assert protect_column(column, threshold=8) == [Shown(40, 40, 40), FEW, FEW]


def test_two_withheld_cells_of_the_same_few_people_do_not_hide_each_other():
    column = [people(40), people(12, since=60), people(5, since=50), people(5, since=50)]

    assert protect_column(column, threshold=8) == [Shown(40, 40, 40), WORKED_OUT, FEW, FEW]


def test_nought_is_never_withheld_to_hide_another():
    report = protect(members_only(people(3), people(0), people(0)), threshold=8)

    assert [row.cells["member"] for row in report.stages] == [FEW, Shown(0, 0, 0), Shown(0, 0, 0)]
    assert report.capacities["member"] == FEW


def test_the_total_is_withheld_where_one_withheld_capacity_could_be_subtracted_from_it():
    report = protect(a_report([(people(40), people(3, since=100), Tally())]), threshold=8)

    assert report.total == WORKED_OUT
    assert (report.capacities["member"].hours, report.capacities["professional"]) == (40, FEW)
    assert report.capacities["member"].share_percent is None


def test_the_total_is_shown_where_two_withheld_capacities_are_enough_people_together():
    report = protect(a_report([(people(40), people(6, since=100), people(6, since=200))]), threshold=8)

    assert report.total == Shown(50, 50, 50)


def test_the_same_person_in_two_withheld_capacities_is_one_person():
    report = protect(a_report([(people(40), people(6, since=100), people(7, since=100))]), threshold=8)

    assert report.total == WORKED_OUT


def test_a_report_of_few_people_says_nothing_but_noughts():
    report = protect(members_only(people(5), people(0)), threshold=8)

    assert report.total == FEW


TALLIES = st.builds(
    lambda givers, extra: Tally(givers, 60 * len(givers) + extra, len(givers)) if givers else Tally(),
    st.one_of(st.frozensets(st.integers(0, 5), max_size=4), st.frozensets(st.integers(0, 40), max_size=40)),
    st.integers(0, 4000),
)
REPORTS = st.lists(st.tuples(TALLIES, TALLIES, TALLIES), max_size=7).map(a_report)
THRESHOLDS = st.integers(3, 15)


def lines(exact, printed):
    """Everything that adds up in what is printed: for each printed total, its exact parts and how they are printed."""
    yield printed.total, list(exact.capacities.values()), list(printed.capacities.values())
    for exact_rows, rows in zip(exact.tables.values(), printed.tables.values(), strict=True):
        for name in CAPACITIES:
            parts = [row.cells[name] for row in exact_rows]
            yield printed.capacities[name], parts, [row.cells[name] for row in rows]


@given(REPORTS, THRESHOLDS)
def test_nothing_that_can_be_subtracted_speaks_of_few_people(exact, threshold):
    for total, parts, printed in lines(exact, protect(exact, threshold=threshold)):
        withheld = [part for part, cell in zip(parts, printed, strict=True) if isinstance(cell, Withheld)]
        left_over = reduce(add, withheld, Tally()).people
        assert isinstance(total, Withheld) or left_over == 0 or left_over >= threshold


@given(REPORTS, THRESHOLDS)
def test_no_printed_cell_speaks_of_few_people_and_every_withheld_one_says_why(exact, threshold):
    for _, parts, printed in lines(exact, protect(exact, threshold=threshold)):
        for part, cell in zip(parts, printed, strict=True):
            if isinstance(cell, Withheld):
                assert cell.rule is (Rule.FEW_PEOPLE if part.people < threshold else Rule.COULD_BE_WORKED_OUT)
                assert part.people > 0
            else:
                assert part.people == 0 or part.people >= threshold
                assert (cell.people, cell.hours, cell.entries) == (
                    rounded(part).people,
                    rounded(part).hours,
                    rounded(part).entries,
                )


@given(REPORTS, THRESHOLDS)
def test_at_most_one_cell_of_a_column_is_withheld_for_another(exact, threshold):
    for _, _, printed in lines(exact, protect(exact, threshold=threshold)):
        assert printed.count(WORKED_OUT) <= 1


@given(REPORTS, THRESHOLDS)
def test_every_printed_share_can_be_had_from_printed_figures_alone(exact, threshold):
    printed = protect(exact, threshold=threshold)
    for row in printed.stages:
        hours = sum(cell.hours for cell in row.cells.values() if isinstance(cell, Shown))
        for cell in row.cells.values():
            if isinstance(cell, Shown) and cell.share_percent is not None:
                assert not any(isinstance(other, Withheld) for other in row.cells.values())
                assert cell.share_percent == (200 * cell.hours + hours) // (2 * hours)


@given(REPORTS, THRESHOLDS)
def test_the_same_figures_are_protected_alike_each_time(exact, threshold):
    assert protect(exact, threshold=threshold) == protect(exact, threshold=threshold)
