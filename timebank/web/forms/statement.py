"""The form of a statement: which days to look at; it stands in the address."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import Optional, ValidationError

from timebank.web.fields import DateField
from timebank.web.forms.base import Form

_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)


def _within_reason(form: Form, field: DateField) -> None:  # noqa: ARG001
    """A validator: the year is one that someone may mean."""
    if field.data is not None and not _EARLIEST <= field.data <= _LATEST:
        raise ValidationError(gettext("There is no such day. Check the day, the month and the year"))


class PeriodForm(Form):
    """From which day to which; needs no token, and asks for everything where it is empty or wrong."""

    class Meta:  # noqa: D106
        csrf = False

    first = DateField(_("From which day? (optional)"), validators=[Optional(), _within_reason])
    last = DateField(_("To which day? (optional)"), validators=[Optional(), _within_reason])

    def validate_last(self, field: DateField) -> None:
        """A validator: the days are in their order."""
        if field.data is not None and self.first.data is not None and field.data < self.first.data:
            raise ValidationError(gettext("The last day comes before the first. Change one of them"))

    @classmethod
    def over(cls, asked: Any) -> "PeriodForm":
        """The form as the address has it, with its errors."""
        form = cls(formdata=asked)
        form.validate()
        return form

    @property
    def asked(self) -> bool:
        """Whether anything was written in it."""
        return any((*self.first.typed.values(), *self.last.typed.values()))

    @property
    def kept(self) -> dict[str, Any]:
        """What was written in it, for an address."""
        boxes = ((field.name, part, text) for field in (self.first, self.last) for part, text in field.typed.items())
        return {f"{name}-{part}": text for name, part, text in boxes if text}

    @property
    def first_day(self) -> date | None:
        """The first day that is asked for."""
        return None if self.errors else self.first.data

    @property
    def last_day(self) -> date | None:
        """The last day that is asked for."""
        return None if self.errors else self.last.data

    @property
    def day_after(self) -> date | None:
        """The day after the last one that is asked for."""
        return self.last_day + timedelta(days=1) if self.last_day else None
