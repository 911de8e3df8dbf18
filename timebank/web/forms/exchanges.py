"""The forms of exchanges: what two people shared, a reply, another time; each hands on what is in it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from timebank.contributions.models import Project, Stage
from timebank.exchanges.conversation import LONGEST_MESSAGE
from timebank.exchanges.models import Exchange
from timebank.exchanges.telling import Shared, WrongDay, WrongSide, WrongTime, check_hours, sides_of_reply
from timebank.hours import Hours
from timebank.listings.models import Category, Listing
from timebank.members.directory import Named
from timebank.members.models import Membership
from timebank.refusals import Refusal, Unacceptable
from timebank.web.access import here
from timebank.web.fields import (
    ChoiceField,
    DayField,
    DurationField,
    LongTextField,
    RadiosField,
    TextField,
    TickField,
    choice,
    not_after_today,
)
from timebank.web.forms.base import Form, KeyedForm, at_most, needed, needed_words
from timebank.web.forms.talking import HowItWas
from timebank.web.kind_fields import KindField, kind_choices
from timebank.web.words import hours, sentence

STAGES = [
    choice(Stage.DESIGN.value, _("Planning it")),
    choice(Stage.DECIDE.value, _("Deciding on it")),
    choice(Stage.DELIVER.value, _("Doing it")),
    choice(Stage.EVALUATE.value, _("Looking back at it")),
]


def people(members: Sequence[Named]) -> list[SelectChoice]:
    """The members to choose from; two of one name are told apart by their numbers."""
    names = Counter(member.name for member in members)
    told, numbered = [choice("", gettext("Choose a person"))], gettext("%(name)s, no. %(number)d")
    for member in members:
        name = member.name
        if names[name] > 1:
            name = numbered % {"name": name, "number": member.number}
        told.append(choice(str(member.id), name))
    return told


def whole_steps(form: Form, field: DurationField) -> None:  # noqa: ARG001
    """A validator: the time is what this timebank counts in."""
    if field.data is None:
        return
    try:
        check_hours(here(), Hours(field.data))
    except Unacceptable as refusal:
        raise ValidationError(sentence(refusal)) from refusal


class _TwoSides(Form):
    """Who gave, told by one of the two; it stands before the rest, so that its errors come first."""

    side = RadiosField(
        _("Who gave the time?"),
        choices=[choice("gave", _("I gave my time")), choice("received", _("Someone gave time to me"))],
        default="gave",
        validators=[needed(_("Choose who gave the time"))],
    )
    other = ChoiceField(_("Who was it with?"), validators=[needed(_("Choose who the exchange was with"))])


class _ThreeSides(Form):
    """Who gave and who received, told by a coordinator for one of them."""

    provider = ChoiceField(_("Who gave the time?"), validators=[needed(_("Choose who gave the time"))])
    receiver = ChoiceField(_("Who received it?"), validators=[needed(_("Choose who received the time"))])
    told_by = RadiosField(
        _("Who told you?"),
        description=_("The other one will be asked whether it is right."),
        choices=[choice("provider", _("The one who gave")), choice("receiver", _("The one who received"))],
        validators=[needed(_("Choose who told you"))],
    )

    def validate_receiver(self, field: ChoiceField) -> None:
        """A validator: they are two."""
        if field.data and field.data == self.provider.data:
            raise ValidationError(gettext("Choose two different people"))


class _What(Form):
    """What was done together, when and for how long."""

    title = TextField(
        _("What did you do together?"),
        description=_("A few words are enough, such as “a lift to the eye clinic”."),
        validators=[needed_words(_("Say what you did, in a few words")), at_most(120)],
    )
    served_on = DayField(_("When was it?"), validators=[not_after_today])
    hours = DurationField(
        _("How long did it take?"), description=_("Include travel if you agreed to."), validators=[whole_steps]
    )
    sure = TickField(_("Yes, it really took that long"))
    category = KindField(_("What kind of help was it?"), validators=[needed(_("Choose the kind of help"))])
    note = LongTextField(
        _("Anything to add? (optional)"),
        description=_("Only you, the other person and your coordinators can see this."),
        validators=[at_most(500)],
    )
    places: ClassVar[dict[type[Refusal], str]] = {WrongTime: "hours", WrongDay: "served_on"}

    def validate_sure(self, field: TickField) -> None:
        """A validator: an unusually long time is asked about once more, and never refused."""
        minutes = 0 if self.hours.errors else self.hours.data or 0
        if minutes > here().outlier_minutes and not field.data:
            asks = lazy_gettext("Did it really take %(hours)s? Tick “Yes” below if it did", hours=hours(minutes))
            raise ValidationError(asks)

    def ask_on(self, today: date, categories: Sequence[Category], *, kept: Category | None = None) -> None:
        """The form knows which day it is here, and the kinds of help; `kept` is the one that was told before."""
        self.served_on.today = today
        self.category.choices = kind_choices(categories, gettext("Choose one"), kept=kept)

    def what(self) -> dict[str, Any]:
        """What was done, for a Shared."""
        return {
            "title": self.title.data or "",
            "hours": Hours(self.hours.data or 0),
            "served_on": self.served_on.data,
            "category_id": int(self.category.data) if self.category.data else None,
            "note": self.note.data or "",
        }

    def told_no(self, refusal: Refusal) -> None:
        """Show a rule's no at the field that can mend it, or above the form."""
        self.refuse(refusal, self.places.get(type(refusal)))


class LogForm(_TwoSides, _What, HowItWas, KeyedForm):
    """Time that a member shared with someone."""

    places = _What.places | {WrongSide: "other"}

    def speak_of(self, name: str) -> None:
        """A supporter, who is neither of the two, reads who gave by name."""
        gave = gettext("%(name)s gave their time", name=name)
        received = gettext("Someone gave time to %(name)s", name=name)
        self.side.choices = [choice("gave", gave), choice("received", received)]

    def shared(self, me: Membership) -> Shared:
        """What this member tells."""
        gave, other = self.side.data == "gave", int(self.other.data)
        return Shared(
            key=f"form:{self.key.data}",
            provider_id=me.id if gave else other,
            receiver_id=other if gave else me.id,
            **self.what(),
        )


class LogForOthersForm(_ThreeSides, _What, KeyedForm):
    """Time that two members shared, as one of them told a coordinator."""

    project = ChoiceField(_("Which project was it for? (optional)"), default="")
    stage = RadiosField(
        _("Which part of the work was it?"),
        choices=STAGES,
        default=Stage.DELIVER.value,
        validators=[needed(_("Choose which part of the work it was"))],
    )
    places = _What.places | {WrongSide: "receiver"}

    def choose_from(self, members: Sequence[Named], projects: Sequence[Project]) -> None:
        """The form knows the people and the projects."""
        self.provider.choices = self.receiver.choices = people(members)
        named = [choice(str(project.id), project.name) for project in projects]
        self.project.choices = [choice("", gettext("No project")), *named]

    @property
    def teller_id(self) -> int:
        """Whose word it is."""
        return int(self.provider.data if self.told_by.data == "provider" else self.receiver.data)

    def shared(self) -> Shared:
        """What the coordinator was told."""
        return Shared(
            key=f"form:{self.key.data}",
            provider_id=int(self.provider.data),
            receiver_id=int(self.receiver.data),
            project_id=int(self.project.data) if self.project.data else None,
            stage=Stage(self.stage.data),
            **self.what(),
        )


class RecordForm(_What):
    """The time of what was agreed, or what was logged, put right before it is confirmed."""

    @classmethod
    def about(cls, exchange: Exchange) -> "RecordForm":
        """The form that shows what is known already, before anything is written in it."""
        known = {"title": exchange.title, "served_on": exchange.served_on, "note": exchange.note}
        category = str(exchange.category_id) if exchange.category_id else ""
        return cls(data=known | {"hours": exchange.minutes or exchange.proposed_minutes, "category": category})

    def shared(self, exchange: Exchange) -> Shared:
        """What is told now; who it was between, and for which project, stays."""
        return Shared(
            key=exchange.reference,
            provider_id=exchange.provider_id,
            receiver_id=exchange.receiver_id,
            project_id=exchange.project_id,
            stage=exchange.stage,
            **self.what(),
        )


class ReplyForm(KeyedForm):
    """A reply to an offer or a request."""

    hours = DurationField(
        _("About how long would it take? (optional)"), validators=[Optional(), whole_steps], missing=_("Say how long")
    )
    word = LongTextField(
        _("A word to begin with (optional)"),
        description=_("For example when it would suit you. The two of you can write to each other here afterwards."),
        validators=[at_most(LONGEST_MESSAGE)],
    )

    def shared(self, listing: Listing, me: Membership) -> Shared:
        """What this member proposes: on an offer they receive, on a request they give."""
        provider_id, receiver_id = sides_of_reply(listing, me)
        return Shared(
            key=f"form:{self.key.data}",
            provider_id=provider_id,
            receiver_id=receiver_id,
            title=listing.title,
            hours=Hours(self.hours.data) if self.hours.data else None,
            category_id=listing.category_id,
            listing_id=listing.id,
            first_word=self.word.data or "",
        )


class ChangeForm(Form):
    """What was proposed, before it is answered."""

    hours = DurationField(
        _("About how long would it take? (optional)"), validators=[Optional(), whole_steps], missing=_("Say how long")
    )


class SeenForm(Form):
    """One button, and what was shown beside it."""

    seen = HiddenField(validators=[Length(max=60)])


class ConfirmForm(HowItWas, SeenForm):
    """That it is right, and a word of thanks to go with it."""


class DisputeForm(Form):
    """Another time than the one that was logged."""

    hours = DurationField(_("How long was it, as you remember it?"), validators=[whole_steps])
    note = LongTextField(
        _("Anything to add? (optional)"),
        description=_("Only you, the other person and your coordinators can see this."),
        validators=[at_most(500)],
    )
