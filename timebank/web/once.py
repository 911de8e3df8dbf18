"""A form that moves hours: sent twice it acts once, and the second time is answered like the first."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from timebank.members import sending
from timebank.web.access import me
from timebank.web.database import transaction
from timebank.web.forms.base import KeyedForm

SURE = "sure"
"""The name under which a page that asked before it acted sends the answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the one who sent the form is led, and what they are told there: each sentence with its tone."""

    where: str
    told: list[tuple[str, str]] = field(default_factory=list)


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
    for sentence, tone in answer.told:
        flash(sentence, tone)
    return redirect(answer.where)


def _content() -> str:
    """What was sent, and to which page; without what every sending has of its own."""
    said = sorted((name, values) for name, values in request.form.lists() if name not in {"csrf_token", "key", SURE})
    return json.dumps([request.path, said], ensure_ascii=False)
