"""The made-up community, laid once on each database for all tests of it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import _database_of_its_own, connected
from timebank.demo.community import SLUG, lay
from timebank.members.models import Timebank

TODAY = date(2026, 6, 10)
MIDNIGHT = datetime(2026, 6, 10, tzinfo=UTC)
TOLD: dict[str, list[str]] = {}


@pytest.fixture(scope="session")
def on_sqlite(sqlite_file, tmp_path_factory) -> Iterator[Session]:
    # A database of its own: that of the other tests has a single connection, and this one stays open between them.
    path = tmp_path_factory.mktemp("demo") / "timebank.db"
    shutil.copy(sqlite_file, path)
    engine = connected(f"sqlite:///{path}")
    yield from _laid(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def on_postgresql(postgresql_url, postgresql_template, tmp_path_factory) -> Iterator[Session]:
    # Of its own as well: who laid another timebank of the same address would wait for this one's end.
    folder = tmp_path_factory.mktemp("demo")
    with _database_of_its_own(postgresql_url, folder, template=postgresql_template) as url:
        engine = connected(url)
        yield from _laid(engine)
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def laid(request) -> Session:
    return request.getfixturevalue(f"on_{request.param}")


@pytest.fixture
def timebank(laid) -> Timebank:
    return laid.scalars(select(Timebank).where(Timebank.slug == SLUG)).one()


def _laid(engine) -> Iterator[Session]:
    """The community, rolled back after all its tests."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            told = TOLD[engine.dialect.name] = []
            lay(session, today=TODAY, progress=told.append, scale=0.25)
            session.expire_all()
            yield session
        outer.rollback()
