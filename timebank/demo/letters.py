"""What becomes of the made-up community's letters: those of the past were read long ago, and a few wait for Jess."""

from datetime import timedelta

from sqlalchemy import select, update

from timebank.demo.arriving import SIGNING_IN
from timebank.demo.people import SIAN
from timebank.demo.town import Town
from timebank.members.choices import Pace
from timebank.members.models import Membership, Person
from timebank.notices.fates import Fate, fate_of
from timebank.notices.models import Notice, NoticeKind, NoticeState
from timebank.notices.paces import PAUSES

TO_TELL_BY_PHONE = 3
MAILBOX_FULL = "552 5.2.2 The mailbox is full."
_TRIED_FOR = sum(PAUSES, timedelta())
_SENT = {"told": "{}", "email": "", "last_error": ""}


def deliver(town: Town) -> None:
    """What waited was told, each at its time, as the worker leaves it; the last to be told by phone wait for Jess.

    One letter was given up, since its reader's mailbox is full. Nothing is left for the worker.
    """
    session = town.session
    session.flush()
    waiting = Notice.timebank_id == town.timebank.id, Notice.state == NoticeState.WAITING
    unwritten = session.scalars(
        select(Notice)
        .join(Membership, Membership.id == Notice.membership_id)
        .join(Person, Person.id == Membership.person_id)
        .where(*waiting, Person.email.is_(None) | (Membership.pace == Pace.BY_PHONE))
        .order_by(Notice.id)
    ).all()
    found = [(notice, fate_of(notice, stopped=False)) for notice in unwritten]
    for notice in [notice for notice, fate in found if fate == Fate.PHONE][-TO_TELL_BY_PHONE:]:
        notice.state = NoticeState.PHONE
    _give_up_one(town)
    session.flush()
    dropped = [notice.id for notice, fate in found if fate == Fate.DROP]
    session.execute(update(Notice).where(*waiting, Notice.id.in_(dropped)).values(state=NoticeState.DROPPED, **_SENT))
    session.execute(update(Notice).where(*waiting).values(state=NoticeState.SENT, sent_at=Notice.due_at, **_SENT))


def _give_up_one(town: Town) -> None:
    """The last letter about a decision that was tried for as long as letters are, and came back each time."""
    ours = [one.membership.id for name, one in town.neighbours.items() if name not in (*SIGNING_IN, SIAN)]
    notice = town.session.scalars(
        select(Notice)
        .where(
            Notice.state == NoticeState.WAITING,
            Notice.kind == NoticeKind.DECIDED,
            Notice.membership_id.in_(ours),
            Notice.at < town.calendar.until - _TRIED_FOR,
        )
        .order_by(Notice.id.desc())
        .limit(1)
    ).one()
    notice.state, notice.tries, notice.last_error = NoticeState.GIVEN_UP, len(PAUSES) + 1, MAILBOX_FULL
    notice.due_at = notice.at + _TRIED_FOR
