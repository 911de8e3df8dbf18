"""Periods: what text they are read from, what months they have, and what is no period."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.refusals import Unacceptable
from timebank.reports.period import Period, PeriodKind

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("text", "first_day", "day_after", "kind"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1), PeriodKind.YEAR),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1), PeriodKind.QUARTER),
        ("2026-q4", date(2026, 10, 1), date(2027, 1, 1), PeriodKind.QUARTER),
        (" 2026-12 ", date(2026, 12, 1), date(2027, 1, 1), PeriodKind.MONTH),
        ("2026-01..2026-06", date(2026, 1, 1), date(2026, 7, 1), PeriodKind.MONTHS),
        ("2025-Q4..2026-Q1", date(2025, 10, 1), date(2026, 4, 1), PeriodKind.MONTHS),
        ("2026-01..2026-03", date(2026, 1, 1), date(2026, 4, 1), PeriodKind.QUARTER),
    ],
)
def test_a_period_is_read_from_what_people_write(text, first_day, day_after, kind):
    period = Period.read(text)

    assert (period.first_day, period.day_after, period.kind) == (first_day, day_after, kind)


@pytest.mark.parametrize(
    "text",
    ["", "..", "2026-13", "2026-00", "2026-Q5", "2026-Q0", "26", "1899", "2200", "2026-1", "2026-01..", "..2026-01",
     "2026-01...2026-02", "2026-01-01", "2026–01", "２０２６", "2026\n2027", "x" * 5000],
)  # fmt: skip
def test_what_is_no_period_is_refused(text):
    with pytest.raises(Unacceptable, match="Write the period"):
        Period.read(text)


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(Unacceptable, match="can't be before its first"):
        Period.read("2026-03..2026-02")


def test_five_years_are_a_period():
    assert len(list(Period.read("2021..2025").months())) == 60


def test_a_month_more_than_five_years_is_refused():
    with pytest.raises(Unacceptable, match="five years at most"):
        Period.read("2021..2026-01")


@pytest.mark.parametrize(
    ("first_day", "day_after"),
    [
        (date(2026, 1, 2), date(2026, 2, 1)),
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 2, 1), date(2026, 1, 1)),
    ],
)
def test_a_period_is_made_of_whole_months(first_day, day_after):
    with pytest.raises(ValueError, match="whole months"):
        Period(first_day, day_after)


def test_its_months_are_in_order_across_the_year():
    period = Period.read("2025-11..2026-02")

    assert [str(month) for month in period.months()] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert str(period.last_month) == "2026-02"


def test_its_quarters_are_those_it_touches():
    assert [str(quarter) for quarter in Period.read("2025-12..2026-04").quarters()] == ["2025-Q4", "2026-Q1", "2026-Q2"]


def test_periods_that_only_touch_do_not_overlap():
    first, second = Period.read("2026-Q1"), Period.read("2026-Q2")

    assert not first.overlaps(second)
    assert not second.overlaps(first)


def test_a_quarter_overlaps_its_year():
    assert Period.read("2026-Q4").overlaps(Period.read("2026"))
    assert Period.read("2026").overlaps(Period.read("2026-Q4"))


@given(DAYS, st.integers(0, 59))
def test_every_period_is_read_from_its_own_text(day, more_months):
    last = day.replace(day=1)
    for _ in range(more_months):
        last = (last + timedelta(days=32)).replace(day=1)
    period = Period(Period.of_month(day).first_day, Period.of_month(last).day_after)
    if last.year <= 2199:
        assert Period.read(str(period)) == period


@given(DAYS)
def test_a_day_is_in_its_month_in_its_quarter_and_in_its_year(day):
    for period in (Period.of_month(day), Period.of_quarter(day), Period.of_year(day)):
        assert day in period
        assert period.first_day in period
        assert period.day_after not in period
        assert period.first_day - timedelta(days=1) not in period


@given(DAYS)
def test_the_months_of_a_year_cover_it_without_gap(day):
    months = list(Period.of_year(day).months())

    assert len(months) == 12
    assert all(month.day_after == after.first_day for month, after in pairwise(months))
