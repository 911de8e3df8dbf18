"""How an exchange is first told: proposed, or written down with its day and its time; nothing here ever commits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from timebank.contributions.models import Project, Stage
from timebank.exchanges import blocking, conversation, news, workflow
from timebank.exchanges.models import Exchange
from timebank.exchanges.taking import hold_sides, is_both_sides, load, note_down, parts_of, speaking
from timebank.exchanges.workflow import State, Step
from timebank.hours import Hours
from timebank.listings import board
from timebank.listings.models import Category, Listing, ListingKind
from timebank.members.models import Membership, MembershipStatus, Timebank
from timebank.refusals import Conflict, NotFound, Unacceptable

LONGEST_AGO = timedelta(days=731)
"""How long afterwards time may still be logged in a form; older exchanges come from a file."""


class NoLongerThere(Conflict):
    """The offer or request that someone replies to is off the board."""


class WrittenBefore(Conflict):
    """The same form was sent before, with something else in it."""


class WrongTime(Unacceptable):
    """Nobody can have given so many minutes, or the timebank does not count them so finely."""


class WrongDay(Unacceptable):
    """The day has not come."""


class WrongSide(Unacceptable):
    """One of the two cannot give or receive hours here, or both are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What two people tell of an exchange: who gave to whom, what, how long, which day; a proposal has no day yet.

    `first_word` is what goes with a proposal, and begins the conversation.
    """

    key: str
    provider_id: int
    receiver_id: int
    title: str
    hours: Hours | None
    served_on: date | None = None
    category_id: int | None = None
    listing_id: int | None = None
    project_id: int | None = None
    stage: Stage = Stage.DELIVER
    note: str = ""
    first_word: str = ""


def propose(session: Session, timebank: Timebank, shared: Shared, *, by: Membership, at: datetime) -> Exchange:
    """One member has proposed an exchange to another, who may now agree or decline; a first word begins to talk.

    Raises:
        NoLongerThere: what it replies to has been taken off the board, or its last day has passed.
    """
    _check_sides(session, timebank, shared, by)
    _check_may_reach(session, shared, by)
    listing = session.get(Listing, shared.listing_id) if shared.listing_id is not None else None
    if listing is not None and not board.stands(listing, timebank.day_of(at)):
        raise NoLongerThere("This is no longer on the board.")
    exchange = _begin(session, timebank, shared, Step.PROPOSE, by=by, for_=by, at=at)
    if shared.first_word.strip():
        conversation.begin(session, exchange, shared.first_word, key=shared.key, by=by, at=at)
    return exchange


def propose_anew(session: Session, exchange_id: int, *, hours: Hours | None, by: Membership, at: datetime) -> Exchange:
    """The one who proposed it has changed how long it would take, before it was answered; the other one is told.

    Raises:
        Blocked, WrongSide: one of the two does not want to hear from the other any more.
    """
    exchange = load(session, exchange_id, by.timebank_id)
    before = exchange.proposed_minutes
    exchange.state = workflow.after(exchange.state, Step.PROPOSE, parts_of(exchange, by))
    blocking.check_may_reach(session, by, news.other_of(exchange, by), WrongSide)
    if hours is not None:
        check_hours(by.timebank, hours)
    exchange.proposed_minutes = hours.minutes if hours is not None else None
    if exchange.proposed_minutes != before:
        taken = note_down(session, exchange, Step.PROPOSE, by=by, for_=by, at=at, before=before)
        news.tell_of(session, exchange, taken, by=by)
    return exchange


def record(
    session: Session, timebank: Timebank, shared: Shared, *, by: Membership, for_: Membership, at: datetime
) -> Exchange:
    """The exchange is written down as one of the two tells it; the other is asked to confirm.

    A coordinator may write it down for either of them; `for_` is the one of the two whose word it is.
    """
    _check_sides(session, timebank, shared, by)
    _check_may_reach(session, shared, by)
    check_time(timebank, shared.hours, shared.served_on, at=at)
    return _begin(session, timebank, shared, Step.RECORD, by=by, for_=for_, at=at)


def record_agreed(
    session: Session, exchange_id: int, shared: Shared, *, by: Membership, for_: Membership, at: datetime
) -> Exchange:
    """What was agreed has happened, or what was recorded is told anew; the other one is asked to confirm it."""
    exchange = load(session, exchange_id, by.timebank_id)
    check_time(by.timebank, shared.hours, shared.served_on, at=at)
    sides = (exchange.provider_id, exchange.receiver_id)
    if for_.id not in sides:
        raise Unacceptable("Choose one of the two people whose exchange it is.")
    parts = parts_of(exchange, by) if speaking(by, for_, sides) else frozenset()
    before = exchange.minutes
    # The state and its time go to the database together, or the rule that the one needs the other would refuse.
    with session.no_autoflush:
        exchange.state = workflow.after(exchange.state, Step.RECORD, parts)
        exchange.told_by_id = for_.id
        _write_down(session, exchange, shared, by)
    taken = note_down(session, exchange, Step.RECORD, by=by, for_=for_, at=at, before=before)
    news.tell_of(session, exchange, taken, by=by)
    return exchange


def sides_of_reply(listing: Listing, by: Membership) -> tuple[int, int]:
    """Who would give and who would receive if this member replied: on an offer its owner gives, on a request the reply.

    Raises:
        WrongSide: it is their own.
    """
    if listing.membership_id == by.id:
        raise WrongSide("This is your own. Others can reply to it.")
    if listing.kind == ListingKind.OFFER:
        return listing.membership_id, by.id
    return by.id, listing.membership_id


def _begin(
    session: Session, timebank: Timebank, shared: Shared, step: Step, *, by: Membership, for_: Membership, at: datetime
) -> Exchange:
    """A new exchange, or the one that the same form made before."""
    if for_.id not in (shared.provider_id, shared.receiver_id):
        raise Unacceptable("Choose one of the two people whose exchange it is.")
    sides = (shared.provider_id, shared.receiver_id)
    state = workflow.after(None, step, speaking(by, for_, sides))
    before = _written_before(session, timebank, shared)
    if before is not None:
        return before
    exchange = Exchange(
        timebank_id=timebank.id,
        reference=shared.key,
        provider_id=shared.provider_id,
        receiver_id=shared.receiver_id,
        told_by_id=for_.id,
        listing_id=shared.listing_id,
        state=state,
        title=shared.title,
        created_at=at,
        moved_at=at,
    )
    if step == Step.PROPOSE:
        exchange.proposed_minutes = shared.hours.minutes if shared.hours else None
    try:
        with session.begin_nested():
            _write_down(session, exchange, shared, by)
    except IntegrityError:
        # The same form was sent twice at once, and the other one was faster: answer as it did.
        before = _written_before(session, timebank, shared)
        if before is None:
            raise
        return before
    taken = note_down(session, exchange, step, by=by, for_=for_, at=at)
    news.tell_of(session, exchange, taken, by=by, word=shared.first_word)
    return exchange


def _write_down(session: Session, exchange: Exchange, shared: Shared, by: Membership) -> None:
    _check_kind(session, exchange.timebank_id, shared)
    exchange.title = shared.title
    exchange.note = shared.note
    exchange.category_id = shared.category_id
    exchange.project_id = shared.project_id
    exchange.stage = shared.stage
    if exchange.state == State.RECORDED and shared.hours is not None:
        exchange.minutes = shared.hours.minutes
        exchange.served_on = shared.served_on
        exchange.recorded_by_id = by.hand_id
        exchange.confirmed_by_id = None
    session.add(exchange)
    session.flush()


def _written_before(session: Session, timebank: Timebank, shared: Shared) -> Exchange | None:
    """The exchange that the same form made, if it says the same."""
    before = session.scalar(
        select(Exchange).where(Exchange.timebank_id == timebank.id, Exchange.reference == shared.key)
    )
    if before is None:
        return None
    told = before.minutes if before.minutes is not None else before.proposed_minutes
    stands = (before.provider_id, before.receiver_id, before.title, before.note, before.category_id, before.project_id)
    sent = (shared.provider_id, shared.receiver_id, shared.title, shared.note, shared.category_id, shared.project_id)
    time = (before.stage, before.served_on, told)
    if (*stands, *time) != (*sent, shared.stage, shared.served_on, shared.hours.minutes if shared.hours else None):
        raise WrittenBefore("This form was sent before with something else in it. Load the page anew and try again.")
    return before


def _check_sides(session: Session, timebank: Timebank, shared: Shared, by: Membership) -> None:
    """Both are active members of this timebank, they are two, and nobody speaks for both."""
    if shared.provider_id == shared.receiver_id:
        raise WrongSide("Choose two different people.")
    sides = (shared.provider_id, shared.receiver_id)
    standing = hold_sides(session, *sides)
    for number in sides:
        side = session.get(Membership, number)
        if side is None or side.timebank_id != timebank.id:
            raise NotFound("There is no such person in this timebank.")
        if standing[number] != MembershipStatus.ACTIVE or side.account_id is None:
            raise WrongSide("%(name)s does not give or receive hours here at the moment.", name=side.name)
        if is_both_sides(by, side):
            raise WrongSide("You cannot be on both sides. Let %(name)s do this, or a coordinator.", name=by.name)


def _check_may_reach(session: Session, shared: Shared, by: Membership) -> None:
    """Where one of the two writes it themselves, neither has blocked the other."""
    for number, other_id in ((shared.provider_id, shared.receiver_id), (shared.receiver_id, shared.provider_id)):
        other = session.get(Membership, other_id)
        if number == by.id and other is not None:
            blocking.check_may_reach(session, by, other, WrongSide)


def _check_kind(session: Session, timebank_id: int, shared: Shared) -> None:
    """The kind of help, the listing and the project are of this timebank."""
    if shared.category_id is not None:
        category = session.get(Category, shared.category_id)
        if category is None or category.timebank_id != timebank_id:
            raise Unacceptable("Choose the kind of help.")
    if shared.listing_id is not None:
        listing = session.get(Listing, shared.listing_id)
        if listing is None or listing.timebank_id != timebank_id:
            raise NotFound("There is no such listing here.")
    if shared.project_id is not None:
        project = session.get(Project, shared.project_id)
        if project is None or project.timebank_id != timebank_id:
            raise NotFound("There is no such project in this timebank.")


def check_time(timebank: Timebank, hours: Hours | None, served_on: date | None, *, at: datetime) -> None:
    """The time is a number of whole steps within a day, and the day has come.

    Raises:
        WrongTime, WrongDay: with the sentence for the form.
    """
    check_hours(timebank, hours)
    if served_on is not None and served_on < timebank.day_of(at) - LONGEST_AGO:
        raise WrongDay("That is more than two years ago. Call us, and we will look at it together.")
    if served_on is not None and served_on > timebank.day_of(at):
        raise WrongDay("The date can't be in the future. Exchanges are logged after they happen.")


def check_hours(timebank: Timebank, hours: Hours | None) -> None:
    """The time is a number of whole steps within a day."""
    if hours is None or hours.minutes <= 0:
        raise WrongTime("Say how long it took, for example 1 hour 30 minutes.")
    if hours.minutes > 24 * 60:
        raise WrongTime("Write at most 24 hours. Log what was on several days as several exchanges.")
    if hours.minutes % timebank.step_minutes:
        raise WrongTime("Round the time to steps of %(step)d minutes.", step=timebank.step_minutes)
