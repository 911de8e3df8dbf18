"""Who was written down twice and merged: the memberships and accounts that are one person's; it never writes."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from timebank.members.models import Membership


def doubles_of(session: Session, membership: Membership) -> list[Membership]:
    """Those that were merged into this one, the oldest first."""
    query = select(Membership).where(Membership.merged_into_id == membership.id).order_by(Membership.id)
    return list(session.scalars(query))


def ids_of(session: Session, membership: Membership) -> tuple[int, ...]:
    """The membership's own id, and the ids of those that were merged into it."""
    query = select(Membership.id).where(Membership.merged_into_id == membership.id).order_by(Membership.id)
    return (membership.id, *session.scalars(query))


def accounts_of(session: Session, membership: Membership) -> tuple[int, ...]:
    """The accounts that hold what this person has ever given and received, their own first."""
    own = [] if membership.account_id is None else [membership.account_id]
    query = select(Membership.account_id).where(
        Membership.merged_into_id == membership.id, Membership.account_id.is_not(None)
    )
    return (*own, *(account for account in session.scalars(query.order_by(Membership.id)) if account is not None))


def head() -> ColumnElement[int]:
    """In a query over memberships: the id of the one as whom each counts, so that nobody counts as two."""
    return func.coalesce(Membership.merged_into_id, Membership.id)
