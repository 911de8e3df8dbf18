"""Taking back one's own last step with an exchange, as long as nobody has built on it; it never commits."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.exchanges import news, workflow
from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.taking import hold_sides, load, note_down, parts_of
from timebank.exchanges.workflow import ENDED_EMPTY, State, Step, StepNotOpen, StepNotYours
from timebank.members.models import HERE, Membership, MembershipStatus


def undo(session: Session, exchange_id: int, *, by: Membership, at: datetime) -> Exchange:
    """The last step of this member is undone, and the exchange stands where it was before.

    Raises:
        StepNotOpen: it was taken too long ago, something else has happened since, or one of the two is gone.
        StepNotYours: someone else took it.
    """
    standing = _hold_sides_of(session, exchange_id)
    exchange = load(session, exchange_id, by.timebank_id)
    workflow.after(exchange.state, Step.UNDO, parts_of(exchange, by))
    gone = _gone(exchange, standing)
    if gone is not None:
        raise StepNotOpen("%(name)s does not give or receive hours here at the moment.", name=gone.name)
    taken = session.scalars(
        select(ExchangeStep).where(ExchangeStep.exchange_id == exchange.id).order_by(ExchangeStep.id)
    ).all()
    last, minutes = taken[-1], exchange.minutes
    if not workflow.can_be_undone(last.step, taken_at=last.at, at=at):
        raise StepNotOpen("This has moved on in the meantime. Have a look at how it stands now.")
    if not _is_theirs(last, by):
        raise StepNotYours("This step is for someone else to take.")
    _restore(exchange, last, [one.step for one in taken], by)
    undone = note_down(session, exchange, Step.UNDO, by=by, for_=by, at=at, before=minutes)
    news.take_back(session, exchange, last, by=by, at=undone.at)
    return exchange


def may_undo(exchange: Exchange, by: Membership, *, at: datetime) -> bool:
    """Whether undo() would let this member; for the page that offers it, its history read already."""
    if not exchange.steps or Step.UNDO not in workflow.open_steps(exchange.state, parts_of(exchange, by)):
        return False
    if _gone(exchange, {}) is not None:
        return False
    last = exchange.steps[-1]
    return _is_theirs(last, by) and workflow.can_be_undone(last.step, taken_at=last.at, at=at)


def _hold_sides_of(session: Session, exchange_id: int) -> dict[int, MembershipStatus]:
    """How the two stand; nobody leaves while something is opened again with them."""
    sides = select(Exchange.provider_id, Exchange.receiver_id).where(Exchange.id == exchange_id)
    return hold_sides(session, *(side for row in session.execute(sides) for side in row))


def _gone(exchange: Exchange, standing: Mapping[int, MembershipStatus]) -> Membership | None:
    """The one of the two who is not here any more, where what had ended would be opened again with them."""
    if exchange.state not in ENDED_EMPTY:
        return None
    both = (exchange.provider, exchange.receiver)
    return next((side for side in both if standing.get(side.id, side.status) not in HERE), None)


def _is_theirs(last: ExchangeStep, by: Membership) -> bool:
    """Whether it was taken by this member, or by a supporter for them; what nobody took is nobody's."""
    by_themselves = last.for_id is None and last.by_id is not None and last.by_id == by.person_id
    return by_themselves or last.for_id == by.id


def _restore(exchange: Exchange, last: ExchangeStep, taken: list[Step], by: Membership) -> None:
    called_off = exchange.state == State.CANCELLED
    before = workflow.after(exchange.state, Step.UNDO, parts_of(exchange, by))
    exchange.state = workflow.before_the_last(taken) if called_off else before
    if last.step in (Step.CONFIRM, Step.DISPUTE):
        exchange.minutes = last.minutes_before
        exchange.other_minutes = None
        exchange.confirmed_by_id = None
