"""Which months a report is about: read from text, written as text, cut into months; it never looks at the clock."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from timebank.refusals import Unacceptable

MOST_MONTHS = 60
"""The longest period that a report is drawn for: five years."""

_MONTH = re.compile(r"(?P<year>(?:19|20|21)[0-9]{2})-(?P<month>0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(?P<year>(?:19|20|21)[0-9]{2})-q(?P<quarter>[1-4])")
_YEAR = re.compile(r"(?P<year>(?:19|20|21)[0-9]{2})")


class PeriodKind(StrEnum):
    """What people call a stretch of months."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    MONTHS = "months"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """Whole calendar months: from `first_day` up to, and not including, `day_after`."""

    first_day: date
    day_after: date

    def __post_init__(self) -> None:
        if self.first_day.day != 1 or self.day_after.day != 1 or self.first_day >= self.day_after:
            raise ValueError("a period is made of whole months")

    @classmethod
    def of_month(cls, day: date) -> Self:
        """The calendar month that the day is in."""
        return cls(day.replace(day=1), _later(day, 1))

    @classmethod
    def of_quarter(cls, day: date) -> Self:
        """The calendar quarter that the day is in."""
        first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
        return cls(first, _later(first, 3))

    @classmethod
    def of_year(cls, day: date) -> Self:
        """The calendar year that the day is in."""
        return cls(date(day.year, 1, 1), date(day.year + 1, 1, 1))

    @classmethod
    def read(cls, text: str) -> Self:
        """The period that was written: "2026-Q3", "2026", "2026-03" or "2026-01..2026-06".

        Raises:
            Unacceptable: the text is no period, ends before it begins, or is longer than five years.
        """
        first, dots, last = text.strip().lower().partition("..")
        begins = cls._read_one(first)
        ends = cls._read_one(last) if dots else begins
        if ends.day_after <= begins.first_day:
            raise Unacceptable("The last month of a period can't be before its first.")
        if _months_between(begins.first_day, ends.day_after) > MOST_MONTHS:
            raise Unacceptable("A report covers five years at most. Choose a shorter period.")
        return cls(begins.first_day, ends.day_after)

    @classmethod
    def _read_one(cls, text: str) -> Self:
        if found := _MONTH.fullmatch(text):
            return cls.of_month(date(int(found["year"]), int(found["month"]), 1))
        if found := _QUARTER.fullmatch(text):
            return cls.of_quarter(date(int(found["year"]), 3 * int(found["quarter"]), 1))
        if found := _YEAR.fullmatch(text):
            return cls.of_year(date(int(found["year"]), 1, 1))
        raise Unacceptable("Write the period as a year, a quarter or months: 2026, 2026-Q3 or 2026-01..2026-06.")

    def __str__(self) -> str:
        """The shortest text that it is read from."""
        if self.kind is PeriodKind.YEAR:
            return f"{self.first_day.year}"
        if self.kind is PeriodKind.QUARTER:
            return f"{self.first_day.year}-Q{(self.first_day.month + 2) // 3}"
        if self.kind is PeriodKind.MONTH:
            return f"{self.first_day:%Y-%m}"
        return f"{self.first_day:%Y-%m}..{self.last_month.first_day:%Y-%m}"

    def __contains__(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.first_day <= day < self.day_after

    @property
    def kind(self) -> PeriodKind:
        """What people call it."""
        named = {
            PeriodKind.MONTH: Period.of_month(self.first_day),
            PeriodKind.QUARTER: Period.of_quarter(self.first_day),
            PeriodKind.YEAR: Period.of_year(self.first_day),
        }
        return next((kind for kind, period in named.items() if period == self), PeriodKind.MONTHS)

    @property
    def last_month(self) -> "Period":
        """Its last calendar month."""
        return Period(_later(self.day_after, -1), self.day_after)

    @property
    def before(self) -> "Period":
        """The calendar month just before it."""
        return Period(_later(self.first_day, -1), self.first_day)

    def months(self) -> Iterator["Period"]:
        """Its calendar months, oldest first."""
        for number in range(_months_between(self.first_day, self.day_after)):
            yield Period.of_month(_later(self.first_day, number))

    def quarters(self) -> Iterator["Period"]:
        """The calendar quarters that it touches, oldest first."""
        quarter = Period.of_quarter(self.first_day)
        while quarter.first_day < self.day_after:
            yield quarter
            quarter = Period.of_quarter(quarter.day_after)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day is in both."""
        return self.first_day < other.day_after and other.first_day < self.day_after


def _later(day: date, months: int) -> date:
    """The first of the month so many months later."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _months_between(first: date, after: date) -> int:
    return 12 * (after.year - first.year) + after.month - first.month
