"""The forms in which a coordinator writes down what they looked at, and a safeguarding lead keeps a note."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms.validators import Optional

from timebank.care.models import VettingKind
from timebank.care.safeguarding import LONGEST_NOTE
from timebank.care.vetting import LONGEST_NOTE as LONGEST_REMARK
from timebank.care.vetting import Seen
from timebank.web.fields import DateField, DayField, LongTextField, RadiosField, choice, not_after_today
from timebank.web.forms.base import KeyedForm, at_most, needed, needed_words

KINDS = {
    VettingKind.BACKGROUND: _("Background check"),
    VettingKind.REFERENCE: _("Reference"),
    VettingKind.IDENTITY: _("Identity"),
    VettingKind.INSURANCE: _("Insurance"),
    VettingKind.TRAINING: _("Training"),
}
_MEANS = {
    VettingKind.BACKGROUND: _("For example a DBS certificate."),
    VettingKind.REFERENCE: _("Someone who knows them has spoken or written for them."),
    VettingKind.IDENTITY: _("You saw who they are, on a paper with a photo."),
    VettingKind.INSURANCE: _("For example of a car in which they give lifts."),
    VettingKind.TRAINING: _("For example first aid, or food hygiene."),
}


class VettingForm(KeyedForm):
    """What was looked at, on which day, and until when it holds."""

    kind = RadiosField(
        _("What did you look at?"),
        choices=[choice(kind.value, label, _MEANS[kind]) for kind, label in KINDS.items()],
        validators=[needed(_("Choose what you looked at"))],
    )
    seen_on = DayField(_("When did you look at it?"), validators=[not_after_today])
    expires_on = DateField(
        _("Until which day does it hold? (optional)"),
        description=_("It comes up on your page of today before that day. Leave it empty if it does not run out."),
        validators=[Optional()],
    )
    note = LongTextField(
        _("A remark (optional)"),
        description=_("For example the number of a certificate. Coordinators can read it, and nobody else."),
        validators=[at_most(LONGEST_REMARK)],
    )

    def on(self, today: date) -> "VettingForm":
        """The form knows which day it is here."""
        self.seen_on.today = today
        return self

    @property
    def seen(self) -> Seen:
        """What is written in it."""
        return Seen(
            kind=VettingKind(self.kind.data),
            seen_on=self.seen_on.data or self.seen_on.this_day(),
            expires_on=self.expires_on.data,
            note=self.note.data or "",
        )


class NoteForm(KeyedForm):
    """What a safeguarding lead keeps about someone."""

    text = LongTextField(
        _("What should be kept?"),
        description=_(
            "What you saw or were told, when, by whom, and what you did. Only safeguarding leads can read it."
        ),
        validators=[needed_words(_("Write what should be kept")), at_most(LONGEST_NOTE)],
    )
