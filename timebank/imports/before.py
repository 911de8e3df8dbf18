"""What stands in a timebank already under the references of a file, and whether the file says the same; it reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.contributions.models import Capacity
from timebank.contributions.models import Stage as WorkStage
from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import Step
from timebank.imports.rows import Row, Teller


@dataclass(frozen=True, slots=True)
class Before:
    """An exchange that stands under a reference.

    The minutes are those that were told first: they may have been settled at others since, and the row is the same.
    """

    provider_id: int
    receiver_id: int
    served_on: date | None
    category_id: int | None
    project_id: int | None
    capacity: Capacity
    stage: WorkStage
    note: str
    minutes: int | None
    was_confirmed: bool

    def says(self, row: Row, sides: list[int], category_id: int | None, project_id: int | None) -> bool:
        """Whether it is what the row says, its people and names being these."""
        here = (self.minutes, self.served_on, self.category_id, self.project_id, self.capacity, self.stage, self.note)
        told = (row.minutes, row.served_on, category_id, project_id, row.capacity, row.stage, row.note)
        confirmed = self.was_confirmed or row.told_by is not Teller.BOTH
        return [self.provider_id, self.receiver_id] == sides and here == told and confirmed


def told_before(session: Session, timebank_id: int, references: Sequence[str]) -> dict[str, Before]:
    """What stands in this timebank under any of the references."""
    found = session.execute(
        select(
            Exchange.id,
            Exchange.reference,
            Exchange.provider_id,
            Exchange.receiver_id,
            Exchange.served_on,
            Exchange.category_id,
            Exchange.project_id,
            Exchange.capacity,
            Exchange.stage,
            Exchange.note,
        ).where(Exchange.timebank_id == timebank_id, Exchange.reference.in_(references))
    ).all()
    first_told, confirmed = _histories(session, [exchange.id for exchange in found])
    return {
        exchange.reference: Before(
            provider_id=exchange.provider_id,
            receiver_id=exchange.receiver_id,
            served_on=exchange.served_on,
            category_id=exchange.category_id,
            project_id=exchange.project_id,
            capacity=exchange.capacity,
            stage=exchange.stage,
            note=exchange.note,
            minutes=first_told.get(exchange.id),
            was_confirmed=exchange.id in confirmed,
        )
        for exchange in found
    }


def _histories(session: Session, exchange_ids: list[int]) -> tuple[dict[int, int | None], set[int]]:
    """The minutes that each exchange was first told with, and those that the other side has ever confirmed.

    One question for all: asked for each exchange apart, PostgreSQL looks for its first step through all that there are.
    """
    first_told: dict[int, int | None] = {}
    confirmed = set()
    steps = select(ExchangeStep.exchange_id, ExchangeStep.step, ExchangeStep.minutes_after)
    for exchange_id, step, minutes in session.execute(
        steps.where(ExchangeStep.exchange_id.in_(exchange_ids)).order_by(ExchangeStep.id)
    ):
        first_told.setdefault(exchange_id, minutes)
        if step == Step.CONFIRM:
            confirmed.add(exchange_id)
    return first_told, confirmed
