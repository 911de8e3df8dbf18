import csv
import io
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.imports.files import a_file, some_bytes
from timebank.imports.reading import LONGEST_ROW, Columns, Unreadable, rows_of, shown

COLUMNS = Columns(needed=("who", "what"), allowed=("note",))


def read(path):
    return [(row.line, row.values) for row in rows_of(path, COLUMNS)]


def refused(path) -> str:
    with pytest.raises(Unreadable) as refusal:
        read(path)
    return str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        b"who,what\nAna,1\nBen,2\n",
        b"\xef\xbb\xbfwho,what\r\nAna,1\r\nBen,2",
        b"who;what\nAna;1\nBen;2\n",
        b'"WHO" , "What"\n "Ana",1\nBen, 2 \n'.replace(b' "Ana"', b'"Ana"'),
    ],
)
def test_commas_semicolons_line_ends_and_a_byte_order_mark_all_read_alike(tmp_path, content):
    assert read(some_bytes(tmp_path, content)) == [(2, ("Ana", "1")), (3, ("Ben", "2"))]


def test_a_semicolon_file_may_hold_commas_and_the_other_way_round(tmp_path):
    assert read(some_bytes(tmp_path, b"who;what\nAlder, Ana;1\n")) == [(2, ("Alder, Ana", "1"))]
    assert read(some_bytes(tmp_path, b"who,what\nAlder; Ana,1\n")) == [(2, ("Alder; Ana", "1"))]


def test_a_quoted_cell_runs_over_lines_and_a_row_is_known_by_its_first(tmp_path):
    path = a_file(tmp_path, 'Ana,1,"one\ntwo"', "", ",,", "Ben,2,", header="who,what,note")

    assert read(path) == [(2, ("Ana", "1", "one\ntwo")), (6, ("Ben", "2", ""))]


def test_a_row_with_another_number_of_cells_is_handed_on_as_it_is(tmp_path):
    assert read(a_file(tmp_path, "Ana", "Ben,2,3", header="who,what")) == [(2, ("Ana",)), (3, ("Ben", "2", "3"))]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "exchanges.csv does not begin with a header."),
        (b"\n\nwho,what\nAna,1\n", "exchanges.csv does not begin with a header."),
        (b"who,what\n", "exchanges.csv has a header and nothing below it."),
        (b"who,what\n,\n\n", "exchanges.csv has a header and nothing below it."),
        (b"who\nAna\n", "exchanges.csv, line 1: the column what is missing; the header needs who, what."),
        (b"who,what,who\n1,2,3\n", "exchanges.csv, line 1: the column who stands twice."),
        (
            b"who,what,hours\n1,2,3\n",
            "exchanges.csv, line 1: the column “hours” is unknown; needed are who, what, allowed are note.",
        ),
        (
            b"who\twhat\n1\t2\n",
            "exchanges.csv, line 1: the column “who what” is unknown; needed are who, what, allowed are note.",
        ),
        (
            b"who,what\nAna,1\nBen,\xe9\n",
            "exchanges.csv, line 3: the text is not UTF-8; save the file as CSV UTF-8.",
        ),
        (
            "who,what\nAna,1\n".encode("utf-16"),
            "exchanges.csv, line 1: the text is not UTF-8; save the file as CSV UTF-8.",
        ),
        (
            b"who,what\nAna,1\nBen,\0\n",
            "exchanges.csv, line 3: there is a zero byte, so this is not a text file.",
        ),
        (
            b'who,what\nAna,1\nBen,"2\nCai,3\n',
            'exchanges.csv, line 3: the row cannot be read; look for a single " or a stray line end in it.',
        ),
        (
            b'who,what\nAna,"1"2\n',
            'exchanges.csv, line 2: the row cannot be read; look for a single " or a stray line end in it.',
        ),
        (
            b"who,what\nAna,1\rBen,2\n",
            'exchanges.csv, line 2: the row cannot be read; look for a single " or a stray line end in it.',
        ),
    ],
)
def test_what_is_no_table_is_said_in_one_sentence(tmp_path, content, sentence):
    assert refused(some_bytes(tmp_path, content)) == sentence


def test_a_missing_file_and_a_folder_are_said_in_one_sentence(tmp_path):
    assert refused(tmp_path / "gone.csv") == "gone.csv cannot be read: No such file or directory."
    assert refused(tmp_path) == f"{tmp_path.name} cannot be read: Is a directory."


def test_a_quote_that_is_never_closed_does_not_take_the_whole_file_into_memory(tmp_path):
    path = tmp_path / "exchanges.csv"
    with path.open("w") as file:
        file.write('who,what\nAna,"1\n')
        for number in range(400_000):
            file.write(f"Somebody {number} with a long name,{number}\n")
    tracemalloc.start()
    refused(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert path.stat().st_size > 12 * LONGEST_ROW
    assert most < 4 * LONGEST_ROW


def test_a_row_may_not_be_endless_even_with_its_quotes_closed(tmp_path):
    path = some_bytes(tmp_path, b"who,what\n" + b'"a\n",' * (LONGEST_ROW // 4))

    assert "too long, or a quote was never closed" in refused(path)


def test_a_long_file_of_short_rows_is_no_long_row(tmp_path):
    path = some_bytes(tmp_path, b"who,what\n" + b"Ana Alder,12345678\n" * (LONGEST_ROW // 10))

    assert len(read(path)) == LONGEST_ROW // 10


def test_what_is_quoted_in_a_sentence_is_short_and_printable():
    assert shown("a\x1b[31mb\nc") == "a [31mb c"
    assert shown("x" * 41) == "x" * 39 + "…"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=9), st.text(max_size=9)).map(
            lambda row: tuple("x" + cell.replace("\0", "") + "y" for cell in row)
        ),
        min_size=1,
        max_size=9,
    )
)
def test_whatever_python_writes_as_csv_is_read_back(tmp_path, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("who", "what"), *rows])
    try:
        path = some_bytes(tmp_path, text.getvalue().encode())
    except UnicodeEncodeError:
        return

    assert [values for _, values in read(path)] == rows
