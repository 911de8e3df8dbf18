"""A form that moves hours: sent twice it acts once, and is answered like the first time while what it did stands."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.members import moving, sending
from timebank.web.access import me
from timebank.web.database import transaction
from timebank.web.forms.base import KeyedForm
from timebank.web.words import moment

SURE = "sure"
"""The name under which a page that asked before it acted sends the answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the one who sent the form is led, and what they are told there: each sentence with its tone.

    `moved` is the transfer that was written, where one was: once it is taken back, the form is answered otherwise.
    """

    where: str
    told: list[tuple[str, str]] = field(default_factory=list)
    moved: int | None = None


def once(form: KeyedForm, act: Callable[[Session], Answer]) -> ResponseReturnValue:
    """The form is acted upon in one transaction, and its sender is told what came of it.

    Raises:
        SentOtherwise: the same form was sent before, with something else in it.
        Refusal: whatever `act` refuses; then nothing is kept, and the form may be sent again.
    """
    with transaction() as session:
        kept = sending.once(
            session,
            me().id,
            str(form.key.data),
            _content(),
            lambda: json.dumps(asdict(act(session)), ensure_ascii=False),
            at=datetime.now(UTC),
        )
        answer = Answer(**json.loads(kept))
        told = _taken_back_since(session, answer) or answer.told
    for sentence, tone in told:
        flash(sentence, tone)
    return redirect(answer.where)


def _taken_back_since(session: Session, answer: Answer) -> list[tuple[str, str]]:
    """What is told of hours that moved when the form was sent before, and were taken back since; else nothing."""
    back = moving.reversal_of(session, answer.moved) if answer.moved is not None else None
    if back is None:
        return []
    on = moment(back.posted_at)
    told = _("This was sent before, and its hours were taken back on %(day)s. Nothing has moved now.", day=on)
    return [(told, "sorry")]


def _content() -> str:
    """What was sent, and to which page; without what every sending has of its own."""
    said = sorted((name, values) for name, values in request.form.lists() if name not in {"csrf_token", "key", SURE})
    return json.dumps([request.path, said], ensure_ascii=False)
