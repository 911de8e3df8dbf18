"""The steps that follow: each loads the exchange under lock, asks the rule, writes, and never commits."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from timebank.contributions import record as contributions
from timebank.contributions.models import Capacity
from timebank.exchanges import workflow
from timebank.exchanges.models import Exchange
from timebank.exchanges.taking import load, note_down, parts_of
from timebank.exchanges.telling import check_time
from timebank.exchanges.workflow import State, Step
from timebank.hours import Hours
from timebank.members.models import Membership
from timebank.refusals import Unacceptable


def agree(session: Session, exchange_id: int, *, by: Membership, at: datetime) -> Exchange:
    """The other one has agreed; the two can meet and log the time afterwards."""
    return _take(session, exchange_id, Step.AGREE, by=by, at=at)


def decline(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "") -> Exchange:
    """It will not happen, or a coordinator has refused what was recorded; nothing was moved."""
    return _take(session, exchange_id, Step.DECLINE, by=by, at=at, note=note)


def cancel(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "") -> Exchange:
    """One of the two has called it off; nothing was moved."""
    return _take(session, exchange_id, Step.CANCEL, by=by, at=at, note=note)


def confirm(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "") -> Exchange:
    """The other one says that it was so; from now on it is confirmed by both."""

    def said_so(exchange: Exchange) -> None:
        exchange.confirmed_by_id = by.person_id

    return _take(session, exchange_id, Step.CONFIRM, by=by, at=at, note=note, and_then=said_so)


def dispute(
    session: Session, exchange_id: int, *, hours: Hours, by: Membership, at: datetime, note: str = ""
) -> Exchange:
    """The other one remembers another time. Within one step of time it settles itself at the lower figure."""
    check_time(by.timebank, hours, None, at=at)

    def remember(exchange: Exchange) -> None:
        exchange.other_minutes = hours.minutes
        told = exchange.minutes or 0
        if abs(told - hours.minutes) <= by.timebank.step_minutes:
            exchange.minutes = min(told, hours.minutes)
            exchange.state = State.CONFIRMED
            exchange.confirmed_by_id = by.person_id

    return _take(session, exchange_id, Step.DISPUTE, by=by, at=at, note=note, and_then=remember)


def settle(
    session: Session, exchange_id: int, *, hours: Hours, by: Membership, at: datetime, note: str = ""
) -> Exchange:
    """A coordinator has talked to both and settled the time; it waits to be approved."""
    check_time(by.timebank, hours, None, at=at)

    def settled(exchange: Exchange) -> None:
        exchange.minutes = hours.minutes

    return _take(session, exchange_id, Step.SETTLE, by=by, at=at, note=note, and_then=settled)


def send_back(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str) -> Exchange:
    """A coordinator asks the one who told it to look again."""

    def open_again(exchange: Exchange) -> None:
        exchange.confirmed_by_id = None
        exchange.other_minutes = None

    return _take(session, exchange_id, Step.SEND_BACK, by=by, at=at, note=_word(note), and_then=open_again)


def approve(session: Session, exchange_id: int, *, by: Membership, at: datetime) -> Exchange:
    """A coordinator approves, and the hours go from the receiver's account to the provider's.

    Raises:
        StepNotOpen, StepNotYours: as the workflow says.
        OverCreditLimit: the receiver cannot give so many hours; nothing is kept.
    """

    def into_the_book(exchange: Exchange) -> None:
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
        exchange.contribution = contributions.record(session, given, approved_by=by.person, at=at)

    return _take(session, exchange_id, Step.APPROVE, by=by, at=at, and_then=into_the_book)


def reverse(session: Session, exchange_id: int, *, reason: str, by: Membership, at: datetime) -> Exchange:
    """A coordinator has taken an approved exchange back: it counts nowhere, and stays readable for ever."""

    def out_of_the_book(exchange: Exchange) -> None:
        if exchange.contribution_id is not None and by.person is not None:
            contributions.reverse(session, exchange.contribution_id, reason=reason, by=by.person, at=at)

    return _take(session, exchange_id, Step.REVERSE, by=by, at=at, note=_word(reason), and_then=out_of_the_book)


def _take(
    session: Session,
    exchange_id: int,
    step: Step,
    *,
    by: Membership,
    at: datetime,
    note: str = "",
    and_then: Callable[[Exchange], None] = lambda _exchange: None,
) -> Exchange:
    exchange = load(session, exchange_id, by.timebank_id)
    before = exchange.minutes
    exchange.state = workflow.after(exchange.state, step, parts_of(exchange, by))
    and_then(exchange)
    note_down(session, exchange, step, by=by, for_=by, at=at, note=note, before=before)
    return exchange


def _word(note: str) -> str:
    if not note.strip():
        raise Unacceptable("Say why, in a few words.")
    return note
