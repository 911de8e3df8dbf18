"""The only writer of transfers: they are posted and reversed here; nothing here ever commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from timebank.database import broken_rule, straight
from timebank.hours import Hours
from timebank.ledger.accounts import AccountClosed
from timebank.ledger.models import Account, Transfer, TransferKind
from timebank.ledger.triggers import CLOSED, NEVER, NOT_ITS_MIRROR, PAST_LIMIT, WRONG_KINDS
from timebank.refusals import Conflict, NotFound, Refusal, Unacceptable


class OverCreditLimit(Unacceptable):
    """The payer, or on a reversal the one who had gained, would pass its credit limit; `room` is what would pass."""

    def __init__(self, room: Hours) -> None:
        if room.minutes > 0:
            super().__init__("That would pass the credit limit. At most %(room)s would still fit.", room=room)
        else:
            super().__init__("That would pass the credit limit. Nothing can go from this account until it gains hours.")
        self.room = room


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


@dataclass(frozen=True, slots=True)
class Posted:
    """What a post answers: the transfer, both balances after it, and how much more the payer could still give.

    `room` is None where the payer has no limit. `written` is False where the transfer stood there before.
    """

    transfer_id: int
    payer_balance: Hours
    payee_balance: Hours
    room: Hours | None
    written: bool


_INTO = (
    "INSERT INTO transfer (book_id, reference, kind, payer_id, payee_id, minutes, occurred_on, posted_at, reason,"
    " entered_by, reverses_id)"
)
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UNLESS_THERE = "ON CONFLICT (book_id, reference) DO NOTHING RETURNING id, book_id, reference"
_INSERT = f"{_INTO} VALUES {_ROW} {_UNLESS_THERE}"
_INSERT_COLUMNS = (  # a list for each column
    f"{_INTO} SELECT * FROM unnest(?::int[], ?::text[], ?::text[], ?::int[], ?::int[], ?::int[], ?::date[],"
    f" ?::timestamptz[], ?::text[], ?::int[], ?::int[]) {_UNLESS_THERE}"
)
_AT_ONCE = 1000
_MOST_MINUTES, _LONGEST_REFERENCE, _LONGEST_REASON = 1_000_000_000, 80, 500
_STANDING = (
    "SELECT p.given_minutes - p.received_minutes, q.given_minutes - q.received_minutes, p.credit_limit_minutes"
    " FROM account p, account q WHERE p.id = ? AND q.id = ?"
)


def post(session: Session, posting: Posting, *, at: datetime) -> Posted:
    """The transfer is in the book and both tallies follow; the database does both in one insert.

    The same posting a second time writes nothing, and is answered like the first.

    Raises:
        OverCreditLimit, AccountClosed, ReferenceTaken, AlreadyReversed, NotFound, Unacceptable: nothing is kept, and
            the transaction is to be left.
    """
    _check(posting)
    asked = (_INSERT, _values(posting, at)), (_STANDING, (posting.payer_id, posting.payee_id))
    try:
        written, standing = straight(session, *asked)
    except (IntegrityError, DataError) as error:
        raise _refusal(session, error) from error
    transfer_id = written[0][0] if written else _posted_before(session, posting)
    payer, payee, limit = standing[0]
    return Posted(
        transfer_id=transfer_id,
        payer_balance=Hours(payer),
        payee_balance=Hours(payee),
        room=None if limit is None else Hours(max(0, limit + payer)),
        written=bool(written),
    )


def post_all(session: Session, postings: Sequence[Posting], *, at: datetime) -> list[int]:
    """All are in the book, or none: many transfers in few statements.

    Their accounts are locked first, in the order of their ids: two who post many at once would otherwise hold an
    account each and wait for the other's.

    Returns:
        The ids of the transfers, in the order of the postings; of one that stood there before, its id of then.

    Raises:
        As post().
    """
    accounts = {side for posting in postings for side in (posting.payer_id, posting.payee_id)}
    session.execute(
        select(Account.id).where(Account.id.in_(accounts)).order_by(Account.id).with_for_update(key_share=True)
    )
    parts = [postings[first : first + _AT_ONCE] for first in range(0, len(postings), _AT_ONCE)]
    return [number for part in parts for number in _write_part(session, part, at)]


def reverse(
    session: Session, transfer_id: int, *, reason: str, entered_by: int | None, on: date, at: datetime
) -> Posted:
    """The transfer is taken back by one of its own, dated `on`, and both tallies stand as before it.

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
    mirror = Posting(
        book_id=transfer.book_id,
        reference=f"reversal:{transfer.id}",
        kind=TransferKind.REVERSAL,
        payer_id=transfer.payee_id,
        payee_id=transfer.payer_id,
        hours=Hours(transfer.minutes),
        occurred_on=on,
        reason=reason.strip(),
        entered_by=entered_by,
        reverses_id=transfer.id,
    )
    try:
        posted = post(session, mirror, at=at)
    except ReferenceTaken as taken:
        raise _taken_back() from taken
    if not posted.written:  # the same day and the same reason
        raise _taken_back()
    return posted


def _check(posting: Posting) -> None:
    """What can be told without the book is told first, so that it is told alike on both databases."""
    if posting.hours.minutes <= 0:
        raise Unacceptable("A transfer moves at least one minute.")
    if posting.payer_id == posting.payee_id:
        raise Unacceptable("Nobody can give hours to themselves.")
    if posting.hours.minutes > _MOST_MINUTES:
        raise Unacceptable("That is more than the book can hold.")
    if len(posting.reference) > _LONGEST_REFERENCE or len(posting.reason) > _LONGEST_REASON:
        raise Unacceptable("Use at most %(max)d letters.", max=_LONGEST_REASON)
    if (posting.kind == TransferKind.REVERSAL) != (posting.reverses_id is not None):
        raise Unacceptable("What takes another transfer back must mirror it.")


def _values(posting: Posting, at: datetime) -> tuple[object, ...]:
    return (
        posting.book_id,
        posting.reference,
        posting.kind.value,
        posting.payer_id,
        posting.payee_id,
        posting.hours.minutes,
        posting.occurred_on,
        at,
        posting.reason,
        posting.entered_by,
        posting.reverses_id,
    )


def _write_part(session: Session, postings: Sequence[Posting], at: datetime) -> list[int]:
    """The ids of the transfers, written by one statement; where that is refused, one by one they tell which it was."""
    try:
        with session.begin_nested():
            written = _write_at_once(session, postings, at)
    except (IntegrityError, DataError, Unacceptable):
        return [post(session, posting, at=at).transfer_id for posting in postings]
    # Of two under one reference the first was written; the second is the same, or it is refused.
    return [
        written.pop((posting.book_id, posting.reference), 0) or _posted_before(session, posting) for posting in postings
    ]


def _write_at_once(session: Session, postings: Sequence[Posting], at: datetime) -> dict[tuple[int, str], int]:
    """The ids of those that were written, by book and reference; PostgreSQL is sent a list for each column."""
    for posting in postings:
        _check(posting)
    told = [_values(posting, at) for posting in postings]
    if session.get_bind().dialect.name == "sqlite":
        statement = f"{_INTO} VALUES {', '.join([_ROW] * len(told))} {_UNLESS_THERE}"
        asked: tuple[str, list[object]] = (statement, [value for row in told for value in row])
    else:
        asked = (_INSERT_COLUMNS, [list(column) for column in zip(*told, strict=True)])
    (rows,) = straight(session, asked)
    return {(book, reference): number for number, book, reference in rows}


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
            Transfer.reason,
            Transfer.reverses_id,
        ).where(Transfer.book_id == posting.book_id, Transfer.reference == posting.reference)
    ).one()
    told = (posting.kind, posting.payer_id, posting.payee_id, posting.hours.minutes, posting.occurred_on)
    if tuple(found[1:]) != (*told, posting.reason, posting.reverses_id):
        raise ReferenceTaken(
            "Something else was posted under the reference %(reference)s.", reference=posting.reference
        )
    return int(found.id)


def _taken_back() -> AlreadyReversed:
    return AlreadyReversed("This was taken back before. That can be done once only.")


def _refusal(session: Session, error: IntegrityError | DataError) -> Refusal:
    """The database's no, as a sentence for the person."""
    if isinstance(error, DataError):
        return Unacceptable("That is more than the book can hold.")
    rule = broken_rule(error)
    if PAST_LIMIT in rule or "within_credit_limit" in rule:
        return OverCreditLimit(_room(session, error))
    refusals = {
        NEVER: _taken_back(),
        "uq_transfer_reverses_id": _taken_back(),
        CLOSED: AccountClosed("One of the two accounts is closed."),
        WRONG_KINDS: Unacceptable("Hours of this kind do not move between these two accounts."),
        NOT_ITS_MIRROR: Unacceptable("What takes another transfer back must mirror it."),
        "fk_transfer_reverses_id": Unacceptable("What takes another transfer back must mirror it."),
        "a_reversal_has_a_reason": Unacceptable("Say why it is taken back."),
    }
    for words, refusal in refusals.items():
        if words in rule:
            return refusal
    return NotFound("There is no such account in this book.")


def _room(session: Session, error: IntegrityError) -> Hours:
    """The largest amount that would have passed, at the moment of the no."""
    if session.get_bind().dialect.name == "postgresql":
        # The transaction is over for PostgreSQL; its trigger has told the amount with its no.
        return Hours(int(error.orig.diag.message_detail))  # type: ignore[union-attr]
    _book, _reference, _kind, payer_id, *_rest = error.params  # type: ignore[misc]
    limit, given, received = session.execute(
        select(Account.credit_limit_minutes, Account.given_minutes, Account.received_minutes).where(
            Account.id == payer_id
        )
    ).one()
    return Hours(max(0, (limit or 0) + given - received))
