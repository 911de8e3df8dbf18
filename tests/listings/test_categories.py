"""The kinds of help: groups and their kinds, seeded once, and what can be chosen."""

import pytest

from tests.builders import NOON, a_category, an_administrator
from timebank.listings import board, categories
from timebank.listings.categories import NameTaken, WrongGroup
from timebank.listings.models import Category
from timebank.listings.vocabulary import SEED, VOCABULARY
from timebank.members import enrol
from timebank.members.folding import fold


@pytest.fixture
def ada(session, timebank):
    return an_administrator(session, timebank)


def names(kinds):
    return [kind.name for kind in kinds]


def test_there_are_about_120_kinds_in_13_groups_and_no_name_stands_twice():
    kinds = [kind for group in VOCABULARY.values() for kind in group]

    assert (len(SEED), len(kinds)) == (13, 120)
    assert len({fold(name) for name in [*SEED, *kinds]}) == 133


def test_the_kinds_are_seeded_once_and_stand_after_their_group(session, timebank):
    before = names(board.categories_of(session, timebank))

    assert names(board.seed_categories(session, timebank)) == before
    assert len(before) == 133
    groups = [kind for kind in before if kind in SEED]
    assert groups == sorted(SEED)
    assert before[before.index("Gardening") + 1 :][: len(VOCABULARY["Gardening"])] == sorted(
        VOCABULARY["Gardening"], key=fold
    )


def test_a_flat_timebank_keeps_its_kinds_as_they_are(session):
    flat = enrol.create_timebank(session, "flat", "Flat Timebank", credit_limit=None, at=NOON)
    session.add_all(Category(timebank_id=flat.id, name=name) for name in ("Gardening", "Boats", "Mowing"))
    session.flush()

    assert names(board.categories_of(session, flat)) == ["Boats", "Gardening", "Mowing"]
    board.seed_categories(session, flat)
    assert a_category(session, flat, "Mowing").parent is None
    assert a_category(session, flat, "Weeding and digging").parent.name == "Gardening"
    assert "Boats" in names(board.categories_of(session, flat))


def test_a_group_that_has_become_a_kind_holds_none_when_all_are_suggested(session):
    flat = enrol.create_timebank(session, "flat", "Flat Timebank", credit_limit=None, at=NOON)
    outdoors = Category(timebank_id=flat.id, name="Outdoors")
    session.add(Category(timebank_id=flat.id, name="Gardening", parent=outdoors))
    session.flush()
    categories.seed_categories(session, flat)

    assert a_category(session, flat, "Mowing").parent is outdoors


def test_a_retired_group_takes_its_kinds_with_it(session, timebank, ada):
    pets = a_category(session, timebank, "Pets")
    categories.retire(session, pets.id, by=ada, at=NOON)
    offered = names(board.categories_of(session, timebank))

    assert not {"Pets", "Dog walking"} & set(offered)
    assert "Dog walking" in names(categories.all_of(session, timebank))
    board.seed_categories(session, timebank)
    assert names(board.categories_of(session, timebank)) == offered


@pytest.mark.parametrize("name", ["gardening", "MOWING"])
def test_a_name_stands_once_whatever_its_case(session, timebank, ada, name):
    with pytest.raises(NameTaken):
        categories.add(session, name, group_id=None, by=ada, at=NOON)


def test_a_kind_may_change_the_case_of_its_own_name(session, timebank, ada):
    mowing = a_category(session, timebank, "Mowing")

    assert categories.change(session, mowing.id, "mowing", group_id=mowing.parent_id, by=ada, at=NOON).name == "mowing"


def test_only_groups_hold_kinds(session, timebank, ada):
    mowing = a_category(session, timebank, "Mowing")
    with pytest.raises(WrongGroup):
        categories.add(session, "Ponds", group_id=mowing.id, by=ada, at=NOON)
    with pytest.raises(WrongGroup):
        categories.change(session, mowing.id, "Mowing", group_id=mowing.id, by=ada, at=NOON)
