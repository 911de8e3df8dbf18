"""The form of a timebank's rules about hours."""

from flask_babel import lazy_gettext as _

from timebank.hours import Hours
from timebank.members.models import Timebank
from timebank.members.upkeep import Policy
from timebank.web.fields import DurationField, TickField
from timebank.web.forms.accounts import LimitBoxes
from timebank.web.forms.give import HOW_MANY


class PolicyForm(LimitBoxes):
    """How far accounts may go below zero, from where on members are told, and what newcomers are given."""

    warn_below = DurationField(
        _("From how far below zero are members told how much is left?"), missing=HOW_MANY, zero=True
    )
    welcome = DurationField(
        _("How many welcome hours does a new member get?"),
        description=_("They come from the community’s own account. Write 0 for none."),
        missing=HOW_MANY,
        zero=True,
    )
    also_existing = TickField(_("Use the new limit also for everyone who has the old one now"))

    @classmethod
    def over(cls, timebank: Timebank) -> "PolicyForm":
        """The form that shows the rules as they are."""
        limit = timebank.credit_limit_minutes
        return cls(
            limited="no" if limit is None else "yes",
            limit=limit,
            warn_below=timebank.warn_below_minutes,
            welcome=timebank.welcome_minutes,
        )

    @property
    def policy(self) -> Policy:
        """The rules as they are written in it."""
        return Policy(
            credit_limit=self.credit_limit,
            warn_below=Hours(self.warn_below.data or 0),
            welcome=Hours(self.welcome.data or 0),
        )
