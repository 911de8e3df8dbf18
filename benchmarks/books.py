"""The books that are measured: new ones with accounts, and large ones filled by SQL; every one passes the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, TextClause, bindparam, insert, select, text
from sqlalchemy.orm import Session

from benchmarks.databases import Host, build, engine, tidy
from timebank.database import UtcDateTime
from timebank.hours import Hours
from timebank.ledger import accounts, audit
from timebank.ledger.models import OPENED, Account, AccountChange, AccountKind, Book, ChangeKind

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
ON = date(2026, 1, 1)
FAR = Hours(100_000_000)
"""A credit limit that is asked each time and never reached."""

_CHUNK = 10_000

# Every tenth transfer pays or is paid by the first member, in turn; all others run between any two of the rest.
_FILL = """
WITH RECURSIVE counted(i) AS (
    SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM counted WHERE i < :last
), sides AS (
    SELECT i, 1 + (i * 7919) % (:members - 1) AS one, 1 + (i * 7919 + 1 + i % (:members - 2)) % (:members - 1) AS two
    FROM counted
)
INSERT INTO transfer (book_id, reference, kind, payer_id, payee_id, minutes, occurred_on, posted_at, reason)
SELECT :book, 'fill:' || i, 'exchange',
    :least + CASE WHEN i % 20 = 0 THEN 0 ELSE one END,
    :least + CASE WHEN i % 20 = 10 THEN 0 ELSE two END,
    5 + i % 90, CAST(:day AS {day}), CAST(:moment AS {moment}), ''
FROM sides
"""
_AS_TEXT = {"day": "TEXT", "moment": "TEXT"}

_TALLIES = """
UPDATE account SET given_minutes = sums.given, received_minutes = sums.received, last_transfer_id = sums.last_id
FROM (
    SELECT account_id, SUM(given) AS given, SUM(received) AS received, MAX(id) AS last_id
    FROM (
        SELECT payee_id AS account_id, minutes AS given, 0 AS received, id FROM transfer
        UNION ALL SELECT payer_id, 0, minutes, id FROM transfer
    ) AS sides GROUP BY account_id
) AS sums
WHERE account.id = sums.account_id
"""


class NotClean(Exception):
    """The audit found something, so that nothing measured on this book means anything."""


def lay(url: str, members: int) -> None:
    """The database has the schema and one book, with so many members' accounts at zero whose ids have no gap."""
    build(url)
    made = engine(url)
    with Session(made) as session:
        book = accounts.open_book(session, at=AT)
        session.execute(insert(Account), [{"book_id": book.id, "kind": AccountKind.MEMBER}] * members)
        limit = {"kind": ChangeKind.LIMIT, "after_minutes": FAR.minutes, "at": AT, "reason": OPENED}
        _, opened = book_and_members(session)
        session.execute(insert(AccountChange), [{"account_id": account, **limit} for account in opened])
        session.commit()
    made.dispose()


def book_and_members(session: Session) -> tuple[int, list[int]]:
    """The id of the book, and those of its members' accounts."""
    members = session.scalars(select(Account.id).where(Account.kind == AccountKind.MEMBER).order_by(Account.id))
    return session.scalars(select(Book.id)).one(), list(members)


class Shelf:
    """Filled books, each made when it is first asked for."""

    def __init__(self) -> None:
        self._filled: dict[tuple[str, int], str] = {}

    def filled(self, host: Host, transfers: int) -> str:
        """The address of a book with so many transfers, a member for each fifty, that the audit finds nothing in."""
        if (host.kind, transfers) not in self._filled:
            url = host.fresh(f"book_of_{transfers}")
            lay(url, members=transfers // 50)
            _fill(url, transfers)
            tidy(url)
            check(url)
            self._filled[host.kind, transfers] = url
        return self._filled[host.kind, transfers]


def check(url: str) -> None:
    """The audit finds nothing.

    Raises:
        NotClean: it does.
    """
    made = engine(url)
    with Session(made) as session:
        found = next(audit.findings(session), None)
    made.dispose()
    if found is not None:
        raise NotClean(found)


def _fill(url: str, transfers: int) -> None:
    """So many transfers are in the book, and the tallies follow from them; the triggers slept and stand again."""
    made = engine(url)
    with Session(made) as session:
        book, members = book_and_members(session)
    given = {"members": len(members), "book": book, "least": members[0]}
    statement = _statement(made)
    with made.begin() as connection, _triggers_asleep(connection):
        for first in range(1, transfers + 1, _CHUNK):
            moment = AT + timedelta(minutes=first // 100)
            chunk = {"first": first, "last": min(first + _CHUNK - 1, transfers), "day": moment.date(), "moment": moment}
            connection.execute(statement, {**given, **chunk})
        connection.execute(text(_TALLIES))
    made.dispose()


def _statement(made: Engine) -> TextClause:
    words = {"day": "DATE", "moment": "TIMESTAMPTZ"} if made.dialect.name == "postgresql" else _AS_TEXT
    return text(_FILL.format(**words)).bindparams(bindparam("moment", type_=UtcDateTime))


@contextmanager
def _triggers_asleep(connection: Connection) -> Iterator[None]:
    """No trigger acts until the end of it; afterwards they are just as they were."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        return
    triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    connection.execute(text("PRAGMA cache_size = -262144"))  # 256 MiB, or most of the time goes into paging
    for name, _ in triggers:
        connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)
