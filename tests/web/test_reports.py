"""The pages of reports: who may see what, the same figures on page, CSV and JSON, and nobody's name for funders."""

import csv
import hashlib
import io
import json
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select, update

from tests import builders
from tests.reports.givers import give_in_a_ring, gives, neighbours
from timebank.contributions.models import Capacity, Stage
from timebank.hours import Hours
from timebank.members.models import Person
from timebank.reports import releases
from timebank.reports.models import Release
from timebank.reports.period import Period

AUTUMN = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
HERE = "/riverside/reports"
SPRING = Period.read("2026-Q2")


@pytest.fixture(autouse=True)
def in_autumn():
    with time_machine.travel(AUTUMN, tick=True):
        yield


@pytest.fixture
def coordinator(as_, jess):
    return as_(jess)


@pytest.fixture
def funder(as_, session, timebank):
    return as_(builders.a_funder(session, timebank))


@pytest.fixture
def a_busy_spring(session, timebank):
    """Thirty neighbours in a ring in each month, twelve of them in the design; two nurses; one of the thirty alone."""
    members = neighbours(session, timebank, 30)
    garden = builders.a_category(session, timebank, "Gardening")
    for month in (4, 5, 6):
        give_in_a_ring(session, members, "1:15", on=date(2026, month, 7), category=garden)
    give_in_a_ring(session, members[:12], "2:00", on=date(2026, 6, 8), stage=Stage.DESIGN)
    gives(session, members[0], members[1], "3:20", on=date(2026, 6, 9), stage=Stage.DECIDE)
    clinic = builders.an_organisation(session, timebank)
    for one in ("Nora Nurse", "Noel Nurse"):
        nurse = builders.a_professional(session, timebank, one, clinic)
        gives(session, nurse, hours="11:11", capacity=Capacity.PROFESSIONAL, on=date(2026, 5, 5))
    return members


@pytest.fixture
def released(session, timebank, jess, a_busy_spring):
    return releases.release(session, timebank, SPRING, by=jess.person, at=AUTUMN)


def table(page):
    return list(csv.DictReader(io.StringIO(page.response.get_data().decode("utf-8-sig"))))


# who may come in


@pytest.mark.parametrize("path", ["/draft", "/draft.csv", "/draft.json", "/release?period=2026-Q2"])
def test_funders_and_members_do_not_see_exact_figures(funder, as_, ana, released, path):
    funder.get(HERE + path, status=403)
    as_(ana).get(HERE + path, status=403)


def test_funders_and_members_release_nothing(funder, as_, session, ana, a_busy_spring):
    for someone in (funder, as_(ana)):
        someone.post(f"{HERE}/release", {"period": "2026-Q2"}, status=403, from_=f"{HERE}/")

    assert session.scalars(select(Release)).all() == []


def test_strangers_are_asked_to_sign_in(visit, released):
    for path in ("/", f"/{released.id}", f"/{released.id}.csv", f"/{released.id}.json", "/draft"):
        assert visit.client.get(HERE + path).location.startswith("/sign-in")


def test_a_release_of_another_timebank_is_not_found(session, as_, released):
    other = builders.a_timebank(session, "hillside", "Hillside Timebank")
    funder = as_(builders.a_funder(session, other, "Finn Far", email="finn@example.org"))

    for path in ("", ".csv", ".json"):
        funder.get(f"/hillside/reports/{released.id}{path}", status=404)
        funder.get(f"{HERE}/{released.id}{path}", status=404)


# the exact report


def test_a_coordinator_reads_the_finding_and_the_exact_figures(coordinator, a_busy_spring):
    page = coordinator.get(f"{HERE}/draft?period=2026-Q2")

    assert page.h1 == "|Neighbours gave each other 139 hours 50 minutes"
    assert "April to June 2026" in page.words
    assert "139 h 50 hours from members" in page.words
    assert "22 h 22 hours from professionals" in page.words
    assert "86% of all hours came from members" in page.words
    assert "32 people gave time" in page.words
    assert "Members gave most in June 2026: 64 hours 50 minutes." in page.words


def test_the_chart_tells_both_of_the_month_in_which_members_gave_most(coordinator, a_busy_spring):
    page = coordinator.get(f"{HERE}/draft?first=2026-04&last=2026-05")
    assert "Members gave most in April 2026: 37 hours 30 minutes." in page.words

    page = coordinator.get(f"{HERE}/draft?first=2026-05&last=2026-05")
    assert "month by month" not in page.words

    page = coordinator.get(f"{HERE}/draft?first=2026-02&last=2026-03")
    assert "month by month" not in page.words

    page = coordinator.get(f"{HERE}/draft?first=2026-05&last=2026-07")
    assert "Members gave most in June 2026: 64 hours 50 minutes." in page.words


def test_professionals_stand_beside_members_in_the_finding(coordinator, session, timebank, ana, ben):
    nurse = builders.a_professional(session, timebank, "Nora Nurse", builders.an_organisation(session, timebank))
    gives(session, nurse, hours="3:10", capacity=Capacity.PROFESSIONAL)
    gives(session, ana, ben, "1:20")
    session.commit()

    page = coordinator.get(f"{HERE}/draft?period=2026-Q2")

    assert "gave most in June 2026: 1 hour 20 minutes, beside 3 hours 10 minutes from professionals." in page.words


def test_page_csv_and_json_of_the_exact_report_tell_the_same(coordinator, a_busy_spring):
    page = coordinator.get(f"{HERE}/draft?period=2026-Q2")
    told = json.loads(coordinator.get(f"{HERE}/draft.json?period=2026-Q2").response.get_data())
    lines = table(coordinator.get(f"{HERE}/draft.csv?period=2026-Q2"))

    rows = {(line["table"], line["row"], line["capacity"]): line for line in lines}
    assert told["capacities"]["member"]["minutes"] == int(rows["capacity", "", "member"]["minutes"]) == 8390
    for table_name, key in (("stage", "stages"), ("month", "months"), ("category", "categories")):
        for row in told[key]:
            for capacity, cell in row["cells"].items():
                line = rows[table_name, row["label"], capacity]
                assert [int(line[name] or 0) for name in cell] == [number or 0 for number in cell.values()]
                if cell["minutes"]:
                    assert f"{capacity.capitalize()}s {cell['share_percent']}%" in page.words
                    people = f"{cell['people']} {'person' if cell['people'] == 1 else 'people'}"
                    assert f"{Hours(cell['minutes']).short} {people}, {cell['contributions']} time" in page.words


def test_the_months_are_chosen_in_the_address(coordinator, a_busy_spring):
    page = coordinator.get(f"{HERE}/draft?first=2026-05&last=2026-05")

    assert page.h1 == "|Neighbours gave each other 37 hours 30 minutes"
    assert "May 2026" in page.words


def test_at_first_the_last_six_months_are_shown(coordinator, a_busy_spring):
    assert "May to October 2026" in coordinator.get(f"{HERE}/draft").words


def test_months_in_the_wrong_order_are_told_in_the_form(coordinator, a_busy_spring):
    page = coordinator.get(f"{HERE}/draft?first=2026-06&last=2026-05", status=422)

    assert "can't be before its first" in page.words


@pytest.mark.parametrize("period", ["", "soon", "2026-Q9", "1' OR 1=1"])
def test_a_period_that_is_none_is_told(coordinator, period):
    coordinator.get(f"{HERE}/draft?period={period}", status=422)
    coordinator.get(f"{HERE}/draft.csv?period={period}", status=422)
    coordinator.get(f"{HERE}/release?period={period}", status=422)


def test_without_hours_the_page_says_what_to_do(coordinator):
    page = coordinator.get(f"{HERE}/draft")

    assert "No approved hours in these months." in page.words


def test_the_button_to_release_is_there_only_where_it_can_be(coordinator, a_busy_spring):
    def offers(page):
        return "/reports/release?period=" in page.response.get_data(as_text=True)

    assert offers(coordinator.get(f"{HERE}/draft?period=2026-Q2"))
    assert not offers(coordinator.get(f"{HERE}/draft?first=2026-04&last=2026-05"))


# releasing


def test_a_coordinator_sees_what_will_be_printed_and_why_something_is_not(coordinator, a_busy_spring):
    page = coordinator.get(f"{HERE}/release?period=2026-Q2")

    assert page.h1 == "|Release the report of April to June 2026?"
    assert "Members gave 140 hours" in page.words
    assert "Professionals, over the whole time Too few people gave these hours" in page.words
    assert "Everyone, over the whole time Another withheld figure could be worked out from it" in page.words
    assert "Decide: Members Too few people gave these hours" in page.words
    assert "Design: Members Another withheld figure could be worked out from it" in page.words


def test_releasing_shows_the_released_report(coordinator, session, a_busy_spring):
    form = next(
        form
        for form in coordinator.get(f"{HERE}/release?period=2026-Q2").forms
        if form["action"].endswith("/reports/release")
    )

    answer = coordinator.post(f"{HERE}/release", form["fields"], from_=f"{HERE}/")

    released = session.scalars(select(Release)).one()
    assert answer.response.location == f"{HERE}/{released.id}"
    assert "The report is released." in coordinator.get(f"{HERE}/{released.id}").words


def test_what_changed_since_it_was_looked_at_is_looked_at_again(coordinator, session, a_busy_spring):
    form = next(form for form in coordinator.get(f"{HERE}/release?period=2026-Q2").forms if "release" in form["action"])
    gives(session, a_busy_spring[0], a_busy_spring[1], "9:00", on=date(2026, 6, 9))

    page = coordinator.post(f"{HERE}/release", form["fields"], status=422)

    assert "The figures have changed since you looked at them." in page.words
    assert session.scalars(select(Release)).all() == []


def test_without_its_token_nothing_is_released(coordinator, session, a_busy_spring):
    page = coordinator.post(f"{HERE}/release", {"period": "2026-Q2"}, token=False, status=422)

    assert "The page had grown old" in page.words
    assert session.scalars(select(Release)).all() == []


def test_a_released_quarter_and_its_year_are_not_released_again(coordinator, released):
    for period in ("2026-Q2", "2026"):
        page = coordinator.get(f"{HERE}/release?period={period}", status=409)
        assert "released once only" in page.words
        coordinator.post(f"{HERE}/release", {"period": period}, status=409, from_=f"{HERE}/")


def test_a_running_quarter_is_released_with_a_warning(coordinator, session, a_busy_spring):
    assert "This time is still running." in coordinator.get(f"{HERE}/release?period=2026-Q4").words
    assert "still running" not in coordinator.get(f"{HERE}/release?period=2026-Q2").words


def test_coordinators_see_what_is_ready_and_funders_do_not(coordinator, funder, session, released):
    page = coordinator.get(f"{HERE}/")
    assert "July to September 2026" in page.words
    assert "October to December 2026 still running" in page.words
    assert "Ready to release" in page.words

    assert "Ready to release" not in funder.get(f"{HERE}/").words


# the released report


def test_an_empty_list_says_when_reports_come(funder):
    assert "No report has been released yet." in funder.get(f"{HERE}/").words


def test_a_funder_finds_and_reads_the_report(funder, released):
    listed = funder.get(f"{HERE}/")
    assert f'href="{HERE}/{released.id}"' in listed.response.get_data(as_text=True)

    page = funder.get(f"{HERE}/{released.id}")

    assert page.h1 == "|Members gave 140 hours"
    assert "140 hours from members given by 30 people" in page.words
    assert "* hours from professionals" in page.words
    assert "Figures about 1 to 7 people are withheld" in page.words


def test_nothing_that_a_funder_can_open_names_anybody(funder, session, jess, released):
    names = {part for full in session.scalars(select(Person.name)) for part in full.split()}
    names -= {"Jess", "Fay", "Fir"}  # the contact of the timebank, and the funder
    pages = [
        funder.get(HERE + path).response for path in ("/", *(f"/{released.id}{end}" for end in ("", ".csv", ".json")))
    ]

    for page in pages:
        assert not [name for name in names if name in page.get_data(as_text=True)]


def test_page_csv_and_json_of_a_release_tell_the_same(funder, released):
    page = funder.get(f"{HERE}/{released.id}")
    told = json.loads(funder.get(f"{HERE}/{released.id}.json").response.get_data())
    rows = {
        (line["table"], line["row"], line["capacity"]): line for line in table(funder.get(f"{HERE}/{released.id}.csv"))
    }

    for table_name, key in (("stage", "stages"), ("month", "months"), ("category", "categories")):
        for row in told[key]:
            for capacity, cell in row["cells"].items():
                line = rows[table_name, row["label"], capacity]
                if cell.get("withheld"):
                    assert {line["people"], line["hours"], line["contributions"], line["share_percent"]} == {"*"}
                else:
                    assert (int(line["people"]), int(line["hours"])) == (cell["people"], cell["hours"])
                    assert line["share_percent"] == (
                        "" if cell["share_percent"] is None else str(cell["share_percent"])
                    )
                    if cell["hours"]:
                        told_times = f"{cell['people']} people, {cell['contributions']} times"
                        assert f"{cell['hours']} h {told_times}" in page.words
    assert rows["capacity", "", "member"]["hours"] == str(told["capacities"]["member"]["hours"]) == "140"


def test_what_is_withheld_from_a_release_is_nowhere_in_it(funder, released):
    for end in ("", ".csv", ".json"):
        content = funder.get(f"{HERE}/{released.id}{end}").response.get_data(as_text=True)
        assert "22 h" not in content
        assert "3 h 20" not in content
        assert "few people gave these hours" not in content.replace("So few people gave these hours", "")


def test_the_json_of_a_release_has_the_digest_that_the_page_tells(funder, released):
    content = funder.get(f"{HERE}/{released.id}.json").response.get_data()

    assert hashlib.sha256(content).hexdigest() in funder.get(f"{HERE}/{released.id}").words


def test_a_release_stays_as_it_was_when_hours_come_later(funder, session, released, a_busy_spring):
    before = funder.get(f"{HERE}/{released.id}").words
    give_in_a_ring(session, a_busy_spring, "5:00", on=date(2026, 6, 11))

    assert funder.get(f"{HERE}/{released.id}").words == before


def test_a_release_that_was_changed_is_not_shown(funder, session, released):
    builders.unguarded(session, "release")
    session.execute(update(Release).values(document=released.document.replace('"hours":140', '"hours":190')))
    session.commit()

    for end in ("", ".csv", ".json"):
        page = funder.get(f"{HERE}/{released.id}{end}", status=409)
        assert "it was changed after it was released" in page.words


def test_a_release_where_members_are_few_has_no_figure_as_its_headline(funder, session, timebank, jess):
    give_in_a_ring(session, neighbours(session, timebank, 3))
    released = releases.release(session, timebank, SPRING, by=jess.person, at=AUTUMN)
    session.commit()

    assert funder.get(f"{HERE}/{released.id}").h1 == "|Members and professionals, side by side"
    assert "The months stand beside each other" in funder.get(f"{HERE}/{released.id}").words


def test_the_chart_speaks_of_the_months_that_are_shown(funder, session, timebank, jess):
    members = neighbours(session, timebank, 20)
    give_in_a_ring(session, members[:3], "9:00", on=date(2026, 4, 7))
    give_in_a_ring(session, members, "1:00", on=date(2026, 5, 7))
    give_in_a_ring(session, members, "2:00", on=date(2026, 6, 7))
    released = releases.release(session, timebank, SPRING, by=jess.person, at=AUTUMN)
    session.commit()

    page = funder.get(f"{HERE}/{released.id}")

    assert "Of the months shown, members gave most in June 2026: 40 hours." in page.words
    assert "April 2026 * withheld 0 – May 2026 * withheld 0 – June 2026 40 h" in page.words


def test_the_chart_of_professionals_alone_names_no_month_of_members(coordinator, session, timebank):
    nurse = builders.a_professional(session, timebank, "Nora Nurse", builders.an_organisation(session, timebank))
    gives(session, nurse, hours="3:00", capacity=Capacity.PROFESSIONAL)
    session.commit()

    page = coordinator.get(f"{HERE}/draft?period=2026-Q2")

    assert page.h1 == "|No hours from members in this time"
    assert "Members gave no hours in these months." in page.words


def test_a_release_of_an_idle_quarter_says_so(funder, session, timebank, jess):
    released = releases.release(session, timebank, SPRING, by=jess.person, at=AUTUMN)
    session.commit()

    assert funder.get(f"{HERE}/{released.id}").h1 == "|Members gave no hours in this time"


def test_files_are_named_after_timebank_and_time(coordinator, released):
    def name(path):
        return coordinator.get(HERE + path).response.headers["Content-Disposition"]

    assert name(f"/{released.id}.csv") == 'attachment; filename="riverside-2026-Q2.csv"'
    assert name("/draft.json?first=2026-04&last=2026-05") == (
        'attachment; filename="riverside-2026-04-to-2026-05-exact.json"'
    )
