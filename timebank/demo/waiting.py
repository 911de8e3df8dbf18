"""What waits in the made-up community today: for silence, for a call, for a coordinator's look; and the daily round."""

from datetime import datetime, timedelta
from functools import partial

from timebank.care import standing
from timebank.demo import lives, notices, trust
from timebank.demo.calendar import moment_of
from timebank.demo.notices import NOT_RENEWED, TAKEN_DOWN
from timebank.demo.pages import portrait_of
from timebank.demo.people import ADMINISTRATOR, JESS
from timebank.demo.plans import Wish
from timebank.demo.town import Town
from timebank.demo.words import Notice
from timebank.exchanges import silence
from timebank.exchanges.workflow import Step
from timebank.listings import board, renewing
from timebank.listings.models import Listing, ListingKind
from timebank.members import policies
from timebank.members.models import Membership
from timebank.members.policies import Rule

SILENCE_DAYS = 14
_SILENCE_SINCE, _ROUNDS = 50, 45
"""How many days ago the rule of silence was made, and since when the worker has gone round every morning."""

_PROPOSED, _AGREED, _LOGGED = (Step.PROPOSE,), (Step.PROPOSE, Step.AGREE), (Step.RECORD,)
_CONFIRMED, _APPROVED = (Step.RECORD, Step.CONFIRM), (Step.RECORD, Step.CONFIRM, Step.APPROVE)

SILENT, SOON_SILENT = "Françoise Lambert", "Søren Kjær"
"""Who has been asked and did not answer: for long enough, and nearly."""
_WAITING = (
    (18.3, _LOGGED, SILENT, None),
    (12.6, _LOGGED, SOON_SILENT, None),
    (20.4, _PROPOSED, "Samuel Tesfaye", None),
    (27.2, _AGREED, "Shirin Tehrani", None),
    (2.3, _LOGGED, "Doreen Cartwright", None),
    (1.4, _LOGGED, "Arthur Fenwick", None),
    (0.6, _LOGGED, "Ruth Abernethy", None),
    (3.4, _CONFIRMED, None, 690),
)
"""How many days ago it began, how it went, who was asked, or None for anyone, and how long it took or None."""
_ENOUGH = 60

_TO_AND_FRO = ("Thuy Nguyễn", "Yusuf Demir")
_TO_AND_FRO_DAYS = (27, 24.1, 21.2, 18.1, 15.2, 12.1)

_HELPS_THE_SUPPORTED, _HELPED_SINCE = "Rosa Delgado", 88
"""Whose help the supporter confirms for who is supported, and how many days ago."""


def expect_waiting(town: Town) -> None:
    """Some things will be left as they are, so that they wait today; and from some day on the worker goes round."""
    town.calendar.add(town.office_days_ago(_SILENCE_SINCE), partial(_set_silence, town))
    for rounds in range(_ROUNDS, 0, -1):
        day = (town.calendar.until - timedelta(days=rounds)).date()
        town.calendar.add(moment_of(day, 6), partial(_go_round, town))
    for days, life, name, minutes in _WAITING:
        town.calendar.add(town.days_ago(days), partial(_begin, town, life=life, asked=name, minutes=minutes))
    for place, days in enumerate(_TO_AND_FRO_DAYS):
        asked, provider = _TO_AND_FRO if place % 2 else _TO_AND_FRO[::-1]
        act = partial(_begin, town, life=_APPROVED, asked=asked, provider=provider, minutes=60)
        town.calendar.add(town.days_ago(days), act)
    through = partial(_begin, town, life=_APPROVED, asked=trust.SUPPORTED, provider=_HELPS_THE_SUPPORTED)
    town.calendar.add(town.days_ago(_HELPED_SINCE), through)
    for written, name, notice in NOT_RENEWED:
        town.calendar.add(town.days_ago(written), partial(_write, town, name, notice))
    _expect_taken_down(town)


def _set_silence(town: Town, at: datetime) -> None:
    by = town.staff[ADMINISTRATOR]
    policies.set_rules(town.session, town.timebank, {Rule.SILENCE: SILENCE_DAYS}, by=by, at=at)


def _go_round(town: Town, at: datetime) -> None:
    for chore in (renewing.remind, silence.confirm_silent, standing.wake):
        chore(town.session, town.timebank, at=at)


def _begin(
    town: Town,
    at: datetime,
    *,
    life: tuple[Step, ...],
    asked: str | None,
    provider: str | None = None,
    minutes: int | None = None,
) -> None:
    """It begins between these two; where the one who is asked can hardly receive any more, between any two."""
    receiver = town.neighbours[asked] if asked else None
    giver = town.neighbours[provider] if provider else None
    if receiver is not None and receiver.free_minutes < (minutes or _ENOUGH):
        receiver = giver = None
    lives.begin_surely(town, at, life=life, wish=Wish(asked=receiver, provider=giver, minutes=minutes))


def _expect_taken_down(town: Town) -> None:
    """Something is offered for money, and Jess takes it off the board."""
    written, taken_down, name, notice = TAKEN_DOWN

    def write(at: datetime) -> None:
        listing = _write(town, name, notice, at)
        town.calendar.add(town.office_days_ago(taken_down), lambda then: take_down(listing.id, then))

    def take_down(listing_id: int, at: datetime) -> None:
        by = town.coordinators[JESS]
        board.take_down(town.session, listing_id, word=notices.NOT_FOR_MONEY, by=by, at=at)

    town.calendar.add(town.days_ago(written), write)


def _write(town: Town, name: str, notice: Notice, at: datetime) -> Listing:
    by: Membership = town.neighbours[name].membership
    words = words_of(town, notice, kind=ListingKind.OFFER, place=portrait_of(name).district)
    return board.write(town.session, words, by=by, at=at)


def words_of(town: Town, notice: Notice, *, kind: ListingKind, place: str) -> board.Words:
    """What is written on the board of it."""
    return board.Words(
        kind=kind,
        title=notice.title,
        description=notice.description,
        category_id=town.categories[notice.kind].id,
        place=place,
        times=notice.times,
        tags=notice.tags,
        capacity=notice.capacity,
        suits=notice.parts,
    )
