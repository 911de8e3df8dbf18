"""What every step shares: the exchange under lock, what someone is to it, and the line in its history."""

from datetime import datetime

from sqlalchemy.orm import Session

from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import Part, Step
from timebank.members.models import Membership
from timebank.policy import Permission
from timebank.refusals import NotFound


def parts_of(exchange: Exchange, membership: Membership) -> frozenset[Part]:
    """What this member is to the exchange. A coordinator who is a party is only that."""
    if membership.id == exchange.asked_id:
        return frozenset({Part.ASKED})
    if membership.id == exchange.told_by_id:
        return frozenset({Part.TELLER})
    return coordinating(membership)


def coordinating(membership: Membership) -> frozenset[Part]:
    """A coordinator's part in exchanges of others; nothing for anyone else."""
    return frozenset({Part.COORDINATOR}) if membership.may(Permission.DECIDE_EXCHANGES) else frozenset()


def load(session: Session, exchange_id: int, timebank_id: int) -> Exchange:
    """The exchange as it stands now, locked, if it is of this timebank."""
    exchange = session.get(Exchange, exchange_id, with_for_update=True, populate_existing=True)
    if exchange is None or exchange.timebank_id != timebank_id:
        raise NotFound("There is no such exchange here.")
    return exchange


def note_down(
    session: Session,
    exchange: Exchange,
    step: Step,
    *,
    by: Membership,
    for_: Membership,
    at: datetime,
    note: str = "",
    before: int | None = None,
) -> None:
    """The step stands in the exchange's history: who took it, for whom, when, and the minutes around it."""
    session.add(
        ExchangeStep(
            exchange_id=exchange.id,
            step=step,
            by_id=by.person_id,
            for_id=None if for_.id == by.id else for_.id,
            at=at,
            note=note.strip(),
            minutes_before=before,
            minutes_after=exchange.minutes or exchange.proposed_minutes,
        )
    )
    session.flush()
