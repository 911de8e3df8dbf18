"""What every step shares: the exchange under lock, what someone is to it, and the line in its history."""

from datetime import datetime

from sqlalchemy.orm import Session

from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import Part, Step
from timebank.members.models import Membership
from timebank.members.rules import is_party
from timebank.policy import Permission
from timebank.refusals import NotFound


def parts_of(exchange: Exchange, membership: Membership) -> frozenset[Part]:
    """What this member is to the exchange. A coordinator who is a party, or works for one, is no coordinator here."""
    if membership.id == exchange.asked_id:
        return frozenset({Part.ASKED})
    if membership.id == exchange.told_by_id:
        return frozenset({Part.TELLER})
    if is_party(membership, exchange.provider) or is_party(membership, exchange.receiver):
        return frozenset()
    return coordinating(membership)


def coordinating(membership: Membership) -> frozenset[Part]:
    """A coordinator's part in exchanges of others; nothing for anyone else."""
    return frozenset({Part.COORDINATOR}) if membership.may(Permission.DECIDE_EXCHANGES) else frozenset()


def speaking(by: Membership, for_: Membership, sides: tuple[int, int]) -> frozenset[Part]:
    """As what someone writes an exchange down: for themselves, or as a coordinator for two others.

    One of the two never speaks for the other, also where they are a coordinator, or one alone could confirm as both.
    """
    if by.id == for_.id:
        return frozenset({Part.TELLER})
    return frozenset() if by.id in sides else coordinating(by)


def as_told(exchange: Exchange) -> str:
    """What the one who is asked is shown: who gave, how long and on which day; it changes whenever one of them does."""
    return f"{exchange.provider_id} {exchange.minutes} {exchange.served_on}"


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
