"""The only writer of accounts: opened, limited, closed, reopened, each change written down; it never commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from timebank.hours import Hours
from timebank.ledger.models import OPENED, Account, AccountChange, AccountKind, Book, ChangeKind
from timebank.refusals import Conflict, NotFound, Unacceptable


class AccountClosed(Conflict):
    """A closed account neither gives nor gains."""


class NotAtZero(Unacceptable):
    """An account is closed at zero."""


class NotClosed(Conflict):
    """What is open cannot be reopened."""


def open_book(session: Session, *, at: datetime) -> Book:
    """A new book, and in it the community's own account, which no limit binds."""
    book = Book(opened_at=at)
    session.add(book)
    session.flush()
    open_account(session, book.id, AccountKind.COMMUNITY, credit_limit=None, at=at)
    return book


def open_account(
    session: Session, book_id: int, kind: AccountKind, *, credit_limit: Hours | None, at: datetime
) -> Account:
    """A new account at zero. With no credit limit it may go below zero without end; a limit is the first of its log."""
    account = Account(book_id=book_id, kind=kind)
    session.add(account)
    session.flush()
    if credit_limit is not None:
        _change(session, account, _limit(account, credit_limit.minutes, at=at, entered_by=None, reason=OPENED))
    return account


def set_credit_limit(
    session: Session, account_id: int, credit_limit: Hours | None, *, entered_by: int | None, reason: str, at: datetime
) -> None:
    """The account's limit is this, and the change stands in its log; where it was this before, nothing is written.

    An account that is already past the new limit may from now on only move towards zero.

    Raises:
        AccountClosed, NotFound, Unacceptable: it is closed; there is none; no reason was given.
    """
    account = _locked(session, account_id)
    minutes = None if credit_limit is None else credit_limit.minutes
    if minutes is not None and minutes < 0:
        raise Unacceptable("A credit limit is zero or more.")
    if minutes == account.credit_limit_minutes:
        return
    _change(session, account, _limit(account, minutes, at=at, entered_by=entered_by, reason=reason))


def close_account(session: Session, account_id: int, *, entered_by: int | None, reason: str, at: datetime) -> None:
    """The account neither gives nor gains any more; it stays in the book, and all its transfers with it.

    Raises:
        NotAtZero: it still has hours, or owes some.
        AccountClosed, NotFound, Unacceptable: as set_credit_limit().
    """
    account = _locked(session, account_id)
    _change(session, account, AccountChange(kind=ChangeKind.CLOSE, at=at, entered_by=entered_by, reason=reason))


def reopen_account(session: Session, account_id: int, *, entered_by: int | None, reason: str, at: datetime) -> None:
    """The account gives and gains again.

    Raises:
        NotClosed, NotFound, Unacceptable: it is open; there is none; no reason was given.
    """
    account = _locked(session, account_id)
    _change(session, account, AccountChange(kind=ChangeKind.REOPEN, at=at, entered_by=entered_by, reason=reason))


def check_change(account: Account, kind: ChangeKind) -> None:
    """As the account stands, such a change can be made.

    Raises:
        NotClosed: it is open, and would be reopened.
        AccountClosed: it is closed, and would be anything else.
        NotAtZero: it still has hours, or owes some, and would be closed.
    """
    if kind == ChangeKind.REOPEN:
        if account.closed_at is None:
            raise NotClosed("This account is open.")
        return
    if account.closed_at is not None:
        raise AccountClosed("This account is closed. Open it again first.")
    if kind == ChangeKind.CLOSE and account.balance_minutes:
        raise NotAtZero(
            "An account is closed at zero. This one stands at %(balance)s.", balance=Hours(account.balance_minutes)
        )


def _locked(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)
    if account is None:
        raise NotFound("There is no such account in this book.")
    return account


def _limit(
    account: Account, minutes: int | None, *, at: datetime, entered_by: int | None, reason: str
) -> AccountChange:
    return AccountChange(
        kind=ChangeKind.LIMIT,
        before_minutes=account.credit_limit_minutes,
        after_minutes=minutes,
        at=at,
        entered_by=entered_by,
        reason=reason,
    )


def _change(session: Session, account: Account, change: AccountChange) -> None:
    """The change is written down, and the database carries it out."""
    change.account_id = account.id
    change.reason = change.reason.strip()
    if not change.reason:
        raise Unacceptable("Say why.")
    check_change(account, change.kind)
    session.add(change)
    session.flush()
    session.refresh(account)
