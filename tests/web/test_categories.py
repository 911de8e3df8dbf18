"""The pages of the kinds of help: what an administrator adds, renames, moves, retires and brings back."""

import json

import pytest
from sqlalchemy import select

from tests.builders import NOON, a_category, a_listing, a_recorded_exchange, a_timebank, an_administrator
from timebank.listings import categories
from timebank.listings.models import Category, Listing
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine

KINDS = "/riverside/categories"


@pytest.fixture
def ada(session, timebank):
    return an_administrator(session, timebank)


def named(session, timebank, name):
    return session.scalar(select(Category).where(Category.timebank_id == timebank.id, Category.name == name))


def test_the_kinds_stand_under_their_groups_with_how_much_is_of_each(as_, session, ada, ana, ben):
    a_listing(session, ana, category="Mowing")
    a_listing(session, ben, category="Mowing")
    a_recorded_exchange(session, ana, ben)
    words = as_(ada).get(KINDS).words

    assert "Mowing 2 0 0" in words
    assert "Gardening 0 0 1" in words
    assert words.index("Gardening 0 0 1") < words.index("Mowing 2 0 0") < words.index("Health and exercise 0")


def test_a_kind_is_added_and_can_be_chosen(as_, session, timebank, ada, ana):
    group = a_category(session, timebank, "Gardening")
    visitor = as_(ada)
    visitor.post(f"{KINDS}/new", {"name": "  Ponds ", "group": str(group.id)})

    assert named(session, timebank, "Ponds").parent_id == group.id
    assert "“Ponds” can be chosen now." in visitor.get(KINDS).words
    assert "Ponds" in as_(ana).get("/riverside/board/new").words


def test_a_double_tap_adds_one_kind(as_, session, timebank, ada):
    visitor = as_(ada)
    for _tap in range(2):
        visitor.post(f"{KINDS}/new", {"name": "Boats", "group": "", "key": "one"}, 302)

    assert len(session.scalars(select(Category).where(Category.name == "Boats")).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  "}, "Say what it is called"),
        ({"name": "x" * 81}, "Use at most 80 letters."),
        ({"name": "GARDENING"}, "There is a kind of help called “Gardening” already."),
        ({"name": "Boats", "group": "999999"}, "Choose one of these"),
        ({"name": "Boats", "group": "x"}, "Choose one of these"),
    ],
)
def test_a_wrong_kind_is_told_at_its_field_and_nothing_is_added(as_, session, timebank, ada, wrong, said):
    before = len(categories.all_of(session, timebank))
    page = as_(ada).post(f"{KINDS}/new", {"group": "", **wrong}, 422)

    assert said in page.words
    assert len(categories.all_of(session, timebank)) == before


def test_a_kind_is_renamed_and_moved_and_what_is_of_it_follows(as_, session, timebank, ada, ana):
    listing, pets = a_listing(session, ana, category="Mowing"), a_category(session, timebank, "Pets")
    mowing = a_category(session, timebank, "Mowing")
    as_(ada).post(f"{KINDS}/{mowing.id}", {"name": "Mowing and sheep", "group": str(pets.id)})
    session.expire_all()

    assert (listing.category.name, listing.category.parent.name) == ("Mowing and sheep", "Pets")
    told = [json.loads(line.told) for line in session.scalars(select(AuditLine).order_by(AuditLine.id))]
    assert told == [
        {"what": "renamed", "name": "Mowing and sheep", "before": "Mowing"},
        {"what": "moved", "name": "Mowing and sheep", "group": "Pets"},
    ]


def test_a_group_with_kinds_stands_in_no_other_group(as_, session, timebank, ada):
    gardening, pets = a_category(session, timebank), a_category(session, timebank, "Pets")
    page = as_(ada).post(f"{KINDS}/{gardening.id}", {"name": "Gardening", "group": str(pets.id)}, 422)

    assert "This is a group with kinds of its own. Move those first." in page.words


def test_what_is_retired_stays_on_what_has_it_and_is_offered_no_more(as_, session, timebank, ada, ana):
    listing = a_listing(session, ana, category="Mowing")
    visitor, its = as_(ada), f"{KINDS}/{listing.category_id}"
    visitor.post(f"{its}/retire", from_=its)
    reader = as_(ana)

    assert "Mowing retired 1 0 0" in visitor.get(KINDS).words
    assert "Gardening › Mowing" in reader.get(f"/riverside/board/{listing.id}").words
    assert "Mowing" not in reader.get("/riverside/board/new").words
    own = f"/riverside/board/{listing.id}/edit"
    told = {"kind": "offer", "title": "Still mowing", "category": str(listing.category_id)}
    reader.post(own, told, 302)
    visitor.post(f"{its}/bring-back", from_=its)
    assert "Mowing" in reader.get("/riverside/board/new").words
    told = [json.loads(line.told)["what"] for line in session.scalars(select(AuditLine).order_by(AuditLine.id))]
    assert told == ["retired", "brought back"]


def test_a_flat_timebank_gets_what_we_suggest_beside_its_own(as_, session, timebank, ada):
    for kind in categories.all_of(session, timebank):
        if kind.parent_id:
            session.delete(kind)
    session.flush()
    visitor = as_(ada)
    visitor.post(f"{KINDS}/suggested", from_=KINDS)

    assert "120 kinds of help are new." in visitor.get(KINDS).words
    visitor.post(f"{KINDS}/suggested", from_=KINDS)
    assert "All that we suggest is here already." in visitor.get(KINDS).words
    assert session.scalars(select(AuditLine.deed)).all() == [Deed.CATEGORY_CHANGED]


def test_kinds_of_another_timebank_are_not_found(as_, session, ada):
    other = a_category(session, a_timebank(session, "hillside", "Hillside Timebank"), "Mowing")
    visitor = as_(ada)

    visitor.get(f"{KINDS}/{other.id}", 404)
    visitor.post(f"{KINDS}/{other.id}", {"name": "Ours", "group": ""}, 404, from_=KINDS)
    for step in ("retire", "bring-back"):
        visitor.post(f"{KINDS}/{other.id}/{step}", status=404, from_=KINDS)
    session.expire_all()
    assert (other.name, other.closed_at) == ("Mowing", None)


def test_only_administrators_keep_the_kinds(as_, session, timebank, ana, jess):
    for someone in (ana, jess):
        as_(someone).get(KINDS, 403)
    assert NOON
    assert session.scalars(select(Listing)).all() == []
