"""A balance and the lines of a statement in the reader's words; never a reproach, and it decides nothing."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from timebank.exchanges.models import Exchange
from timebank.exchanges.told import ToldLine
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.ledger.balances import Tallies
from timebank.ledger.models import Account, TransferKind
from timebank.web.words import hours, short

_A_LITTLE = Hours(180)
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


def balance_words(tallies: Tallies) -> str:
    """What the balance says, with a word to go with it."""
    more, told = tallies.balance, {"hours": hours(Hours(abs(tallies.balance.minutes)))}
    if tallies == Tallies(Hours(0), Hours(0)):
        return _("You have neither given nor received hours yet. Giving and receiving are both a good beginning.")
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


def room_words(account: Account, warn_below_minutes: int) -> str:
    """How much can still be received, for someone who comes near their limit; empty for everyone else."""
    limit = account.credit_limit_minutes
    if limit is None or account.balance_minutes > -min(warn_below_minutes, limit):
        return ""
    left = limit + account.balance_minutes
    if left <= 0:
        return _("Before you receive more, it is your turn to give. Call us, and we find something that suits you.")
    return _("You can receive %(hours)s more before it is your turn to give again.", hours=hours(left))


def change_words(change: Hours) -> str:
    """What a line changes, with its sign: "+1 h 30"."""
    return f"+{short(change)}" if change.minutes > 0 else short(change)


def line_words(told: ToldLine) -> str:
    """What a line of the statement is for, without the name."""
    if told.exchange is None:
        return str(_WHY[told.line.transfer.kind])
    if told.line.transfer.reverses_id is not None:
        return _("Taken back: %(title)s", title=told.exchange.title)
    return str(told.exchange.title)


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
