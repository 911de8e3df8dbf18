import os
from concurrent.futures import ThreadPoolExecutor

import click.testing
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.imports.files import HEADER, a_file
from timebank.commands import import_, main
from timebank.exchanges.models import Exchange
from timebank.members.models import Membership, Person


@pytest.fixture
def riverside(own_engine):
    """A timebank with Ana (1), Ben (2) and the coordinator Jess (3), committed."""
    with Session(own_engine) as session:
        timebank = builders.a_timebank(session)
        builders.a_member(session, timebank, "Ana Alder")
        builders.a_member(session, timebank, "Ben Birch")
        builders.a_coordinator(session, timebank, "Jess Juniper")
        session.commit()


@pytest.fixture
def run(own_url, riverside, tmp_path):
    """Run `timebank import` as someone at the command line would."""

    def run(*arguments, slug="riverside"):
        environment = {
            "TIMEBANK_INSTANCE": str(tmp_path / "instance"),
            "TIMEBANK_PRODUCTION": "false",
            "TIMEBANK_DATABASE_URL": own_url,
        }
        words = ["import", *(str(each) for each in arguments), "--timebank", slug, "--as", "exchanges"]
        return click.testing.CliRunner().invoke(main, words, env=environment)

    return run


def stored(engine):
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Exchange))


def test_a_file_is_stored_and_said_in_figures(run, own_engine, tmp_path):
    rows = ["1,2,90,2026-01-05,both", "1,2,90,2026-01-05,", "2,Ana Alder,660,2026-02-05,receiver"]

    result = run(a_file(tmp_path, *rows, header=f"{HEADER},told_by"))

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "Rows: 3; new: 3; already here: 0",
        "Time: 14 hours; new: 14 hours",
        "Days: 2026-01-05 to 2026-02-05",
        "Smallest: 1 hour 30 minutes (line 2)",
        "Largest: 11 hours (line 4)",
        "Told by both: 1",
        "Duplicates (the same two, day and minutes again): 1 (line 3)",
        "Outliers (longer than this timebank expects): 1 (line 4)",
        "Unknown people: 0",
        "Problems: 0",
        "3 exchanges stored; they wait for a coordinator of Riverside Timebank to approve them.",
    ]
    assert stored(own_engine) == 3


def test_the_same_file_twice_changes_nothing(run, own_engine, tmp_path):
    path = a_file(tmp_path, "1,2,90,2026-01-05", "1,Cai Cedar,90,2026-01-05")
    assert run(path, "--create-members").exit_code == 0

    result = run(path, "--create-members")

    assert "Rows: 2; new: 0; already here: 2" in result.stdout
    assert "0 exchanges stored" in result.stdout
    assert stored(own_engine) == 2


def test_a_dry_run_stores_nothing_and_says_so(run, own_engine, tmp_path):
    result = run(a_file(tmp_path, "1,Cai Cedar,90,2026-01-05", "1,17,90,2026-01-05"), "--create-members", "--dry-run")

    assert result.exit_code == 0
    assert "Unknown people, who become members: 2: Cai Cedar, 17" in result.stdout
    assert result.stdout.endswith("This was a dry run: nothing was stored.\n")
    assert stored(own_engine) == 0


def test_whoever_writes_does_not_wait_for_a_dry_run(run, own_engine, tmp_path):
    pipe = tmp_path / "exchanges.csv"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(max_workers=1) as aside:
        dry_run = aside.submit(run, pipe, "--dry-run")
        with pipe.open("w") as file, Session(own_engine) as session:  # opens as soon as the command reads
            session.get(Person, 1).name = "Anna Alder"
            session.commit()
            file.write(f"{HEADER}\n1,2,90,2026-01-05\n")

    assert dry_run.result().exit_code == 0


@pytest.mark.parametrize("how", [(), ("--dry-run",)])
def test_a_bad_row_is_named_and_the_exit_is_1(run, own_engine, tmp_path, how):
    result = run(a_file(tmp_path, "1,2,90,2026-01-05", "1,2,ninety,2026-01-05", "1,Cai,5,2026-01-05"), *how)

    assert result.exit_code == 1
    assert "Problems: 2\n  line 3, column minutes: write whole minutes from 1 to 44640" in result.stdout
    assert "Unknown people: 1: Cai\n" in result.stdout
    assert "line 3, column minutes" in result.stderr
    assert "Nothing was stored." in result.stderr
    assert stored(own_engine) == 0


def test_more_problems_than_are_listed_are_counted(run, tmp_path):
    result = run(a_file(tmp_path, *["1,1,90,2026-01-05"] * 25))

    assert "Problems: 25\n" in result.stdout
    assert "\n  and 5 more\n" in result.stdout


def test_a_file_that_cannot_be_read_is_said_in_one_sentence(run, tmp_path):
    result = run(tmp_path / "gone.csv")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: gone.csv cannot be read: No such file or directory.\n"


def test_an_unknown_timebank_is_said_in_one_sentence(run, tmp_path):
    result = run(a_file(tmp_path, "1,2,90,2026-01-05"), slug="hillside")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: There is no timebank at the address hillside.\n"


def test_what_is_to_be_run_must_be_said(run, tmp_path):
    assert run().exit_code == 2
    assert run(a_file(tmp_path, "1,2,90,2026-01-05"), "--into", "x").exit_code == 2


def test_who_brings_the_file_is_written_down(run, own_engine, tmp_path):
    assert run(a_file(tmp_path, "1,2,90,2026-01-05"), "--by", 3).exit_code == 0
    refused = run(a_file(tmp_path, "1,2,45,2026-01-05"), "--by", 1)

    with Session(own_engine) as session:
        jess = session.scalars(select(Membership).where(Membership.number == 3)).one()
        assert session.scalars(select(Exchange.recorded_by_id)).all() == [jess.person_id]
    assert (refused.exit_code, refused.stderr) == (1, "Error: Ana Alder may not log exchanges for others.\n")


def test_progress_goes_to_standard_error(run, own_engine, tmp_path, monkeypatch):
    monkeypatch.setattr(import_, "_EVERY", 1000)

    result = run(a_file(tmp_path, *["1,2,90,2026-01-05"] * 1001))

    assert result.stderr == "1,000 rows checked\n1,000 rows stored\n"
    assert stored(own_engine) == 1001
