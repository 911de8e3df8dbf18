"""What has to be done from time to time, beside the pages: the books are sealed."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from timebank.ledger import seals
from timebank.ledger.models import Seal
from timebank.members.models import Timebank

EVERY_SECONDS = 600
"""How long the worker rests between two rounds."""


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


def round_of_work(engine: Engine) -> int:
    """One round of the worker is done; the number of seals that were made."""
    with Session(engine) as session:
        books = session.scalars(select(Timebank.book_id).order_by(Timebank.id)).all()
    return sum(len(list(seal_book(engine, book_id))) for book_id in books)


def work(engine: Engine, stop: Event) -> None:
    """Rounds of work until told to stop; what fails in one is tried again in the next."""
    while not stop.is_set():
        try:
            round_of_work(engine)
        except SQLAlchemyError:
            logging.getLogger(__name__).exception("A round of work failed; it is tried again.")
        stop.wait(EVERY_SECONDS)
