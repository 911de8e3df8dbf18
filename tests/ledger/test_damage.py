"""Each kind of damage that docs/ledger.md lists is done by hand, just as it stands there, and found by the audit."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import NOON
from tests.conftest import connected
from timebank.commands import main
from timebank.demo.community import lay
from timebank.hours import Hours
from timebank.ledger import accounts, seals
from timebank.reports import releases
from timebank.reports.period import Period

PAPER = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
DAMAGES = re.findall(r"^(\d+)\. (.+)\n\n +(.+)\n\n +`timebank audit`: (.+)$", PAPER, re.MULTILINE)


def test_the_paper_lists_at_least_ten_kinds():
    assert [int(number) for number, *_ in DAMAGES] == list(range(1, 17))


@pytest.fixture
def community(own_engine):
    """What the statements of the paper speak of: transfers 1, 2, 3 and 5 sealed, 6 sealed after them, and a log."""
    with Session(own_engine) as session:
        timebank = builders.a_timebank(session)
        ana, ben = (builders.a_member(session, timebank, f"{name} Nemo") for name in ("Ana", "Ben"))
        jess = builders.a_coordinator(session, timebank)
        assert (ana.account_id, ben.account_id) == (2, 3)
        accounts.set_credit_limit(session, 3, Hours(3000), entered_by=jess.person_id, reason="agreed", at=NOON)
        for number in range(1, 7):
            exchange = builders.a_confirmed_exchange(session, ana, ben)
            if number == 4:
                _leave_a_gap(session, ana.account_id, ben.account_id)
            else:
                builders.steps.approve(session, exchange.id, by=jess, at=NOON)
            if number == 5:
                seals.seal(session, timebank.book_id, at=NOON)
        releases.release(session, timebank, Period.read("2026-Q2"), by=jess.person, at=NOON)
        session.commit()


def _leave_a_gap(session, payer, payee):
    """The next id is used up by a transfer that is never committed, as on PostgreSQL; SQLite leaves none by itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT nextval('transfer_id_seq')"))
    else:
        session.execute(
            text(
                "INSERT INTO transfer (id, book_id, reference, kind, payer_id, payee_id, minutes, occurred_on,"
                " posted_at) VALUES (5, 1, 'a gift', 'gift', :payer, :payee, 5, '2026-06-01',"
                " '2026-06-10 12:00:00.000000')"
            ),
            {"payer": payer, "payee": payee},
        )


def audited(own_url, monkeypatch, tmp_path):
    monkeypatch.setenv("TIMEBANK_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("TIMEBANK_SECRET_KEY", "a secret of this test alone, long enough")
    monkeypatch.setenv("TIMEBANK_DATABASE_URL", own_url)
    answer = CliRunner().invoke(main, ["audit", "--json"])
    assert answer.stdout, answer.stderr
    return answer.exit_code, json.loads(answer.stdout)["findings"]


def damage(engine, statement):
    """The statement is typed by someone who took the triggers away first."""
    tables = ("transfer", "account", "account_change", "seal", "contribution", "exchange", "release")
    with Session(engine) as session:
        if session.get_bind().dialect.name == "postgresql":
            for table in tables:
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        else:
            builders.unguarded(session, *tables)
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.connection().exec_driver_sql(statement)
        session.commit()


each_damage = pytest.mark.parametrize(
    ("statement", "finding"), [told[2:] for told in DAMAGES], ids=[told[1] for told in DAMAGES]
)


@each_damage
def test_the_audit_finds(own_engine, own_url, community, monkeypatch, tmp_path, statement, finding):
    assert audited(own_url, monkeypatch, tmp_path) == (0, [])
    damage(own_engine, statement)

    code, found = audited(own_url, monkeypatch, tmp_path)

    assert code == 1
    assert finding.lower() in "\n".join(found).lower()
    assert any("no longer guards transfer" in one for one in found)


@pytest.fixture(scope="module")
def laid(sqlite_file, tmp_path_factory):
    """The community that make demo lays, smaller, and nothing else done to it."""
    path = tmp_path_factory.mktemp("laid") / "timebank.db"
    shutil.copy(sqlite_file, path)
    engine = connected(f"sqlite:///{path}")
    with Session(engine) as session:
        lay(session, today=date(2026, 6, 10), progress=lambda _: None, scale=0.2)
        session.commit()
    engine.dispose()
    return path


@each_damage
def test_the_audit_finds_it_in_the_demo_too(laid, monkeypatch, tmp_path, statement, finding):
    path = tmp_path / "copy.db"
    shutil.copy(laid, path)
    engine = connected(f"sqlite:///{path}")
    damage(engine, statement)
    engine.dispose()

    code, found = audited(f"sqlite:///{path}", monkeypatch, tmp_path)

    assert code == 1
    assert finding.lower() in "\n".join(found).lower()
