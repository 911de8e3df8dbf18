"""The form of the audit log: which month, about whom, and what kind of deed; it stands in the address."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_date
from flask_babel import lazy_gettext as _

from timebank.members.models import Timebank
from timebank.web.deeds import GROUPS
from timebank.web.fields import ChoiceField, SearchField, choice
from timebank.web.forms.base import Form
from timebank.web.forms.board import chosen, sought_words


class AuditSearch(Form):
    """What a reader looks for in the audit log."""

    class Meta:  # noqa: D106
        csrf = False

    q = SearchField(_("Name or number of who did it, or whom it is about"))
    month = ChoiceField(_("Month"))
    kind = ChoiceField(
        _("Kind"),
        choices=[choice("", _("Everything")), *(choice(key, label) for key, (label, _deeds) in GROUPS.items())],
    )

    @classmethod
    def over(cls, asked: Any, first_day: date, today: date) -> "AuditSearch":
        """The form as the address has it, with the months from the first line on."""
        form = cls(formdata=asked)
        months = [
            date(year, month, 1)
            for year in range(today.year, first_day.year - 1, -1)
            for month in range(12, 0, -1)
            if first_day.replace(day=1) <= date(year, month, 1) <= today
        ]
        named = (choice(one.isoformat()[:7], format_date(one, "MMMM y")) for one in months)
        form.month.choices = [choice("", _("Every month")), *named]
        return form

    def words(self) -> str:
        """The name or number that is looked for."""
        return sought_words(self.q)

    def group(self) -> str:
        """The kind that is looked for; empty for all."""
        return chosen(self.kind)

    def moments(self, timebank: Timebank) -> tuple[datetime | None, datetime | None]:
        """From when until before when."""
        told = chosen(self.month)
        if not told:
            return None, None
        year, month = int(told[:4]), int(told[5:7])
        following = date(year + month // 12, month % 12 + 1, 1)
        return _begin(date(year, month, 1), timebank), _begin(following, timebank)


def _begin(day: date, timebank: Timebank) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(timebank.time_zone)).astimezone(UTC)
