"""Releases: frozen once, protected, without names; what has been released can neither change nor be released again."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.reports.givers import AUTUMN, give_in_a_ring, gives, neighbours
from timebank.contributions.models import Capacity
from timebank.ledger import seals
from timebank.ledger.models import Seal, Transfer
from timebank.members.models import Person, Timebank
from timebank.refusals import NotFound, Unacceptable
from timebank.reports import releases
from timebank.reports.disclosure import Rule, Shown, Withheld
from timebank.reports.models import Release
from timebank.reports.period import Period
from timebank.reports.releases import AlreadyReleased, Altered, Changed

SPRING = Period.read("2026-Q2")


@pytest.fixture
def released(session, timebank, jess):
    give_in_a_ring(session, neighbours(session, timebank, 20), "1:00")
    return releases.release(session, timebank, SPRING, by=jess.person, at=AUTUMN)


def test_what_is_released_is_read_back(session, timebank, released):
    document = releases.reading(released)

    assert document.report.capacities["member"] == Shown(20, 20, 20, share_percent=100)
    assert document.report.period == releases.period_of(released) == SPRING
    assert (document.timebank, document.threshold, document.still_running) == ("Riverside Timebank", 8, False)
    assert document.released_at == AUTUMN


def test_hours_given_later_change_nothing_in_a_release(session, timebank, released, ana, ben):
    before = releases.reading(released)
    gives(session, ana, ben, "9:00")
    session.refresh(released)

    assert releases.reading(released) == before


def test_a_release_names_nobody_and_numbers_nobody(session, timebank, released, jess):
    names = [name for full in session.scalars(select(Person.name)) for name in full.split()]

    assert len(names) > 40
    assert not [name for name in names if name in released.document]
    assert "giver" not in released.document
    assert "@" not in released.document


def test_few_people_are_withheld_by_the_timebanks_own_threshold(session, timebank, jess):
    timebank.disclosure_threshold = 21
    give_in_a_ring(session, neighbours(session, timebank, 20), "1:00")

    document = releases.reading(releases.release(session, timebank, SPRING, by=jess.person, at=AUTUMN))

    assert document.report.capacities["member"] == Withheld()
    assert document.threshold == 21


def test_a_draft_says_why_a_cell_is_withheld(session, timebank, jess):
    nurse = builders.a_professional(session, timebank, "Nora Nurse", builders.an_organisation(session, timebank))
    give_in_a_ring(session, neighbours(session, timebank, 20))
    gives(session, nurse, hours="8:00", capacity=Capacity.PROFESSIONAL)

    report = releases.draft_of(session, timebank, SPRING, at=AUTUMN).report

    assert report.capacities["professional"] == Withheld(Rule.FEW_PEOPLE)
    assert report.total == Withheld(Rule.COULD_BE_WORKED_OUT)


def test_a_draft_is_what_will_be_released(session, timebank, jess):
    give_in_a_ring(session, neighbours(session, timebank, 20))
    draft = releases.draft_of(session, timebank, SPRING, at=AUTUMN)

    released = releases.release(session, timebank, SPRING, by=jess.person, at=AUTUMN)

    seal = seals.latest(session, timebank.book_id)
    assert released.document == replace(draft, seal=(seal.number, seal.digest)).as_json()


# which periods


@pytest.mark.parametrize("text", ["2026-04", "2026-04..2026-05", "2026-04..2026-09", "2025..2026"])
def test_only_whole_quarters_and_years_are_released(session, timebank, jess, text):
    with pytest.raises(Unacceptable, match="whole calendar quarters"):
        releases.release(session, timebank, Period.read(text), by=jess.person, at=AUTUMN)


def test_a_quarter_that_is_running_is_released_and_says_so(session, timebank, jess):
    running = releases.release(session, timebank, Period.read("2026-Q4"), by=jess.person, at=AUTUMN)

    assert releases.reading(running).still_running


def test_a_quarter_has_begun_when_it_has_where_the_timebank_is(session, timebank, jess):
    timebank.time_zone = "Pacific/Auckland"
    late_on_the_last_day = datetime(2026, 9, 30, 20, 0, tzinfo=UTC)

    assert releases.release(session, timebank, Period.read("2026-Q4"), by=jess.person, at=late_on_the_last_day)


def test_a_quarter_that_has_not_begun_is_not_released(session, timebank, jess):
    with pytest.raises(Unacceptable, match="has not begun"):
        releases.release(session, timebank, Period.read("2027-Q1"), by=jess.person, at=AUTUMN)


# once only


@pytest.mark.parametrize("again", ["2026-Q2", "2026"])
def test_no_day_is_released_twice(session, timebank, jess, released, again):
    with pytest.raises(AlreadyReleased, match=f"^{again} can't be released: 2026-Q2 has been"):
        releases.release(session, timebank, Period.read(again), by=jess.person, at=AUTUMN)


def test_no_quarter_of_a_released_year(session, timebank, jess):
    releases.release(session, timebank, Period.read("2025"), by=jess.person, at=AUTUMN)

    with pytest.raises(AlreadyReleased):
        releases.draft_of(session, timebank, Period.read("2025-Q4"), at=AUTUMN)


def test_the_quarters_beside_it_are_free(session, timebank, jess, released):
    for beside in ("2026-Q1", "2026-Q3", "2025"):
        releases.release(session, timebank, Period.read(beside), by=jess.person, at=AUTUMN)

    told = [str(releases.period_of(one)) for one in releases.releases_of(session, timebank)]
    assert told == ["2026-Q3", "2026-Q2", "2026-Q1", "2025"]


def test_another_timebank_releases_for_itself(session, timebank, jess, released):
    other = builders.a_timebank(session, "hillside", "Hillside Timebank")

    assert releases.release(session, other, SPRING, by=jess.person, at=AUTUMN).timebank_id == other.id


def test_of_two_who_release_at_once_one_is_told(own_engine):
    with Session(own_engine) as session:
        timebank = builders.a_timebank(session)
        jess = builders.a_coordinator(session, timebank)
        timebank_id, person_id = timebank.id, jess.person_id
        session.commit()
    ready = Barrier(2)

    def releasing(text):
        ready.wait()
        with Session(own_engine) as session:
            timebank, person = session.get_one(Timebank, timebank_id), session.get_one(Person, person_id)
            try:
                releases.release(session, timebank, Period.read(text), by=person, at=AUTUMN)
            except AlreadyReleased:
                return "told"
            session.commit()
            return "released"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(releasing, ["2026-Q2", "2026"])) == ["released", "told"]
    with Session(own_engine) as session:
        assert len(session.scalars(select(Release)).all()) == 1


def test_figures_that_changed_since_they_were_looked_at_are_not_released(session, timebank, jess):
    members = neighbours(session, timebank, 20)
    give_in_a_ring(session, members)
    seen = releases.draft_of(session, timebank, SPRING, at=AUTUMN).fingerprint
    gives(session, members[0], members[1], "8:00")

    with pytest.raises(Changed):
        releases.release(session, timebank, SPRING, by=jess.person, at=AUTUMN, seen=seen)

    seen = releases.draft_of(session, timebank, SPRING, at=AUTUMN).fingerprint
    assert releases.release(session, timebank, SPRING, by=jess.person, at=AUTUMN, seen=seen)


# what can be released


def test_without_hours_nothing_is_ready(session, timebank):
    assert releases.may_be_released(session, timebank, at=AUTUMN) == []


def test_quarters_and_years_since_the_first_hours_are_ready(session, timebank, ana, ben):
    gives(session, ana, ben, on=date(2025, 12, 31))

    told = [str(period) for period in releases.may_be_released(session, timebank, at=AUTUMN)]

    assert told == ["2026-Q4", "2026", "2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4", "2025"]


def test_what_is_released_is_ready_no_more_nor_is_its_year(session, timebank, released):
    told = [str(period) for period in releases.may_be_released(session, timebank, at=AUTUMN)]

    assert told == ["2026-Q4", "2026-Q3"]


# kept as it was


def test_a_release_that_was_changed_is_not_shown_and_is_found(session, timebank, released):
    assert list(releases.findings(session)) == []
    changed = func.replace(Release.document, '"hours":20', '"hours":95')
    builders.unguarded(session, "release")
    session.execute(update(Release).values(document=changed))
    session.refresh(released)

    assert json.loads(released.document)["capacities"]["member"]["hours"] == 95
    with pytest.raises(Altered, match="changed after it was released"):
        releases.reading(released)
    found = list(releases.findings(session))
    assert found[-1] == f"Release {released.id} (2026-Q2): it was changed after it was released."
    assert all("no longer guards release" in finding for finding in found[:-1])


def test_a_release_names_the_seal_that_covers_its_transfers(session, timebank, released):
    seal = seals.latest(session, timebank.book_id)

    assert releases.reading(released).seal == (seal.number, seal.digest)
    assert seal.up_to_id == session.scalar(select(func.max(Transfer.id)).where(Transfer.book_id == timebank.book_id))


def test_a_release_whose_seal_is_another_one_now_is_found(session, timebank, released):
    builders.unguarded(session, "seal")
    session.execute(update(Seal).values(digest="0" * 64))

    assert list(releases.findings(session)) == [
        f"Release {released.id} (2026-Q2): the book's seal that it names is gone or another one."
    ]


def test_a_release_of_elsewhere_is_not_found_here(session, timebank, released):
    other = builders.a_timebank(session, "hillside", "Hillside Timebank")

    assert releases.get_release(session, timebank, released.id) is released
    with pytest.raises(NotFound):
        releases.get_release(session, other, released.id)
    assert releases.releases_of(session, other) == []


def test_a_number_of_no_release_is_not_found(session, timebank):
    with pytest.raises(NotFound):
        releases.get_release(session, timebank, 999_999)


def test_the_database_keeps_the_days_of_the_period(session, timebank, released):
    assert (released.first_day, released.day_after) == (date(2026, 4, 1), date(2026, 7, 1))
