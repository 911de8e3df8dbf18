"""The revisions build just what the models say, on both databases, and go back as they came."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.orm import Session

from tests.builders import changes_of
from timebank.commands.upgrading import downgrade, is_current, settings, upgrade
from timebank.guards import findings
from timebank.ledger import audit
from timebank.schema import guards, metadata


def _triggers(connection):
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    return set(connection.scalars(text(asked[connection.dialect.name])))


def test_the_revisions_make_the_tables_of_the_models(own_engine):
    with own_engine.connect() as connection:
        dialect = connection.dialect.name

        def belongs_here(thing, _name, _kind, _found, _other):
            return thing.info.get("only", dialect) == dialect

        context = MigrationContext.configure(connection, opts={"include_object": belongs_here})
        assert compare_metadata(context, metadata()) == []
    assert is_current(own_engine)


def test_the_revisions_make_every_check_of_the_models(own_engine):
    """Alembic does not compare CHECK constraints, so that a lost one would pass unseen."""
    inspector = inspect(own_engine)
    for table in metadata().tables.values():
        wanted = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
        found = {one["name"] for one in inspector.get_check_constraints(table.name)}
        assert found == wanted, table.name


def test_the_book_is_guarded_after_an_upgrade(own_engine):
    with Session(own_engine) as session:
        assert list(findings(session, guards())) == []
        assert _triggers(session.connection()) == {
            guard.name
            for guard in guards()
            if (guard.sqlite if session.get_bind().dialect.name == "sqlite" else guard.postgresql)
        }


def test_down_and_up_again(own_engine):
    downgrade(own_engine, "base")
    inspector = inspect(own_engine)
    assert set(inspector.get_table_names()) <= {"alembic_version"}
    with own_engine.connect() as connection:
        assert _triggers(connection) == set()
    assert not is_current(own_engine)

    upgrade(own_engine)
    assert is_current(own_engine)


def test_a_second_upgrade_changes_nothing(own_engine):
    upgrade(own_engine)

    assert is_current(own_engine)


def test_the_revisions_are_one_line(own_engine):
    told = settings()
    with own_engine.connect() as connection:
        told.attributes["connection"] = connection
        command.history(told)
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(told)
    assert len(script.get_heads()) == 1
    numbers = sorted(revision.revision for revision in script.walk_revisions())
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_the_first_limit_of_an_account_that_was_there_before_is_logged(own_engine):
    downgrade(own_engine, "0002")
    opened = "2026-06-01 12:00:00.000000"
    with own_engine.begin() as connection:
        connection.execute(text(f"INSERT INTO book (id, opened_at) VALUES (1, '{opened}')"))
        for account, limit in ((1, "NULL"), (2, 600), (3, 600), (4, "NULL"), (5, 600)):
            connection.execute(
                text(
                    "INSERT INTO account (id, book_id, kind, credit_limit_minutes)"
                    f" VALUES ({account}, 1, '{'community' if account == 1 else 'member'}', {limit})"
                )
            )
        for account, before, after in ((3, 600, 60), (3, 60, 90), (4, "NULL", 30), (5, 600, "NULL")):
            connection.execute(
                text(
                    "INSERT INTO account_change (account_id, kind, before_minutes, after_minutes, at, reason)"
                    f" VALUES ({account}, 'limit', {before}, {after}, '{opened}', 'agreed')"
                )
            )

    upgrade(own_engine)

    with Session(own_engine) as session:
        assert list(audit.findings(session)) == []
        logs = {
            account: [(one.before_minutes, one.after_minutes) for one in changes_of(session, account)]
            for account in range(1, 6)
        }
    assert logs == {
        1: [],
        2: [(None, 600)],
        3: [(60, 90), (600, 60), (None, 600)],
        4: [(None, 30)],
        5: [(600, None), (None, 600)],
    }

    downgrade(own_engine, "0002")
    upgrade(own_engine)
    with Session(own_engine) as session:
        assert list(audit.findings(session)) == []
