"""The form in which a member gives hours away: to whom, how many, and a word."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from timebank.hours import Hours
from timebank.members.directory import Named
from timebank.members.rules import LARGEST_GIFT, LONGEST_WORD, WrongAmount, check_amount
from timebank.web.access import here
from timebank.web.fields import ChoiceField, DurationField, LongTextField, choice
from timebank.web.forms.base import KeyedForm, at_most, needed
from timebank.web.forms.exchanges import people
from timebank.web.words import sentence

COMMUNITY = "community"
HOW_MANY = _("Say how many hours, for example 1 hour 30 minutes")


class GiveForm(KeyedForm):
    """Hours that a member gives away."""

    to = ChoiceField(_("Who shall have them?"), validators=[needed(_("Choose who shall have the hours"))])
    hours = DurationField(_("How many?"), missing=HOW_MANY)
    word = LongTextField(
        _("A word to go with it (optional)"),
        description=_("They read it in their statement. Coordinators can read it too."),
        validators=[at_most(LONGEST_WORD)],
    )

    def choose_from(self, others: Sequence[Named]) -> None:
        """The form knows the people, and the community."""
        nobody, *named = people(others)
        self.to.choices = [nobody, choice(COMMUNITY, _("The community, for whoever needs them")), *named]

    def validate_hours(self, field: DurationField) -> None:
        """A validator: so many can be given at once, and they are what this timebank counts in."""
        if field.data:
            try:
                check_amount(Hours(field.data), LARGEST_GIFT, step=here().step_minutes)
            except WrongAmount as refusal:
                raise ValidationError(sentence(refusal)) from refusal

    @property
    def to_id(self) -> int | None:
        """The membership that shall have the hours; None is the community."""
        return None if self.to.data == COMMUNITY else int(self.to.data)

    @property
    def amount(self) -> Hours:
        """How many."""
        return Hours(self.hours.data or 0)
