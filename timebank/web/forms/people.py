"""The forms around people: who is welcomed, and who may do what."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from timebank.members.directory import Named
from timebank.policy import Role
from timebank.web.fields import EmailField, TextField, TickField, TicksField, choice
from timebank.web.forms.base import Form, an_email, at_most, needed_words

ROLES = {
    Role.MEMBER: _("Member"),
    Role.COORDINATOR: _("Coordinator"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.FUNDER: _("Funder"),
    Role.SAFEGUARDING: _("Safeguarding lead"),
}
_MAY = {
    Role.MEMBER: _("Gives and receives help, uses the board, and has a statement of hours."),
    Role.COORDINATOR: _("Approves exchanges, welcomes members, logs time for others, and releases reports."),
    Role.ADMINISTRATOR: _("Sees who is here, welcomes members, gives these roles, and sets the rules and the look."),
    Role.FUNDER: _("Reads released reports, without any names, and nothing else. This role stands alone."),
    Role.SAFEGUARDING: _("Reads and writes safeguarding notes about members. Nobody else can; give it to very few."),
}


class EnrolForm(Form):
    """Who is welcomed as a member; other roles are given afterwards, by an administrator."""

    name = TextField(
        _("Name"),
        description=_("As other members will read it."),
        validators=[needed_words(_("Write the name")), at_most(120)],
    )
    email = EmailField(
        _("E-mail (optional)"),
        description=_("People without e-mail are full members: a coordinator logs their time for them."),
        validators=[at_most(254), an_email],
    )
    another = TickField(_("Yes, this is someone else of the same name"))
    namesake: Named | None = None

    def validate_another(self, field: TickField) -> None:
        """A validator: nobody is enrolled twice by mistake; two of one name are asked about, and never refused."""
        if self.namesake is not None and not field.data:
            told = {"name": self.namesake.name, "number": self.namesake.number}
            raise ValidationError(
                gettext("%(name)s is here already, as number %(number)d. Tick “Yes” if this is someone else", **told)
            )


class RolesForm(Form):
    """What someone may do here; no tick at all leaves them without a way in."""

    roles = TicksField(
        _("Roles"),
        description=_("Someone without a role stays on the list, and cannot open any page here."),
        choices=[choice(role.value, label, _MAY[role]) for role, label in ROLES.items()],
    )

    def chosen(self) -> frozenset[Role]:
        """The roles that are ticked."""
        return frozenset(Role(role) for role in self.roles.data or [])
