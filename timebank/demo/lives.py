"""The lives of exchanges in the made-up community: the real steps, one after another, each in its own time."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from timebank.demo import talk, trust, words
from timebank.demo.calendar import awake, in_office
from timebank.demo.people import JESS, SIAN
from timebank.demo.plans import ANY, Plan, Wish, plan
from timebank.demo.town import NobodyThere, Town
from timebank.exchanges import by_phone, steps, telling
from timebank.exchanges.workflow import Step
from timebank.hours import Hours
from timebank.listings import board
from timebank.members.models import Membership

_DAYS: Mapping[Step, tuple[float, float]] = {
    Step.PROPOSE: (0, 0.2),
    Step.AGREE: (0.1, 3),
    Step.DECLINE: (0.5, 4),
    Step.CANCEL: (0.5, 4),
    Step.RECORD: (0.5, 9),
    Step.CONFIRM: (0.1, 4),
    Step.DISPUTE: (0.2, 3),
    Step.SETTLE: (2, 7),
    Step.SEND_BACK: (0.5, 3),
    Step.APPROVE: (0.2, 5),
    Step.REVERSE: (1, 6),
}
"""How many days after the step before it each is taken."""

_OF_COORDINATORS = frozenset({Step.SETTLE, Step.SEND_BACK, Step.APPROVE, Step.REVERSE})
_SIAN_DECIDES, _IS_MET = 0.3, 0.25
_SHORT = 45
_TRIES = 50


def begin(town: Town, at: datetime, life: tuple[Step, ...] | None = None, wish: Wish = ANY) -> bool:
    """Whether there was someone for it: an exchange has begun at that moment, and its next step is in the calendar."""
    try:
        planned = plan(town, life, wish)
    except NobodyThere:
        return False
    planned.receiver.free_minutes -= planned.minutes
    _take(town, planned, 0, at)
    return True


def begin_surely(town: Town, at: datetime, *, life: tuple[Step, ...], wish: Wish = ANY) -> None:
    """An exchange with this life begins at that moment.

    Raises:
        NobodyThere: nobody in the community can.
    """
    if not any(begin(town, at, life, wish) for _ in range(_TRIES)):
        raise NobodyThere


def _take(town: Town, planned: Plan, number: int, at: datetime) -> None:
    """The step of that number in its life is taken, and the next one is in the calendar."""
    _TAKE[planned.steps[number]](town, planned, at)
    if number + 1 == len(planned.steps):
        return
    following = planned.steps[number + 1]
    moment = at + timedelta(minutes=round(24 * 60 * town.rng.uniform(*_DAYS[following])))
    moment = in_office(moment) if following in _OF_COORDINATORS else awake(moment)
    town.calendar.add(moment, lambda then: _take(town, planned, number + 1, then))


def _propose(town: Town, planned: Plan, at: datetime) -> None:
    shared = planned.shared(told_on=None, first_word=talk.first_word(town, planned))
    exchange = telling.propose(town.session, town.timebank, shared, by=planned.teller.membership, at=at)
    planned.exchange_id = exchange.id


def _record(town: Town, planned: Plan, at: datetime) -> None:
    """Written down by the teller, or by Jess for one who does not write; the day is kept when it is told anew."""
    for_ = planned.teller.membership
    by = for_ if planned.teller.writes_email else town.coordinators[JESS]
    if planned.exchange_id:
        note = "" if planned.served_on is None else words.CORRECTED
        planned.served_on = planned.served_on or at.date()
        shared = planned.shared(told_on=planned.served_on, note=note)
        telling.record_agreed(town.session, planned.exchange_id, shared, by=by, for_=for_, at=at)
        return
    day = at.date() - timedelta(days=town.rng.randrange(4))
    planned.served_on = max(day, planned.provider.joined_on, planned.receiver.joined_on)
    shared = planned.shared(told_on=planned.served_on)
    planned.exchange_id = telling.record(town.session, town.timebank, shared, by=by, for_=for_, at=at).id
    talk.thank_on_logging(town, planned, at)


def _agree(town: Town, planned: Plan, at: datetime) -> None:
    steps.agree(town.session, planned.exchange_id, by=planned.asked.membership, at=at)
    talk.settle_when(town, planned, at)


def _confirm(town: Town, planned: Plan, at: datetime) -> None:
    """Said by the one who was asked, by their supporter, or on the phone to a coordinator."""
    asked = planned.asked
    if asked.writes_email:
        steps.confirm(town.session, planned.exchange_id, by=asked.membership, at=at)
        talk.thank_on_confirming(town, planned, at)
    elif asked.supporter and asked.supporter is not planned.teller:
        trust.confirm_for(town, planned.exchange_id, asked.membership, by=asked.supporter.membership, at=at)
    else:
        by_phone.confirm_for(town.session, planned.exchange_id, by=_coordinator(town, planned), at=at)


def _dispute(town: Town, planned: Plan, at: datetime) -> None:
    less = planned.minutes > _SHORT
    other = planned.minutes - 30 if less else planned.minutes + 30
    note, by = town.rng.choice(words.LESS if less else words.MORE), planned.asked.membership
    steps.dispute(town.session, planned.exchange_id, hours=Hours(other), by=by, at=at, note=note)


def _settle(town: Town, planned: Plan, at: datetime) -> None:
    """At the lower figure of the two; what was promised beyond it is free again."""
    settled = planned.minutes - 30 if planned.minutes > _SHORT else planned.minutes
    planned.receiver.free_minutes += planned.minutes - settled
    planned.minutes = settled
    by = _coordinator(town, planned)
    steps.settle(town.session, planned.exchange_id, hours=Hours(settled), by=by, at=at, note=words.SETTLED)


def _send_back(town: Town, planned: Plan, at: datetime) -> None:
    by = _coordinator(town, planned)
    steps.send_back(town.session, planned.exchange_id, by=by, at=at, note=words.SENT_BACK)


def _decline(town: Town, planned: Plan, at: datetime) -> None:
    """The one who was asked declines a proposal; a coordinator declines what was recorded."""
    recorded = planned.served_on is not None
    by = _coordinator(town, planned) if recorded else planned.asked.membership
    note = words.REFUSED if recorded else town.rng.choice(words.CALLED_OFF)
    steps.decline(town.session, planned.exchange_id, by=by, at=at, note=note)
    planned.receiver.free_minutes += planned.minutes


def _cancel(town: Town, planned: Plan, at: datetime) -> None:
    note = town.rng.choice(words.CALLED_OFF)
    steps.cancel(town.session, planned.exchange_id, by=planned.teller.membership, at=at, note=note)
    planned.receiver.free_minutes += planned.minutes


def _approve(town: Town, planned: Plan, at: datetime) -> None:
    """The hours are in the book; the two know one another, and a request may be met by it."""
    steps.approve(town.session, planned.exchange_id, by=_coordinator(town, planned), at=at)
    planned.provider.free_minutes += planned.minutes
    planned.provider.helped.add(planned.receiver.membership.id)
    planned.receiver.helped.add(planned.provider.membership.id)
    if planned.listing in planned.receiver.requests and town.rng.random() < _IS_MET:
        board.close(town.session, planned.listing.id, by=planned.receiver.membership, at=at)
        planned.receiver.requests.remove(planned.listing)


def _reverse(town: Town, planned: Plan, at: datetime) -> None:
    """Taken back, unless the provider has promised the hours to others since."""
    if planned.provider.free_minutes < planned.minutes:
        return
    by = _coordinator(town, planned)
    steps.reverse(town.session, planned.exchange_id, reason=words.TAKEN_BACK, by=by, at=at)
    planned.provider.free_minutes -= planned.minutes
    planned.receiver.free_minutes += planned.minutes


def _coordinator(town: Town, planned: Plan) -> Membership:
    """A coordinator who is no party: mostly Jess, who never is."""
    sian = town.coordinators.get(SIAN)
    parties = (planned.provider.membership, planned.receiver.membership)
    if sian is not None and sian not in parties and town.rng.random() < _SIAN_DECIDES:
        return sian
    return town.coordinators[JESS]


_TAKE: Mapping[Step, Callable[[Town, Plan, datetime], None]] = {
    Step.PROPOSE: _propose,
    Step.AGREE: _agree,
    Step.DECLINE: _decline,
    Step.CANCEL: _cancel,
    Step.RECORD: _record,
    Step.CONFIRM: _confirm,
    Step.DISPUTE: _dispute,
    Step.SETTLE: _settle,
    Step.SEND_BACK: _send_back,
    Step.APPROVE: _approve,
    Step.REVERSE: _reverse,
}
