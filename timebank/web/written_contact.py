"""The letters about another e-mail: whoever reads at the one or at the other learns of it, and whom to call."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from timebank.members.models import Membership
from timebank.notices.letters import Letter
from timebank.web.enveloping import letter_at_once
from timebank.web.wording import Written

_WHY = _l("You get this letter because letters went to this e-mail until now.")
_WHY_HERE = _l("You get this letter because letters go to this e-mail from now on.")


def farewell_letter(to: Membership) -> Letter:
    """To the e-mail that they have until now; write it before it changes."""
    return letter_at_once(to, _gone, why=_WHY)


def arrival_letter(to: Membership) -> Letter:
    """To the e-mail that they have now; write it after it has changed."""
    return letter_at_once(to, lambda: _here(to), why=_WHY_HERE)


def _here(to: Membership) -> Written:
    has_password = to.person is not None and to.person.password_hash is not None
    timebank = to.timebank.name
    return Written(
        subject=_("Your e-mail at %(timebank)s", timebank=timebank),
        sentence=_(
            "Letters from %(timebank)s come to this e-mail from now on, and you sign in with it.", timebank=timebank
        ),
        more=[
            _("Your password is as it was.")
            if has_password
            else _("You have no password yet. Ask for a link to choose one."),
            _("If you know nothing of this, call us."),
        ],
        link=_("Sign in") if has_password else _("Choose a password"),
        endpoint="signing.sign_in" if has_password else "signing.forgotten",
    )


def _gone() -> Written:
    return Written(
        subject=_("Your e-mail was changed"),
        sentence=_("Our letters no longer come to this e-mail, and nobody signs in with it any more."),
        more=[_("If you did not expect that, call us. Nothing else has changed.")],
    )
