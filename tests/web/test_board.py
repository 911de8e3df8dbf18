"""The pages of the board: who reads what, what is found, and what a form keeps."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from tests.builders import (
    NOON,
    a_category,
    a_coordinator,
    a_funder,
    a_listing,
    a_member,
    a_timebank,
    an_administrator,
)
from timebank.listings import board
from timebank.listings.models import Listing, ListingKind
from timebank.members.models import MembershipStatus

BOARD = "/riverside/board"


def told(session, timebank, **more):
    category = a_category(session, timebank, "Gardening")
    return {"kind": "offer", "title": "Digging", "category": str(category.id), **more}


def test_the_board_tells_who_offers_what_where_and_when(as_, session, ana, ben):
    a_listing(session, ben, "A lift to the clinic", place="Old Town", times="weekday mornings")
    page = as_(ana).get(BOARD)

    assert "1 offer or request" in page.words
    assert "A lift to the clinic Offer Ben Birch Lifts and errands Old Town · weekday mornings" in page.words, (
        page.words
    )


def test_an_empty_board_asks_what_members_are_good_at(as_, ana, jess):
    assert "What are you good at?" in as_(ana).get(BOARD).words
    assert "Offer something" not in as_(jess).get(BOARD).words


def test_words_and_filters_stand_in_the_address(as_, session, timebank, ana):
    a_listing(session, ana, "Café talk", category="Company and visits")
    a_listing(session, ana, "Cafe wanted", kind=ListingKind.REQUEST)
    visitor = as_(ana)

    page = visitor.get(f"{BOARD}?q=CAFE&kind=request")
    assert "Cafe wanted" in page.words
    assert "Café talk" not in page.words
    assert 'value="CAFE"' in page.response.get_data(as_text=True)
    company = a_category(session, timebank, "Company and visits").id
    assert "Cafe wanted" not in visitor.get(f"{BOARD}?category={company}").words
    assert "Nothing on the board fits" in visitor.get(f"{BOARD}?q=submarine").words


@pytest.mark.parametrize("asked", ["kind=nonsense", "category=0", "category=99999999999999999999", "q=%00", "page=0"])
def test_an_address_that_makes_no_sense_shows_the_whole_board(as_, session, ana, asked):
    a_listing(session, ana, "A lift")

    assert "A lift" in as_(ana).get(f"{BOARD}?{asked}").words


def test_a_very_long_search_is_answered(as_, session, ana):
    a_listing(session, ana, "A lift")

    assert "Nothing on the board fits" in as_(ana).get(f"{BOARD}?q={'a+x+' * 1500}").words


def test_pages_keep_the_search(as_, session, ana):
    for number in range(21):
        a_listing(session, ana, f"Soup {number}")
    visitor = as_(ana)

    page = visitor.get(f"{BOARD}?q=soup")
    assert "21 offers and requests" in page.words
    assert "q=soup&amp;page=2" in page.response.get_data(as_text=True)
    assert "Soup 0 Offer" in visitor.get(f"{BOARD}?q=soup&page=2").words
    assert "not so many pages" in visitor.get(f"{BOARD}?page=9").words


def test_names_are_read_in_one_question(as_, session, timebank, engine):
    def asked(visitor):
        count = []
        event.listen(engine, "before_cursor_execute", listener := lambda *_told: count.append(1))
        visitor.get(BOARD)
        event.remove(engine, "before_cursor_execute", listener)
        return len(count)

    members = [a_member(session, timebank, f"Member{number}") for number in range(9)]
    a_listing(session, members[0])
    visitor = as_(members[0])
    few = asked(visitor)
    for member in members:
        a_listing(session, member)
    session.commit()
    session.expunge_all()

    assert asked(visitor) <= few


def test_what_people_write_is_text_and_never_markup(as_, session, ana, ben):
    listing = a_listing(session, ana, "<b>Soup</b>", description="<script>alert(1)</script>\n\nTwo", place="<i>")
    visitor = as_(ben)

    for path in (BOARD, f"{BOARD}/{listing.id}"):
        html = visitor.get(path).response.get_data(as_text=True)
        assert "&lt;b&gt;Soup&lt;/b&gt;" in html
        assert "<b>Soup" not in html
        assert "<script>alert" not in html


def test_a_neighbours_offer_can_be_asked_for_and_a_request_answered(as_, session, ana, ben):
    offer, request = a_listing(session, ana), a_listing(session, ana, "Weeding", kind=ListingKind.REQUEST)
    visitor = as_(ben)

    page = visitor.get(f"{BOARD}/{offer.id}")
    assert "Ana Alder offers this." in page.words
    assert "Ask for this" in page.words
    assert f"{BOARD}/{offer.id}/propose" in page.response.get_data(as_text=True)
    assert "Take it off" not in page.words
    page = visitor.get(f"{BOARD}/{request.id}")
    assert "Ana Alder would like this." in page.words
    assert "Offer your help" in page.words


def test_a_coordinator_without_an_account_reads_and_does_not_reply(as_, session, ana, jess):
    listing = a_listing(session, ana)

    assert "Ask for this" not in as_(jess).get(f"{BOARD}/{listing.id}").words
    as_(jess).get(f"{BOARD}/new", status=403)


def test_ones_own_is_changed_taken_off_and_put_back(as_, session, timebank, ana):
    listing = a_listing(session, ana)
    visitor, own = as_(ana), f"{BOARD}/{listing.id}"

    page = visitor.get(own)
    assert "Change it" in page.words
    assert "Ask for this" not in page.words
    assert visitor.post(f"{own}/close", from_=own).response.location == f"{BOARD}/mine"
    page = visitor.get(f"{BOARD}/mine")
    assert "is off the board. You can put it back" in page.words
    assert "A lift to the clinic Offer 10 June 2026 no" in page.words
    assert "The board is still empty" in visitor.get(BOARD).words
    assert "Only you can see it" in visitor.get(own).words
    visitor.post(f"{own}/open-again", from_=own)
    assert "is on the board again" in visitor.get(BOARD).words


def test_an_offer_is_written_and_shown(as_, session, timebank, ana):
    visitor = as_(ana)
    page = visitor.get(f"{BOARD}/new")
    assert page.h1 == "|What are you good at?"
    assert visitor.get(f"{BOARD}/new?kind=request").h1 == "|What would you like a hand with?"

    answer = visitor.post(f"{BOARD}/new", told(session, timebank, title="  Digging ", description="Two\n\nlines"))
    listing = session.scalars(select(Listing)).one()
    assert answer.response.location == f"{BOARD}/{listing.id}"
    assert (listing.title, listing.kind, listing.category.name) == ("Digging", ListingKind.OFFER, "Gardening")
    assert "Thank you. It is on the board now" in visitor.get(f"{BOARD}/{listing.id}").words


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Say what it is, in a few words"),
        ({"title": "x" * 121}, "Use at most 120 letters."),
        ({"category": ""}, "Choose the kind of help"),
        ({"category": "999999"}, "Choose the kind of help"),
        ({"kind": "gift"}, "Choose whether you offer this or would like it"),
        ({"ends_on-day": "31", "ends_on-month": "2", "ends_on-year": "2027"}, "There is no such day"),
        ({"ends_on-day": "1", "ends_on-month": "1", "ends_on-year": "2020"}, "That day has passed"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_keeps_what_was_written(as_, session, timebank, ana, wrong, said):
    kept = told(session, timebank, description="Kept & safe <b>", **wrong)
    page = as_(ana).post(f"{BOARD}/new", kept, 422)

    assert said in page.words
    assert "Kept &amp; safe &lt;b&gt;" in page.response.get_data(as_text=True)
    assert session.scalars(select(Listing)).all() == []


def test_a_form_without_its_token_writes_nothing_and_loses_nothing(as_, session, timebank, ana):
    page = as_(ana).post(f"{BOARD}/new", told(session, timebank, csrf_token="old"), 422)

    assert "grown old" in page.words
    assert 'value="Digging"' in page.response.get_data(as_text=True)
    assert session.scalars(select(Listing)).all() == []


def test_a_listing_is_changed_and_what_the_form_does_not_ask_stays(as_, session, timebank, ana):
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    listing = a_listing(session, ana, starts_on=NOON.date(), ends_on=tomorrow)
    visitor, edit = as_(ana), f"{BOARD}/{listing.id}/edit"

    html = visitor.get(edit).response.get_data(as_text=True)
    assert 'value="A lift to the clinic"' in html
    assert f'value="{tomorrow.year}"' in html
    no_day = {"ends_on-day": "", "ends_on-month": "", "ends_on-year": ""}
    visitor.post(edit, told(session, timebank, title="Two lifts", kind="request", **no_day))
    session.expire_all()
    assert (listing.title, listing.kind, listing.starts_on, listing.ends_on) == (
        "Two lifts",
        ListingKind.REQUEST,
        NOON.date(),
        None,
    )


def test_what_has_ended_asks_for_a_later_day_when_it_is_put_back(as_, session, ana):
    listing = a_listing(session, ana, ends_on=NOON.date())
    board.close(session, listing.id, by=ana, at=NOON)
    visitor, own = as_(ana), f"{BOARD}/{listing.id}"

    assert visitor.post(f"{own}/open-again", from_=own).response.location == f"{own}/edit"
    assert "Its last day has passed" in visitor.get(f"{own}/edit").words
    assert "A lift to the clinic Offer 10 June 2026 ended" in visitor.get(f"{BOARD}/mine").words


def test_nobody_changes_what_is_someone_elses(as_, session, timebank, ana, ben):
    listing = a_listing(session, ana)
    visitor, its = as_(ben), f"{BOARD}/{listing.id}"

    visitor.get(f"{its}/edit", status=403)
    visitor.post(f"{its}/edit", told(session, timebank), 403, from_=BOARD)
    visitor.post(f"{its}/close", status=403, from_=BOARD)
    visitor.post(f"{its}/open-again", status=403, from_=BOARD)
    session.expire_all()
    assert (listing.title, listing.closed_at) == ("A lift to the clinic", None)


def test_without_a_token_nothing_leaves_the_board(as_, session, ana):
    listing = a_listing(session, ana)
    as_(ana).post(f"{BOARD}/{listing.id}/close", {}, 422, token=False)

    assert listing.closed_at is None


def test_what_is_closed_or_of_someone_suspended_is_not_there(as_, session, timebank, ana, ben):
    closed, gone = a_listing(session, ana), a_listing(session, a_member(session, timebank, "Gil Gone"), "Gone")
    board.close(session, closed.id, by=ana, at=NOON)
    gone.membership.status = MembershipStatus.SUSPENDED
    session.flush()
    visitor = as_(ben)

    for listing in (closed, gone):
        visitor.get(f"{BOARD}/{listing.id}", status=404)
    assert "The board is still empty" in visitor.get(BOARD).words


def test_funders_and_administrators_have_no_board(as_, session, timebank, ana):
    listing = a_listing(session, ana)
    for someone in (a_funder(session, timebank), an_administrator(session, timebank)):
        visitor = as_(someone)
        for path in (BOARD, f"{BOARD}/{listing.id}", f"{BOARD}/mine", f"{BOARD}/new"):
            visitor.get(path, status=403)


def test_the_board_of_another_timebank_is_not_found(as_, session, ana):
    other = a_timebank(session, "hillside", "Hillside Timebank")
    listing = a_listing(session, a_member(session, other, "Sam Spruce"), "Far away")
    a_coordinator(session, other, "Cleo Cedar")
    visitor = as_(ana)

    visitor.get(f"{BOARD}/{listing.id}", status=404)
    visitor.get(f"{BOARD}/{listing.id}/edit", status=404)
    visitor.post(f"{BOARD}/{listing.id}/close", status=404, from_=BOARD)
    visitor.get(f"/hillside/board/{listing.id}", status=404)
