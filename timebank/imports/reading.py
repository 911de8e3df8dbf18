"""How a file becomes rows: line by line, in bounded memory, each with the line it begins on; no cell is understood."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from timebank.refusals import Unacceptable

LONGEST_ROW = 2**20
"""How many letters one row may have; past it the file is no table, or a quote in it was never closed."""


class Unreadable(Unacceptable):
    """The file is not a table that can be read."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns a file must have, and which it may have."""

    needed: tuple[str, ...]
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """One row as it stands in the file: the line it begins on, the header's columns, and the row's own cells."""

    line: int
    columns: tuple[str, ...]
    values: tuple[str, ...]


def rows_of(path: Path, columns: Columns) -> Iterator[Cells]:
    """The rows of the file in their order, after its header; empty ones are passed over.

    The file is UTF-8, with commas or semicolons; a quoted cell may run over several lines.

    Raises:
        Unreadable: it cannot be opened, is no such table, or has no row.
    """
    try:
        with path.open("rb") as file:
            yield from _rows(path.name, file, columns)
    except OSError as error:
        why = error.strerror or "unknown"
        raise Unreadable("%(file)s cannot be read: %(why)s.", file=path.name, why=why) from error


def shown(text: str) -> str:
    """A cell as a sentence quotes it: on one line, without what cannot be printed, and not for ever."""
    tidy = "".join(sign if sign.isprintable() else " " for sign in text)
    return tidy if len(tidy) <= 40 else tidy[:39] + "…"


class _Lines:
    """The file's lines as text, with a budget of letters for each row."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self.name = name
        self.number = 0
        self._file = file
        self._left = LONGEST_ROW

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._file.readline(self._left + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        self._left -= len(raw)
        if self._left < 0:
            raise self.refusal("the row that ends here is too long, or a quote was never closed")
        if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise self.refusal("there is a zero byte, so this is not a text file")
        try:
            text = raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise self.refusal("the text is not UTF-8; save the file as CSV UTF-8") from error
        return text

    def next_row(self) -> None:
        """The row that was read is done; the next one has the whole budget."""
        self._left = LONGEST_ROW

    def refusal(self, what: str) -> Unreadable:
        return Unreadable("%(file)s, line %(line)d: %(what)s.", file=self.name, line=self.number, what=what)


def _rows(name: str, file: BinaryIO, columns: Columns) -> Iterator[Cells]:
    lines = _Lines(name, file)
    header, delimiter = _header(lines, columns)
    empty = True
    for line, cells in _records(lines, delimiter):
        empty = False
        yield Cells(line, header, tuple(cells))
    if empty:
        raise Unreadable("%(file)s has a header and nothing below it.", file=name)


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line that it begins on."""
    table = csv.reader(lines, delimiter=delimiter, strict=True)
    begins = lines.number + 1
    try:
        for cells in table:
            tidy = [cell.strip() for cell in cells]
            if any(tidy):
                yield begins, tidy
            begins = lines.number + 1
            lines.next_row()
    except csv.Error as error:
        # The reader's own words speak of its settings; what people get wrong is the quotes.
        raise Unreadable(
            '%(file)s, line %(line)d: the row cannot be read; look for a single " or a stray line end in it.',
            file=lines.name,
            line=begins,
        ) from error


def _header(lines: _Lines, columns: Columns) -> tuple[tuple[str, ...], str]:
    """The columns in the file's order, and what separates them."""
    first = next(lines, None)
    if first is None or not first.strip():
        raise Unreadable("%(file)s does not begin with a header.", file=lines.name)
    lines.next_row()
    delimiter = ";" if first.count(";") > first.count(",") else ","
    header = tuple(cell.strip().strip('"').strip().casefold() for cell in first.split(delimiter))
    _check_header(lines.name, header, columns)
    return header, delimiter


def _check_header(name: str, header: tuple[str, ...], columns: Columns) -> None:
    """Each column is known and stands once, and none is missing."""
    asked = ", ".join(columns.needed)
    for column in header:
        if column not in columns.needed + columns.allowed:
            raise Unreadable(
                "%(file)s, line 1: the column “%(column)s” is unknown; needed are %(asked)s, allowed are %(allowed)s.",
                file=name,
                column=shown(column),
                asked=asked,
                allowed=", ".join(columns.allowed),
            )
        if header.count(column) > 1:
            raise Unreadable("%(file)s, line 1: the column %(column)s stands twice.", file=name, column=column)
    for column in columns.needed:
        if column not in header:
            raise Unreadable(
                "%(file)s, line 1: the column %(column)s is missing; the header needs %(asked)s.",
                file=name,
                column=column,
                asked=asked,
            )
