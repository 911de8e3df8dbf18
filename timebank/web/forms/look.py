"""The forms of a timebank's look: its colour and its logo."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from timebank.members import looks
from timebank.members.looks import HOUSE_ACCENT
from timebank.members.pictures import Drawn
from timebank.refusals import Unacceptable
from timebank.web.fields import RadiosField, TextField, choice
from timebank.web.forms.base import KeyedForm, needed
from timebank.web.lists import number_of
from timebank.web.picture_fields import PictureField
from timebank.web.words import sentence

_OTHER = "other"
READY = {
    HOUSE_ACCENT: _("Plum, the usual one"),
    "#1f5f7a": _("Sea"),
    "#2d6a3e": _("Wood"),
    "#9a3b26": _("Brick"),
    "#2f4a8a": _("Night blue"),
    "#4a5568": _("Slate"),
}
"""Colours that can be read, for who has none at hand."""


class ColourForm(KeyedForm):
    """The colour of buttons, links and headings."""

    chosen = RadiosField(
        _("Which colour?"),
        description=_("It is the colour of buttons, links and headings."),
        choices=[*(choice(colour, label) for colour, label in READY.items()), choice(_OTHER, _("Another one"))],
        validators=[needed(_("Choose a colour"))],
    )
    accent = TextField(
        _("Which other one?"),
        description=_("Only for another one: a hash and six letters or figures, as in your logo’s papers: #2b5a6b."),
    )

    @classmethod
    def over(cls, accent: str) -> "ColourForm":
        """The form that shows the colour as it is."""
        now = accent or HOUSE_ACCENT
        return cls(data={"chosen": now if now in READY else _OTHER, "accent": "" if now in READY else now})

    def colour(self) -> str:
        """The colour that is chosen, as it is kept."""
        return looks.accent_of(str(self.accent.data) if self.chosen.data == _OTHER else str(self.chosen.data))

    def validate(self, extra_validators: object = None) -> bool:
        """The colour can be read, or its field tells by how much not."""
        if not super().validate(extra_validators):
            return False
        try:
            if self.chosen.data == _OTHER and not self.accent.data:
                raise Unacceptable("Write a colour with a hash and six letters or figures, for example #2b5a6b.")
            self.colour()
        except Unacceptable as refusal:
            self.accent.errors = [sentence(refusal)]
            return False
        return True


class LogoForm(KeyedForm):
    """The picture beside the timebank's name; once it was looked at, only its number is sent."""

    picture = PictureField(_("Which picture?"))
    picture_id = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        """There is a picture, new or already put up."""
        if not super().validate(extra_validators):
            return False
        if self.drawn is None and self.put_up_id is None:
            self.picture.errors = [str(_("Choose a picture"))]
            return False
        return True

    @property
    def put_up_id(self) -> int | None:
        """The number of the picture that was put up to be looked at."""
        return number_of(self.picture_id.data)

    @property
    def drawn(self) -> Drawn | None:
        """The new picture."""
        told: Any = self.picture.data
        return told if isinstance(told, Drawn) else None
