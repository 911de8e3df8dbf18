"""The pages of concerns."""

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.builders import NOON
from timebank.exchanges import concerns, conversation
from timebank.exchanges.models import Concern
from timebank.members.models import AuditLine
from timebank.policy import Role

HERE = "/riverside/concerns"


def how_many(session, table):
    return session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def concern(session, ana, ben):
    """Ana told of Ben, and what he wrote to her."""
    exchange = builders.a_recorded_exchange(session, ana, ben)
    conversation.say(session, exchange.id, "Pay me <b>now</b>.", key="a", by=ben, at=NOON)
    return concerns.about_exchange(session, exchange.id, "He wants money.", by=ana, at=NOON)


def test_a_member_tells_the_coordinators_once_however_often_it_is_sent(session, as_, ana, ben):
    exchange, listing = builders.a_recorded_exchange(session, ana, ben), builders.a_listing(session, ben)
    visit = as_(ana)
    places = (f"about-exchange/{exchange.id}", f"about-member/{ben.id}", f"about-listing/{listing.id}")
    for place in places:
        told = {"key": place, "text": "He shouted."}
        first, second = (visit.post(f"{HERE}/{place}", told, 302) for _ in range(2))
        assert first.response.location == second.response.location
    assert "Thank you for telling us." in visit.get(f"/riverside/exchanges/{exchange.id}").words

    found = session.scalars(select(Concern).order_by(Concern.id)).all()
    assert [(one.about_id, one.exchange_id, one.listing_id) for one in found] == [
        (ben.id, exchange.id, None),
        (ben.id, None, None),
        (ben.id, None, listing.id),
    ]


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001])
def test_nothing_and_too_much_are_told_at_the_field(session, as_, ana, ben, text):
    page = as_(ana).post(f"{HERE}/about-member/{ben.id}", {"text": text}, 422)

    assert "One thing needs your attention" in page.words
    assert how_many(session, Concern) == 0


def test_what_is_no_concern_of_theirs_has_no_page(session, timebank, as_, ana, ben):
    cleo = as_(builders.a_member(session, timebank, "Cleo Cedar"))
    exchange = builders.a_recorded_exchange(session, ana, ben)

    cleo.get(f"{HERE}/about-exchange/{exchange.id}", 404)
    cleo.get(f"{HERE}/about-member/999999", 404)
    cleo.get(f"{HERE}/about-listing/999999", 404)
    as_(ana).get(f"{HERE}/about-member/{ana.id}", 422)
    cleo.get(HERE, 403)


def test_a_coordinator_reads_it_reads_their_conversation_and_closes_it(session, as_, concern, jess):
    visit, path = as_(jess), f"{HERE}/{concern.id}"
    assert "Ben Birch, and the exchange “An hour in the garden”" in visit.get(HERE).words
    page = visit.get(path)
    assert "He wants money." in page.words
    assert "Pay me" not in page.words
    assert "Pay me" not in visit.get(f"/riverside/exchanges/{concern.exchange_id}").words

    before = how_many(session, AuditLine)
    page = visit.post(f"{path}/conversation", status=200, from_=path)
    assert "Pay me <b>now</b>." in page.words
    assert how_many(session, AuditLine) == before + 1
    log = visit.get("/riverside/audit-log").words
    assert "Jess Juniper read what two members wrote to each other, to look into a concern." in log

    visit.post(f"{path}/close", {"outcome": " "}, 422, from_=path)
    page = visit.get(visit.post(f"{path}/close", {"outcome": "They talked."}, from_=path).response.location)
    assert "It is closed." in page.words
    assert "Nothing worries anyone just now." in page.words
    assert "Ben Birch" in visit.get(f"{HERE}?closed=yes").words
    assert "They talked." in visit.get(path).words
    visit.post(f"{path}/conversation", status=409, from_=path)
    visit.post(f"{path}/close", {"outcome": "Again"}, 409, from_=path)


def test_a_coordinator_whom_it_is_about_does_not_see_it(session, timebank, as_, ana, jess):
    joe = builders.a_person(session, timebank, "Joe Jasmine", Role.MEMBER, Role.COORDINATOR)
    concern = concerns.about_member(session, joe.id, "He is unfair.", by=ana, at=NOON)
    visit = as_(joe)

    assert "Nothing worries anyone just now." in visit.get(HERE).words
    visit.get(f"{HERE}/{concern.id}", 404)
    visit.post(f"{HERE}/{concern.id}/close", {"outcome": "Nothing"}, 404, from_=HERE)
    visit.post(f"{HERE}/{concern.id}/conversation", status=404, from_=HERE)
    assert "He is unfair." in as_(jess).get(f"{HERE}/{concern.id}").words
