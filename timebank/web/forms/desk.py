"""The forms of the coordinator's desk: which ones, what time, and why."""

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField

from timebank.hours import Hours
from timebank.web.fields import DurationField, LongTextField
from timebank.web.forms.base import Form, KeyedForm, at_most, needed_words
from timebank.web.forms.exchanges import whole_steps

_MOST = 100


class ChosenForm(KeyedForm):
    """Which exchanges to approve, each as its number and the minutes that were shown: "42:90"."""

    ids = SelectMultipleField(validate_choice=False)

    @property
    def seen(self) -> dict[int, Hours | None]:
        """The exchanges and the hours that were shown; what makes no sense is left out."""
        return read_chosen(self.ids.data or [])


class SettleForm(Form):
    """The time that both can live with."""

    settle_hours = DurationField(
        _("What is the right time?"), description=_("As you settled it with both of them."), validators=[whole_steps]
    )
    settle_note = LongTextField(_("A word about it (optional)"), validators=[at_most(500)])


class SendBackForm(Form):
    """What the one who logged it should look at again."""

    send_back_note = LongTextField(
        _("What should they look at?"),
        description=_("Both of them can read this."),
        validators=[needed_words(_("Say what they should look at, in a few words")), at_most(500)],
    )


class DeclineForm(Form):
    """Why an exchange is not approved."""

    decline_note = LongTextField(
        _("Why is it not approved?"),
        description=_("Both of them can read this."),
        validators=[needed_words(_("Say why, in a few words")), at_most(500)],
    )


class ReverseForm(KeyedForm):
    """Why an approved exchange is taken back."""

    reason = LongTextField(
        _("Why is it taken back?"),
        description=_("Both of them can read this, and it stays in the book for ever."),
        validators=[needed_words(_("Say why, in a few words")), at_most(500)],
    )


def read_chosen(told: list[str]) -> dict[int, Hours | None]:
    """The exchanges of an address or a form: "42", or "42:90" with the minutes that were shown."""
    chosen: dict[int, Hours | None] = {}
    for one in told[:_MOST]:
        number, _colon, minutes = one.partition(":")
        if _is_number(number) and (_is_number(minutes) or not minutes):
            chosen[int(number)] = Hours(int(minutes)) if minutes else None
    return chosen


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
