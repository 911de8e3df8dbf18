"""What a member reads of their own exchanges: the latest, and what stands behind each line of their statement."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from timebank.contributions.models import Contribution
from timebank.exchanges.models import Exchange
from timebank.ledger import balances
from timebank.ledger.balances import StatementLine
from timebank.members.models import Membership


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line of a statement with the exchange behind it; None where the hours moved for another reason."""

    line: StatementLine
    exchange: Exchange | None
    partner: Membership | None


def recent_of(session: Session, membership: Membership, limit: int) -> Sequence[Exchange]:
    """The member's latest exchanges, whatever state they are in, the newest first."""
    own = or_(Exchange.provider_id == membership.id, Exchange.receiver_id == membership.id)
    query = select(Exchange).where(own).order_by(Exchange.id.desc()).limit(limit)
    return session.scalars(query.options(*_with_names())).all()


def statement_of(session: Session, membership: Membership, *, limit: int, offset: int) -> list[ToldLine]:
    """One page of the member's statement, newest first, each line with its exchange and the other one of the two."""
    if membership.account_id is None:
        return []
    lines = balances.statement(session, membership.account_id, limit=limit, offset=offset)
    behind = _exchanges_behind(session, {_first_transfer(line) for line in lines})
    return [_told(line, behind.get(_first_transfer(line)), membership) for line in lines]


def _told(line: StatementLine, exchange: Exchange | None, reader: Membership) -> ToldLine:
    if exchange is None:
        return ToldLine(line, None, None)
    return ToldLine(line, exchange, exchange.receiver if reader.id == exchange.provider_id else exchange.provider)


def _first_transfer(line: StatementLine) -> int:
    """The transfer that moved the hours; of a line that takes hours back, the one that is taken back."""
    return line.transfer.reverses_id or line.transfer.id


def _exchanges_behind(session: Session, transfer_ids: set[int]) -> dict[int, Exchange]:
    query = (
        select(Contribution.transfer_id, Exchange)
        .join(Exchange, Exchange.contribution_id == Contribution.id)
        .where(Contribution.transfer_id.in_(transfer_ids))
    )
    return {
        transfer_id: exchange
        for transfer_id, exchange in session.execute(query.options(*_with_names()))
        if transfer_id is not None
    }


def _with_names() -> tuple[ORMOption, ...]:
    return tuple(
        option
        for side in (Exchange.provider, Exchange.receiver)
        for option in (
            joinedload(side).joinedload(Membership.person),
            joinedload(side).joinedload(Membership.organisation),
        )
    )
