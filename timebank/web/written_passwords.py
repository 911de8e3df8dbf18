"""The letters with a link that sets a password, in words; they hold a secret, and so never stand in the outbox."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from timebank.members.models import HERE, Membership, Person
from timebank.notices.letters import Letter
from timebank.web import letters
from timebank.web.enveloping import letter_at_once
from timebank.web.wording import Written

_NEW_HERE = _l("You get this letter because you have just joined.")
_ASKED = _l("You get this letter because somebody asked for a new password with your e-mail.")


def first_letter(to: Membership, secret: str) -> Letter:
    """To who has just joined: within two weeks they choose a password, and come in."""
    return letter_at_once(to, lambda: _first(to.timebank.name, secret), why=_NEW_HERE)


def forgotten_letter(person: Person, secret: str) -> Letter:
    """To who asked for a new password, from the first timebank where they still belong, or else once did."""
    to = min(person.memberships, key=lambda one: (one.status not in HERE, one.id))
    return letter_at_once(to, lambda: _forgotten(secret), why=_ASKED)


def _first(timebank: str, secret: str) -> Written:
    return Written(
        subject=_("Choose your password"),
        sentence=_("A warm welcome to %(timebank)s! To come in, choose a password.", timebank=timebank),
        more=[
            _("Everyone’s hour is worth the same here, and everyone is good at something."),
            _(
                "The link works once, within two weeks. Later, ask for a new one with this e-mail: %(address)s",
                address=letters.address(url_for("signing.forgotten")),
            ),
        ],
        **_leads(secret),
    )


def _forgotten(secret: str) -> Written:
    return Written(
        subject=_("A new password for your timebank"),
        sentence=_("Somebody asked for a new password for you. If it was you, choose one within two hours."),
        more=[_("If it was not you, do nothing: your password stays as it is.")],
        **_leads(secret),
    )


def _leads(secret: str) -> dict[str, Any]:
    return {"link": _("Choose a password"), "endpoint": "signing.reset", "values": {"secret": secret}}
