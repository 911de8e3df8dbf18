"""When letters go: the hour of the digests where a timebank is, and the pauses between two tries; it keeps nothing."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from timebank.members.choices import Pace

DIGEST_HOUR = time(8)
"""When digests leave, where the timebank is; those of a week on Mondays."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 24 * 60))
"""How long a letter rests after its first, second, … try."""
LONGEST_WHILE_DOWN = timedelta(hours=2)
"""How long letters rest at most where no mail server answers, so that they leave soon once it is back."""
DIGESTS = frozenset({Pace.DAILY, Pace.WEEKLY})


def digest_at(pace: Pace, time_zone: str, moment: datetime) -> datetime:
    """When the next digest leaves, at that moment or after it."""
    zone = ZoneInfo(time_zone)
    day = moment.astimezone(zone).date()
    while True:
        leaves = datetime.combine(day, DIGEST_HOUR, tzinfo=zone)
        if leaves >= moment and (pace != Pace.WEEKLY or day.weekday() == 0):
            return leaves
        day += timedelta(days=1)


def pause(tries: int) -> timedelta | None:
    """How long a letter rests that was refused so many times; None where it is given up."""
    return PAUSES[tries - 1] if 1 <= tries <= len(PAUSES) else None
