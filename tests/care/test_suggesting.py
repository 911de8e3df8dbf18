"""First suggestions: what fits a newcomer's words, and why."""

from tests.builders import NOON, TODAY, a_listing, a_member, a_timebank
from timebank.care.suggesting import Fit, suggestions
from timebank.listings import assets
from timebank.listings.models import AssetKind, ListingKind
from timebank.members.models import MembershipStatus


def fitting(session, member, good_at="", would_help="", limit=4):
    found = suggestions(session, member, good_at=good_at, would_help=would_help, today=TODAY, limit=limit)
    return [(one.fit, one.who.name, one.title, one.words) for one in found]


def test_offers_fit_what_would_help_and_requests_what_they_are_good_at(session, timebank, ana, ben):
    dora = a_member(session, timebank, "Dora Dale")
    a_listing(session, ana, "Help in your gardens")
    a_listing(session, ben, "Somebody to read with", kind=ListingKind.REQUEST)
    a_listing(session, ben, "A bread oven")

    assert fitting(session, dora, good_at="Reading aloud", would_help="Gardening, now and then") == [
        (Fit.OFFERS, "Ana Alder", "Help in your gardens", ("Gardening",)),
        (Fit.REQUESTS, "Ben Birch", "Somebody to read with", ("Reading",)),
    ]


def test_what_members_can_bring_and_would_be_glad_of_fits_too(session, timebank, ana, ben):
    dora = a_member(session, timebank, "Dora Dale")
    assets.add(session, ana, assets.Told(kind=AssetKind.SKILL, title="Walking dogs"), by=ana, at=NOON)
    assets.add_need(session, ben, "A lift to the clinic", by=ben, at=NOON)

    assert fitting(session, dora, good_at="Lifts", would_help="Someone to walk the dog") == [
        (Fit.BRINGS, "Ana Alder", "Walking dogs", ("walk",)),
        (Fit.NEEDS, "Ben Birch", "A lift to the clinic", ("Lifts",)),
    ]


def test_what_members_can_bring_is_found_whatever_its_accents(session, timebank, ana):
    dora = a_member(session, timebank, "Dora Dale")
    assets.add(session, ana, assets.Told(kind=AssetKind.SKILL, title="Crème brûlée"), by=ana, at=NOON)

    assert fitting(session, dora, would_help="Creme brulee") == [
        (Fit.BRINGS, "Ana Alder", "Crème brûlée", ("Creme", "brulee"))
    ]


def test_the_most_words_in_common_come_first_and_each_member_once(session, timebank, ana, ben):
    dora = a_member(session, timebank, "Dora Dale")
    for title in ("Bread", "Bread and cakes"):
        a_listing(session, ana, title)
    a_listing(session, ben, "Bread, cakes and soups")

    found = fitting(session, dora, would_help="Bread\nCakes\nSoups")
    assert [(name, title) for _fit, name, title, _words in found] == [
        ("Ben Birch", "Bread, cakes and soups"),
        ("Ana Alder", "Bread and cakes"),
    ]
    assert len(fitting(session, dora, would_help="Bread\nCakes", limit=1)) == 1


def test_neither_oneself_nor_who_is_elsewhere_or_away_nor_the_middle_of_a_word_is_suggested(session, timebank, ana):
    dora = a_member(session, timebank, "Dora Dale")
    a_listing(session, dora, "Bread")
    a_listing(session, ana, "Gingerbread houses")
    a_listing(session, a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol"), "Bread")
    away = a_member(session, timebank, "Abe Away")
    a_listing(session, away, "Bread")
    away.status = MembershipStatus.PAUSED
    session.flush()

    assert fitting(session, dora, would_help="Bread") == []
    assert fitting(session, dora) == []
