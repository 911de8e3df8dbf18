"""How a database gets its tables: Alembic's revisions, run on an engine; it never makes a table of its own."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from timebank.database import READS_ONLY

_HOME = Path(__file__).resolve().parents[2]


def settings() -> Config:
    """Alembic's settings, with the revisions that came with the program."""
    told = Config()
    told.set_main_option("script_location", str(_HOME / "migrations").replace("%", "%%"))
    return told


def upgrade(engine: Engine, revision: str = "head") -> None:
    """The database has the tables of this revision, in one transaction."""
    told = settings()
    with engine.begin() as connection:
        told.attributes["connection"] = connection
        command.upgrade(told, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """The database is back at this revision, in one transaction."""
    told = settings()
    with engine.begin() as connection:
        told.attributes["connection"] = connection
        command.downgrade(told, revision)


def is_current(engine: Engine) -> bool:
    """Whether the database has the tables that this program wants."""
    with engine.connect().execution_options(**{READS_ONLY: True}) as connection:
        have = MigrationContext.configure(connection).get_current_heads()
    return set(have) == set(ScriptDirectory.from_config(settings()).get_heads())
