"""What coordinators change about an account, and administrators about all of them; every change is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.hours import Hours
from timebank.ledger import accounts
from timebank.ledger.accounts import AccountClosed, NotClosed
from timebank.ledger.models import Account, AccountChange, AccountKind, ChangeKind
from timebank.members.enrol import lock
from timebank.members.models import Membership, Person, Timebank
from timebank.members.rules import WrongAmount, WrongSide, check_keeper, check_rule, needed_word
from timebank.policy import Permission
from timebank.refusals import NotAllowed

__all__ = ["AccountClosed", "NotClosed"]  # what pages know of the book's accounts
_FOR_ALL = "The limit was changed for everyone who had the old one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of a timebank's hours: the credit limit, None for none; from where on a warning; the welcome hours."""

    credit_limit: Hours | None
    warn_below: Hours
    welcome: Hours


def change_limit(
    session: Session, membership: Membership, credit_limit: Hours | None, *, reason: str, by: Membership, at: datetime
) -> None:
    """The member's credit limit is this, or there is none; the change stands in the account's log.

    Raises:
        NotAllowed: who does it is no coordinator here, or is a party: they, or the organisation they work for.
        AccountClosed, WrongAmount, WrongSide, WrongWord: closed; no such limit; no account; no reason.
    """
    check_keeper(by, membership)
    check_rule(credit_limit)
    word, account = needed_word(reason), account_of(membership)
    if account.credit_limit_minutes == (None if credit_limit is None else credit_limit.minutes):
        raise WrongAmount("That is the limit already.")
    accounts.set_credit_limit(session, account.id, credit_limit, entered_by=by.person_id, reason=word, at=at)


def check_change(membership: Membership, kind: ChangeKind) -> None:
    """As their account stands, such a change can be made, so that nobody is asked about what can only be refused.

    Raises:
        AccountClosed, NotAtZero, NotClosed, WrongSide: as change_limit(), close() and reopen().
    """
    accounts.check_change(account_of(membership), kind)


def close(session: Session, membership: Membership, *, reason: str, by: Membership, at: datetime) -> None:
    """The member's account neither gives nor gains hours any more.

    Raises:
        NotAtZero: hours are left on it, or missing.
        NotAllowed, AccountClosed, WrongSide, WrongWord: as change_limit().
    """
    check_keeper(by, membership)
    word, account_id = needed_word(reason), account_of(membership).id
    accounts.close_account(session, account_id, entered_by=by.person_id, reason=word, at=at)


def reopen(session: Session, membership: Membership, *, reason: str, by: Membership, at: datetime) -> None:
    """The member's account gives and gains hours again.

    Raises:
        NotClosed: it is open.
        NotAllowed, WrongSide, WrongWord: as change_limit().
    """
    check_keeper(by, membership)
    word, account_id = needed_word(reason), account_of(membership).id
    accounts.reopen_account(session, account_id, entered_by=by.person_id, reason=word, at=at)


def log_of(session: Session, account_id: int) -> Sequence[tuple[AccountChange, Person | None]]:
    """All that was changed about the account and by whom, the newest first."""
    changes = accounts.changes_of(session, account_id)
    people = session.scalars(select(Person).where(Person.id.in_({change.entered_by for change in changes})))
    named = {person.id: person for person in people}
    return [(change, named.get(change.entered_by or 0)) for change in changes]


def set_policy(
    session: Session, timebank: Timebank, policy: Policy, *, also_existing: bool, by: Membership, at: datetime
) -> int:
    """These rules hold from now on; with `also_existing` also for accounts that have the old limit. Returns how many.

    Raises:
        NotAllowed: who does it is no administrator here.
        WrongAmount: a figure makes no sense.
    """
    if by.timebank_id != timebank.id or not by.may(Permission.SET_POLICY):
        raise NotAllowed("Administrators set the rules.")
    for hours in (policy.credit_limit, policy.warn_below, policy.welcome):
        check_rule(hours)
    lock(session, timebank.id)
    changed = _apply_limit(session, timebank, policy.credit_limit, also_existing=also_existing, by=by, at=at)
    timebank.warn_below_minutes, timebank.welcome_minutes = policy.warn_below.minutes, policy.welcome.minutes
    session.flush()
    return changed


def having_limit(session: Session, timebank: Timebank) -> Sequence[int]:
    """The open accounts of members and organisations that have just the timebank's limit, in the order of their ids."""
    return session.scalars(
        select(Account.id)
        .where(
            Account.book_id == timebank.book_id,
            Account.kind.in_((AccountKind.MEMBER, AccountKind.ORGANISATION)),
            Account.closed_at.is_(None),
            Account.credit_limit_minutes.is_not_distinct_from(timebank.credit_limit_minutes),
        )
        .order_by(Account.id)
    ).all()


def account_of(membership: Membership) -> Account:
    """The account that the membership holds.

    Raises:
        WrongSide: it holds none.
    """
    if membership.account is None:
        raise WrongSide("%(name)s holds no account here.", name=membership.name)
    return membership.account


def _apply_limit(
    session: Session,
    timebank: Timebank,
    credit_limit: Hours | None,
    *,
    also_existing: bool,
    by: Membership,
    at: datetime,
) -> int:
    """Who joins gets this limit; with `also_existing` so does whoever has the old one. Returns how many accounts."""
    minutes = None if credit_limit is None else credit_limit.minutes
    changes = also_existing and minutes != timebank.credit_limit_minutes
    having_old = having_limit(session, timebank) if changes else []
    timebank.credit_limit_minutes = minutes
    # In the order of their ids, as all who lock several accounts do.
    for account_id in having_old:
        accounts.set_credit_limit(session, account_id, credit_limit, entered_by=by.person_id, reason=_FOR_ALL, at=at)
    return len(having_old)
