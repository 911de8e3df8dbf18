"""The rules of a timebank: what each may say, and who sets them; every change is written down, before and after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import available_timezones

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from timebank.hours import Hours
from timebank.ledger import accounts
from timebank.ledger.models import Account, AccountKind
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.choices import Approval, Joining, Leaving, Readers
from timebank.members.enrol import lock
from timebank.members.models import Membership, Timebank
from timebank.members.rules import check_rule
from timebank.policy import Permission
from timebank.refusals import NotAllowed, Unacceptable

LOCALES = ("en_GB",)
"""The languages whose words are there."""
STEPS_OF_TIME = (1, 5, 10, 15, 30, 60)
_FOR_ALL = "The limit was changed for everyone who had the old one."

Said = str | int | None
"""What a rule can say."""


class Rule(StrEnum):
    """A rule of a timebank, under the name of its column."""

    NAME = "name"
    CONTACT_NAME = "contact_name"
    CONTACT_PHONE = "contact_phone"
    CONTACT_HOURS = "contact_hours"
    ABOUT = "about"
    LOCALE = "locale"
    TIME_ZONE = "time_zone"
    CREDIT_LIMIT = "credit_limit_minutes"
    WARN_BELOW = "warn_below_minutes"
    WELCOME = "welcome_minutes"
    STEP = "step_minutes"
    APPROVAL = "approval"
    APPROVAL_ABOVE = "approval_above_minutes"
    SILENCE = "silence_days"
    QUIET = "quiet_days"
    LISTING = "listing_days"
    OUTLIER = "outlier_minutes"
    FAR_BALANCE = "far_balance_minutes"
    BALANCES_SEEN_BY = "balances_seen_by"
    JOINING = "joining"
    LEAVING = "leaving"
    DISCLOSURE = "disclosure_threshold"


class NothingChanged(Unacceptable):
    """The rules say that already."""


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that said something else before."""

    rule: Rule
    before: Said
    after: Said


def set_rules(
    session: Session,
    timebank: Timebank,
    said: Mapping[Rule, Said],
    *,
    also_existing: bool = False,
    by: Membership,
    at: datetime,
) -> tuple[list[Change], int]:
    """These rules hold from now on, with `also_existing` the limit also for accounts that have the old one.

    Returns what changed, and how many accounts got the new limit.

    Raises:
        NotAllowed: who does it is no administrator here.
        NothingChanged: all of them say that already.
        Unacceptable: a rule cannot say that.
    """
    if by.timebank_id != timebank.id or not by.may(Permission.SET_POLICY):
        raise NotAllowed("Administrators set the rules.")
    for rule, value in said.items():
        check(rule, value)
    lock(session, timebank.id)
    kept = {rule: _kept(value) for rule, value in said.items()}
    changes = [
        Change(rule, _now(timebank, rule), value) for rule, value in kept.items() if _now(timebank, rule) != value
    ]
    if not changes:
        raise NothingChanged("The rules say that already. Change something, or leave them as they are.")
    having_old: Sequence[int] = []
    if also_existing and any(change.rule == Rule.CREDIT_LIMIT for change in changes):
        having_old = having_limit(session, timebank)
    for change in changes:
        setattr(timebank, change.rule.value, change.after)
        told = {"what": change.rule.value, "before": change.before, "after": change.after}
        audit_log.note(session, Deed.POLICY_CHANGED, by=by, about=None, at=at, **told)
    _limit_all(session, having_old, timebank, by=by, at=at)
    session.flush()
    return changes, len(having_old)


def having_limit(session: Session, timebank: Timebank) -> Sequence[int]:
    """The open accounts of members and organisations that have just the timebank's limit, in the order of their ids."""
    same = Account.credit_limit_minutes.is_not_distinct_from(timebank.credit_limit_minutes)
    return session.scalars(select(Account.id).where(*_open_accounts(timebank), same).order_by(Account.id)).all()


def standing_beyond(session: Session, timebank: Timebank, hours: Hours) -> int:
    """How many accounts stand further from zero than this, above or below it."""
    beyond = func.abs(Account.given_minutes - Account.received_minutes) > hours.minutes
    return session.scalar(select(func.count(Account.id)).where(*_open_accounts(timebank), beyond)) or 0


def standing_below(session: Session, timebank: Timebank, hours: Hours) -> int:
    """How many accounts with a limit stand so far below zero, or further."""
    below = Account.given_minutes - Account.received_minutes <= -hours.minutes
    limited = Account.credit_limit_minutes.is_not(None)
    return session.scalar(select(func.count(Account.id)).where(*_open_accounts(timebank), below, limited)) or 0


def check(rule: Rule, value: Said) -> None:
    """The rule can say that.

    Raises:
        Unacceptable: with the sentence for its field.
    """
    _CHECKS[rule](value)


def _open_accounts(timebank: Timebank) -> tuple[ColumnElement[bool], ...]:
    kinds = Account.kind.in_((AccountKind.MEMBER, AccountKind.ORGANISATION))
    return Account.book_id == timebank.book_id, kinds, Account.closed_at.is_(None)


def _limit_all(
    session: Session, account_ids: Sequence[int], timebank: Timebank, *, by: Membership, at: datetime
) -> None:
    minutes = timebank.credit_limit_minutes
    limit = None if minutes is None else Hours(minutes)
    # In the order of their ids, as all who lock several accounts do.
    for account_id in account_ids:
        accounts.set_credit_limit(session, account_id, limit, entered_by=by.person_id, reason=_FOR_ALL, at=at)


def _now(timebank: Timebank, rule: Rule) -> Said:
    value: Said = getattr(timebank, rule.value)
    return value


def _kept(value: Said) -> Said:
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else value


def _text(longest: int, *, needed: bool = False) -> Callable[[Said], None]:
    def check_text(value: Said) -> None:
        text = str(_kept(value) or "")
        if needed and not any(sign.isprintable() and not sign.isspace() for sign in text):
            raise Unacceptable("Write a name of at most 120 letters.")
        if len(text) > longest:
            raise Unacceptable("Use at most %(most)d letters.", most=longest)

    return check_text


def _among(*known: str | int) -> Callable[[Said], None]:
    def check_known(value: Said) -> None:
        if value not in known:
            raise Unacceptable("Choose one of these.")

    return check_known


def _hours(value: Said) -> None:
    check_rule(None if value is None else Hours(int(value)))


def _some_hours(value: Said) -> None:
    if not value:
        raise Unacceptable("Say how many hours, for example 10.")
    _hours(value)


def _days(fewest: int, most: int, *, optional: bool = False) -> Callable[[Said], None]:
    def check_days(value: Said) -> None:
        if value is None and optional:
            return
        if not isinstance(value, int) or not fewest <= value <= most:
            raise Unacceptable("Write a number of days from %(fewest)d to %(most)d.", fewest=fewest, most=most)

    return check_days


def _people(value: Said) -> None:
    if not isinstance(value, int) or not 2 <= value <= 100:
        raise Unacceptable("Write a number of people from %(fewest)d to %(most)d.", fewest=2, most=100)


def _zone(value: Said) -> None:
    if value not in available_timezones():
        raise Unacceptable("Choose one of these.")


_CHECKS: dict[Rule, Callable[[Said], None]] = {
    Rule.NAME: _text(120, needed=True),
    Rule.CONTACT_NAME: _text(120),
    Rule.CONTACT_PHONE: _text(40),
    Rule.CONTACT_HOURS: _text(120),
    Rule.ABOUT: _text(4000),
    Rule.LOCALE: _among(*LOCALES),
    Rule.TIME_ZONE: _zone,
    Rule.CREDIT_LIMIT: _hours,
    Rule.WARN_BELOW: _hours,
    Rule.WELCOME: _hours,
    Rule.STEP: _among(*STEPS_OF_TIME),
    Rule.APPROVAL: _among(*Approval),
    Rule.APPROVAL_ABOVE: _hours,
    Rule.SILENCE: _days(3, 365, optional=True),
    Rule.QUIET: _days(1, 365),
    Rule.LISTING: _days(7, 3660),
    Rule.OUTLIER: _some_hours,
    Rule.FAR_BALANCE: _some_hours,
    Rule.BALANCES_SEEN_BY: _among(*Readers),
    Rule.JOINING: _among(*Joining),
    Rule.LEAVING: _among(*Leaving),
    Rule.DISCLOSURE: _people,
}
