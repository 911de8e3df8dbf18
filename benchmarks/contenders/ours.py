"""The timebank's own ledger, through its public functions and a session on a connection that it keeps."""

from sqlalchemy.orm import Session

from benchmarks.books import AT, ON, book_and_members
from benchmarks.databases import engine
from benchmarks.writers import Turn
from timebank.database import READS_ONLY
from timebank.hours import Hours
from timebank.ledger import balances, posting
from timebank.ledger.models import TransferKind

BULK = 1_000
"""How many transfers one turn of `Bulk` posts."""


class Posts:
    """One post and one commit a turn."""

    def __init__(self, url: str) -> None:
        self._session = Session(engine(url).connect())
        self._book, self._accounts = book_and_members(self._session)
        self._session.rollback()

    def act(self, turn: Turn) -> None:
        """The transfer is posted and committed."""
        posting.post(self._session, self._posting(turn, turn.reference), at=AT)
        self._session.commit()

    def recover(self) -> None:
        """The session is empty again."""
        self._session.rollback()

    def _posting(self, turn: Turn, reference: str, *, further: int = 0) -> posting.Posting:
        return posting.Posting(
            book_id=self._book,
            reference=reference,
            kind=TransferKind.EXCHANGE,
            payer_id=self._accounts[(turn.payer + further) % len(self._accounts)],
            payee_id=self._accounts[(turn.payee + further) % len(self._accounts)],
            hours=Hours(turn.minutes),
            occurred_on=ON,
        )


class Bulk(Posts):
    """A thousand posts and one commit a turn, over all the accounts in turn."""

    def act(self, turn: Turn) -> None:
        """The transfers are posted, and committed together."""
        postings = [self._posting(turn, f"{turn.reference}:{place}", further=place) for place in range(BULK)]
        posting.post_all(self._session, postings, at=AT)
        self._session.commit()


class _Reads:
    """Reads what a page of one account shows, in a transaction of its own that only reads."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url).execution_options(**{READS_ONLY: True})
        with Session(self._engine) as session:
            _, self._accounts = book_and_members(session)

    def recover(self) -> None:
        """Nothing is left over from a turn."""


class Balance(_Reads):
    """One account's balance a turn."""

    def act(self, turn: Turn) -> None:
        """The payer's balance is read."""
        with Session(self._engine) as session:
            balances.balance(session, self._accounts[turn.payer])


class BalanceOnly(_Reads):
    """One account's balance a turn, on a connection that is kept and without a transaction, as Django reads."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._session = Session(engine(url).connect().execution_options(isolation_level="AUTOCOMMIT"))

    def act(self, turn: Turn) -> None:
        """The payer's balance is read."""
        balances.balance(self._session, self._accounts[turn.payer])


class Statement(_Reads):
    """The newest fifty lines of one account's statement a turn."""

    def act(self, turn: Turn) -> None:
        """The payer's statement is read."""
        with Session(self._engine) as session:
            balances.statement(session, self._accounts[turn.payer], limit=50)
