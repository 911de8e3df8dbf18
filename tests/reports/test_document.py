"""The document of a release: written the same each time, read back whole, with no figure that was withheld."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given

from tests.reports.test_disclosure import REPORTS, THRESHOLDS, members_only, people
from timebank.reports.disclosure import Rule, Shown, Withheld, protect
from timebank.reports.document import Document, exact_as_json, rules
from timebank.reports.figures import Report, Row, Tally

MORNING = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


def a_document(exact, threshold=8):
    return Document(
        timebank="Åse’s Timebank",
        released_at=MORNING,
        still_running=False,
        threshold=threshold,
        report=protect(exact, threshold=threshold),
    )


def without_rules(report):
    """The report as a reader of the document knows it: what is withheld, and not why."""

    def cell(one):
        return Withheld() if isinstance(one, Withheld) else one

    def rows(many):
        return tuple(Row(row.label, {name: cell(one) for name, one in row.cells.items()}) for row in many)

    return Report(
        period=report.period,
        total=cell(report.total),
        capacities={name: cell(one) for name, one in report.capacities.items()},
        stages=rows(report.stages),
        months=rows(report.months),
        categories=rows(report.categories),
    )


@given(REPORTS, THRESHOLDS)
def test_what_is_written_is_read_back(exact, threshold):
    document = a_document(exact, threshold)

    read = Document.from_json(document.as_json())

    assert read.report == without_rules(document.report)
    assert (read.timebank, read.released_at, read.threshold) == ("Åse’s Timebank", MORNING, threshold)
    assert read.as_json() == document.as_json()


def test_a_withheld_cell_is_written_with_nothing_in_it():
    written = a_document(members_only(people(40), people(3, 1234, since=50), people(9, since=60))).as_json()

    cells = [row["cells"]["member"] for row in json.loads(written)["stages"]]
    assert cells[1:] == [{"withheld": True}, {"withheld": True}]
    assert "1234" not in written
    assert Rule.FEW_PEOPLE.value not in written


def test_whole_numbers_only():
    written = a_document(members_only(people(40), people(41, since=50))).as_json()

    json.loads(written, parse_float=lambda number: (_ for _ in ()).throw(AssertionError(number)))


def test_it_knows_whether_anything_is_withheld():
    assert a_document(members_only(people(3))).withholds
    assert not a_document(members_only(people(8))).withholds


def test_the_rules_name_the_threshold():
    sentence, values = rules(12)[0]

    assert "1 to 11 people" in sentence % values
    assert "1 to 11 people" in json.loads(a_document(members_only(people(40)), threshold=12).as_json())["rules"][0]


def test_a_document_without_hours_is_all_noughts():
    assert a_document(members_only()).report.total == Shown(0, 0, 0)


def test_the_fingerprint_is_of_what_is_said_and_not_of_when():
    document = a_document(members_only(people(40)))
    later = replace(document, released_at=MORNING + timedelta(hours=1))

    assert later.fingerprint == document.fingerprint
    assert a_document(members_only(people(43))).fingerprint != document.fingerprint


def test_the_exact_report_is_told_to_the_minute_and_without_who():
    exact = members_only(Tally(frozenset({4711}), 95, 2))

    told = json.loads(exact_as_json(exact, timebank="Riverside"))

    assert told["total"] == {"people": 1, "minutes": 95, "contributions": 2, "share_percent": 100}
    assert told["period"] == "2026-Q2"
    assert "4711" not in json.dumps(told)
