"""What makes an offer and a request fit: the points of each thing in common, and where it is too little."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.listings.matching import Fit, Side, fit, telling_words

MOWING = Side(kind_id=1, group_id=10)
SATURDAY, SUNDAY = (5, "morning"), (6, "evening")


def score(one, other):
    told = fit(one, other)
    return told and told.score


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({}, 40),
        ({"kind_id": 2}, 20),
        ({"times": frozenset({SATURDAY})}, 40 + 5),
        ({"times": frozenset({SUNDAY})}, 40 - 10),
        ({"place": "old town"}, 40 + 10),
        ({"place": "harbour"}, 40),
        ({"words": frozenset({"lawn"})}, 40 + 8),
        ({"words": frozenset({"lawn", "hedge", "roses", "shed"})}, 40 + 24),
        ({"kind_id": 2, "group_id": 20}, None),
        ({"kind_id": 2, "group_id": 20, "words": frozenset({"lawn", "hedge"})}, None),
        ({"kind_id": 2, "group_id": 20, "words": frozenset({"lawn", "hedge", "roses"})}, 24),
    ],
)
def test_each_thing_in_common_has_its_points(change, points):
    whole = replace(
        MOWING,
        times=frozenset({SATURDAY}),
        place="old town",
        words=frozenset({"lawn", "hedge", "roses", "shed"}),
    )

    assert score(whole, replace(MOWING, **change)) == points


def test_many_times_in_common_do_not_outweigh_the_kind_of_help():
    every = frozenset((weekday, part) for weekday in range(7) for part in ("morning", "evening"))

    assert score(replace(MOWING, times=every), replace(MOWING, times=every)) == 40 + 15


def test_it_says_what_is_in_common_in_a_steady_order():
    one = replace(MOWING, times=frozenset({SUNDAY, SATURDAY}), words=frozenset({"shed", "lawn"}))

    assert fit(one, one) == Fit(40 + 16 + 10, True, True, ("lawn", "shed"), (SATURDAY, SUNDAY), False)


def test_nothing_said_is_nothing_in_common():
    assert fit(Side(), Side()) is None


SIDES = st.builds(
    Side,
    kind_id=st.none() | st.integers(1, 3),
    group_id=st.none() | st.integers(1, 2),
    words=st.frozensets(st.sampled_from(["lawn", "hedge", "shed", "roses"])),
    times=st.frozensets(st.tuples(st.integers(0, 6), st.sampled_from(["morning", "evening"]))),
    place=st.sampled_from(["", "old town"]),
)


@given(SIDES, SIDES)
def test_it_does_not_matter_which_is_which(one, other):
    assert fit(one, other) == fit(other, one)


def test_words_that_everybody_writes_say_nothing():
    assert telling_words("help with the lawn some hours a week in old town", ["town"]) == {"lawn"}
