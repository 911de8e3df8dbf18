"""The pages of sign-in cards: what stands on them, for whom, and the link that is shown once."""

import re

import pytest
from sqlalchemy import select

from tests.builders import PASSWORD, a_member, a_timebank, an_administrator, an_organisation
from timebank.members.models import PasswordLink
from timebank.web import qr
from timebank.web.pages import cards


def card(member):
    return f"/riverside/people/{member.id}/card"


def link_on(page):
    return re.search(r"http://127.0.0.1:8000(/password/new/[a-z0-9-]+)", written(page)).group(1)


def written(page):
    """The page with its addresses in one piece: they may break where one reads on."""
    return page.response.get_data(as_text=True).replace("<wbr>", "")


def test_a_card_tells_address_name_number_and_how_to_sign_in(as_, session, timebank, ana, jess):
    page = as_(jess).get(card(ana))

    assert "Ana Alder Number 1" in page.words
    assert "http://127.0.0.1:8000/riverside/<" in written(page)
    assert "Sign in with your e-mail, ana@example.org, and your password." in page.words
    assert "Stuck? Call Jess on 01632 960 123." in page.words
    assert page.response.get_data(as_text=True).count('class="timebank-qr"') == 1
    assert "/password/new/" not in written(page)


def test_who_has_no_e_mail_is_told_that_they_need_none(as_, session, timebank, jess):
    page = as_(jess).get(card(a_member(session, timebank, "No Mail", email="")))

    assert "You need no e-mail and no device." in page.words
    assert "Put a link" not in page.words


def test_with_the_link_on_the_card_they_choose_a_password_and_come_in(as_, visit, session, timebank, ana, jess):
    page = as_(jess).post(card(ana), {}, 200)
    assert "are shown this once" in page.words
    assert page.response.get_data(as_text=True).count('class="timebank-qr"') == 2

    assert visit.post(link_on(page), {"password": PASSWORD}).response.location == "/"
    assert "Hello Ana Alder" in visit.get("/riverside/").words


def test_a_new_card_spends_the_older_and_looking_at_it_makes_none(as_, visit, session, timebank, ana, jess):
    visitor = as_(jess)
    old = link_on(visitor.post(card(ana), {}, 200))
    new = link_on(visitor.post(card(ana), {}, 200))
    visitor.get(card(ana))

    assert "has been used" in visit.post(old, {"password": PASSWORD}, 404).words
    assert visit.post(new, {"password": PASSWORD}).response.location == "/"


def test_a_sheet_holds_the_chosen_and_links_where_there_may_be_one(as_, session, timebank, ana, ben, jess):
    ada = an_administrator(session, timebank)
    visitor = as_(jess)
    place = f"/riverside/cards?ids={ana.id}&ids={ben.id},{ada.id}"
    page = visitor.post(place, {}, 200)

    assert [name in page.words for name in ("Ana Alder", "Ben Birch", "Ada Ash")] == [True] * 3
    assert written(page).count("/password/new/") == 2
    assert len(session.scalars(select(PasswordLink)).all()) == 2


def test_all_whom_a_search_fits_stand_on_a_sheet_where_all_are_meant(as_, session, timebank, ana, ben, jess):
    page = as_(jess).get("/riverside/cards?everyone=y&role=member")

    assert page.h1 == "|Sign-in cards"
    assert [name in page.words for name in ("Ana Alder", "Ben Birch", "Jess Juniper")] == [True, True, False]


def test_more_cards_than_one_prints_at_once_are_refused_and_none_is_left_out(as_, session, ana, ben, jess, monkeypatch):
    monkeypatch.setattr(cards, "_MOST", 1)
    page = as_(jess).get("/riverside/cards?everyone=y&role=member", 422)

    assert "Cards are printed for at most 1 people at once. Choose fewer." in page.words


def test_the_picture_of_the_address_is_drawn_once_for_all(as_, session, ana, ben, jess, monkeypatch):
    drawn = []
    draw = qr.picture
    monkeypatch.setattr(qr, "picture", lambda *told: drawn.append(told[0]) or draw(*told))
    as_(jess).get(f"/riverside/cards?ids={ana.id},{ben.id}")

    assert drawn == ["http://127.0.0.1:8000/riverside/"]


def test_without_a_choice_the_page_asks_for_whom(as_, session, timebank, ana, jess):
    an_organisation(session, timebank)
    page = as_(jess).get("/riverside/cards")

    assert "1 member Name Number Card Ana Alder 1 A card for Ana Alder" in page.words
    assert "There are not so many pages." in as_(jess).get("/riverside/cards?page=9").words


def test_without_a_token_no_link_is_made(as_, session, timebank, ana, jess):
    as_(jess).post(card(ana), {"csrf_token": "old"}, 422)

    assert session.scalars(select(PasswordLink)).all() == []


@pytest.mark.parametrize("ids", ["ids=999999", "ids=0"])
def test_whom_nobody_knows_gets_no_card(as_, session, timebank, jess, ids):
    as_(jess).get(f"/riverside/cards?{ids}", 404)


def test_members_print_none_and_nobody_prints_for_elsewhere(as_, session, timebank, ana, ben, jess):
    sol = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol Spruce")

    as_(ana).get(card(ben), 403)
    as_(ana).get("/riverside/cards", 403)
    as_(jess).get(card(sol), 404)
    as_(jess).get(f"/riverside/cards?ids={sol.id}", 404)
