"""What the two say of an exchange once it has happened: a word of thanks for the other, and how it was for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from timebank.exchanges import blocking, news
from timebank.exchanges.models import Block, Exchange, Thanks
from timebank.exchanges.taking import is_both_sides, load
from timebank.exchanges.workflow import State
from timebank.members.models import Membership, Timebank
from timebank.notices import outbox
from timebank.notices.models import NoticeKind
from timebank.refusals import Conflict, NotAllowed, Unacceptable

LONGEST_THANKS = 500
SATISFACTION = range(1, 6)
"""From "it did not go well" to "wonderful"; nobody is shown what one person said."""
_HAPPENED = frozenset({State.RECORDED, State.CONFIRMED, State.DISPUTED, State.APPROVED})
_NOT_HAPPENED = frozenset(State) - _HAPPENED


class SaidBefore(Conflict):
    """They have said something of this exchange before."""


class NotYet(Conflict):
    """It has not happened, or it counts no longer."""


class WrongThanks(Unacceptable):
    """It is too long, or no answer of the five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one of the two says: a word, whether it may be quoted without names, and how it was, or None."""

    word: str = ""
    may_quote: bool = False
    satisfaction: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.word.strip() and self.satisfaction is None


def thank(session: Session, exchange_id: int, said: Said, *, by: Membership, at: datetime) -> Thanks:
    """What one of the two says is kept; the other one is told the word, and nobody how it was for them.

    Raises:
        NotAllowed: they are none of the two.
        NotYet: it has not happened.
        SaidBefore: they have said something before.
        WrongThanks: the word is too long or there is none, or the answer is none of the five.
    """
    exchange = load(session, exchange_id, by.timebank_id)
    check_may_thank(exchange, by)
    if said.is_empty:
        raise WrongThanks("Write a few words, or say how it was.")
    if len(said.word.strip()) > LONGEST_THANKS:
        raise WrongThanks("Use at most %(most)d letters.", most=LONGEST_THANKS)
    if said.satisfaction is not None and said.satisfaction not in SATISFACTION:
        raise WrongThanks("Choose one of the five answers.")
    word = said.word.strip()
    thanks = Thanks(
        timebank_id=exchange.timebank_id,
        exchange_id=exchange.id,
        membership_id=by.id,
        word=word,
        may_quote=said.may_quote and bool(word),
        satisfaction=said.satisfaction,
        at=at,
        by_id=by.hand_id,
    )
    _keep_once(session, thanks)
    _tell(session, exchange, thanks, by)
    return thanks


def thank_along(session: Session, exchange: Exchange, said: Said, *, by: Membership, at: datetime) -> None:
    """What is said along with logging or confirming is kept; nothing where it is empty, or was said before."""
    said_before = session.get(Thanks, (exchange.id, by.id)) is not None
    if not said.is_empty and not said_before:
        thank(session, exchange.id, said, by=by, at=at)


def check_may_thank(exchange: Exchange, by: Membership) -> None:
    """They are one of the two, and it has happened.

    Raises:
        NotAllowed, NotYet: with the sentence for the person.
    """
    if by.id not in (exchange.provider_id, exchange.receiver_id):
        raise NotAllowed("Only the two whose exchange it is can say how it was.")
    if is_both_sides(by, exchange.provider, exchange.receiver):
        raise NotAllowed("You cannot be on both sides. Let %(name)s do this, or a coordinator.", name=by.name)
    if exchange.state not in _HAPPENED:
        raise NotYet("You can say thank you as soon as the time is logged.")


def may_thank(exchange: Exchange, by: Membership) -> bool:
    """Whether thank() would let this member, if they have not said anything yet."""
    both = is_both_sides(by, exchange.provider, exchange.receiver)
    return by.id in (exchange.provider_id, exchange.receiver_id) and not both and exchange.state in _HAPPENED


def said_of(session: Session, exchange: Exchange) -> dict[int, Thanks]:
    """What the two have said of it, by their memberships."""
    found = session.scalars(select(Thanks).where(Thanks.exchange_id == exchange.id).options(joinedload(Thanks.by)))
    return {thanks.membership_id: thanks for thanks in found}


def thanks_for(
    session: Session, membership: Membership, *, limit: int, offset: int
) -> tuple[Sequence[tuple[Thanks, Exchange]], int]:
    """One page of the words of thanks that this member got, the latest first, and how many there are.

    The words of whom they have blocked are not among them.
    """
    blocked = select(Block.blocked_id).where(Block.membership_id == membership.id)
    mine = or_(Exchange.provider_id == membership.id, Exchange.receiver_id == membership.id)
    others = Thanks.membership_id != membership.id, Thanks.membership_id.not_in(blocked)
    which = and_(mine, *others, Thanks.word != "", Exchange.state.in_(_HAPPENED))
    joined = select(Thanks, Exchange).join(Exchange, Exchange.id == Thanks.exchange_id).where(which)
    count = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    names = (
        joinedload(Thanks.by),
        joinedload(Thanks.membership).joinedload(Membership.person),
        joinedload(Thanks.membership).joinedload(Membership.organisation),
    )
    page = joined.order_by(Thanks.at.desc(), Thanks.exchange_id.desc()).limit(limit).offset(offset)
    return [(row.Thanks, row.Exchange) for row in session.execute(page.options(*names))], count


def quotable(session: Session, timebank: Timebank, *, limit: int, offset: int) -> tuple[Sequence[Thanks], int]:
    """One page of the words that may be quoted without names, the latest first, and how many there are."""
    which = *_here(timebank), Thanks.may_quote
    count = session.scalar(select(func.count()).select_from(Thanks).where(*which)) or 0
    page = select(Thanks).where(*which).order_by(Thanks.at.desc(), Thanks.exchange_id.desc())
    return session.scalars(page.limit(limit).offset(offset)).all(), count


def satisfaction(session: Session, timebank: Timebank) -> dict[int, int]:
    """How many said each of the five; empty where fewer members answered than may be told of together."""
    which = *_here(timebank), Thanks.satisfaction.is_not(None)
    members = select(Thanks.membership_id).where(*which).distinct().limit(timebank.disclosure_threshold)
    if len(session.scalars(members).all()) < timebank.disclosure_threshold:
        return {}
    answers = select(Thanks.satisfaction, func.count()).where(*which).group_by(Thanks.satisfaction)
    counted: dict[int | None, int] = {row[0]: row[1] for row in session.execute(answers)}
    return {one: counted.get(one, 0) for one in reversed(SATISFACTION)}


def _here(timebank: Timebank) -> tuple[ColumnElement[bool], ...]:
    """What was said in this timebank, but for exchanges that stand no longer: these are the few that are looked up."""
    fallen = select(Exchange.id).where(Exchange.timebank_id == timebank.id, Exchange.state.in_(_NOT_HAPPENED))
    return Thanks.timebank_id == timebank.id, Thanks.exchange_id.not_in(fallen)


def _keep_once(session: Session, thanks: Thanks) -> None:
    said_before = SaidBefore("You have said how it was before. That is done once only.")
    if session.get(Thanks, (thanks.exchange_id, thanks.membership_id)) is not None:
        raise said_before
    try:
        with session.begin_nested():
            session.add(thanks)
    except IntegrityError as twice:
        raise said_before from twice


def _tell(session: Session, exchange: Exchange, thanks: Thanks, by: Membership) -> None:
    """The other one is told the word, unless one of the two does not want to hear from the other."""
    other = news.other_of(exchange, by)
    if not thanks.word or blocking.has_blocked(session, other, by):
        return
    told: dict[str, Any] = {"exchange_id": exchange.id, "other": by.name, "title": exchange.title, "word": thanks.word}
    key = f"exchange:{exchange.id}:thanks:{by.id}"
    outbox.tell(session, NoticeKind.THANKS, other, key=key, at=thanks.at, **told)
