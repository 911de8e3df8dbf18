"""What every step shares: the exchange under lock, what someone is to it, and the line in its history."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.exchanges import news, workflow
from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import Part, State, Step
from timebank.members.models import Membership, MembershipStatus
from timebank.members.rules import is_party
from timebank.policy import Permission
from timebank.refusals import NotFound


def parts_of(exchange: Exchange, membership: Membership) -> frozenset[Part]:
    """What this member is to the exchange. A coordinator who is a party, or works for one, is no coordinator here.

    A supporter who is the other one of the two, or works for it, takes no step here for the member.
    """
    if is_both_sides(membership, exchange.provider, exchange.receiver):
        return frozenset()
    if membership.id == exchange.asked_id:
        return frozenset({Part.ASKED, Part.UNHEARD} if is_silent(exchange) else {Part.ASKED})
    if membership.id == exchange.told_by_id:
        return frozenset({Part.TELLER})
    if is_party(membership, exchange.provider) or is_party(membership, exchange.receiver):
        return frozenset()
    return coordinating(membership)


def coordinating(membership: Membership) -> frozenset[Part]:
    """A coordinator's part in exchanges of others; nothing for anyone else."""
    return frozenset({Part.COORDINATOR}) if membership.may(Permission.DECIDE_EXCHANGES) else frozenset()


def is_silent(exchange: Exchange) -> bool:
    """Whether silence has confirmed it: nobody said that it is right, and no two times were told and settled."""
    settled = exchange.other_minutes is not None
    return exchange.state == State.CONFIRMED and exchange.confirmed_by_id is None and not settled


def is_both_sides(by: Membership, *sides: Membership) -> bool:
    """Whether the supporter who acts for one of the two is the other one, or works for it: one would agree as both."""
    supporter = by.acted_by
    return supporter is not None and any(is_party(supporter, side) for side in sides if side.id != by.id)


def speaking(by: Membership, for_: Membership, sides: tuple[int, int]) -> frozenset[Part]:
    """As what someone writes an exchange down: for themselves, or as a coordinator for two others.

    One of the two never speaks for the other, also where they are a coordinator, or one alone could confirm as both.
    """
    if by.id == for_.id:
        return frozenset({Part.TELLER})
    return frozenset() if by.id in sides else coordinating(by)


def as_told(exchange: Exchange) -> str:
    """What the one who is asked is shown: who gave, how long and on which day; it changes whenever one of them does."""
    return f"{exchange.provider_id} {exchange.minutes or exchange.proposed_minutes} {exchange.served_on}"


def hold_sides(session: Session, *side_ids: int) -> dict[int, MembershipStatus]:
    """How those of these memberships that there are stand now, by id; none leaves or is merged until the end.

    Who writes an exchange down reads that both are here, and whoever leaves reads that nothing is open: without this
    both would be right at the same moment, and time would stand logged with someone whose account is closed. It goes
    before the lock on an exchange, as with those who leave.
    """
    query = select(Membership.id, Membership.status).where(Membership.id.in_(side_ids)).order_by(Membership.id)
    return dict(session.execute(query.with_for_update(read=True)).all())


def load(session: Session, exchange_id: int, timebank_id: int) -> Exchange:
    """The exchange as it stands now, locked, if it is of this timebank."""
    exchange = session.get(Exchange, exchange_id, with_for_update=True, populate_existing=True)
    if exchange is None or exchange.timebank_id != timebank_id:
        raise NotFound("There is no such exchange here.")
    return exchange


def take(
    session: Session,
    exchange_id: int,
    step: Step,
    *,
    by: Membership,
    at: datetime,
    note: str = "",
    and_then: Callable[[Exchange], State | None] = lambda _exchange: None,
) -> Exchange:
    """The step is taken, stands in the history, and is told; `and_then` does what goes with it.

    It may lead to another state. The state changes last: an exchange counts as approved only with its contribution.
    """
    exchange = load(session, exchange_id, by.timebank_id)
    before = exchange.minutes
    state = workflow.after(exchange.state, step, parts_of(exchange, by))
    exchange.state = and_then(exchange) or state
    taken = note_down(session, exchange, step, by=by, for_=by, at=at, note=note, before=before)
    news.tell_of(session, exchange, taken, by=by)
    return exchange


def take_by_rule(session: Session, exchange: Exchange, step: Step, *, at: datetime) -> None:
    """The timebank's rule takes the step, and nobody stands behind it; the exchange is under lock already."""
    exchange.state = workflow.after(exchange.state, step, frozenset({Part.RULE}))
    taken = note_down(session, exchange, step, by=None, for_=None, at=at, before=exchange.minutes)
    news.tell_of(session, exchange, taken, by=None)


def note_down(
    session: Session,
    exchange: Exchange,
    step: Step,
    *,
    by: Membership | None,
    for_: Membership | None,
    at: datetime,
    note: str = "",
    before: int | None = None,
) -> ExchangeStep:
    """The step stands in the exchange's history: who took it, for whom, when, and the minutes around it.

    What a supporter does stands there as done by them for the member; what the timebank's rule does, by nobody.
    """
    exchange.moved_at = at
    by_themselves = by is None or for_ is None or (for_.id == by.id and not by.is_acted_for)
    taken = ExchangeStep(
        exchange_id=exchange.id,
        step=step,
        by_id=by.hand_id if by is not None else None,
        for_id=for_.id if for_ is not None and not by_themselves else None,
        at=at,
        note=note.strip(),
        minutes_before=before,
        minutes_after=exchange.minutes or exchange.proposed_minutes,
    )
    session.add(taken)
    session.flush()
    return taken
