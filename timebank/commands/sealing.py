"""The books are sealed, one after the other, each up to its last transfer."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from timebank.ledger import seals
from timebank.ledger.models import Seal
from timebank.members.models import Timebank


def seal_book(engine: Engine, book_id: int) -> Iterator[Seal]:
    """All of the book is sealed, each stretch in a transaction of its own; the new seals, as they are made."""
    while True:
        with Session(engine, expire_on_commit=False) as session:
            made = seals.seal(session, book_id, at=datetime.now(UTC))
            session.commit()
        if made is not None:
            yield made
        if made is None or made.transfers < seals.STRETCH:
            return  # what was posted meanwhile is for the next time, or it would never end


def seal_all(engine: Engine) -> int:
    """The books of all timebanks are sealed; the number of seals that were made."""
    with Session(engine) as session:
        books = session.scalars(select(Timebank.book_id).order_by(Timebank.id)).all()
    return sum(len(list(seal_book(engine, book_id))) for book_id in books)
