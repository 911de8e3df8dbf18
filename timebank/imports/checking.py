"""Whether a file of exchanges fits a timebank: each row is held against who and what is here; nothing is written."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.contributions.models import Capacity, Project
from timebank.imports.before import Before, told_before
from timebank.imports.people import Known, People, SeveralOfThatName
from timebank.imports.reading import Cells, rows_of, shown
from timebank.imports.rows import COLUMNS, BadCell, Row, Teller, fold, token, understand
from timebank.imports.staging import FIRST_FEW, Stage, Staged
from timebank.listings.models import Category
from timebank.members.models import Timebank

BATCH = 1000
_Thing = TypeVar("_Thing")


class Checking:
    """One file held against one timebank: what fits waits in the stage, and the first few bad cells are kept."""

    def __init__(
        self, session: Session, timebank: Timebank, stage: Stage, *, create_members: bool, today: date
    ) -> None:
        self.people = People(session, timebank)
        self.rows = 0
        self.problems: list[BadCell] = []
        self.problem_count = 0
        self._session = session
        self._timebank = timebank
        self._stage = stage
        self._create_members = create_members
        self._today = today
        self._categories = _by_name(session, timebank, Category)
        self._projects = _by_name(session, timebank, Project)

    def read(self, path: Path) -> Iterator[int]:
        """All rows are checked, and the good ones wait in the stage; yields how many were read so far, now and then.

        Raises:
            Unreadable: the file is no table; what its rows say is not a refusal here but a problem that is kept.
        """
        for batch in _batches(rows_of(path, COLUMNS), BATCH):
            problems: list[BadCell] = []
            rows = self._understood(batch, problems)
            before = told_before(self._session, self._timebank.id, [reference for _, reference in rows])
            self._stage.keep(self._fitting(rows, before, problems))
            self._keep(problems)
            self.rows += len(batch)
            yield self.rows

    def _understood(self, batch: list[Cells], problems: list[BadCell]) -> list[tuple[Row, str]]:
        """The rows whose cells can be, each with the reference that is its own in this file."""
        rows = []
        for cells in batch:
            try:
                row = understand(cells, today=self._today)
                rows.append((row, self._reference(row)))
            except BadCell as problem:
                problems.append(problem)
        return rows

    def _fitting(self, rows: list[tuple[Row, str]], before: dict[str, Before], problems: list[BadCell]) -> list[Staged]:
        """The rows that can be written here, or were before."""
        fitting = []
        for row, reference in rows:
            try:
                fitting.append(self._fit(row, reference, before.get(reference)))
            except BadCell as problem:
                problems.append(problem)
        return fitting

    def _keep(self, problems: list[BadCell]) -> None:
        """All are counted, and the first few of the file are kept in the order of its lines."""
        self.problem_count += len(problems)
        self.problems += sorted(problems, key=lambda problem: problem.line)[: FIRST_FEW - len(self.problems)]

    def _fit(self, row: Row, reference: str, before: Before | None) -> Staged:
        """The row as it can be written, or as it was before.

        A row without a reference of its own is known again by all that it says. So it is here already, even if someone
        in it has left since, and nothing more is asked of it.
        """
        if before is not None and not row.reference:
            return _staged(row, reference, None, None, is_here=True)
        category = _named(row, "category", row.category, self._categories)
        project = _named(row, "project", row.project, self._projects)
        provider, receiver = self._someone(row, "provider"), self._someone(row, "receiver")
        if before is not None:
            sides = [side.membership_id for side in (provider, receiver) if side is not None]
            if not before.says(row, sides, category, project):
                raise BadCell(row.line, "reference", "another exchange stands here under this reference")
        else:
            _check_sides(row, provider, receiver)
            self._check_side(row, "provider", provider)
            self._check_side(row, "receiver", receiver)
        return _staged(row, reference, category, project, is_here=before is not None)

    def _reference(self, row: Row) -> str:
        """The file's own reference, or one made of all that the row says and of how often it was said before."""
        digest = row.digest()
        reference = row.reference or f"import:{digest.hex()}:{self._stage.times_said(digest)}"
        taken = self._stage.claim(reference, row.line)
        if taken is not None:
            raise BadCell(row.line, "reference", "line %(taken)d has this reference already", taken=taken)
        return reference

    def _someone(self, row: Row, column: str) -> Known | None:
        try:
            return self.people.find(getattr(row, column))
        except SeveralOfThatName as several:
            raise BadCell(row.line, column, several.sentence, **several.values) from several

    def _check_side(self, row: Row, column: str, known: Known | None) -> None:
        """Someone who gives and receives hours here, or a newcomer where that was asked for."""
        if known is None:
            if not self._create_members:
                name = shown(getattr(row, column))
                raise BadCell(row.line, column, "nobody here has the name or number “%(name)s”", name=name)
        elif not known.is_active:
            sentence = "%(name)s does not give or receive hours here at the moment"
            raise BadCell(row.line, column, sentence, name=known.name)
        elif row.capacity == Capacity.MEMBER and not known.has_account:
            raise BadCell(row.line, column, "%(name)s has no account here for member hours", name=known.name)


def _check_sides(row: Row, provider: Known | None, receiver: Known | None) -> None:
    """They are two; and where both told it, one of them is a person, whose word the confirmation is."""
    if token(row.provider) == token(row.receiver) or (provider is not None and provider == receiver):
        raise BadCell(row.line, "receiver", "this is the provider too; an exchange has two sides")
    groups = [side for side in (provider, receiver) if side is not None and side.person_id is None]
    if row.told_by is Teller.BOTH and len(groups) == 2:
        raise BadCell(row.line, "told_by", "two organisations cannot confirm one another here; name one of the two")


def _named(row: Row, column: str, written: str, known: dict[str, int | None]) -> int | None:
    """The id of the kind of help or the project of that name; None where the cell is empty."""
    if not written:
        return None
    name = fold(written)
    if name not in known:
        raise BadCell(row.line, column, "there is no %(column)s “%(name)s” here", name=shown(written))
    if known[name] is None:
        raise BadCell(row.line, column, "there are two of the name “%(name)s” here", name=shown(written))
    return known[name]


def _by_name(session: Session, timebank: Timebank, kind: type[Category | Project]) -> dict[str, int | None]:
    """The ids by folded name; None for a name that stands for two."""
    by_name: dict[str, int | None] = {}
    for number, name in session.execute(select(kind.id, kind.name).where(kind.timebank_id == timebank.id)):
        by_name[fold(name)] = None if fold(name) in by_name else number
    return by_name


def _staged(row: Row, reference: str, category: int | None, project: int | None, *, is_here: bool) -> Staged:
    return Staged(
        line=row.line,
        reference=reference,
        title=" ".join((row.note or row.category or "An exchange from a file").split())[:120],
        provider=token(row.provider),
        receiver=token(row.receiver),
        minutes=row.minutes,
        served_on=row.served_on.isoformat(),
        category_id=category,
        project_id=project,
        capacity=row.capacity,
        stage=row.stage,
        note=row.note,
        told_by=row.told_by,
        is_here=is_here,
    )


def _batches(things: Iterator[_Thing], size: int) -> Iterator[list[_Thing]]:
    while batch := list(islice(things, size)):
        yield batch
