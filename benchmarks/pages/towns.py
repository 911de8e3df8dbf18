"""Lays a large install on PostgreSQL: many timebanks, each with members, listings and exchanges; by SQL, at volume.

The first timebank has people to sign in as. Ids of what is laid follow from the number of the timebank and of the thing
in it, so that rows can name one another without being read back: a member's person, membership and account share an
id, and so do an exchange, its contribution and its transfer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Template

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from benchmarks.databases import build, engine, tidy
from timebank.commands.sealing import seal_all
from timebank.hours import Hours
from timebank.ledger import audit
from timebank.listings import board
from timebank.members import enrol
from timebank.members.enrol import Newcomer
from timebank.members.models import GivenRole, Person
from timebank.members.passwords import set_password
from timebank.policy import Role
from timebank.reports import releases
from timebank.reports.period import Period

PASSWORD = "three green kettles"  # noqa: S105 - of people who are made up
STAFF = {
    "coordinator": frozenset({Role.COORDINATOR}),
    "administrator": frozenset({Role.ADMINISTRATOR}),
    "safeguarding": frozenset({Role.SAFEGUARDING}),
    "funder": frozenset({Role.FUNDER}),
}
TWOFOLD = "both"
"""Somebody who is a member and a coordinator at once: the second member."""
_INDEXES = """
SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS made_by FROM pg_index
JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
FIRST_MEMBER = 1_000_000
"""The id of the first member of the first timebank; the next timebank's follow after those of this one."""


class NotClean(Exception):
    """The audit found something, so that nothing measured here means anything."""


@dataclass(frozen=True)
class Size:
    """How much there is: timebanks, and in each of them members, listings and exchanges."""

    towns: int = 100
    members: int = 1_000
    listings: int = 5_000
    exchanges: int = 50_000


def slug(number: int) -> str:
    """The address of that timebank, the first of which is 0."""
    return f"town-{number:03}"


def quarter_before(day: date) -> Period:
    """The quarter before that of this day; today's is left to be released, and the one before it is released."""
    return Period.of_quarter(Period.of_quarter(day).first_day - timedelta(days=1))


def lay(url: str, size: Size) -> None:
    """The install is there, its statistics are fresh, and the audit finds nothing in it.

    Raises:
        NotClean: the audit finds something.
    """
    build(url)
    made = engine(url)
    at = datetime.now(UTC)
    with Session(made) as session:
        for number in range(size.towns):
            _found(session, number, at)
        session.commit()
        with_password = session.connection()
        _fill(with_password, size, at)
        session.commit()
        _open(session, at)
        session.commit()
    seal_all(made)  # else the worker beside the pages would begin with it
    made.dispose()
    tidy(url)
    _check(url)


def _found(session: Session, number: int, at: datetime) -> None:
    timebank = enrol.create_timebank(
        session, slug(number), f"Timebank of town {number}", credit_limit=Hours(60 * 1_000), at=at
    )
    timebank.contact_name, timebank.contact_phone = "Jess", "01632 960 123"
    board.seed_categories(session, timebank)


def _open(session: Session, at: datetime) -> None:
    """The first timebank has its staff, its first two members can sign in, and a report is released."""
    timebank = enrol.timebank_at(session, slug(0))
    for name, roles in STAFF.items():
        newcomer = Newcomer(name=f"{name.title()} Jones", email=f"{name}@example.org", roles=roles)
        person = enrol.enrol(session, timebank, newcomer, at=at).person
        if person is not None:
            set_password(session, person, PASSWORD)
    first, second = (session.get_one(Person, FIRST_MEMBER + number) for number in (0, 1))
    set_password(session, first, PASSWORD)
    set_password(session, second, PASSWORD)
    session.add(GivenRole(membership_id=FIRST_MEMBER + 1, role=Role.COORDINATOR))
    latest = quarter_before(timebank.day_of(at))
    releases.release(session, timebank, quarter_before(latest.first_day), by=second, at=at)


def _fill(connection: Connection, size: Size, at: datetime) -> None:
    """Everything that is there many times; the triggers sleep meanwhile, and the tallies follow from the transfers.

    The indexes that no constraint stands on are made anew afterwards: row by row they would take longer than all else.
    """
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    indexes = connection.execute(text(_INDEXES)).all()
    for index in indexes:
        connection.execute(text(f"DROP INDEX {index.name}"))
    given = {
        "towns": size.towns,
        "members": size.members,
        "listings": size.listings,
        "exchanges": size.exchanges,
        "least": FIRST_MEMBER,
        "now": at,
        "today": at.date(),
    }
    for statement in _statements():
        bound = text(statement)
        connection.execute(bound, {name: given[name] for name in bound.compile().params})
    for index in indexes:
        connection.exec_driver_sql(index.made_by)


def _statements() -> Iterator[str]:
    """The statements of large.sql, with what they name put in."""
    told = Path(__file__).with_name("large.sql").read_text(encoding="utf-8")
    names: dict[str, str] = {}
    for name, meaning in re.findall(r"^-- \$(\w+) = (.*)$", told, re.MULTILINE):
        names[name] = Template(meaning).substitute(names)
    body = "\n".join(line for line in told.splitlines() if not line.startswith("--"))
    for statement in body.split(";\n"):
        if statement.strip():
            yield Template(statement).substitute(names)


def _check(url: str) -> None:
    made = engine(url)
    with Session(made) as session:
        found = next(audit.findings(session), None)
    made.dispose()
    if found is not None:
        raise NotClean(found)
