"""The forms of joining: what someone writes who would like to join, how they are answered, and invitations."""

from datetime import date, timedelta

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import ValidationError

from timebank.care.inviting import AT_ONCE, LONGEST_DAYS, USUAL_DAYS
from timebank.care.joining import Petition
from timebank.care.models import Terms
from timebank.members.enrol import tidy_email
from timebank.members.models import Membership, Person
from timebank.refusals import Unacceptable
from timebank.web.fields import DateField, EmailField, LongTextField, NumberField, TextField, TickField
from timebank.web.forms.base import KeyedForm, at_most, needed_words
from timebank.web.lists import number_of
from timebank.web.words import sentence

_FEWEST_FIGURES = 5


class JoinForm(KeyedForm):
    """What someone is good at, then what would help them, and then how to reach them."""

    good_at = LongTextField(
        _("What are you good at, or like doing?"),
        description=_(
            "Everyone is good at something: listening, baking, lifting boxes, telephones, a language. One thing a line."
        ),
        validators=[
            needed_words(_("Write one thing that you are good at or like doing, however small")),
            at_most(2000),
        ],
    )
    would_help = LongTextField(
        _("What would help you, now and then? (optional)"),
        description=_("Receiving is as welcome as giving: it lets someone else give. One thing a line."),
        validators=[at_most(2000)],
    )
    name = TextField(_("Your name"), validators=[needed_words(_("Write your name")), at_most(120)])
    email = EmailField(
        _("Your e-mail"),
        description=_("An e-mail or a phone number is enough. Nobody but the coordinators sees them."),
        validators=[at_most(254)],
    )
    phone = TextField(_("Your phone number"), validators=[at_most(40)])
    district = TextField(
        _("Which part of town do you live in? (optional)"),
        description=_("In your own words, for example “near the station”. No street and no number."),
        validators=[at_most(120)],
    )
    heard_from = TextField(_("How did you hear of us? (optional)"), validators=[at_most(200)])
    agree = TickField(_("I have read the terms and agree to them"))
    terms = HiddenField()
    holds: Terms | None = None

    @classmethod
    def over(cls, holds: Terms | None, person: Person | None) -> "JoinForm":
        """The form that asks for these terms, filled in with what is known of who is signed in."""
        told = {"name": person.name, "email": person.email or "", "phone": person.phone} if person else {}
        form = cls(data={**told, "terms": str(holds.id) if holds else ""})
        form.holds = holds
        if holds is None:
            del form.agree
        return form

    def validate_email(self, field: EmailField) -> None:
        """A validator: a letter could be sent there, or there is a phone number instead."""
        try:
            email = tidy_email(field.data)
        except Unacceptable as refusal:
            raise ValidationError(sentence(refusal)) from refusal
        if email is None and not (self.phone.data or "").strip():
            raise ValidationError(gettext("Write an e-mail or a phone number, so that we can reach you"))

    def validate_phone(self, field: TextField) -> None:
        """A validator: it can be called."""
        told = field.data or ""
        if told and sum(sign.isdecimal() for sign in told) < _FEWEST_FIGURES:
            raise ValidationError(gettext("Write the phone number in figures, for example 01632 960 123"))

    def validate_agree(self, field: TickField) -> None:
        """A validator: the terms are agreed to."""
        if not field.data:
            raise ValidationError(gettext("Read the terms and say that you agree to them"))

    def terms_have_changed(self, holds: Terms | None) -> None:
        """The form asks for these terms instead."""
        self.holds, self.terms.data = holds, str(holds.id) if holds else ""
        if "agree" in self:
            self.agree.data = False

    def petition(self, code: str) -> Petition:
        """What is written in it, for someone who came with this invitation."""
        told = {name: self[name].data or "" for name in ("name", "email", "phone", "district", "heard_from")}
        return Petition(
            key=str(self.key.data),
            good_at=self.good_at.data or "",
            would_help=self.would_help.data or "",
            terms_id=number_of(self.terms.data),
            code=code,
            **told,
        )


class WelcomeForm(KeyedForm):
    """A coordinator welcomes who applied; where somebody here may be the same person, they say that it is another."""

    another = TickField(_("Yes, this is somebody else"))
    doubles: tuple[Membership, ...] = ()

    def validate_another(self, field: TickField) -> None:
        """A validator: nobody is welcomed twice by mistake."""
        if self.doubles and not field.data:
            told = {"name": self.doubles[0].name, "number": self.doubles[0].number}
            raise ValidationError(
                gettext("%(name)s is here already, as number %(number)d. Tick “Yes” if this is somebody else", **told)
            )


class DeclineForm(KeyedForm):
    """A coordinator declines an application, with a word for who applied."""

    word = LongTextField(
        _("A word for them (optional)"),
        description=_("They read it in the letter. Say why, kindly, or what else may help them."),
        validators=[at_most(500)],
    )
    taken_back = TickField(_("They told us that they no longer want to join. They get no letter."))


class InviteForm(KeyedForm):
    """Who is invited, until when, and how many cards."""

    name = TextField(
        _("Who is it for? (optional)"),
        description=_("Their name stands on the card, and on your list. Coordinators see it too."),
        validators=[at_most(120)],
    )
    last_day = DateField(_("Until which day can it be used?"))
    count = NumberField(
        _("How many cards?"),
        description=_("Each is for one person. Print up to %(most)d on one sheet.", most=AT_ONCE),
    )
    today: date = date.min

    @classmethod
    def on(cls, today: date) -> "InviteForm":
        """The form as it is that day."""
        form = cls(data={"last_day": today + timedelta(days=USUAL_DAYS), "count": 1})
        form.today = today
        return form

    def validate_last_day(self, field: DateField) -> None:
        """A validator: the day is to come, and not too far away."""
        if field.data and not self.today <= field.data <= self.today + timedelta(days=LONGEST_DAYS):
            raise ValidationError(gettext("Choose a day from today on, within a year"))

    def validate_count(self, field: NumberField) -> None:
        """A validator: so many fit on a sheet, and one name stands on one card."""
        if field.errors:
            return
        count = field.data or 0
        if not 1 <= count <= AT_ONCE:
            raise ValidationError(gettext("Write a number from 1 to %(most)d", most=AT_ONCE))
        if count > 1 and (self.name.data or "").strip():
            raise ValidationError(gettext("One name goes on one card. Write 1, or leave the name empty"))
