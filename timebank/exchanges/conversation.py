"""What the two say to each other about a proposal or an exchange, in plain text; nobody else reads it unasked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from timebank.exchanges import blocking, known, news
from timebank.exchanges.models import Exchange, Message
from timebank.exchanges.taking import is_both_sides, load
from timebank.exchanges.workflow import ENDED_EMPTY
from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.models import HERE, Membership
from timebank.members.page import Shown
from timebank.notices import outbox
from timebank.notices.models import NoticeKind
from timebank.refusals import Conflict, NotFound, Unacceptable

LONGEST_MESSAGE = 2000


@dataclass(frozen=True, slots=True)
class Contact:
    """How someone is reached; what is empty is not told, or not for this reader."""

    phone: str = ""
    email: str = ""


class WrittenBefore(Conflict):
    """The same form was sent before, with something else in it."""


class WrongMessage(Unacceptable):
    """There is nothing in it to read, or too much."""


class NotReached(Unacceptable):
    """The other one is not here to read it, or would rather not."""


def say(session: Session, exchange_id: int, text: str, *, key: str, by: Membership, at: datetime) -> Message:
    """One of the two has said something to the other, who is told; the same form sent again says it once.

    Raises:
        NotReached: the other one does not want to hear from them, or is no longer here.
        WrongMessage: it is empty or too long.
    """
    exchange = load(session, exchange_id, by.timebank_id)
    other = _other(exchange, by)
    blocking.check_may_reach(session, by, other, NotReached)
    if other.status not in HERE:
        raise NotReached("%(name)s does not give or receive hours here at the moment.", name=other.name)
    message, is_new = _kept(session, exchange, text, key=key, by=by, at=at)
    if is_new:
        told: dict[str, Any] = {
            "exchange_id": exchange.id,
            "other": by.name,
            "title": exchange.title,
            "text": message.text,
        }
        outbox.tell(session, NoticeKind.MESSAGE, other, key=f"message:{message.id}:{other.id}", at=at, **told)
    return message


def begin(session: Session, exchange: Exchange, text: str, *, key: str, by: Membership, at: datetime) -> None:
    """The first word stands in the conversation; the proposal with which it goes is told by itself."""
    _kept(session, exchange, text, key=key, by=by, at=at)


def messages_of(
    session: Session, exchange: Exchange, *, reader: Membership, limit: int, offset: int
) -> tuple[Sequence[Message], bool]:
    """One page of the conversation, the newest first, each in the order in which it was said; and if more was said.

    Only the two read it; to anyone else it is empty.
    """
    if reader.id not in (exchange.provider_id, exchange.receiver_id):
        return [], False
    return of_exchange(session, exchange, limit=limit, offset=offset)


def of_exchange(session: Session, exchange: Exchange, *, limit: int, offset: int) -> tuple[Sequence[Message], bool]:
    """The same for whoever may read it; whether they may is asked before (concerns.read_conversation)."""
    query = select(Message).where(Message.exchange_id == exchange.id).order_by(Message.id.desc())
    names = (
        joinedload(Message.by),
        joinedload(Message.membership).joinedload(Membership.person),
        joinedload(Message.membership).joinedload(Membership.organisation),
    )
    found = session.scalars(query.options(*names).limit(limit + 1).offset(offset)).all()
    return found[:limit][::-1], len(found) > limit


def contact_of(session: Session, exchange: Exchange, *, reader: Membership) -> Contact:
    """How one of the two reaches the other one, as that one lets them; nothing before both have agreed."""
    nothing = Contact()
    if reader.id not in (exchange.provider_id, exchange.receiver_id) or exchange.state in ENDED_EMPTY:
        return nothing
    other = news.other_of(exchange, reader)
    person = other.person
    if person is None or not known.has_agreed(session, other, reader=reader):
        return nothing
    readers = profiles.readers_of(session, [other])[other.id]
    return Contact(
        phone=person.phone if profiles.sees(Readers.AGREED, readers[Shown.PHONE]) else "",
        email=(person.email or "") if profiles.sees(Readers.AGREED, readers[Shown.EMAIL]) else "",
    )


def _other(exchange: Exchange, by: Membership) -> Membership:
    """The one to whom it is said.

    Raises:
        NotFound: `by` is none of the two, or speaks for one of them and is the other.
    """
    one_of_them = by.id in (exchange.provider_id, exchange.receiver_id)
    if not one_of_them or is_both_sides(by, exchange.provider, exchange.receiver):
        raise NotFound("There is no such conversation here.")
    return news.other_of(exchange, by)


def _kept(
    session: Session, exchange: Exchange, text: str, *, key: str, by: Membership, at: datetime
) -> tuple[Message, bool]:
    """The message, and whether it is new."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise WrongMessage("Write a few words.")
    if len(text) > LONGEST_MESSAGE:
        raise WrongMessage("Use at most %(most)d letters.", most=LONGEST_MESSAGE)
    before = _written_before(session, exchange, key, by, text)
    if before is not None:
        return before, False
    message = Message(exchange_id=exchange.id, membership_id=by.id, by_id=by.hand_id, key=key, text=text, at=at)
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        # The same form was sent twice at once, and the other one was faster: answer as it did.
        before = _written_before(session, exchange, key, by, text)
        if before is None:
            raise
        return before, False
    return message, True


def _written_before(session: Session, exchange: Exchange, key: str, by: Membership, text: str) -> Message | None:
    before = session.scalar(select(Message).where(Message.exchange_id == exchange.id, Message.key == key))
    if before is not None and (before.membership_id, before.text) != (by.id, text):
        raise WrittenBefore("This form was sent before with something else in it. Load the page anew and try again.")
    return before
