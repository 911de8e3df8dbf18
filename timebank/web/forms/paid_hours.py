"""The forms of professionals' hours: the hours, the professional, the project, and why hours are taken back."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from timebank.contributions.models import Project, Stage
from timebank.contributions.professionals import PaidHours
from timebank.hours import Hours
from timebank.members.models import Membership, Organisation
from timebank.web.fields import (
    ChoiceField,
    DayField,
    DurationField,
    LongTextField,
    RadiosField,
    TextField,
    choice,
    not_after_today,
)
from timebank.web.forms.base import Form, KeyedForm, at_most, needed, needed_words
from timebank.web.forms.exchanges import STAGES, whole_steps


class PaidHoursForm(KeyedForm):
    """Hours that a professional gave and is paid for."""

    professional = ChoiceField(_("Whose hours are they?"), validators=[needed(_("Choose whose hours they are"))])
    project = ChoiceField(_("Which project were they for?"), validators=[needed(_("Choose the project"))])
    stage = RadiosField(
        _("Which part of the work was it?"),
        choices=STAGES,
        default=Stage.DELIVER.value,
        validators=[needed(_("Choose which part of the work it was"))],
    )
    served_on = DayField(_("When was it?"), validators=[not_after_today])
    hours = DurationField(_("How long did it take?"), validators=[whole_steps])
    note = LongTextField(_("Anything to add? (optional)"), validators=[at_most(500)])

    def choose_from(self, professionals: Sequence[Membership], projects: Sequence[Project], today: date) -> None:
        """The form knows the professionals, the projects, and which day it is here."""
        named = [choice(str(one.id), _of_organisation(one)) for one in professionals]
        self.professional.choices = [choice("", gettext("Choose a professional")), *named]
        self.project.choices = [choice("", gettext("Choose a project"))] + [
            choice(str(project.id), project.name) for project in projects
        ]
        self.served_on.today = today

    def paid(self) -> PaidHours:
        """The hours as the form tells them."""
        return PaidHours(
            key=str(self.key.data),
            professional_id=int(self.professional.data),
            project_id=int(self.project.data),
            hours=Hours(self.hours.data or 0),
            served_on=cast("date", self.served_on.data),
            stage=Stage(self.stage.data),
            note=self.note.data or "",
        )


class ProfessionalForm(Form):
    """A professional, and the organisation that pays them."""

    professional_name = TextField(
        _("What is the professional called?"),
        validators=[needed_words(_("Write the professional’s name")), at_most(120)],
    )
    organisation = ChoiceField(_("Which organisation pays them?"), default="")
    new_organisation = TextField(
        _("Or the name of another organisation"),
        description=_("Leave this empty if you chose one above."),
        validators=[at_most(120)],
    )

    def choose_from(self, organisations: Sequence[Organisation]) -> None:
        """The form knows the organisations."""
        named = [choice(one.name, one.name) for one in organisations]
        self.organisation.choices = [choice("", gettext("Another organisation")), *named]

    def validate_new_organisation(self, field: TextField) -> None:
        """A validator: there is one, chosen or written."""
        if not (field.data or self.organisation.data):
            raise ValidationError(gettext("Choose an organisation, or write the name of another"))

    @property
    def organisation_name(self) -> str:
        """What was written goes before what was chosen."""
        return str(self.new_organisation.data or self.organisation.data)


class ProjectForm(Form):
    """A project that hours may be for."""

    project_name = TextField(
        _("What is the project called?"), validators=[needed_words(_("Write the project’s name")), at_most(120)]
    )
    purpose = LongTextField(_("What is it for? (optional)"), validators=[at_most(1000)])


class TakeBackForm(Form):
    """Why hours are taken back."""

    reason = LongTextField(
        _("Why are they taken back?"),
        description=_("This stays with the hours, for whoever asks later."),
        validators=[needed_words(_("Say why, in a few words")), at_most(500)],
    )


def _of_organisation(professional: Membership) -> str:
    paid_by = professional.works_for.name if professional.works_for else ""
    return str(gettext("%(name)s, %(organisation)s", name=professional.name, organisation=paid_by))
