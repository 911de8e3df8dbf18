"""A form that moves hours: sent twice it acts once, and is answered like the first time while what it did stands."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
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

    `moved` are the transfers that were written: once one is taken back, the form is answered otherwise. `again` is what
    a form that was sent before is told instead, where what was told then may hold no longer.
    """

    where: str
    told: list[tuple[str, str]] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    again: str = ""

    def kept(self) -> str:
        """The answer as it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of_kept(cls, kept: str) -> "Answer":
        """An answer that was kept, also before there could be more than one transfer in it."""
        told = json.loads(kept)
        moved = told.pop("moved", None)
        return cls(**told, moved=moved if isinstance(moved, list) else [] if moved is None else [moved])


def once(form: KeyedForm, act: Callable[[Session], Answer]) -> ResponseReturnValue:
    """The form is acted upon in one transaction, and its sender is told what came of it.

    Raises:
        SentOtherwise: the same form was sent before, with something else in it.
        Refusal: whatever `act` refuses; then nothing is kept, and the form may be sent again.
    """
    answers: list[Answer] = []

    def first_time() -> str:
        answers.append(act(session))
        return answers[0].kept()

    with transaction() as session:
        kept = sending.once(session, me().id, str(form.key.data), _content(), first_time, at=datetime.now(UTC))
        answer = answers[0] if answers else _again(session, Answer.of_kept(kept))
    for sentence, tone in answer.told:
        flash(sentence, tone)
    return redirect(answer.where)


def _again(session: Session, answer: Answer) -> Answer:
    """The answer to a form that was sent before: as it was then, or in words that still hold."""
    back = moving.reversals_of(session, answer.moved)
    if back and len(back) == len(answer.moved):
        on = moment(max(one.posted_at for one in back))
        told = _("This was sent before, and its hours were taken back on %(day)s. Nothing has moved now.", day=on)
    elif back:
        told = _("This was sent before, and some of its hours were taken back since. Nothing has moved now.")
    elif answer.again:
        return replace(answer, told=[(answer.again, "message")])
    else:
        return answer
    return replace(answer, told=[(told, "sorry")])


def _content() -> str:
    """What was sent, and to which page; without what every sending has of its own."""
    said = sorted((name, values) for name, values in request.form.lists() if name not in {"csrf_token", "key", SURE})
    return json.dumps([request.path, said], ensure_ascii=False)
