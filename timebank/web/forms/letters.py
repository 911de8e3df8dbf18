"""The form of how someone is told: how often, and of what."""

from collections.abc import Collection, Sequence

from flask_babel import lazy_gettext as _

from timebank.members.choices import Pace
from timebank.members.models import Membership
from timebank.notices.models import NoticeKind
from timebank.notices.wishes import CAN_BE_STOPPED
from timebank.policy import Permission
from timebank.web.fields import RadiosField, TicksField, choice
from timebank.web.forms.base import Form, needed
from timebank.web.written import CALLED

PACES = {
    Pace.AT_ONCE: (_("At once"), _("Each thing in a letter of its own, as it happens.")),
    Pace.DAILY: (_("Once a day"), _("All that is new in one letter, at eight in the morning.")),
    Pace.WEEKLY: (_("Once a week"), _("All that is new in one letter, on Mondays at eight.")),
    Pace.NEVER: (_("Never"), _("Only what everyone must know. The pages still show you all the rest.")),
    Pace.BY_PHONE: (_("By phone"), _("No letters: a coordinator calls.")),
}
"""How often someone is told, in words."""


class LettersForm(Form):
    """How often, and which kinds; what the reader's roles never bring is not asked about."""

    pace = RadiosField(
        _("How often?"),
        choices=[choice(pace.value, label, hint) for pace, (label, hint) in PACES.items()],
        validators=[needed(_("Choose how often"))],
    )
    kinds = TicksField(
        _("Which letters?"),
        description=_("What everyone must know always comes: your welcome, new terms, and how you stand here."),
    )

    @classmethod
    def over(cls, membership: Membership, stopped: Collection[NoticeKind]) -> "LettersForm":
        """The form that shows what they have chosen."""
        asked = kinds_for(membership)
        form = cls(data={"pace": membership.pace.value, "kinds": [kind.value for kind in asked if kind not in stopped]})
        form.kinds.choices = [choice(kind.value, CALLED[kind]) for kind in asked]
        return form

    def chosen_pace(self) -> Pace:
        """How often."""
        return Pace(self.pace.data)

    def wanted(self) -> frozenset[NoticeKind]:
        """The kinds that are ticked."""
        return frozenset(NoticeKind(kind) for kind in self.kinds.data or [])


def kinds_for(membership: Membership) -> Sequence[NoticeKind]:
    """The kinds that can be declined and may come to someone with their roles."""
    welcomes = membership.may(Permission.ENROL)
    return [kind for kind in CAN_BE_STOPPED if kind != NoticeKind.APPLICATION or welcomes]
