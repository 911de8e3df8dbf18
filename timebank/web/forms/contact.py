"""The forms of a name and an e-mail: of somebody whom one looks after, and one's own."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from timebank.care.contact import Contact
from timebank.members.enrol import fold_email, tidy_email
from timebank.members.models import Person
from timebank.refusals import Unacceptable
from timebank.web.fields import EmailField, PasswordField, TextField
from timebank.web.forms.base import KeyedForm, an_email, at_most, needed_words


class ContactForm(KeyedForm):
    """By which name somebody is known, and where their letters go."""

    name = TextField(
        _("Name"),
        description=_("As other members read it."),
        validators=[needed_words(_("Write the name")), at_most(120)],
    )
    email = EmailField(
        _("E-mail (optional)"),
        description=_("To sign in with, and for letters. Two who live together may share one."),
        validators=[at_most(254), an_email],
    )
    now = ""

    @classmethod
    def over(cls, person: Person) -> "ContactForm":
        """The form as it stands with this person."""
        form = cls(data={"name": person.name, "email": person.email or ""})
        form.now = person.email_folded or ""
        return form

    @property
    def moves(self) -> bool:
        """Whether the e-mail is another one than now."""
        return (fold_email(self.told.email) or "") != self.now

    @property
    def told(self) -> Contact:
        """What was written."""
        return Contact(self.name.data or "", tidy_email(self.email.data))


class OwnContactForm(ContactForm):
    """One's own: another e-mail is taken only from who knows the password."""

    email = EmailField(
        _("E-mail"),
        description=_("To sign in with, and for letters. Two who live together may share one."),
        validators=[
            needed_words(_("Write your e-mail: without one you could not come in. We can take it away for you")),
            at_most(254),
            an_email,
        ],
    )
    current = PasswordField(_("Your password"), description=_("Only if you change the e-mail."))

    def validate_current(self, field: PasswordField) -> None:
        """A validator: it is there where it is needed; whether it is right is seen later."""
        try:
            needs = self.moves
        except Unacceptable:
            return
        if needs and not field.data:
            raise ValidationError(gettext("Write your password, so that we know it is you who changes the e-mail"))
