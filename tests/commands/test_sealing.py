"""Seals from the command line: made, shown, kept elsewhere, and held against."""

import json
import os
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests import builders
from timebank.commands import main
from timebank.commands.sealing import seal_all
from timebank.ledger.models import Seal
from timebank.notices.models import Notice, NoticeState

SECRET = "a secret of this test alone, long enough"


@pytest.fixture
def run(own_url, monkeypatch, tmp_path):
    """Run the command on the test's own database."""
    monkeypatch.setenv("TIMEBANK_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("TIMEBANK_SECRET_KEY", SECRET)
    monkeypatch.setenv("TIMEBANK_DATABASE_URL", own_url)
    return lambda *words: CliRunner().invoke(main, words)


@pytest.fixture
def riverside(own_engine):
    """A timebank in which hours have moved."""
    with Session(own_engine) as session:
        timebank = builders.a_timebank(session)
        ana, ben = builders.a_member(session, timebank, "Ana Alder"), builders.a_member(session, timebank, "Ben Birch")
        builders.an_approved_exchange(session, ana, ben, approved_by=builders.a_coordinator(session, timebank))
        session.commit()


def seals_of(own_engine):
    with Session(own_engine) as session:
        return session.scalars(select(Seal).order_by(Seal.id)).all()


def test_the_books_are_sealed_and_a_second_time_there_is_nothing_new(run, own_engine, riverside):
    first, second = run("seal"), run("seal", "riverside")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Riverside Timebank: one transfer sealed." in first.stdout
    assert "Riverside Timebank: nothing new to seal." in second.stdout
    assert [one.transfers for one in seals_of(own_engine)] == [1]


def test_what_is_shown_can_be_held_against_the_book(run, own_engine, riverside):
    assert "Riverside Timebank (riverside) has no seal yet." in run("seal", "--show").stdout
    run("seal")
    digest = seals_of(own_engine)[0].digest
    shown = run("seal", "--show").stdout
    line = next(line.strip() for line in shown.splitlines() if line.startswith("    "))
    assert line == f"riverside 1 {digest}"

    assert run("audit", "--held", line).exit_code == 0
    assert run("audit", "--held", f"riverside 1 {digest[:16]}").exit_code == 0
    wrong = run("audit", "--held", "riverside 1 " + "0" * 64)
    assert wrong.exit_code == 1
    assert "its digest is not the one that was kept" in wrong.stdout
    assert "One thing is wrong in 1 transfer between 3 accounts." in wrong.stdout


def test_a_history_sealed_anew_is_found_by_the_line_that_was_kept(run, own_engine, riverside):
    run("seal")
    kept = f"riverside 1 {seals_of(own_engine)[0].digest}"
    with Session(own_engine) as session:
        builders.unguarded(session, "transfer", "seal")
        session.execute(text("UPDATE transfer SET reason = 'another story'"))
        session.execute(text("DELETE FROM seal"))
        session.commit()
    run("seal")

    assert "its digest is not the one that was kept" in run("audit", "--held", kept).stdout
    assert "was altered" not in run("audit").stdout


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("riverside", "Write it as it was printed"),
        ("riverside one 8f3a", "Write it as it was printed"),
        ("riverside 1 8f3a", "Give at least the first 16 letters of the digest."),
        ("hillside 1 8f3a1b2c9d0e4f5a", "There is no timebank at the address hillside."),
        ("riverside 9 8f3a1b2c9d0e4f5a", "a digest of it was kept elsewhere, but the seal is gone"),
    ],
)
def test_a_line_that_cannot_be_held_is_said_in_one_sentence(run, riverside, line, sentence):
    answer = run("audit", "--held", line)

    assert answer.exit_code != 0
    assert sentence in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stdout + answer.stderr


def test_programs_read_json(run, own_engine, riverside):
    told = json.loads(run("seal", "--json").stdout)
    again = json.loads(run("seal", "--show", "--json").stdout)
    one = seals_of(own_engine)[0]

    assert told == {
        "timebank": "riverside",
        "sealed_now": 1,
        "seal": 1,
        "up_to_transfer": one.up_to_id,
        "digest": one.digest,
        "sealed_at": one.sealed_at.isoformat(),
    }
    assert again == {**told, "sealed_now": 0}


def test_a_timebank_that_is_not_there_is_said(run, riverside):
    answer = run("seal", "nowhere")

    assert (answer.exit_code, answer.stderr) == (1, "Error: There is no timebank at the address nowhere.\n")


def test_the_worker_seals_what_is_new(run, own_engine, riverside):
    assert run("worker", "--once").stdout.startswith("One seal was made.\n")
    assert run("worker", "--once").stdout.startswith("0 seals were made.\n")
    assert seal_all(own_engine) == 0


def test_the_worker_sends_what_waits_once_and_says_how_much_it_saw_to(
    run, own_engine, riverside, tmp_path, monkeypatch
):
    monkeypatch.setenv("TIMEBANK_MAIL_FOLDER", "letters")
    with Session(own_engine) as session:
        waits = session.scalar(select(func.count()).select_from(Notice).where(Notice.state == NoticeState.WAITING))
    first, second = run("worker", "--once"), run("worker", "--once")

    assert waits > 0
    assert f"{waits} notices were seen to." in first.stdout
    assert "0 notices were seen to." in second.stdout
    assert len(list((tmp_path / "instance" / "letters").iterdir())) == waits


def test_the_worker_of_its_own_stops_when_it_is_told_to(run, riverside):
    words = [sys.executable, "-c", "from timebank.commands import main; main()", "worker"]
    with subprocess.Popen(words, env=os.environ.copy(), stdout=subprocess.PIPE, text=True) as worker:
        assert "sends letters, and seals the books every ten minutes" in worker.stdout.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0


@pytest.mark.parametrize(
    ("typed", "found", "said"),
    [
        (".venv/bin/timebank", None, ".venv/bin/timebank"),
        ("/a house/timebank", None, "'/a house/timebank'"),
        ("/usr/bin/timebank", "/usr/bin/timebank", "timebank"),
        ("pytest", None, "timebank"),
    ],
)
def test_the_line_for_later_calls_the_program_as_it_was_called(run, riverside, monkeypatch, typed, found, said):
    monkeypatch.setattr("sys.argv", [typed])
    monkeypatch.setattr("shutil.which", lambda _name: found)

    assert f'Later: {said} audit --held "riverside 1 ' in run("seal").stdout
