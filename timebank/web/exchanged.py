"""An exchange in the reader's words: how it stands, what was done with it, and the tags of the coordinator's queue."""

from datetime import datetime

from flask_babel import format_time
from flask_babel import lazy_gettext as _l

from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.taking import is_silent
from timebank.exchanges.workflow import State, Step
from timebank.members.models import Membership
from timebank.web.words import day, hours, moment

_STANDS = {
    State.PROPOSED: _l("%(asked)s has been asked and has not answered yet."),
    State.AGREED: _l("It is agreed. When you have met, one of you logs the time."),
    State.RECORDED: _l("%(asked)s is asked whether it is right."),
    State.CONFIRMED: _l("It waits for a coordinator to approve it."),
    State.DISPUTED: _l("The two remember different times. A coordinator will talk to both."),
    State.APPROVED: _l("It is approved, and the hours are in the book."),
    State.DECLINED: _l("It was declined. No hours have moved."),
    State.CANCELLED: _l("It was called off. No hours have moved."),
    State.REVERSED: _l("It was taken back. It counts no longer."),
}
_SILENT = _l("Nobody answered in time, so it counts as right for now. A coordinator looks at it before it is approved.")
_SILENT_FOR_YOU = _l("You did not answer, so it counts as right for now. You can still say whether it is.")
_STANDS_FOR_YOU = {
    State.PROPOSED: _l("You are asked. Say whether you agree."),
    State.RECORDED: _l("You are asked whether it is right."),
}
_SHORT = {
    State.PROPOSED: (_l("asked"), "waiting"),
    State.AGREED: (_l("agreed"), "waiting"),
    State.RECORDED: (_l("to be confirmed"), "waiting"),
    State.CONFIRMED: (_l("to be approved"), "waiting"),
    State.DISPUTED: (_l("two times told"), "sorry"),
    State.APPROVED: (_l("in the book"), "good"),
    State.DECLINED: (_l("declined"), "plain"),
    State.CANCELLED: (_l("called off"), "plain"),
    State.REVERSED: (_l("taken back"), "plain"),
}
_DONE = {
    Step.PROPOSE: _l("On %(day)s %(who)s proposed this."),
    Step.AGREE: _l("On %(day)s %(who)s agreed."),
    Step.DECLINE: _l("On %(day)s %(who)s declined."),
    Step.CANCEL: _l("On %(day)s %(who)s called it off."),
    Step.RECORD: _l("On %(day)s %(who)s logged %(after)s."),
    Step.CONFIRM: _l("On %(day)s %(who)s said that it is right."),
    Step.DISPUTE: _l("On %(day)s %(who)s remembered another time."),
    Step.SETTLE: _l("On %(day)s %(who)s settled the time at %(after)s."),
    Step.SEND_BACK: _l("On %(day)s %(who)s asked for another look."),
    Step.APPROVE: _l("On %(day)s %(who)s approved it, and %(after)s went into the book."),
    Step.REVERSE: _l("On %(day)s %(who)s took it back."),
    Step.UNDO: _l("On %(day)s %(who)s took that back, and it stands as before."),
}
_DONE_BY_RULE = {
    Step.CONFIRM: _l("On %(day)s nobody had answered for so long that it counts as right."),
    Step.APPROVE: _l("On %(day)s %(after)s went into the book, since both had said that it is right."),
}
_UNDO = {
    Step.AGREE: _l("Undo my yes"),
    Step.DECLINE: _l("Undo my no"),
    Step.CANCEL: _l("Undo calling it off"),
    Step.CONFIRM: _l("Undo my answer"),
    Step.DISPUTE: _l("Undo my answer"),
}
_DONE_FOR = {
    Step.PROPOSE: _l("On %(day)s %(who)s proposed this for %(for_whom)s."),
    Step.AGREE: _l("On %(day)s %(who)s agreed for %(for_whom)s."),
    Step.DECLINE: _l("On %(day)s %(who)s declined for %(for_whom)s."),
    Step.CANCEL: _l("On %(day)s %(who)s called it off for %(for_whom)s."),
    Step.RECORD: _l("On %(day)s %(who)s logged %(after)s for %(for_whom)s."),
    Step.CONFIRM: _l("On %(day)s %(who)s said for %(for_whom)s that it is right."),
    Step.DISPUTE: _l("On %(day)s %(who)s remembered another time for %(for_whom)s."),
    Step.UNDO: _l("On %(day)s %(who)s took that back for %(for_whom)s, and it stands as before."),
}
_REMEMBERED = _l("On %(day)s %(who)s remembered another time: %(remembered)s.")
_REMEMBERED_FOR = _l("On %(day)s %(who)s remembered another time for %(for_whom)s: %(remembered)s.")
_CHANGED = {
    Step.PROPOSE: _l("On %(day)s %(who)s changed how long it would take."),
    Step.RECORD: _l("On %(day)s %(who)s changed the time from %(before)s to %(after)s."),
    Step.DISPUTE: _l("On %(day)s %(who)s remembered another time. The lower one counts: %(after)s."),
}
_CHANGED_FOR = {
    Step.PROPOSE: _l("On %(day)s %(who)s changed for %(for_whom)s how long it would take."),
    Step.RECORD: _l("On %(day)s %(who)s changed the time for %(for_whom)s from %(before)s to %(after)s."),
    Step.DISPUTE: _l("On %(day)s %(who)s remembered another time for %(for_whom)s. The lower one counts: %(after)s."),
}


def stands(exchange: Exchange, reader: Membership | None = None) -> str:
    """How the exchange stands, as a sentence for this reader, or for anyone who may read it."""
    for_you = reader is not None and reader.id == exchange.asked_id
    if is_silent(exchange):
        return str(_SILENT_FOR_YOU if for_you else _SILENT)
    if for_you and exchange.state in _STANDS_FOR_YOU:
        return str(_STANDS_FOR_YOU[exchange.state])
    return str(_STANDS[exchange.state]) % {"asked": asked(exchange).name}


def tag_of(exchange: Exchange) -> tuple[str, str]:
    """How the exchange stands in a word or two, and the tone of it."""
    told, tone = _SHORT[exchange.state]
    return str(told), tone


def asked(exchange: Exchange) -> Membership:
    """The one of the two whose answer is awaited."""
    return exchange.receiver if exchange.asked_id == exchange.receiver_id else exchange.provider


def partner(exchange: Exchange, reader: Membership) -> Membership:
    """The other one of the two."""
    return exchange.receiver if reader.id == exchange.provider_id else exchange.provider


def summary(exchange: Exchange, reader: Membership) -> str:
    """What is said of the exchange, in one sentence to the one who is asked whether it is so."""
    told = {
        "name": partner(exchange, reader).name,
        "hours": hours(exchange.minutes or 0),
        "day": day(exchange.served_on) if exchange.served_on else "",
        "title": exchange.title,
    }
    if reader.id == exchange.receiver_id:
        return str(_l("%(name)s gave you %(hours)s on %(day)s: %(title)s")) % told
    return str(_l("You gave %(name)s %(hours)s on %(day)s: %(title)s")) % told


def between(exchange: Exchange) -> str:
    """Who helped whom."""
    return str(_l("%(provider)s for %(receiver)s")) % {
        "provider": exchange.provider.name,
        "receiver": exchange.receiver.name,
    }


def history(exchange: Exchange) -> list[tuple[str, str]]:
    """What was done with the exchange, a sentence each, with the word that was left."""
    disputes = [step for step in exchange.steps if step.step == Step.DISPUTE]
    told = []
    for number, step in enumerate(exchange.steps):
        # The exchange keeps the time that was remembered last, until it is sent back.
        remembered = exchange.other_minutes if step in disputes[-1:] else None
        told.append((_sentence(step, anew=number > 0, remembered=remembered), step.note))
    return told


def undo_words(exchange: Exchange) -> str:
    """What is on the button that undoes the last step."""
    return str(_UNDO[exchange.steps[-1].step])


def said_at(at: datetime) -> str:
    """When something was said: "3 May 2026, 14:05"."""
    return str(_l("%(day)s, %(time)s")) % {"day": moment(at), "time": format_time(at, "HH:mm")}


def queue_tags(exchange: Exchange, outlier_minutes: int) -> list[tuple[str, str]]:
    """What a coordinator should know before approving: words and their tone."""
    tags = [_backing(exchange)]
    if (exchange.minutes or 0) > outlier_minutes:
        tags.append((str(_l("unusually long")), "sorry"))
    return tags


def _backing(exchange: Exchange) -> tuple[str, str]:
    if exchange.state == State.DISPUTED:
        return str(_l("two times told")), "sorry"
    if exchange.confirmed_by_id is not None:
        return str(_l("confirmed by both")), "good"
    if is_silent(exchange):
        return str(_l("nobody answered")), "waiting"
    if exchange.state == State.CONFIRMED:
        return str(_l("settled by a coordinator")), "plain"
    return str(_l("only told by one")), "waiting"


def _sentence(step: ExchangeStep, *, anew: bool, remembered: int | None = None) -> str:
    """The step in words; `anew` is true where the exchange stood before it, `remembered` are minutes told otherwise."""
    told = {
        "day": moment(step.at),
        "who": step.by.name if step.by else str(_l("whoever runs the timebank")),
        "before": hours(step.minutes_before or 0),
        "after": hours(step.minutes_after or 0),
        "for_whom": step.on_behalf_of.name if step.on_behalf_of else "",
        "remembered": hours(remembered or 0),
    }
    if step.by is None and step.on_behalf_of is None and step.step in _DONE_BY_RULE:
        return str(_DONE_BY_RULE[step.step]) % told
    other_time = step.minutes_before and step.minutes_before != step.minutes_after
    for_another = step.on_behalf_of is not None and step.step in _DONE_FOR
    if remembered and not other_time:
        return str(_REMEMBERED_FOR if for_another else _REMEMBERED) % told
    changed = step.step in _CHANGED and (other_time or (anew and step.step == Step.PROPOSE))
    afresh, afterwards = (_DONE_FOR, _CHANGED_FOR) if for_another else (_DONE, _CHANGED)
    sentences = afterwards if changed else afresh
    return str(sentences[step.step]) % told
