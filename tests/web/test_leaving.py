"""The pages of leaving, of a death, of coming back and of erasure."""

from sqlalchemy import select

from tests.builders import (
    PASSWORD,
    a_confirmed_exchange,
    a_proposed_exchange,
    an_administrator,
    an_approved_exchange,
)
from timebank.ledger.models import Transfer
from timebank.members.choices import Leaving, LeftBecause
from timebank.members.models import MembershipStatus

ME, PEOPLE = "/riverside/me", "/riverside/people"


def of(member, what):
    return f"{PEOPLE}/{member.id}/{what}"


def test_who_leaves_sees_first_what_becomes_of_their_hours(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    a_proposed_exchange(session, ana, ben, by=ben)
    visitor = as_(ana)
    page = visitor.get(f"{ME}/leave")

    assert "Leave Riverside Timebank?" in page.h1
    assert "You have 2 hours left. They go to the community, which passes them on." in page.words
    assert "One thing that is proposed or agreed is called off." in page.words
    below = as_(ben).get(f"{ME}/leave").words
    assert "You are 2 hours below zero. The community takes that over: you owe nothing." in below
    session.expire_all()
    assert ana.status == MembershipStatus.ACTIVE


def test_who_has_left_finds_a_kind_page_and_nothing_else(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    visitor = as_(ana)
    assert visitor.post(f"{ME}/leave").response.location == f"{ME}/standing"

    page = visitor.get("/riverside/", 403)
    assert "You have left. Thank you for all that you gave" in page.words
    assert "your number is still yours" in page.words
    session.expire_all()
    assert (ana.status, ana.account.balance_minutes) == (MembershipStatus.LEFT, 0)
    visitor.get(f"{ME}/data")


def test_who_leaves_and_is_erased_is_signed_out(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    visitor = as_(ana)
    visitor.post(f"{ME}/leave", {"erase": "y"})

    assert visitor.get("/riverside/", 302).response.location.startswith("/sign-in")
    session.expire_all()
    assert (ana.name, ana.person.email) == ("A former member (1)", None)
    assert visitor.client.post("/sign-in", data={"email": "ana@example.org", "password": PASSWORD}).status_code == 422
    assert "A former member (1)" in as_(ben).get("/riverside/exchanges?group=done").words


def test_time_that_is_not_decided_stands_in_the_way_and_leads_to_where_it_is_decided(as_, session, ana, ben, jess):
    exchange = a_confirmed_exchange(session, ana, ben)
    page = as_(ana).get(f"{ME}/leave")

    assert "Decide first: An hour in the garden" in page.words
    assert f'href="/riverside/exchanges/{exchange.id}"' in page.response.get_data(as_text=True)
    assert "Leave it as it is" not in page.words
    coordinators = as_(jess).get(of(ana, "leave")).response.get_data(as_text=True)
    assert f'href="/riverside/approvals/{exchange.id}"' in coordinators
    refused = as_(ana).post(f"{ME}/leave", {}, 422, from_=f"{ME}/standing")
    assert "Time that was logged is still to be decided on" in refused.words


def test_where_zero_comes_first_the_page_shows_the_ways_there(as_, session, timebank, ana, ben, jess):
    timebank.leaving = Leaving.AT_ZERO
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")

    above, below = as_(ana).get(f"{ME}/leave"), as_(ben).get(f"{ME}/leave")
    assert "Bring your hours to zero first: give them to someone, or to the community" in above.words
    assert "Bring your hours to zero first: see who would be glad of your help" in below.words
    assert "The balance comes to zero first. It is 2 hours now." in as_(jess).get(of(ana, "leave")).words
    as_(ana).post(f"{ME}/leave", {}, 422, from_=f"{ME}/standing")
    session.expire_all()
    assert ana.status == MembershipStatus.ACTIVE


def test_a_coordinator_lets_someone_go_and_takes_them_back(as_, session, ana, jess):
    visitor = as_(jess)
    visitor.post(of(ana, "leave"), {"word": "Moved to the coast"})
    page = visitor.get(of(ana, "standing"))
    assert "It is written down that Ana Alder has left." in page.words
    assert "Take them back" in page.words

    visitor.post(of(ana, "rejoin"))
    assert "Ana Alder takes part." in visitor.get(of(ana, "standing")).words
    session.expire_all()
    assert (ana.status, ana.number) == (MembershipStatus.ACTIVE, 1)


def test_a_death_is_written_down_in_fitting_words_and_can_be_undone(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    visitor = as_(jess)
    page = visitor.get(of(ana, "died"))
    assert "We are sorry. Take your time; nothing here is urgent." in page.words
    assert "Nobody is told by letter." in page.words
    visitor.post(of(ana, "died"), {"on-day": "9", "on-month": "6", "on-year": "2026"})
    page = visitor.get(of(ana, "standing"))
    assert "Ana Alder has died. No letters are sent, and the hours are kept." in page.words
    assert "Ana Alder" in as_(ben).get("/riverside/exchanges?group=done").words
    as_(ana).get("/riverside/", 403)

    visitor.post(of(ana, "by-mistake"), from_=of(ana, "standing"))
    session.expire_all()
    assert (ana.status, ana.left_because, ana.account.balance_minutes) == (MembershipStatus.ACTIVE, None, 120)


def test_the_day_of_a_death_may_be_unknown_and_never_lies_ahead(as_, session, ana, jess):
    visitor = as_(jess)
    for wrong in (
        {"on-day": "9", "on-month": "6", "on-year": "2199"},
        {"on-day": "40", "on-month": "6", "on-year": "2026"},
        {"on-day": "9"},
    ):
        visitor.post(of(ana, "died"), wrong, 422)
    visitor.post(of(ana, "died"), {})
    session.expire_all()
    assert ana.left_because == LeftBecause.DIED


def test_a_coordinator_erases_who_left_and_asks_first(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    visitor = as_(jess)
    visitor.get(of(ana, "erase"), 409)
    visitor.post(of(ana, "leave"), {})
    page = visitor.get(of(ana, "erase"))
    assert "This cannot be undone." in page.words
    assert "Their name is “A former member (1)” everywhere." in page.words
    moved = len(session.scalars(select(Transfer)).all())

    visitor.post(of(ana, "erase"))
    assert "every total is as it was" in visitor.get(of(ana, "standing")).words
    assert "Ana Alder" not in visitor.get(PEOPLE).words
    assert len(session.scalars(select(Transfer)).all()) == moved


def test_the_last_administrator_is_told_why_they_cannot_go(as_, session, timebank):
    ada = an_administrator(session, timebank)
    bea = an_administrator(session, timebank, "Bea Beech")
    as_(ada).post(of(bea, "leave"), {})
    visitor = as_(ada)
    visitor.get(of(ada, "leave"), 403)
    session.expire_all()
    assert (ada.status, bea.status) == (MembershipStatus.ACTIVE, MembershipStatus.LEFT)


def test_what_is_in_the_way_leads_an_administrator_nowhere_that_is_closed_to_them(as_, session, timebank, ana, ben):
    exchange = a_confirmed_exchange(session, ana, ben)
    page = as_(an_administrator(session, timebank)).get(of(ana, "leave"))

    assert "Decide first: An hour in the garden (a coordinator does that)" in page.words
    assert f"/approvals/{exchange.id}" not in page.response.get_data(as_text=True)
