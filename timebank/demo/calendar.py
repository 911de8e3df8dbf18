"""The made-up community's time: what happens when, and when people are up or in the office; no clock is read."""

import heapq
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import TypeAlias

Act: TypeAlias = Callable[[datetime], object]


class Calendar:
    """What is to happen, in the order of time, from the first day up to the midnight before today."""

    def __init__(self, *, first_day: date, today: date) -> None:
        self.first_day = first_day
        self.until = moment_of(today, 0)
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def add(self, at: datetime, act: Act) -> None:
        """It happens at that moment, unless that is still to come; of two at once, the one added first."""
        if at < self.until:
            heapq.heappush(self._waiting, (at, next(self._numbers), act))

    def run(self) -> None:
        """All has happened, also what was added while it did."""
        while self._waiting:
            at, _, act = heapq.heappop(self._waiting)
            act(at)


def moment_of(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour of the day."""
    return datetime.combine(day, time(hour, minute), UTC)


def awake(moment: datetime) -> datetime:
    """The moment, or the next one at which people are up."""
    if moment.hour < 7:
        return moment + timedelta(hours=8)
    return moment + timedelta(hours=12) if moment.hour > 20 else moment


def in_office(moment: datetime) -> datetime:
    """The moment, or the next one on a weekday from 9 to 4."""
    if moment.hour < 9:
        moment += timedelta(hours=9 - moment.hour)
    elif moment.hour > 15:
        moment += timedelta(hours=33 - moment.hour)
    return moment + timedelta(days=max(0, 7 - moment.weekday()) if moment.weekday() > 4 else 0)
