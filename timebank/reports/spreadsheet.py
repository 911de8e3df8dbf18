"""Reports as spreadsheets: CSV of the same figures as the page, in which no text is run as a formula."""

import csv
import io
import re
from collections.abc import Iterable

from timebank.reports.disclosure import Protected, Withheld
from timebank.reports.document import Document
from timebank.reports.figures import Report, Tally, in_figures

WITHHELD = "*"
_RUNS_AS_FORMULA = re.compile(r"""^(?=[\t\r])|(?:^|(?<=[;\t\r\n]))(?=(?:[^\S\t\r\n]|")*[=+\-@＝＋－＠])""")
"""Where a cell may begin that is run: at the start, and where other lists than ours begin a cell or a line."""
_WHERE = ("period", "table", "row", "capacity")


def of_report(report: Report[Tally]) -> bytes:
    """The exact report, for coordinators: a line for each cell, with minutes and the same as hours and minutes."""
    header = [*_WHERE, "people", "minutes", "hours", "contributions", "share_percent"]
    lines = (
        [str(report.period), *place, cell.people, cell.minutes, _clock(cell.minutes), cell.entries, cell.share_percent]
        for place, cell in in_figures(report).walk()
    )
    return written([header, *lines])


def of_document(document: Document, *, notes: Iterable[str]) -> bytes:
    """The released report: a line for each cell, "*" where it is withheld, and below them the notes on how we count."""
    header = [*_WHERE, "people", "hours", "contributions", "share_percent"]
    period = str(document.report.period)
    lines = [[period, *place, *_shown(cell)] for place, cell in document.report.walk()]
    told = [[period, "note", note, *[""] * (len(header) - 3)] for note in notes]
    return written([header, *lines, *told])


def written(lines: Iterable[Iterable[object]]) -> bytes:
    """CSV in which no text is run, with a byte order mark, without which spreadsheets read accents wrongly.

    Texts stand in quotes, for spreadsheets that split a line at semicolons too.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    for line in lines:
        writer.writerow([without_formula(value) if isinstance(value, str) else value for value in line])
    return text.getvalue().encode("utf-8-sig")


def without_formula(text: str) -> str:
    """The text as a spreadsheet shows it and does not run it; apostrophes in front are how these know text."""
    return _RUNS_AS_FORMULA.sub("'", text)


def _shown(cell: Protected) -> list[str | int | None]:
    if isinstance(cell, Withheld):
        return [WITHHELD] * 4
    return [cell.people, cell.hours, cell.entries, cell.share_percent]


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
