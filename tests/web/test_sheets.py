"""The pages made for paper: what stands on them, whose names, and whose telephone numbers."""

import pytest

from tests.builders import a_member, a_timebank, an_organisation
from timebank.members.choices import Readers
from timebank.members.models import MembershipStatus
from timebank.members.page import FieldReaders, Profile, Shown

SHEETS = "/riverside/sheets"


def cells(page):
    """The rows of the table, without its head."""
    html = page.response.get_data(as_text=True)
    return html.count('role="row"') - 1


def test_all_sheets_are_offered_on_one_page(as_, session, timebank, ana, jess):
    page = as_(jess).get(SHEETS)

    for said in ("A sheet for an occasion", "List of members", "What stands on the board", "Sign-in cards"):
        assert said in page.words
    as_(ana).get(SHEETS, 403)


def test_a_list_of_members_tells_what_members_let_members_see(as_, session, timebank, ana, ben, jess):
    an_organisation(session, timebank)
    gone = a_member(session, timebank, "Gil Gorse")
    gone.status = MembershipStatus.LEFT
    for one, number in ((ana, "01632 960 111"), (ben, "01632 960 222")):
        one.person.phone = number
        session.add(Profile(membership_id=one.id, district="Old Town", languages="English"))
    session.add(FieldReaders(membership_id=ana.id, field=Shown.PHONE, readers=Readers.MEMBERS))
    session.add(FieldReaders(membership_id=ben.id, field=Shown.DISTRICT, readers=Readers.COORDINATORS))
    visitor = as_(jess)

    page = visitor.get(f"{SHEETS}/members")
    assert "3 members" in page.words
    assert "Ana Alder 1 Old Town English 01632 960 111" in page.words
    assert "Ben Birch 2 English" in page.words
    assert "Gil Gorse" not in page.words
    assert "01632 960 222" not in page.words
    page = visitor.get(f"{SHEETS}/members?phones=none")
    assert "01632 960 111" not in page.words
    page = visitor.get(f"{SHEETS}/members?phones=all")
    assert "For coordinators only" in page.words
    assert "01632 960 222" in page.words
    assert "01632 960 111" in visitor.get(f"{SHEETS}/members?phones=nonsense").words


def test_a_list_of_those_who_were_chosen_has_just_them(as_, session, timebank, ana, ben, jess):
    page = as_(jess).get(f"{SHEETS}/members?ids={ben.id}")

    assert "One member" in page.words
    assert "Ana Alder" not in page.words


def test_a_sheet_for_an_occasion_has_its_words_the_names_and_empty_lines(as_, session, timebank, ana, ben, jess):
    told = f"kind=attendance&title=Coffee+morning&day=Friday+12+June&place=Mill+Hall&lines=7&ids={ana.id}"
    page = as_(jess).get(f"{SHEETS}/paper?{told}")

    assert "Coffee morning" in page.h1
    assert "Friday 12 June, Mill Hall" in page.words
    assert "Name From Until Signature Ana Alder (1)" in page.words
    assert cells(page) == 8
    assert "Ben Birch" not in page.words


def test_a_sign_up_sheet_asks_what_people_bring(as_, session, timebank, jess):
    page = as_(jess).get(f"{SHEETS}/paper?kind=sign-up&lines=3")

    assert "Name Phone What I bring What I would like" in page.words
    assert cells(page) == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("lines=61", "Write a number from 0 to 60"),
        ("lines=many", "Write a whole number in figures"),
        (f"lines=3&title={'x' * 10_000}", "Use at most 120 letters."),
        ("lines=-3", "Write a whole number in figures"),
    ],
)
def test_what_cannot_stand_on_a_sheet_is_said_at_its_field(as_, session, timebank, jess, wrong, said):
    assert said in as_(jess).get(f"{SHEETS}/paper?{wrong}", 422).words


def test_the_names_that_were_chosen_stay_chosen_while_the_form_is_filled_in(as_, session, timebank, ana, ben, jess):
    visitor = as_(jess)
    page = visitor.get(f"{SHEETS}?everyone=y&q=alder")

    assert "The name of Ana Alder will stand on the sheet." in page.words
    form = next(one for one in page.forms if one["action"] == f"{SHEETS}/paper")
    assert (form["fields"]["everyone"], form["fields"]["q"]) == ("y", "alder")
    page = visitor.get(f"{SHEETS}/paper?everyone=y&q=alder&lines=0&title=Tea&endpoint=x&_scheme=y")
    assert cells(page) == 1


def test_nobody_of_another_timebank_stands_on_a_sheet(as_, session, timebank, jess):
    stranger = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol Spruce")

    assert "Sol Spruce" not in as_(jess).get(f"{SHEETS}/paper?lines=1&ids={stranger.id}").words
