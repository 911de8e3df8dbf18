"""Professionals' hours: counted, never posted, and entered by coordinators who may begin from nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.builders import NOON, TODAY
from timebank.contributions import professionals
from timebank.contributions.models import Capacity, Contribution, Stage
from timebank.contributions.professionals import PaidHours, WrongTime
from timebank.contributions.record import AlreadyRecorded, AlreadyTakenBack
from timebank.hours import Hours
from timebank.ledger.models import Transfer
from timebank.members.models import Membership
from timebank.refusals import NotFound, Unacceptable


@pytest.fixture
def nora(session, timebank):
    return builders.a_professional(session, timebank, "Nora Nettle", builders.an_organisation(session, timebank))


@pytest.fixture
def project(session, timebank):
    return builders.a_project(session, timebank)


def enter(session, timebank, professional, project, jess, **more):
    told = {"key": "one", "hours": Hours(120), "served_on": TODAY, "stage": Stage.DELIVER}
    paid = PaidHours(professional_id=professional.id, project_id=project.id, **{**told, **more})
    return professionals.record_paid_hours(session, timebank, paid, by=jess.person, at=NOON)


def how_many(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_paid_hours_are_counted_with_their_organisation_and_never_posted(session, timebank, nora, project, jess):
    paid = enter(session, timebank, nora, project, jess)

    assert (paid.capacity, paid.minutes, paid.organisation_id) == (Capacity.PROFESSIONAL, 120, nora.works_for_id)
    assert (paid.approved_by_id, paid.transfer_id, how_many(session, Transfer)) == (jess.person_id, None, 0)


def test_the_same_form_twice_is_entered_once_and_another_is_refused(session, timebank, nora, project, jess):
    assert enter(session, timebank, nora, project, jess) is enter(session, timebank, nora, project, jess)
    with pytest.raises(AlreadyRecorded):
        enter(session, timebank, nora, project, jess, stage=Stage.DESIGN)
    assert how_many(session, Contribution) == 1


@pytest.mark.parametrize("minutes", [3, 24 * 60 + 5])
def test_times_that_are_not_counted_here_are_refused(session, timebank, nora, project, jess, minutes):
    with pytest.raises(WrongTime):
        enter(session, timebank, nora, project, jess, hours=Hours(minutes))


def test_tomorrow_has_not_come(session, timebank, nora, project, jess):
    with pytest.raises(Unacceptable):
        enter(session, timebank, nora, project, jess, served_on=TODAY + timedelta(days=1))


def test_who_is_not_a_professional_here_has_no_paid_hours(session, timebank, nora, project, ana, jess):
    there = builders.a_timebank(session, "hillside", "Hillside")

    for where, who in ((timebank, ana), (there, nora)):
        with pytest.raises(NotFound):
            enter(session, where, who, project, jess)
    with pytest.raises(NotFound):
        enter(session, timebank, nora, builders.a_project(session, there), jess)


def test_a_professional_comes_with_a_new_or_a_known_organisation_and_once(session, timebank):
    def add(name, organisation):
        return professionals.add_professional(session, timebank, name, organisation_name=organisation, at=NOON)

    nora, noel = add("Nora Nettle", "Riverside Clinic"), add("Noel Nut", " riverside  clinic ")

    assert add("nora nettle", "Riverside Clinic") is nora
    assert nora.works_for_id == noel.works_for_id
    assert (nora.account_id, nora.roles) == (None, frozenset())
    assert [one.name for one in professionals.professionals_of(session, timebank)] == ["Noel Nut", "Nora Nettle"]
    assert [one.name for one in professionals.organisations_of(session, timebank)] == ["Riverside Clinic"]
    assert how_many(session, Membership) == 3


def test_a_project_of_that_name_is_there_once(session, timebank):
    first = professionals.create_project(session, timebank, "Garden for all", purpose="Company")

    assert professionals.create_project(session, timebank, "Garden for all") is first
    assert professionals.projects_of(session, timebank) == [first]


def test_the_last_entered_come_first_with_those_taken_back(session, timebank, nora, project, jess):
    one, two = (builders.paid_hours(session, nora, project, by=jess) for _ in range(2))
    professionals.take_back(session, timebank, one.id, reason="Twice", by=jess.person, at=NOON)

    assert professionals.latest_paid_hours(session, timebank, limit=10) == [two, one]
    assert professionals.latest_paid_hours(session, timebank, limit=1) == [two]
    with pytest.raises(AlreadyTakenBack):
        professionals.take_back(session, timebank, one.id, reason="Again", by=jess.person, at=NOON)


def test_only_paid_hours_of_this_timebank_are_taken_back(session, timebank, nora, project, ana, ben, jess):
    there = builders.a_timebank(session, "hillside", "Hillside")
    paid = builders.paid_hours(session, nora, project, by=jess)
    exchange = builders.an_approved_exchange(session, ana, ben, approved_by=jess)

    for where, number in ((there, paid.id), (timebank, exchange.contribution_id), (timebank, 999_999)):
        with pytest.raises(NotFound):
            professionals.take_back(session, where, number, reason="Why", by=jess.person, at=NOON)
    assert paid.reversed_at is None
