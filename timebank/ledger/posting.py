"""The only writer of the book: accounts are opened here, transfers posted and reversed; nothing here ever commits."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from timebank.database import broken_rule, insert_unless_there
from timebank.hours import Hours
from timebank.ledger.models import Account, AccountKind, Book, Transfer, TransferKind
from timebank.ledger.triggers import CLOSED, NEVER, NOT_ITS_MIRROR, WRONG_KINDS
from timebank.refusals import Conflict, NotFound, Refusal, Unacceptable


class OverCreditLimit(Unacceptable):
    """The payer, or on a reversal the one who had gained, would pass its credit limit."""


class AccountClosed(Conflict):
    """One of the two accounts is closed."""


class ReferenceTaken(Conflict):
    """Something else was posted under this reference."""


class AlreadyReversed(Conflict):
    """A transfer is reversed once."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What a transfer is to be, before it is written.

    `occurred_on` is the day it happened; the time of writing is handed to post() apart.
    """

    book_id: int
    reference: str
    kind: TransferKind
    payer_id: int
    payee_id: int
    hours: Hours
    occurred_on: date
    reason: str = ""
    entered_by: int | None = None
    reverses_id: int | None = None


def open_book(session: Session, *, at: datetime) -> Book:
    """A new book, and in it the community's own account, which no limit binds."""
    book = Book(opened_at=at)
    session.add(book)
    session.flush()
    open_account(session, book.id, AccountKind.COMMUNITY, credit_limit=None)
    return book


def open_account(session: Session, book_id: int, kind: AccountKind, *, credit_limit: Hours | None) -> Account:
    """A new account at zero. With no credit limit it may go below zero without end."""
    account = Account(
        book_id=book_id, kind=kind, credit_limit_minutes=None if credit_limit is None else credit_limit.minutes
    )
    session.add(account)
    session.flush()
    return account


def set_credit_limit(session: Session, account_id: int, credit_limit: Hours | None) -> None:
    """The account's limit is this; if it is already past it, it may from now on only move towards zero."""
    minutes = None if credit_limit is None else credit_limit.minutes
    past = Account.received_minutes - Account.given_minutes - (minutes or 0)
    excess = case((past > 0, past), else_=0) if minutes is not None else 0
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(credit_limit_minutes=minutes, excess_minutes=excess)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def post(session: Session, posting: Posting, *, at: datetime) -> int:
    """The transfer is in the book and both tallies follow; the database does both in this one insert.

    Returns:
        The id of the transfer. The same posting a second time writes nothing and gives the id of the first.

    Raises:
        OverCreditLimit, AccountClosed, ReferenceTaken, Unacceptable: nothing is kept; the transaction is to be left.
    """
    statement = (
        insert_unless_there(session, Transfer)
        .values(
            book_id=posting.book_id,
            reference=posting.reference,
            kind=posting.kind,
            payer_id=posting.payer_id,
            payee_id=posting.payee_id,
            minutes=posting.hours.minutes,
            occurred_on=posting.occurred_on,
            posted_at=at,
            reason=posting.reason,
            entered_by=posting.entered_by,
            reverses_id=posting.reverses_id,
        )
        .on_conflict_do_nothing(index_elements=["book_id", "reference"])
        .returning(Transfer.id)
    )
    try:
        written: int | None = session.execute(statement).scalar()
    except IntegrityError as error:
        raise _refusal(error) from error
    return _posted_before(session, posting) if written is None else written


def reverse(session: Session, transfer_id: int, *, reason: str, entered_by: int | None, at: datetime) -> int:
    """The transfer is taken back by one of its own, dated today, and both tallies stand as before it.

    Returns:
        The id of the reversal.

    Raises:
        AlreadyReversed: it was taken back before.
        OverCreditLimit: who gained the hours has spent them and would pass its limit.
        NotFound, Unacceptable: there is no such transfer; it is itself a reversal; no reason was given.
    """
    transfer = session.get(Transfer, transfer_id)
    if transfer is None:
        raise NotFound("There is no such transfer in the book.")
    if transfer.kind == TransferKind.REVERSAL:
        raise Unacceptable("What takes another transfer back cannot itself be taken back.")
    if not reason.strip():
        raise Unacceptable("Say why it is taken back.")
    if session.scalar(select(Transfer.id).where(Transfer.reverses_id == transfer_id)):
        raise AlreadyReversed("This was taken back before. That can be done once only.")
    mirror = Posting(
        book_id=transfer.book_id,
        reference=f"reversal:{transfer.reference}",
        kind=TransferKind.REVERSAL,
        payer_id=transfer.payee_id,
        payee_id=transfer.payer_id,
        hours=Hours(transfer.minutes),
        occurred_on=at.date(),
        reason=reason.strip(),
        entered_by=entered_by,
        reverses_id=transfer.id,
    )
    return post(session, mirror, at=at)


def _posted_before(session: Session, posting: Posting) -> int:
    """The id of what stands under the reference, if it is the same transfer."""
    found = session.execute(
        select(
            Transfer.id,
            Transfer.kind,
            Transfer.payer_id,
            Transfer.payee_id,
            Transfer.minutes,
            Transfer.occurred_on,
            Transfer.reverses_id,
        ).where(Transfer.book_id == posting.book_id, Transfer.reference == posting.reference)
    ).one()
    same = (posting.kind, posting.payer_id, posting.payee_id, posting.hours.minutes, posting.occurred_on)
    if tuple(found[1:6]) != same or found.reverses_id != posting.reverses_id:
        raise ReferenceTaken(
            "Something else was posted under the reference %(reference)s.", reference=posting.reference
        )
    return int(found.id)


def _refusal(error: IntegrityError) -> Refusal:
    """The database's no, as a sentence for the person."""
    rule = broken_rule(error)
    if "within_credit_limit" in rule:
        return OverCreditLimit("That would take the account past its credit limit.")
    if "reverses_id" in rule or NEVER in rule:
        return AlreadyReversed("This was taken back before. That can be done once only.")
    sentences = {
        CLOSED: AccountClosed("One of the two accounts is closed."),
        "closed_at_zero": AccountClosed("One of the two accounts is closed."),
        WRONG_KINDS: Unacceptable("Hours of this kind do not move between these two accounts."),
        NOT_ITS_MIRROR: Unacceptable("What takes another transfer back must mirror it."),
        "tallies_not_negative": Unacceptable("More would be taken back than there was."),
        "minutes_positive": Unacceptable("A transfer moves at least one minute."),
        "payer_is_not_payee": Unacceptable("Nobody can give hours to themselves."),
    }
    for words, refusal in sentences.items():
        if words in rule:
            return refusal
    return NotFound("There is no such account in this book.")
