"""The forms in which a coordinator looks after an account: each asks for a reason, and none sets a balance."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from timebank.hours import Hours
from timebank.members.directory import Named
from timebank.members.models import Membership
from timebank.members.rules import LONGEST_WORD
from timebank.web.fields import ChoiceField, DurationField, LongTextField, RadiosField, choice
from timebank.web.forms.base import KeyedForm, at_most, needed, needed_words
from timebank.web.forms.exchanges import people
from timebank.web.forms.give import COMMUNITY, HOW_MANY

_WHY = [needed_words(_("Say why, in a few words")), at_most(LONGEST_WORD)]
_BOTH_READ_IT = _("Everyone whose hours these are can read this, and it stays in the book for ever.")
_IN_THE_LOG = _("It stays in the log of this account. Coordinators can read it.")


class LimitBoxes(KeyedForm):
    """A credit limit, or none."""

    limited = RadiosField(
        _("How far below zero may an account go?"),
        choices=[choice("yes", _("Down to a limit")), choice("no", _("Without a limit"))],
        default="yes",
        validators=[needed(_("Choose whether there is a limit"))],
    )
    limit = DurationField(
        _("Down to how many hours below zero?"),
        description=_("Only where there is a limit."),
        missing=HOW_MANY,
        zero=True,
    )

    def validate(self, extra_validators: object = None) -> bool:
        """The boxes must be filled in only where there is a limit."""
        if self.limited.data == "no" and self.limit.is_blank():
            self.limit.data = 0
        return bool(super().validate(extra_validators))

    @property
    def credit_limit(self) -> Hours | None:
        """The limit; None is no limit."""
        return None if self.limited.data == "no" else Hours(self.limit.data or 0)


class LimitForm(LimitBoxes):
    """Another credit limit for one account."""

    reason = LongTextField(_("Why?"), description=_IN_THE_LOG, validators=_WHY)


class WelcomeForm(KeyedForm):
    """Welcome hours for someone who was given none."""

    hours = DurationField(_("How many?"), missing=HOW_MANY)


class OpeningForm(KeyedForm):
    """The balance that someone brings from before."""

    side = RadiosField(
        _("How did they stand?"),
        choices=[
            choice("above", _("They had given more than they had received"), _("The hours come to them.")),
            choice("below", _("They had received more than they had given"), _("The hours go from them.")),
        ],
        validators=[needed(_("Choose how they stood"))],
    )
    hours = DurationField(_("By how much?"), missing=HOW_MANY)
    reason = LongTextField(
        _("Where is that written?"),
        description=_("For example “Paper book, page 12”. They can read it in their statement."),
        validators=[needed_words(_("Say where that is written, in a few words")), at_most(LONGEST_WORD)],
    )

    @property
    def amount(self) -> Hours:
        """By how much."""
        return Hours(self.hours.data or 0)

    @property
    def balance(self) -> Hours:
        """The balance they begin with, below zero where they had received more."""
        return self.amount if self.side.data == "above" else -self.amount

    def sides(self, membership: Membership) -> tuple[Membership | None, Membership | None]:
        """Payer and payee; None is the community."""
        return (None, membership) if self.side.data == "above" else (membership, None)


class CorrectionForm(KeyedForm):
    """Hours that are put right."""

    side = RadiosField(_("Which way do the hours go?"), validators=[needed(_("Choose which way the hours go"))])
    other = ChoiceField(
        _("Who is on the other side?"), validators=[needed(_("Choose who is on the other side"))], default=COMMUNITY
    )
    hours = DurationField(_("How many?"), missing=HOW_MANY)
    reason = LongTextField(
        _("What is put right?"),
        description=_BOTH_READ_IT,
        validators=[needed_words(_("Say what is put right, in a few words")), at_most(LONGEST_WORD)],
    )

    def about(self, membership: Membership, others: Sequence[Named]) -> None:
        """The form knows whose account it is, and who can be on the other side."""
        self.side.choices = [
            choice("to", gettext("To %(name)s", name=membership.name)),
            choice("from", gettext("From %(name)s", name=membership.name)),
        ]
        nobody, *named = people(others)
        self.other.choices = [nobody, choice(COMMUNITY, _("The community")), *named]

    @property
    def amount(self) -> Hours:
        """How many."""
        return Hours(self.hours.data or 0)

    @property
    def other_id(self) -> int | None:
        """The membership on the other side; None is the community."""
        return None if self.other.data == COMMUNITY else int(self.other.data)

    def sides(self, membership: Membership, other: Membership | None) -> tuple[Membership | None, Membership | None]:
        """Payer and payee."""
        return (other, membership) if self.side.data == "to" else (membership, other)


class ReasonForm(KeyedForm):
    """Why an account is closed or opened again."""

    reason = LongTextField(_("Why?"), description=_IN_THE_LOG, validators=_WHY)


class TakeBackForm(KeyedForm):
    """Why hours are taken back."""

    reason = LongTextField(_("Why are they taken back?"), description=_BOTH_READ_IT, validators=_WHY)
