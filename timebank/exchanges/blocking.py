"""Members who do not want to hear from another: whom each has blocked, and what that stops; the blocked never hear."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from timebank.database import insert_unless_there
from timebank.exchanges.models import Block
from timebank.members.directory import membership_in
from timebank.members.models import Membership
from timebank.refusals import NotAllowed, Unacceptable


class Blocked(NotAllowed):
    """One of the two does not want to hear from the other."""


def blocked_ids(session: Session, membership: Membership) -> set[int]:
    """The memberships that this one has blocked, and those that have blocked it."""
    either = or_(Block.membership_id == membership.id, Block.blocked_id == membership.id)
    rows = session.execute(select(Block.membership_id, Block.blocked_id).where(either))
    return {number for row in rows for number in row} - {membership.id}


def blocks_of(session: Session, membership: Membership, *, limit: int, offset: int) -> tuple[Sequence[Membership], int]:
    """One page of whom this member has blocked, the latest first, and how many there are."""
    own = Block.membership_id == membership.id
    count = session.scalar(select(func.count()).select_from(Block).where(own)) or 0
    query = select(Membership).join(Block, Block.blocked_id == Membership.id).where(own)
    names = joinedload(Membership.person), joinedload(Membership.organisation)
    page = query.order_by(Block.at.desc(), Block.blocked_id).limit(limit).offset(offset)
    return session.scalars(page.options(*names)).all(), count


def block(session: Session, membership_id: int, *, by: Membership, at: datetime) -> Membership:
    """Proposals and messages of that member do not reach `by` any longer; blocked again it stays as it is."""
    blocked = membership_in(session, by.timebank, membership_id)
    if blocked.id == by.id:
        raise Unacceptable("You cannot block yourself.")
    row = {"membership_id": by.id, "blocked_id": blocked.id, "at": at}
    session.execute(insert_unless_there(session, Block).values(**row).on_conflict_do_nothing())
    return blocked


def unblock(session: Session, membership_id: int, *, by: Membership) -> Membership:
    """They may ask and write again, if they were blocked."""
    blocked = membership_in(session, by.timebank, membership_id)
    session.execute(delete(Block).where(Block.membership_id == by.id, Block.blocked_id == blocked.id))
    return blocked


def has_blocked(session: Session, membership: Membership, other: Membership) -> bool:
    """Whether this member does not want to hear from the other."""
    asked = and_(Block.membership_id == membership.id, Block.blocked_id == other.id)
    return session.scalar(select(Block.blocked_id).where(asked)) is not None


def check_may_reach(session: Session, by: Membership, other: Membership, refused: type[Unacceptable]) -> None:
    """Neither has blocked the other. Who is blocked hears what they would hear of someone who is away.

    Raises:
        Blocked: `by` has blocked the other one themselves.
        refused: the other one has blocked them.
    """
    who = other.name
    if has_blocked(session, by, other):
        raise Blocked("You have blocked %(name)s. Unblock them first, if you would like to be in touch.", name=who)
    if has_blocked(session, other, by):
        raise refused("%(name)s does not give or receive hours here at the moment.", name=who)
