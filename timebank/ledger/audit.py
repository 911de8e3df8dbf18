"""Whether the book is right: every tally is counted anew from the transfers and held against what is kept.

It reads and tells; it never mends.
"""

from collections.abc import Iterator
from itertools import pairwise

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
    past = -(Account.credit_limit_minutes + Account.excess_minutes)
    rows = session.scalars(
        select(Account.id).where(
            Account.book_id == book_id,
            or_(
                Account.given_minutes - Account.received_minutes < past,
                and_(Account.closed_at.is_not(None), Account.given_minutes != Account.received_minutes),
            ),
        )
    )
    for account in rows:
        yield f"Book {book_id}, account {account}: it is past its credit limit, or closed and not at zero."


def _changes(session: Session, book_id: int) -> Iterator[str]:
    """An account stands as its log leaves it, and each change of its limit goes on from the one before."""
    query = select(Account).where(Account.book_id == book_id)
    logged: dict[int, list[AccountChange]] = {}
    for change in session.scalars(
        select(AccountChange).join(Account).where(Account.book_id == book_id).order_by(AccountChange.id)
    ):
        logged.setdefault(change.account_id, []).append(change)
    changed = or_(Account.id.in_(logged), Account.last_change_id != 0, Account.closed_at.is_not(None))
    for account in session.scalars(query.where(changed).order_by(Account.id)):
        changes = logged.get(account.id, [])
        limits = [change for change in changes if change.kind == ChangeKind.LIMIT]
        goes_on = all(one.after_minutes == two.before_minutes for one, two in pairwise(limits))
        limit = limits[-1].after_minutes if limits else account.credit_limit_minutes
        doors = [change.kind for change in changes if change.kind != ChangeKind.LIMIT]
        closed = bool(doors) and doors[-1] == ChangeKind.CLOSE
        last = changes[-1].id if changes else 0
        if not goes_on or (account.credit_limit_minutes, account.closed_at is not None, account.last_change_id) != (
            limit,
            closed,
            last,
        ):
            yield f"Book {book_id}, account {account.id}: its limit, or that it is closed, is not as its log leaves it."


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
