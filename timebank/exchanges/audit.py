"""Whether exchanges and the record of contributions say the same; it reads and tells, and never mends."""

from collections.abc import Iterator

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from timebank import guards
from timebank.contributions.models import Contribution
from timebank.exchanges.models import GUARDS, Exchange
from timebank.exchanges.workflow import State
from timebank.members.models import Membership


def findings(session: Session) -> Iterator[str]:
    """What counts without being approved, or is approved without counting, a sentence each; else nothing."""
    yield from guards.findings(session, GUARDS)
    yield from _differing(session)
    uncounted = Exchange.state.in_((State.APPROVED, State.REVERSED)) & Exchange.contribution_id.is_(None)
    for exchange in session.scalars(select(Exchange.id).where(uncounted).order_by(Exchange.id)):
        yield f"Exchange {exchange}: it is approved, and no contribution counts it."
    unapproved = (
        select(Contribution.id)
        .outerjoin(Exchange, Exchange.contribution_id == Contribution.id)
        .where(Contribution.reference.like("exchange:%"), Exchange.id.is_(None))
    )
    for contribution in session.scalars(unapproved.order_by(Contribution.id)):
        yield f"Contribution {contribution}: it counts, and no approved exchange stands behind it."
    unbacked = select(Contribution.id).where(
        Contribution.reference.like("exchange:%"),
        Contribution.approved_by_id.is_(None),
        Contribution.confirmed_by_id.is_(None),
    )
    for contribution in session.scalars(unbacked.order_by(Contribution.id)):
        yield f"Contribution {contribution}: it counts, and neither a coordinator nor both of the two said so."


def _differing(session: Session) -> Iterator[str]:
    giver, receiver = aliased(Membership), aliased(Membership)
    differing = (
        select(Exchange.id)
        .join(Contribution, Contribution.id == Exchange.contribution_id)
        .outerjoin(giver, giver.id == Contribution.giver_id)
        .outerjoin(receiver, receiver.id == Contribution.receiver_id)
        .where(
            or_(
                # An exchange of who was written down twice is with the one who is kept; its contribution stays.
                and_(Exchange.provider_id != giver.id, Exchange.provider_id.is_distinct_from(giver.merged_into_id)),
                and_(
                    Exchange.receiver_id.is_distinct_from(receiver.id),
                    Exchange.receiver_id.is_distinct_from(receiver.merged_into_id),
                ),
                Exchange.minutes.is_distinct_from(Contribution.minutes),
                Exchange.served_on.is_distinct_from(Contribution.served_on),
                (Exchange.state == State.REVERSED) != Contribution.reversed_at.is_not(None),
                Exchange.state.not_in((State.APPROVED, State.REVERSED)),
            )
        )
    )
    for exchange in session.scalars(differing.order_by(Exchange.id)):
        yield f"Exchange {exchange}: its contribution says something else."
