"""Whether the record of contributions and the book say the same; it reads and tells, and never mends."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from timebank import guards
from timebank.contributions.models import GUARDS, Capacity, Contribution
from timebank.hours import Hours
from timebank.ledger.balances import moved
from timebank.ledger.models import HELP, Transfer
from timebank.members import models as members
from timebank.members.models import Membership, Timebank


def findings(session: Session) -> Iterator[str]:
    """What is wrong between contributions and transfers, a sentence each; nothing where they agree."""
    yield from guards.findings(session, (*members.GUARDS, *GUARDS))
    yield from _differing(session)
    yield from _unexplained(session)
    yield from _totals(session)


def _differing(session: Session) -> Iterator[str]:
    giver, receiver, taken_back = aliased(Membership), aliased(Membership), aliased(Transfer)
    rows = session.scalars(
        select(Contribution.id)
        .join(Transfer, Transfer.id == Contribution.transfer_id)
        .outerjoin(giver, giver.id == Contribution.giver_id)
        .outerjoin(receiver, receiver.id == Contribution.receiver_id)
        .outerjoin(taken_back, taken_back.reverses_id == Transfer.id)
        .where(
            or_(
                Transfer.minutes != Contribution.minutes,
                Transfer.occurred_on != Contribution.served_on,
                Transfer.payee_id != giver.account_id,
                Transfer.payer_id != receiver.account_id,
                taken_back.id.is_(None) != Contribution.reversed_at.is_(None),
            )
        )
        .order_by(Contribution.id)
    )
    for contribution in rows:
        yield f"Contribution {contribution}: its transfer in the book says something else."


def _unexplained(session: Session) -> Iterator[str]:
    rows = session.scalars(
        select(Transfer.id)
        .outerjoin(Contribution, Contribution.transfer_id == Transfer.id)
        .where(Transfer.kind.in_(HELP), Contribution.id.is_(None))
        .order_by(Transfer.id)
    )
    for transfer in rows:
        yield f"Transfer {transfer}: it stands for help given, and no contribution explains it."


def _totals(session: Session) -> Iterator[str]:
    for timebank in session.scalars(select(Timebank).order_by(Timebank.id)).all():
        counted = session.scalar(
            select(func.sum(Contribution.minutes)).where(
                Contribution.timebank_id == timebank.id,
                Contribution.capacity == Capacity.MEMBER,
                Contribution.reversed_at.is_(None),
            )
        )
        in_book = moved(session, timebank.book_id, HELP)
        if int(counted or 0) != in_book.minutes:
            yield (
                f"{timebank.name}: members' contributions add up to {Hours(int(counted or 0))},"
                f" the book's transfers of that kind to {in_book}."
            )
