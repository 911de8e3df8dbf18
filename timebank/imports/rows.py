"""What a row of an exchange file says: its cells understood one by one, without looking at any timebank."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar

from timebank.contributions.models import Capacity, Stage
from timebank.imports.reading import Cells, Columns, shown
from timebank.refusals import Unacceptable

COLUMNS = Columns(
    needed=("provider", "receiver", "minutes", "served_on"),
    allowed=("category", "capacity", "stage", "project", "note", "reference", "told_by"),
)
MOST_MINUTES = 31 * 24 * 60
EARLIEST = date(1980, 1, 1)
_Word = TypeVar("_Word", bound=StrEnum)
_LONGEST = {"provider": 120, "receiver": 120, "category": 80, "project": 120, "note": 500, "reference": 80}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CONTROLS_AND_LINES = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Teller(StrEnum):
    """Which of the two told an exchange; both is a confirmation."""

    PROVIDER = "provider"
    RECEIVER = "receiver"
    BOTH = "both"


class BadCell(Unacceptable):
    """A cell that cannot be: its line, its column, and why."""

    def __init__(self, line: int, column: str, sentence: str, **values: object) -> None:
        super().__init__("line %(line)d, column %(column)s: " + sentence, line=line, column=column, **values)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One exchange as the file tells it; people, kinds of help and projects by the names they are written with."""

    line: int
    provider: str
    receiver: str
    minutes: int
    served_on: date
    category: str
    capacity: Capacity
    stage: Stage
    project: str
    note: str
    reference: str
    told_by: Teller

    def digest(self) -> bytes:
        """The same for rows that say the same, and only for them; their line and reference do not count."""
        said = (
            token(self.provider),
            token(self.receiver),
            self.minutes,
            self.served_on.isoformat(),
            fold(self.category),
            self.capacity,
            self.stage,
            fold(self.project),
            self.note,
            self.told_by,
        )
        return blake2b(json.dumps(said).encode(), digest_size=20).digest()


def understand(cells: Cells, *, today: date) -> Row:
    """What the row says.

    Raises:
        BadCell: the first of its cells that cannot be.
    """
    found = _by_column(cells)
    for column, cell in found.items():
        _check_text(cells.line, column, cell)
    return Row(
        line=cells.line,
        provider=_someone(cells.line, "provider", found["provider"]),
        receiver=_someone(cells.line, "receiver", found["receiver"]),
        minutes=_minutes(cells.line, found["minutes"]),
        served_on=_day(cells.line, found["served_on"], today),
        category=found.get("category", ""),
        capacity=_word(cells.line, "capacity", found.get("capacity", ""), Capacity.MEMBER),
        stage=_word(cells.line, "stage", found.get("stage", ""), Stage.DELIVER),
        project=found.get("project", ""),
        note=found.get("note", ""),
        reference=found.get("reference", ""),
        told_by=_word(cells.line, "told_by", found.get("told_by", ""), Teller.PROVIDER),
    )


@lru_cache(maxsize=10_000)
def fold(name: str) -> str:
    """The name with its case and spaces made alike; accents count, however they are put together."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).split())


@lru_cache(maxsize=10_000)
def token(someone: str) -> str:
    """The key under which a file knows someone: a membership number without leading zeros, or a folded name."""
    return str(int(someone)) if _is_number(someone) else fold(someone)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", text) is not None


def _by_column(cells: Cells) -> dict[str, str]:
    columns, values = cells.columns, cells.values
    if len(values) != len(columns):
        column = columns[len(values)] if len(values) < len(columns) else columns[-1]
        raise BadCell(
            cells.line,
            column,
            "the row has %(cells)d cells, and the header has %(columns)d",
            cells=len(values),
            columns=len(columns),
        )
    if tuple(cell.casefold() for cell in values) == columns:
        raise BadCell(cells.line, columns[0], "the header stands here a second time")
    return dict(zip(columns, values, strict=True))


def _check_text(line: int, column: str, cell: str) -> None:
    """The cell is not too long, and holds nothing that a screen would obey instead of show."""
    if (_CONTROLS if column == "note" else _CONTROLS_AND_LINES).search(cell):
        raise BadCell(line, column, "there is a sign that cannot be printed")
    longest = _LONGEST.get(column, 20)
    if len(cell) > longest:
        raise BadCell(
            line, column, "at most %(longest)d letters, and here are %(count)d", longest=longest, count=len(cell)
        )


def _someone(line: int, column: str, cell: str) -> str:
    tidy = unicodedata.normalize("NFC", " ".join(cell.split()))
    if (not _is_number(tidy) and not any(sign.isalpha() for sign in tidy)) or token(tidy) == "0":
        raise BadCell(line, column, "write a name or a membership number, not “%(cell)s”", cell=shown(cell))
    return tidy


def _minutes(line: int, cell: str) -> int:
    # isdigit() is true of "²", and int() reads "1_000" and the digits of every script: ask for the ten plain ones.
    minutes = int(cell) if re.fullmatch(r"[0-9]{1,9}", cell) else 0
    if not 0 < minutes <= MOST_MINUTES:
        raise BadCell(
            line,
            "minutes",
            "write whole minutes from 1 to %(most)d in digits, not “%(cell)s”",
            most=MOST_MINUTES,
            cell=shown(cell),
        )
    return minutes


def _day(line: int, cell: str, today: date) -> date:
    try:
        # fromisoformat() would also read weeks and dates without hyphens.
        day = date.fromisoformat(cell) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell) else None
    except ValueError:
        day = None
    if day is None:
        raise BadCell(line, "served_on", "write a date like 2026-03-31, not “%(cell)s”", cell=shown(cell))
    if not EARLIEST <= day <= today:
        raise BadCell(
            line,
            "served_on",
            "the date must be from %(first)s to today, %(today)s, not %(day)s",
            first=EARLIEST,
            today=today,
            day=day,
        )
    return day


def _word(line: int, column: str, cell: str, usual: _Word) -> _Word:
    """The word of the enumeration that the cell holds; the usual one where it is empty."""
    known = type(usual)
    if not cell:
        return usual
    try:
        return known(cell.casefold())
    except ValueError:
        words = ", ".join(member.value for member in known)
        raise BadCell(line, column, "write one of %(words)s, not “%(cell)s”", words=words, cell=shown(cell)) from None
