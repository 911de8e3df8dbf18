"""What a member without letters says on the telephone, written down for them by a coordinator; it never commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from timebank.exchanges import workflow
from timebank.exchanges.models import Exchange
from timebank.exchanges.steps import Changed
from timebank.exchanges.taking import as_told, load, note_down, parts_of
from timebank.exchanges.workflow import Part, Step, StepNotYours
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.models import Membership


def confirm_for(
    session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "", seen: str | None = None
) -> Exchange:
    """The one who is asked told the coordinator that it was so; it is confirmed by their word, and then approved.

    The history says who wrote it down for whom. An organisation has no word of its own: what is confirmed for one is
    not confirmed by both. The approval is always a step of its own here, whatever the timebank's policy.

    Raises:
        StepNotYours: the coordinator is one of the two, works for one, or is no coordinator.
        Changed: it is not `seen`, what the coordinator was shown (taking.as_told).
    """
    exchange = load(session, exchange_id, by.timebank_id)
    check_speaks_for(exchange, by)
    if seen is not None and seen != as_told(exchange):
        raise Changed("This was changed in the meantime. Have a look at how it stands now.")
    state = workflow.after(exchange.state, Step.CONFIRM, frozenset({Part.ASKED}))
    asked = session.get_one(Membership, exchange.asked_id)
    exchange.confirmed_by_id = asked.person_id
    exchange.state = state
    note_down(session, exchange, Step.CONFIRM, by=by, for_=asked, at=at, note=note, before=exchange.minutes)
    # Neither the name of the other one nor what they wrote: nobody could erase it there.
    told = {"minutes": exchange.minutes, "other_id": exchange.told_by_id, "word": note}
    audit_log.note(session, Deed.CONFIRMED_FOR, by=by, about=asked, at=at, exchange_id=exchange.id, **told)
    return exchange


def check_speaks_for(exchange: Exchange, by: Membership) -> None:
    """They may write down what the one who is asked says: a coordinator who is no party.

    Raises:
        StepNotYours: they may not.
    """
    if Part.COORDINATOR not in parts_of(exchange, by):
        raise StepNotYours("You are part of this one. Another coordinator writes down what is said.")
