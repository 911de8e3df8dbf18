"""Several exchanges that a coordinator writes down at once, all of them or none; nothing here ever commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.exchanges import batch, news
from timebank.exchanges.batch import Told
from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.taking import coordinating, hold_sides
from timebank.exchanges.telling import WrongSide, check_time
from timebank.exchanges.workflow import Step, StepNotYours
from timebank.hours import Hours
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.models import Membership, MembershipStatus
from timebank.members.rules import is_party
from timebank.refusals import Refusal, Unacceptable

MOST = 20
"""How many exchanges are written down at once."""


class YouArePart(Unacceptable):
    """Nobody logs for others what they are part of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One exchange as the coordinator was told it; `number` is its place on their page."""

    number: int
    provider: Membership
    receiver: Membership
    hours: Hours
    served_on: date
    title: str
    category_id: int | None = None

    @property
    def teller(self) -> Membership:
        """Whose word it is: the giver's, save that an organisation is not asked where the other one can be."""
        return self.receiver if self.receiver.person is None and self.provider.person is not None else self.provider

    @property
    def asked(self) -> Membership:
        """The other one of the two."""
        return self.provider if self.teller is self.receiver else self.receiver


def check(row: Row, *, by: Membership, at: datetime) -> Refusal | None:
    """The rule's no to this row, or None."""
    if row.provider.id == row.receiver.id:
        return WrongSide("Choose two different people.")
    if is_party(by, row.provider) or is_party(by, row.receiver):
        return YouArePart("You are part of this one. Ask another coordinator to log it.")
    try:
        check_time(by.timebank, row.hours, row.served_on, at=at)
    except Refusal as refusal:
        return refusal
    return None


def record_together(
    session: Session, rows: Sequence[Row], *, key: str, both_told: bool, by: Membership, at: datetime
) -> list[Exchange]:
    """All are written down, each as the word of the one who gave; the other one is asked, or where `both_told` is not.

    Those that both told wait for a coordinator's approval, whatever the timebank's policy is, since one person wrote
    both words down. The sides are members of this timebank that the caller has read from it.

    Raises:
        StepNotYours: they are no coordinator.
        WrongSide: somebody has left or pauses by now.
        Refusal: what check() says to one of them; nothing is kept.
    """
    if not coordinating(by):
        raise StepNotYours("This step is for someone else to take.")
    if len(rows) > MOST:
        raise Unacceptable("Log at most %(most)d at once.", most=MOST)
    sides = {side.id: side for row in rows for side in (row.provider, row.receiver)}
    for number, status in hold_sides(session, *sides).items():
        if status != MembershipStatus.ACTIVE:
            raise WrongSide("%(name)s does not give or receive hours here at the moment.", name=sides[number].name)
    for row in rows:
        refusal = _check_in(row, by, at)
        if refusal is not None:
            raise refusal
    told = [_told(row, key, both_told) for row in rows]
    batch.record_all(session, by.timebank_id, told, by=by.person, at=at)
    made = _made(session, by.timebank_id, told)
    for row, one in zip(rows, told, strict=True):
        exchange, step = made[one.reference]
        if exchange.confirmed_by_id is None:
            news.tell_of(session, exchange, step, by=by)
        else:
            _note_down(session, row, exchange, by=by, at=at)
    session.flush()
    return [made[one.reference][0] for one in told]


def _check_in(row: Row, by: Membership, at: datetime) -> Refusal | None:
    if {row.provider.timebank_id, row.receiver.timebank_id} != {by.timebank_id}:
        return Unacceptable("There is no such person in this timebank.")
    return check(row, by=by, at=at)


def _told(row: Row, key: str, both_told: bool) -> Told:  # noqa: FBT001
    return Told(
        reference=f"form:{key}:{row.number}",
        provider_id=row.provider.id,
        receiver_id=row.receiver.id,
        told_by_id=row.teller.id,
        minutes=row.hours.minutes,
        served_on=row.served_on,
        title=row.title,
        category_id=row.category_id,
        confirmed_by_id=row.asked.person_id if both_told else None,
    )


def _made(session: Session, timebank_id: int, told: Collection[Told]) -> Mapping[str, tuple[Exchange, ExchangeStep]]:
    """What was written, with the step that says who wrote it down."""
    query = (
        select(Exchange, ExchangeStep)
        .join(ExchangeStep, ExchangeStep.exchange_id == Exchange.id)
        .where(
            Exchange.timebank_id == timebank_id,
            Exchange.reference.in_([one.reference for one in told]),
            ExchangeStep.step == Step.RECORD,
        )
    )
    return {exchange.reference: (exchange, step) for exchange, step in session.execute(query)}


def _note_down(session: Session, row: Row, exchange: Exchange, *, by: Membership, at: datetime) -> None:
    """Nobody is asked about what both told, so the audit log alone says that it was written down for them."""
    told = {
        "exchange_id": exchange.id,
        "provider_id": row.provider.id,
        "receiver_id": row.receiver.id,
        "minutes": row.hours.minutes,
        "word": "",
    }
    audit_log.note(session, Deed.LOGGED, by=by, about=row.teller, at=at, **told)
