"""Members are found by name, by what they bring and by where they live; never by what is not shown to the reader."""

import pytest

from tests import builders
from tests.builders import NOON
from timebank.listings import assets, neighbours
from timebank.listings.assets import Told
from timebank.listings.models import AssetKind
from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.models import MembershipStatus
from timebank.members.page import Shown
from timebank.members.profiles import Words


@pytest.fixture
def people(session, timebank, ana, ben, jess):
    cleo = builders.a_member(session, timebank, "Cléo Cedar")
    clinic = builders.an_organisation(session, timebank)
    for one, district, skill in ((ana, "Old Mill", "Mending bikes"), (cleo, "Harbour", "Baking café cakes")):
        words = Words(called="", about="", district=district, languages="", phone="")
        profiles.write(session, one, words, by=one, at=NOON)
        assets.add(session, one, Told(kind=AssetKind.SKILL, title=skill), by=one, at=NOON)
    return {"ana": ana, "ben": ben, "cleo": cleo, "clinic": clinic}


def found(session, timebank, words="", district="", eyes=Readers.MEMBERS, **page):
    page = {"limit": 20, "offset": 0, **page}
    shown, count = neighbours.find(session, timebank, words=words, district=district, eyes=eyes, **page)
    return [one.membership.name for one in shown], count


def test_everyone_who_shares_hours_is_there_by_name_and_nobody_else(session, timebank, people):
    builders.a_funder(session, timebank)
    assert found(session, timebank) == (["Ana Alder", "Ben Birch", "Cléo Cedar", "Riverside Clinic"], 4)
    assert found(session, timebank, limit=2, offset=2) == (["Cléo Cedar", "Riverside Clinic"], 4)


@pytest.mark.parametrize(
    ("words", "district", "names"),
    [
        ("cleo", "", ["Cléo Cedar"]),
        ("ALDER ana", "", ["Ana Alder"]),
        ("bikes mending", "", ["Ana Alder"]),
        ("cafe", "", ["Cléo Cedar"]),
        ("bikes cakes", "", []),
        ("", "mill", ["Ana Alder"]),
        ("cafe", "mill", []),
        ("100%", "", []),
    ],
)
def test_what_is_looked_for(session, timebank, people, words, district, names):
    assert found(session, timebank, words, district) == (names, len(names))


def test_nobody_is_found_by_what_the_reader_does_not_see(session, timebank, people):
    ana = people["ana"]
    hidden = {Shown.ASSETS: Readers.AGREED, Shown.DISTRICT: Readers.COORDINATORS}
    profiles.choose_readers(session, ana, hidden, by=ana, at=NOON)

    assert found(session, timebank, "bikes") == ([], 0)
    assert found(session, timebank, "", "mill") == ([], 0)
    assert found(session, timebank, "bikes", eyes=Readers.COORDINATORS) == (["Ana Alder"], 1)
    assert found(session, timebank, "", "mill", eyes=Readers.COORDINATORS) == (["Ana Alder"], 1)


def test_the_list_shows_of_each_what_the_reader_sees(session, timebank, people):
    ana = people["ana"]
    profiles.choose_readers(session, ana, {Shown.DISTRICT: Readers.AGREED}, by=ana, at=NOON)

    shown, _count = neighbours.find(session, timebank, words="", district="", eyes=Readers.MEMBERS, limit=3, offset=0)

    assert [(one.district, one.brings, one.picture_id) for one in shown] == [
        ("", ("Mending bikes",), None),
        ("", (), None),
        ("Harbour", ("Baking café cakes",), None),
    ]


@pytest.mark.parametrize("status", [one for one in MembershipStatus if one != MembershipStatus.ACTIVE])
def test_who_is_not_active_is_not_in_the_list(session, timebank, people, status):
    people["ana"].status = status

    assert "Ana Alder" not in found(session, timebank)[0]
    assert found(session, timebank, "bikes") == ([], 0)


def test_another_timebank_has_its_own(session, timebank, people):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    builders.a_member(session, elsewhere, "Sol Spruce")

    assert found(session, elsewhere) == (["Sol Spruce"], 1)
    assert found(session, elsewhere, "bikes") == ([], 0)
