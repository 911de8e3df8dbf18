"""What stands around every page: the menu for who is reading, the timebank's name, its contact; it opens no doors."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import Babel, get_locale
from flask_babel import gettext as _

from timebank.policy import Permission, Role
from timebank.web.access import is_acting, is_for_themselves, signed_in
from timebank.web.forms.base import StepForm

_IN_MENU = 4


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the menu."""

    label: str
    href: str
    current: bool = False


def init(app: Flask) -> None:
    """Every template knows its frame, in the language of the timebank."""
    Babel(app, locale_selector=_locale, timezone_selector=_time_zone)
    app.context_processor(_frame)


def _locale() -> str:
    here = g.get("here")
    return here.locale if here is not None else "en_GB"


def _time_zone() -> str | None:
    here = g.get("here")
    return here.time_zone if here is not None else None


def _frame() -> dict[str, Any]:
    """The layout's own names; a page for our own mistakes gets none, since it may not ask the database."""
    if g.get("failed"):
        return {}
    person = signed_in()
    places = _places() if g.get("mine") is not None else []
    return {
        "here": g.get("here"),
        "dress": g.get("dress"),
        "me": person,
        "mine": g.get("mine"),
        "Permission": Permission,
        "menu": places[:_IN_MENU],
        "more": places[_IN_MENU:] + (_own_places() if person else []),
        "signed_in": person is not None,
        "sign_out_form": StepForm(formdata=None) if person else None,
        "sign_out_url": url_for("signing.sign_out") if person else None,
        "stop_acting_form": StepForm(formdata=None) if is_acting() else None,
        "home_url": url_for("places.index"),
        "locale_code": str(get_locale() or "en"),
        "footer_links": [
            Place(_("Accessibility"), url_for("about.accessibility")),
            Place(_("Privacy"), url_for("about.privacy")),
        ],
    }


def _places() -> list[Place]:
    """The places this reader may go to, most wanted first."""
    told = [
        (_("Today"), "today.show", Permission.DECIDE_EXCHANGES),
        (_("Home"), "home.show", Permission.SEE_HOME),
        (_("Approvals"), "desk.index", Permission.DECIDE_EXCHANGES),
        (_("Board"), "board.index", Permission.SEE_BOARD),
        (_("Log time"), "exchanges.log", Permission.EXCHANGE),
        (_("Members"), "members.index", Permission.SEE_MEMBERS),
        (_("My page"), "profile.me", Permission.KEEP_OWN_PAGE),
        (_("My place here"), "standing.own", Permission.KEEP_OWN_PAGE),
        (_("Our impact"), "reports.index", Permission.SEE_RELEASES),
        (_("Report"), "reports.draft", Permission.SEE_REPORTS),
        (_("Joining"), "applications.index", Permission.ENROL),
        (_("People"), "people.index", Permission.SEE_PEOPLE),
        (_("Sheets to print"), "sheets.index", Permission.LOOK_AFTER_MEMBERS),
        (_("Hours of professionals"), "paid_hours.log", Permission.RECORD_PROFESSIONALS),
        (_("My exchanges"), "exchanges.index", Permission.SEE_OWN_STATEMENT),
        (_("My statement"), "statement.show", Permission.SEE_OWN_STATEMENT),
        (_("Give hours"), "give.show", Permission.GIVE_HOURS),
        (_("Supporters"), "supporters.index", Permission.SEE_MEMBERS),
        (_("Concerns"), "concerns.index", Permission.LOOK_AFTER_MEMBERS),
        (_("Letters"), "letters.show", Permission.SEE_HOME),
        (_("To tell by phone"), "letters.by_phone", Permission.LOOK_AFTER_MEMBERS),
        (_("Audit log"), "audit_log.index", Permission.SEE_AUDIT_LOG),
        (_("Invitations"), "invitations.index", Permission.INVITE),
        (_("Sign-in cards"), "cards.sheet", Permission.ENROL),
        (_("Terms"), "terms.show", Permission.SEE_HOME),
        (_("Rules"), "policy.show", Permission.SET_POLICY),
        (_("Kinds of help"), "categories.index", Permission.SET_POLICY),
    ]
    return [
        Place(label, url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint, permission in told
        if g.mine.may(permission) and not (is_acting() and is_for_themselves(endpoint))
    ]


def _own_places() -> list[Place]:
    return [Place(_("Change password"), url_for("signing.change"), request.endpoint == "signing.change")]


def landing(roles: frozenset[Role]) -> str:
    """The endpoint where someone with these roles begins."""
    return "reports.index" if roles == {Role.FUNDER} else "home.show"
