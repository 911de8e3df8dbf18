"""A form that moves hours is asked about first: what it would do, tried out and undone, and then whether to do it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from timebank.members import sending
from timebank.members.sending import SentOtherwise
from timebank.refusals import Conflict, Refusal, Unacceptable
from timebank.web.access import me
from timebank.web.database import db
from timebank.web.forms.base import KeyedForm
from timebank.web.once import SURE, Answer, once
from timebank.web.termed import Piece

_OWN = frozenset({"csrf_token", SURE})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked before it is done: the question, what would follow, and the words on the button that does it.

    `moved` is the transfer that is written, where hours move; `pieces` are those of a text as it will be read.
    """

    question: str
    would: list[str]
    yes: str
    moved: int | None = None
    pieces: Sequence[Piece] = ()


def ask_and_do(
    form: KeyedForm,
    *,
    page: Callable[[], str],
    foresee: Callable[[Session], Asked] | None = None,
    act: Callable[[Session], Answer],
    places: dict[type[Refusal], str] | None = None,
) -> ResponseReturnValue:
    """The page with the form; once it is filled in, what it would do; once that is said yes to, it is done.

    `foresee` may do what it tells of: all of it is undone. None asks nothing, for a page that is a question itself. A
    refusal stands at the field that `places` names for it, or above the form, and nothing that was typed is lost.

    Raises:
        SentOtherwise: the same form was sent before, with something else in it.
    """
    told = request.form.get(SURE)
    if form.sent_and_valid() and told != "no":
        try:
            if foresee is None or told == "yes" or sending.sent_before(db(), me().id, str(form.key.data)):
                return once(form, act)
            asked = _tried_out(foresee)
            return render_template("parts/sure.html", sent_form=form, asked=asked, sent=_sent())
        except SentOtherwise:
            raise
        except (Unacceptable, Conflict) as refusal:
            form.refuse(refusal, _place(refusal, places or {}))
    return page(), 422 if form.errors else 200


def _tried_out(foresee: Callable[[Session], Asked]) -> Asked:
    savepoint = db().begin_nested()
    try:
        return foresee(db())
    finally:
        savepoint.rollback()


def _sent() -> list[tuple[str, str]]:
    """What the form holds, to be sent once more."""
    return [(name, text) for name, texts in request.form.lists() for text in texts if name not in _OWN]


def _place(refusal: Refusal, places: dict[type[Refusal], str]) -> str | None:
    return next((field for kind, field in places.items() if isinstance(refusal, kind)), None)
