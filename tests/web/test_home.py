"""The first page: two tallies before the balance, what waits for me, and what only some may see."""

import pytest

from tests.builders import (
    NOON,
    a_confirmed_exchange,
    a_funder,
    a_listing,
    a_member,
    a_person,
    a_proposed_exchange,
    a_recorded_exchange,
    a_timebank,
    an_administrator,
    an_approved_exchange,
)
from timebank.hours import Hours
from timebank.ledger.balances import Tallies
from timebank.listings.models import ListingKind
from timebank.members import enrol
from timebank.policy import Role
from timebank.web import balanced

HOME = "/riverside/"


def test_what_was_given_and_received_comes_before_the_balance(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    an_approved_exchange(session, ben, ana, approved_by=jess, hours="3:30")
    page = as_(ana).get(HOME)

    assert page.h1 == "|Hello Ana Alder"
    assert (
        "2 h you have given 3 h 30 you have received You have received a little more than you have given" in page.words
    )
    assert "1 hour 30 minutes. That is what it is for." in page.words
    assert "Log time you shared" in page.words
    assert "You can receive" not in page.words


@pytest.mark.parametrize(
    ("given", "received", "said"),
    [
        (0, 0, "You have neither given nor received hours yet."),
        (90, 90, "You have given just as much as you have received."),
        (180, 0, "You have given a little more than you have received: 3 hours."),
        (181, 0, "You have given 3 hours 1 minute more than you have received."),
        (0, 180, "You have received a little more than you have given: 3 hours."),
        (0, 181, "You have received 3 hours 1 minute more than you have given. That is what it is for."),
    ],
)
def test_the_balance_has_a_word_with_it(app, given, received, said):
    with app.test_request_context():
        helped = Tallies(Hours(given), Hours(received))
        assert balanced.balance_words(helped, helped).startswith(said)
        assert balanced.unhelped_words(helped, helped) == ""


@pytest.mark.parametrize(
    ("hours", "said"),
    [("9:55", None), ("10:00", "You can receive 10 hours more"), ("20:00", "it is your turn to give. Call us")],
)
def test_who_comes_near_the_limit_learns_how_much_is_left(as_, session, ana, ben, jess, hours, said):
    an_approved_exchange(session, ben, ana, approved_by=jess, hours=hours)
    words = as_(ana).get(HOME).words

    assert said in words if said else "turn to give" not in words


def test_a_newcomer_is_asked_what_they_are_good_at(as_, ana):
    page = as_(ana).get(HOME)

    assert "You have neither given nor received hours yet." in page.words
    assert "A good way to begin What are you good at?" in page.words
    assert "Your latest exchanges" not in page.words
    assert "waits for your answer" not in page.words


def test_what_waits_for_my_answer_is_told_to_me_and_not_to_who_said_it(as_, session, ana, ben):
    logged = a_recorded_exchange(session, ben, ana, title="A walk")
    a_proposed_exchange(session, ana, ben, by=ben, title="Mending a chair")
    page = as_(ana).get(HOME)

    assert "2 things wait for your answer" in page.words
    assert "Ben Birch says: I gave you 1 hour 30 minutes. Is that right? A walk" in page.words
    assert "Ben Birch asks for your help: Mending a chair" in page.words
    assert f"/riverside/exchanges/{logged.id}" in page.response.get_data(as_text=True)
    assert "for your answer" not in as_(ben).get(HOME).words


def test_the_other_side_is_told_the_other_way_round(as_, session, ana, ben):
    a_recorded_exchange(session, ben, ana, by=ana, title="A walk")
    a_proposed_exchange(session, ana, ben, by=ana, title="Soup")
    page = as_(ben).get(HOME)

    assert "Ana Alder says: you gave me 1 hour 30 minutes. Is that right? A walk" in page.words
    assert "Ana Alder would like to help you: Soup" in page.words


def test_the_last_five_exchanges_are_there_the_newest_first(as_, session, timebank, ana, ben):
    for number in range(6):
        a_recorded_exchange(session, ana, ben, title=f"Help {number}")
    a_recorded_exchange(session, ben, a_member(session, timebank, "Cat Cedar"), title="Not mine")
    words = as_(ana).get(HOME).words

    assert "Help 5 Ben Birch to be confirmed" in words
    assert words.index("Help 5") < words.index("Help 1")
    assert "Help 0" not in words
    assert "Not mine" not in words


def test_what_others_put_on_the_board_and_how_much_there_is_mine(as_, session, ana, ben):
    a_listing(session, ana, "My soup")
    for number in range(4):
        a_listing(session, ben, f"Lift {number}", kind=ListingKind.REQUEST if number else ListingKind.OFFER)
    words = as_(ana).get(HOME).words

    assert "Lift 3 – Ben Birch would like this." in words
    assert "Lift 0" not in words
    assert "My soup –" not in words
    assert "These might fit Lift 3 – Ben Birch Beside your “My soup”: both Lifts and errands" in words
    assert "One offer or request there is yours" in words


def test_a_coordinator_sees_how_many_wait(as_, session, ana, ben, jess):
    a_confirmed_exchange(session, ana, ben)
    a_recorded_exchange(session, ana, ben)
    page = as_(jess).get(HOME)

    assert "2 exchanges wait to be approved" in page.words
    html = page.response.get_data(as_text=True)
    assert "/riverside/reports/draft" in html
    assert "you have given" not in page.words
    assert "wait to be approved" not in as_(ana).get(HOME).words


def test_a_coordinator_with_nothing_to_do_is_told_so(as_, jess):
    assert "Nothing waits to be approved." in as_(jess).get(HOME).words


def test_an_administrator_goes_to_the_people(as_, session, timebank):
    page = as_(an_administrator(session, timebank)).get(HOME)

    assert "See who is here" in page.words
    assert "New on the board" not in page.words
    assert "approved" not in page.words


def test_who_was_a_member_once_sees_no_doors_that_are_closed(as_, session, timebank, ana, ben):
    once = a_person(session, timebank, "Olga Oak", Role.MEMBER, Role.ADMINISTRATOR)
    a_recorded_exchange(session, ben, once)
    enrol.give_roles(session, once, frozenset({Role.ADMINISTRATOR}), at=NOON)
    page = as_(once).get(HOME)

    assert "Log time you shared" not in page.words
    assert "/exchanges" not in page.response.get_data(as_text=True)


def test_a_funder_and_a_stranger_have_no_home_here(as_, session, timebank, ana):
    as_(a_funder(session, timebank)).get(HOME, status=403)
    a_timebank(session, "hillside", "Hillside Timebank")
    as_(ana).get("/hillside/", status=404)


def test_titles_are_text_and_never_markup(as_, session, ana, ben):
    a_recorded_exchange(session, ben, ana, title="<b>Soup</b>")
    html = as_(ana).get(HOME).response.get_data(as_text=True)

    assert "<b>Soup" not in html
    assert html.count("&lt;b&gt;Soup&lt;/b&gt;") == 2
