"""The only writers of contributions: record() and reverse(); in the same transaction they post what is to be posted."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from timebank.contributions.models import Capacity, Contribution, Stage
from timebank.hours import Hours
from timebank.ledger import posting
from timebank.ledger.models import TransferKind
from timebank.ledger.posting import Posting
from timebank.members.models import Membership, Person
from timebank.members.rules import check_not_suspended
from timebank.refusals import Conflict, NotFound, Unacceptable


class AlreadyTakenBack(Conflict):
    """A contribution is taken back once."""


class AlreadyRecorded(Conflict):
    """Something else was recorded under this reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given, before it is recorded: who, to whom, how long, which day, which kind, which stage, what for."""

    reference: str
    giver: Membership
    hours: Hours
    served_on: date
    capacity: Capacity = Capacity.MEMBER
    stage: Stage = Stage.DELIVER
    receiver: Membership | None = None
    organisation_id: int | None = None
    category_id: int | None = None
    project_id: int | None = None
    note: str = ""
    entered_by_id: int | None = None
    confirmed_by_id: int | None = None


def record(session: Session, given: Given, *, approved_by: Person | None, at: datetime) -> Contribution:
    """The contribution counts from now on, and member hours are in the book: the receiver's to the giver's account.

    The hours of professionals and volunteers are counted beside the members' and never posted. The same contribution
    sent again is recorded once.

    Raises:
        OverCreditLimit, AccountClosed: the receiver cannot give so many hours; nothing is kept.
        AlreadyRecorded: something else was recorded under this reference.
        WrongSide: one of the two is suspended.
    """
    if given.hours.minutes <= 0:
        raise Unacceptable("Say how long it took, for example 1 hour 30 minutes.")
    before = _recorded_before(session, given)
    if before is not None:
        return _the_same(before, given)
    contribution = _contribution(session, given, approved_by=approved_by, at=at)
    try:
        with session.begin_nested():
            session.add(contribution)
    except IntegrityError:
        # The same one was recorded at the same moment, and the other was faster: answer as it did.
        before = _recorded_before(session, given)
        if before is None:
            raise
        return _the_same(before, given)
    return contribution


def check_reverse(contribution: Contribution) -> None:
    """It still counts, so that it can be taken back.

    Raises:
        AlreadyTakenBack: it was taken back before.
    """
    if contribution.reversed_at is not None:
        raise AlreadyTakenBack("This was taken back before. That can be done once only.")


def reverse(session: Session, contribution_id: int, *, reason: str, by: Person, at: datetime) -> Contribution:
    """The contribution counts no longer, and its transfer is taken back by one of its own; both stay readable.

    Raises:
        AlreadyTakenBack: it was taken back before.
        OverCreditLimit: the giver has spent the hours and would pass the credit limit.
    """
    contribution = session.get(Contribution, contribution_id, with_for_update=True, populate_existing=True)
    if contribution is None:
        raise NotFound("There is no such contribution.")
    check_reverse(contribution)
    if not reason.strip():
        raise Unacceptable("Say why it is taken back.")
    if contribution.transfer_id is not None:
        on = contribution.giver.timebank.day_of(at)
        posting.reverse(session, contribution.transfer_id, reason=reason, entered_by=by.id, on=on, at=at)
    contribution.reversed_at = at
    contribution.reversal_reason = reason.strip()
    session.flush()
    return contribution


def _contribution(session: Session, given: Given, *, approved_by: Person | None, at: datetime) -> Contribution:
    """The contribution as it is to be written, its member hours already in the book."""
    return Contribution(
        timebank_id=given.giver.timebank_id,
        reference=given.reference,
        giver=given.giver,
        receiver=given.receiver,
        capacity=given.capacity,
        organisation_id=given.organisation_id,
        minutes=given.hours.minutes,
        served_on=given.served_on,
        category_id=given.category_id,
        stage=given.stage,
        project_id=given.project_id,
        note=given.note,
        entered_by_id=given.entered_by_id,
        confirmed_by_id=given.confirmed_by_id,
        approved_by_id=approved_by.id if approved_by else None,
        approved_at=at,
        transfer_id=_post(session, given, at=at) if given.capacity == Capacity.MEMBER else None,
    )


def _post(session: Session, given: Given, *, at: datetime) -> int:
    """The transfer of a member's hours: the one who was helped pays."""
    payer = given.receiver
    if payer is None or payer.account is None or given.giver.account is None:
        raise Unacceptable("Member hours need an account on both sides: who gave them and who received them.")
    check_not_suspended(payer, given.giver)
    posted = posting.post(
        session,
        Posting(
            book_id=given.giver.account.book_id,
            reference=given.reference,
            kind=TransferKind.EXCHANGE,
            payer_id=payer.account.id,
            payee_id=given.giver.account.id,
            hours=given.hours,
            occurred_on=given.served_on,
            entered_by=given.entered_by_id,
        ),
        at=at,
    )
    return posted.transfer_id


def _recorded_before(session: Session, given: Given) -> Contribution | None:
    return session.scalar(
        select(Contribution).where(
            Contribution.timebank_id == given.giver.timebank_id, Contribution.reference == given.reference
        )
    )


def _the_same(before: Contribution, given: Given) -> Contribution:
    """What was recorded before, if it says the same."""
    told = (given.giver.id, given.receiver.id if given.receiver else None, given.hours.minutes, given.served_on)
    what = (given.capacity, given.stage, given.project_id, given.category_id, given.note)
    stands = (before.giver_id, before.receiver_id, before.minutes, before.served_on)
    if (*stands, before.capacity, before.stage, before.project_id, before.category_id, before.note) != (*told, *what):
        raise AlreadyRecorded("Something else was recorded under this reference. Load the page anew and try again.")
    return before
