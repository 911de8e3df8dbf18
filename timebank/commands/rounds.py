"""What has to be done from time to time, beside the pages: letters leave, books are sealed, and what is due is done."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from timebank.care import standing
from timebank.commands.mailing import send_due
from timebank.commands.sealing import seal_all
from timebank.exchanges import silence
from timebank.listings import renewing
from timebank.members.models import Timebank

SECONDS_BETWEEN_LETTERS = 5
"""How long the worker rests before it asks again whether a letter is due."""
SECONDS_AFTER_A_FAILURE = 60
"""How long it rests where the database did not let it ask."""
SECONDS_BETWEEN_ROUNDS = 600
"""How long it leaves the books, and all that falls due by the day, alone."""
_log = logging.getLogger(__name__)

Chore = Callable[..., int]
CHORES: tuple[Chore, ...] = (renewing.remind, silence.confirm_silent, standing.wake)
"""What each timebank has done for it in a round; each writes, and tells how often it did something."""


def chores(engine: Engine, *, at: datetime) -> int:
    """Each chore is done for each timebank, in a transaction of its own; how much was done.

    One that fails is written to the log, keeps nothing, and is tried again in the next round.
    """
    with Session(engine) as session:
        timebanks = session.scalars(select(Timebank.id).order_by(Timebank.id)).all()
    done = 0
    for timebank_id in timebanks:
        for chore in CHORES:
            try:
                with Session(engine) as session:
                    done += chore(session, session.get_one(Timebank, timebank_id), at=at)
                    session.commit()
            except Exception:
                _log.exception("%s failed for timebank %d; it is tried again.", chore.__qualname__, timebank_id)
    return done


def letters(engine: Engine, app: Flask, stop: Event | None = None) -> int:
    """All letters that are due have been tried; of how many notices something was decided."""
    decided = 0
    while stop is None or not stop.is_set():
        now = send_due(engine, app, at=datetime.now(UTC))
        decided += now.decided
        if not now.goes_on:
            break
    return decided


def work(engine: Engine, app: Flask, stop: Event) -> None:
    """Rounds of work until told to stop; what fails in one is tried again in the next."""
    next_round = time.monotonic()
    while not stop.is_set():
        if time.monotonic() >= next_round:
            _tried(lambda: seal_all(engine))
            _tried(lambda: chores(engine, at=datetime.now(UTC)))
            next_round = time.monotonic() + SECONDS_BETWEEN_ROUNDS
        went_well = _tried(lambda: letters(engine, app, stop))
        stop.wait(SECONDS_BETWEEN_LETTERS if went_well else SECONDS_AFTER_A_FAILURE)


def _tried(what: Callable[[], int]) -> bool:
    try:
        what()
    except Exception:
        _log.exception("A round of work failed; it is tried again.")
        return False
    return True
