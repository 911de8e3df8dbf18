"""Joining in the reader's words: how many members, what came of an invitation, why something is suggested."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from timebank.care.inviting import Came
from timebank.care.joining import Bracket
from timebank.care.suggesting import Fit, Suggestion

_SIZES = {
    Bracket.FEW: _l("We are fewer than 50 members, so you soon know everyone."),
    Bracket.SOME: _l("We have between 50 and 200 members."),
    Bracket.MANY: _l("We have between 200 and 1,000 members."),
    Bracket.VERY_MANY: _l("We are more than 1,000 members."),
}
_WHY = {
    Fit.OFFERS: _l("%(name)s offers this, and they would like “%(words)s”"),
    Fit.BRINGS: _l("%(name)s can bring this, and they would like “%(words)s”"),
    Fit.REQUESTS: _l("%(name)s would like this, and they are good at “%(words)s”"),
    Fit.NEEDS: _l("%(name)s would be glad of this, and they are good at “%(words)s”"),
}


def size(bracket: Bracket) -> str:
    """How many members there are, as a sentence."""
    return str(_SIZES[bracket])


def why(suggestion: Suggestion) -> str:
    """Why something is suggested, as a sentence."""
    return str(_WHY[suggestion.fit]) % {"name": suggestion.who.name, "words": ", ".join(suggestion.words)}


def stands(came: Came, today: date) -> tuple[str, str]:
    """What came of an invitation, and the tone of it; of who was declined nothing is told."""
    if came.application is not None:
        member = came.application.membership
        if member is None:
            return _("used"), "plain"
        return _("%(name)s, number %(number)d", name=member.name, number=member.number), "good"
    if came.is_open(today):
        return _("open"), "waiting"
    return (_("ended"), "plain") if came.invitation.ended_at else (_("its last day has passed"), "plain")
