"""The board: what is found by words and filters, and who may change what."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.builders import NOON, TODAY, a_category, a_listing, a_member, a_person, a_timebank
from timebank.listings import board
from timebank.listings.board import Sought, Words, WrongDays
from timebank.listings.models import ListingKind
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine, MembershipStatus
from timebank.policy import Role
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
    assert board.listing_for(session, timebank, listing.id, reader=ana, today=TODAY) is listing
    with pytest.raises(NotFound):
        board.listing_for(session, timebank, listing.id, reader=ben, today=TODAY)
    board.renew(session, listing.id, by=ana, at=NOON)
    assert found(session, timebank)[1] == 1


@pytest.mark.parametrize("status", [one for one in MembershipStatus if one != MembershipStatus.ACTIVE])
def test_what_someone_put_there_is_gone_while_they_are_not_active(session, timebank, ana, ben, status):
    listing = a_listing(session, ana)
    ana.status = status
    session.flush()

    assert found(session, timebank)[1] == 0
    with pytest.raises(NotFound):
        board.listing_for(session, timebank, listing.id, reader=ben, today=TODAY)


def test_only_its_owner_changes_a_listing(session, timebank, ana, ben):
    listing = a_listing(session, ana)
    for step in (
        lambda: board.close(session, listing.id, by=ben, at=NOON),
        lambda: board.renew(session, listing.id, by=ben, at=NOON),
    ):
        with pytest.raises(NotAllowed):
            step()


def test_a_listing_of_another_timebank_is_not_there(session, timebank, ana):
    other = a_timebank(session, "hillside", "Hillside Timebank")
    stranger = a_member(session, other, "Sam Spruce")
    listing = a_listing(session, stranger)

    assert found(session, timebank)[1] == 0
    with pytest.raises(NotFound):
        board.listing_for(session, timebank, listing.id, reader=ana, today=TODAY)
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


def test_the_last_day_is_today_or_later(session, timebank, ana):
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(WrongDays, match="That day has passed"):
        a_listing(session, ana, ends_on=yesterday)
    listing = a_listing(session, ana, ends_on=TODAY)
    with pytest.raises(WrongDays, match="That day has passed"):
        board.rewrite(session, listing.id, written(session, timebank, ends_on=yesterday), by=ana, at=NOON)

    assert (listing.ends_on, board.stands(listing, TODAY)) == (TODAY, True)


def written(session, timebank, **more):
    told = {
        "kind": ListingKind.OFFER,
        "title": "A lift",
        "description": "",
        "category_id": a_category(session, timebank).id,
    }
    return Words(**told | more)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("roses, Compost;  bees\n#Allotment", ("roses", "Compost", "bees", "Allotment")),
        ("Café, CAFE, , ,", ("CAFE",)),
        ("  two   words ", ("two words",)),
        ("🌹, ﷺ", ("🌹", "ﷺ")),
        ("", ()),
    ],
)
def test_words_are_parted_by_commas_and_kept_once(line, words):
    assert board.read_tags(line) == words


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"tags": tuple("abcdefghi")}, board.WrongTags),
        ({"tags": ("x" * 41,)}, board.WrongTags),
        ({"capacity": 1}, board.WrongSize),
        ({"capacity": 201}, board.WrongSize),
    ],
)
def test_too_many_words_and_groups_of_no_size_are_refused(session, timebank, ana, more, refusal):
    with pytest.raises(refusal):
        board.write(session, written(session, timebank, **more), by=ana, at=NOON)


def test_eight_words_of_forty_letters_and_a_group_of_two_are_kept(session, timebank, ana):
    tags = tuple(f"{number}".ljust(40, "x") for number in range(8))
    listing = board.write(session, written(session, timebank, tags=tags, capacity=2), by=ana, at=NOON)

    assert ([tag.word for tag in listing.tags], listing.capacity) == ([*tags], 2)


def test_a_sign_that_unfolds_to_many_letters_can_be_kept(session, timebank, ana):
    listing = board.write(session, written(session, timebank, tags=("ﷺ" * 40,), place="ﷺ" * 120), by=ana, at=NOON)

    assert len(listing.tags[0].folded) == 40


def test_a_coordinator_writes_for_a_member_and_it_is_written_down(session, timebank, ana, jess):
    listing = board.write(session, written(session, timebank), by=jess, at=NOON, for_=ana)

    assert (listing.membership_id, listing.by_id) == (ana.id, jess.person_id)
    line = session.scalars(select(AuditLine)).one()
    assert (line.deed, line.by_id, line.about_id) == (Deed.PAGE_CHANGED, jess.person_id, ana.id)
    assert json.loads(line.told) == {"what": "offer written", "listing_id": listing.id}


def test_a_member_writes_for_nobody_else_and_nobody_for_who_is_away(session, timebank, ana, ben, jess):
    with pytest.raises(NotAllowed):
        board.write(session, written(session, timebank), by=ben, at=NOON, for_=ana)
    ana.status = MembershipStatus.PAUSED
    for by in (ana, jess):
        with pytest.raises(Unacceptable):
            board.write(session, written(session, timebank), by=by, at=NOON, for_=ana)


def test_a_coordinator_writes_for_nobody_of_another_timebank(session, timebank, jess):
    stranger = a_member(session, a_timebank(session, "hillside", "Hillside Timebank"), "Sam Spruce")

    with pytest.raises(NotFound, match="no such person"):
        board.write(session, written(session, timebank), by=jess, at=NOON, for_=stranger)


def test_a_coordinator_takes_down_with_a_word_and_the_owner_still_reads_it(session, timebank, ana, ben, jess):
    listing = a_listing(session, ana)
    with pytest.raises(Unacceptable):
        board.take_down(session, listing.id, word="  ", by=jess, at=NOON)
    board.take_down(session, listing.id, word="It sells something.", by=jess, at=NOON)

    assert found(session, timebank)[1] == 0
    assert board.listing_for(session, timebank, listing.id, reader=ana, today=TODAY).taken_down_word
    with pytest.raises(NotFound):
        board.listing_for(session, timebank, listing.id, reader=ben, today=TODAY)
    line = session.scalars(select(AuditLine)).one()
    assert line.deed == Deed.LISTING_TAKEN_DOWN
    assert json.loads(line.told)["word"] == "It sells something."


def test_what_a_supporter_does_with_a_listing_is_written_down(session, ana, ben):
    ana.act_by(ben)
    listing = a_listing(session, ana)
    for _time in range(2):
        board.close(session, listing.id, by=ana, at=NOON)

    assert (listing.membership_id, listing.by_id) == (ana.id, ben.person_id)
    lines = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert [(line.by_id, line.about_id, json.loads(line.told)["what"]) for line in lines] == [
        (ben.person_id, ana.id, "offer written"),
        (ben.person_id, ana.id, "offer taken off"),
    ]


def test_taken_off_or_down_twice_it_stays_as_the_first_one_said(session, ana, jess):
    closed, down = a_listing(session, ana), a_listing(session, ana)
    for hours, word in ((0, "It sells something."), (1, "Twice.")):
        board.close(session, closed.id, by=ana, at=NOON + timedelta(hours=hours))
        board.take_down(session, down.id, word=word, by=jess, at=NOON + timedelta(hours=hours))

    assert (closed.closed_at, down.closed_at, down.taken_down_word) == (NOON, NOON, "It sells something.")


def test_a_coordinator_does_not_take_their_own_listing_down(session, timebank):
    both = a_person(session, timebank, "Beth Both", Role.MEMBER, Role.COORDINATOR)
    with pytest.raises(NotAllowed, match="This is your own"):
        board.take_down(session, a_listing(session, both).id, word="No.", by=both, at=NOON)


def test_members_take_nobody_elses_down(session, ana, ben):
    with pytest.raises(NotAllowed):
        board.take_down(session, a_listing(session, ana).id, word="No.", by=ben, at=NOON)


def test_a_retired_kind_is_kept_by_what_has_it_and_chosen_by_nothing_new(session, timebank, ana):
    listing = a_listing(session, ana, category="Mowing")
    listing.category.closed_at = NOON
    words = written(session, timebank, category_id=listing.category_id)

    assert board.rewrite(session, listing.id, words, by=ana, at=NOON).title == "A lift"
    with pytest.raises(board.WrongKind):
        board.write(session, words, by=ana, at=NOON)
