"""What every area's tables share: named constraints, UTC times, word columns, and settings of SQLite and PostgreSQL."""

import math
import re
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, TypeDecorator, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session

READS_ONLY = "timebank_reads_only"
_RESTED_SECONDS = 5
_PATIENCE_SECONDS = 30


class Base(DeclarativeBase):
    """The base of every mapped class; each constraint has a name, so that a refusal can be told from it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; it comes back with its zone on SQLite too, and a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(kind: type[StrEnum], name: str) -> Enum:
    """A column that holds the words of an enumeration, and a CHECK of that name that refuses any other."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def engine_options(url: str) -> dict[str, Any]:
    """How an engine for this database is made: pool and waiting times."""
    if url.startswith("sqlite"):
        return {"url": url, "connect_args": {"timeout": _PATIENCE_SECONDS}}
    return {"url": url, "connect_args": {"options": "-c timezone=utc"}}


def prepare(engine: Engine) -> None:
    """Make each connection keep the house's promises.

    On SQLite foreign keys are held, readers do not wait for writers, and a transaction that may write says so at its
    beginning, so that two writers wait for one another instead of failing halfway.
    """
    if engine.dialect.name != "sqlite":
        _ask_after_a_rest(engine)
        return

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's own connection
        connection.isolation_level = None
        for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "recursive_triggers = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get(READS_ONLY, False)
        driver: Any = connection.connection.driver_connection
        begin = "BEGIN" if reads_only else "BEGIN IMMEDIATE"
        try:
            driver.execute(begin)
        except sqlite3.Error as error:
            raise DBAPIError.instance(begin, None, error, sqlite3.Error, dialect=connection.dialect) from error


def _ask_after_a_rest(engine: Engine) -> None:
    """A connection that has rested is asked whether its server is still there before it is used again.

    Asking each time would cost every transaction a question; a busy connection tells by itself when it is cut off, and
    then the pool throws all older ones away.
    """

    @event.listens_for(engine, "checkin")
    def _rests(_connection: object, record: Any) -> None:  # noqa: ANN401 - a pool's own record
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _asks(connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401 - a driver's own connection
        if time.monotonic() - record.info.get("rests_since", math.inf) < _RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def insert_unless_there(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can leave a row alone that is there already, in the words of this session's database."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def straight(session: Session, *asked: tuple[str, Sequence[object]]) -> list[list[Any]]:
    """The rows of each statement, run on the session's transaction by the driver itself; marks are question marks.

    For what must be fast: what SQLAlchemy would do around a statement takes as long as the database. PostgreSQL is
    sent all of them at once, and answers at once.

    Raises:
        DBAPIError: as SQLAlchemy would, IntegrityError among them; on SQLite its `params` are of the one that failed.
    """
    session.flush()
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    dialect = connection.dialect
    sql, values = asked[0]
    answers: list[Any] = []
    try:
        if dialect.name == "sqlite":
            for sql, values in asked:
                kept = [_as_sqlite_keeps(value) if type(value) in _TIMES else value for value in values]
                answers.append(driver.execute(sql, kept).fetchall())
            return answers
        return _all_at_once(driver, asked, dialect.loaded_dbapi.Error)
    except dialect.loaded_dbapi.Error as error:
        if dialect.is_disconnect(error, driver, None):
            connection.invalidate(error)
        raise DBAPIError.instance(sql, tuple(values), error, dialect.loaded_dbapi.Error, dialect=dialect) from error


def _all_at_once(
    driver: Any,  # noqa: ANN401 - a connection of psycopg, which is there with PostgreSQL only
    asked: Sequence[tuple[str, Sequence[object]]],
    fault: type[Exception],
) -> list[list[Any]]:
    """The statements are sent together; where one fails, its error is raised and not that the others then failed."""
    first: Exception | None = None
    answers: list[Any] = []
    try:
        with driver.pipeline():
            try:
                answers = [driver.execute(sql.replace("?", "%s"), values) for sql, values in asked]
            except fault as error:
                first = error
    except fault as error:
        first = first or error
    if first is not None:
        raise first
    return [answer.fetchall() for answer in answers]


_TIMES = frozenset({date, datetime})


def _as_sqlite_keeps(value: Any) -> str:  # noqa: ANN401 - a day or a moment, told apart here
    """A day or a moment as SQLAlchemy writes it into SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return str(value.isoformat())


def broken_rule(error: IntegrityError) -> str:
    """The name of the constraint that refused, or the words of the trigger that did; "" where neither is told."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return str(diagnostics.constraint_name or diagnostics.message_primary or "")
    named = re.match(r"(?:CHECK|FOREIGN KEY|UNIQUE) constraint failed: (.*)", str(error.orig))
    return named.group(1) if named else str(error.orig)
