"""A balance and the lines of a statement in the reader's words; never a reproach, and it decides nothing."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from timebank.exchanges.models import Exchange
from timebank.exchanges.told import ToldLine
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.ledger.balances import Tallies
from timebank.ledger.models import Account, AccountChange, ChangeKind, TransferKind
from timebank.members.models import Membership, Person
from timebank.web.words import hours, moment, short

_A_LITTLE = Hours(180)
NOTHING = Tallies(Hours(0), Hours(0))
_WHY = {
    TransferKind.EXCHANGE: _l("An exchange"),
    TransferKind.ACTIVITY: _l("An activity"),
    TransferKind.WELCOME: _l("Welcome hours"),
    TransferKind.GIFT: _l("A gift"),
    TransferKind.ALLOCATION: _l("Hours from the community"),
    TransferKind.OPENING: _l("Hours from before"),
    TransferKind.CORRECTION: _l("A correction"),
    TransferKind.REVERSAL: _l("Hours taken back"),
}
_CHANGED = {
    ChangeKind.LIMIT: _l("On %(day)s %(who)s changed the limit from %(before)s to %(after)s."),
    ChangeKind.CLOSE: _l("On %(day)s %(who)s closed the account."),
    ChangeKind.REOPEN: _l("On %(day)s %(who)s opened the account again."),
}


def balance_words(helped: Tallies, tallies: Tallies) -> str:
    """What the balance says, with a word to go with it; `helped` is what of the tallies was help."""
    if tallies == helped == NOTHING:
        return _("You have neither given nor received hours yet. Giving and receiving are both a good beginning.")
    if helped == NOTHING or helped.balance != tallies.balance:
        return _not_all_help(tallies.balance)
    more, told = tallies.balance, {"hours": hours(Hours(abs(tallies.balance.minutes)))}
    if more.minutes == 0:
        return _("You have given just as much as you have received.")
    if more.minutes > 0 and more <= _A_LITTLE:
        return _("You have given a little more than you have received: %(hours)s. Thank you.", **told)
    if more.minutes > 0:
        return _(
            "You have given %(hours)s more than you have received. Thank you. Let someone do you a good turn.", **told
        )
    if -more <= _A_LITTLE:
        return _("You have received a little more than you have given: %(hours)s. That is what it is for.", **told)
    return _("You have received %(hours)s more than you have given. That is what it is for.", **told)


def _not_all_help(balance: Hours) -> str:
    """The balance of someone to whom, or from whom, hours also went without help."""
    if balance.minutes > 0:
        return _("You have %(hours)s. Let someone do you a good turn.", hours=hours(balance))
    if balance.minutes < 0:
        return _("Your balance is %(hours)s below zero. That is what it is for.", hours=hours(-balance))
    return _("Your hours come out even.")


def unhelped_words(helped: Tallies, tallies: Tallies) -> str:
    """That hours came or went without help, so that nobody wonders why the figures do not add up; or nothing."""
    came = tallies.balance - helped.balance
    if came.minutes > 0:
        return _(
            "%(hours)s came to you without an exchange: welcome hours, gifts, hours from before or corrections.",
            hours=hours(came),
        )
    if came.minutes < 0:
        return _(
            "%(hours)s went from you without an exchange: gifts, hours from before or corrections.", hours=hours(-came)
        )
    return ""


def level(balance: Hours) -> str:
    """A balance in the middle of a sentence: "2 hours", "1 hour below zero"."""
    if balance.minutes < 0:
        return _("%(hours)s below zero", hours=hours(-balance))
    return hours(balance) if balance.minutes else _("zero")


def room_words(account: Account, warn_below_minutes: int) -> str:
    """How much can still be received, for someone who comes near their limit; empty for everyone else."""
    limit = account.credit_limit_minutes
    if limit is None or account.balance_minutes > -min(warn_below_minutes, limit):
        return ""
    left = limit + account.balance_minutes
    if left <= 0:
        return _("Before you receive more, it is your turn to give. Call us, and we find something that suits you.")
    return _("You can receive %(hours)s more before it is your turn to give again.", hours=hours(left))


def limit_words(credit_limit: Hours | None) -> str:
    """A credit limit in the middle of a sentence: "20 hours below zero", "no limit"."""
    return level(-credit_limit) if credit_limit is not None else _("no limit")


def limit_of(account: Account) -> str:
    """The account's limit, as limit_words() tells it."""
    limit = account.credit_limit_minutes
    return limit_words(None if limit is None else Hours(limit))


def left_words(account: Account) -> str:
    """How far it still is to the account's limit, for a coordinator."""
    if account.credit_limit_minutes is None:
        return limit_words(None)
    left = Hours(account.credit_limit_minutes + account.balance_minutes)
    if left.minutes >= 0:
        return hours(left)
    return _("Nothing. It is %(hours)s past the limit, and can only move towards zero.", hours=hours(-left))


def changed_words(change: AccountChange, by: Person | None) -> str:
    """What was changed about an account, when and by whom."""
    limits = (Hours(one) if one is not None else None for one in (change.before_minutes, change.after_minutes))
    before, after = (limit_words(one) for one in limits)
    if change.is_first_limit:
        return _("The account was opened on %(day)s. Its limit: %(after)s.", day=moment(change.at), after=after)
    who = by.name if by else _("the timebank")
    return str(_CHANGED[change.kind] % {"day": moment(change.at), "who": who, "before": before, "after": after})


def reason_words(change: AccountChange) -> str:
    """Why it was changed, in the words of whoever did; nothing where nobody said why."""
    return "" if change.is_first_limit else f"“{change.reason}”"


def change_words(change: Hours) -> str:
    """What a line changes, with its sign: "+1 h 30"."""
    return f"+{short(change)}" if change.minutes > 0 else short(change)


def why_words(kind: TransferKind) -> str:
    """Why hours moved, without the name."""
    return str(_WHY[kind])


def line_words(told: ToldLine) -> str:
    """What a line of the statement is for, without the name."""
    title = told.exchange.title if told.exchange is not None else why_words(told.why)
    if told.line.transfer.reverses_id is not None:
        return _("Taken back: %(title)s", title=title)
    return title


def holder_words(membership: Membership | None) -> str:
    """Who holds an account, in the middle of a sentence; None is the community."""
    return membership.name if membership is not None else _("the community")


def partner_words(told: ToldLine) -> str:
    """Who is on the other side of a line."""
    return holder_words(told.partner)


def taken_back_words(told: ToldLine) -> str:
    """When the hours of a line were taken back; empty where they were not."""
    return _("taken back on %(day)s", day=moment(told.taken_back.posted_at)) if told.taken_back else ""


def waiting_words(exchange: Exchange) -> str:
    """What the one who is asked is to answer, in one sentence."""
    teller = exchange.provider if exchange.told_by_id == exchange.provider_id else exchange.receiver
    told = {"name": teller.name, "title": exchange.title, "hours": hours(exchange.minutes or 0)}
    if exchange.state == State.RECORDED and teller is exchange.provider:
        return _("%(name)s says: I gave you %(hours)s. Is that right? %(title)s", **told)
    if exchange.state == State.RECORDED:
        return _("%(name)s says: you gave me %(hours)s. Is that right? %(title)s", **told)
    if teller is exchange.provider:
        return _("%(name)s would like to help you: %(title)s", **told)
    return _("%(name)s asks for your help: %(title)s", **told)
