"""Alembic's way in: runs the revisions on the connection that it is handed, or on the install's own database."""

from alembic import context
from sqlalchemy import Connection, create_engine

import config
from timebank.database import UtcDateTime, engine_options, prepare
from timebank.schema import metadata


def _render(kind: str, thing: object, _context: object) -> str | bool:
    """A revision must not change with the program, so it says sa.DateTime where a model says UtcDateTime."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata(), render_item=_render)
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    _run(handed)
else:
    engine = create_engine(**engine_options(config.load().database))
    prepare(engine)
    with engine.begin() as own:
        _run(own)
