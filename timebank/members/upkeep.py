"""What coordinators change about an account; every change is written down."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.hours import Hours
from timebank.ledger import accounts
from timebank.ledger.accounts import AccountClosed, NotClosed
from timebank.ledger.models import Account, AccountChange, ChangeKind
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.models import Membership, Person
from timebank.members.rules import WrongAmount, WrongSide, check_keeper, check_rule, needed_word

__all__ = ["AccountClosed", "NotClosed"]  # what pages know of the book's accounts


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
    before, after = account.credit_limit_minutes, None if credit_limit is None else credit_limit.minutes
    if before == after:
        raise WrongAmount("That is the limit already.")
    accounts.set_credit_limit(session, account.id, credit_limit, entered_by=by.person_id, reason=word, at=at)
    told = {"before": before, "after": after, "word": word}
    audit_log.note(session, Deed.LIMIT_CHANGED, by=by, about=membership, at=at, **told)


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
    audit_log.note(session, Deed.ACCOUNT_CLOSED, by=by, about=membership, at=at, word=word)


def reopen(session: Session, membership: Membership, *, reason: str, by: Membership, at: datetime) -> None:
    """The member's account gives and gains hours again.

    Raises:
        NotClosed: it is open.
        NotAllowed, WrongSide, WrongWord: as change_limit().
    """
    check_keeper(by, membership)
    word, account_id = needed_word(reason), account_of(membership).id
    accounts.reopen_account(session, account_id, entered_by=by.person_id, reason=word, at=at)
    audit_log.note(session, Deed.ACCOUNT_REOPENED, by=by, about=membership, at=at, word=word)


def log_of(session: Session, account_id: int) -> Sequence[tuple[AccountChange, Person | None]]:
    """All that was changed about the account and by whom, the newest first."""
    query = select(AccountChange, Person).outerjoin(Person, Person.id == AccountChange.entered_by)
    rows = session.execute(query.where(AccountChange.account_id == account_id).order_by(AccountChange.id.desc()))
    return [(change, person) for change, person in rows]


def account_of(membership: Membership) -> Account:
    """The account that the membership holds.

    Raises:
        WrongSide: it holds none.
    """
    if membership.account is None:
        raise WrongSide("%(name)s holds no account here.", name=membership.name)
    return membership.account
