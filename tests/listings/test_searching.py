"""What is found on the board: filters that go together, groups, times, and a misspelled word that is forgiven."""

import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON, TODAY, a_category, a_listing, a_member, a_timebank
from timebank.listings import board, searching
from timebank.listings.models import ListingKind
from timebank.listings.searching import Order, Sought, nearest, search
from timebank.members import pictures
from timebank.members.page import Part

WORDS = ("gardening", "garden", "lift", "clinic", "wheelchair", "soup")


def found(session, timebank, *, today=TODAY, **sought):
    listings, count = searching.find(session, timebank, Sought(**sought), today=today, limit=20, offset=0)
    assert len(listings) == count
    return [listing.title for listing in listings]


def test_a_group_finds_its_kinds_and_a_kind_only_itself(session, timebank, ana):
    a_listing(session, ana, "Lawns", category="Mowing")
    a_listing(session, ana, "Anything green", category="Gardening")
    a_listing(session, ana, "Dogs", category="Dog walking")
    gardening, mowing = a_category(session, timebank), a_category(session, timebank, "Mowing")

    assert found(session, timebank, category_id=gardening.id) == ["Anything green", "Lawns"]
    assert found(session, timebank, category_id=mowing.id) == ["Lawns"]


def test_the_words_of_the_group_and_the_tags_are_found_too(session, timebank, ana):
    a_listing(session, ana, "Lawns", category="Mowing", tags=("Rosés", "compost"))

    for words in ("gardening", "mowing", "roses", "COMP"):
        assert found(session, timebank, words=words) == ["Lawns"], words
    assert found(session, timebank, tag="ROSES") == ["Lawns"]
    assert found(session, timebank, tag="rose") == []


def test_the_part_of_town_is_not_sought_in_other_words(session, timebank, ana):
    a_listing(session, ana, "A lift to the harbour", place="Öld Town")
    a_listing(session, ana, "Soup", place="Harbour")

    assert found(session, timebank, district="HARBOUR") == ["Soup"]
    assert found(session, timebank, district="old town") == ["A lift to the harbour"]


def test_days_and_parts_of_the_day_are_asked_together(session, timebank, ana):
    a_listing(session, ana, "Saturdays early", suits=frozenset({(5, Part.MORNING)}))
    a_listing(session, ana, "Mixed", suits=frozenset({(5, Part.EVENING), (1, Part.MORNING)}))
    a_listing(session, ana, "Never said")

    assert found(session, timebank, weekday=5, part=Part.MORNING) == ["Saturdays early"]
    assert found(session, timebank, weekday=5) == ["Mixed", "Saturdays early"]
    assert found(session, timebank, part=Part.MORNING) == ["Mixed", "Saturdays early"]


def test_groups_and_pictures_can_be_asked_for(session, timebank, ana):
    walk, lift = a_listing(session, ana, "A walk", capacity=12), a_listing(session, ana, "A lift")
    drawn = pictures.Drawn(b"x", "image/png", 1, 1)
    lift.picture_id = pictures.keep(session, timebank, drawn, by=ana, at=NOON).id

    assert (walk.capacity, found(session, timebank, for_groups=True)) == (12, ["A walk"])
    assert found(session, timebank, with_picture=True) == ["A lift"]


def test_what_ends_soonest_comes_first_and_what_never_ends_last(session, timebank, ana):
    for title, days in (("In May", None), ("Next week", 7), ("Tomorrow", 1)):
        a_listing(session, ana, title, ends_on=TODAY + timedelta(days=days) if days else None)

    assert found(session, timebank, order=Order.ENDING) == ["Tomorrow", "Next week", "In May"]
    assert found(session, timebank) == ["Tomorrow", "Next week", "In May"]
    a_listing(session, ana, "Newer")
    assert found(session, timebank)[0] == "Newer"
    assert found(session, timebank, order=Order.ENDING)[0] == "Tomorrow"


def test_it_stands_through_its_last_day_and_then_leaves(session, timebank, ana):
    timebank.listing_days = 180
    a_listing(session, ana, "A lift")
    last = TODAY + timedelta(days=180)

    assert found(session, timebank, today=last) == ["A lift"]
    assert found(session, timebank, today=last + timedelta(days=1)) == []


def test_what_has_not_begun_is_shown(session, timebank, ana):
    a_listing(session, ana, "In spring", starts_on=TODAY + timedelta(days=90))

    assert found(session, timebank) == ["In spring"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gardning", "gardening"),
        ("GÁRDNING", "gardening"),
        ("gadrening", "gardening"),
        ("wheelchar", "wheelchair"),
        ("lfit", "lift"),
    ],
)
def test_a_misspelled_word_finds_what_is_written_alike(session, timebank, ana, typed, meant):
    a_listing(session, ana, "Gardening with a wheelchair", category="Gardening")
    a_listing(session, ana, "A lift to the clinic")
    answer = search(session, timebank, Sought(words=typed), today=TODAY, limit=20, offset=0)

    assert list(answer.instead.values()) == [meant]
    assert answer.count == len(answer.listings) == 1


def test_only_the_word_that_nothing_holds_is_changed(session, timebank, ana):
    a_listing(session, ana, "A lift to the clinic")
    answer = search(session, timebank, Sought(words="lift clinc"), today=TODAY, limit=20, offset=0)

    assert (answer.instead, answer.count) == ({"clinc": "clinic"}, 1)


def test_nothing_is_changed_where_something_is_found_or_nothing_is_alike(session, timebank, ana):
    a_listing(session, ana, "A garden")
    for words in ("gard", "submarine", "xx", "?!"):
        answer = search(session, timebank, Sought(words=words), today=TODAY, limit=20, offset=0)
        assert (answer.instead, answer.count) == ({}, 1 if words == "gard" else 0), words


def test_the_words_of_another_timebank_are_not_ours(session, timebank, ana):
    other = a_timebank(session, "hillside", "Hillside Timebank")
    a_listing(session, a_member(session, other, "Sam Spruce"), "Yodelling")
    answer = search(session, timebank, Sought(words="yodeling"), today=TODAY, limit=20, offset=0)

    assert (answer.instead, answer.count) == ({}, 0)


def test_the_words_stay_known_when_the_same_is_written_again(session, timebank, ana):
    listing = a_listing(session, ana, "Gardening")
    a_listing(session, ana, "Gardening")
    words = board.Words(
        kind=ListingKind.OFFER, title="Weeding", description="", category_id=listing.category_id, tags=("Bees", "bées")
    )
    board.rewrite(session, listing.id, words, by=ana, at=NOON)

    assert [tag.word for tag in listing.tags] == ["bées"]
    assert found(session, timebank, words="bees") == ["Weeding"]


@given(st.sampled_from(WORDS), st.data())
def test_one_wrong_sign_in_a_longer_word_is_always_forgiven(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    sign = data.draw(st.sampled_from(string.ascii_lowercase))
    typed = word[:place] + sign + word[place + 1 :]

    assert typed in WORDS or nearest(typed, WORDS) in WORDS


@given(st.text(max_size=12))
def test_what_is_near_is_never_the_word_itself_and_order_does_not_matter(typed):
    assert nearest(typed, WORDS) == nearest(typed, tuple(reversed(WORDS)))
    assert nearest(typed, [typed]) is None
