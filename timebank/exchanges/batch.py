"""Many exchanges written down at once, as a file tells them; nothing here ever commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from timebank.contributions.models import Capacity, Stage
from timebank.exchanges import workflow
from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import Part, Step
from timebank.members.models import Person

_IN_BULK = {
    # Rows that are None in other columns than their neighbours would each be a statement.
    "render_nulls": True,
    # psycopg remembers the text of its last hundred statements, and a thousand rows make half a megabyte of it.
    "insertmanyvalues_page_size": 100,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One exchange that a file tells, with its people, kind of help and project found; its sides were checked before.

    `confirmed_by_id` is the person of the other side where both told it. `source` says where it came from, for the
    history.
    """

    reference: str
    provider_id: int
    receiver_id: int
    told_by_id: int
    minutes: int
    served_on: date
    title: str
    note: str = ""
    category_id: int | None = None
    project_id: int | None = None
    capacity: Capacity = Capacity.MEMBER
    stage: Stage = Stage.DELIVER
    confirmed_by_id: int | None = None
    source: str = ""

    @property
    def asked_id(self) -> int:
        """The membership of the side that did not tell it first."""
        return self.receiver_id if self.told_by_id == self.provider_id else self.provider_id


def record_all(session: Session, timebank_id: int, told: Sequence[Told], *, by: Person | None, at: datetime) -> None:
    """All are written down with their history and wait for a coordinator; those that both told are confirmed.

    `by` is who brings the file, None where it is the command line.
    """
    by_id = by.id if by else None
    written = session.execute(
        insert(Exchange).returning(Exchange.reference, Exchange.id),
        [_exchange(timebank_id, one, by_id, at) for one in told],
        execution_options=_IN_BULK,
    )
    ids = dict(written.all())
    session.execute(
        insert(ExchangeStep),
        [step for one in told for step in _history(ids[one.reference], one, by_id, at)],
        execution_options=_IN_BULK,
    )


def _exchange(timebank_id: int, told: Told, by_id: int | None, at: datetime) -> dict[str, object]:
    state = workflow.after(None, Step.RECORD, frozenset({Part.COORDINATOR}))
    if told.confirmed_by_id is not None:
        state = workflow.after(state, Step.CONFIRM, frozenset({Part.ASKED}))
    return {
        "timebank_id": timebank_id,
        "reference": told.reference,
        "provider_id": told.provider_id,
        "receiver_id": told.receiver_id,
        "told_by_id": told.told_by_id,
        "project_id": told.project_id,
        "category_id": told.category_id,
        "title": told.title,
        "note": told.note,
        "capacity": told.capacity,
        "stage": told.stage,
        "state": state,
        "minutes": told.minutes,
        "served_on": told.served_on,
        "created_at": at,
        "moved_at": at,
        "recorded_by_id": by_id,
        "confirmed_by_id": told.confirmed_by_id,
    }


def _history(exchange_id: int, told: Told, by_id: int | None, at: datetime) -> list[dict[str, object]]:
    """The steps that the file stands for: one told it, and perhaps the other one too."""
    shared = {"exchange_id": exchange_id, "at": at, "note": told.source, "minutes_after": told.minutes}
    steps = [{**shared, "step": Step.RECORD, "by_id": by_id, "for_id": told.told_by_id, "minutes_before": None}]
    if told.confirmed_by_id is not None:
        confirmed = {"step": Step.CONFIRM, "by_id": by_id, "for_id": told.asked_id, "minutes_before": told.minutes}
        steps.append({**shared, **confirmed})
    return steps
