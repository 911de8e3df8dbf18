"""The menu: four places, and all the others below More, in their kinds; each place once, and only what opens."""

import re

import pytest

from tests import builders
from timebank.policy import Role


def menu_of(visitor):
    """What stands in the menu, in its order, as text."""
    page = visitor.client.get("/riverside/", follow_redirects=True).get_data(as_text=True)
    (nav,) = re.findall(r'<nav class="timebank-menu".*?</nav>', page, re.DOTALL)
    return [words for text in re.findall(r">([^<]+)<", nav) if (words := " ".join(text.split()))]


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("ana", ["Home", "Board", "Log time", "Members", "More", "The timebank"]),
        ("jess", ["Today", "Home", "Approvals", "Board", "More", "The timebank"]),
        ("ada", ["Home", "Our impact", "People", "Rules", "More", "The timebank"]),
        ("lena", ["Home", "People", "More", "The timebank", "Terms", "About you"]),
    ],
)
def test_four_places_stand_in_the_menu_and_the_others_in_their_kinds(as_, session, timebank, ana, jess, who, first):
    ada = builders.an_administrator(session, timebank)
    lena = builders.a_person(session, timebank, "Lena Larch", Role.SAFEGUARDING)
    places = menu_of(as_({"ana": ana, "jess": jess, "ada": ada, "lena": lena}[who]))

    assert places[: len(first)] == first
    assert len(set(places)) == len(places)
    assert places[-2:] == ["Change password", "Sign out"]


def test_a_coordinator_finds_what_they_look_after_under_one_heading(as_, jess):
    places = menu_of(as_(jess))
    begin, end = places.index("Looking after members"), places.index("Records and reports")

    assert places[begin + 1 : end] == [
        "Who would like to join",
        "People",
        "To tell by phone",
        "Concerns",
        "Checks and references",
        "Sheets to print",
        "Sign-in cards",
    ]


def test_where_there_is_but_one_kind_it_has_no_heading(as_, session, timebank):
    places = menu_of(as_(builders.a_funder(session, timebank)))

    assert places == ["Our impact", "More", "Change password", "Sign out"]
