"""How an exchange comes into the book, by a coordinator or, where the policy asks none, once both have confirmed it."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timebank.contributions import record as contributions
from timebank.contributions.models import Capacity
from timebank.exchanges import workflow
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import NEWCOMERS_EXCHANGES, State
from timebank.hours import Hours
from timebank.members.choices import Approval
from timebank.members.models import Person, Timebank


def into_the_book(session: Session, exchange: Exchange, *, approved_by: Person | None, at: datetime) -> None:
    """Its hours count from now on. `approved_by` is None where both have confirmed it and the policy asks nobody else.

    Raises:
        OverCreditLimit, AccountClosed: the receiver cannot give so many hours; nothing is kept.
    """
    given = contributions.Given(
        reference=f"exchange:{exchange.id}",
        giver=exchange.provider,
        receiver=exchange.receiver,
        capacity=exchange.capacity,
        organisation_id=exchange.provider.works_for_id if exchange.capacity == Capacity.PROFESSIONAL else None,
        hours=Hours(exchange.minutes or 0),
        served_on=exchange.served_on or at.date(),
        category_id=exchange.category_id,
        stage=exchange.stage,
        project_id=exchange.project_id,
        note=exchange.title,
        entered_by_id=exchange.recorded_by_id,
        confirmed_by_id=exchange.confirmed_by_id,
    )
    exchange.contribution = contributions.record(session, given, approved_by=approved_by, at=at)


def waits_for_coordinator(session: Session, timebank: Timebank, exchange: Exchange) -> bool:
    """Whether a coordinator is asked once both have confirmed it, as this timebank's policy says.

    The hours of professionals and volunteers, which come from files, are always looked at.
    """
    if exchange.capacity != Capacity.MEMBER:
        return True
    by_newcomers = timebank.approval == Approval.NEWCOMERS
    sides = (exchange.provider_id, exchange.receiver_id)
    return workflow.asks_coordinator(
        timebank.approval,
        minutes=exchange.minutes or 0,
        above_minutes=timebank.approval_above_minutes,
        fewest_before=min(_approved_before(session, side) for side in sides) if by_newcomers else 0,
    )


def _approved_before(session: Session, membership_id: int) -> int:
    """How many approved exchanges someone has had; counted no further than it matters."""
    theirs = or_(Exchange.provider_id == membership_id, Exchange.receiver_id == membership_id)
    query = select(Exchange.id).where(theirs, Exchange.state == State.APPROVED).limit(NEWCOMERS_EXCHANGES)
    return len(session.scalars(query).all())
