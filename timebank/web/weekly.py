"""Parts of the days of a week in words, as they come back each week; it keeps nothing."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from timebank.members.page import Part
from timebank.web.profiled import weekdays

_OFTEN = {
    Part.MORNING: _l("%(day)s mornings"),
    Part.AFTERNOON: _l("%(day)s afternoons"),
    Part.EVENING: _l("%(day)s evenings"),
}


def times_words(times: Collection[tuple[int, Part]]) -> list[str]:
    """The parts of the week in their order, each in words: "Saturday mornings"."""
    names, order = list(weekdays()), list(Part)
    in_order = sorted(times, key=lambda time: (time[0], order.index(time[1])))
    return [str(_OFTEN[part]) % {"day": names[weekday]} for weekday, part in in_order]
