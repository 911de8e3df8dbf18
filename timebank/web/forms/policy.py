"""The forms of a timebank's rules, one for each subject; what a rule can say, the rule itself knows."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from timebank.members import policies
from timebank.members.choices import Approval, Joining, Leaving, Readers
from timebank.members.models import Timebank
from timebank.members.policies import LOCALES, STEPS_OF_TIME, Rule, Said
from timebank.refusals import Unacceptable
from timebank.web.fields import (
    ChoiceField,
    DurationField,
    LongTextField,
    NumberField,
    RadiosField,
    TextField,
    TickField,
    choice,
)
from timebank.web.forms.accounts import LimitBoxes
from timebank.web.forms.base import KeyedForm, needed, needed_words
from timebank.web.forms.give import HOW_MANY
from timebank.web.ruled import LANGUAGES
from timebank.web.words import hours, sentence

_HOW_MANY_DAYS = [needed(_("Write how many days, for example 14"))]


class RulesForm(KeyedForm):
    """Some rules as they stand; each field has the name of its rule."""

    takes: ClassVar[tuple[Rule, ...]]
    places: ClassVar[dict[Rule, str]] = {}

    @classmethod
    def over(cls, timebank: Timebank) -> Any:
        """The form that shows the rules as they are."""
        return cls(data=cls.as_set(timebank))

    @classmethod
    def as_set(cls, timebank: Timebank) -> dict[str, Any]:
        """What the fields show before anybody writes in them."""
        return {rule.value: getattr(timebank, rule.value) for rule in cls.takes}

    def said(self) -> dict[Rule, Said]:
        """The rules as they are written in it, save those that stand in `places` and are read by the form itself."""
        return {rule: self[rule.value].data for rule in self.takes if rule not in self.places}

    def validate(self, extra_validators: object = None) -> bool:
        """Each rule says what it can, or its field tells why not."""
        valid = bool(super().validate(extra_validators))
        for rule, value in self.said().items():
            field = self[self.places.get(rule, rule.value)]
            if field.errors:
                continue
            try:
                policies.check(rule, value)
            except Unacceptable as refusal:
                field.errors = [sentence(refusal)]
                valid = False
        return valid


class CommunityForm(RulesForm):
    """What the timebank is called, whom to ask, and how it speaks."""

    takes = (
        Rule.NAME, Rule.CONTACT_NAME, Rule.CONTACT_PHONE, Rule.CONTACT_HOURS, Rule.ABOUT, Rule.LOCALE, Rule.TIME_ZONE,
    )  # fmt: skip
    name = TextField(
        _("What is the timebank called?"),
        description=_("It stands on every page and in every letter."),
        validators=[needed_words(_("Write the name"))],
    )
    contact_name = TextField(
        _("Whom can someone ask who is stuck?"), description=_("Their name stands at the foot of every page.")
    )
    contact_phone = TextField(_("On which number?"), description=_("Leave it empty if nobody should call."))
    contact_hours = TextField(_("When can they call?"), description=_("For example “Tuesdays and Thursdays, 10 to 2”."))
    about = LongTextField(
        _("What should people read who do not know you yet?"),
        description=_("It stands on the public page: who you are, where, and what it is like. At most 4000 letters."),
    )
    locale = ChoiceField(_("Language of pages and letters"))
    time_zone = ChoiceField(
        _("Time zone"), description=_("It says when a day begins and ends, and when letters are sent.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = [choice(locale, LANGUAGES[locale]) for locale in LOCALES]
        self.time_zone.choices = [
            choice(zone, zone.replace("_", " "))
            for zone in sorted(available_timezones())
            if "/" in zone or zone == "UTC"
        ]


class HoursForm(RulesForm, LimitBoxes):
    """How far accounts may go below zero, from where on members are told, and what newcomers are given."""

    takes = (Rule.CREDIT_LIMIT, Rule.WARN_BELOW, Rule.WELCOME)
    places = {Rule.CREDIT_LIMIT: "limit"}
    also_existing = TickField(_("Use the new limit also for everyone who has the old one now"))
    warn_below_minutes = DurationField(
        _("From how far below zero are members told how much is left?"), missing=HOW_MANY, zero=True
    )
    welcome_minutes = DurationField(
        _("How many welcome hours does a new member get?"),
        description=_("They come from the community’s own account. Write 0 for none."),
        missing=HOW_MANY,
        zero=True,
    )

    @classmethod
    def as_set(cls, timebank: Timebank) -> dict[str, Any]:
        """The limit stands in two fields."""
        limit = timebank.credit_limit_minutes
        return {**super().as_set(timebank), "limited": "no" if limit is None else "yes", "limit": limit}

    def said(self) -> dict[Rule, Said]:
        """The limit is read from two fields."""
        limit = self.credit_limit
        return {Rule.CREDIT_LIMIT: None if limit is None else limit.minutes, **super().said()}


class ExchangesForm(RulesForm):
    """How finely time is logged, what waits for a coordinator, and what silence says."""

    takes = (Rule.STEP, Rule.APPROVAL, Rule.APPROVAL_ABOVE, Rule.SILENCE)
    step_minutes = ChoiceField(
        _("In which steps is time logged?"),
        description=_("Two who differ by no more than one step are taken to agree."),
        coerce=int,
    )
    approval = RadiosField(
        _("Which exchanges wait for a coordinator, once both have said yes?"),
        choices=[
            choice(Approval.ALL.value, _("Every exchange")),
            choice(Approval.ABOVE.value, _("Longer ones"), _("Those above the hours that you write below.")),
            choice(Approval.NEWCOMERS.value, _("The first three of a new member")),
            choice(Approval.NONE.value, _("None"), _("Hours count as soon as both have said yes.")),
        ],
        validators=[needed(_("Choose which exchanges wait"))],
    )
    approval_above_minutes = DurationField(
        _("Above how many hours?"), description=_("Only where longer ones wait."), missing=HOW_MANY, zero=True
    )
    silent = RadiosField(
        _("What if someone does not answer when hours are logged?"),
        choices=[
            choice("no", _("It waits"), _("Until they answer, or a coordinator does it for them.")),
            choice("yes", _("Silence says yes"), _("After some days and a reminder. A coordinator then has a look.")),
        ],
        default="no",
        validators=[needed(_("Choose what silence says"))],
    )
    silence_days = NumberField(_("After how many days?"), description=_("Only where silence says yes."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step_minutes.choices = [choice(step, hours(step)) for step in STEPS_OF_TIME]

    @classmethod
    def as_set(cls, timebank: Timebank) -> dict[str, Any]:
        """What silence says stands in two fields."""
        return {**super().as_set(timebank), "silent": "no" if timebank.silence_days is None else "yes"}

    def said(self) -> dict[Rule, Said]:
        """Days are read only where silence says yes; they must be there then."""
        said = super().said()
        if self.silent.data != "yes":
            return {**said, Rule.SILENCE: None}
        return {**said, Rule.SILENCE: self.silence_days.data or 0}


class LookingAfterForm(RulesForm):
    """What is shown to the coordinators, and how long listings stand."""

    takes = (Rule.QUIET, Rule.OUTLIER, Rule.FAR_BALANCE, Rule.LISTING)
    quiet_days = NumberField(
        _("After how many days without a word has an exchange gone quiet?"),
        description=_("It stands on the coordinators’ page of today then."),
        validators=_HOW_MANY_DAYS,
    )
    outlier_minutes = DurationField(
        _("How long is an exchange that is worth a second look?"),
        description=_("Nothing is refused. It stands on the coordinators’ page of today."),
        missing=HOW_MANY,
    )
    far_balance_minutes = DurationField(
        _("How far from zero is a balance that is worth a word?"),
        description=_("Above or below: who gives a lot may like to be helped, who receives a lot to be asked."),
        missing=HOW_MANY,
    )
    listing_days = NumberField(
        _("How many days does a listing stand on the board?"),
        description=_("Its owner is asked before that, and renews it with one press."),
        validators=_HOW_MANY_DAYS,
    )


class MembersForm(RulesForm):
    """Who may join, what becomes of hours when someone leaves, and who sees balances."""

    takes = (Rule.JOINING, Rule.LEAVING, Rule.BALANCES_SEEN_BY)
    joining = RadiosField(
        _("Who may apply to join?"),
        choices=[
            choice(Joining.ANYONE.value, _("Anyone"), _("The public page has a form.")),
            choice(Joining.INVITED.value, _("People who are invited"), _("By a link or a printed card from a member.")),
            choice(Joining.NOBODY.value, _("Nobody at the moment"), _("The public page says so.")),
        ],
        validators=[needed(_("Choose who may apply"))],
    )
    leaving = RadiosField(
        _("What becomes of the hours of someone who leaves?"),
        choices=[
            choice(
                Leaving.SETTLE.value,
                _("The community takes them over"),
                _("Hours that are left go to it, and it makes up for those that are missing."),
            ),
            choice(
                Leaving.AT_ZERO.value,
                _("They come to zero first"),
                _("By giving, receiving, or a gift. Only then can the account be closed."),
            ),
        ],
        validators=[needed(_("Choose what becomes of the hours"))],
    )
    balances_seen_by = RadiosField(
        _("Who sees how someone’s balance stands?"),
        description=_("Everyone always sees their own."),
        choices=[
            choice(Readers.COORDINATORS.value, _("The coordinators")),
            choice(Readers.AGREED.value, _("Also whoever has agreed an exchange with them")),
            choice(Readers.MEMBERS.value, _("All members")),
        ],
        validators=[needed(_("Choose who sees it"))],
    )


class ReportsForm(RulesForm):
    """How few people a released report may speak of."""

    takes = (Rule.DISCLOSURE,)
    disclosure_threshold = NumberField(
        _("How many people must there be behind a figure?"),
        description=_("Figures about fewer people are left out of released reports, so that nobody can be recognised."),
        validators=[needed(_("Write how many people, for example 8"))],
    )

    def warning(self, timebank: Timebank) -> str:
        """What is said about fewer people than before; empty for more."""
        if (self.disclosure_threshold.data or 0) >= timebank.disclosure_threshold:
            return ""
        return gettext(
            "Fewer people than before: whoever puts an older report beside a newer one may recognise somebody."
            " Better leave it higher, unless you are sure."
        )
