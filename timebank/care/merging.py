"""Who was written down twice is made one: the hours, the listings and what is open go to the one who is kept.

What was approved stays in the record and in the book as it was written; everywhere the two are one from then on.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from timebank.care import moving_things
from timebank.care.standing import check_another_administrator, check_looks_after, hold
from timebank.exchanges.models import Exchange, Message, Thanks
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.listings.models import Listing
from timebank.members import audit_log, settling
from timebank.members.audit_log import Deed
from timebank.members.choices import LeftBecause
from timebank.members.models import HERE, Membership, MembershipStatus
from timebank.notices import wishes
from timebank.refusals import Unacceptable

_OVER = frozenset({State.DECLINED, State.CANCELLED, State.REVERSED})


class NotTheSame(Unacceptable):
    """The two cannot be one person, or not the one who is kept."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What one of the two has here: balance, exchanges that count, exchanges that are open, listings."""

    balance: Hours
    counting: int
    open: int
    listings: int


def extent_of(session: Session, membership: Membership) -> Extent:
    """What they have here, for who looks at it before the two are made one."""
    rows = session.execute(
        select(Exchange.state, func.count()).where(_theirs(membership)).group_by(Exchange.state)
    ).all()
    counting = sum(number for state, number in rows if state == State.APPROVED)
    open_ = sum(number for state, number in rows if state not in {*_OVER, State.APPROVED})
    on_board = select(func.count()).where(Listing.membership_id == membership.id)
    balance = Hours(membership.account.balance_minutes) if membership.account is not None else Hours(0)
    return Extent(balance, counting, open_, session.scalar(on_board) or 0)


def check_merge(session: Session, double: Membership, kept: Membership, *, by: Membership) -> None:
    """The two can be made one as things stand.

    Raises:
        NotTheSame, OnlyAdministrator, NotAllowed, NotFound: as merge().
    """
    for one in (double, kept):
        check_looks_after(by, one)
        if one.person is None:
            raise NotTheSame("%(name)s is an organisation. Only people are made one.", name=one.name)
        if one.person.erased_at is not None:
            raise NotTheSame("Nothing is known any more of one of the two.")
        if one.status == MembershipStatus.SUSPENDED:
            raise NotTheSame("%(name)s is suspended. Lift that first.", name=one.name)
        if one.merged_into_id is not None:
            raise NotTheSame("%(name)s was made one with someone before.", name=one.name)
    if double.id == kept.id:
        raise NotTheSame("Choose two different people.")
    if kept.status not in HERE:
        raise NotTheSame("%(name)s has left. Keep the other one of the two.", name=kept.name)
    together = session.scalar(select(func.count()).where(_between(double, kept), Exchange.state.not_in(_OVER))) or 0
    if together:
        raise NotTheSame(
            "These two have exchanges with one another, and nobody exchanges with themselves. If they are the same"
            " person, those are mistakes: take them back or call them off first."
        )
    check_another_administrator(session, double)


def merge(session: Session, double: Membership, kept: Membership, *, by: Membership, at: datetime) -> Hours:
    """The two are one from now on, who is known as `kept`; it cannot be undone.

    The hours of the double go over by a correction and its account is closed. Listings, needs, exchanges, supporters,
    vetting and what was agreed to go over too. Contributions stay as they were approved, and count as of one person.

    Returns:
        The balance that went over.

    Raises:
        NotTheSame, OnlyAdministrator, NotAllowed, NotFound: with the sentence for the person.
        NoAccount, AccountClosed, OverCreditLimit: the one that is kept cannot take the hours over; nothing is kept.
    """
    for one in sorted((double, kept), key=lambda one: one.id):
        hold(session, one)
    hold_exchanges(session, double)
    check_merge(session, double, kept, by=by)
    reason = f"Number {double.number} and number {kept.number} are the same person."
    balance = settling.hand_over(session, double, kept, reason=reason, by=by, at=at)
    _exchanges(session, double, kept)
    moving_things.page_of(session, double, kept)
    moving_things.trust_in(session, double, kept)
    moving_things.people_around(session, double, kept, at=at)
    moving_things.sign_in_of(session, double, kept)
    wishes.decide_anew(session, kept.id, at=at)
    session.execute(update(Membership).where(Membership.merged_into_id == double.id).values(merged_into_id=kept.id))
    kept.joined_on = min(kept.joined_on, double.joined_on)
    kept.works_for_id = kept.works_for_id or double.works_for_id
    double.status, double.left_because, double.merged_into_id = MembershipStatus.LEFT, LeftBecause.MERGED, kept.id
    double.left_on, double.paused_until = double.left_on or kept.timebank.day_of(at), None
    told = {"number": double.number, "other_id": double.id, "minutes": balance.minutes}
    audit_log.note(session, Deed.MERGED, by=by, about=kept, at=at, **told)
    session.flush()
    # Much was moved behind the session's back; what it holds is read anew.
    session.expire_all()
    return balance


def hold_exchanges(session: Session, *memberships: Membership) -> None:
    """Whoever is at a step with one of their exchanges comes through first, and who comes later sees what was written.

    An approval locks its exchange and then its accounts; so does this, or each could wait for the other.
    """
    theirs = or_(*(_theirs(one) for one in memberships))
    session.execute(select(Exchange.id).where(theirs).order_by(Exchange.id).with_for_update()).all()


def _exchanges(session: Session, double: Membership, kept: Membership) -> None:
    """All exchanges that are not between the two are of the one who is kept, with their conversations and thanks."""
    theirs = select(Exchange.id).where(_theirs(double), _not_between(double, kept))
    for table in (Message, Thanks):
        mine = table.membership_id == double.id, table.exchange_id.in_(theirs)
        session.execute(update(table).where(*mine).values(membership_id=kept.id))
    told = Exchange.told_by_id == double.id, _not_between(double, kept)
    session.execute(update(Exchange).where(*told).values(told_by_id=kept.id))
    for column, other in ((Exchange.provider_id, Exchange.receiver_id), (Exchange.receiver_id, Exchange.provider_id)):
        session.execute(update(Exchange).where(column == double.id, other != kept.id).values({column.key: kept.id}))


def _theirs(membership: Membership) -> ColumnElement[bool]:
    return or_(Exchange.provider_id == membership.id, Exchange.receiver_id == membership.id)


def _between(double: Membership, kept: Membership) -> ColumnElement[bool]:
    both = (double.id, kept.id)
    return and_(Exchange.provider_id.in_(both), Exchange.receiver_id.in_(both))


def _not_between(double: Membership, kept: Membership) -> ColumnElement[bool]:
    both = (double.id, kept.id)
    return or_(Exchange.provider_id.not_in(both), Exchange.receiver_id.not_in(both))
