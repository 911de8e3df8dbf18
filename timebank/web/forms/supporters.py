"""The forms around supporters: who shall act for a member, and until which day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from timebank.members.directory import Named
from timebank.web.fields import ChoiceField, DateField, TickField
from timebank.web.forms.base import KeyedForm, needed
from timebank.web.forms.exchanges import people


class AskForm(KeyedForm):
    """Whom a member asks to act for them, and until when."""

    supporter = ChoiceField(
        _("Who shall act for you?"),
        description=_("Someone you trust. They can do here what you can, and every act says that it was theirs."),
        validators=[needed(_("Choose a person"))],
    )
    last_day = DateField(
        _("Until which day?"), description=_("At most a year ahead. You can end it at any time before.")
    )

    @classmethod
    def over(cls, candidates: Sequence[Named]) -> Any:
        """The form with these people to choose from."""
        form = cls()
        form.supporter.choices = people(candidates)
        return form

    def until(self) -> date:
        """The last day, once the form is valid."""
        return cast("date", self.last_day.data)


class SetUpForm(AskForm):
    """The same, written down by a coordinator who holds the member's consent on paper."""

    on_paper = TickField(_("They have agreed to this on paper, and I keep it"))

    @classmethod
    def for_member(cls, candidates: Sequence[Named], name: str) -> "SetUpForm":
        """The form about the member of this name."""
        form: SetUpForm = cls.over(candidates)
        form.supporter.label.text = _("Who shall act for %(name)s?", name=name)
        form.supporter.description = _("They are asked, and can act as soon as they agree.")
        form.last_day.description = _("At most a year ahead. Both can end it at any time before, and so can you.")
        return form

    def validate_on_paper(self, field: TickField) -> None:
        """A validator: the member wants it."""
        if not field.data:
            raise ValidationError(_("Ask them first, and tick this once you have it on paper"))
