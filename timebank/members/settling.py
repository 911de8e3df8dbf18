"""The hours of who leaves, or was written down twice: their account is brought to zero by one transfer, and closed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.hours import Hours
from timebank.ledger import accounts, posting
from timebank.ledger.models import Account, AccountChange, AccountKind, ChangeKind, Transfer, TransferKind
from timebank.ledger.posting import Posting
from timebank.members.models import Membership
from timebank.members.named import check_open, naming
from timebank.refusals import Unacceptable

ON_LEAVING = "Settled with the community on leaving."
CAME_BACK = "Opened again: they are back."
BY_MISTAKE = "It was written down by mistake."


class NoAccount(Unacceptable):
    """The one that is to be kept cannot take hours over."""


def balance_of(session: Session, membership: Membership) -> Hours:
    """The balance of their account as it stands now, locked; zero where they have none."""
    if membership.account is None:
        return Hours(0)
    # With the community's, which may take it over: who gives to it at the same moment locks the lower id first.
    _lock(session, membership.account, _community(session, membership.account.book_id))
    return Hours(membership.account.balance_minutes)


def settle(session: Session, membership: Membership, *, by: Membership, at: datetime) -> Hours:
    """Their account stands at zero and is closed: the community's own took over what was left or missing.

    What was left is a gift to the community, what was missing a correction; neither is help.

    Returns:
        The balance that was settled.
    """
    account = membership.account
    if account is None or account.closed_at is not None:
        return Hours(0)
    community = _community(session, account.book_id)
    _lock(session, account, community)
    balance = Hours(account.balance_minutes)
    if balance.minutes:
        left = balance.minutes > 0
        # The log goes on by one each time the account is closed or opened, so that who comes back can leave again.
        reference = f"settled:{membership.id}:{account.last_change_id}"
        payer, payee = (account, community) if left else (community, account)
        kind = TransferKind.GIFT if left else TransferKind.CORRECTION
        _post(session, membership, kind, reference, payer, payee, balance, ON_LEAVING, by, at)
    accounts.close_account(session, account.id, entered_by=by.hand_id, reason=ON_LEAVING, at=at)
    return balance


def reopen(session: Session, membership: Membership, *, reason: str, by: Membership, at: datetime) -> None:
    """Their account gives and gains hours again, where it was closed."""
    account = membership.account
    if account is not None and account.closed_at is not None:
        accounts.reopen_account(session, account.id, entered_by=by.hand_id, reason=reason, at=at)


def take_back(session: Session, membership: Membership, *, by: Membership, at: datetime) -> None:
    """Their account is open again and stands as before it was settled; all of it stays readable."""
    account = membership.account
    closing = session.get(AccountChange, account.last_change_id) if account is not None else None
    if account is None or closing is None or closing.kind != ChangeKind.CLOSE or closing.reason != ON_LEAVING:
        return
    settled = session.scalar(
        select(Transfer).where(
            Transfer.book_id == account.book_id,
            Transfer.reference.startswith(f"settled:{membership.id}:", autoescape=True),
            Transfer.posted_at == account.closed_at,
        )
    )
    _lock(session, account, _community(session, account.book_id))
    accounts.reopen_account(session, account.id, entered_by=by.hand_id, reason=BY_MISTAKE, at=at)
    if settled is None:
        return
    limit, on = account.credit_limit_minutes, membership.timebank.day_of(at)
    gone_past = limit is not None and settled.payee_id == account.id and settled.minutes > limit
    # Who stood past their limit could not go back there, so the limit is away while the hours are taken back.
    if gone_past:
        accounts.set_credit_limit(session, account.id, None, entered_by=by.hand_id, reason=BY_MISTAKE, at=at)
    posting.reverse(session, settled.id, reason=BY_MISTAKE, entered_by=by.hand_id, on=on, at=at)
    if gone_past and limit is not None:
        session.refresh(account)
        accounts.set_credit_limit(session, account.id, Hours(limit), entered_by=by.hand_id, reason=BY_MISTAKE, at=at)
    session.refresh(account)


def hand_over(
    session: Session, double: Membership, kept: Membership, *, reason: str, by: Membership, at: datetime
) -> Hours:
    """The double's balance is the kept one's by a correction, and the double's account is closed.

    Raises:
        NoAccount: the one that is kept holds no account.
        AccountClosed: the account that is kept is closed.
        OverCreditLimit: the kept one would pass its credit limit; nothing is kept.

    Returns:
        The balance that was handed over.
    """
    account = double.account
    if account is None or account.closed_at is not None:
        return Hours(0)
    if kept.account is None:
        raise NoAccount("%(name)s holds no account here. Keep the other one of the two.", name=kept.name)
    check_open(kept)
    _lock(session, account, kept.account)
    balance = Hours(account.balance_minutes)
    if balance.minutes:
        payer, payee = (double, kept) if balance.minutes > 0 else (kept, double)
        paying, gaining = (account, kept.account) if payer is double else (kept.account, account)
        kind, reference = TransferKind.CORRECTION, f"merged:{double.id}:{account.last_change_id}"
        with naming(payer=payer, payee=payee):
            _post(session, double, kind, reference, paying, gaining, balance, reason, by, at)
    accounts.close_account(session, account.id, entered_by=by.hand_id, reason=reason, at=at)
    return balance


def check_at_zero(membership: Membership) -> None:
    """Their account stands at zero and so can be closed: NotAtZero."""
    if membership.account is not None and membership.account.closed_at is None:
        accounts.check_change(membership.account, ChangeKind.CLOSE)


def _post(
    session: Session,
    membership: Membership,
    kind: TransferKind,
    reference: str,
    payer: Account,
    payee: Account,
    balance: Hours,
    reason: str,
    by: Membership,
    at: datetime,
) -> None:
    told = Posting(
        book_id=payer.book_id,
        reference=reference,
        kind=kind,
        payer_id=payer.id,
        payee_id=payee.id,
        hours=Hours(abs(balance.minutes)),
        occurred_on=membership.timebank.day_of(at),
        reason=reason,
        entered_by=by.hand_id,
    )
    posting.post(session, told, at=at)
    for account in (payer, payee):
        session.refresh(account)


def _community(session: Session, book_id: int) -> Account:
    whose = Account.book_id == book_id, Account.kind == AccountKind.COMMUNITY
    return session.scalars(select(Account).where(*whose).order_by(Account.id).limit(1)).one()


def _lock(session: Session, *which: Account) -> None:
    """These accounts are ours until the end, read anew, in the order of their ids as all who lock several do."""
    query = select(Account).where(Account.id.in_([account.id for account in which])).order_by(Account.id)
    session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)).all()
