"""A file of exchanges, tried dry or taken: all of it or nothing, in its asker's transaction; it never commits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.contributions.models import Capacity
from timebank.contributions.models import Stage as WorkStage
from timebank.exchanges.batch import Told, record_all
from timebank.imports.checking import BATCH, Checking
from timebank.imports.people import People
from timebank.imports.rows import BadCell, Teller
from timebank.imports.staging import FIRST_FEW, Figures, Stage, Staged
from timebank.members.models import Membership, Person, Timebank
from timebank.policy import Permission
from timebank.refusals import NotAllowed, NotFound, Unacceptable

Progress = Callable[[str, int], None]
"""Is told what was done, checked or stored, and with how many rows so far."""


def _in_silence(_what: str, _rows: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A file that someone brings: where it is, and whether people whom nobody knows become members.

    `by` is who brings it, None where it is the command line.
    """

    path: Path
    create_members: bool = False
    by: Person | None = None


class BadFile(Unacceptable):
    """A row of the file cannot be taken, so none was; `report` has the first few of all."""

    def __init__(self, name: str, report: "Report") -> None:
        more = report.problem_count - 1
        super().__init__(
            "%(file)s, %(problem)s." + (" There are %(more)d more like it." if more else "") + " Nothing was stored.",
            file=name,
            problem=report.problems[0],
            more=more,
        )
        self.report = report


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file holds, held against the timebank.

    `unknown` are the people that nobody here is, the first few by the name or number they are written with; where
    members may be created they are newcomers, and else each row with one of them is a problem.
    """

    rows: int
    figures: Figures
    unknown: tuple[str, ...]
    unknown_count: int
    problems: tuple[BadCell, ...]
    problem_count: int


def bringer(session: Session, timebank: Timebank, number: int) -> Person:
    """The person with this number, who may write exchanges down for others.

    Raises:
        NotFound, NotAllowed: there is nobody with this number, or it is someone who may not.
    """
    found = session.scalar(select(Membership).where(Membership.timebank_id == timebank.id, Membership.number == number))
    if found is None or found.person is None:
        raise NotFound("Nobody has the number %(number)d here.", number=number)
    if not found.may(Permission.LOG_FOR_OTHERS):
        raise NotAllowed("%(name)s may not log exchanges for others.", name=found.name)
    return found.person


def dry_run(
    session: Session, timebank: Timebank, brought: Brought, *, at: datetime, progress: Progress = _in_silence
) -> Report:
    """What the file holds and whether it could be taken; nothing was written.

    Raises:
        Unreadable: the file is no table. What its rows say is no refusal here; it stands in the report.
    """
    with Stage() as stage:
        checking = Checking(session, timebank, stage, create_members=brought.create_members, today=timebank.day_of(at))
        return _check(checking, stage, timebank, brought.path, progress)


def take(
    session: Session, timebank: Timebank, brought: Brought, *, at: datetime, progress: Progress = _in_silence
) -> Report:
    """Every row of the file is an exchange that waits for a coordinator, save those that stood here before.

    The same file a second time changes nothing.

    Raises:
        Unreadable: the file is no table.
        BadFile: a row cannot be taken; nothing was written.
    """
    # One file at a time: two with the same rows would each find that they are not here yet.
    session.execute(select(Timebank.id).where(Timebank.id == timebank.id).with_for_update(key_share=True))
    with Stage() as stage:
        checking = Checking(session, timebank, stage, create_members=brought.create_members, today=timebank.day_of(at))
        report = _check(checking, stage, timebank, brought.path, progress)
        if report.problems:
            raise BadFile(brought.path.name, report)
        checking.people.enrol_unknown(session, timebank, at=at)
        written = 0
        for rows in stage.new_rows(BATCH):
            told = [_told(row, checking.people, brought.path.name) for row in rows]
            record_all(session, timebank.id, told, by=brought.by, at=at)
            written += len(rows)
            progress("stored", written)
    return report


def _check(checking: Checking, stage: Stage, timebank: Timebank, path: Path, progress: Progress) -> Report:
    for rows in checking.read(path):
        progress("checked", rows)
    unknown = checking.people.unknown
    return Report(
        rows=checking.rows,
        figures=stage.figures(outlier_minutes=timebank.outlier_minutes),
        unknown=tuple(islice(unknown.values(), FIRST_FEW)),
        unknown_count=len(unknown),
        problems=tuple(checking.problems),
        problem_count=checking.problem_count,
    )


def _told(row: Staged, people: People, source: str) -> Told:
    """The exchange that the row tells.

    Where both told it, the file names nobody who confirmed. It is the person of the side that is not the teller; an
    organisation has none, so it is then taken for the teller.
    """
    provider, receiver = people.known(row.provider), people.known(row.receiver)
    both = row.told_by == Teller.BOTH
    by_receiver = receiver.person_id is None if both else row.told_by == Teller.RECEIVER
    teller, other = (receiver, provider) if by_receiver else (provider, receiver)
    return Told(
        reference=row.reference,
        provider_id=provider.membership_id,
        receiver_id=receiver.membership_id,
        told_by_id=teller.membership_id,
        minutes=row.minutes,
        served_on=date.fromisoformat(row.served_on),
        title=row.title,
        note=row.note,
        category_id=row.category_id,
        project_id=row.project_id,
        capacity=Capacity(row.capacity),
        stage=WorkStage(row.stage),
        confirmed_by_id=other.person_id if both else None,
        source=f"{source[:400]}: {row.line}",
    )
