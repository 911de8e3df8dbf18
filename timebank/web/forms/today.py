"""The form of what a member says on the telephone: a button, what was shown beside it, and a word."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import Length

from timebank.web.fields import LongTextField
from timebank.web.forms.base import Form, at_most


class SaidForm(Form):
    """They said that it is right."""

    seen = HiddenField(validators=[Length(max=60)])
    note = LongTextField(
        _("A word about it (optional)"),
        description=_("For example when you called. Both of them can read this."),
        validators=[at_most(480)],
    )
