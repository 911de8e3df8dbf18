"""The pages where a coordinator enters professionals' hours."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from tests import builders
from timebank.contributions.models import Capacity, Contribution
from timebank.ledger.models import Transfer

PATH = "/riverside/professionals"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(datetime(2026, 6, 10, 12, 0, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def nora(session, timebank):
    return builders.a_professional(session, timebank, "Nora Nettle", builders.an_organisation(session, timebank))


@pytest.fixture
def told(session, timebank, nora):
    return {
        "key": "one",
        "professional": str(nora.id),
        "project": str(builders.a_project(session, timebank).id),
        "stage": "design",
        "served_on": "yesterday",
        "hours-hours": "2",
        "hours-minutes": "30",
        "note": "Round table",
    }


def entered(session):
    session.expire_all()
    return session.scalars(select(Contribution)).all()


def test_a_coordinator_begins_from_nothing(session, as_, jess):
    visit = as_(jess)
    assert "Before you can enter hours" in visit.get(f"{PATH}/log").words

    page = visit.post(f"{PATH}/people", {"professional_name": "Nora Nettle"}, 422, from_=f"{PATH}/log")
    assert "Choose an organisation, or write the name of another" in page.words
    assert 'value="Nora Nettle"' in page.response.text
    person = {"professional_name": "Nora Nettle", "new_organisation": "Riverside Clinic"}
    answer = visit.post(f"{PATH}/people", person, 302, from_=f"{PATH}/log")
    assert "Nora Nettle can be chosen now." in visit.get(answer.response.location).words
    visit.post(f"{PATH}/projects", {"project_name": " "}, 422, from_=f"{PATH}/log")
    answer = visit.post(f"{PATH}/projects", {"project_name": "Garden for all"}, 302, from_=f"{PATH}/log")
    assert "“Garden for all” can be chosen now." in visit.get(answer.response.location).words

    words = visit.get(f"{PATH}/log").words
    assert "Nora Nettle, Riverside Clinic" in words
    assert "No hours have been entered yet" in words
    other = {"professional_name": "Noel Nut", "organisation": "Riverside Clinic"}
    visit.post(f"{PATH}/people", other, 302, from_=f"{PATH}/log")
    assert "Noel Nut, Riverside Clinic" in visit.get(f"{PATH}/log").words


def test_paid_hours_are_counted_listed_and_never_posted(session, as_, jess, nora, told):
    visit = as_(jess)

    page = visit.get(visit.post(f"{PATH}/log", told, 302).response.location)

    assert "Thank you. 2 hours 30 minutes of Nora Nettle are counted now." in page.words
    assert "Nora Nettle Riverside Clinic Garden for all 9 June 2026 2 h 30" in page.words
    (paid,) = entered(session)
    assert (paid.capacity, paid.minutes, paid.stage, paid.note) == (Capacity.PROFESSIONAL, 150, "design", "Round table")
    assert session.scalars(select(Transfer)).all() == []


def test_a_double_tap_enters_once_and_another_content_is_refused(session, as_, jess, told):
    visit = as_(jess)
    for _ in range(2):
        visit.post(f"{PATH}/log", told, 302)

    page = visit.post(f"{PATH}/log", told | {"hours-hours": "3"}, 422)
    assert "Something else was recorded" in page.words
    assert len(entered(session)) == 1


def test_bad_input_keeps_what_was_typed(session, as_, jess, told):
    page = as_(jess).post(f"{PATH}/log", told | {"professional": "", "hours-minutes": "31"}, 422)

    assert "2 things need your attention" in page.words
    assert "Round the time to steps of 5 minutes" in page.words
    assert "Round table" in page.words
    assert entered(session) == []


def test_hours_are_taken_back_with_a_reason(session, timebank, as_, jess, nora):
    paid = builders.paid_hours(session, nora, builders.a_project(session, timebank), by=jess)
    visit, path = as_(jess), f"{PATH}/{paid.id}/take-back"
    assert "Take these hours back?" in visit.get(path).words

    visit.post(path, {"reason": ""}, 422)
    page = visit.get(visit.post(path, {"reason": "Entered twice"}, 302).response.location)
    assert "The hours are taken back and count no longer." in page.words
    assert "Taken back: Entered twice" in page.words
    assert entered(session)[0].reversed_at is not None
    for page in (visit.post(path, {"reason": "Again"}, 409), visit.get(path, 409)):
        assert page.h1 == "|That was done already"


def test_paid_hours_are_for_coordinators_of_this_timebank(session, timebank, as_, ana, jess, nora, told):
    paid = builders.paid_hours(session, nora, builders.a_project(session, timebank), by=jess)
    there = builders.a_timebank(session, "hillside", "Hillside")
    member, stranger = as_(ana), as_(builders.a_coordinator(session, there, "Hal Hazel"))
    sent = told | {"reason": "x", "professional_name": "x", "new_organisation": "x", "project_name": "x"}

    for step in ("log", "people", "projects", f"{paid.id}/take-back"):
        member.post(f"{PATH}/{step}", sent, 403)
        stranger.post(f"{PATH}/{step}", sent, 404)
    stranger.post(f"/hillside/professionals/{paid.id}/take-back", sent, 404)
    stranger.post("/hillside/professionals/log", sent, 422)
    assert [one.id for one in entered(session)] == [paid.id]
    assert paid.reversed_at is None
