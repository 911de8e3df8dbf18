"""A believable community, laid by real steps with a fixed seed; it ends the day before `today` and never commits."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timebank.demo import arriving, comings, desk, giving, letters, lives, pages, trust, waiting
from timebank.demo.calendar import Calendar, moment_of
from timebank.demo.people import ADMINISTRATOR, FUNDER, JESS, NEIGHBOUR, SAFEGUARDING_LEAD, email_of
from timebank.demo.plans import Wish
from timebank.demo.town import Town
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import Step
from timebank.hours import Hours
from timebank.listings import board
from timebank.members import enrol
from timebank.members.models import Timebank
from timebank.reports.period import Period

SLUG = "riverside"
PASSWORD = arriving.PASSWORD
SIGN_INS = tuple(
    (what, email_of(name) or "")
    for what, name in (
        ("member", NEIGHBOUR),
        ("coordinator", JESS),
        ("administrator", ADMINISTRATOR),
        ("safeguarding", SAFEGUARDING_LEAD),
        ("funder", FUNDER),
    )
)
"""As what one can look around, and the e-mail to sign in with; the password of all is PASSWORD."""

_SEED = 1980
_DAYS = 548
_EXCHANGES = 950
_LIMIT = Hours(20 * 60)

_RECENT: tuple[tuple[tuple[Step, ...], int], ...] = (
    ((Step.PROPOSE,), 4),
    ((Step.PROPOSE, Step.AGREE), 5),
    ((Step.RECORD,), 5),
    ((Step.RECORD, Step.CONFIRM), 4),
    ((Step.RECORD, Step.DISPUTE), 6),
    ((Step.PROPOSE, Step.DECLINE), 20),
    ((Step.PROPOSE, Step.AGREE, Step.CANCEL), 20),
    ((Step.RECORD, Step.CONFIRM, Step.APPROVE), 20),
    ((Step.RECORD, Step.CONFIRM, Step.APPROVE, Step.REVERSE), 27),
)
"""Lives that the last weeks are sure to have, so that each state is there, and how many days ago they began."""

_ASKED_OF_THE_MEMBER = ((Step.PROPOSE,), (Step.RECORD,), (Step.PROPOSE, Step.AGREE))
"""What waits for the member in whose name one looks around."""


@dataclass(frozen=True, slots=True)
class Community:
    """What was laid: the timebank, and the sign-ins to look around with."""

    timebank: Timebank
    sign_ins: tuple[tuple[str, str], ...] = SIGN_INS


def lay(session: Session, *, today: date, progress: Callable[[str], None], scale: float = 1.0) -> Community:
    """The timebank `riverside` is there with 18 months behind it; nothing in it is of today or later.

    The same day gives the same community to the minute, on both databases. `scale` is how much happens beside the
    usual, for tests in a hurry.

    Raises:
        SlugTaken: there is a timebank at this address already.
    """
    town = _found(session, today)
    arriving.open_doors(town)
    desk.keep_desk(town, scale)
    _expect_exchanges(town, round(_EXCHANGES * scale))
    _expect_recent(town)
    giving.expect_giving(town)
    comings.expect_comings(town)
    pages.expect_calls(town)
    trust.expect_trust(town)
    waiting.expect_waiting(town)
    _tell_months(town, progress)
    town.calendar.run()
    letters.deliver(town)
    return Community(town.timebank)


def _found(session: Session, today: date) -> Town:
    """The timebank, its kinds of help and how to reach it."""
    first_day = today - timedelta(days=_DAYS)
    timebank = enrol.create_timebank(
        session, SLUG, "Riverside Timebank", credit_limit=_LIMIT, at=moment_of(first_day, 9)
    )
    timebank.contact_name, timebank.contact_phone = "Jess", "01632 960 123"
    timebank.contact_hours = "weekdays 9 to 4"
    categories = board.seed_categories(session, timebank)
    return Town(
        session=session,
        timebank=timebank,
        calendar=Calendar(first_day=first_day, today=today),
        rng=random.Random(_SEED),  # noqa: S311 - it makes up a community, not a secret
        aside=random.Random(_SEED),  # noqa: S311
        chat=random.Random(_SEED),  # noqa: S311
        categories={category.name: category for category in categories},
    )


def _expect_exchanges(town: Town, number: int) -> None:
    """So many will begin, more each month as people join and get to know one another; fewer in August and December."""
    days = [town.calendar.first_day + timedelta(days=day) for day in range(6, _DAYS)]
    often = [(0.35 + 1.3 * place / _DAYS) * (0.75 if day.month in {8, 12} else 1) for place, day in enumerate(days)]
    for day in sorted(town.rng.choices(days, often, k=number)):
        town.calendar.add(moment_of(day, town.rng.randrange(8, 21), town.rng.randrange(60)), partial(lives.begin, town))


def _expect_recent(town: Town) -> None:
    """Every state will be there in the last weeks, and something waits for the member in whose name one looks."""
    for life, days in _RECENT:
        for late in (0, 1):
            town.calendar.add(town.days_ago(days - late / 2), partial(lives.begin_surely, town, life=life))
    for place, life in enumerate(_ASKED_OF_THE_MEMBER):
        town.calendar.add(town.days_ago(4.25 + place / 10), partial(_ask_the_member, town, life=life))


def _ask_the_member(town: Town, at: datetime, *, life: tuple[Step, ...]) -> None:
    lives.begin_surely(town, at, life=life, wish=Wish(asked=town.neighbours[NEIGHBOUR]))


def _tell_months(town: Town, progress: Callable[[str], None]) -> None:
    """Each month's end will be told: how many members there are and how many exchanges were begun until then."""

    def tell(at: datetime) -> None:
        month = Period.of_month(at.date())
        told = town.session.scalar(select(func.count()).select_from(Exchange)) or 0
        progress(f"{month.first_day:%B %Y}: {len(town.neighbours)} members, {told} exchanges")

    first = Period.of_month(town.calendar.first_day)
    last = Period.of_month(town.calendar.until.date() - timedelta(days=1))
    for month in Period(first.first_day, last.day_after).months():
        end = moment_of(month.day_after, 0) - timedelta(minutes=1)
        town.calendar.add(min(end, town.calendar.until - timedelta(minutes=1)), tell)
