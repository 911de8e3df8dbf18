"""Charts: bars stand on their line, inside their picture, as long as their values, and beside each other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.reports.charts import Group, Series, draw, scale

SERIES = (Series("Members", "members"), Series("Professionals", "professionals"))
VALUES = st.one_of(st.none(), st.integers(0, 100_000))
GROUPS = st.lists(st.builds(Group, st.just("Apr"), st.tuples(VALUES, VALUES)), max_size=24)


def a_chart(*values):
    groups = [Group(label, pair) for label, pair in zip(("Apr", "May", "Jun"), values, strict=False)]
    return draw("months", SERIES, groups, title="Hours each month", finding="It rose.")


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, [0, 1, 2]),
        (1, [0, 1, 2]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (167, [0, 50, 100, 150, 200]),
        (250, [0, 50, 100, 150, 200, 250]),
        (251, [0, 100, 200, 300]),
    ],
)
def test_the_scale_is_of_round_numbers_and_holds_the_highest(highest, ticks):
    assert scale(highest) == ticks


def test_bars_are_as_high_as_their_values():
    first, second, third, fourth = a_chart((100, 50), (25, 0)).wide.bars

    assert (first.height, second.height, third.height, fourth.height) == (300, 150, 75, 0)
    assert [bar.tone for bar in (first, second)] == ["members", "professionals"]
    assert (first.label, fourth.label) == ("100", "0")


def test_a_withheld_value_has_no_bar_and_a_star():
    for picture in (a_chart((100, None)).wide, a_chart((100, None)).phone):
        withheld = picture.bars[1]

        assert withheld.label == "*"
        assert 0 in (withheld.height, withheld.width)


def test_on_phones_bars_lie_under_each_other_without_a_scale():
    picture = a_chart((100, 50), (25, 0)).phone

    assert picture.ticks == ()
    assert [bar.y for bar in picture.bars] == sorted({bar.y for bar in picture.bars})
    assert picture.bars[0].width == pytest.approx(2 * picture.bars[1].width, abs=0.1)


def test_values_are_left_out_where_they_would_run_into_each_other():
    groups = [Group("m", (12345, 12345))] * 12

    assert {bar.label for bar in draw("a", SERIES, groups, title="", finding="").wide.bars} == {""}
    assert {bar.label for bar in draw("a", SERIES, groups[:2], title="", finding="").wide.bars} == {"12345"}


def test_a_chart_of_nothing_can_be_drawn():
    chart = draw("a", SERIES, [], title="", finding="")

    assert (chart.wide.bars, chart.phone.bars) == ((), ())


@given(GROUPS)
def test_everything_is_inside_the_picture(groups):
    chart = draw("a", SERIES, groups, title="", finding="")
    for picture in (chart.wide, chart.phone):
        for bar in picture.bars:
            assert picture.left <= bar.x <= bar.x + bar.width <= picture.width + 0.2
            assert 0 <= bar.y <= bar.y + bar.height <= picture.baseline + 0.2
            assert bar.width >= 0
            assert bar.height >= 0
            assert 0 <= bar.label_y <= picture.height
            assert picture.left <= bar.label_x <= picture.width
    assert all(tick.y >= 0 for tick in chart.wide.ticks)


@given(GROUPS.filter(bool))
def test_wide_bars_do_not_overlap(groups):
    bars = draw("a", SERIES, groups, title="", finding="").wide.bars

    assert all(one.x + one.width <= other.x for one, other in pairwise(bars))
