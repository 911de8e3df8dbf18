"""Who is told of a step that was taken, and what the audit log says where a coordinator decided; it decides nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import State, Step
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.models import Membership
from timebank.notices import outbox
from timebank.notices.models import Notice, NoticeKind

_ANSWERS = {Step.AGREE: "agreed", Step.DECLINE: "declined", Step.CANCEL: "cancelled"}
_DECISIONS = {
    Step.APPROVE: ("approved", Deed.APPROVED),
    Step.SETTLE: ("settled", Deed.SETTLED),
    Step.SEND_BACK: ("sent back", Deed.SENT_BACK),
    Step.DECLINE: ("declined", Deed.DECLINED),
    Step.REVERSE: ("reversed", Deed.REVERSED),
}


def tell_of(
    session: Session, exchange: Exchange, taken: ExchangeStep, *, by: Membership | None, word: str = ""
) -> None:
    """Those whom the step concerns will be told, each once; a coordinator's is in the audit log. None is the rule.

    `word` is what goes with a proposal.
    """
    deciding = by is None or by.id not in (exchange.provider_id, exchange.receiver_id)
    if deciding and taken.step in _DECISIONS:
        _decided(session, exchange, taken, by)
    elif taken.step in _ANSWERS and by is not None:
        told: dict[str, Any] = {"answer": _ANSWERS[taken.step], "word": taken.note, "other": by.name}
        _tell(session, NoticeKind.ANSWER, other_of(exchange, by), exchange, taken, **told)
    elif taken.step == Step.PROPOSE:
        told_word: dict[str, Any] = {"other": exchange.told_by.name, "word": word}
        _tell(session, NoticeKind.PROPOSAL, asked_of(exchange), exchange, taken, **told_word)
    elif taken.step == Step.RECORD:
        _recorded(session, exchange, taken, by if deciding else None)
    elif taken.step == Step.DISPUTE and exchange.state == State.DISPUTED:
        told_other: dict[str, Any] = {"other": asked_of(exchange).name, "minutes": exchange.other_minutes}
        _tell(session, NoticeKind.DISPUTED, exchange.told_by, exchange, taken, **told_other)
    elif taken.step == Step.DISPUTE:
        _tell_decided(session, exchange.told_by, exchange, taken, "settled")


def other_of(exchange: Exchange, one: Membership) -> Membership:
    """The other one of the two."""
    return exchange.receiver if one.id == exchange.provider_id else exchange.provider


def asked_of(exchange: Exchange) -> Membership:
    """The one of the two whose answer is awaited."""
    return other_of(exchange, exchange.told_by)


def take_back(session: Session, exchange: Exchange, taken: ExchangeStep, *, by: Membership, at: datetime) -> None:
    """A step was undone: what was to be told of it is not told, and who was told already hears that it was undone."""
    to = other_of(exchange, by)
    key = f"{exchange.timebank_id}:{_key(exchange, taken, to)}"
    # What a worker has taken up may be on its way this very moment.
    if outbox.drop(session, Notice.key == key, Notice.tries == 0):
        return
    if session.scalar(select(Notice.id).where(Notice.key == key)) is not None:
        told: dict[str, Any] = {
            "exchange_id": exchange.id,
            "title": exchange.title,
            "other": by.name,
            "answer": "undone",
            "word": "",
        }
        outbox.tell(session, NoticeKind.ANSWER, to, key=_key(exchange, taken, to) + ":undone", at=at, **told)


def _recorded(session: Session, exchange: Exchange, taken: ExchangeStep, coordinator: Membership | None) -> None:
    told: dict[str, Any] = {
        "other": exchange.told_by.name,
        "minutes": exchange.minutes,
        "gave": exchange.told_by_id == exchange.provider_id,
    }
    _tell(session, NoticeKind.TO_CONFIRM, asked_of(exchange), exchange, taken, **told)
    if coordinator is not None:
        _note(session, Deed.LOGGED, exchange, taken, coordinator)


def _decided(session: Session, exchange: Exchange, taken: ExchangeStep, by: Membership | None) -> None:
    """Both are told; of what the rule approved only the one who does not know it from having just confirmed it."""
    decision, deed = _DECISIONS[taken.step]
    for side in (exchange.provider, exchange.receiver) if by is not None else (exchange.told_by,):
        _tell_decided(session, side, exchange, taken, decision)
    if by is not None:
        _note(session, deed, exchange, taken, by)


def _tell_decided(session: Session, to: Membership, exchange: Exchange, taken: ExchangeStep, decision: str) -> None:
    told: dict[str, Any] = {"decision": decision, "minutes": exchange.minutes, "word": taken.note}
    _tell(session, NoticeKind.DECIDED, to, exchange, taken, **told)


def _tell(
    session: Session, kind: NoticeKind, to: Membership, exchange: Exchange, taken: ExchangeStep, **told: object
) -> None:
    values: dict[str, Any] = {"exchange_id": exchange.id, "title": exchange.title, **told}
    outbox.tell(session, kind, to, key=_key(exchange, taken, to), at=taken.at, **values)


def _key(exchange: Exchange, taken: ExchangeStep, to: Membership) -> str:
    return f"exchange:{exchange.id}:step:{taken.id}:{to.id}"


def _note(session: Session, deed: Deed, exchange: Exchange, taken: ExchangeStep, by: Membership) -> None:
    told: dict[str, Any] = {
        "exchange_id": exchange.id,
        "other_id": exchange.receiver_id,
        "minutes": exchange.minutes,
        "word": taken.note,
    }
    audit_log.note(session, deed, by=by, about=exchange.provider, at=taken.at, **told)
