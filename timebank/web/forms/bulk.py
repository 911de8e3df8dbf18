"""The form of a letter to several members."""

from flask_babel import lazy_gettext as _

from timebank.web.fields import LongTextField, TextField
from timebank.web.forms.base import KeyedForm, at_most, needed_words


class LetterForm(KeyedForm):
    """What is written to all of them."""

    subject = TextField(
        _("What is it about?"), validators=[needed_words(_("Say what it is about, in a few words")), at_most(120)]
    )
    text = LongTextField(
        _("Your letter"),
        description=_("Plain text. Everyone gets a letter of their own; nobody sees who else got it."),
        validators=[needed_words(_("Write the letter")), at_most(5000)],
    )
