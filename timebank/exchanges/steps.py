"""The steps that follow: each loads the exchange under lock, asks the rule, writes, and never commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from timebank.contributions import record as contributions
from timebank.exchanges import approval
from timebank.exchanges.models import Exchange
from timebank.exchanges.taking import as_told, take, take_by_rule
from timebank.exchanges.telling import check_hours
from timebank.exchanges.workflow import State, Step
from timebank.hours import Hours
from timebank.ledger.models import Account
from timebank.members.models import Membership, Timebank
from timebank.members.named import named, naming
from timebank.refusals import Conflict, Refusal, Unacceptable


def agree(session: Session, exchange_id: int, *, by: Membership, at: datetime, seen: str | None = None) -> Exchange:
    """The other one has agreed; the two can meet and log the time afterwards.

    Raises:
        Changed: it is not `seen`, what the one who agrees was shown (taking.as_told).
    """
    return take(session, exchange_id, Step.AGREE, by=by, at=at, and_then=lambda told: _check_seen(told, seen))


def decline(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "") -> Exchange:
    """It will not happen, or a coordinator has refused what was recorded; nothing was moved."""
    return take(session, exchange_id, Step.DECLINE, by=by, at=at, note=note)


def cancel(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "") -> Exchange:
    """One of the two has called it off; nothing was moved."""
    return take(session, exchange_id, Step.CANCEL, by=by, at=at, note=note)


def confirm(
    session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str = "", seen: str | None = None
) -> Exchange:
    """The other one says that it was so; from now on it is confirmed by both, and approved where nobody else is asked.

    Raises:
        Changed: it is not `seen`, what the one who confirms was shown (taking.as_told).
        OverCreditLimit: it would be in the book at once, and the receiver cannot give so many hours; nothing is kept.
    """

    def said_so(exchange: Exchange) -> None:
        _check_seen(exchange, seen)
        exchange.confirmed_by_id = by.hand_id

    exchange = take(session, exchange_id, Step.CONFIRM, by=by, at=at, note=note, and_then=said_so)
    return _approve_by_rule(session, exchange, by.timebank, at=at)


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
        exchange.confirmed_by_id = by.hand_id
        return State.CONFIRMED

    exchange = take(session, exchange_id, Step.DISPUTE, by=by, at=at, note=note, and_then=remember)
    return _approve_by_rule(session, exchange, by.timebank, at=at)


def settle(
    session: Session, exchange_id: int, *, hours: Hours, by: Membership, at: datetime, note: str = ""
) -> Exchange:
    """A coordinator has talked to both and settled the time; it waits to be approved."""
    check_hours(by.timebank, hours)

    def settled(exchange: Exchange) -> None:
        exchange.minutes = hours.minutes

    return take(session, exchange_id, Step.SETTLE, by=by, at=at, note=note, and_then=settled)


def send_back(session: Session, exchange_id: int, *, by: Membership, at: datetime, note: str) -> Exchange:
    """A coordinator asks the one who told it to look again."""

    def open_again(exchange: Exchange) -> None:
        exchange.confirmed_by_id = None
        exchange.other_minutes = None

    return take(session, exchange_id, Step.SEND_BACK, by=by, at=at, note=_word(note), and_then=open_again)


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
    _sides = _lock_in_order(session, seen, by.timebank_id)
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

    def checked(exchange: Exchange) -> None:
        if seen is not None and seen.minutes != exchange.minutes:
            raise Changed("The time was changed in the meantime. Have a look at how it stands now.")
        approval.into_the_book(session, exchange, approved_by=by.person, at=at)

    return take(session, exchange_id, Step.APPROVE, by=by, at=at, and_then=checked)


def reverse(session: Session, exchange_id: int, *, reason: str, by: Membership, at: datetime) -> Exchange:
    """A coordinator has taken an approved exchange back: it counts nowhere, and stays readable for ever."""

    def out_of_the_book(exchange: Exchange) -> None:
        if exchange.contribution_id is not None and by.person is not None:
            with naming(payer=exchange.provider, payee=exchange.receiver):
                contributions.reverse(session, exchange.contribution_id, reason=reason, by=by.person, at=at)

    return take(session, exchange_id, Step.REVERSE, by=by, at=at, note=_word(reason), and_then=out_of_the_book)


def _approve_by_rule(session: Session, exchange: Exchange, timebank: Timebank, *, at: datetime) -> Exchange:
    """What both have confirmed is in the book at once, where the policy asks no coordinator."""
    if exchange.state != State.CONFIRMED or approval.waits_for_coordinator(session, timebank, exchange):
        return exchange
    with naming(payer=exchange.receiver, payee=exchange.provider):
        approval.into_the_book(session, exchange, approved_by=None, at=at)
    take_by_rule(session, exchange, Step.APPROVE, at=at)
    return exchange


def _check_seen(exchange: Exchange, seen: str | None) -> None:
    if seen is not None and seen != as_told(exchange):
        raise Changed("This was changed in the meantime. Have a look at how it stands now.")


def _lock_in_order(session: Session, exchange_ids: Iterable[int], timebank_id: int) -> Sequence[Membership]:
    """All exchanges and then all their accounts are ours until the end, each in the order of their ids.

    Two coordinators who approve at once would otherwise hold an account each and wait for the other's. A single
    approval takes its exchange first and its accounts after that, so it stands in the same line. The people are handed
    back: as long as they are held, nobody asks the database for them again.
    """
    chosen = select(Exchange.provider_id, Exchange.receiver_id)
    chosen = chosen.where(Exchange.id.in_(list(exchange_ids)), Exchange.timebank_id == timebank_id)
    sides = {side for row in session.execute(chosen.order_by(Exchange.id).with_for_update()) for side in row}
    accounts = select(Membership.account_id).where(Membership.id.in_(sides)).scalar_subquery()
    session.execute(
        select(Account.id).where(Account.id.in_(accounts)).order_by(Account.id).with_for_update(key_share=True)
    )
    people = select(Membership).where(Membership.id.in_(sides))
    names = joinedload(Membership.person), joinedload(Membership.organisation), joinedload(Membership.account)
    return session.scalars(people.options(*names)).all()


def _word(note: str) -> str:
    if not note.strip():
        raise Unacceptable("Say why, in a few words.")
    return note
