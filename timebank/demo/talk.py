"""What people in the made-up community say to one another: the first word, when to meet, and thanks afterwards."""

from datetime import datetime, timedelta

from timebank.demo.plans import Plan
from timebank.demo.town import Neighbour, Town
from timebank.exchanges import conversation, thanking
from timebank.exchanges.models import Exchange
from timebank.exchanges.thanking import Said

_BEGINS, _TALKS_ON, _ANSWERS = 0.7, 0.6, 0.75
_THANKS_ON_LOGGING, _THANKS_ON_CONFIRMING, _MAY_QUOTE, _SAYS_HOW_IT_WAS = 0.3, 0.5, 0.4, 0.6
_HOW_IT_WAS = (5, 5, 5, 4, 4, 3, 5, 4, 2)

_WOULD_LIKE = (
    "Hello! Would you have time for this next week? I am in most mornings.",
    "I saw your offer and thought, that is just what I need. Thursday perhaps?",
    "Jess said you might be the right person. There is no hurry at all.",
    "Could you come by one afternoon? I am at home after two.",
    "It has been on my list since spring. I would be so glad of a hand.",
    "My neighbour told me how well it went with you. May I ask too?",
)
_CAN_HELP = (
    "I read what you are looking for and can do that. Would Saturday suit you?",
    "Happy to help with this. I have an hour or two on Tuesday afternoon.",
    "I live two streets away, so it is no trouble. Tell me when.",
    "I have done this for my mother many times. Shall I come and have a look first?",
    "I can bring all we need. Mornings are best for me.",
)
_SUITS = (
    "Gladly! Does ten o'clock suit you?",
    "Yes please. I will put the kettle on.",
    "That works. The bell is broken, so knock hard.",
    "Good. It is the blue door beside the launderette.",
    "Lovely. Could we make it half an hour later, because of the bus?",
)
_SEE_YOU = (
    "Perfect, see you then.",
    "Noted. I will ring if the weather turns.",
    "Fine with me. Until then!",
    "Good, thank you.",
)

_FROM_RECEIVERS = (
    "Thank you, that was a great help.",
    "You were so patient with me. I can do it myself now!",
    "It would have taken me weeks. Thank you.",
    "The best afternoon I have had in a long time.",
    "You left it tidier than it was. I am very grateful.",
    "I slept better that night than I have for a month.",
    "Such good company, and such good work.",
    "My daughter noticed at once. Thank you from all of us.",
    "I was nervous about asking, and you made it easy.",
    "Thank you for waiting with me. It made all the difference.",
    "The soup is nearly gone already. Thank you!",
    "You explained it without making me feel foolish.",
)
_FROM_PROVIDERS = (
    "Lovely to meet you.",
    "Thank you for the tea, and for the stories.",
    "I learned as much as you did. See you next week.",
    "It was a pleasure. Ask me again.",
    "What a garden you have! I came home happy.",
    "Thank you for letting me help.",
)


def first_word(town: Town, planned: Plan) -> str:
    """What goes with a proposal; with some nothing does."""
    if town.chat.random() > _BEGINS:
        return ""
    return town.chat.choice(_WOULD_LIKE if planned.teller is planned.receiver else _CAN_HELP)


def settle_when(town: Town, planned: Plan, at: datetime) -> None:
    """The two may write to one another when to meet."""
    if town.chat.random() > _TALKS_ON:
        return
    _expect(town, planned, planned.asked, town.chat.choice(_SUITS), at + timedelta(minutes=town.chat.randrange(2, 30)))
    if town.chat.random() < _ANSWERS:
        later = at + timedelta(minutes=town.chat.randrange(40, 300))
        _expect(town, planned, planned.teller, town.chat.choice(_SEE_YOU), later)


def thank_on_logging(town: Town, planned: Plan, at: datetime) -> None:
    """Who logs it may thank the other one."""
    if planned.teller.writes_email and town.chat.random() < _THANKS_ON_LOGGING:
        _thank(town, planned, planned.teller, at)


def thank_on_confirming(town: Town, planned: Plan, at: datetime) -> None:
    """Who confirms it may thank the other one."""
    if town.chat.random() < _THANKS_ON_CONFIRMING:
        _thank(town, planned, planned.asked, at)


def _expect(town: Town, planned: Plan, speaker: Neighbour, text: str, at: datetime) -> None:
    key = town.key()

    def say(then: datetime) -> None:
        conversation.say(town.session, planned.exchange_id, text, key=key, by=speaker.membership, at=then)

    town.calendar.add(at, say)


def _thank(town: Town, planned: Plan, speaker: Neighbour, at: datetime) -> None:
    word = town.chat.choice(_FROM_RECEIVERS if speaker is planned.receiver else _FROM_PROVIDERS)
    satisfaction = town.chat.choice(_HOW_IT_WAS) if town.chat.random() < _SAYS_HOW_IT_WAS else None
    said = Said(word=word, may_quote=town.chat.random() < _MAY_QUOTE, satisfaction=satisfaction)
    exchange = town.session.get_one(Exchange, planned.exchange_id)
    thanking.thank_along(town.session, exchange, said, by=speaker.membership, at=at)
