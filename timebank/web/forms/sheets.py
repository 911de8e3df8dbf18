"""What stands on a sheet with space for a pen, and on a list of members; it stands in the address."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.validators import NumberRange

from timebank.web.fields import NumberField, RadiosField, TextField, choice
from timebank.web.forms.base import Form, at_most
from timebank.web.forms.board import chosen

MOST_LINES = 60
_USUAL_LINES = 20


class Phones(StrEnum):
    """Whose telephone numbers stand on a list of members."""

    NONE = "none"
    SHOWN = "shown"
    ALL = "all"


class Paper(StrEnum):
    """A sheet with space for a pen."""

    ATTENDANCE = "attendance"
    SIGN_UP = "sign-up"


class MembersForm(Form):
    """Which telephone numbers stand on the list of members."""

    class Meta:  # noqa: D106
        csrf = False

    phones = RadiosField(
        _("Telephone numbers"),
        choices=[
            choice(Phones.SHOWN.value, _("Only those that members let all members see")),
            choice(Phones.NONE.value, _("None")),
            choice(Phones.ALL.value, _("All, for coordinators only")),
        ],
        default=Phones.SHOWN.value,
    )

    def wanted(self) -> Phones:
        """Whose numbers; only those that may be seen where nothing sensible is asked."""
        return Phones(chosen(self.phones) or Phones.SHOWN)


class PaperForm(Form):
    """What stands above the lines, and how many there are."""

    class Meta:  # noqa: D106
        csrf = False

    kind = RadiosField(
        _("Which sheet?"),
        choices=[
            choice(Paper.ATTENDANCE.value, _("Who was there"), _("Name, from when, until when, signature.")),
            choice(Paper.SIGN_UP.value, _("Who would like to come"), _("Name, phone, what they bring.")),
        ],
        default=Paper.ATTENDANCE.value,
    )
    title = TextField(_("What is it?"), description=_("For example “Coffee morning”."), validators=[at_most(120)])
    day = TextField(_("Which day?"), description=_("As it should stand on the sheet."), validators=[at_most(60)])
    place = TextField(_("Where?"), validators=[at_most(120)])
    lines = NumberField(
        _("Empty lines"),
        default=_USUAL_LINES,
        validators=[
            NumberRange(min=0, max=MOST_LINES, message=_("Write a number from 0 to %(max)d")),
        ],
    )

    @classmethod
    def over(cls, asked: Any) -> "PaperForm":
        """The form as the address has it, with its errors; the usual where the address says nothing."""
        form = cls(formdata=asked if "lines" in asked else None)
        if "lines" in asked:
            form.validate()
        return form

    def wanted(self) -> Paper:
        """Which sheet."""
        return Paper(chosen(self.kind) or Paper.ATTENDANCE)
