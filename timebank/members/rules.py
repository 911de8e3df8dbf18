"""Who may move hours, how many and with what word: the rules that moving and upkeep share; they write nothing."""

from timebank.hours import Hours
from timebank.ledger.models import HELP, Transfer, TransferKind
from timebank.members.models import Membership, MembershipStatus
from timebank.policy import Permission
from timebank.refusals import NotAllowed, NotFound, Unacceptable

LARGEST_GIFT = Hours(24 * 60)
LARGEST_MOVE = Hours(1000 * 60)
LONGEST_WORD = 500
TAKEN_BACK_HERE = frozenset(TransferKind) - {*HELP, TransferKind.REVERSAL}
"""The kinds of transfer that moving.take_back() takes back; help is taken back with its exchange or its activity."""


class WrongAmount(Unacceptable):
    """So many hours do not move at once, or the timebank does not count them so finely."""


class WrongSide(Unacceptable):
    """Hours cannot go there, or cannot come from there."""


class WrongWord(Unacceptable):
    """A reason is missing, or too long to keep."""


class NotYourOwn(NotAllowed):
    """Who looks after accounts does not look after their own."""


def check_keeper(by: Membership, *whose: Membership | None) -> None:
    """A coordinator looks after accounts of their own timebank, and not after their own.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    if not by.may(Permission.KEEP_ACCOUNTS):
        raise NotAllowed("Coordinators look after the accounts.")
    for membership in whose:
        if membership is None:
            continue
        if membership.timebank_id != by.timebank_id:
            raise NotFound("There is no such person in this timebank.")
        if membership.id == by.id:
            raise NotYourOwn("This is your own account. Another coordinator looks after it.")


def check_amount(hours: Hours, largest: Hours, *, step: int = 1) -> None:
    """The amount is a number of whole steps, in minutes, and not beyond what moves at once.

    Raises:
        WrongAmount: with the sentence for the form.
    """
    if hours.minutes <= 0:
        raise WrongAmount("Say how many hours, for example 1 hour 30 minutes.")
    if hours.minutes > largest.minutes:
        raise WrongAmount("Write at most %(largest)s at once.", largest=largest)
    if hours.minutes % step:
        raise WrongAmount("Round the time to steps of %(step)d minutes.", step=step)


def needed_word(reason: str) -> str:
    """The reason as it is kept.

    Raises:
        WrongWord: there is none, or it is too long.
    """
    if not reason.strip():
        raise WrongWord("Say why, in a few words.")
    return kept_word(reason)


def may_take_back(transfer: Transfer, *, taken_back: bool, by: Membership) -> bool:
    """Whether this person may take the transfer back with moving.take_back(), and it is not taken back already."""
    own = by.account_id in (transfer.payer_id, transfer.payee_id)
    return by.may(Permission.KEEP_ACCOUNTS) and not own and not taken_back and transfer.kind in TAKEN_BACK_HERE


def kept_word(word: str) -> str:
    """The word as it is kept.

    Raises:
        WrongWord: it is too long.
    """
    if len(word.strip()) > LONGEST_WORD:
        raise WrongWord("Use at most %(most)d letters.", most=LONGEST_WORD)
    return word.strip()


def check_receiver(giver: Membership, to: Membership) -> None:
    """Someone can be given hours by this member.

    Raises:
        WrongSide, NotFound: with the sentence for the person.
    """
    if to.timebank_id != giver.timebank_id:
        raise NotFound("There is no such person in this timebank.")
    if to.id == giver.id:
        raise WrongSide("Nobody can give hours to themselves.")
    if to.status != MembershipStatus.ACTIVE or to.account_id is None:
        raise WrongSide("%(name)s does not give or receive hours here at the moment.", name=to.name)
