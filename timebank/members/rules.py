"""Who may move hours, how many and with what word: the rules that moving and upkeep share; they write nothing."""

from collections.abc import Collection

from timebank.hours import Hours
from timebank.ledger.models import HELP, Transfer, TransferKind
from timebank.members.directory import Named
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
    """Who looks after accounts does not look after their own, nor after that of the organisation they work for."""


def is_party(by: Membership, membership: Membership | Named) -> bool:
    """Whether it is about oneself, or about the organisation that one works for."""
    works_for_it = by.works_for_id is not None and by.works_for_id == membership.organisation_id
    return membership.id == by.id or works_for_it


def check_keeper(by: Membership, *whose: Membership | None) -> None:
    """A coordinator looks after accounts of their own timebank, and not where they are a party; None is the community.

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
        if is_party(by, membership):
            raise NotYourOwn(
                "You work for %(name)s. Another coordinator looks after its account.", name=membership.name
            )


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


def check_rule(hours: Hours | None) -> None:
    """A timebank's rule can say so many hours, as a credit limit or as what newcomers begin with; None is no rule.

    Raises:
        WrongAmount: with the sentence for the form.
    """
    if hours is not None and not 0 <= hours.minutes <= LARGEST_MOVE.minutes:
        raise WrongAmount("Write at most %(largest)s.", largest=LARGEST_MOVE)


def needed_word(reason: str) -> str:
    """The reason as it is kept.

    Raises:
        WrongWord: there is none, or it is too long.
    """
    if not reason.strip():
        raise WrongWord("Say why, in a few words.")
    return kept_word(reason)


def may_take_back(
    transfer: Transfer, *, between: Collection[Membership | None], taken_back: bool, by: Membership
) -> bool:
    """Whether this person may take the transfer back with moving.take_back(), and it is not taken back already.

    `between` are the two whose hours moved; None is the community.
    """
    own = any(is_party(by, one) for one in between if one is not None)
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
    check_takes_part(to)


def check_takes_part(membership: Membership) -> None:
    """They give and receive hours here: they are active, and hold an account.

    Raises:
        WrongSide: with the sentence for the person.
    """
    if membership.status != MembershipStatus.ACTIVE or membership.account_id is None:
        raise WrongSide("%(name)s does not give or receive hours here at the moment.", name=membership.name)


def check_not_suspended(*whose: Membership | None) -> None:
    """Hours can come to them and go from them: none is suspended; None is the community.

    Raises:
        WrongSide: with the sentence for the person.
    """
    for one in whose:
        if one is not None and one.status == MembershipStatus.SUSPENDED:
            raise WrongSide("%(name)s is suspended. No hours come or go until that is lifted.", name=one.name)
