"""Tallies and shares: who gave twice is one person, and a half percent is rounded up."""

import pytest

from timebank.reports.figures import Tally, percent


def test_who_gave_in_both_tallies_is_counted_once():
    both = Tally(frozenset({1, 2}), minutes=60, entries=2) + Tally(frozenset({2, 3}), minutes=30, entries=1)

    assert (both.people, both.minutes, both.entries) == (3, 90, 3)


def test_a_tally_does_not_tell_who_when_it_is_printed():
    assert "4711" not in repr(Tally(frozenset({4711}), minutes=60, entries=1))


@pytest.mark.parametrize(("part", "whole", "told"), [(0, 5, 0), (5, 5, 100), (1, 8, 13), (1, 200, 1), (1, 201, 0)])
def test_a_share_is_whole_percent_with_a_half_rounded_up(part, whole, told):
    assert percent(part, whole) == told


def test_nothing_has_no_shares():
    assert percent(0, 0) is None
