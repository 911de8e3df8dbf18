"""The forms of what members say to each other and to the coordinators: messages, thanks, concerns."""

from flask_babel import lazy_gettext as _

from timebank.exchanges.concerns import LONGEST_CONCERN, LONGEST_OUTCOME
from timebank.exchanges.conversation import LONGEST_MESSAGE
from timebank.exchanges.thanking import LONGEST_THANKS, Said
from timebank.web.fields import ChoiceField, LongTextField, TickField, choice
from timebank.web.forms.base import Form, KeyedForm, at_most, needed_words

SATISFACTION = {
    5: _("Wonderful"),
    4: _("Good"),
    3: _("All right"),
    2: _("Not so good"),
    1: _("It did not go well"),
}
"""How an exchange was, from 5 to 1, in words."""


class HowItWas(Form):
    """A word of thanks and how it was; all of it optional."""

    word = LongTextField(
        _("A word of thanks (optional)"),
        description=_("The other person reads it."),
        validators=[at_most(LONGEST_THANKS)],
    )
    may_quote = TickField(_("You may quote this, without our names"))
    satisfaction = ChoiceField(
        _("How was it for you? (optional)"),
        description=_("Nobody is shown what you answer. It is only counted."),
        choices=[
            choice("", _("I would rather not say")),
            *(choice(str(n), words) for n, words in SATISFACTION.items()),
        ],
        default="",
    )

    def said(self) -> Said:
        """What is said here, as the rules read it."""
        return Said(
            word=self.word.data or "",
            may_quote=bool(self.may_quote.data),
            satisfaction=int(self.satisfaction.data) if self.satisfaction.data else None,
        )


class ThankForm(HowItWas):
    """Thanks said later than the time was logged."""


class MessageForm(KeyedForm):
    """Something to say to the other one."""

    text = LongTextField(
        _("Write to %(name)s"),
        validators=[needed_words(_("Write a few words")), at_most(LONGEST_MESSAGE)],
    )

    def to(self, name: str) -> "MessageForm":
        """The form says to whom it goes."""
        self.text.label.text = str(_("Write to %(name)s", name=name))
        return self


class ConcernForm(KeyedForm):
    """What worries someone, for the coordinators."""

    text = LongTextField(
        _("What has happened?"),
        description=_("Only the coordinators read it. The one whom it is about is not told that you wrote."),
        validators=[needed_words(_("Say what has happened, in your own words")), at_most(LONGEST_CONCERN)],
    )


class OutcomeForm(Form):
    """What came of a concern."""

    outcome = LongTextField(
        _("What came of it?"),
        description=_("Only coordinators read this."),
        validators=[needed_words(_("Say what came of it, in a few words")), at_most(LONGEST_OUTCOME)],
    )
