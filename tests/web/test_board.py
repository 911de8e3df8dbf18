"""The pages of the board: who reads what, what is found, and what a form keeps."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
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
from timebank.exchanges import blocking
from timebank.listings import board
from timebank.listings.models import Listing, ListingKind
from timebank.members.models import MembershipStatus
from timebank.members.page import Part, Picture
from timebank.notices.models import Notice, NoticeKind

BOARD = "/riverside/board"
DATE_BOXES = ("day", "month", "year")


def day_words(day):
    return f"{day.day} {day:%B %Y}"


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
    visitor.post(f"{own}/renew", from_=own)
    assert "“A lift to the clinic” is on the board. Thank you." in visitor.get(BOARD).words


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

    assert visitor.post(f"{own}/renew", from_=own).response.location == f"{own}/edit"
    assert "Its last day has passed" in visitor.get(f"{own}/edit").words
    assert "A lift to the clinic Offer 10 June 2026 ended" in visitor.get(f"{BOARD}/mine").words


def test_nobody_changes_what_is_someone_elses(as_, session, timebank, ana, ben):
    listing = a_listing(session, ana)
    visitor, its = as_(ben), f"{BOARD}/{listing.id}"

    visitor.get(f"{its}/edit", status=403)
    visitor.post(f"{its}/edit", told(session, timebank), 403, from_=BOARD)
    visitor.post(f"{its}/close", status=403, from_=BOARD)
    visitor.post(f"{its}/renew", status=403, from_=BOARD)
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


def posted(page, name="category"):
    """The choices of a select on a page, as groups and their options."""
    html = page.response.get_data(as_text=True)
    return re.search(rf'<select[^>]*id="{name}".*?</select>', html, re.DOTALL).group(0)


def test_kinds_of_help_are_chosen_in_their_groups(as_, session, ana):
    select_box = posted(as_(ana).get(f"{BOARD}/new"))

    assert '<optgroup label="Gardening">' in select_box
    assert "Gardening (in general)" in select_box
    assert select_box.count("<option") == 134
    assert select_box.index("Gardening (in general)") < select_box.index("Mowing") < select_box.index("Health and")


def test_a_group_in_the_address_finds_its_kinds(as_, session, timebank, ana, ben):
    a_listing(session, ben, "Lawns", category="Mowing")
    a_listing(session, ben, "Dogs", category="Dog walking")
    words = as_(ana).get(f"{BOARD}?category={a_category(session, timebank).id}").words

    assert "Lawns Offer Ben Birch Gardening › Mowing" in words
    assert "Dogs Offer" not in words


def test_a_misspelled_word_is_forgiven_and_the_page_says_so(as_, session, ana, ben):
    a_listing(session, ben, "Gardening", category="Gardening")
    page = as_(ana).get(f"{BOARD}?q=gardning")

    assert "Nothing for “gardning”. Showing “gardening”." in page.words
    assert "1 offer or request" in page.words


def test_every_filter_stands_in_the_address_and_in_the_links_to_other_pages(as_, session, timebank, ana, ben):
    suits = frozenset({(5, Part.MORNING)})
    for number in range(21):
        a_listing(session, ben, f"Walk {number}", place="Old Town", suits=suits, capacity=9, tags=("hills",))
    asked = "q=walk&kind=offer&district=town&day=5&part=morning&groups=y&tag=Hills&order=ending"
    page = as_(ana).get(f"{BOARD}?{asked}")
    html = page.response.get_data(as_text=True)

    assert "21 offers and requests" in page.words
    for one in asked.split("&"):
        assert re.search(rf'href="[^"]*{one}[^"]*page=2', html), one
    assert "Only what carries the word “Hills”." in page.words
    assert 'name="tag" value="Hills"' in html
    assert re.search(r"<details[^>]* open", html)
    assert "Nothing on the board fits" in as_(ana).get(f"{BOARD}?{asked.replace('day=5', 'day=6')}").words


@pytest.mark.parametrize(
    "asked",
    ["day=9", "part=noon", "order=x", "category=x", "groups=", "district=%F0%9F%8C%B9" * 2, "tag=" + "x" * 5000],
)
def test_filters_that_make_no_sense_are_answered(as_, session, ana, asked):
    a_listing(session, ana, "A lift")

    assert as_(ana).get(f"{BOARD}?{asked}").words


def test_all_that_can_be_said_is_kept_shown_and_found_in_the_form_again(as_, session, timebank, ana):
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    day = {f"{name}-{part}": str(getattr(tomorrow, part)) for name in ("starts_on", "ends_on") for part in DATE_BOXES}
    more = {"capacity": "12", "tags": "Hills, hílls, boots", "suits": ["5-morning", "0-evening"], **day}
    visitor = as_(ana)
    visitor.post(f"{BOARD}/new", told(session, timebank, title="A walk", **more), 302)
    listing = session.scalars(select(Listing)).one()

    assert {(time.weekday, time.part.value) for time in listing.suits} == {(5, "morning"), (0, "evening")}
    page = visitor.get(f"{BOARD}/{listing.id}")
    for said in ("12 people can take part at once", "Monday evenings, Saturday mornings", "Words: boots ,", "hílls"):
        assert said in page.words, page.words
    html = visitor.get(f"{BOARD}/{listing.id}/edit").response.get_data(as_text=True)
    assert 'value="boots, hílls"' in html
    assert html.count(" checked") == 3
    assert f"From {day_words(tomorrow)}" in visitor.get(BOARD).words


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"capacity": "1"}, "Write a number from 2 to 200."),
        ({"capacity": "many"}, "Write a whole number in figures"),
        ({"tags": "a,b,c,d,e,f,g,h,i"}, "Use at most 8 words, each of at most 40 letters."),
        ({"tags": "x" * 10_000}, "Use at most 500 letters."),
        ({"description": "🌹" * 10_000}, "Use at most 4000 letters."),
    ],
)
def test_what_is_too_much_is_told_at_its_field(as_, session, timebank, ana, wrong, said):
    page = as_(ana).post(f"{BOARD}/new", told(session, timebank, **wrong), 422)

    assert said in page.words
    assert session.scalars(select(Listing)).all() == []


@pytest.mark.parametrize("page", ["", "/print"])
def test_what_else_stands_in_the_address_leads_nowhere(as_, session, ana, page):
    a_listing(session, ana)
    more = "endpoint=x&_scheme=y&_anchor=z&_external=1&slug=hillside"
    html = as_(ana).get(f"{BOARD}{page}?q=lift&{more}").response.get_data(as_text=True)

    assert f'href="{BOARD if page else f"{BOARD}/print"}?q=lift"' in html
    as_(ana).get(f"{BOARD}{page}?q=nothing&{more}")
    as_(ana).get(f"{BOARD}?q=lift&{more}&page=9")


def test_the_first_day_comes_before_the_last(as_, session, timebank, ana):
    year = datetime.now(UTC).year + 1
    days = {"starts_on-day": "2", "ends_on-day": "1"}
    days |= {
        f"{name}-{part}": value
        for name in ("starts_on", "ends_on")
        for part, value in (("month", "5"), ("year", str(year)))
    }
    page = as_(ana).post(f"{BOARD}/new", told(session, timebank, **days), 422)

    assert "The last day comes before the first." in page.words


def test_a_double_tap_puts_one_on_the_board(as_, session, timebank, ana):
    visitor, form = as_(ana), told(session, timebank, key="one")
    first, second = (visitor.post(f"{BOARD}/new", form, 302).response.location for _tap in range(2))

    assert first == second
    assert len(session.scalars(select(Listing)).all()) == 1


def a_picture():
    written = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, "PNG")
    return BytesIO(written.getvalue()), "walk.png"


def test_a_picture_is_shown_and_taken_away(as_, session, timebank, ana, ben):
    visitor = as_(ana)
    visitor.post(f"{BOARD}/new", told(session, timebank, picture=a_picture()), 302)
    listing = session.scalars(select(Listing)).one()
    its = f"{BOARD}/{listing.id}"

    html = as_(ben).get(its).response.get_data(as_text=True)
    assert f'src="/riverside/pictures/{listing.picture_id}"' in html
    assert 'alt="Picture: Digging"' in html
    visitor.post(f"{its}/edit", told(session, timebank, no_picture="y"), 302)
    session.expire_all()
    assert listing.picture_id is None
    assert session.scalars(select(Picture)).all() == []


def test_what_is_no_picture_is_told_and_nothing_is_kept(as_, session, timebank, ana):
    page = as_(ana).post(f"{BOARD}/new", told(session, timebank, picture=(BytesIO(b"x"), "x.png")), 422)

    assert "We cannot read this as a picture." in page.words
    assert session.scalars(select(Listing)).all() == []


def test_the_link_of_the_letter_asks_once_and_then_renews(as_, session, timebank, ana):
    listing = a_listing(session, ana)
    timebank.listing_days = 30
    visitor, renew = as_(ana), f"{BOARD}/{listing.id}/renew"
    page = visitor.get(renew)

    assert "Is this still right?" in page.words
    assert "From today it would stand for 30 days more." in page.words
    visitor.post(renew, status=302)
    session.expire_all()
    assert listing.expires_on == datetime.now(UTC).date() + timedelta(days=30)


def test_what_is_past_its_time_is_gone_for_others_and_put_back_by_its_owner(as_, session, ana, ben):
    listing = a_listing(session, ana)
    listing.expires_on = NOON.date()
    visitor, own = as_(ana), f"{BOARD}/{listing.id}"

    page = as_(ben).get(own, 404)
    assert "This is no longer on the board" in page.words
    assert "See what is on the board" in page.words
    assert "time is up Put it back A lift to the clinic" in visitor.get(f"{BOARD}/mine").words
    visitor.post(f"{own}/renew", from_=f"{BOARD}/mine")
    assert "A lift to the clinic" in as_(ben).get(own).words


def test_what_has_not_begun_is_shown_with_its_day(as_, session, ana, ben):
    later = datetime.now(UTC).date() + timedelta(days=40)
    listing = a_listing(session, ana, starts_on=later)
    visitor = as_(ben)

    assert f"From {day_words(later)}" in visitor.get(BOARD).words
    assert "Ask for this" in visitor.get(f"{BOARD}/{listing.id}").words


def test_a_coordinator_takes_down_with_a_word_and_the_owner_reads_it(as_, session, ana, ben, jess):
    listing = a_listing(session, ana)
    desk, its = as_(jess), f"{BOARD}/{listing.id}"
    assert "Say why, in a few words." in desk.post(f"{its}/take-down", {"word": " "}, 422).words
    desk.post(f"{its}/take-down", {"word": "We do not sell here."}, 302)

    owner = as_(ana)
    page = owner.get(its)
    assert "A coordinator took this off the board. “We do not sell here.”" in page.words
    assert "Put it back" not in page.words
    owner.post(f"{its}/renew", status=409, from_=BOARD)
    as_(ben).get(its, 404)
    assert "taken down" in owner.get(f"{BOARD}/mine").words
    desk.post(f"{its}/renew", status=302)
    assert "A lift to the clinic" in as_(ben).get(BOARD).words
    as_(ben).get(f"{its}/take-down", 403)


def test_a_coordinator_writes_for_a_member_without_e_mail(as_, session, timebank, jess):
    alf = a_member(session, timebank, "Alf Ash", email="")
    form = told(session, timebank, owner=str(alf.id), title="Mending clocks")
    desk = as_(jess)
    desk.post(f"{BOARD}/new/for-others", form, 302)
    listing = session.scalars(select(Listing)).one()

    assert (listing.membership_id, listing.by_id) == (alf.id, jess.person_id)
    page = desk.get(f"{BOARD}/{listing.id}")
    assert "Alf Ash offers this." in page.words
    assert "Written down by Jess Juniper" in page.words
    wrong = desk.post(f"{BOARD}/new/for-others", told(session, timebank, owner="999999"), 422)
    assert "Choose for whom you write this" in wrong.words


def test_what_might_fit_is_told_on_the_listing_and_in_the_own_list_and_says_why(as_, session, ana, ben):
    suits = frozenset({(5, Part.MORNING)})
    wish = a_listing(session, ana, "My lawn", kind=ListingKind.REQUEST, category="Mowing", suits=suits)
    offer = a_listing(session, ben, "Grass cut", category="Mowing", suits=suits)
    why = "Grass cut – Ben Birch both Mowing, both Saturday mornings"
    visitor = as_(ana)

    assert f"These might fit {why}" in visitor.get(f"{BOARD}/{wish.id}").words
    assert f"These might fit My lawn {why}" in visitor.get(f"{BOARD}/mine").words
    assert "Of yours, these might fit My lawn – Ana Alder" in visitor.get(f"{BOARD}/{offer.id}").words
    blocking.block(session, ana.id, by=ben, at=NOON)
    assert "Grass cut" not in visitor.get(f"{BOARD}/{wish.id}").words


def test_who_offers_the_very_kind_is_told_of_a_new_request(as_, session, timebank, ana, ben):
    a_listing(session, ben, "Digging for you", category="Gardening")
    as_(ana).post(f"{BOARD}/new", told(session, timebank, kind="request", title="Roses"), 302)

    notice = session.scalars(select(Notice).where(Notice.kind == NoticeKind.MATCH)).one()
    assert notice.membership_id == ben.id
    assert json.loads(notice.told)["why"] == "both Gardening"


def test_the_sheet_tells_first_names_only_and_whom_to_ask(as_, session, ana, ben):
    a_listing(session, ana, "Lawns", category="Mowing", description="Any size")
    a_listing(session, ben, "A lift", kind=ListingKind.REQUEST)
    visitor = as_(ana)
    words = visitor.get(f"{BOARD}/print").words

    assert "Ask Jess on 01632 960 123." in words
    assert "Gardening What Who Where and when Lawns Offer Any size Ana –" in words
    assert "Alder" not in words
    assert "Birch" not in words
    assert "A lift Request" not in visitor.get(f"{BOARD}/print?kind=offer").words


def test_no_page_of_the_board_asks_more_than_twelve_times(as_, session, timebank, ana, engine):
    mine = [a_listing(session, ana, f"Mine {number}", category="Mowing") for number in range(3)]
    a_listing(session, ana, "My wish", kind=ListingKind.REQUEST, category="Mowing")
    for number in range(25):
        member = a_member(session, timebank, f"Member{number}")
        a_listing(
            session, member, f"Grass {number}", category="Mowing", kind=list(ListingKind)[number % 2], tags=("a", "b")
        )
    visitor, asked = as_(ana), []
    event.listen(engine, "before_cursor_execute", listener := lambda *told: asked.append(told[2]))
    counts = {}
    for path in (
        "",
        "?q=gras&category=1",
        "?q=grassss",
        f"/{mine[0].id}",
        "/mine",
        "/print",
        "/new",
        f"/{mine[0].id}/edit",
    ):
        session.expunge_all()
        asked.clear()
        visitor.get(f"{BOARD}{path}")
        counts[path] = len([one for one in asked if not one.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))])
    event.remove(engine, "before_cursor_execute", listener)

    assert {path: count for path, count in counts.items() if count > 12} == {}
