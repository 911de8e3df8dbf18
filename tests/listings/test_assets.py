"""What a member can bring and what they would be glad of: told once, changed, taken away and put back."""

from dataclasses import replace

import pytest

from tests import builders
from tests.builders import NOON
from timebank.listings import assets, board
from timebank.listings.assets import Told, TooMany
from timebank.listings.models import AssetKind, ListingKind
from timebank.members import audit_log
from timebank.refusals import NotAllowed, NotFound

BIKES = Told(kind=AssetKind.SKILL, title="Mending bikes", note="Also on Sundays")


def titles(session, member):
    return [[one.title for one in told] for told in assets.brings_and_needs(session, member)]


def test_what_is_told_stands_in_its_order_apart_from_what_would_help(session, ana):
    assets.add(session, ana, BIKES, by=ana, at=NOON)
    assets.add_need(session, ana, "Someone to walk with", by=ana, at=NOON)
    assets.add(session, ana, Told(kind=AssetKind.THING, title="A ladder"), by=ana, at=NOON)

    brings, needs = assets.brings_and_needs(session, ana)

    assert [(one.kind, one.title, one.note) for one in brings] == [
        ("skill", "Mending bikes", "Also on Sundays"),
        ("thing", "A ladder", ""),
    ]
    assert [(one.kind, one.title) for one in needs] == [(None, "Someone to walk with")]


def test_a_double_tap_tells_it_once(session, ana):
    for _time in range(2):
        assets.add(session, ana, BIKES, by=ana, at=NOON)
        assets.add_need(session, ana, "Someone to walk with", by=ana, at=NOON)

    assert titles(session, ana) == [["Mending bikes"], ["Someone to walk with"]]


def test_it_is_changed_taken_away_and_put_back(session, ana):
    asset = assets.add(session, ana, BIKES, by=ana, at=NOON)
    need = assets.add_need(session, ana, "A walk", by=ana, at=NOON)
    told = Told(kind=AssetKind.KNOWLEDGE, title="Old bikes")
    assets.change(session, asset, ana, told, by=ana, at=NOON)
    assets.change_need(session, need, ana, "A long walk", by=ana, at=NOON)
    assert titles(session, ana) == [["Old bikes"], ["A long walk"]]

    assets.take_away(session, asset, ana, by=ana, at=NOON)
    assets.take_away(session, need, ana, by=ana, at=NOON)
    assert titles(session, ana) == [[], []]

    assets.add(session, ana, told, by=ana, at=NOON)
    assert titles(session, ana) == [["Old bikes"], []]


def test_forty_are_enough(session, ana):
    for number in range(assets.MOST):
        assets.add(session, ana, Told(kind=AssetKind.SKILL, title=f"Skill {number}"), by=ana, at=NOON)
        assets.add_need(session, ana, f"Need {number}", by=ana, at=NOON)

    with pytest.raises(TooMany, match="There are 40 already"):
        assets.add(session, ana, BIKES, by=ana, at=NOON)
    with pytest.raises(TooMany, match="There are 40 already"):
        assets.add_need(session, ana, "One more", by=ana, at=NOON)


def test_nobody_else_tells_it_but_a_coordinator_and_that_is_logged(session, timebank, ana, ben, jess):
    with pytest.raises(NotAllowed):
        assets.add(session, ana, BIKES, by=ben, at=NOON)
    assert titles(session, ana) == [[], []]

    assets.add(session, ana, BIKES, by=jess, at=NOON)

    lines, _count = audit_log.lines_of(session, timebank, limit=9, offset=0)
    assert [(one.deed, one.by_id, one.told) for one in lines] == [
        ("page changed", jess.person_id, '{"what": "assets"}')
    ]


def test_what_is_someone_elses_is_not_found_on_this_page(session, ana, ben):
    asset = assets.add(session, ben, BIKES, by=ben, at=NOON)
    need = assets.add_need(session, ben, "A walk", by=ben, at=NOON)

    with pytest.raises(NotFound):
        assets.asset_of(session, ana, asset.id)
    with pytest.raises(NotFound):
        assets.need_of(session, ana, need.id)


def test_a_thing_is_of_a_kind_of_help_of_its_own_timebank_or_of_none(session, timebank, ana):
    mowing = builders.a_category(session, timebank, "Mowing")
    elsewhere = builders.a_category(session, builders.a_timebank(session, "hillside", "Hillside Timebank"), "Mowing")
    mower = Told(kind=AssetKind.THING, title="A mower", category_id=mowing.id)

    asset = assets.add(session, ana, mower, by=ana, at=NOON)
    need = assets.add_need(session, ana, "A lawn cut", by=ana, at=NOON, category_id=mowing.id)
    assert (asset.category_id, need.category_id) == (mowing.id, mowing.id)
    for refused in (
        lambda: assets.change(session, asset, ana, replace(mower, category_id=elsewhere.id), by=ana, at=NOON),
        lambda: assets.add_need(session, ana, "A walk", by=ana, at=NOON, category_id=elsewhere.id),
        lambda: assets.change_need(session, need, ana, "A walk", by=ana, at=NOON, category_id=elsewhere.id),
    ):
        with pytest.raises(NotFound):
            refused()
    assert (asset.category_id, titles(session, ana)) == (mowing.id, [["A mower"], ["A lawn cut"]])

    assets.change(session, asset, ana, replace(mower, category_id=None), by=ana, at=NOON)
    assets.change_need(session, need, ana, "A lawn cut", by=ana, at=NOON)
    assert (asset.category_id, need.category_id) == (None, None)


def test_only_what_stands_on_the_board_is_shown_of_a_members_listings(session, ana, ben):
    builders.a_listing(session, ana, "A lift")
    builders.a_listing(session, ana, "A walk", kind=ListingKind.REQUEST)
    builders.a_listing(session, ben, "Bread")
    closed = builders.a_listing(session, ana, "Off the board")
    board.close(session, closed.id, by=ana, at=NOON)

    shown = assets.listings_of(session, ana, today=builders.TODAY, limit=10)

    assert [one.title for one in shown] == ["A walk", "A lift"]
