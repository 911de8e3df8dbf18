"""The forms around how someone stands: away until a day, suspended, leaving, a death, one entry of two."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms.validators import Optional

from timebank.members.rules import LONGEST_WORD
from timebank.web.fields import ChoiceField, DateField, LongTextField, RadiosField, TickField, choice
from timebank.web.forms.base import KeyedForm, at_most, needed, needed_words


class PauseForm(KeyedForm):
    """Away until a day, or until they say so."""

    how_long = RadiosField(
        _("For how long?"),
        choices=[
            choice("until", _("Until a day"), _("On that day it all comes back by itself.")),
            choice("open", _("I do not know yet"), _("It comes back when you press a button.")),
        ],
        default="until",
        validators=[needed(_("Choose for how long"))],
    )
    until = DateField(
        _("Back on which day?"),
        description=_("Only where there is such a day."),
        missing=_("Write the day on which it all comes back, for example 27 3 2027"),
    )

    def validate(self, extra_validators: object = None) -> bool:
        """The boxes must be filled in only where there is a day."""
        self.until.flags.optional = self.how_long.data == "open"
        return bool(super().validate(extra_validators))

    @property
    def day(self) -> date | None:
        """The day on which they are back; None where they do not know yet."""
        return None if self.how_long.data == "open" else self.until.data


class PauseForThemForm(PauseForm):
    """The same, as a coordinator writes it down for a member."""

    word = LongTextField(
        _("A word to them (optional)"), description=_("They read it."), validators=[at_most(LONGEST_WORD)]
    )

    def __init__(self) -> None:
        super().__init__()
        self.how_long.choices = [
            choice("until", _("Until a day"), _("On that day it all comes back by itself.")),
            choice("open", _("They do not know yet"), _("It comes back when they, or you, press a button.")),
        ]


class SuspendForm(KeyedForm):
    """Why someone is suspended."""

    word = LongTextField(
        _("Why?"),
        description=_("They read it, and it stays in the audit log. Write it as you would say it to them."),
        validators=[needed_words(_("Say why, in a few words")), at_most(LONGEST_WORD)],
    )


class LeaveForm(KeyedForm):
    """A member leaves, and may want to be erased at once."""

    erase = TickField(
        _("Erase my name and all that is known of me, too"),
        description=_("That cannot be undone. Your hours stay, without your name."),
    )


class LetGoForm(KeyedForm):
    """A coordinator writes down that a member has left."""

    word = LongTextField(
        _("A word about it (optional)"),
        description=_("It stays in the audit log. Coordinators can read it."),
        validators=[at_most(LONGEST_WORD)],
    )


class DeathForm(KeyedForm):
    """On which day someone died, where that is known."""

    on = DateField(
        _("On which day? (optional)"), description=_("Leave it empty if you do not know."), validators=[Optional()]
    )


class SureForm(KeyedForm):
    """One button that acts once."""


class MergeForm(KeyedForm):
    """Who is the same person, and which of the two entries is kept."""

    other = ChoiceField(_("Who is the same person?"), validators=[needed(_("Choose who is the same person"))])
    keep = RadiosField(
        _("Which one is kept?"),
        description=_(
            "Its number, name and page are the ones that stay. The other one’s hours and all it has go over."
        ),
        validators=[needed(_("Choose which one is kept"))],
    )
