"""What the book says of an account: its balance now and on a past day, and its statement; it never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from timebank.hours import Hours
from timebank.ledger.models import HELP, Account, Transfer, TransferKind


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
    """One transfer as an account sees it: what it changed, and the balance after it.

    `why` is the kind of transfer that moved the hours first, also on a line that takes them back; `reversal` is what
    took this one back later.
    """

    transfer: Transfer
    change: Hours
    balance: Hours
    why: TransferKind
    reversal: Transfer | None

    @property
    def reversed_later(self) -> bool:
        """Whether it was taken back."""
        return self.reversal is not None


def tallies(session: Session, account_id: int) -> Tallies:
    """The account's tallies now, as the database keeps them."""
    given, received = session.execute(
        select(Account.given_minutes, Account.received_minutes).where(Account.id == account_id)
    ).one()
    return Tallies(Hours(given), Hours(received))


def helped(session: Session, *account_ids: int) -> Tallies:
    """What was given and received as help: gifts, welcome and opening hours and corrections left out.

    Several accounts are those of one person, who was written down more than once.
    """
    back = aliased(Transfer)
    gave = func.sum(case((Transfer.payee_id.in_(account_ids), Transfer.minutes)))
    got = func.sum(case((Transfer.payer_id.in_(account_ids), Transfer.minutes)))
    touches = or_(Transfer.payer_id.in_(account_ids), Transfer.payee_id.in_(account_ids))
    given, received = session.execute(
        select(gave, got)
        .outerjoin(back, back.reverses_id == Transfer.id)
        .where(touches, Transfer.kind.in_(HELP), back.id.is_(None))
    ).one()
    return Tallies(Hours(int(given or 0)), Hours(int(received or 0)))


def balance(session: Session, account_id: int) -> Hours:
    """The account's balance now."""
    return tallies(session, account_id).balance


def balance_at(session: Session, account_id: int, moment: datetime) -> Hours:
    """The balance as the book stood at that moment: transfers written up to and including it count."""
    return _balance_where(session, account_id, Transfer.posted_at <= moment)


def balance_on(session: Session, account_id: int, day: date) -> Hours:
    """The balance by the day on which things happened: all that occurred until the end of that day counts."""
    return _balance_where(session, account_id, Transfer.occurred_on <= day)


def statement(
    session: Session,
    account_id: int,
    *,
    limit: int = 50,
    offset: int = 0,
    first_day: date | None = None,
    day_after: date | None = None,
) -> list[StatementLine]:
    """The account's transfers, newest first, as they were written, each with the balance after it.

    The balance runs back from today's, all in one statement, so that a page near the top costs the same however long
    the account's history is, and agrees with itself while others post. `first_day` and `day_after` leave out what
    happened before and from then on; the balance stays that of the whole book, so then all of it is read.
    """
    within = _within(first_day, day_after)
    sides = (Transfer.payer_id == account_id, Transfer.payee_id == account_id)
    newest = union_all(*(_newest(side, None if within else limit + offset) for side in sides)).subquery()
    today = select(Account.given_minutes - Account.received_minutes).where(Account.id == account_id).scalar_subquery()
    signed = case((newest.c.payee_id == account_id, newest.c.minutes), else_=-newest.c.minutes)
    later = func.coalesce(func.sum(signed).over(order_by=newest.c.id.desc(), rows=(None, -1)), 0)
    page = select(newest.c.id, signed.label("change"), (today - later).label("after"))
    if within:
        whole = page.subquery()
        page = select(whole).join(Transfer, Transfer.id == whole.c.id).where(*within)
    lines = page.order_by(page.selected_columns.id.desc()).limit(limit).offset(offset).subquery()
    reversal, first = aliased(Transfer), aliased(Transfer)
    rows = session.execute(
        select(Transfer, lines.c.change, lines.c.after, first.kind, reversal)
        .join(lines, lines.c.id == Transfer.id)
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .outerjoin(first, first.id == Transfer.reverses_id)
        .order_by(Transfer.id.desc())
    )
    return [
        StatementLine(transfer, Hours(change), Hours(int(after)), kind or transfer.kind, taken_back)
        for transfer, change, after, kind, taken_back in rows
    ]


def transfers_of(
    session: Session, account_id: int, *, first_day: date | None = None, day_after: date | None = None
) -> int:
    """How many lines the account's statement has, as statement() is asked for them."""
    within = _within(first_day, day_after)
    return session.scalar(select(func.count()).select_from(Transfer).where(_touches(account_id), *within)) or 0


def _within(first_day: date | None, day_after: date | None) -> list[ColumnElement[bool]]:
    """What holds of transfers that happened in these days; nothing where all are asked for."""
    ends = []
    if first_day is not None:
        ends.append(Transfer.occurred_on >= first_day)
    if day_after is not None:
        ends.append(Transfer.occurred_on < day_after)
    return ends


def _newest(side: ColumnElement[bool], many: int | None) -> Select[tuple[int, int, int]]:
    """The newest transfers of one side of an account, or all; its index hands them out in this order."""
    rows = select(Transfer.id, Transfer.payee_id, Transfer.minutes).where(side).order_by(Transfer.id.desc()).limit(many)
    newest = rows.subquery()
    return select(newest.c.id, newest.c.payee_id, newest.c.minutes)


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
