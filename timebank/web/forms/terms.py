"""The forms of the terms: what is published, what a member agrees to, and what was signed on paper."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import Length

from timebank.care.terms import LONGEST
from timebank.web.fields import LongTextField
from timebank.web.forms.base import Form, KeyedForm, at_most, needed_words


class TermsForm(KeyedForm):
    """What members agree to."""

    text = LongTextField(
        _("The terms"),
        description=_(
            "In plain words. Leave an empty line between paragraphs. A line that begins with # is a heading, one that"
            " begins with - is a point of a list."
        ),
        validators=[needed_words(_("Write the terms")), at_most(LONGEST)],
    )


class AgreeForm(Form):
    """A member agrees; `wanted` and `draft` are where they were and what they had written."""

    terms = HiddenField()
    wanted = HiddenField(validators=[Length(max=500)])
    draft = HiddenField(validators=[Length(max=130_000)])


class PaperForm(KeyedForm):
    """Who has signed on paper; the ticks stand in the list."""

    terms = HiddenField()
