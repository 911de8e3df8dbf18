"""Writers as processes of their own: started, set to work at the same moment, killed, and their notes reconciled."""

import json
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy import select as choose
from sqlalchemy.orm import Session

from tests.ledger.writer import Told
from timebank.ledger import audit, seals
from timebank.ledger.models import Account, Transfer

HOME = Path(__file__).resolve().parents[2]


class Hand:
    """One writer process and its journal."""

    def __init__(self, url: str, journal: Path, *more: object, module: str = "tests.ledger.writer") -> None:
        self.journal = journal
        self._seen = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, url, str(journal), *map(str, more)],
            cwd=HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hears(self, word: str) -> None:
        """The process has said this word; one that died instead fails the test."""
        said = self.process.stdout.readline().strip()
        assert said == word, f"the writer said {said!r} and not {word!r}"

    def told(self, **order: Any) -> None:
        """The process has this order."""
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """The process is dead at once, in the middle of what it did."""
        self.process.send_signal(signal.SIGKILL)
        self.leave()

    def leave(self) -> None:
        """The process has nothing more to do and is gone."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()

    def is_done(self, seconds: float) -> bool:
        """Whether it says a word within so many seconds."""
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def notes(self) -> list[Told]:
        """What it noted since this was last asked; a line that the kill cut off is none."""
        lines = self.journal.read_text().split("\n")[:-1] if self.journal.exists() else []
        new, self._seen = lines[self._seen :], len(lines)
        return [json.loads(line) for line in new]


class Hands:
    """Several writers that begin at the same moment."""

    def __init__(self, members: Sequence[Hand]) -> None:
        self.members = members
        for hand in members:
            hand.hears("ready")

    def begin(self, works: Sequence[Sequence[Told]], *, insist: float = 0) -> list[Hand]:
        """Each of the first hands is at its own work."""
        busy = list(self.members[: len(works)])
        for hand, work in zip(busy, works, strict=True):
            hand.told(operations=work, insist=insist)
        for hand in busy:
            hand.told()
        return busy

    def do(self, works: Sequence[Sequence[Told]], *, insist: float = 0) -> list[list[Told]]:
        """What came of each work, when all are through."""
        busy = self.begin(works, insist=insist)
        for hand in busy:
            hand.hears("done")
        return [hand.notes() for hand in busy]


@contextmanager
def hands(url: str, folder: Path, how_many: int, *more: object) -> Iterator[Hands]:
    """So many writers on this database; afterwards they are gone, whatever happened."""
    members = [Hand(url, folder / f"journal-{number}.jsonl", *more) for number in range(how_many)]
    try:
        yield Hands(members)
    finally:
        for hand in members:
            if hand.process.poll() is None:
                hand.kill()
            hand.leave()


def said(answers: Iterable[Iterable[Told]]) -> Counter[str]:
    """How often each word was answered."""
    return Counter(answer["said"] for some in answers for answer in some)


def wrong(engine: Engine, acknowledged: Iterable[Told], attempted: Iterable[str] | None = None) -> list[str]:
    """Every way in which the book differs from what was acknowledged, a sentence each.

    `attempted` are references that may stand there though nobody heard so, their writer having died; without them
    nothing may be there but what was acknowledged.
    """
    with Session(engine) as session:
        rows = session.execute(
            choose(Transfer.book_id, Transfer.reference, Transfer.id, Transfer.payer_id, Transfer.payee_id)
            .add_columns(Transfer.minutes, Transfer.kind, Transfer.reverses_id)
            .order_by(Transfer.id)
        ).all()
        accounts = session.execute(
            choose(Account.id, Account.given_minutes, Account.received_minutes).add_columns(
                Account.credit_limit_minutes, Account.excess_minutes, Account.closed_at
            )
        ).all()
        told = [*audit.findings(session), *seals.findings(session)]
    there = {row.id: row for row in rows}
    heard = {number: content for note in acknowledged for number, content in _transfers_in(note)}
    told += [f"acknowledged, but not there: {number}" for number in heard if number not in there]
    told += [
        f"there as something else than was acknowledged: {row}"
        for number, row in there.items()
        if number in heard and not _is(row, heard[number])
    ]
    may_be = set(attempted or ())
    told += [
        f"there, but nobody acknowledged it: {row}"
        for number, row in there.items()
        if number not in heard and row.reference not in may_be
    ]
    told += [f"there twice: {key}" for key, n in Counter((row.book_id, row.reference) for row in rows).items() if n > 1]
    return told + list(_wrong_sums(rows, accounts))


def _transfers_in(note: Told) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The ids of the transfers that were acknowledged, and what they must be."""
    if note["said"] != "Posted":
        return
    if note["told"]["do"] == "reverse":
        yield note["transfers"][0], (note["told"]["transfer"],)
        return
    for number, told in zip(note["transfers"], note["told"].get("postings", [note["told"]]), strict=True):
        yield number, (told["book"], told["reference"], told["payer"], told["payee"], told["minutes"])


def _is(row: Any, content: tuple[Any, ...]) -> bool:
    if row.reverses_id:
        return content == (row.reverses_id,)
    return content == (row.book_id, row.reference, row.payer_id, row.payee_id, row.minutes)


def _wrong_sums(rows: Sequence[Any], accounts: Sequence[Any]) -> Iterator[str]:
    """The tallies added up by hand, apart from the audit, and the limits."""
    taken_back = {row.reverses_id for row in rows if row.reverses_id}
    given: Counter[int] = Counter()
    received: Counter[int] = Counter()
    for row in rows:
        if not row.reverses_id and row.id not in taken_back:
            given[row.payee_id] += row.minutes
            received[row.payer_id] += row.minutes
    for account in accounts:
        kept = (account.given_minutes, account.received_minutes)
        if kept != (given[account.id], received[account.id]):
            yield f"account {account.id} keeps {kept}, not {(given[account.id], received[account.id])}"
        limit = account.credit_limit_minutes
        if limit is not None and kept[0] - kept[1] < -(limit + account.excess_minutes):
            yield f"account {account.id} is past its limit"
        if account.closed_at and kept[0] != kept[1]:
            yield f"account {account.id} is closed and not at zero"
    if sum(given.values()) != sum(received.values()):
        yield "the balances do not add up to zero"
