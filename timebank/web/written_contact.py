"""The letter to an e-mail that is theirs no longer: whoever reads there learns of it, and whom to call."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from timebank.members.models import Membership
from timebank.notices.letters import Letter
from timebank.web.enveloping import letter_at_once
from timebank.web.wording import Written

_WHY = _l("You get this letter because letters went to this e-mail until now.")


def farewell_letter(to: Membership) -> Letter:
    """To the e-mail that they have until now; write it before it changes."""
    return letter_at_once(to, _gone, why=_WHY)


def _gone() -> Written:
    return Written(
        subject=_("Your e-mail was changed"),
        sentence=_("Our letters no longer come to this e-mail, and nobody signs in with it any more."),
        more=[_("If you did not expect that, call us. Nothing else has changed.")],
    )
