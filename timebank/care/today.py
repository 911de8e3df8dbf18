"""What waits for a coordinator today: a few of each kind and how many there are, in one question; it never writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, literal, select, union_all
from sqlalchemy.orm import Session

from timebank.care import lately, waits
from timebank.care.outliers import Unusual
from timebank.care.waits import Asked, Group
from timebank.members import directory
from timebank.members.models import Membership

A_FEW = 5
"""How many of each kind the page of today shows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits. `id` is the application's, exchange's, concern's, listing's, or else the member's.

    `words` are a name, a title or a kind; `amount` minutes, or how many; `at` and `on` since when, or until when.
    """

    group: Group
    id: int
    one: Membership | None
    other: Membership | None
    words: str
    amount: int
    at: datetime | None
    on: date | None


@dataclass(slots=True)
class Few:
    """The first of a kind, and how many there are."""

    lines: list[Line] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """All that waits: the kinds of which there is something, and hours worth a look with the people they are about."""

    groups: dict[Group, Few]
    unusual: list[Unusual]
    people: dict[int, Membership]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self.groups and not self.unusual


def waiting(session: Session, asked: Asked) -> Day:
    """The whole page of today."""
    unusual = lately.unusual_hours(session, asked.timebank, today=asked.today)
    rows = _rows(session, asked, list(Group), limit=A_FEW, offset=0)
    ids = {number for row in rows for number in (row.one_id, row.other_id)}
    ids |= {number for one in unusual[:A_FEW] for number in (one.member_id, one.other_id)}
    people = _people(session, ids)
    groups: dict[Group, Few] = {}
    for row in rows:
        few = groups.setdefault(Group(row.kind), Few())
        few.lines.append(_line(row, people))
        few.count = row.total
    return Day(groups, unusual, people)


def all_of(session: Session, asked: Asked, group: Group, *, limit: int, offset: int) -> tuple[Sequence[Line], int]:
    """One page of one kind, and how many there are; beyond the last page there are none."""
    rows = _rows(session, asked, [group], limit=limit, offset=offset)
    people = _people(session, {number for row in rows for number in (row.one_id, row.other_id)})
    return [_line(row, people) for row in rows], rows[0].total if rows else 0


def unusual_of(session: Session, asked: Asked) -> tuple[list[Unusual], dict[int, Membership]]:
    """All hours worth a look, and the people they are about."""
    unusual = lately.unusual_hours(session, asked.timebank, today=asked.today)
    return unusual, _people(session, {number for one in unusual for number in (one.member_id, one.other_id)})


def _rows(session: Session, asked: Asked, groups: Collection[Group], *, limit: int, offset: int) -> Sequence[Row[Any]]:
    """The first rows of each kind, in their order, each with how many there are of its kind."""
    parts = []
    for place, group in enumerate(groups):
        query = waits.WHICH[group](asked)
        some = query.add_columns(func.count().over().label("total")).limit(limit).offset(offset).subquery()
        parts.append(select(literal(group.value).label("kind"), literal(place).label("place"), some))
    whole = union_all(*parts).subquery()
    return session.execute(select(whole).order_by(whole.c.place, whole.c.rank)).all()


def _line(row: Row[Any], people: dict[int, Membership]) -> Line:
    return Line(
        group=Group(row.kind),
        id=row.id,
        one=people.get(row.one_id),
        other=people.get(row.other_id),
        words=row.words or "",
        amount=row.amount or 0,
        at=row.at,
        on=row.on,
    )


def _people(session: Session, ids: Collection[int | None]) -> dict[int, Membership]:
    found = directory.members_with(session, {number for number in ids if number is not None})
    return {one.id: one for one in found}
