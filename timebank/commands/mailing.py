"""The letters that are due leave: claimed, written and handed to the mail server, each outside any transaction."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from timebank.database import READS_ONLY
from timebank.notices import claims
from timebank.notices.claims import LEASE, Parcel
from timebank.notices.letters import Carrier, Refused, Unreachable, carrier
from timebank.web.enveloping import letter_of
from timebank.web.letters import means

_log = logging.getLogger(__name__)
_ENOUGH_SECONDS = LEASE.total_seconds() / 2
"""After so long a worker begins no more letters of what it claimed, lest the claim runs out under its hands."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Of how many notices something was decided, and whether there may be more to do just now."""

    decided: int = 0
    goes_on: bool = False


def send_due(engine: Engine, app: Flask, *, at: datetime) -> Sent:
    """One claim of what is due has been seen to; what fails is tried again later, as claims.py says."""
    with Session(engine) as session:
        session.connection(execution_options={READS_ONLY: True})
        if not claims.anything_due(session, at=at):
            return Sent()
    with Session(engine, expire_on_commit=False) as session:
        claim = claims.claim(session, at=at)
        session.commit()
    reached = _send(engine, app, claim.parcels, at=at)
    return Sent(claim.decided, goes_on=reached and claim.decided > 0)


def _send(engine: Engine, app: Flask, parcels: list[Parcel], *, at: datetime) -> bool:
    """The letters have left, or wait for their next try; whether the mail server could be spoken with."""
    began = time.monotonic()
    with carrier(means(app.config["TIMEBANK"])) as carries, Session(engine) as session:
        for number, parcel in enumerate(parcels):
            rest = [notice_id for one in parcels[number:] for notice_id in one.ids]
            if time.monotonic() - began > _ENOUGH_SECONDS:
                claims.put_back(session, rest, at=at)
                session.commit()
                break
            try:
                _deliver(app, parcel, carries, at=at)
            except Unreachable as error:
                _log.warning("The mail server cannot be reached, and %d letters wait: %s", len(rest), error)
                claims.unreachable(session, rest, str(error), at=at)
                session.commit()
                return False
            except Refused as error:
                claims.refused(session, parcel.ids, str(error), at=at)
            else:
                claims.sent(session, parcel.ids, at=at)
            session.commit()
    return True


def _deliver(app: Flask, parcel: Parcel, carries: Carrier, *, at: datetime) -> None:
    try:
        letter = letter_of(app, parcel, at=at)
    except Exception as error:
        # A mistake of ours in the words of one letter is not to hold up the others.
        _log.exception("The letter of notice %d could not be written.", parcel.ids[0])
        raise Refused(f"The letter could not be written: {type(error).__name__}") from error
    carries.hand_in(letter)
