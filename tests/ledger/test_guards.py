"""What must always hold, tried below the program: raw SQL on a second connection, with SQLite's checks as it has them."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import NOON
from timebank.contributions import audit as contributions
from timebank.exchanges import audit as exchanges
from timebank.exchanges import steps
from timebank.hours import Hours
from timebank.ledger import accounts, audit, seals
from timebank.reports import releases
from timebank.reports.period import Period


@pytest.fixture
def community(own_engine: Engine):
    """A timebank in which everything has happened once; the ids that the statements need."""
    with Session(own_engine) as session:
        timebank = builders.a_timebank(session)
        ana, ben, cleo = (builders.a_member(session, timebank, f"{name} Nemo") for name in ("Ana", "Ben", "Cleo"))
        jess = builders.a_coordinator(session, timebank)
        one, two = (builders.an_approved_exchange(session, ana, ben, approved_by=jess) for _ in range(2))
        waiting = builders.a_confirmed_exchange(session, ben, cleo)
        back = builders.an_approved_exchange(session, ana, ben, approved_by=jess)
        steps.reverse(session, back.id, reason="logged twice", by=jess, at=NOON)
        accounts.set_credit_limit(
            session, cleo.account_id, Hours(60), entered_by=jess.person_id, reason="agreed", at=NOON
        )
        releases.release(session, timebank, Period.read("2026-Q2"), by=jess.person, at=NOON.replace(month=11))
        other = builders.a_timebank(session, "hillside", "Hillside Timebank")
        stranger = builders.a_member(session, other, "Sam Stranger")
        ids = {
            "book": timebank.book_id,
            "ana": ana.account_id,
            "ben": ben.account_id,
            "cleo": cleo.account_id,
            "stranger": stranger.account_id,
            "community": builders.community_account(session, timebank).id,
            "one": one.contribution.transfer_id,
            "contribution": one.contribution_id,
            "second_contribution": two.contribution_id,
            "waiting": waiting.id,
            "taken_back": back.contribution.transfer_id,
            "approved": one.id,
            "ana_member": ana.id,
            "ben_member": ben.id,
            "timebank": timebank.id,
            "other_book": other.book_id,
        }
        session.commit()
    return ids


def typed(engine: Engine, statement: str, ids: dict[str, int]) -> None:
    """The statement, typed into the database's own program: with its defaults, and none of ours."""
    told = statement.format(**ids)
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(engine.url.database)) as connection:
            connection.execute(told)
            connection.commit()
    else:
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            connection.execute(told)


def refused(engine: Engine, statement: str, ids: dict[str, int]) -> bool:
    """Whether the database refuses the statement by a rule; a statement that it cannot read is no proof."""
    try:
        typed(engine, statement, ids)
    except (sqlite3.IntegrityError, psycopg.IntegrityError):
        return True
    return False


def everything(engine: Engine) -> list[object]:
    """All that the tables of the book and of what counts hold, to see that nothing has changed."""
    tables = ("transfer", "account", "account_change", "seal", "contribution", "exchange", "membership", "release")
    with engine.connect() as connection:
        return [connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").all() for table in tables]


def findings(engine: Engine) -> list[str]:
    with Session(engine) as session:
        kinds = (audit, seals, contributions, exchanges, releases)
        return [finding for kind in kinds for finding in kind.findings(session)]


TRANSFER = (
    "INSERT INTO transfer (book_id, reference, kind, payer_id, payee_id, minutes, occurred_on, posted_at, reason, reverses_id)"
    " VALUES ({{book}}, {reference}, {kind}, {payer}, {payee}, {minutes}, '2026-06-10', '2026-06-10 12:00:00.000000', 'by hand', {reverses})"
)


def transfer(
    minutes=5, *, payer="{ben}", payee="{ana}", kind="gift", reference="'by hand'", reverses="NULL", replace=False
):
    statement = TRANSFER.format(
        reference=reference, kind=f"'{kind}'", payer=payer, payee=payee, minutes=minutes, reverses=reverses
    )
    return statement.replace("INSERT", "INSERT OR REPLACE") if replace else statement


def replaced(table: str, columns: str, where: str) -> str:
    """A REPLACE that would put a changed copy of a row in its own place; SQLite only."""
    return f"INSERT OR REPLACE INTO {table} SELECT {columns} FROM {table} WHERE {where}"


REFUSED = {
    "1 every minute has a payer and a payee, and all balances add up to zero": [
        "UPDATE account SET given_minutes = given_minutes + 60 WHERE id = {ana}",
        "UPDATE account SET given_minutes = given_minutes + 90, last_transfer_id = {one} WHERE id = {ana}",
        "UPDATE account SET given_minutes = given_minutes + 90, last_transfer_id = last_transfer_id + 1 WHERE id = {ana}",
        "UPDATE account SET received_minutes = 0, given_minutes = 0 WHERE id = {ben}",
        "INSERT INTO account (book_id, kind, given_minutes) VALUES ({book}, 'member', 600)",
        "INSERT INTO account (book_id, kind, received_minutes) VALUES ({book}, 'member', 600)",
        "INSERT INTO account (book_id, kind, last_transfer_id) VALUES ({book}, 'member', 3)",
        "UPDATE account SET book_id = {other_book} WHERE id = {cleo}",
        "UPDATE account SET kind = 'community', last_change_id = last_change_id + 1 WHERE id = {cleo}",
        "DELETE FROM account WHERE id = {cleo}",
        "DELETE FROM book",
        "UPDATE book SET opened_at = '2020-01-01 10:00:00.000000'",
        transfer(payee="{stranger}"),
        transfer(payer="{stranger}"),
        transfer(payee="999999"),
        transfer(payee="{ben}"),
        transfer(0),
        transfer(-5),
    ],
    "2 rows of the ledger are never changed and never deleted": [
        "UPDATE transfer SET minutes = 1",
        "UPDATE transfer SET reason = 'nicer' WHERE id = {one}",
        "UPDATE transfer SET occurred_on = '2026-01-01' WHERE id = {one}",
        "DELETE FROM transfer WHERE id = {one}",
        "DELETE FROM transfer",
        "UPDATE account_change SET reason = 'nicer'",
        "DELETE FROM account_change",
        "UPDATE seal SET up_to_id = 1",
        "DELETE FROM seal",
        "UPDATE release SET document = '{{}}'",
        "DELETE FROM release",
    ],
    "3 no account passes its credit limit": [
        transfer(10_000),
        transfer(61, payer="{cleo}"),
        "UPDATE account SET credit_limit_minutes = 100000 WHERE id = {cleo}",
        "UPDATE account SET credit_limit_minutes = NULL WHERE id = {ben}",
        "UPDATE account SET excess_minutes = 600 WHERE id = {cleo}",
        "UPDATE account SET closed_at = '2026-06-10 12:00:00.000000' WHERE id = {cleo}",
        (
            "INSERT INTO account_change (account_id, kind, before_minutes, after_minutes, at, reason)"
            " VALUES ({cleo}, 'limit', 1200, 6000, '2026-06-10 12:00:00.000000', 'not what it was')"
        ),
        (
            "INSERT INTO account_change (account_id, kind, before_minutes, after_minutes, at, reason)"
            " VALUES ({cleo}, 'limit', 60, -1, '2026-06-10 12:00:00.000000', 'below zero')"
        ),
        (
            "INSERT INTO account_change (account_id, kind, before_minutes, after_minutes, at, reason)"
            " VALUES ({cleo}, 'limit', 60, 6000, '2026-06-10 12:00:00.000000', '')"
        ),
        (
            "INSERT INTO account_change (account_id, kind, at, reason)"
            " VALUES ({ana}, 'close', '2026-06-10 12:00:00.000000', 'not at zero')"
        ),
        (
            "INSERT INTO account_change (account_id, kind, at, reason)"
            " VALUES ({ana}, 'reopen', '2026-06-10 12:00:00.000000', 'not closed')"
        ),
    ],
    "4 the same exchange is posted once": [
        (
            "INSERT INTO contribution (timebank_id, reference, giver_id, capacity, minutes, served_on, stage, note, approved_at,"
            " transfer_id, reversal_reason) SELECT timebank_id, reference || ' again', giver_id, capacity, minutes, served_on,"
            " stage, note, approved_at, transfer_id, '' FROM contribution WHERE id = {contribution}"
        ),
        (
            "INSERT INTO contribution (timebank_id, reference, giver_id, capacity, minutes, served_on, stage, note, approved_at,"
            " reversal_reason) SELECT timebank_id, reference, giver_id, 'volunteer', minutes, served_on,"
            " stage, note, approved_at, '' FROM contribution WHERE id = {contribution}"
        ),
        transfer(90, payer="{ana}", payee="{ben}", kind="reversal", reverses="{taken_back}"),
        transfer(89, payer="{ana}", payee="{ben}", kind="reversal", reverses="{one}"),
        transfer(90, payer="{ben}", payee="{ana}", kind="reversal", reverses="{one}"),
    ],
    "5 what reports count is what the book says": [
        "UPDATE contribution SET minutes = minutes + 30 WHERE id = {contribution}",
        "UPDATE contribution SET served_on = '2026-01-01' WHERE id = {contribution}",
        "UPDATE contribution SET capacity = 'professional', transfer_id = NULL WHERE id = {contribution}",
        "UPDATE contribution SET reversed_at = '2026-06-10 12:00:00.000000' WHERE id = {contribution}",
        (
            "INSERT INTO contribution (timebank_id, reference, giver_id, capacity, minutes, served_on, stage, note, approved_at,"
            " transfer_id, reversal_reason) SELECT timebank_id, 'more', giver_id, capacity, minutes + 5, served_on, stage, note,"
            " approved_at, 999999, '' FROM contribution WHERE id = {contribution}"
        ),
    ],
    "6 whoever gave the help is the one whose hours rise": [
        "UPDATE contribution SET giver_id = receiver_id, receiver_id = giver_id WHERE id = {contribution}",
        "UPDATE membership SET account_id = {cleo} WHERE id = {ana_member}",
        "UPDATE membership SET account_id = NULL WHERE id = {ana_member}",
    ],
    "7 people leave, and totals never change": [
        "DELETE FROM contribution WHERE id = {contribution}",
        "DELETE FROM membership WHERE id = {ana_member}",
        "UPDATE timebank SET book_id = {other_book} WHERE id = {timebank}",
    ],
    "9 what is not approved counts nowhere": [
        "UPDATE exchange SET state = 'approved' WHERE id = {waiting}",
        "UPDATE exchange SET contribution_id = {second_contribution} WHERE id = {waiting}",
        "UPDATE exchange SET state = 'confirmed' WHERE id = {approved}",
    ],
}
REPLACED = [
    transfer(1, reference="'by hand'", replace=True)
    .replace("(book_id", "(id, book_id")
    .replace("VALUES (", "VALUES ({one}, "),
    replaced("account", "id, book_id, kind, credit_limit_minutes, 0, 0, 0, NULL, 0, 0", "id = {ben}"),
    replaced("account", "*", "id = {ben}"),
    replaced("seal", "*", "number = 1"),
    replaced("release", "*", "1"),
    replaced("contribution", "*", "id = {contribution}"),
    replaced("membership", "*", "id = {ana_member}"),
    replaced("account_change", "*", "1"),
]


@pytest.mark.parametrize("promise", REFUSED)
def test_what_must_always_hold_is_held_against_raw_sql(own_engine, community, promise):
    before = everything(own_engine)
    for statement in REFUSED[promise]:
        assert refused(own_engine, statement, community), statement
        assert everything(own_engine) == before, statement
    assert findings(own_engine) == []


def test_on_sqlite_nothing_takes_the_place_of_what_stands(own_engine, community):
    before = everything(own_engine)
    for statement in REPLACED if own_engine.dialect.name == "sqlite" else []:
        assert refused(own_engine, statement, community), statement
        assert everything(own_engine) == before, statement
    assert findings(own_engine) == []


def test_on_postgresql_nothing_is_emptied(own_engine, community):
    if own_engine.dialect.name != "postgresql":
        return
    for table in ("transfer", "account", "account_change", "seal", "contribution", "membership", "release", "book"):
        assert refused(own_engine, f"TRUNCATE {table} CASCADE", community), table
    assert findings(own_engine) == []


def test_a_transfer_and_a_change_typed_by_hand_are_followed(own_engine, community):
    typed(own_engine, transfer(15), community)
    typed(
        own_engine,
        "INSERT INTO account_change (account_id, kind, before_minutes, after_minutes, at, reason)"
        " VALUES ({cleo}, 'limit', 60, 120, '2026-06-10 12:00:00.000000', 'by hand')",
        community,
    )

    assert findings(own_engine) == []


CONTRIBUTION = (
    "INSERT INTO contribution (timebank_id, reference, giver_id, receiver_id, capacity, minutes, served_on, stage, note,"
    " approved_at, transfer_id, reversal_reason) SELECT {{timebank}}, 'by hand', {giver}, {receiver}, 'member', {minutes},"
    " {day}, 'deliver', '', posted_at, id, '' FROM transfer WHERE reference = 'by hand'"
)


def test_a_contribution_typed_by_hand_says_what_its_transfer_says(own_engine, community):
    typed(own_engine, transfer(15, kind="exchange"), community)
    right = {"giver": "{ana_member}", "receiver": "{ben_member}", "minutes": "minutes", "day": "occurred_on"}
    for wrong in (
        {"minutes": "minutes + 1"},
        {"day": "DATE '2026-06-09'" if own_engine.dialect.name == "postgresql" else "'2026-06-09'"},
        {"giver": "{ben_member}", "receiver": "{ana_member}"},
    ):
        assert refused(own_engine, CONTRIBUTION.format(**{**right, **wrong}), community), wrong

    typed(own_engine, CONTRIBUTION.format(**right), community)
    assert all("no approved exchange" not in finding for finding in findings(own_engine))


def test_a_sealed_stretch_that_was_altered_is_found(own_engine, community):
    """The eighth promise: with every trigger gone the change passes, and is found and named."""
    with Session(own_engine) as session:
        builders.unguarded(session, "transfer")
        session.commit()
    typed(own_engine, "UPDATE transfer SET minutes = minutes + 1 WHERE id = {one}", community)

    assert f"transfer {community['one']} was altered after it was sealed" in " ".join(findings(own_engine))
