"""What becomes of the made-up community's letters: those of the past were read long ago, and a few wait for Jess."""

from sqlalchemy import select, update

from timebank.demo.arriving import SIGNING_IN
from timebank.demo.people import SIAN
from timebank.demo.town import Town
from timebank.members.models import Membership, Person
from timebank.notices import fates
from timebank.notices.fates import Fate
from timebank.notices.models import Notice, NoticeKind, NoticeState
from timebank.notices.paces import PAUSES

TO_TELL_BY_PHONE = 3
MAILBOX_FULL = "552 5.2.2 The mailbox is full."
_SENT = {"told": "{}", "email": "", "last_error": ""}


def deliver(town: Town) -> None:
    """What waited was told, each at its time, as the worker leaves it; the last to be told by phone wait for Jess.

    One letter was given up, since its reader's mailbox is full. Nothing is left for the worker.
    """
    session = town.session
    session.flush()
    waiting = Notice.timebank_id == town.timebank.id, Notice.state == NoticeState.WAITING
    unwritten = Person.email.is_(None) | Membership.id.in_(_without_letters(town))
    found = session.scalars(
        select(Notice)
        .join(Membership, Membership.id == Notice.membership_id)
        .join(Person, Person.id == Membership.person_id)
        .where(*waiting, unwritten)
        .order_by(Notice.id)
    ).all()
    by_phone = [one for one in found if fates.fate_of(one, stopped=False) == Fate.PHONE]
    for notice in by_phone[-TO_TELL_BY_PHONE:]:
        notice.state = NoticeState.PHONE
    _give_up_one(town)
    session.flush()
    dropped = {one.id for one in found if fates.fate_of(one, stopped=False) == Fate.DROP}
    session.execute(update(Notice).where(*waiting, Notice.id.in_(dropped)).values(state=NoticeState.DROPPED, **_SENT))
    session.execute(update(Notice).where(*waiting).values(state=NoticeState.SENT, sent_at=Notice.due_at, **_SENT))


def _without_letters(town: Town) -> list[int]:
    return [one.id for one in _all(town) if fates.address_of(one) is None or one.pace.value == "by phone"]


def _all(town: Town) -> list[Membership]:
    return [one.membership for one in town.neighbours.values()]


def _give_up_one(town: Town) -> None:
    """The last letter to confirm something that was tried for as long as letters are, and came back each time."""
    long_ago = town.calendar.until - sum(PAUSES[1:], PAUSES[0])
    ours = [town.neighbours[name].membership.id for name in town.neighbours if name not in (*SIGNING_IN, SIAN)]
    notice = town.session.scalars(
        select(Notice)
        .where(
            Notice.state == NoticeState.WAITING,
            Notice.kind == NoticeKind.DECIDED,
            Notice.membership_id.in_(ours),
            Notice.at < long_ago,
        )
        .order_by(Notice.id.desc())
        .limit(1)
    ).one()
    notice.state, notice.tries, notice.last_error = NoticeState.GIVEN_UP, len(PAUSES) + 1, MAILBOX_FULL
    notice.due_at = notice.at + sum(PAUSES[1:], PAUSES[0])
