"""What every form of ours has: its token, checked before anything is written, and errors that lose nothing."""

from secrets import token_urlsafe
from typing import Any, ClassVar

from flask import g, request
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

from timebank.members.enrol import tidy_email
from timebank.refusals import Refusal, Unacceptable
from timebank.web.words import sentence

KEPT = "kept_draft"
"""The name under which a page sends back what was written before someone signed in again."""
_GROWN_OLD = lazy_gettext("The page had grown old. Nothing is lost: look it over and send it again.")
_LONGEST_KEY = 60


class Form(FlaskForm):
    """A form that says when it was sent from a page of ours and everything in it is right."""

    def sent_and_valid(self) -> bool:
        """Whether to go ahead; where not, the form holds its errors and all that was typed."""
        if not self.is_submitted() or KEPT in request.form:
            return False
        valid: bool = self.validate()
        token_wrong = bool(self.csrf_token.errors)
        g.token_checked = not token_wrong
        if token_wrong:
            self.csrf_token.errors = [str(_GROWN_OLD)]
        return valid

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        """Show a rule's no in the form: at its field, or above the form."""
        if field is None:
            self.form_errors.append(sentence(refusal))
        else:
            errors = self[field].errors
            self[field].errors = [*errors, sentence(refusal)]

    @property
    def errors(self) -> dict[str | None, Any]:
        """All errors, by field; those of the whole form under None. Never kept, so that a later refusal shows."""
        told: dict[str | None, Any] = {name: field.errors for name, field in self._fields.items() if field.errors}
        if self.form_errors:
            told[None] = self.form_errors
        return told


class StepForm(Form):
    """A form that is one button."""


def check_pressed() -> None:
    """The one button of a page of ours was pressed.

    Raises:
        Unacceptable: its page had grown old; there is no page on which to show that.
    """
    if not StepForm().sent_and_valid():
        raise Unacceptable("The page had grown old. Load it anew and try again.")


class _KeyField(HiddenField):
    """The key of a page. Where none was sent, or none that can be kept, the page that says so has a fresh one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default=_fresh_key, **kwargs)

    def pre_validate(self, form: Any) -> None:
        del form
        # Where nothing was sent the data is the default, with which the form would be acted upon each time.
        if not 1 <= len("".join(self.raw_data[:1])) <= _LONGEST_KEY:
            self.data = _fresh_key()
            raise StopValidation(str(_GROWN_OLD))


def _fresh_key() -> str:
    return token_urlsafe(18)


class KeyedForm(Form):
    """A form whose sending twice makes one thing: each page that shows it gives it a key of its own."""

    key = _KeyField()


def needed(words: Any) -> InputRequired:
    """A field that must be filled in; the words say what to do."""
    return InputRequired(message=words)


def at_most(length: int) -> Length:
    """A text no longer than this."""
    return Length(max=length, message=lazy_gettext("Use at most %(max)d letters."))


def an_email(_form: object, field: Field) -> None:
    """A validator: a letter could be sent there, where anything is written."""
    try:
        tidy_email(field.data)
    except Unacceptable as refusal:
        raise ValidationError(sentence(refusal)) from refusal


class needed_words:  # noqa: N801 - used as the other validators of this module are
    """A text in which there is something to read; spaces and signs that nobody sees are not enough."""

    field_flags: ClassVar[dict[str, bool]] = {}

    def __init__(self, words: Any) -> None:
        self.words = words

    def __call__(self, form: FlaskForm, field: Any) -> None:
        del form
        if not any(sign.isprintable() and not sign.isspace() for sign in field.data or ""):
            raise StopValidation(str(self.words))
