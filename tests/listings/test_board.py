"""The board: what is found by words and filters, and who may change what."""

from datetime import date, timedelta

import pytest

from tests.builders import NOON, TODAY, a_category, a_listing, a_member, a_timebank
from timebank.listings import board
from timebank.listings.board import Sought, Words
from timebank.listings.models import ListingKind
from timebank.members.models import MembershipStatus
from timebank.refusals import NotAllowed, NotFound, Unacceptable


def found(session, timebank, words="", *, today=TODAY, limit=20, offset=0, **more):
    sought = Sought(words=words, **more)
    listings, count = board.find(session, timebank, sought, today=today, limit=limit, offset=offset)
    return [listing.title for listing in listings], count


@pytest.mark.parametrize("words", ["cafe", "CAFÉ", "café zurich", "ZÜRICH", "  cafe\tzürich "])
def test_a_search_forgives_accents_case_and_spaces(session, timebank, ana, words):
    a_listing(session, ana, "Café in Zürich")
    a_listing(session, ana, "A lift")

    assert found(session, timebank, words) == (["Café in Zürich"], 1)


@pytest.mark.parametrize(("words", "hit"), [("100%", "100% wool"), ("a_b", "a_b"), ("\\", "back\\slash")])
def test_signs_that_a_database_reads_as_any_letter_are_only_signs(session, timebank, ana, words, hit):
    for title in ("100% wool", "1000 socks", "a_b", "axb", "back\\slash"):
        a_listing(session, ana, title)

    assert found(session, timebank, words) == ([hit], 1)


def test_all_words_are_asked_for_wherever_they_stand(session, timebank, ana):
    a_listing(session, ana, "Soup", description="with wild garlic", category="Cooking and meals", place="Old Town")
    a_listing(session, ana, "Soup", place="Harbour")

    assert found(session, timebank, "soup garlic town cooking")[1] == 1
    assert found(session, timebank, "soup mountain")[1] == 0


def test_filters_go_together(session, timebank, ana):
    a_listing(session, ana, "Digging", category="Gardening")
    a_listing(session, ana, "Weeding", category="Gardening", kind=ListingKind.REQUEST)
    a_listing(session, ana, "A lift", kind=ListingKind.REQUEST)
    gardening = a_category(session, timebank).id

    assert found(session, timebank, kind=ListingKind.REQUEST, category_id=gardening) == (["Weeding"], 1)


def test_the_newest_come_first_a_page_at_a_time(session, timebank, ana):
    for number in range(5):
        a_listing(session, ana, f"Number {number}")

    assert found(session, timebank, limit=2) == (["Number 4", "Number 3"], 5)
    assert found(session, timebank, limit=2, offset=4) == (["Number 0"], 5)


def test_the_last_day_is_still_on_the_board_and_the_day_after_it_is_not(session, timebank, ana):
    a_listing(session, ana, "Until today", ends_on=TODAY)

    assert found(session, timebank)[1] == 1
    assert found(session, timebank, today=TODAY + timedelta(days=1))[1] == 0


def test_what_is_closed_is_seen_by_its_owner_only(session, timebank, ana, ben):
    listing = a_listing(session, ana)
    board.close(session, listing.id, by=ana, at=NOON)

    assert found(session, timebank)[1] == 0
    assert board.listing_for(session, timebank, listing.id, reader=ana) is listing
    with pytest.raises(NotFound):
        board.listing_for(session, timebank, listing.id, reader=ben)
    board.open_again(session, listing.id, by=ana)
    assert found(session, timebank)[1] == 1


@pytest.mark.parametrize("status", [one for one in MembershipStatus if one != MembershipStatus.ACTIVE])
def test_what_someone_put_there_is_gone_while_they_are_not_active(session, timebank, ana, ben, status):
    listing = a_listing(session, ana)
    ana.status = status
    session.flush()

    assert found(session, timebank)[1] == 0
    with pytest.raises(NotFound):
        board.listing_for(session, timebank, listing.id, reader=ben)


def test_only_its_owner_changes_a_listing(session, timebank, ana, ben):
    listing = a_listing(session, ana)
    for step in (
        lambda: board.close(session, listing.id, by=ben, at=NOON),
        lambda: board.open_again(session, listing.id, by=ben),
    ):
        with pytest.raises(NotAllowed):
            step()


def test_a_listing_of_another_timebank_is_not_there(session, timebank, ana):
    other = a_timebank(session, "hillside", "Hillside Timebank")
    stranger = a_member(session, other, "Sam Spruce")
    listing = a_listing(session, stranger)

    assert found(session, timebank)[1] == 0
    with pytest.raises(NotFound):
        board.listing_for(session, timebank, listing.id, reader=ana)
    with pytest.raises(NotFound):
        board.close(session, listing.id, by=ana, at=NOON)


def test_a_kind_of_help_of_another_timebank_is_refused(session, timebank, ana):
    other = a_timebank(session, "hillside", "Hillside Timebank")
    words = Words(kind=ListingKind.OFFER, title="A lift", description="", category_id=a_category(session, other).id)

    with pytest.raises(Unacceptable):
        board.write(session, words, by=ana, at=NOON)


def test_the_last_day_does_not_come_before_the_first(session, timebank, ana):
    with pytest.raises(Unacceptable):
        a_listing(session, ana, starts_on=date(2026, 6, 11), ends_on=date(2026, 6, 10))


def test_the_kinds_of_help_are_seeded_once(session, timebank):
    before = [category.name for category in board.categories_of(session, timebank)]

    assert [category.name for category in board.seed_categories(session, timebank)] == before == sorted(board.SEED)
