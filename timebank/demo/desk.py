"""What the made-up community's coordinators do each week and each quarter: enter paid hours, release reports."""

import math
from datetime import date, datetime, timedelta
from functools import partial

from timebank.contributions import professionals
from timebank.contributions.professionals import PaidHours
from timebank.demo.calendar import in_office, moment_of
from timebank.demo.people import JESS
from timebank.demo.town import Town
from timebank.demo.words import STAGES, WORKS
from timebank.hours import Hours
from timebank.members.models import Membership, Person
from timebank.reports import releases
from timebank.reports.period import Period

_BUSY = (0.18, 0.5)
_USUAL_MINUTES, _SPREAD = 100, 0.5
_RELEASED_AFTER = timedelta(days=14)
_RELEASES = 4


def keep_desk(town: Town, scale: float) -> None:
    """Each Friday the week's paid hours will be entered; the last quarters will be released when they are over.

    `scale` is how often professionals work on a project beside the usual.
    """
    friday = town.calendar.first_day + timedelta(days=(4 - town.calendar.first_day.weekday()) % 7)
    while moment_of(friday, 15) < town.calendar.until:
        town.calendar.add(moment_of(friday, 15), partial(_enter_paid_hours, town, scale))
        friday += timedelta(days=7)
    for quarter in _quarters_to_release(town.calendar.first_day, town.calendar.until):
        moment = in_office(moment_of(quarter.day_after, 10) + _RELEASED_AFTER)
        town.calendar.add(moment, partial(_release, town, quarter))


def _quarters_to_release(first_day: date, until: datetime) -> list[Period]:
    """The last four quarters that have been over for two weeks or more."""
    quarters = Period(first_day.replace(day=1), Period.of_month(until.date()).day_after).quarters()
    over = [one for one in quarters if moment_of(one.day_after, 10) + _RELEASED_AFTER < until]
    return over[-_RELEASES:]


def _enter_paid_hours(town: Town, scale: float, at: datetime) -> None:
    """Each professional has worked on a project this week or has not; some do so more often than others."""
    for place, professional in enumerate(town.professionals):
        least, most = _BUSY
        if town.rng.random() < scale * (least + (most - least) * (place % 5) / 4):
            _enter(town, professional, at)


def _enter(town: Town, professional: Membership, at: datetime) -> None:
    work = WORKS[town.rng.random() < 0.4]
    minutes = town.rng.lognormvariate(math.log(_USUAL_MINUTES), _SPREAD)
    paid = PaidHours(
        key=town.key(),
        professional_id=professional.id,
        project_id=town.projects[work.name].id,
        hours=Hours(max(15, 15 * round(minutes / 15))),
        served_on=max(at.date() - timedelta(days=town.rng.randrange(5)), professional.joined_on),
        stage=town.rng.choices(list(STAGES), list(STAGES.values()))[0],
        category_id=town.categories[work.kind].id,
    )
    professionals.record_paid_hours(town.session, town.timebank, paid, by=_jess(town), at=at)


def _release(town: Town, quarter: Period, at: datetime) -> None:
    releases.release(town.session, town.timebank, quarter, by=_jess(town), at=at)


def _jess(town: Town) -> Person:
    jess = town.coordinators[JESS].person
    if jess is None:
        raise LookupError("Jess is a person.")
    return jess
