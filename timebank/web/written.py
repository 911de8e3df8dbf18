"""The words of every kind of letter: what it says, why someone gets it, and what the kind is called."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from timebank.notices.models import Notice, NoticeKind
from timebank.web import written_exchanges as exchanges
from timebank.web import written_people as people
from timebank.web.wording import Written, told_in

_WORDS: dict[NoticeKind, Callable[[dict[str, Any]], Written]] = {
    NoticeKind.WELCOME: people.welcome,
    NoticeKind.APPLICATION: people.application,
    NoticeKind.APPLICATION_DECLINED: people.application_declined,
    NoticeKind.PROPOSAL: exchanges.proposal,
    NoticeKind.ANSWER: exchanges.answer,
    NoticeKind.MESSAGE: exchanges.message,
    NoticeKind.TO_CONFIRM: exchanges.to_confirm,
    NoticeKind.DISPUTED: exchanges.disputed,
    NoticeKind.DECIDED: exchanges.decided,
    NoticeKind.GIFT: exchanges.gift,
    NoticeKind.THANKS: exchanges.thanks,
    NoticeKind.RENEWAL: people.renewal,
    NoticeKind.MATCH: people.match,
    NoticeKind.SUPPORTER: people.supporter,
    NoticeKind.STANDING: people.standing,
    NoticeKind.TERMS: people.terms,
    NoticeKind.BULK: people.bulk,
}

CALLED = {
    NoticeKind.WELCOME: _l("Welcome"),
    NoticeKind.APPLICATION: _l("Someone would like to join"),
    NoticeKind.APPLICATION_DECLINED: _l("An answer to your application"),
    NoticeKind.PROPOSAL: _l("Someone would like to share time with you"),
    NoticeKind.ANSWER: _l("Answers to what you proposed"),
    NoticeKind.MESSAGE: _l("Messages about an exchange"),
    NoticeKind.TO_CONFIRM: _l("Time that you are asked to confirm"),
    NoticeKind.DISPUTED: _l("Two people remember an exchange differently"),
    NoticeKind.DECIDED: _l("What a coordinator decided about your exchanges"),
    NoticeKind.GIFT: _l("Hours that someone gave you"),
    NoticeKind.THANKS: _l("Thanks"),
    NoticeKind.RENEWAL: _l("Your offers and requests before they leave the board"),
    NoticeKind.MATCH: _l("Offers and requests that fit yours"),
    NoticeKind.SUPPORTER: _l("People who may act for you, or you for them"),
    NoticeKind.STANDING: _l("How you stand in the timebank"),
    NoticeKind.TERMS: _l("New terms"),
    NoticeKind.BULK: _l("News from your coordinator"),
}
"""What the kinds are called, where someone chooses among them."""

WHY = {
    NoticeKind.WELCOME: _l("You get this letter because you have just joined."),
    NoticeKind.APPLICATION: _l("You get this letter because you welcome new members."),
    NoticeKind.APPLICATION_DECLINED: _l("You get this letter because you asked to join."),
    NoticeKind.PROPOSAL: _l("You get this letter because somebody waits for your answer."),
    NoticeKind.ANSWER: _l("You get this letter because you have an exchange with them."),
    NoticeKind.MESSAGE: _l("You get this letter because you have an exchange with them."),
    NoticeKind.TO_CONFIRM: _l("You get this letter because somebody waits for your answer."),
    NoticeKind.DISPUTED: _l("You get this letter because you have an exchange with them."),
    NoticeKind.DECIDED: _l("You get this letter because it is about an exchange of yours."),
    NoticeKind.GIFT: _l("You get this letter because your hours have changed."),
    NoticeKind.THANKS: _l("You get this letter because you helped someone."),
    NoticeKind.RENEWAL: _l("You get this letter because you put something on the board."),
    NoticeKind.MATCH: _l("You get this letter because it fits what you put on the board."),
    NoticeKind.SUPPORTER: _l("You get this letter because it is about who may act for whom."),
    NoticeKind.STANDING: _l("You get this letter because it is about your own place here."),
    NoticeKind.TERMS: _l("You get this letter because everyone is asked about new terms."),
    NoticeKind.BULK: _l("You get this letter because your coordinator wrote to several of you."),
}
"""Why someone gets a letter of the kind."""


def written(notice: Notice) -> Written:
    """The notice in words, in the language and for the timebank that the page or the letter is in."""
    return _WORDS[notice.kind](told_in(notice))
