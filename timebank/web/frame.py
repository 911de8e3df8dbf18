"""What stands around every page: the menu for who is reading, the timebank's name, its contact; it opens no doors."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import Babel, get_locale
from flask_babel import gettext as _

from timebank.members import directory
from timebank.members.models import Timebank
from timebank.policy import Permission, Role
from timebank.web.access import is_acting, is_for_themselves, signed_in
from timebank.web.database import db
from timebank.web.forms.base import StepForm

_IN_MENU = 4
_MOST_WANTED = (
    "today.show", "home.show", "desk.index", "board.index", "exchanges.log", "members.index", "reports.index",
    "people.index", "policy.show",
)  # fmt: skip
"""What stands in the menu itself: the first few of these that open to whoever reads; all the others are below More."""


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the menu."""

    label: str
    href: str
    current: bool = False
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The places of one kind, under a heading where there are several kinds."""

    label: str
    places: list[Place]


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
    groups = _groups() if g.get("mine") is not None else []
    first = _first(groups)
    return {
        "here": g.get("here"),
        "to_call": g.get("here") or _only_timebank(),
        "dress": g.get("dress"),
        "me": person,
        "mine": g.get("mine"),
        "Permission": Permission,
        "menu": first,
        "more": _more(groups, first) if person else [],
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


def _only_timebank() -> Timebank | None:
    """Whose coordinator is called from the pages outside a timebank, such as the one to sign in: the only one here."""
    found, count = directory.timebanks(db(), limit=1, offset=0)
    return found[0] if count == 1 else None


def _groups() -> list[Group]:
    """The places this reader may go to, in their kinds."""
    told: list[tuple[str, list[tuple[str, str, Permission]]]] = [
        (_("The timebank"), _everyday()),
        (_("Looking after members"), _looking_after()),
        (_("Records and reports"), _records()),
        (_("Setting up"), _setting_up()),
        (_("For %(name)s", name=g.mine.name) if is_acting() else _("About you"), _of_oneself()),
    ]
    return [Group(label, [*map(_place, filter(_opens, places))]) for label, places in told]


def _opens(told: tuple[str, str, Permission]) -> bool:
    _label, endpoint, permission = told
    return g.mine.may(permission) and not (is_acting() and is_for_themselves(endpoint))


def _place(told: tuple[str, str, Permission]) -> Place:
    label, endpoint, _permission = told
    return Place(label, url_for(endpoint), request.endpoint == endpoint, endpoint)


def _first(groups: list[Group]) -> list[Place]:
    """What stands in the menu itself, the most wanted first."""
    wanted = [place for group in groups for place in group.places if place.endpoint in _MOST_WANTED]
    return sorted(wanted, key=lambda place: _MOST_WANTED.index(place.endpoint))[:_IN_MENU]


def _more(groups: list[Group], first: list[Place]) -> list[Group]:
    """What is not in the menu itself; whoever is signed in has a password to change, also outside a timebank."""
    others = [Group(one.label, [place for place in one.places if place not in first]) for one in groups]
    if not is_acting():
        own = Place(_("Change password"), url_for("signing.change"), request.endpoint == "signing.change")
        last = others.pop() if others else Group(_("About you"), [])
        others.append(Group(last.label, [*last.places, own]))
    return [one for one in others if one.places]


def _everyday() -> list[tuple[str, str, Permission]]:
    return [
        (_("Today"), "today.show", Permission.DECIDE_EXCHANGES),
        (_("Home"), "home.show", Permission.SEE_HOME),
        (_("Approvals"), "desk.index", Permission.DECIDE_EXCHANGES),
        (_("Board"), "board.index", Permission.SEE_BOARD),
        (_("Log time"), "exchanges.log", Permission.EXCHANGE),
        (_("Members"), "members.index", Permission.SEE_MEMBERS),
        (_("Our impact"), "reports.index", Permission.SEE_RELEASES),
        (_("Invitations"), "invitations.index", Permission.INVITE),
        (_("Terms"), "terms.show", Permission.SEE_HOME),
    ]


def _looking_after() -> list[tuple[str, str, Permission]]:
    return [
        (_("Who would like to join"), "applications.index", Permission.ENROL),
        (_("People"), "people.index", Permission.SEE_PEOPLE),
        (_("To tell by phone"), "letters.by_phone", Permission.LOOK_AFTER_MEMBERS),
        (_("Concerns"), "concerns.index", Permission.LOOK_AFTER_MEMBERS),
        (_("Checks and references"), "vetting.index", Permission.LOOK_AFTER_MEMBERS),
        (_("Sheets to print"), "sheets.index", Permission.LOOK_AFTER_MEMBERS),
        (_("Sign-in cards"), "cards.sheet", Permission.ENROL),
    ]


def _records() -> list[tuple[str, str, Permission]]:
    return [
        (_("Report"), "reports.draft", Permission.SEE_REPORTS),
        (_("Hours of professionals"), "paid_hours.log", Permission.RECORD_PROFESSIONALS),
        (_("What people say"), "thanks.said", Permission.SEE_REPORTS),
        (_("Audit log"), "audit_log.index", Permission.SEE_AUDIT_LOG),
    ]


def _setting_up() -> list[tuple[str, str, Permission]]:
    return [
        (_("Rules"), "policy.show", Permission.SET_POLICY),
        (_("The look"), "look.show", Permission.SET_POLICY),
        (_("Kinds of help"), "categories.index", Permission.SET_POLICY),
    ]


def _of_oneself() -> list[tuple[str, str, Permission]]:
    return [
        (_("My page"), "profile.me", Permission.KEEP_OWN_PAGE),
        (_("My exchanges"), "exchanges.index", Permission.SEE_OWN_STATEMENT),
        (_("My offers and requests"), "board.mine", Permission.OFFER_AND_REQUEST),
        (_("My statement"), "statement.show", Permission.SEE_OWN_STATEMENT),
        (_("Give hours"), "give.show", Permission.GIVE_HOURS),
        (_("Supporters"), "supporters.index", Permission.SEE_MEMBERS),
        (_("Letters"), "letters.show", Permission.SEE_HOME),
        (_("My membership"), "standing.own", Permission.KEEP_OWN_PAGE),
    ]


def landing(roles: frozenset[Role]) -> str:
    """The endpoint where someone with these roles begins."""
    return "reports.index" if roles == {Role.FUNDER} else "home.show"
