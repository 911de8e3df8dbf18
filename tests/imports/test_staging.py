from datetime import date

import pytest

from timebank.imports.staging import Extreme, Some, Stage, Staged


@pytest.fixture
def stage():
    with Stage() as stage:
        yield stage


def a_row(line, minutes=60, *, provider="ana", receiver="ben", day="2026-06-10", told_by="provider", is_here=False):
    return Staged(
        line=line,
        reference=f"row:{line}",
        title="Help",
        provider=provider,
        receiver=receiver,
        minutes=minutes,
        served_on=day,
        category_id=None,
        project_id=None,
        capacity="member",
        stage="deliver",
        note="",
        told_by=told_by,
        is_here=is_here,
    )


def test_what_is_said_again_is_counted(stage):
    assert [stage.times_said(said) for said in (b"a", b"b", b"a", b"a")] == [1, 1, 2, 3]


def test_a_reference_is_the_first_lines_that_claims_it(stage):
    assert [stage.claim("x", 2), stage.claim("y", 3), stage.claim("x", 4)] == [None, None, 2]


def test_only_rows_that_are_not_here_come_out_in_the_order_of_the_file(stage):
    stage.keep([a_row(4), a_row(2), a_row(3, is_here=True), a_row(5)])

    assert [[row.line for row in rows] for rows in stage.new_rows(2)] == [[2, 4], [5]]


def test_a_row_comes_out_as_it_went_in(stage):
    stage.keep([a_row(2)])

    assert next(stage.new_rows(9)) == [a_row(2)]


def test_the_figures_add_up_what_is_new_and_what_is_not(stage):
    stage.keep([a_row(2, 30, day="2026-01-02"), a_row(3, 600, told_by="both"), a_row(4, 601, is_here=True)])

    figures = stage.figures(outlier_minutes=600)

    assert (figures.new, figures.new_minutes, figures.already_here, figures.minutes) == (2, 630, 1, 1231)
    assert (figures.smallest, figures.largest) == (Extreme(30, 2), Extreme(601, 4))
    assert (figures.first_day, figures.last_day) == (date(2026, 1, 2), date(2026, 6, 10))
    assert figures.told_by_both == 1
    assert figures.outliers == Some(1, (4,))


def test_duplicates_are_the_second_and_later_of_the_same_two_day_and_minutes(stage):
    stage.keep(
        [
            a_row(2),
            a_row(3, provider="ben", receiver="ana"),
            a_row(4, day="2026-06-09"),
            a_row(5, minutes=61),
            a_row(6, told_by="receiver"),
            a_row(7),
        ]
    )

    assert stage.figures(outlier_minutes=600).duplicates == Some(2, (6, 7))


def test_without_rows_there_are_no_extremes(stage):
    figures = stage.figures(outlier_minutes=600)

    assert (figures.smallest, figures.largest, figures.first_day, figures.minutes) == (None, None, None, 0)
