"""The exact report: what counts, where it counts, how many people that is, and that the book says the same."""

from datetime import date

import pytest
from sqlalchemy import event

from tests import builders
from tests.builders import NOON, unguarded
from tests.reports.givers import give_in_a_ring, gives, neighbours
from timebank.contributions import record as contributions
from timebank.contributions.models import Capacity, Stage
from timebank.hours import Hours
from timebank.ledger.balances import moved
from timebank.ledger.models import HELP
from timebank.reports.contribution import (
    agrees_with_the_book,
    contribution_report,
    first_day_given,
    hours_in_the_book,
)
from timebank.reports.period import Period

SPRING = Period.read("2026-Q2")
MEMBER, PROFESSIONAL, VOLUNTEER = "member", "professional", "volunteer"


@pytest.fixture
def nora(session, timebank):
    return builders.a_professional(session, timebank, "Nora Nurse", builders.an_organisation(session, timebank))


def told(cell):
    return cell.people, cell.minutes, cell.entries


def row(rows, label):
    return next(row for row in rows if row.label == label)


def test_a_report_of_nothing_has_noughts_for_every_stage_and_month_and_no_category(session, timebank):
    report = contribution_report(session, timebank, SPRING)

    assert told(report.total) == (0, 0, 0)
    assert list(report.capacities) == [MEMBER, PROFESSIONAL, VOLUNTEER]
    assert [row.label for row in report.stages] == ["design", "decide", "deliver", "evaluate"]
    assert [row.label for row in report.months] == ["2026-04", "2026-05", "2026-06"]
    assert report.categories == ()


def test_hours_are_counted_to_the_minute_by_capacity(session, timebank, ana, ben, nora):
    gives(session, ana, ben, "1:30")
    gives(session, ana, ben, "0:05")
    gives(session, nora, hours="7:10", capacity=Capacity.PROFESSIONAL)
    gives(session, ben, hours="0:20", capacity=Capacity.VOLUNTEER)

    report = contribution_report(session, timebank, SPRING)

    assert told(report.capacities[MEMBER]) == (1, 95, 2)
    assert told(report.capacities[PROFESSIONAL]) == (1, 430, 1)
    assert told(report.capacities[VOLUNTEER]) == (1, 20, 1)
    assert told(report.total) == (3, 545, 4)


def test_the_same_person_in_two_capacities_is_two_cells_and_one_person(session, timebank, ana, ben):
    gives(session, ana, ben)
    gives(session, ana, capacity=Capacity.VOLUNTEER)

    report = contribution_report(session, timebank, SPRING)

    assert (report.capacities[MEMBER].people, report.capacities[VOLUNTEER].people, report.total.people) == (1, 1, 1)


def test_the_giver_is_counted_and_not_the_receiver(session, timebank, ana, ben):
    gives(session, ana, ben)

    assert contribution_report(session, timebank, SPRING).total.givers == {ana.id}


def test_the_first_and_the_last_day_are_in_and_the_days_around_are_not(session, timebank, ana, ben):
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 1)):
        gives(session, ana, ben, on=day)

    report = contribution_report(session, timebank, SPRING)

    assert [row.cells[MEMBER].entries for row in report.months] == [1, 0, 1]


def test_stages_months_and_categories_are_told_apart_by_capacity(session, timebank, ana, ben, nora):
    garden, pets = (builders.a_category(session, timebank, name) for name in ("Gardening", "Pets"))
    gives(session, ana, ben, "1:00", stage=Stage.DESIGN, category=garden, on=date(2026, 4, 2))
    gives(session, ben, ana, "2:00", stage=Stage.DELIVER, category=garden, on=date(2026, 5, 2))
    gives(session, ben, ana, "0:30", stage=Stage.DELIVER, category=pets, on=date(2026, 5, 3))
    gives(session, nora, hours="4:00", capacity=Capacity.PROFESSIONAL, stage=Stage.DELIVER, on=date(2026, 5, 4))

    report = contribution_report(session, timebank, SPRING)

    assert told(row(report.stages, "design").cells[MEMBER]) == (1, 60, 1)
    assert told(row(report.stages, "deliver").cells[MEMBER]) == (1, 150, 2)
    assert told(row(report.stages, "deliver").cells[PROFESSIONAL]) == (1, 240, 1)
    assert told(row(report.months, "2026-05").cells[MEMBER]) == (1, 150, 2)
    assert told(row(report.categories, "Gardening").cells[MEMBER]) == (2, 180, 2)
    assert told(row(report.categories, "").cells[PROFESSIONAL]) == (1, 240, 1)


def test_a_kind_of_help_is_told_as_its_group(session, timebank, ana, ben):
    for name in ("Gardening", "Mowing", "Weeding and digging"):
        gives(session, ana, ben, "1:00", category=builders.a_category(session, timebank, name))

    report = contribution_report(session, timebank, SPRING)

    assert [row.label for row in report.categories] == ["Gardening"]
    assert told(row(report.categories, "Gardening").cells[MEMBER]) == (1, 180, 3)


def test_categories_come_by_name_and_hours_without_one_last(session, timebank, ana, ben):
    gives(session, ana, ben)
    for name in ("Pets", "Cooking and meals"):
        gives(session, ana, ben, category=builders.a_category(session, timebank, name))

    report = contribution_report(session, timebank, SPRING)

    assert [row.label for row in report.categories] == ["Cooking and meals", "Pets", ""]


def test_each_table_adds_up_to_its_capacity(session, timebank, nora):
    members = neighbours(session, timebank, 5)
    for place, stage in enumerate(Stage):
        give_in_a_ring(session, members, f"1:{10 * place + 5:02}", stage=stage, on=date(2026, 4 + place % 3, 9))
    gives(session, nora, hours="3:00", capacity=Capacity.PROFESSIONAL)

    report = contribution_report(session, timebank, SPRING)

    for rows in report.tables.values():
        for capacity, whole in report.capacities.items():
            assert sum(row.cells[capacity].minutes for row in rows) == whole.minutes
            assert sum(row.cells[capacity].entries for row in rows) == whole.entries


def test_what_was_taken_back_counts_nowhere(session, timebank, ana, ben, jess):
    contribution = gives(session, ana, ben)
    contributions.reverse(session, contribution.id, reason="Wrong day", by=jess.person, at=NOON)

    report = contribution_report(session, timebank, SPRING)

    assert told(report.total) == (0, 0, 0)
    assert agrees_with_the_book(session, timebank, report)


def test_what_is_not_approved_counts_nowhere(session, timebank, ana, ben):
    builders.a_confirmed_exchange(session, ana, ben)

    assert told(contribution_report(session, timebank, SPRING).total) == (0, 0, 0)


def test_another_timebank_counts_nowhere(session, timebank, ana, ben):
    other = builders.a_timebank(session, "hillside", "Hillside Timebank")
    give_in_a_ring(session, neighbours(session, other, 2))

    assert told(contribution_report(session, timebank, SPRING).total) == (0, 0, 0)


def test_member_hours_are_those_of_the_book(session, timebank, nora):
    give_in_a_ring(session, neighbours(session, timebank, 3), "0:50")
    gives(session, nora, hours="5:00", capacity=Capacity.PROFESSIONAL)

    report = contribution_report(session, timebank, SPRING)

    assert agrees_with_the_book(session, timebank, report)
    assert hours_in_the_book(session, timebank, SPRING) == Hours(150)
    assert moved(session, timebank.book_id, HELP) == Hours(150)


def test_the_book_is_asked_for_the_same_period(session, timebank, ana, ben):
    gives(session, ana, ben, on=date(2026, 3, 31))
    gives(session, ana, ben, "0:45", on=date(2026, 4, 1))

    assert hours_in_the_book(session, timebank, SPRING) == Hours(45)


def test_a_report_that_differs_from_the_book_is_told(session, timebank, ana, ben):
    contribution = gives(session, ana, ben)
    unguarded(session, "contribution")
    contribution.minutes += 1
    session.flush()

    report = contribution_report(session, timebank, SPRING)

    assert not agrees_with_the_book(session, timebank, report)


def test_the_first_day_is_of_what_stands(session, timebank, ana, ben, jess):
    assert first_day_given(session, timebank) is None
    wrong = gives(session, ana, ben, on=date(2025, 1, 1))
    gives(session, ana, ben, on=date(2026, 2, 3))
    contributions.reverse(session, wrong.id, reason="Wrong year", by=jess.person, at=NOON)

    assert first_day_given(session, timebank) == date(2026, 2, 3)


def test_a_report_asks_the_database_once(session, timebank, ana, ben):
    gives(session, ana, ben, category=builders.a_category(session, timebank))
    session.refresh(timebank)
    asked = []
    event.listen(session.connection(), "before_cursor_execute", lambda *told: asked.append(told[2]))

    contribution_report(session, timebank, SPRING)

    assert len(asked) == 1
