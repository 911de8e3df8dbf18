"""Who might fit whom: both directions, why, and who is never among them."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from tests.builders import NOON, TODAY, a_category, a_listing, a_member, a_timebank
from timebank.listings import assets, board, fitting
from timebank.listings.assets import Told
from timebank.listings.models import AssetKind, ListingKind
from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.models import MembershipStatus
from timebank.members.page import Availability, FieldReaders, Part, Shown
from timebank.notices.models import Notice, NoticeKind

OFFER, REQUEST = ListingKind.OFFER, ListingKind.REQUEST
SATURDAY = (5, Part.MORNING)


def fits(session, listing, **more):
    found = fitting.fitting(session, [listing], today=TODAY, **more)[listing.id]
    return [(one.title, one.name) for one in found]


def an_asset(session, member, title, category="Mowing"):
    kind_id = a_category(session, member.timebank, category).id
    assets.add(session, member, Told(kind=AssetKind.SKILL, title=title, category_id=kind_id), by=member, at=NOON)


def a_need(session, member, title, category="Mowing"):
    kind_id = a_category(session, member.timebank, category).id
    assets.add_need(session, member, title, by=member, at=NOON, category_id=kind_id)


def show(session, member, field, readers):
    session.add(FieldReaders(membership_id=member.id, field=field, readers=readers))
    session.flush()


@pytest.fixture
def lawn(session, ana):
    """A request."""
    return a_listing(
        session, ana, "My lawn", kind=REQUEST, category="Mowing", place="Old Town", suits=frozenset({SATURDAY})
    )


def test_a_request_finds_offers_and_an_offer_requests(session, ben, lawn):
    offer = a_listing(session, ben, "I mow", category="Mowing")

    assert fits(session, lawn) == [("I mow", "Ben Birch")]
    assert fits(session, offer) == [("My lawn", "Ana Alder")]


def test_it_says_why(session, ben, lawn):
    a_listing(session, ben, "Grass cut", category="Mowing", place="OLD TOWN", suits=frozenset({SATURDAY}))
    one = fitting.fitting(session, [lawn], today=TODAY)[lawn.id][0]

    assert (one.fit.score, one.fit.same_kind, one.fit.same_place) == (40 + 5 + 10, True, True)
    assert one.fit.times == ((5, "morning"),)


def test_the_same_kind_goes_before_the_same_group_and_other_groups_are_not_there(session, timebank, ben, lawn):
    a_listing(session, ben, "Digging", category="Weeding and digging")
    a_listing(session, a_member(session, timebank, "Cat Cedar"), "I mow", category="Mowing")
    a_listing(session, a_member(session, timebank, "Dan Date"), "Soup", category="Cooking and meals")

    assert fits(session, lawn) == [("I mow", "Cat Cedar"), ("Digging", "Ben Birch")]


def test_of_each_member_only_the_best_is_told(session, ben, lawn):
    a_listing(session, ben, "Anything green", category="Gardening")
    a_listing(session, ben, "I mow", category="Mowing")

    assert fits(session, lawn) == [("I mow", "Ben Birch")]


@pytest.mark.parametrize("gone", ["paused", "closed", "expired", "blocked", "same kind", "own", "elsewhere"])
def test_who_is_not_there_fits_nobody(session, timebank, ana, ben, lawn, gone):
    owner = ana if gone == "own" else ben
    if gone == "elsewhere":
        owner = a_member(session, a_timebank(session, "hillside", "Hillside Timebank"), "Sam Spruce")
    listing = a_listing(session, owner, "I mow", category="Mowing", kind=REQUEST if gone == "same kind" else OFFER)
    if gone == "paused":
        ben.status = MembershipStatus.PAUSED
    elif gone == "closed":
        board.close(session, listing.id, by=ben, at=NOON)
    elif gone == "expired":
        listing.expires_on = TODAY - timedelta(days=1)
    session.flush()

    assert fits(session, lawn, without={ben.id} if gone == "blocked" else ()) == []


def test_what_members_can_bring_fits_requests_and_what_would_help_them_fits_offers(session, timebank, ana, ben, lawn):
    an_asset(session, ben, "A good mower")
    a_need(session, ben, "Somebody for the grass")
    offer = a_listing(session, ana, "I mow", category="Mowing")

    assert fits(session, lawn) == [("A good mower", "Ben Birch")]
    assert fits(session, offer) == [("Somebody for the grass", "Ben Birch")]


def test_what_members_do_not_show_to_all_is_not_used(session, ana, ben, lawn):
    offer = a_listing(session, ana, "I mow", category="Mowing")
    an_asset(session, ben, "A good mower")
    a_need(session, ben, "Somebody for the grass")
    show(session, ben, Shown.NEEDS, Readers.COORDINATORS)

    assert (len(fits(session, lawn)), fits(session, offer)) == (1, [])
    show(session, ben, Shown.ASSETS, Readers.AGREED)
    assert fits(session, lawn) == []


def test_nobody_is_shown_as_needs_alone(session, ana, ben):
    offer = a_listing(session, ana, "I mow", category="Mowing")
    a_need(session, ben, "Somebody for the grass")
    assert fits(session, offer) == [("Somebody for the grass", "Ben Birch")]

    show(session, ben, Shown.ASSETS, Readers.AGREED)
    assert fits(session, offer) == []


def test_what_someone_who_is_away_can_bring_fits_nothing(session, ben, lawn):
    an_asset(session, ben, "A good mower")
    ben.status = MembershipStatus.PAUSED
    session.flush()

    assert fits(session, lawn) == []


@pytest.mark.parametrize(("readers", "score"), [(Readers.MEMBERS, 50), (Readers.AGREED, 40)])
def test_where_a_member_lives_counts_where_all_may_see_it(session, ben, lawn, readers, score):
    an_asset(session, ben, "A good mower")
    words = profiles.Words(called="", about="", district="Old Town", languages="", phone="")
    profiles.write(session, ben, words, by=ben, at=NOON)
    show(session, ben, Shown.DISTRICT, readers)

    assert fitting.fitting(session, [lawn], today=TODAY)[lawn.id][0].fit.score == score


def test_at_a_glance_only_listings_are_looked_at(session, timebank, ben, lawn):
    an_asset(session, ben, "A good mower")
    assert fits(session, lawn, at_a_glance=True) == []

    a_listing(session, a_member(session, timebank, "Cat Cedar"), "I mow", category="Mowing")
    assert fits(session, lawn, at_a_glance=True) == [("I mow", "Cat Cedar")]


@pytest.mark.parametrize(("readers", "score"), [(None, 45), (Readers.MEMBERS, 45), (Readers.COORDINATORS, 40)])
def test_the_times_of_the_member_count_where_the_listing_names_none_and_all_may_see_them(
    session, ben, lawn, readers, score
):
    a_listing(session, ben, "Grass cut", category="Mowing")
    session.add(Availability(membership_id=ben.id, weekday=5, part=Part.MORNING))
    if readers:
        show(session, ben, Shown.TIMES, readers)
    session.flush()

    assert fitting.fitting(session, [lawn], today=TODAY)[lawn.id][0].fit.score == score


def test_a_reader_is_told_what_of_theirs_fits_and_nothing_of_others(session, timebank, ben, lawn):
    cat = a_member(session, timebank, "Cat Cedar")
    a_listing(session, ben, "I mow", category="Mowing")
    an_asset(session, cat, "A good mower")

    assert fits(session, lawn, only=ben) == [("I mow", "Ben Birch")]
    assert fits(session, lawn, only=cat) == []


def test_owners_of_the_very_kind_are_told_of_what_is_new_once(session, ana, ben, timebank, lawn):
    dan = a_member(session, timebank, "Dan Date")
    a_listing(session, dan, "Digging", category="Weeding and digging")
    a_need(session, dan, "Somebody for the grass")
    offer = a_listing(session, ben, "Grass cut", category="Mowing")
    told = {"without": (), "today": TODAY, "at": NOON, "why": lambda fit: f"score {fit.score}"}

    assert fitting.tell_owners(session, offer, **told) == 1
    fitting.tell_owners(session, offer, **told)
    notice = session.scalars(select(Notice).where(Notice.kind == NoticeKind.MATCH)).one()
    assert notice.membership_id == ana.id
    assert json.loads(notice.told) == {
        "listing_id": offer.id,
        "title": "Grass cut",
        "other": "Ben Birch",
        "why": "score 40",
    }


def test_many_candidates_are_no_more_questions(session, timebank, ana, ben, lawn, engine):
    def asked():
        count = []
        event.listen(engine, "before_cursor_execute", listener := lambda *_told: count.append(1))
        fitting.fitting(session, [lawn], today=TODAY)
        event.remove(engine, "before_cursor_execute", listener)
        return len(count)

    fits(session, lawn)
    few = asked()
    for number in range(12):
        member = a_member(session, timebank, f"Member{number}")
        a_listing(session, member, "I mow", category="Mowing")
        an_asset(session, member, "A mower")

    assert asked() == few <= 4
