"""How many exchanges there are of each kind of help, for who keeps the kinds; it never writes."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timebank.exchanges.models import Exchange
from timebank.members.models import Timebank


def count_by_kind(session: Session, timebank: Timebank) -> dict[int, int]:
    """How many of the timebank's exchanges are of each kind of help, by its number."""
    query = select(Exchange.category_id, func.count()).where(
        Exchange.timebank_id == timebank.id, Exchange.category_id.is_not(None)
    )
    rows = session.execute(query.group_by(Exchange.category_id))
    return {category_id: count for category_id, count in rows if category_id is not None}
