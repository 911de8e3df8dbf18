"""The field in which somebody ticks when in the week they have time; it reads ticks, and decides nothing."""

from typing import Any

from wtforms import Field
from wtforms.utils import unset_value

from timebank.members.page import Part
from timebank.members.profiles import Times
from timebank.web import widgets
from timebank.web.profiled import PARTS, weekdays


class TimesField(Field):
    """The parts of the days of the week, to tick; its data is a set of (weekday, part), Monday being 0."""

    widget = widgets.Drawn("parts/fields/times.html")
    data: Times

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """What is ticked; a form that was sent without a single tick says that there is no such time."""
        super().process(formdata, data, extra_filters)
        self.data = frozenset(self.data or ()) if formdata is None else self._ticked()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The ticks are read in process(), which also knows when there are none."""

    def rows(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Each day with its parts: what is sent, its label, and whether it is ticked."""
        ticked: Times = self.data
        return [
            (name, [(f"{day}-{part}", str(label), (day, part) in ticked) for part, label in PARTS.items()])
            for day, name in enumerate(weekdays())
        ]

    def _ticked(self) -> Times:
        sent = set(self.raw_data or ())
        return frozenset((day, part) for day in range(7) for part in Part if f"{day}-{part}" in sent)
