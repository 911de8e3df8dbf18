"""Books to write into, and operations in the words that writer.py understands."""

import time
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.ledger.writer import carry_out
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.accounts import open_account, open_book
from timebank.ledger.models import Account, AccountKind, Seal, Transfer

AT = "2026-06-10T12:00:00+00:00"
DAY = "2026-06-10"


def a_book(engine: Engine, *limits: int | None) -> tuple[int, int, list[int]]:
    """The id of a new book, of its community account, and of a member's account for each limit."""
    with Session(engine) as session:
        at = datetime.fromisoformat(AT)
        book = open_book(session, at=at)
        community = session.scalars(select(Account.id).where(Account.book_id == book.id)).one()
        members = [
            open_account(
                session, book.id, AccountKind.MEMBER, credit_limit=None if limit is None else Hours(limit), at=at
            ).id
            for limit in limits
        ]
        session.commit()
        return book.id, community, members


def a_post(
    book: int, reference: str, payer: int, payee: int, minutes: int, kind: str = "exchange", **more: Any
) -> dict[str, Any]:
    """A posting of its own; `more` are at, on and reason."""
    return {
        "do": "post",
        "book": book,
        "reference": reference,
        "kind": kind,
        "payer": payer,
        "payee": payee,
        "minutes": minutes,
        "on": DAY,
        "at": AT,
        **more,
    }


def a_reversal(transfer: int, **more: Any) -> dict[str, Any]:
    """The transfer is taken back."""
    return {"do": "reverse", "transfer": transfer, "reason": "logged twice", "on": DAY, "at": AT, **more}


def a_seal(book: int) -> dict[str, Any]:
    """The book is sealed."""
    return {"do": "seal", "book": book, "at": AT}


def seal_all(engine: Engine, book: int) -> None:
    """Every transfer of the book is under a seal; what PostgreSQL does for itself may hold one up for a while."""
    until = time.monotonic() + 30
    while _not_sealed(engine, book):
        assert time.monotonic() < until, "the book cannot be sealed"
        assert carry_out(engine, a_seal(book))["said"] == "Sealed"


def _not_sealed(engine: Engine, book: int) -> int:
    with Session(engine) as session:
        there = session.scalar(select(func.count()).where(Transfer.book_id == book)) or 0
        return there - (session.scalar(select(func.sum(Seal.transfers)).where(Seal.book_id == book)) or 0)


def balances_of(engine: Engine, accounts: list[int]) -> list[int]:
    """The balances of these accounts, in minutes."""
    with Session(engine) as session:
        return [balances.balance(session, account).minutes for account in accounts]
