"""What the database itself refuses: triggers in the words of each database; here they are written, never made."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Table, inspect, text
from sqlalchemy.orm import Session

STAYS = "stays"
"""The function of PostgreSQL that refuses with the words it is handed."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: on which table, and what it does on each database; "" where a database needs none.

    On PostgreSQL `body` is what its function of the same name does; without one it calls a function of another name.
    """

    name: str
    table: str
    sqlite: str
    postgresql: str
    body: str = ""

    def statement(self, dialect: str) -> str:
        """The statement that makes the trigger, just as PostgreSQL and SQLite tell it when they are asked."""
        return f"CREATE TRIGGER {self.name} {self.sqlite if dialect == 'sqlite' else self.postgresql}"


def refuses(name: str, table: str, *, on: str, where: str, words: str) -> Guard:
    """A guard that refuses an INSERT or UPDATE with these words where the condition holds, alike on both databases.

    In the condition, `a DIFFERS FROM b` is true also where one of the two is NULL.
    """
    sqlite, postgresql = (where.replace(" DIFFERS FROM ", told) for told in (" IS NOT ", " IS DISTINCT FROM "))
    return Guard(
        name,
        table,
        sqlite=f"BEFORE {on} ON {table} BEGIN SELECT RAISE(ABORT, '{words}') WHERE {sqlite}; END",
        postgresql=f"BEFORE {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        body=f"BEGIN IF {postgresql} THEN {raises(words)} END IF; RETURN NEW; END",
    )


def keeps(table: str, words: str, *, unique: Iterable[str] | None = (), changes: bool = False) -> tuple[Guard, ...]:
    """Guards that let nobody change, delete, empty or replace a row; with `changes`, a row may be changed.

    `unique` are conditions, beside the same id, under which a row that SQLite would replace stands there already; None
    where a guard of the table's own looks at what comes in.
    """
    guards = [
        Guard(
            f"{table}_is_never_deleted",
            table,
            sqlite=f"BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END",
            postgresql=f"BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {STAYS}('{words}')",
        ),
        Guard(
            f"{table}_is_never_emptied",
            table,
            sqlite="",
            postgresql=f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {STAYS}('{words}')",
        ),
    ]
    if unique is not None:
        # A REPLACE takes the old row away without asking the delete trigger, so it is stopped before it begins.
        there = " OR ".join(["id = NEW.id", *unique])
        guards.append(
            Guard(
                f"{table}_is_never_replaced",
                table,
                sqlite=f"BEFORE INSERT ON {table} BEGIN"
                f" SELECT RAISE(ABORT, '{words}') WHERE EXISTS (SELECT 1 FROM {table} WHERE {there}); END",
                postgresql="",
            )
        )
    if not changes:
        guards.append(
            Guard(
                f"{table}_is_never_changed",
                table,
                sqlite=f"BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END",
                postgresql=f"BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {STAYS}('{words}')",
            )
        )
    return tuple(guards)


def raises(words: str, *, detail: str = "") -> str:
    """The statement of PostgreSQL that refuses with these words; `detail` is an SQL expression."""
    more = f", DETAIL = {detail}" if detail else ""
    return f"RAISE EXCEPTION USING MESSAGE = '{words}', ERRCODE = 'integrity_constraint_violation'{more};"


def statements(guards: Iterable[Guard], dialect: str) -> list[str]:
    """The statements that make these guards on this database, in their order."""
    standing = [guard for guard in guards if guard.sqlite or dialect != "sqlite"]
    if dialect == "sqlite":
        return [guard.statement(dialect) for guard in standing]
    standing = [guard for guard in standing if guard.postgresql]
    functions = {guard.name: guard.body for guard in standing if guard.body}
    return [
        *(_function(name, body) for name, body in {STAYS: _STAYS, **functions}.items()),
        *(guard.statement(dialect) for guard in standing),
    ]


def findings(session: Session, guards: Iterable[Guard]) -> Iterator[str]:
    """What is wrong with the guards, a sentence each: gone, switched off, changed, or one beside them that is not ours.

    `guards` are all that stand on their tables.
    """
    guards = tuple(guards)
    dialect = session.get_bind().dialect.name
    found = _found_on_sqlite(session) if dialect == "sqlite" else _found_on_postgresql(session)
    for guard in guards:
        if not (guard.sqlite if dialect == "sqlite" else guard.postgresql):
            continue
        if guard.name not in found:
            yield f"The database no longer guards {guard.table}: the trigger {guard.name} is gone or switched off."
        elif found[guard.name] != (_tidy(guard.statement(dialect)), _tidy(guard.body) if dialect != "sqlite" else ""):
            yield f"The database no longer guards {guard.table}: the trigger {guard.name} was changed."
    ours, tables = {guard.name for guard in guards}, {guard.table for guard in guards}
    for name in sorted(found.keys() - ours):
        table = re.search(r" ON (?:\w+\.)?\W?(\w+)", found[name][0], re.IGNORECASE)
        if table and table[1].lower() in tables:
            yield f"A trigger that is not ours stands on {table[1].lower()}: {name}."


def lost_rules(session: Session, tables: Iterable[Table]) -> Iterator[str]:
    """Which named rules of these tables the database has no more, a sentence each: CHECKs, keys, what is unique."""
    inspector = inspect(session.connection())
    for table in tables:
        found = {inspector.get_pk_constraint(table.name)["name"]}
        for told in (
            inspector.get_check_constraints(table.name),
            inspector.get_unique_constraints(table.name),
            inspector.get_foreign_keys(table.name),
        ):
            found |= {one["name"] for one in told}
        for name in sorted({str(one.name) for one in table.constraints} - found):
            yield f"The database no longer guards {table.name}: the rule {name} is gone."


_STAYS = "BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END"


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"


def _tidy(statement: str) -> str:
    return re.sub(r"\s+", " ", statement).strip()


def _found_on_sqlite(session: Session) -> dict[str, tuple[str, str]]:
    rows = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {name: (_tidy(sql), "") for name, sql in rows}


def _found_on_postgresql(session: Session) -> dict[str, tuple[str, str]]:
    """The triggers that are switched on; of one that calls the function all share, that function must be whole too."""
    rows = session.execute(
        text(
            "SELECT tgname, pg_get_triggerdef(t.oid, true), proname, prosrc FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
    )
    found = {}
    for name, statement, function, body in rows:
        shared_and_whole = function == STAYS and body == _STAYS
        found[name] = (_tidy(statement), "" if shared_and_whole else _tidy(body))
    return found
