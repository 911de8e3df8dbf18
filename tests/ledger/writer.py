"""A process that writes into a book: operation by operation, each in a transaction of its own, noting what came of it.

`python -m tests.ledger.writer URL JOURNAL [MOST_BYTES]` says "ready", then reads orders from its standard input, a line
of JSON each: {"operations": [...], "insist": SECONDS} lays out work, {} begins it, and "done" is said at its end.
Each answer is in the journal before the next operation begins, and never before its transaction is committed.
"""

import json
import resource
import signal
import sqlite3
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from timebank.database import engine_options, prepare
from timebank.hours import Hours
from timebank.ledger import accounts, posting, seals
from timebank.ledger.models import TransferKind
from timebank.ledger.posting import Posted, Posting
from timebank.refusals import Refusal

Told = dict[str, Any]
LONGEST_SECONDS = 120


def do(session: Session, told: Told) -> Told:
    """One operation, as post, post_all, reverse, limit, close, reopen or seal; what it answers, in bare figures.

    Raises:
        Refusal: the book says no.
    """
    return _DOINGS[told["do"]](session, told, datetime.fromisoformat(told["at"]))


def refused(refusal: Refusal) -> Told:
    """A refusal in bare figures."""
    room = getattr(refusal, "room", None)
    return {"said": type(refusal).__name__, **({} if room is None else {"room": room.minutes})}


def carry_out(engine: Engine, told: Told, *, insist: float = 0) -> Told:
    """The operation is committed, refused, or has failed for so many seconds, again and again.

    Whoever loses the connection cannot know whether the commit went through, and tries the same operation once more.
    """
    deadline = time.monotonic() + insist
    tries = 0
    while True:
        tries += 1
        try:
            with Session(engine) as session:
                said = do(session, told)
                session.commit()
                return {**said, "tries": tries}
        except Refusal as refusal:
            return {**refused(refusal), "tries": tries}
        except (DBAPIError, sqlite3.Error) as error:
            if time.monotonic() >= deadline:
                return {"said": "Failed", "why": f"{type(error).__name__}: {error}"[:500], "tries": tries}
            time.sleep(0.05)


def note(journal: TextIO, told: Told, said: Told) -> None:
    """What was asked and what was answered, as one line that outlives this process."""
    journal.write(json.dumps({"told": told, **said}) + "\n")
    journal.flush()


def connected(url: str) -> Engine:
    """An engine as the program makes it."""
    engine = create_engine(**engine_options(url))
    prepare(engine)
    return engine


def main(url: str, journal_path: str, most_bytes: str = "") -> None:
    """Work off orders until the standard input ends."""
    signal.alarm(LONGEST_SECONDS)
    if most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most_bytes), resource.RLIM_INFINITY))
    engine = connected(url)
    with engine.connect():
        print("ready", flush=True)
    order: Told = {}
    with Path(journal_path).open("a") as journal:
        for line in sys.stdin:
            given = json.loads(line)
            if given:
                order = given
                continue
            for told in order["operations"]:
                note(journal, told, carry_out(engine, told, insist=order["insist"]))
            print("done", flush=True)
    engine.dispose()


def _posting(told: Told) -> Posting:
    return Posting(
        book_id=told["book"],
        reference=told["reference"],
        kind=TransferKind(told["kind"]),
        payer_id=told["payer"],
        payee_id=told["payee"],
        hours=Hours(told["minutes"]),
        occurred_on=date.fromisoformat(told["on"]),
        reason=told.get("reason", ""),
        reverses_id=told.get("reverses"),
    )


def _posted(posted: Posted) -> Told:
    return {
        "said": "Posted",
        "transfers": [posted.transfer_id],
        "payer": posted.payer_balance.minutes,
        "payee": posted.payee_balance.minutes,
        "room": None if posted.room is None else posted.room.minutes,
        "written": posted.written,
    }


def _post(session: Session, told: Told, at: datetime) -> Told:
    return _posted(posting.post(session, _posting(told), at=at))


def _post_all(session: Session, told: Told, at: datetime) -> Told:
    ids = posting.post_all(session, [_posting(one) for one in told["postings"]], at=at)
    return {"said": "Posted", "transfers": list(ids)}


def _reverse(session: Session, told: Told, at: datetime) -> Told:
    on = date.fromisoformat(told["on"])
    return _posted(posting.reverse(session, told["transfer"], reason=told["reason"], entered_by=None, on=on, at=at))


def _limit(session: Session, told: Told, at: datetime) -> Told:
    limit = None if told["minutes"] is None else Hours(told["minutes"])
    accounts.set_credit_limit(session, told["account"], limit, entered_by=None, reason=told["reason"], at=at)
    return {"said": "Done"}


def _close(session: Session, told: Told, at: datetime) -> Told:
    accounts.close_account(session, told["account"], entered_by=None, reason=told["reason"], at=at)
    return {"said": "Done"}


def _reopen(session: Session, told: Told, at: datetime) -> Told:
    accounts.reopen_account(session, told["account"], entered_by=None, reason=told["reason"], at=at)
    return {"said": "Done"}


def _seal(session: Session, told: Told, at: datetime) -> Told:
    made = seals.seal(session, told["book"], at=at)
    new = [] if made is None else [made]
    return {
        "said": "Sealed",
        "seals": [[seal.number, seal.after_id, seal.up_to_id, seal.transfers] for seal in new],
        "chain": [[seal.previous_digest, seal.digest] for seal in new],
    }


_DOINGS = {
    "post": _post,
    "post_all": _post_all,
    "reverse": _reverse,
    "limit": _limit,
    "close": _close,
    "reopen": _reopen,
    "seal": _seal,
}


if __name__ == "__main__":
    main(*sys.argv[1:])
