"""Whether exchanges and the record of contributions say the same; it reads and tells, and never mends."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timebank import guards
from timebank.contributions.models import Contribution
from timebank.exchanges.models import GUARDS, Exchange
from timebank.exchanges.workflow import State


def findings(session: Session) -> Iterator[str]:
    """What counts without being approved, or is approved without counting, a sentence each; else nothing."""
    yield from guards.findings(session, GUARDS)
    differing = (
        select(Exchange.id)
        .join(Contribution, Contribution.id == Exchange.contribution_id)
        .where(
            or_(
                Exchange.provider_id != Contribution.giver_id,
                Exchange.receiver_id.is_distinct_from(Contribution.receiver_id),
                Exchange.minutes.is_distinct_from(Contribution.minutes),
                Exchange.served_on.is_distinct_from(Contribution.served_on),
                (Exchange.state == State.REVERSED) != Contribution.reversed_at.is_not(None),
                Exchange.state.not_in((State.APPROVED, State.REVERSED)),
            )
        )
    )
    for exchange in session.scalars(differing.order_by(Exchange.id)):
        yield f"Exchange {exchange}: its contribution says something else."
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
