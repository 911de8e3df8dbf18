"""Every try at a password is written down before the password is looked at, so that tries at once all count."""

from datetime import datetime

from flask import request

from timebank.members import passwords
from timebank.web.database import transaction


def note_attempt(asking: str, at: datetime) -> None:
    """The try of this account, from where it came, is written down."""
    with transaction() as session:
        passwords.note_attempt(session, asking, address(), at=at)


def address() -> str:
    """From where the request came."""
    return request.remote_addr or "nowhere"
