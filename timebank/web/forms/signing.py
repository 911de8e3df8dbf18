"""The forms around signing in and passwords."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import Length

from timebank.web.fields import EmailField, PasswordField
from timebank.web.forms.base import Form, needed


class SignInForm(Form):
    """Who are you, and what is your password; `wanted` and `draft` are where someone was and what they had written."""

    email = EmailField(_("E-mail"), validators=[needed(_("Write your e-mail"))])
    password = PasswordField(_("Password"), validators=[needed(_("Write your password"))])
    wanted = HiddenField(validators=[Length(max=500)])
    draft = HiddenField(validators=[Length(max=130_000)])


class ForgottenForm(Form):
    """Where the link that sets a new password is to go."""

    email = EmailField(_("E-mail"), validators=[needed(_("Write your e-mail"))])


class NewPasswordForm(Form):
    """A new password, for someone who came by a mailed link."""

    password = PasswordField(
        _("New password"),
        description=_("At least 10 letters. Three words that do not belong together are easy to keep in mind."),
        validators=[needed(_("Write a new password"))],
    )


class ChangePasswordForm(NewPasswordForm):
    """A new password, for someone who knows the current one."""

    current = PasswordField(_("Current password"), validators=[needed(_("Write your current password"))])
