"""Which hours are worth a look: the edge of each rule and the step beyond it; no database."""

from datetime import date, timedelta

import pytest

from timebank.care import outliers
from timebank.care.outliers import EACH_WAY, WINDOWS, Given, Why

DAY = date(2026, 6, 10)
TEN_HOURS = 600


def unusual(lately, earlier=None):
    return outliers.unusual(lately, earlier or {}, outlier_minutes=TEN_HOURS)


def given(minutes, *, by=1, to=2, on=DAY, number=1, looked_at=False):
    return Given(number, by, to, minutes, on, looked_at)


def evenly(*people, minutes=120):
    """An exchange of each of these people, to somebody else."""
    return [given(minutes, by=one, to=99, number=1000 + one, on=DAY - timedelta(days=one)) for one in people]


def test_one_exchange_as_long_as_the_timebank_s_outlier_is_nothing():
    assert unusual([given(TEN_HOURS)]) == []


def test_one_exchange_a_minute_longer_is_told_with_whom_and_when():
    [one] = unusual([given(TEN_HOURS + 1, number=7)])

    assert (one.why, one.member_id, one.other_id, one.minutes) == (Why.LONG, 1, 2, 601)
    assert (one.on, one.exchange_id) == (DAY, 7)


def test_what_a_coordinator_has_approved_was_looked_at():
    assert unusual([given(TEN_HOURS + 1, looked_at=True)]) == []


def test_one_person_s_day_is_told_above_the_outlier_and_with_how_many_exchanges():
    half = TEN_HOURS // 2
    as_much = [given(half, number=1), given(half, number=2, to=3)]
    more = [*as_much, given(5, number=3, to=4)]

    assert unusual(as_much) == []
    [one] = unusual(more)
    assert (one.why, one.member_id, one.minutes, one.times, one.on) == (Why.FULL_DAY, 1, 605, 3, DAY)


def test_a_day_of_two_people_or_of_two_days_is_no_full_day():
    half = TEN_HOURS // 2 + 5

    assert unusual([given(half), given(half, by=3, number=2)]) == []
    assert unusual([given(half), given(half, on=DAY - timedelta(days=1), number=2)]) == []


def test_a_day_is_not_told_again_beside_the_long_exchange_in_it():
    found = unusual([given(TEN_HOURS + 5, number=1), given(30, number=2, to=3)])

    assert [one.why for one in found] == [Why.LONG]


@pytest.mark.parametrize(("there", "back", "told"), [(3, 2, False), (3, 3, True), (6, 0, False), (5, 3, True)])
def test_the_same_two_people_are_told_from_three_times_each_way(there, back, told):
    lately = [given(60, number=one, on=DAY - timedelta(days=one)) for one in range(there)]
    lately += [given(60, by=2, to=1, number=10 + one, on=DAY - timedelta(days=one)) for one in range(back)]
    found = [one for one in unusual(lately) if one.why == Why.TO_AND_FRO]

    assert bool(found) == told
    if told:
        assert (found[0].member_id, found[0].other_id) == (1, 2)
        assert (found[0].times, found[0].back, found[0].minutes) == (there, back, 60 * (there + back))
    assert EACH_WAY == 3


def test_much_is_far_above_one_s_own_usual_and_above_what_others_give():
    lately = [*evenly(2, 3, 4, 5), *(given(300, number=one, on=DAY - timedelta(days=one)) for one in range(5))]
    usual = {1: [120] * WINDOWS}
    [one] = [one for one in unusual(lately, usual) if one.why == Why.MUCH]

    assert (one.member_id, one.minutes, one.times) == (1, 1500, 5)
    assert (one.usual_minutes, one.others_minutes) == (120, 120)


def test_who_always_gives_much_gives_nothing_unusual():
    lately = [*evenly(2, 3, 4, 5), *(given(300, number=one, on=DAY - timedelta(days=one)) for one in range(5))]

    assert unusual(lately, {1: [1500, 1400, 1600, 1500, 1450, 1550]}) == []


def test_where_everybody_gives_much_nobody_gives_too_much():
    lately = [
        given(300, by=one, to=99, number=100 * one + day, on=DAY - timedelta(days=day))
        for one in range(1, 6)
        for day in range(5)
    ]

    assert unusual(lately) == []


def test_among_fewer_than_five_who_gave_nobody_is_compared():
    lately = [*evenly(2, 3, 4), *(given(300, number=one, on=DAY - timedelta(days=one)) for one in range(5))]

    assert unusual(lately) == []


def test_an_hour_more_or_less_is_never_far_above():
    assert outliers.usual_up_to([60, 60, 60, 60, 60]) == pytest.approx(60 + 60 * 3.5 * 1.4826)
    assert outliers.usual_up_to([0, 60, 120, 180, 240]) == pytest.approx(120 + 60 * 3.5 * 1.4826)
    assert outliers.usual_up_to([0, 600, 1200]) == pytest.approx(600 + 600 * 3.5 * 1.4826)


def test_the_longest_comes_first():
    found = unusual([given(700, number=1), given(800, by=3, number=2), given(601, by=4, number=3)])

    assert [one.minutes for one in found] == [800, 700, 601]
