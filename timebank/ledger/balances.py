"""What the book says of an account: its balance now and on a past day, and its statement; it never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from timebank.hours import Hours
from timebank.ledger.models import Account, Transfer, TransferKind


@dataclass(frozen=True, slots=True)
class Tallies:
    """What an account has given and received, in hours; the balance is the one less the other."""

    given: Hours
    received: Hours

    @property
    def balance(self) -> Hours:
        """Given less received; below zero for who has received more."""
        return self.given - self.received


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One transfer as an account sees it: what it changed, and the balance after it."""

    transfer: Transfer
    change: Hours
    balance: Hours
    reversed_later: bool


def tallies(session: Session, account_id: int) -> Tallies:
    """The account's tallies now, as the database keeps them."""
    given, received = session.execute(
        select(Account.given_minutes, Account.received_minutes).where(Account.id == account_id)
    ).one()
    return Tallies(Hours(given), Hours(received))


def balance(session: Session, account_id: int) -> Hours:
    """The account's balance now."""
    return tallies(session, account_id).balance


def balance_at(session: Session, account_id: int, moment: datetime) -> Hours:
    """The balance as the book stood at that moment: transfers written up to and including it count."""
    return _balance_where(session, account_id, Transfer.posted_at <= moment)


def balance_on(session: Session, account_id: int, day: date) -> Hours:
    """The balance by the day on which things happened: all that occurred until the end of that day counts."""
    return _balance_where(session, account_id, Transfer.occurred_on <= day)


def statement(session: Session, account_id: int, *, limit: int = 50, offset: int = 0) -> list[StatementLine]:
    """The account's transfers, newest first, as they were written, each with the balance after it."""
    running = func.sum(_change(account_id)).over(order_by=Transfer.id).label("running")
    lines = (
        select(Transfer.id, _change(account_id).label("change"), running)
        .where(_touches(account_id))
        .order_by(Transfer.id.desc())
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    reversal = aliased(Transfer)
    rows = session.execute(
        select(Transfer, lines.c.change, lines.c.running, reversal.id)
        .join(lines, lines.c.id == Transfer.id)
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .order_by(Transfer.id.desc())
    )
    return [
        StatementLine(transfer, Hours(change), Hours(int(after)), taken_back is not None)
        for transfer, change, after, taken_back in rows
    ]


def transfers_of(session: Session, account_id: int) -> int:
    """How many lines the account's statement has."""
    return session.scalar(select(func.count()).select_from(Transfer).where(_touches(account_id))) or 0


def _touches(account_id: int) -> ColumnElement[bool]:
    return or_(Transfer.payer_id == account_id, Transfer.payee_id == account_id)


def _change(account_id: int) -> ColumnElement[int]:
    """What a transfer changes in the account's balance, in minutes."""
    return case((Transfer.payee_id == account_id, Transfer.minutes), else_=-Transfer.minutes)


def _balance_where(session: Session, account_id: int, when: ColumnElement[bool]) -> Hours:
    total = session.scalar(select(func.sum(_change(account_id))).where(_touches(account_id), when))
    return Hours(int(total or 0))


def moved(session: Session, book_id: int, kinds: Sequence[TransferKind]) -> Hours:
    """How many hours moved by these kinds of transfer, less what was taken back of them."""
    reversal = aliased(Transfer)
    total = session.scalar(
        select(func.sum(Transfer.minutes))
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .where(Transfer.book_id == book_id, Transfer.kind.in_(kinds), reversal.id.is_(None))
    )
    return Hours(int(total or 0))
