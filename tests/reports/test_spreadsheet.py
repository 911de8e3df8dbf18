"""Spreadsheets: the figures of the page, line by line, in which no text runs."""

import csv
import io

import pytest

from tests.reports.test_disclosure import Tally, a_report, members_only, people
from tests.reports.test_document import a_document
from timebank.reports import spreadsheet
from timebank.reports.figures import Report, Row


def lines(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def line(told, *where):
    return next(line for line in told if (line["table"], line["row"], line["capacity"]) == where)


def test_the_exact_report_is_told_to_the_minute():
    hour_and_a_half = Tally(frozenset({1}), 90, 2)
    long = Tally(frozenset({1, 2}), 759 * 60 + 5, 3)

    told = lines(spreadsheet.of_report(a_report([(hour_and_a_half, Tally(), Tally()), (long, Tally(), Tally())])))

    assert line(told, "stage", "0", "member") == {
        "period": "2026-Q2", "table": "stage", "row": "0", "capacity": "member",
        "people": "1", "minutes": "90", "hours": "1:30", "contributions": "2", "share_percent": "100",
    }  # fmt: skip
    assert line(told, "total", "", "")["hours"] == "760:35"
    assert line(told, "capacity", "", "professional")["hours"] == "0:00"


def test_shares_are_of_the_row_and_of_the_whole():
    told = lines(spreadsheet.of_report(a_report([(people(3), people(1), Tally()), (Tally(), people(4), Tally())])))

    assert line(told, "stage", "0", "member")["share_percent"] == "75"
    assert line(told, "stage", "1", "member")["share_percent"] == "0"
    assert line(told, "capacity", "", "professional")["share_percent"] == "63"


def test_what_is_withheld_is_a_star():
    document = a_document(members_only(people(40), people(3, since=50), people(9, since=60)))

    told = lines(spreadsheet.of_document(document, notes=["* is withheld."]))

    assert line(told, "stage", "1", "member") == {
        "period": "2026-Q2", "table": "stage", "row": "1", "capacity": "member",
        "people": "*", "hours": "*", "contributions": "*", "share_percent": "*",
    }  # fmt: skip
    assert line(told, "stage", "0", "member")["hours"] == "40"
    assert told[-1]["table"] == "note"
    assert told[-1]["row"] == "* is withheld."


def test_a_share_that_is_not_told_is_empty():
    told = lines(spreadsheet.of_document(a_document(members_only(people(9))), notes=[]))

    assert line(told, "stage", "0", "member")["share_percent"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "  =", "\u3000＝", '"='])
def test_text_that_would_run_as_a_formula_is_text(start):
    text = start + 'HYPERLINK("x")'
    exact = members_only(people(9))
    named = Report(
        period=exact.period,
        total=exact.total,
        capacities=exact.capacities,
        stages=(),
        months=(),
        categories=(Row(text, exact.stages[0].cells),),
    )

    assert line(lines(spreadsheet.of_report(named)), "category", "'" + text, "member")["people"] == "9"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Soup;=1+1", "Soup;'=1+1"),
        ("Soup; －1", "Soup;' －1"),
        ('Soup;"=1"', 'Soup;\'"=1"'),
        ("Soup\t=1", "Soup\t'=1"),
        ("Soup\r\n=1", "Soup\r\n'=1"),
        ("\n=1", "\n'=1"),
    ],
)
def test_nor_does_text_where_another_spreadsheet_begins_a_cell(text, told):
    assert spreadsheet.without_formula(text) == told


def test_texts_stand_in_quotes_for_who_splits_at_semicolons():
    assert spreadsheet.written([["Soup; bread", 90, None]]) == b'\xef\xbb\xbf"Soup; bread",90,""\r\n'


@pytest.mark.parametrize("text", ["Café = tea", "Tea; cake", "One\r\n\r\nTwo", "a-b; c+d\te@f", ""])
def test_other_text_stays_as_it_is(text):
    assert spreadsheet.without_formula(text) == text
