"""Whether the book is right: every tally is counted anew from the transfers and held against what is kept.

It reads and tells; it never mends.
"""

from collections.abc import Iterator

from sqlalchemy import Integer, Subquery, and_, case, cast, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from timebank import guards
from timebank.database import Base
from timebank.hours import Hours
from timebank.ledger.models import Account, AccountChange, Book, ChangeKind, Seal, Transfer, TransferKind
from timebank.ledger.triggers import GUARDS, RUNS_BETWEEN

_TABLES = tuple(model.__tablename__ for model in (Book, Account, AccountChange, Transfer, Seal))


def findings(session: Session) -> Iterator[str]:
    """What is wrong in all books, a sentence each; nothing where they are right."""
    yield from guards.findings(session, GUARDS)
    yield from guards.lost_rules(session, [Base.metadata.tables[name] for name in _TABLES])
    yield from _tallies(session)
    for book_id in session.scalars(select(Book.id).order_by(Book.id)).all():
        yield from _sums_to_zero(session, book_id)
        yield from _limits(session, book_id)
        yield from _changes(session, book_id)
        yield from _transfers(session, book_id)


def counted(session: Session) -> tuple[int, int]:
    """How many transfers and how many accounts there are to look at."""
    transfers = session.scalar(select(func.count()).select_from(Transfer)) or 0
    accounts = session.scalar(select(func.count()).select_from(Account)) or 0
    return transfers, accounts


def _sums_to_zero(session: Session, book_id: int) -> Iterator[str]:
    total = session.scalar(
        select(func.sum(Account.given_minutes - Account.received_minutes)).where(Account.book_id == book_id)
    )
    if total:
        yield f"Book {book_id}: the balances add up to {Hours(int(total))}, not to zero."


def _tallies(session: Session) -> Iterator[str]:
    """Each account's tallies against its transfers; the differing ones alone leave the database."""
    given, received = _counted(gained=True), _counted(gained=False)
    counted_given, counted_received = func.coalesce(given.c.minutes, 0), func.coalesce(received.c.minutes, 0)
    rows = session.execute(
        select(
            Account.book_id,
            Account.id,
            Account.given_minutes,
            counted_given,
            Account.received_minutes,
            counted_received,
        )
        .outerjoin(given, given.c.account == Account.id)
        .outerjoin(received, received.c.account == Account.id)
        .where(or_(Account.given_minutes != counted_given, Account.received_minutes != counted_received))
        .order_by(Account.id)
    )
    for book, account, kept_given, given_anew, kept_received, received_anew in rows:
        for word, kept, anew in (("given", kept_given, given_anew), ("received", kept_received, received_anew)):
            if kept != anew:
                yield (
                    f"Book {book}, account {account}: {word} is kept as {Hours(kept)},"
                    f" but its transfers add up to {Hours(int(anew))}."
                )


def _counted(*, gained: bool) -> Subquery:
    """What each account has given (gained) or received by its transfers; a reversal takes back from the other side."""
    back = Transfer.kind == TransferKind.REVERSAL
    side, mirrored = (Transfer.payee_id, Transfer.payer_id) if gained else (Transfer.payer_id, Transfer.payee_id)
    # Without its type SQLite would compare each account with each of the sums.
    account = cast(case((back, mirrored), else_=side), Integer).label("account")
    moves = select(account, case((back, -Transfer.minutes), else_=Transfer.minutes).label("minutes")).subquery()
    return select(moves.c.account, func.sum(moves.c.minutes).label("minutes")).group_by(moves.c.account).subquery()


def _limits(session: Session, book_id: int) -> Iterator[str]:
    """What an account may be past its limit is just what it is past it, and nothing where it is not."""
    past = Account.received_minutes - Account.given_minutes - Account.credit_limit_minutes
    may_be_further = Account.excess_minutes > case((past > 0, past), else_=0)
    is_closed = and_(Account.closed_at.is_not(None), Account.given_minutes != Account.received_minutes)
    rows = session.execute(
        select(Account.id, may_be_further)
        .where(Account.book_id == book_id, or_(may_be_further, Account.excess_minutes < past, is_closed))
        .order_by(Account.id)
    )
    for account, further in rows:
        where = f"Book {book_id}, account {account}"
        if further:
            yield f"{where}: it may go further past its credit limit than it is past it now."
        else:
            yield f"{where}: it is past its credit limit, or closed and not at zero."


def _changes(session: Session, book_id: int) -> Iterator[str]:
    """An account stands as its log leaves it, and each change of its limit goes on from the one before."""
    left = _left_by_the_log(book_id)
    rows = session.scalars(
        select(Account.id)
        .outerjoin(left, left.c.account_id == Account.id)
        .where(
            Account.book_id == book_id,
            or_(
                left.c.breaks_off == 1,
                Account.last_change_id != case((left.c.last_id > 0, left.c.last_id), else_=0),
                Account.credit_limit_minutes.is_distinct_from(left.c.limit),
                case((Account.closed_at.is_not(None), 1), else_=0) != func.coalesce(left.c.closed, 0),
            ),
        )
        .order_by(Account.id)
    )
    for account in rows:
        yield f"Book {book_id}, account {account}: its limit, or that it is closed, is not as its log leaves it."


def _left_by_the_log(book_id: int) -> Subquery:
    """How the log leaves each account that has one: its limit, whether it is closed, and whether the log breaks off.

    An account begins without a limit, and only a change of limit tells one. What was logged when logs began to tell
    the first limit too has a number below zero, and nothing notes it as the last change.
    """
    alike = AccountChange.account_id, AccountChange.kind == ChangeKind.LIMIT
    before = func.lag(AccountChange.after_minutes).over(partition_by=alike, order_by=AccountChange.id)
    newer = func.lead(AccountChange.id).over(partition_by=alike, order_by=AccountChange.id)
    each = (
        select(
            AccountChange.account_id,
            AccountChange.id,
            AccountChange.before_minutes.is_distinct_from(before).label("breaks_off"),
            case((newer.is_(None), AccountChange.after_minutes)).label("limit"),
            and_(AccountChange.kind == ChangeKind.CLOSE, newer.is_(None)).label("closed"),
        )
        .join(Account)
        .where(Account.book_id == book_id)
        .subquery()
    )
    return (
        select(
            each.c.account_id,
            func.max(each.c.id).label("last_id"),
            func.max(cast(each.c.breaks_off, Integer)).label("breaks_off"),
            func.max(each.c.limit).label("limit"),
            func.max(cast(each.c.closed, Integer)).label("closed"),
        )
        .group_by(each.c.account_id)
        .subquery()
    )


def _transfers(session: Session, book_id: int) -> Iterator[str]:
    payer, payee, original = aliased(Account), aliased(Account), aliased(Transfer)
    fits = or_(
        *(
            and_(Transfer.kind == kind, payer.kind.in_(payers), payee.kind.in_(payees))
            for kind, (payers, payees) in RUNS_BETWEEN.items()
        )
    )
    mirrored = and_(
        original.book_id == Transfer.book_id,
        original.kind != TransferKind.REVERSAL,
        original.payer_id == Transfer.payee_id,
        original.payee_id == Transfer.payer_id,
        original.minutes == Transfer.minutes,
    )
    sides = select(Transfer.id).outerjoin(payer, payer.id == Transfer.payer_id)
    sides = sides.outerjoin(payee, payee.id == Transfer.payee_id).where(Transfer.book_id == book_id)
    strange = sides.where(
        or_(
            payer.id.is_(None),
            payee.id.is_(None),
            payer.book_id != book_id,
            payee.book_id != book_id,
            payer.id == payee.id,
            Transfer.minutes <= 0,
            not_(fits),
        )
    )
    for transfer in session.scalars(strange.order_by(Transfer.id)):
        yield f"Book {book_id}, transfer {transfer}: it does not run between two accounts that it may run between."
    lone = select(Transfer.id).outerjoin(original, original.id == Transfer.reverses_id)
    lone = lone.where(Transfer.book_id == book_id, Transfer.kind == TransferKind.REVERSAL)
    for transfer in session.scalars(lone.where(or_(original.id.is_(None), not_(mirrored))).order_by(Transfer.id)):
        yield f"Book {book_id}, transfer {transfer}: it is a reversal that does not mirror what it reverses."
