from datetime import date, timedelta

import pytest

from timebank.contributions.models import Capacity, Stage
from timebank.imports.reading import Cells
from timebank.imports.rows import MOST_MINUTES, BadCell, Teller, fold, token, understand

TODAY = date(2026, 6, 10)
GOOD = {"provider": "Ana Alder", "receiver": "7", "minutes": "90", "served_on": "2026-06-10"}


def row(line=2, **cells):
    told = {**GOOD, **cells}
    return understand(Cells(line, tuple(told), tuple(told.values())), today=TODAY)


def refused(**cells) -> str:
    with pytest.raises(BadCell) as refusal:
        row(**cells)
    return str(refusal.value)


def test_the_four_needed_cells_are_enough():
    told = row()

    assert (told.provider, told.receiver, told.minutes, told.served_on) == ("Ana Alder", "7", 90, TODAY)
    assert (told.capacity, told.stage, told.told_by) == (Capacity.MEMBER, Stage.DELIVER, Teller.PROVIDER)
    assert (told.category, told.project, told.note, told.reference) == ("", "", "", "")


def test_words_are_read_in_any_case():
    told = row(capacity="Professional", stage="DESIGN", told_by="Both")

    assert (told.capacity, told.stage, told.told_by) == (Capacity.PROFESSIONAL, Stage.DESIGN, Teller.BOTH)


@pytest.mark.parametrize(("cell", "minutes"), [("1", 1), ("0090", 90), (str(MOST_MINUTES), MOST_MINUTES)])
def test_minutes_are_whole_and_at_least_one(cell, minutes):
    assert row(minutes=cell).minutes == minutes


@pytest.mark.parametrize(
    "cell",
    ["", "0", "-5", "+5", "1.0", "1,5", "1e3", "1_000", "²", "９０", "٣", "NaN", "1:30", "90 min", "9" * 20, "44641"],
)
def test_any_other_minutes_are_refused_by_line_and_column(cell):
    assert refused(minutes=cell).startswith("line 2, column minutes: write whole minutes from 1 to 44640")


@pytest.mark.parametrize("cell", ["1980-01-01", "2026-06-10", "2024-02-29"])
def test_a_day_is_read_from_the_first_to_today(cell):
    assert row(served_on=cell).served_on.isoformat() == cell


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "10/06/2026",
        "2026-6-1",
        "20260610",
        "2026-W24-3",
        "2026-02-30",
        "2025-02-29",
        "2026-06-10T12:00",
        "２０２６-06-10",
        "0000-01-01",
        "46183",
    ],
)
def test_what_is_no_day_is_refused(cell):
    assert refused(served_on=cell).startswith("line 2, column served_on: write a date like 2026-03-31")


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(1979, 12, 31), date(9999, 12, 31), date(1, 1, 1)])
def test_a_day_to_come_or_long_ago_is_refused(day):
    assert refused(served_on=day.isoformat()) == (
        f"line 2, column served_on: the date must be from 1980-01-01 to today, 2026-06-10, not {day}"
    )


@pytest.mark.parametrize("cell", ["", "0", "000", "²", "-7", "7.0", "٣", "…", "1234567890", "=1+1"])
def test_someone_is_a_name_or_a_number(cell):
    assert refused(provider=cell) == (f"line 2, column provider: write a name or a membership number, not “{cell}”")


@pytest.mark.parametrize(
    ("column", "cell"), [("capacity", "admin"), ("stage", "delivery"), ("told_by", "ana"), ("stage", "deliver,")]
)
def test_a_word_that_is_not_known_is_refused_with_those_that_are(column, cell):
    assert refused(**{column: cell}).startswith(f"line 2, column {column}: write one of ")


@pytest.mark.parametrize(
    ("column", "longest"),
    [("provider", 120), ("receiver", 120), ("category", 80), ("project", 120), ("note", 500), ("reference", 80)],
)
def test_a_cell_has_room_for_so_much_and_not_a_letter_more(column, longest):
    assert len(getattr(row(**{column: "x" * longest}), column)) == longest
    assert refused(**{column: "x" * (longest + 1)}) == (
        f"line 2, column {column}: at most {longest} letters, and here are {longest + 1}"
    )


def test_a_note_may_have_lines_and_nothing_else_that_a_screen_obeys():
    assert row(note="one\r\ntwo\tthree").note == "one\r\ntwo\tthree"
    assert refused(note="\x1b[2J") == "line 2, column note: there is a sign that cannot be printed"
    assert refused(provider="Ana\nAlder") == "line 2, column provider: there is a sign that cannot be printed"


def test_text_that_a_spreadsheet_would_run_is_kept_as_it_is():
    assert row(note="=SUM(A1:A9)").note == "=SUM(A1:A9)"


def test_too_few_or_too_many_cells_are_named_by_the_column_where_it_shows():
    with pytest.raises(BadCell, match="line 5, column minutes: the row has 2 cells, and the header has 4"):
        understand(Cells(5, tuple(GOOD), ("Ana", "Ben")), today=TODAY)
    with pytest.raises(BadCell, match="line 5, column served_on: the row has 5 cells, and the header has 4"):
        understand(Cells(5, tuple(GOOD), (*GOOD.values(), "x")), today=TODAY)


def test_a_header_in_the_middle_is_named():
    with pytest.raises(BadCell, match="line 9, column provider: the header stands here a second time"):
        understand(Cells(9, tuple(GOOD), tuple(column.upper() for column in GOOD)), today=TODAY)


def test_a_number_with_more_digits_than_python_reads_is_refused_in_a_sentence():
    assert refused(minutes="9" * 5000) == "line 2, column minutes: at most 20 letters, and here are 5000"


def test_a_name_is_the_same_however_its_accents_case_and_spaces_are_written():
    assert fold("ZOE\u0308  Alder ") == fold("zo\u00eb alder")
    assert fold("Zoe Alder") != fold("Zoë Alder")
    assert fold("Straße") == fold("STRASSE")


def test_a_number_is_the_same_with_zeros_before_it():
    assert token("007") == token("7") == "7"


def test_rows_that_say_the_same_have_one_digest_and_others_another():
    same = row(provider="ana  ALDER", receiver="007", line=9, reference="x", capacity="member")
    others = [
        row(provider="Ben"),
        row(receiver="8"),
        row(minutes="91"),
        row(served_on="2026-06-09"),
        row(category="Gardening"),
        row(project="Gardening"),
        row(note="Gardening"),
        row(capacity="volunteer"),
        row(stage="design"),
        row(told_by="both"),
    ]

    assert same.digest() == row().digest()
    assert len({told.digest() for told in [row(), *others]}) == 11
