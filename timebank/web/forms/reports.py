"""The forms of reports: which months to look at, and the button that releases."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import Length

from timebank.reports.period import Period
from timebank.web.fields import ChoiceField, choice
from timebank.web.forms.base import Form
from timebank.web.reported import month_words


class MonthsForm(Form):
    """From which month to which; it stands in the address, and so needs no token."""

    class Meta:  # noqa: D106
        csrf = False

    first = ChoiceField(_("From"))
    last = ChoiceField(_("To"))

    @classmethod
    def over(cls, period: Period, *, choices: Period) -> "MonthsForm":
        """The form that shows the period, with each month of `choices` to choose from, the latest first."""
        form = cls(formdata=None, first=str(next(period.months())), last=str(period.last_month))
        months = [choice(str(month), month_words(month.first_day)) for month in choices.months()]
        form.first.choices = form.last.choices = months[::-1]
        return form


class ReleaseForm(Form):
    """Which period is to be released, and what was seen of it: the fingerprint of the draft."""

    period = HiddenField(validators=[Length(max=20)])
    seen = HiddenField(validators=[Length(max=64)])
