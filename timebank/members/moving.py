"""Hours that move without help: welcome hours, gifts, hours from before, corrections; and how each is taken back."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timebank.hours import Hours
from timebank.ledger import posting
from timebank.ledger.models import HELP, Account, AccountKind, Transfer, TransferKind
from timebank.ledger.posting import Posted, Posting
from timebank.members.models import Membership, MembershipStatus, Person, Timebank
from timebank.policy import Permission
from timebank.refusals import Conflict, NotAllowed, NotFound, Unacceptable

LARGEST_GIFT = Hours(24 * 60)
LARGEST_MOVE = Hours(1000 * 60)
LONGEST_WORD = 500
TAKEN_BACK_HERE = frozenset(TransferKind) - {*HELP, TransferKind.REVERSAL}
"""The kinds of transfer that take_back() takes back; help is taken back with its exchange or its activity."""


class WrongAmount(Unacceptable):
    """So many hours do not move at once, or the timebank does not count them so finely."""


class WrongSide(Unacceptable):
    """Hours cannot go there, or cannot come from there."""


class WrongWord(Unacceptable):
    """A reason is missing, or is too long to keep."""


class MovedBefore(Conflict):
    """What moves once for each member has moved."""


class NotYourOwn(NotAllowed):
    """Who looks after accounts does not look after their own."""


def welcome(
    session: Session, membership: Membership, hours: Hours, *, on: date, at: datetime, by: Membership | None = None
) -> Posted:
    """The welcome hours are the newcomer's, from the community's account, dated `on`.

    They come by themselves when someone becomes a member; `by` is the coordinator who gives them by hand.

    Raises:
        MovedBefore: they were given before, whether or not they were taken back since.
        NotYourOwn, WrongAmount: as correction().
    """
    timebank = membership.timebank
    if by is not None:
        check_keeper(by, membership)
    _check_amount(timebank, hours, LARGEST_MOVE)
    before = welcomed(session, membership)
    if before is not None:
        raise MovedBefore("The welcome hours were given before. They are given once only.")
    kind, entered_by = TransferKind.WELCOME, by.person_id if by else None
    move = _move(session, timebank, kind, str(membership.id), hours, payer=None, payee=membership, on=on)
    return posting.post(session, move(entered_by=entered_by), at=at)
