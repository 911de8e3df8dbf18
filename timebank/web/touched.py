"""Whom a changed rule touches, told before it holds: the new rule in a sentence, then how many it concerns."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.exchanges import foreseen
from timebank.hours import Hours
from timebank.members import policies
from timebank.members.models import Timebank
from timebank.members.policies import Change, Rule
from timebank.web.ruled import sentence
from timebank.web.words import moment


def touched(session: Session, timebank: Timebank, change: Change, accounts: int, *, at: datetime) -> list[str]:
    """What holds after the change, which is made already and may be undone; `accounts` get the new limit."""
    told = sentence(timebank, change.rule)
    if change.rule == Rule.CREDIT_LIMIT:
        return [told, _limit_words(accounts)]
    if change.rule in _STAYS:
        return [told, str(_STAYS[change.rule])]
    return [told, *(_TOUCHES[change.rule](session, timebank, at) if change.rule in _TOUCHES else [])]


def _limit_words(accounts: int) -> str:
    if not accounts:
        return _("Everyone who is here already keeps the limit they have.")
    return ngettext("%(num)d account gets the new limit.", "%(num)d accounts get the new limit.", accounts)


def _warned(session: Session, timebank: Timebank, at: datetime) -> list[str]:
    del at
    many = policies.standing_below(session, timebank, Hours(timebank.warn_below_minutes))
    return [ngettext("That is %(num)d account now.", "That is %(num)d accounts now.", many)]


def _approved(session: Session, timebank: Timebank, at: datetime) -> list[str]:
    waited, of = foreseen.would_wait(session, timebank, timebank.approval, timebank.approval_above_minutes, at=at)
    told = {"waited": waited, "of": of}
    return [
        _("Of the %(of)d exchanges of the last 90 days, %(waited)d would have waited for a coordinator.", **told),
        _("What waits now goes on waiting until a coordinator has looked at it."),
    ]


def _silent(session: Session, timebank: Timebank, at: datetime) -> list[str]:
    if timebank.silence_days is None:
        return []
    told = foreseen.by_silence(session, timebank, timebank.silence_days, at=at)
    if not told.waiting:
        return [_("Nothing waits for an answer at the moment.")]
    waits = ngettext(
        "%(num)d exchange waits for an answer now.", "%(num)d exchanges wait for an answer now.", told.waiting
    )
    days = {"first": moment(told.first_at), "last": moment(told.last_at) if told.last_at else ""}
    soon = ngettext(
        "Silence would confirm %(num)d of them on %(first)s at the soonest, and the last one on %(last)s.",
        "Silence would confirm %(num)d of them on %(first)s at the soonest, and the last one on %(last)s.",
        told.at_first,
        **days,
    )
    return [f"{waits} {soon}", _("Whoever is asked is reminded before that.")]


def _quiet(session: Session, timebank: Timebank, at: datetime) -> list[str]:
    many = foreseen.quiet_for(session, timebank, timebank.quiet_days, at=at)
    return [ngettext("That is %(num)d exchange now.", "That is %(num)d exchanges now.", many)]


def _long(session: Session, timebank: Timebank, at: datetime) -> list[str]:
    many = foreseen.longer_than(session, timebank, timebank.outlier_minutes, at=at)
    return [
        ngettext(
            "In the last 90 days %(num)d exchange was longer.",
            "In the last 90 days %(num)d exchanges were longer.",
            many,
        )
    ]


def _far(session: Session, timebank: Timebank, at: datetime) -> list[str]:
    del at
    many = policies.standing_beyond(session, timebank, Hours(timebank.far_balance_minutes))
    return [ngettext("That is %(num)d account now.", "That is %(num)d accounts now.", many)]


_TOUCHES: dict[Rule, Callable[[Session, Timebank, datetime], list[str]]] = {
    Rule.WARN_BELOW: _warned,
    Rule.APPROVAL: _approved,
    Rule.APPROVAL_ABOVE: _approved,
    Rule.SILENCE: _silent,
    Rule.QUIET: _quiet,
    Rule.OUTLIER: _long,
    Rule.FAR_BALANCE: _far,
}
_STAYS: dict[Rule, Any] = {
    Rule.LISTING: _l("What stands on the board already keeps its last day until it is renewed."),
    Rule.STEP: _l("Hours that are logged already stay as they are."),
    Rule.DISCLOSURE: _l("Reports that were released already stay as they are."),
}
