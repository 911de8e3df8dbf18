"""Forms that were sent: each is acted upon once, and the same one sent again is answered like the first."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from timebank.database import insert_unless_there
from timebank.members.models import SentForm
from timebank.refusals import Conflict

KEPT_FOR = timedelta(days=30)
"""How long a form that was sent is remembered."""


class SentOtherwise(Conflict):
    """The same form was sent before, with something else in it."""


def sent_before(session: Session, person_id: int, key: str) -> bool:
    """Whether this person sent a form of this key that was acted upon."""
    return session.get(SentForm, (person_id, key)) is not None


def once(session: Session, person_id: int, key: str, content: str, act: Callable[[], str], *, at: datetime) -> str:
    """What `act` answered, the first time that this person sent this form; sent again, nothing is done.

    The key is claimed before anything is done: who sends the same form at the same moment waits until the first has
    come through, and is answered alike; where the first was refused, nothing is kept and the second is acted upon.

    Raises:
        SentOtherwise: something else was sent under this key.
    """
    session.execute(delete(SentForm).where(SentForm.at < at - KEPT_FOR))
    digest = hashlib.sha256(content.encode()).hexdigest()
    claim = insert_unless_there(session, SentForm).values(person_id=person_id, key=key, digest=digest, answer="", at=at)
    mine = SentForm.person_id == person_id, SentForm.key == key
    if session.execute(claim.on_conflict_do_nothing().returning(SentForm.key)).scalar() is not None:
        answer = act()
        session.execute(update(SentForm).where(*mine).values(answer=answer))
        return answer
    before = session.get_one(SentForm, (person_id, key), populate_existing=True)
    if before.digest != digest:
        raise SentOtherwise(
            "This form was sent before, with something else in it. Have a look at how things stand, and begin anew."
        )
    return before.answer
