"""What makes an offer and a request fit one another, and why: a score of pure values; it looks nothing up."""

import re
from collections.abc import Collection
from dataclasses import dataclass

_WORD = re.compile(r"\w{4,}")
_SAYS_NOTHING = """
    about after again also another anyone around because been before being both bring could does doing down each either
    else even ever every everyone from give given gives glad good happy hand have having help helped helping here hour
    hours just keep kind know learn less like little live lives long look lots love made make many maybe more most much
    must near need needed needs offer often once only other others over part people perhaps please really request same
    several should show some someone something sometimes such sure take than that their them then there these they
    thing things this those time times together until very want wants week weekly weeks well were what when where which
    while will with within without work would year years your yours
    morning mornings afternoon afternoons evening evenings weekday weekdays weekend weekends lunchtime
    monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays
    saturday saturdays sunday sundays
    """
_OF_EVERYBODY = frozenset(_SAYS_NOTHING.split())
"""Words that stand in so many notices that they say nothing of what fits."""

SAME_KIND, SAME_GROUP, EACH_WORD, MOST_WORDS, EACH_TIME, MOST_TIMES, SAME_PLACE, NO_TIME = 40, 20, 8, 24, 5, 15, 10, -10
ENOUGH = 20
"""What a fit needs to be told of at all: the same group of help, or three words in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two: its kind of help and the group of it, its telling words, when it suits and where it is.

    A time is a day of the week, Monday being 0, and a part of it; no times at all say nothing.
    """

    kind_id: int | None = None
    group_id: int | None = None
    words: frozenset[str] = frozenset()
    times: frozenset[tuple[int, str]] = frozenset()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well two fit one another, and what they have in common."""

    score: int
    same_kind: bool
    same_group: bool
    words: tuple[str, ...]
    times: tuple[tuple[int, str], ...]
    same_place: bool


def fit(one: Side, other: Side) -> Fit | None:
    """How well the two fit, or None where they have too little in common; it does not matter which is which.

    A kind of help in common counts most, then its group; words, times and the place add to it, and that both have said
    when it suits them without one time in common takes a little away.
    """
    same_kind = one.kind_id is not None and one.kind_id == other.kind_id
    same_group = one.group_id is not None and one.group_id == other.group_id
    words = tuple(sorted(one.words & other.words))
    times = tuple(sorted(one.times & other.times))
    same_place = bool(one.place) and one.place == other.place
    alike = SAME_KIND if same_kind else SAME_GROUP if same_group else 0
    alike += min(MOST_WORDS, EACH_WORD * len(words))
    if alike < ENOUGH:
        return None
    score = alike + min(MOST_TIMES, EACH_TIME * len(times)) + (SAME_PLACE if same_place else 0)
    if one.times and other.times and not times:
        score += NO_TIME
    return Fit(score, same_kind, same_group, words, times, same_place)


def telling_words(folded: str, besides: Collection[str] = ()) -> frozenset[str]:
    """The words of a folded text that say what it is about, without those that are said otherwise already."""
    return frozenset(_WORD.findall(folded)) - _OF_EVERYBODY - frozenset(besides)
