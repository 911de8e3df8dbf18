"""What a member reads of their own exchanges: the latest, and what stands behind each line of their statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.contributions.models import Contribution
from timebank.exchanges.models import Exchange
from timebank.ledger import balances
from timebank.ledger.balances import StatementLine
from timebank.ledger.models import Transfer, TransferKind
from timebank.members import directory
from timebank.members.models import Membership

_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line of a statement with what is behind it.

    `exchange` is None where the hours moved without one, `partner` where they moved to or from the community. `why` is
    the kind of transfer that moved the hours first, also on a line that takes them back; `taken_back` is the transfer
    that took this one back later.
    """

    line: StatementLine
    exchange: Exchange | None
    partner: Membership | None
    why: TransferKind
    taken_back: Transfer | None


def statement_of(
    session: Session,
    membership: Membership,
    *,
    limit: int,
    offset: int,
    first_day: date | None = None,
    day_after: date | None = None,
) -> list[ToldLine]:
    """One page of the member's statement, newest first, each line with what is behind it; of these days only."""
    account_id = membership.account_id
    if account_id is None:
        return []
    lines = balances.statement(
        session, account_id, limit=limit, offset=offset, first_day=first_day, day_after=day_after
    )
    # A database takes only so many numbers with a question, and a statement may be longer than that.
    parts = (lines[first : first + _AT_ONCE] for first in range(0, len(lines), _AT_ONCE))
    return [told for part in parts for told in _told(session, part, account_id)]


def _told(session: Session, lines: Sequence[StatementLine], account_id: int) -> list[ToldLine]:
    exchanges = _exchanges_behind(session, {_first_transfer(line) for line in lines})
    partners = directory.holders_of(session, {_other_side(line, account_id) for line in lines})
    return [
        ToldLine(
            line=line,
            exchange=exchanges.get(_first_transfer(line)),
            partner=partners.get(_other_side(line, account_id)),
            why=line.why,
            taken_back=line.reversal,
        )
        for line in lines
    ]


def _first_transfer(line: StatementLine) -> int:
    """The transfer that moved the hours; of a line that takes hours back, the one that is taken back."""
    return line.transfer.reverses_id or line.transfer.id


def _other_side(line: StatementLine, account_id: int) -> int:
    return line.transfer.payee_id if line.transfer.payer_id == account_id else line.transfer.payer_id


def _exchanges_behind(session: Session, transfer_ids: set[int]) -> dict[int, Exchange]:
    query = (
        select(Contribution.transfer_id, Exchange)
        .join(Exchange, Exchange.contribution_id == Contribution.id)
        .where(Contribution.transfer_id.in_(transfer_ids))
    )
    return {transfer_id: exchange for transfer_id, exchange in session.execute(query) if transfer_id is not None}
