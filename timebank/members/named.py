"""Whose account it is that the book says no about, for who moves hours between others; it never writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from timebank.ledger.accounts import AccountClosed
from timebank.ledger.posting import OverCreditLimit
from timebank.members.models import Membership
from timebank.refusals import Refusal, Unacceptable


class OverTheirLimit(OverCreditLimit):
    """The book's no about a credit limit, with the name of the one whose limit it is."""

    def __init__(self, over: OverCreditLimit, name: str) -> None:
        sentence = (
            "That would pass the credit limit of %(name)s. Nothing can go from that account until it gains hours."
        )
        if over.room.minutes > 0:
            sentence = "That would pass the credit limit of %(name)s. At most %(room)s would still fit."
        Unacceptable.__init__(self, sentence, name=name, room=over.room)
        self.room = over.room


def named(no: Refusal, *, payer: Membership | None, payee: Membership | None) -> Refusal:
    """The no with the name of whose account it is about; any other no, and the community's, as it is."""
    if isinstance(no, OverCreditLimit) and payer is not None:
        return OverTheirLimit(no, payer.name)
    closed = next((one for one in (payer, payee) if one is not None and is_closed(one)), None)
    if isinstance(no, AccountClosed) and closed is not None:
        return closed_account_of(closed)
    return no


@contextmanager
def naming(*, payer: Membership | None, payee: Membership | None) -> Iterator[None]:
    """What the book refuses inside is told with the name of whose account it is."""
    # Read before, so that they are there afterwards: after a no PostgreSQL answers nothing more in this transaction.
    _known = [(one.name, one.account) for one in (payer, payee) if one is not None]
    try:
        yield
    except (OverCreditLimit, AccountClosed) as no:
        raise named(no, payer=payer, payee=payee) from no


def check_open(*whose: Membership | None) -> None:
    """None of these accounts is closed; None is the community, whose own never is.

    Raises:
        AccountClosed: with the name of whose account it is.
    """
    for one in whose:
        if one is not None and is_closed(one):
            raise closed_account_of(one)


def is_closed(membership: Membership) -> bool:
    """Whether the account is closed that they hold."""
    return membership.account is not None and membership.account.closed_at is not None


def closed_account_of(membership: Membership) -> AccountClosed:
    """The no to whoever would move hours there, or from there."""
    return AccountClosed("The account of %(name)s is closed.", name=membership.name)
