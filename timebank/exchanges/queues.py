"""Which exchanges wait for whom, and what approving some of them would do to the book; it never writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import CTE, ColumnElement, and_, func, or_, select, true, union
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from timebank.contributions.models import Capacity
from timebank.exchanges import workflow
from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.taking import parts_of
from timebank.exchanges.workflow import WAITING, State, Step
from timebank.hours import Hours
from timebank.ledger.models import Account
from timebank.members.models import Membership, Timebank
from timebank.members.rules import is_party
from timebank.policy import Permission
from timebank.refusals import NotFound

_ASKS = (State.PROPOSED, State.RECORDED)


class Group(StrEnum):
    """How a member's own exchanges are sorted: by whose turn it is."""

    FOR_ME = "for me"
    UNDER_WAY = "under way"
    DONE = "done"


@dataclass(slots=True)
class Effect:
    """What approving would do to one account: its balance now and afterwards, and how far below 0 it may go."""

    membership: Membership
    now: Hours
    after: Hours
    limit_minutes: int | None
    excess_minutes: int
    would_pass_limit: bool = False

    def gains(self, minutes: int) -> None:
        """The balance rises; an account past its limit comes nearer to it for good."""
        self.after += Hours(minutes)
        past = max(0, -self.after.minutes - (self.limit_minutes or 0))
        self.excess_minutes = min(self.excess_minutes, past)

    def can_give(self, minutes: int) -> bool:
        """Whether the limit lets so many minutes go; the database asks the same when it comes to it."""
        return self.limit_minutes is None or self.after.minutes - minutes >= -(self.limit_minutes + self.excess_minutes)


@dataclass(slots=True)
class Preview:
    """What approving would write: those that would be posted, those that the credit limit stops, and what is left out.

    `own` are those where the coordinator is a party, `left` those that have moved on or wait for something else.
    """

    to_post: list[Exchange] = field(default_factory=list)
    over_limit: list[Exchange] = field(default_factory=list)
    own: list[Exchange] = field(default_factory=list)
    left: list[Exchange] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def total(self) -> Hours:
        """How many hours would go into the book."""
        return Hours(sum(exchange.minutes or 0 for exchange in self.to_post))


def waiting(
    session: Session, timebank: Timebank, state: State | None, *, limit: int, offset: int
) -> tuple[Sequence[Exchange], int]:
    """One page of what waits for a coordinator, the oldest first, and how many there are; of one state where asked."""
    states = WAITING if state is None else WAITING & {state}
    which = and_(Exchange.timebank_id == timebank.id, Exchange.state.in_(states))
    return _page(session, which, limit, offset, newest_first=False)


def of_member(
    session: Session, membership: Membership, group: Group, *, limit: int, offset: int
) -> tuple[Sequence[Exchange], int]:
    """One page of a member's own exchanges, the newest first, and how many there are."""
    mine = or_(Exchange.provider_id == membership.id, Exchange.receiver_id == membership.id)
    return _page(session, and_(mine, _whose_turn(membership)[group]), limit, offset, newest_first=True)


def at_home(
    session: Session, membership: Membership, *, awaiting: int, recent: int
) -> tuple[Sequence[Exchange], int, Sequence[Exchange]]:
    """What waits for the member's answer, as many as asked for, how many there are, and their latest of any state."""
    # All of theirs are found first, by their indexes, and sorted then: they are few, and the table is long.
    mine = _found(or_(Exchange.provider_id == membership.id, Exchange.receiver_id == membership.id))
    for_me = and_(mine.c.state.in_(_ASKS), mine.c.told_by_id != membership.id)
    counted = select(func.count()).select_from(mine).where(for_me).scalar_subquery()
    wanted = [
        select(select(mine.c.id).where(which).order_by(mine.c.id.desc()).limit(most).subquery().c.id)
        for which, most in ((for_me, awaiting), (true(), recent))
    ]
    ids = union(*wanted).subquery()
    query = select(Exchange, counted).join(ids, ids.c.id == Exchange.id)
    rows = session.execute(query.order_by(Exchange.id.desc()).options(*_with_names())).all()
    found = [row[0] for row in rows]
    asked = [one for one in found if one.state in _ASKS and one.told_by_id != membership.id]
    return asked[:awaiting], rows[0][1] if rows else 0, found[:recent]


def exchange_for(session: Session, timebank: Timebank, exchange_id: int, *, reader: Membership) -> Exchange:
    """The exchange with its people and history, for the two whose it is and for coordinators.

    Raises:
        NotFound: it is not here, or not for this reader to know of.
    """
    found = session.scalar(
        select(Exchange)
        .where(Exchange.id == exchange_id, Exchange.timebank_id == timebank.id)
        .options(*_with_names(), *_with_history())
    )
    if found is None or not (
        reader.id in (found.provider_id, found.receiver_id) or reader.may(Permission.DECIDE_EXCHANGES)
    ):
        raise NotFound("There is no such exchange here.")
    return found


def preview(session: Session, timebank: Timebank, ids: Collection[int], *, by: Membership) -> Preview:
    """What would be written if this coordinator approved these now, one after another as approving does it."""
    # The database keeps the tallies itself, so accounts that this session has read before may tell an old balance.
    rows = session.scalars(
        select(Exchange)
        .where(Exchange.id.in_(ids), Exchange.timebank_id == timebank.id)
        .order_by(Exchange.id)
        .options(*_with_names())
        .execution_options(populate_existing=True)
    ).all()
    told = Preview()
    effects: dict[int, Effect] = {}
    for exchange in rows:
        if is_party(by, exchange.provider) or is_party(by, exchange.receiver):
            told.own.append(exchange)
        elif Step.APPROVE not in workflow.open_steps(exchange.state, parts_of(exchange, by)):
            told.left.append(exchange)
        else:
            _try(told, effects, exchange)
    told.effects = sorted(effects.values(), key=lambda effect: effect.membership.name.casefold())
    return told


def _try(told: Preview, effects: dict[int, Effect], exchange: Exchange) -> None:
    """The exchange as it would be posted after those before it."""
    minutes = exchange.minutes or 0
    if exchange.capacity != Capacity.MEMBER:
        told.to_post.append(exchange)
        return
    provider, receiver = _effect(effects, exchange.provider), _effect(effects, exchange.receiver)
    if not receiver.can_give(minutes):
        receiver.would_pass_limit = True
        told.over_limit.append(exchange)
        return
    receiver.after -= Hours(minutes)
    provider.gains(minutes)
    told.to_post.append(exchange)


def _effect(effects: dict[int, Effect], membership: Membership) -> Effect:
    if membership.id not in effects:
        account = membership.account or Account(given_minutes=0, received_minutes=0, excess_minutes=0)
        now = Hours(account.balance_minutes)
        effects[membership.id] = Effect(membership, now, now, account.credit_limit_minutes, account.excess_minutes)
    return effects[membership.id]


def _whose_turn(membership: Membership) -> dict[Group, ColumnElement[bool]]:
    asks = Exchange.state.in_(_ASKS)
    for_me = and_(asks, Exchange.told_by_id != membership.id)
    told_by_me = and_(asks, Exchange.told_by_id == membership.id)
    return {
        Group.FOR_ME: for_me,
        Group.UNDER_WAY: or_(told_by_me, Exchange.state.in_((State.AGREED, State.CONFIRMED, State.DISPUTED))),
        Group.DONE: Exchange.state.in_((State.APPROVED, State.DECLINED, State.CANCELLED, State.REVERSED)),
    }


def _page(
    session: Session, which: ColumnElement[bool], limit: int, offset: int, *, newest_first: bool
) -> tuple[Sequence[Exchange], int]:
    found = _found(which)
    counted = select(func.count()).select_from(found)
    some = select(found.c.id).order_by(found.c.id.desc() if newest_first else found.c.id).limit(limit).offset(offset)
    ids = some.subquery()
    # The rows bring their number along, so that one question answers both; where there are none, it is asked by itself.
    query = select(Exchange, counted.scalar_subquery()).join(ids, ids.c.id == Exchange.id)
    rows = session.execute(
        query.order_by(Exchange.id.desc() if newest_first else Exchange.id).options(*_with_names())
    ).all()
    count = rows[0][1] if rows else (session.scalar(counted) if offset else 0)
    return [row[0] for row in rows], count or 0


def _found(which: ColumnElement[bool]) -> CTE:
    """The exchanges of which this is true, for questions that read them more than once; the database finds them once.

    Sorted and cut off in the same step, PostgreSQL would rather go through the whole table by its numbers.
    """
    return select(Exchange.id, Exchange.state, Exchange.told_by_id).where(which).cte("found")


def _with_names() -> tuple[ORMOption, ...]:
    """The people, their accounts, and the kind of help, fetched along with the exchanges."""
    return (
        *(
            option
            for side in (Exchange.provider, Exchange.receiver)
            for option in (
                joinedload(side).joinedload(Membership.person),
                joinedload(side).joinedload(Membership.organisation),
                joinedload(side).joinedload(Membership.account),
            )
        ),
        joinedload(Exchange.category),
        joinedload(Exchange.project),
    )


def _with_history() -> tuple[ORMOption, ...]:
    return (
        selectinload(Exchange.steps).joinedload(ExchangeStep.by),
        selectinload(Exchange.steps).joinedload(ExchangeStep.on_behalf_of).joinedload(Membership.person),
        selectinload(Exchange.steps).joinedload(ExchangeStep.on_behalf_of).joinedload(Membership.organisation),
    )
