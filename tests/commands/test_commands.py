"""The command as someone types it: an install from nothing, and every no in one sentence with a non-zero exit."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.builders import a_coordinator, a_member, an_approved_exchange, unguarded
from timebank.commands import main
from timebank.database import engine_options, prepare
from timebank.members.enrol import timebank_at


@pytest.fixture
def run(tmp_path, empty_database, monkeypatch):
    """Run the command in an install of its own, on each database in turn."""

    def command(*words, **environment):
        for name in [name for name in os.environ if name.startswith("TIMEBANK_")]:
            monkeypatch.delenv(name)
        told = {"TIMEBANK_INSTANCE": str(tmp_path / "instance"), "TIMEBANK_DATABASE_URL": empty_database, **environment}
        return CliRunner().invoke(main, words, env=told)

    return command


def said(answer):
    return answer.stdout + answer.stderr


@pytest.fixture
def install(run):
    """An install with a timebank and nobody in it."""
    assert run("init").exit_code == 0
    answer = run("create", "riverside", "--name", "Riverside Timebank")
    assert answer.exit_code == 0, said(answer)
    return run


def test_from_nothing_to_a_right_book(install, empty_database):
    answer = install(
        "enrol",
        "--timebank",
        "riverside",
        "--name",
        "Jess Juniper",
        "--email",
        "jess@example.org",
        "--role",
        "coordinator",
    )
    assert answer.exit_code == 0, said(answer)
    assert "is number 1 of Riverside Timebank" in answer.stdout
    assert "/password/new/" in answer.stdout
    _approve_one(empty_database)

    answer = install("audit", "--json")
    assert answer.exit_code == 0, said(answer)
    assert json.loads(answer.stdout) == {"right": True, "transfers": 1, "accounts": 3, "findings": []}
    assert "The book is right: 1 transfer between 3 accounts." in install("audit").stdout


def test_the_audit_waits_for_nobody_who_writes(install, empty_database):
    with _session(empty_database) as session:
        a_member(session, timebank_at(session, "riverside"), "Ana")
        assert install("audit").exit_code == 0


def test_the_audit_says_what_is_wrong_and_exits_with_1(install, empty_database):
    with _session(empty_database) as session:
        ana = a_member(session, timebank_at(session, "riverside"), "Ana")
        unguarded(session, "account")
        session.execute(text("UPDATE account SET given_minutes = 5 WHERE id = :id"), {"id": ana.account_id})
        session.commit()

    answer = install("audit")
    assert answer.exit_code == 1
    assert "given is kept as 5 minutes" in answer.stdout
    assert "is that of riverside." in answer.stdout
    assert "things are wrong in 0 transfers between 2 accounts." in answer.stdout


@pytest.mark.parametrize("statement", ["UPDATE transfer SET minutes = 1", "DELETE FROM transfer"])
def test_a_transfer_typed_away_with_the_database_s_own_program_is_refused(install, empty_database, statement):
    _approve_one(empty_database)

    if empty_database.startswith("sqlite"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            with closing(sqlite3.connect(empty_database.removeprefix("sqlite:///"))) as connection:
                connection.execute(statement)
    else:
        with (
            psycopg.connect(empty_database.replace("+psycopg", "")) as connection,
            pytest.raises(psycopg.IntegrityError, match="never changed"),
        ):
            connection.execute(statement)


def test_a_second_init_keeps_the_secret(run, tmp_path):
    run("init")
    before = (tmp_path / "instance" / "timebank.toml").read_text()
    assert run("init").exit_code == 0
    assert (tmp_path / "instance" / "timebank.toml").read_text() == before
    assert (tmp_path / "instance" / "timebank.toml").stat().st_mode & 0o077 == 0


def test_a_database_without_tables_is_said_in_one_sentence(run):
    run("init")
    answer = run("audit", TIMEBANK_DATABASE_URL="sqlite:///nowhere.db")

    assert answer.exit_code == 1
    assert answer.stderr.strip() == "Error: There is no database at nowhere.db. Run 'timebank init' first."


def test_a_file_that_is_no_database_is_said_in_one_sentence(run, tmp_path):
    run("init")
    (tmp_path / "notes.txt").write_text("not a database, " * 200)
    answer = run("serve", TIMEBANK_DATABASE_URL=f"sqlite:///{tmp_path / 'notes.txt'}")

    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert "no database" in answer.stderr


def test_a_server_that_cannot_be_reached_is_said_in_one_sentence(run):
    run("init")
    answer = run("audit", TIMEBANK_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert "cannot be opened" in answer.stderr


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"TIMEBANK_SECRET_KEY": "short"}, "secret"),
        ({"TIMEBANK_DEBUG": "true"}, "debug"),
        ({"TIMEBANK_PORT": "eighty"}, "port"),
    ],
)
def test_unsafe_or_unreadable_settings_stop_it_before_it_starts(install, environment, word):
    answer = install("serve", **environment)

    assert answer.exit_code == 1
    assert word in answer.stderr
    assert "Traceback" not in said(answer)


def test_a_port_that_is_taken_is_said_in_one_sentence(install, empty_database, tmp_path):
    """In a process of its own: waitress leaves its sockets to the end of the program."""
    told = {"TIMEBANK_INSTANCE": str(tmp_path / "instance"), "TIMEBANK_DATABASE_URL": empty_database}
    program = [sys.executable, "-c", "from timebank.commands import main; main()", "serve", "--port"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        program.append(str(taken.getsockname()[1]))
        answer = subprocess.run(program, env={**os.environ, **told}, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 1
    assert answer.stderr.strip().endswith("is taken already; choose another with PORT=…")


@pytest.mark.parametrize(
    ("words", "said_so"),
    [
        (("create", "riverside", "--name", "Again"), "already"),
        (("create", "No Slug", "--name", "X"), "small letters"),
        (("create", "sign-in", "--name", "X"), "already"),
        (("create", "hillside", "--name", "X", "--credit-limit", "lots"), "hours and minutes"),
        (("enrol", "--timebank", "nowhere", "--name", "X"), "no timebank"),
        (("enrol", "--timebank", "riverside", "--name", "X", "--email", "no address"), "e-mail"),
    ],
)
def test_a_no_is_one_sentence_and_the_exit_code_is_1(install, words, said_so):
    answer = install(*words)

    assert answer.exit_code == 1
    assert said_so in answer.stderr
    assert "Traceback" not in said(answer)


def test_every_command_tells_how_it_is_used(run):
    names = [line.split()[0] for line in run("--help").stdout.split("Commands:")[1].splitlines() if line.strip()]
    assert {"audit", "create", "demo", "enrol", "import", "init", "serve", "upgrade"} <= set(names)
    assert run("audit", "--help").exit_code == 0
    assert run("nonsense").exit_code == 2


@contextmanager
def _session(url):
    engine = create_engine(**engine_options(url))
    prepare(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def _approve_one(url):
    """One exchange of an hour and a half is in the book."""
    with _session(url) as session:
        timebank = timebank_at(session, "riverside")
        jess, ana, ben = (
            a_coordinator(session, timebank),
            a_member(session, timebank, "Ana"),
            a_member(session, timebank, "Ben"),
        )
        an_approved_exchange(session, ana, ben, approved_by=jess)
        session.commit()
