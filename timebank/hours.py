"""Hours: an amount of time in whole minutes, read and written as people do; never a float."""

import re
from dataclasses import dataclass
from typing import Self

from timebank.refusals import Unacceptable

_WRITTEN = (
    re.compile(r"(?P<hours>[0-9]{1,4}) ?(?:h|hr|hrs|hour|hours)?"),
    re.compile(r"(?P<minutes>[0-9]{1,6}) ?(?:m|min|mins|minute|minutes)"),
    re.compile(r"(?P<hours>[0-9]{1,4}):(?P<minutes>[0-5][0-9])"),
    re.compile(
        r"(?P<hours>[0-9]{1,4}) ?(?:h|hr|hrs|hour|hours),? ?(?:and )?"
        r"(?P<minutes>[0-5]?[0-9]) ?(?:m|min|mins|minute|minutes)?"
    ),
    re.compile(r"(?P<hours>[0-9]{0,4})[.,](?P<quarters>0|00|25|5|50|75) ?(?:h|hr|hrs|hour|hours)?"),
)
_QUARTERS = {"0": 0, "00": 0, "25": 15, "5": 30, "50": 30, "75": 45}


@dataclass(frozen=True, order=True, slots=True)
class Hours:
    """So many whole minutes; below zero only where it is a balance."""

    minutes: int

    @classmethod
    def read(cls, text: str) -> Self:
        """The amount that a person wrote: "2", "1h30", "1:30", "90 min", "1 hour 30 minutes", "1.5" or "1,25".

        A bare number is whole hours. Decimals are read only where they are an exact number of quarters.

        Raises:
            Unacceptable: the text is not an amount of time.
        """
        tidy = " ".join(text.lower().split())
        for written in _WRITTEN:
            found = written.fullmatch(tidy)
            if found:
                parts = found.groupdict()
                quarters = _QUARTERS[parts["quarters"]] if parts.get("quarters") else 0
                return cls(60 * int(parts.get("hours") or 0) + int(parts.get("minutes") or 0) + quarters)
        raise Unacceptable("Write the time as hours and minutes, for example 1 hour 30 minutes.")

    @property
    def whole(self) -> int:
        """The full hours in it, without their sign."""
        return abs(self.minutes) // 60

    @property
    def rest(self) -> int:
        """The minutes beyond the full hours, 0 to 59, without their sign."""
        return abs(self.minutes) % 60

    def __add__(self, other: "Hours") -> "Hours":
        return Hours(self.minutes + other.minutes)

    def __sub__(self, other: "Hours") -> "Hours":
        return Hours(self.minutes - other.minutes)

    def __neg__(self) -> "Hours":
        return Hours(-self.minutes)

    def __str__(self) -> str:
        """As a sentence carries it, in English: "1 hour 30 minutes"; pages translate it with their own words."""
        words = []
        if self.whole:
            words.append(f"{self.whole} hour{'' if self.whole == 1 else 's'}")
        if self.rest or not words:
            words.append(f"{self.rest} minute{'' if self.rest == 1 else 's'}")
        return ("−" if self.minutes < 0 else "") + " ".join(words)

    @property
    def short(self) -> str:
        """As a table carries it: "1 h 30", "45 min"; with a minus sign below zero."""
        sign = "−" if self.minutes < 0 else ""
        if not self.whole:
            return f"{sign}{self.rest} min"
        return f"{sign}{self.whole} h {self.rest:02}" if self.rest else f"{sign}{self.whole} h"
