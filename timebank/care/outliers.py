"""Which hours are worth a look because they are unlike others, and why; it accuses nobody and knows no database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

DAYS = 30
"""How many days count as lately."""
WINDOWS = 6
"""How many stretches of DAYS before these tell what is usual for someone."""
EACH_WAY = 3
"""So many exchanges of the same two people each way, in DAYS, are worth a look."""
_FEWEST_GIVERS = 5
_SPREADS = 3.5 * 1.4826
"""A value so many median deviations above the median is unlike the others: Iglewicz and Hoaglin's 3.5, for a median."""
_LEAST_SPREAD = 60
"""Nobody is so even that an hour more or less would be unusual; in minutes."""


class Why(StrEnum):
    """In which way hours are unlike others."""

    LONG = "long"  # one exchange
    FULL_DAY = "full day"  # several on one day
    TO_AND_FRO = "to and fro"  # the same two people, and back
    MUCH = "much"  # far more than usual


@dataclass(frozen=True, slots=True)
class Given:
    """One exchange that was logged lately; `looked_at` when a coordinator has approved it."""

    exchange_id: int
    provider_id: int
    receiver_id: int
    minutes: int
    served_on: date
    looked_at: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusual:
    """Hours worth a look: whose, how many minutes, in how many exchanges, and what is usual where that is known.

    `other_id` is the other one of two, `back` how many of the exchanges went back, `exchange_id` where to look first.
    """

    why: Why
    member_id: int
    minutes: int
    exchange_id: int
    times: int = 1
    back: int = 0
    other_id: int | None = None
    on: date | None = None
    usual_minutes: int = 0
    others_minutes: int = 0


def unusual(lately: Sequence[Given], earlier: Mapping[int, Sequence[int]], *, outlier_minutes: int) -> list[Unusual]:
    """What is worth a look in the exchanges of the last DAYS, the longest first within each kind.

    `earlier` are the minutes that each member gave in each of the WINDOWS before. One exchange or one person's day
    above `outlier_minutes` is told until a coordinator has approved it, what only shows over several also afterwards.
    """
    return [
        *_long(lately, outlier_minutes),
        *_full_days(lately, outlier_minutes),
        *_to_and_fro(lately),
        *_much(lately, earlier, outlier_minutes),
    ]


def usual_up_to(values: Sequence[float]) -> float:
    """Up to where a further value would be like these: by their median, and their median deviation from it."""
    middle = median(values)
    spread = median(abs(one - middle) for one in values)
    return middle + _SPREADS * max(spread, _LEAST_SPREAD)


def _long(lately: Sequence[Given], outlier_minutes: int) -> list[Unusual]:
    return _longest_first(
        Unusual(
            why=Why.LONG,
            member_id=one.provider_id,
            other_id=one.receiver_id,
            minutes=one.minutes,
            on=one.served_on,
            exchange_id=one.exchange_id,
        )
        for one in lately
        if one.minutes > outlier_minutes and not one.looked_at
    )


def _full_days(lately: Sequence[Given], outlier_minutes: int) -> list[Unusual]:
    days: dict[tuple[int, date], list[Given]] = defaultdict(list)
    for one in lately:
        days[one.provider_id, one.served_on].append(one)
    return _longest_first(
        Unusual(
            why=Why.FULL_DAY,
            member_id=member_id,
            minutes=sum(one.minutes for one in given),
            times=len(given),
            on=on,
            exchange_id=given[0].exchange_id,
        )
        for (member_id, on), given in days.items()
        if len(given) > 1
        and sum(one.minutes for one in given) > outlier_minutes
        and not all(one.looked_at for one in given)
        and not any(one.minutes > outlier_minutes for one in given)
    )


def _to_and_fro(lately: Sequence[Given]) -> list[Unusual]:
    pairs: dict[tuple[int, int], list[Given]] = defaultdict(list)
    for one in lately:
        first, second = sorted((one.provider_id, one.receiver_id))
        pairs[first, second].append(one)
    told = []
    for (first, second), given in pairs.items():
        back = sum(one.provider_id == second for one in given)
        if min(back, len(given) - back) >= EACH_WAY:
            told.append(
                Unusual(
                    why=Why.TO_AND_FRO,
                    member_id=first,
                    other_id=second,
                    minutes=sum(one.minutes for one in given),
                    times=len(given) - back,
                    back=back,
                    exchange_id=given[-1].exchange_id,
                )
            )
    return _longest_first(told)


def _much(lately: Sequence[Given], earlier: Mapping[int, Sequence[int]], outlier_minutes: int) -> list[Unusual]:
    """Who gave more than one exchange may hold, and far more than they usually do and than all others do."""
    now: dict[int, list[Given]] = defaultdict(list)
    for one in lately:
        now[one.provider_id].append(one)
    sums = {member_id: sum(one.minutes for one in given) for member_id, given in now.items()}
    if len(sums) < _FEWEST_GIVERS:
        return []
    everyone = list(sums.values())
    others, least = round(median(everyone)), max(outlier_minutes, usual_up_to(everyone))
    return _longest_first(
        Unusual(
            why=Why.MUCH,
            member_id=member_id,
            minutes=minutes,
            times=len(now[member_id]),
            exchange_id=now[member_id][-1].exchange_id,
            usual_minutes=round(median(before)),
            others_minutes=others,
        )
        for member_id, minutes in sums.items()
        if minutes > least
        for before in (earlier.get(member_id) or (0,) * WINDOWS,)
        if minutes > usual_up_to(before)
    )


def _longest_first(found: Iterable[Unusual]) -> list[Unusual]:
    return sorted(found, key=lambda one: (-one.minutes, one.exchange_id))
