"""Where the rows of a file wait while they are checked: a database of its own on disk, gone when the import is over."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import NamedTuple, Self

FIRST_FEW = 20
_TABLES = """
    CREATE TABLE said (digest BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE claimed (reference TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE waiting (
        line INTEGER PRIMARY KEY, reference TEXT, title TEXT, provider TEXT, receiver TEXT, minutes INTEGER,
        served_on TEXT, category_id INTEGER, project_id INTEGER, capacity TEXT, stage TEXT, note TEXT, told_by TEXT,
        is_here INTEGER
    );
"""


class Staged(NamedTuple):
    """A row that was understood: people by their tokens, kinds of help and projects by their ids."""

    line: int
    reference: str
    title: str
    provider: str
    receiver: str
    minutes: int
    served_on: str
    category_id: int | None
    project_id: int | None
    capacity: str
    stage: str
    note: str
    told_by: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Extreme:
    """The smallest or the largest: how many minutes, on which line."""

    minutes: int
    line: int


@dataclass(frozen=True, slots=True)
class Some:
    """How many rows there are of a sort, and the lines of the first few."""

    count: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the rows add up to; the extremes and the days are None where there is no row."""

    new: int
    new_minutes: int
    already_here: int
    minutes: int
    told_by_both: int
    smallest: Extreme | None
    largest: Extreme | None
    first_day: date | None
    last_day: date | None
    duplicates: Some
    outliers: Some


class Stage:
    """The rows that were understood, in a temporary file of SQLite's own, so that memory does not grow with them."""

    def __init__(self) -> None:
        # No name: SQLite keeps what does not fit its small cache in a file that nobody else sees, and removes it.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    def times_said(self, digest: bytes) -> int:
        """The how-manieth row this is that says the same."""
        said = "INSERT INTO said VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times"
        return int(self._db.execute(said, (digest,)).fetchone()[0])

    def claim(self, reference: str, line: int) -> int | None:
        """The reference is this line's, and None; or it is taken, and this is the line that has it."""
        taken = self._db.execute("SELECT line FROM claimed WHERE reference = ?", (reference,)).fetchone()
        if taken is not None:
            return int(taken[0])
        self._db.execute("INSERT INTO claimed VALUES (?, ?)", (reference, line))
        return None

    def keep(self, rows: Iterable[Staged]) -> None:
        """The rows wait here."""
        marks = ", ".join("?" * len(Staged._fields))
        self._db.executemany(f"INSERT INTO waiting VALUES ({marks})", rows)  # noqa: S608 - nothing but question marks

    def new_rows(self, size: int) -> Iterator[list[Staged]]:
        """The rows that are not in the timebank yet, in the file's order, so many at a time."""
        found = self._db.execute("SELECT * FROM waiting WHERE NOT is_here ORDER BY line")
        while batch := found.fetchmany(size):
            yield [Staged(*row) for row in batch]

    def figures(self, *, outlier_minutes: int) -> Figures:
        """What the rows add up to; an outlier is longer than so many minutes."""
        new, new_minutes, here, minutes, both, first, last = self._db.execute(
            "SELECT total(NOT is_here), total(minutes * NOT is_here), total(is_here), total(minutes),"
            " total(told_by = 'both'), min(served_on), max(served_on) FROM waiting"
        ).fetchone()
        return Figures(
            new=int(new),
            new_minutes=int(new_minutes),
            already_here=int(here),
            minutes=int(minutes),
            told_by_both=int(both),
            smallest=self._extreme("ASC"),
            largest=self._extreme("DESC"),
            first_day=date.fromisoformat(first) if first else None,
            last_day=date.fromisoformat(last) if last else None,
            duplicates=self._some(
                "SELECT line, row_number() OVER (PARTITION BY provider, receiver, served_on, minutes ORDER BY line)"
                " AS nth FROM waiting",
                "nth > ?",
                1,
            ),
            outliers=self._some("SELECT line, minutes FROM waiting", "minutes > ?", outlier_minutes),
        )

    def _extreme(self, order: str) -> Extreme | None:
        found = self._db.execute(f"SELECT minutes, line FROM waiting ORDER BY minutes {order}, line LIMIT 1").fetchone()  # noqa: S608
        return Extreme(*found) if found else None

    def _some(self, rows: str, where: str, value: int) -> Some:
        counted = self._db.execute(f"SELECT count(*) FROM ({rows}) WHERE {where}", (value,)).fetchone()  # noqa: S608
        listed = self._db.execute(
            f"SELECT line FROM ({rows}) WHERE {where} ORDER BY line LIMIT {FIRST_FEW}",  # noqa: S608
            (value,),
        )
        return Some(int(counted[0]), tuple(line for (line,) in listed))
