"""The floor: the least that one post needs, by hand through the driver, on the ledger's own tables without triggers."""

import sqlite3

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.books import AT, ON, book_and_members, lay
from benchmarks.databases import engine
from benchmarks.writers import Actor, Turn

_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}
_DROP = {"sqlite": "DROP TRIGGER {name}", "postgresql": "DROP TRIGGER {name} ON {table}"}
_INSERT = (
    "INSERT INTO transfer (book_id, reference, kind, payer_id, payee_id, minutes, occurred_on, posted_at, reason,"
    " entered_by, reverses_id) VALUES ({0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0})"
)
_UPDATE = (
    "UPDATE account SET {tally}_minutes = {tally}_minutes + {0} WHERE id = {0}"
    " RETURNING given_minutes - received_minutes"
)


def lay_floor(url: str, members: int) -> None:
    """The database has a book as the ledger has it, built by the same migrations, and not one trigger."""
    lay(url, members)
    made = engine(url)
    dialect = made.dialect.name
    with made.begin() as connection:
        for name, table in connection.execute(text(_TRIGGERS[dialect])).all():
            connection.execute(text(_DROP[dialect].format(name=name, table=table)))
    made.dispose()


def floor(url: str) -> Actor:
    """The floor's actor for this database."""
    return _OnSqlite(url) if url.startswith("sqlite") else _OnPostgres(url)


class _Floor:
    """What both drivers are told: one INSERT, then each account in the order of the ids; the table checks its limit."""

    def __init__(self, url: str, mark: str) -> None:
        made = engine(url)
        with Session(made) as session:
            self._book, self._accounts = book_and_members(session)
        made.dispose()
        self._insert = _INSERT.format(mark)
        self._gives = _UPDATE.format(mark, tally="given")
        self._receives = _UPDATE.format(mark, tally="received")

    def _values(self, turn: Turn, on: object, at: object) -> tuple[object, ...]:
        payer, payee = self._accounts[turn.payer], self._accounts[turn.payee]
        return (self._book, turn.reference, "exchange", payer, payee, turn.minutes, on, at, "", None, None)

    def _updates(self, turn: Turn) -> list[tuple[int, str]]:
        """The two accounts in the order of their ids, each with its statement: the payee gives, the payer receives."""
        payer, payee = self._accounts[turn.payer], self._accounts[turn.payee]
        return sorted([(payer, self._receives), (payee, self._gives)])


class _OnSqlite(_Floor):
    def __init__(self, url: str) -> None:
        super().__init__(url, "?")
        self._link = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30, isolation_level=None)
        for pragma in ("foreign_keys = ON", "synchronous = FULL"):
            self._link.execute(f"PRAGMA {pragma}")

    def act(self, turn: Turn) -> None:
        """The transfer is in the book and committed."""
        run = self._link.execute
        run("BEGIN IMMEDIATE")
        run(self._insert, self._values(turn, ON.isoformat(), f"{AT:%Y-%m-%d %H:%M:%S.%f}"))
        for account, update in self._updates(turn):
            run(update, (turn.minutes, account)).fetchone()
        run("COMMIT")

    def recover(self) -> None:
        """The transaction is left."""
        if self._link.in_transaction:
            self._link.execute("ROLLBACK")


class _OnPostgres(_Floor):
    def __init__(self, url: str) -> None:
        super().__init__(url, "%s")
        self._link = psycopg.connect(url.replace("+psycopg", ""))

    def act(self, turn: Turn) -> None:
        """The transfer is in the book and committed."""
        run = self._link.execute
        run(self._insert, self._values(turn, ON, AT))
        for account, update in self._updates(turn):
            run(update, (turn.minutes, account)).fetchone()
        self._link.commit()

    def recover(self) -> None:
        """The transaction is left."""
        self._link.rollback()
