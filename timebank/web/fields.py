"""The fields of our forms: the kit's, and our own for days and lengths of time; they read, and decide no rule."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, Form, IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import InputRequired, StopValidation, ValidationError

from timebank.hours import Hours
from timebank.refusals import Unacceptable
from timebank.web import widgets

_FIGURES = re.compile(r"[0-9]{1,6}")
_DAY_PATTERNS = {"day": re.compile(r"[0-9]{1,2}"), "month": re.compile(r"[0-9]{1,2}"), "year": re.compile(r"[0-9]{4}")}
_DAYS_AGO = {"today": 0, "yesterday": 1}


def choice(value: Any, label: Any, hint: Any = None) -> SelectChoice:
    """One of the choices of a field; the hint stands below the label, on cards only."""
    return SelectChoice(value=value, label=label, render_kw={"hint": hint} if hint else {})


class TextField(StringField):
    """One line of text, without spaces at its ends."""

    widget = widgets.TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.strip() for value in valuelist])


class EmailField(TextField):
    """An e-mail address."""

    widget = widgets.TextInput("email")


class SearchField(TextField):
    """Words to look for."""

    widget = widgets.TextInput("search")


class PasswordField(StringField):
    """A password, kept as typed."""

    widget = widgets.PasswordInput()


class LongTextField(StringField):
    """Several lines of text."""

    widget = widgets.TextArea()


class NumberField(IntegerField):
    """A whole number in ordinary figures."""

    widget = widgets.TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = int(typed) if _FIGURES.fullmatch(typed) else None
        if typed and self.data is None:
            raise ValueError(_l("Write a whole number in figures, for example 12"))


class _OfTheseField(SelectField):
    """A field whose answer is one of its choices; what is not among them is told in the words for no answer at all."""

    def __init__(self, label: Any = None, validators: Sequence[Any] | None = None, **kwargs: Any) -> None:
        missing = (one.message for one in validators or () if isinstance(one, InputRequired))
        kwargs.setdefault("invalid_choice_message", next(missing, _l("Choose one of these")))
        super().__init__(label, validators, **kwargs)


class ChoiceField(_OfTheseField):
    """One of many."""

    widget = widgets.Drawn("parts/fields/select.html")


class RadiosField(_OfTheseField, RadioField):
    """One of a few, as cards."""

    widget = widgets.Radios()


class TicksField(_OfTheseField, SelectMultipleField):
    """Any of a few, as cards."""

    widget = widgets.Ticks()


class TickField(BooleanField):
    """Yes, or nothing."""

    widget = widgets.Tick()


class _BoxesField(Field):
    """A field of several small boxes, named after it; what was typed in each is kept and shown again."""

    parts: tuple[str, ...]
    missing: Any = None

    def __init__(
        self, label: Any = None, validators: Sequence[Any] | None = None, *, missing: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.missing = missing or self.missing
        self.typed: dict[str, str] = {}

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Iterable[Any] | None = None) -> None:
        """The boxes are read, if they were sent."""
        names = {part: f"{self.name}-{part}" if part else self.name for part in self.parts}
        sent = formdata is not None and any(name in formdata for name in names.values())
        self.typed = {part: "".join(formdata.getlist(name)[:1]).strip() for part, name in names.items()} if sent else {}
        super().process(formdata, data, extra_filters)

    def process_formdata(self, valuelist: list[str]) -> None:  # noqa: ARG002
        if self.typed:
            self.raw_data = [" ".join(filter(None, self.typed.values()))]
            self.data = None
            self.data = self.read()

    def read(self) -> Any:
        """What the boxes say, or None for nothing; a ValueError carries a sentence for the person."""
        raise NotImplementedError

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002
        """What cannot be read, or is not there, is said once; later validators would say it again."""
        if self.process_errors:
            raise StopValidation
        if not self.flags.optional and self.is_blank():
            raise StopValidation(self.missing)

    def is_blank(self) -> bool:
        """Whether there is nothing to go by."""
        return self.data is None

    def values(self) -> dict[str, str]:
        """What each box shows: as typed, or as the data has it."""
        return self.typed or self.written()

    def written(self) -> dict[str, str]:
        """The data, as it would be typed."""
        raise NotImplementedError

    def invalid(self) -> tuple[str, ...]:
        """Which boxes are wrong, when the field is."""
        return self.parts if self.errors else ()

    @property
    def first_id(self) -> str:
        """Where the list of errors leads."""
        part = (self.invalid() or self.parts)[0]
        return f"{self.id}-{part}" if part else str(self.id)


class DurationField(_BoxesField):
    """A length of time in two small boxes, or written out in the first; its data is whole minutes, or None."""

    widget = widgets.Drawn("parts/fields/duration.html")
    parts = ("hours", "minutes")
    missing = _l("Say how long it took, for example 1 hour 30 minutes")
    unreadable = _l("Write the hours and the minutes in figures, for example 1 and 30")
    too_many = _l("Write the minutes as a number from 0 to 59")

    def __init__(self, *args: Any, zero: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zero = zero

    def read(self) -> int | None:
        hours, minutes = self.typed["hours"], self.typed["minutes"]
        if not hours and not minutes:
            return None
        if _FIGURES.fullmatch(hours or "0") and _FIGURES.fullmatch(minutes or "0"):
            if int(hours or 0) and int(minutes or 0) > 59:
                raise ValueError(self.too_many)
            return 60 * int(hours or 0) + int(minutes or 0)
        if minutes:
            raise ValueError(self.unreadable)
        try:
            return Hours.read(hours).minutes
        except Unacceptable as refusal:
            raise ValueError(self.unreadable) from refusal

    def is_blank(self) -> bool:
        return self.data is None or (self.data == 0 and not self.zero)

    def written(self) -> dict[str, str]:
        if self.data is None:
            return {}
        hours, minutes = divmod(self.data, 60)
        return {"hours": str(hours), "minutes": str(minutes) if minutes else ""}


class DateField(_BoxesField):
    """A day in three small boxes; its data is a date, or None."""

    widget = widgets.Drawn("parts/fields/date.html")
    parts: tuple[str, ...] = tuple(_DAY_PATTERNS)
    missing = _l("Write the day, month and year, for example 27 3 2026")
    unreadable = missing
    unknown = _l("There is no such day. Check the day, the month and the year")

    def read(self) -> date | None:
        if not any(self.typed[part] for part in _DAY_PATTERNS):
            return None
        if self._unreadable():
            raise ValueError(self.unreadable)
        try:
            return date(int(self.typed["year"]), int(self.typed["month"]), int(self.typed["day"]))
        except ValueError as unknown:
            raise ValueError(self.unknown) from unknown

    def written(self) -> dict[str, str]:
        return {} if self.data is None else {part: str(getattr(self.data, part)) for part in _DAY_PATTERNS}

    def invalid(self) -> tuple[str, ...]:
        return (self._unreadable() or tuple(_DAY_PATTERNS)) if self.errors else ()

    def _unreadable(self) -> tuple[str, ...]:
        values = self.values()
        return tuple(part for part, pattern in _DAY_PATTERNS.items() if not pattern.fullmatch(values.get(part, "")))


class DayField(DateField):
    """Today, yesterday or another day in three boxes; `today` is the day where the timebank is, or what tells it."""

    widget = widgets.Drawn("parts/fields/day.html")
    parts = ("", "day", "month", "year")
    missing = _l("Choose today, yesterday or another day")

    def __init__(self, *args: Any, today: date | Callable[[], date] = date.today, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    @property
    def data(self) -> date | None:
        """The day; "today" is worked out when it is asked for, so that a view may say after reading which day it is."""
        days_ago = _DAYS_AGO.get(self.typed.get("", ""))
        return self._written_day if days_ago is None else self.this_day() - timedelta(days=days_ago)

    @data.setter
    def data(self, day: date | None) -> None:
        self._written_day = day

    def this_day(self) -> date:
        """Today, where the timebank is."""
        return self.today() if callable(self.today) else self.today

    def choice(self) -> str:
        """Which of the three is chosen; boxes that were filled in count as another day, without the choice."""
        if self.typed:
            chosen = self.typed[""]
            boxes = any(self.typed[part] for part in _DAY_PATTERNS)
            return chosen if chosen in {*_DAYS_AGO, "other"} else "other" if boxes else ""
        if self.data is None:
            return ""
        days_ago = (self.this_day() - self.data).days
        return next((name for name, days in _DAYS_AGO.items() if days == days_ago), "other")

    def read(self) -> date | None:
        if self.choice() != "other":
            return None
        if not any(self.typed[part] for part in _DAY_PATTERNS):
            raise ValueError(self.unreadable)
        return super().read()

    def invalid(self) -> tuple[str, ...]:
        if not self.errors:
            return ()
        return super().invalid() if self.choice() == "other" else ("",)


def not_after_today(form: Form, field: DayField) -> None:  # noqa: ARG001
    """A validator: the day has come."""
    if field.data is not None and field.data > field.this_day():
        raise ValidationError(_l("The day has not come yet. Choose today or a day before it"))
