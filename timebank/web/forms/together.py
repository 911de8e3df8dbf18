"""The form of what several people shared, a row for each exchange; it finds whom a row means, and decides nothing."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import Field
from wtforms import Form as PlainForm
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from timebank.exchanges import together
from timebank.exchanges.telling import WrongDay, WrongSide
from timebank.exchanges.together import MOST, Row, YouArePart
from timebank.hours import Hours
from timebank.listings.models import Category
from timebank.members.directory import Named
from timebank.members.folding import fold
from timebank.members.models import Membership
from timebank.members.naming import Names, told_apart
from timebank.refusals import Refusal
from timebank.web.access import mine
from timebank.web.fields import DayField, DurationField, TextField, TickField, not_after_today
from timebank.web.forms.base import KeyedForm, at_most, needed
from timebank.web.kind_fields import KindField, kind_choices
from timebank.web.words import sentence

_A_DAY = re.compile(r"([0-9]{1,2})[ ./-]+([0-9]{1,2})(?:[ ./-]+([0-9]{4}))?")
Load = Callable[[Collection[int]], Sequence[Membership]]
_NAMED = 4
"""How many people are told who fit a name, before one is asked to write more of it."""


class RowForm(PlainForm):
    """One exchange: who gave to whom, how long; and what is otherwise than for the others."""

    number: int

    gave = TextField(_("Who gave"), validators=[at_most(200)])
    received = TextField(_("To whom"), validators=[at_most(200)])
    time = DurationField(_("How long"))
    kind = TextField(_("Another kind"), validators=[at_most(200)])
    title = TextField(_("Something else"), validators=[at_most(120)])
    day = TextField(_("Another day"), validators=[at_most(40)])

    @property
    def form(self) -> "RowForm":
        """Itself, as the list of errors looks for what stands in a field of several forms."""
        return self

    def told_of(self, error: str) -> str:
        """The error as the list of errors tells it, with the row that it is in."""
        return gettext("Row %(number)d: %(error)s", number=self.number, error=error)

    def is_empty(self) -> bool:
        """Whether nothing was written in it."""
        return not any(field.data for field in self if field is not self.time) and not any(self.time.typed.values())

    def validate(self, extra_validators: Any = None) -> bool:
        """A row in which nothing stands is left out, and so cannot be wrong."""
        return self.is_empty() or bool(super().validate(extra_validators))

    def say(self, field: str, told: str) -> None:
        """The field is wrong; what was found first stays."""
        self[field].errors = [*self[field].errors, told]


class RowsField(Field):
    """The rows, as many as there may be, whichever of them were sent."""

    widget = None

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:  # noqa: ARG002
        """Each row is read."""
        self.entries = [RowForm(formdata, prefix=f"{self.name}-{place}-") for place in range(MOST)]
        for number, row in enumerate(self.entries, start=1):
            row.number = number

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:  # noqa: ARG002
        """Whether all rows are right, or empty."""
        return not [row for row in self.entries if not row.validate()]

    @property
    def errors(self) -> list[Any]:
        """What is wrong in the rows, also what is found afterwards."""
        return [row.errors for row in self.entries if row.errors]


class TogetherForm(KeyedForm):
    """What is alike for all, and the rows."""

    title = TextField(
        _("What was it?"),
        description=_("For example “Coffee morning”. A row may say something else."),
        validators=[at_most(120)],
    )
    served_on = DayField(_("When was it?"), validators=[not_after_today])
    category = KindField(_("What kind of help was it mostly?"), validators=[needed(_("Choose the kind of help"))])
    both_told = TickField(_("Both of them told me so, in every row"))
    rows = RowsField()

    def choose_from(
        self, people: Sequence[Named], load: Load, categories: Sequence[Category], at: datetime, today: date
    ) -> None:
        """The form knows the people, how those are loaded whom it names, the kinds of help, and when it is."""
        self.served_on.today, self.at = today, at
        self.names, self.load = Names(people), load
        self.kinds = {fold(one.name): one for one in categories}
        self.category.choices = kind_choices(categories, gettext("Choose one"))

    def told(self) -> list[Row]:
        """The rows in which something stands, once the form is valid."""
        return self._read

    def validate(self, extra_validators: Any = None) -> bool:
        """Each row says who, to whom and how long, and the rules let it be logged."""
        super().validate(extra_validators)
        self._read: list[Row] = []
        filled = [row for row in self.rows.entries if not row.is_empty()]
        sides = [(self._named(row, "gave"), self._named(row, "received")) for row in filled]
        known = {one.id: one for one in self.load({one.id for pair in sides for one in pair if one is not None})}
        for row, (gave, received) in zip(filled, sides, strict=True):
            self._read_row(row, known.get(gave.id) if gave else None, known.get(received.id) if received else None)
        if not filled:
            self.rows.entries[0].say("gave", gettext("Fill in at least one row"))
        return not self.errors

    def _read_row(self, row: RowForm, provider: Membership | None, receiver: Membership | None) -> None:
        served_on, category = self._day(row), self._category(row)
        title = row.title.data or self.title.data or ""
        if not any(sign.isprintable() and not sign.isspace() for sign in title):
            row.say("title", gettext("Say what it was, here or above for all"))
        if provider is None or receiver is None or served_on is None or row.errors or not row.time.data:
            return
        told = Row(
            number=row.number,
            provider=provider,
            receiver=receiver,
            hours=Hours(row.time.data),
            served_on=served_on,
            title=title,
            category_id=category.id if category else None,
        )
        refusal = together.check(told, by=mine(), at=self.at)
        if refusal is None:
            self._read.append(told)
        else:
            self._refuse_row(row, told, refusal)

    def _refuse_row(self, row: RowForm, told: Row, refusal: Refusal) -> None:
        """The rule's no stands where it can be mended."""
        if isinstance(refusal, WrongDay) and not row.day.data:
            if not self.served_on.errors:
                self.refuse(refusal, "served_on")
        elif isinstance(refusal, YouArePart):
            row.say("gave" if told.provider.id == mine().id else "received", sentence(refusal))
        else:
            places: dict[type[Refusal], str] = {WrongDay: "day", WrongSide: "received"}
            place = places.get(type(refusal), "time")
            row.say(place, sentence(refusal))

    def _named(self, row: RowForm, field: str) -> Named | None:
        typed = row[field].data or ""
        if row[field].errors:
            return None
        if not typed:
            row.say(field, gettext("Write who gave") if field == "gave" else gettext("Write to whom"))
            return None
        found = self.names.meant(typed)
        if len(found) == 1:
            return found[0]
        row.say(field, _several(found) if found else gettext("Nobody here is called that. Write a name or a number"))
        return None

    def _category(self, row: RowForm) -> Category | None:
        """The row's own kind of help, or the one for all."""
        if row.kind.data:
            found = self.kinds.get(fold(row.kind.data))
            if found is None and not row.kind.errors:
                row.say("kind", gettext("Choose a kind of help from the list"))
            return found
        return next((one for one in self.kinds.values() if str(one.id) == self.category.data), None)

    def _day(self, row: RowForm) -> date | None:
        """The row's own day, or the one for all."""
        if not row.day.data:
            return self.served_on.data
        try:
            return _day_written(row.day.data, self.served_on.this_day())
        except ValidationError as unreadable:
            row.say("day", str(unreadable))
            return None


def _several(found: Sequence[Named]) -> str:
    names = ", ".join(told_apart(one) for one in found[:_NAMED])
    more = len(found) - _NAMED
    if more > 0:
        return str(
            ngettext(
                "These fit, and one more: %(names)s. Write the number",
                "These fit, and %(num)d more: %(names)s. Write the number",
                more,
                names=names,
            )
        )
    return gettext("These fit: %(names)s. Write the number", names=names)


def _day_written(text: str, today: date) -> date:
    """The day, in figures; without a year the latest one that has come."""
    found = _A_DAY.fullmatch(text)
    if found is None:
        raise ValidationError(gettext("Write the day in figures, for example 27 3 or 27 3 2026"))
    day, month, year = int(found[1]), int(found[2]), found[3]
    try:
        told = date(int(year) if year else today.year, month, day)
        return told if year or told <= today else told.replace(year=today.year - 1)
    except ValueError as unknown:
        raise ValidationError(gettext("There is no such day. Check the day and the month")) from unknown
