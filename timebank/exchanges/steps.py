"""The steps that follow: each loads the exchange under lock, asks the rule, writes, and never commits."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.contributions import record as contributions
from timebank.contributions.models import Capacity
from timebank.exchanges import workflow
from timebank.exchanges.models import Exchange
from timebank.exchanges.taking import as_told, load, note_down, parts_of
from timebank.exchanges.telling import check_hours
from timebank.exchanges.workflow import State, Step
from timebank.hours import Hours
from timebank.ledger.models import Account
from timebank.members.models import Membership
from timebank.members.named import named, naming
from timebank.refusals import Conflict, Refusal, Unacceptable


def agree(session: Session, exchange_id: int, *, by: Membership, at: datetime) -> Exchange:
    """The other one has agreed; the two can meet and log the time afterwards."""
    return _take(session, exchange_id, Step.AGREE, by=by, at=at)


def decline(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "") -> Exchange:
    """It will not happen, or a coordinator has refused what was recorded; nothing was moved."""
    return _take(session, exchange_id, Step.DECLINE, by=by, at=at, note=note)


def cancel(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "") -> Exchange:
    """One of the two has called it off; nothing was moved."""
    return _take(session, exchange_id, Step.CANCEL, by=by, at=at, note=note)


def confirm(
    session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "", seen: str | None = None
) -> Exchange:
    """The other one says that it was so; from now on it is confirmed by both.

    Raises:
        Changed: it is not `seen`, what the one who confirms was shown (taking.as_told).
    """

    def said_so(exchange: Exchange) -> None:
        if seen is not None and seen != as_told(exchange):
            raise Changed("This was changed in the meantime. Have a look at how it stands now.")
        exchange.confirmed_by_id = by.person_id

    return _take(session, exchange_id, Step.CONFIRM, by=by, at=at, note=note, and_then=said_so)


def dispute(
    session: Session, exchange_id: int, *, hours: Hours, by: Membership, at: datetime, note: str = ""
) -> Exchange:
    """The other one remembers another time. Within one step of time it settles itself at the lower figure."""
    check_hours(by.timebank, hours)

    def remember(exchange: Exchange) -> State | None:
        exchange.other_minutes = hours.minutes
        told = exchange.minutes or 0
        if abs(told - hours.minutes) > by.timebank.step_minutes:
            return None
        exchange.minutes = min(told, hours.minutes)
        exchange.confirmed_by_id = by.person_id
        return State.CONFIRMED

    return _take(session, exchange_id, Step.DISPUTE, by=by, at=at, note=note, and_then=remember)


def settle(
    session: Session, exchange_id: int, *, hours: Hours, by: Membership, at: datetime, note: str = ""
) -> Exchange:
    """A coordinator has talked to both and settled the time; it waits to be approved."""
    check_hours(by.timebank, hours)

    def settled(exchange: Exchange) -> None:
        exchange.minutes = hours.minutes

    return _take(session, exchange_id, Step.SETTLE, by=by, at=at, note=note, and_then=settled)


def send_back(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str) -> Exchange:
    """A coordinator asks the one who told it to look again."""

    def open_again(exchange: Exchange) -> None:
        exchange.confirmed_by_id = None
        exchange.other_minutes = None

    return _take(session, exchange_id, Step.SEND_BACK, by=by, at=at, note=_word(note), and_then=open_again)


class Changed(Conflict):
    """The time is no longer what the coordinator was shown."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What came of approving several: those that are in the book, and each of the others with the rule's no."""

    done: tuple[Exchange, ...]
    refused: tuple[tuple[Exchange | None, Refusal], ...]

    @property
    def hours(self) -> Hours:
        """How many hours went into the book."""
        return Hours(sum(exchange.minutes or 0 for exchange in self.done))

    @property
    def transfer_ids(self) -> list[int]:
        """The transfers that were written; the hours of professionals have none."""
        given = [exchange.contribution for exchange in self.done]
        return [one.transfer_id for one in given if one is not None and one.transfer_id is not None]


def approve_each(session: Session, seen: Mapping[int, Hours | None], *, by: Membership, at: datetime) -> Approved:
    """Each is approved for itself, so that one no does not stop the others.

    `seen` tells which, and of each the hours that the coordinator was shown, or None where that was not said.
    """
    _lock_in_order(session, seen, by.timebank_id)
    done: list[Exchange] = []
    refused: list[tuple[Exchange | None, Refusal]] = []
    for number in sorted(seen):
        try:
            with session.begin_nested():
                done.append(approve(session, number, by=by, at=at, seen=seen[number]))
        except Refusal as refusal:
            found = session.get(Exchange, number)
            if found is None or found.timebank_id != by.timebank_id:
                refused.append((None, refusal))
            else:
                refused.append((found, named(refusal, payer=found.receiver, payee=found.provider)))
    return Approved(tuple(done), tuple(refused))


def approve(session: Session, exchange_id: int, *, by: Membership, at: datetime, seen: Hours | None = None) -> Exchange:
    """A coordinator approves, and the hours go from the receiver's account to the provider's.

    Raises:
        StepNotOpen, StepNotYours: as the workflow says.
        Changed: the time is not `seen`, what the coordinator was shown.
        OverCreditLimit: the receiver cannot give so many hours; nothing is kept.
    """

    def into_the_book(exchange: Exchange) -> None:
        if seen is not None and seen.minutes != exchange.minutes:
            raise Changed("The time was changed in the meantime. Have a look at how it stands now.")
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
            with naming(payer=exchange.provider, payee=exchange.receiver):
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
    and_then: Callable[[Exchange], State | None] = lambda _exchange: None,
) -> Exchange:
    """The step is taken and stands in the history; `and_then` does what goes with it, and may lead to another state.

    The state changes last: an exchange counts as approved only together with its contribution.
    """
    exchange = load(session, exchange_id, by.timebank_id)
    before = exchange.minutes
    state = workflow.after(exchange.state, step, parts_of(exchange, by))
    exchange.state = and_then(exchange) or state
    note_down(session, exchange, step, by=by, for_=by, at=at, note=note, before=before)
    return exchange


def _lock_in_order(session: Session, exchange_ids: Iterable[int], timebank_id: int) -> None:
    """All exchanges and then all their accounts are ours until the end, each in the order of their ids.

    Two coordinators who approve at once would otherwise hold an account each and wait for the other's. A single
    approval takes its exchange first and its accounts after that, so it stands in the same line.
    """
    chosen = select(Exchange.provider_id, Exchange.receiver_id)
    chosen = chosen.where(Exchange.id.in_(list(exchange_ids)), Exchange.timebank_id == timebank_id)
    sides = {side for row in session.execute(chosen.order_by(Exchange.id).with_for_update()) for side in row}
    accounts = select(Membership.account_id).where(Membership.id.in_(sides)).scalar_subquery()
    session.execute(
        select(Account.id).where(Account.id.in_(accounts)).order_by(Account.id).with_for_update(key_share=True)
    )


def _word(note: str) -> str:
    if not note.strip():
        raise Unacceptable("Say why, in a few words.")
    return note
