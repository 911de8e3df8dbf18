"""The pages where an administrator reads the timebank's rules, and sets them, one subject at a time."""

from collections.abc import Iterable
from datetime import UTC, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.members import policies
from timebank.policy import GRANTS, Permission
from timebank.web import ruled
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import Asked, ask_and_do
from timebank.web.database import db
from timebank.web.forms.people import ROLES
from timebank.web.forms.policy import (
    CommunityForm,
    ExchangesForm,
    HoursForm,
    LookingAfterForm,
    MembersForm,
    ReportsForm,
    RulesForm,
)
from timebank.web.once import Answer
from timebank.web.permitted import MAY
from timebank.web.touched import touched

pages = area("policy", prefix="/rules")


@pages.get("")
@opens_for(Permission.SET_POLICY)
def show() -> ResponseReturnValue:
    """An administrator reads all the rules, each in one sentence."""
    subjects = [
        (_("The community"), CommunityForm.takes, url_for(".community")),
        (_("Hours"), HoursForm.takes, url_for(".hours")),
        (_("Exchanges"), ExchangesForm.takes, url_for(".exchanges")),
        (_("Looking after the community"), LookingAfterForm.takes, url_for(".looking_after")),
        (_("Joining, leaving, and who sees what"), MembersForm.takes, url_for(".members")),
        (_("Reports"), ReportsForm.takes, url_for(".reports")),
    ]
    told = [
        (name, _each_once(ruled.sentence(here(), rule) for rule in rules), where) for name, rules, where in subjects
    ]
    return render_template("policy/show.html", subjects=told)


@pages.route("/community", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def community() -> ResponseReturnValue:
    """What the timebank is called, whom to ask, and how it speaks."""
    return _subject(CommunityForm.over(here()), _("The community"))


@pages.route("/hours", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def hours() -> ResponseReturnValue:
    """How far accounts may go below zero, from where on members are told, and what newcomers are given."""
    having = len(policies.having_limit(db(), here()))
    told = ngettext(
        "%(num)d account has the timebank’s limit now.", "%(num)d accounts have the timebank’s limit now.", having
    )
    return _subject(HoursForm.over(here()), _("Rules about hours"), told)


@pages.route("/exchanges", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def exchanges() -> ResponseReturnValue:
    """How finely time is logged, what waits for a coordinator, and what silence says."""
    return _subject(ExchangesForm.over(here()), _("Rules about exchanges"))


@pages.route("/looking-after", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def looking_after() -> ResponseReturnValue:
    """What is shown to the coordinators, and how long listings stand."""
    return _subject(LookingAfterForm.over(here()), _("Looking after the community"))


@pages.route("/members", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def members() -> ResponseReturnValue:
    """Who may join, what becomes of hours when someone leaves, and who sees balances."""
    return _subject(MembersForm.over(here()), _("Joining, leaving, and who sees what"))


@pages.route("/reports", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def reports() -> ResponseReturnValue:
    """How few people a released report may speak of."""
    form = ReportsForm.over(here())
    return _subject(form, _("Rules about reports"), warning=form.warning(here()))


@pages.get("/who-may-do-what")
@opens_for(Permission.GIVE_ROLES)
def permissions() -> ResponseReturnValue:
    """An administrator reads what each role opens, before they give it to somebody."""
    told = [(MAY[one], [label for role, label in ROLES.items() if role in GRANTS[one]]) for one in Permission]
    return render_template("policy/permissions.html", told=told)


def _subject(form: RulesForm, heading: str, lead: str = "", warning: str = "") -> ResponseReturnValue:
    """The rules of one subject; what another would do is told before it holds."""
    return ask_and_do(
        form,
        page=lambda: render_template("policy/change.html", form=form, told_heading=heading, told_lead=lead),
        foresee=lambda session: _foreseen(session, form, warning),
        act=lambda session: _done(session, form),
    )


def _set(session: Session, form: RulesForm) -> tuple[list[policies.Change], int]:
    also = "also_existing" in form and bool(form["also_existing"].data)
    return policies.set_rules(session, here(), form.said(), also_existing=also, by=mine(), at=datetime.now(UTC))


def _foreseen(session: Session, form: RulesForm, warning: str) -> Asked:
    changes, accounts = _set(session, form)
    at = datetime.now(UTC)
    would = _each_once(line for change in changes for line in touched(session, here(), change, accounts, at=at))
    return Asked(_("Set these rules?"), [*([warning] if warning else []), *would], _("Yes, set these rules"))


def _each_once(sentences: Iterable[str]) -> list[str]:
    """Two rules that say one thing together are told once."""
    return list(dict.fromkeys(sentences))


def _done(session: Session, form: RulesForm) -> Answer:
    _changes, accounts = _set(session, form)
    told = [_("These rules hold from now on.")]
    if accounts:
        told.append(ngettext("%(num)d account has the new limit.", "%(num)d accounts have the new limit.", accounts))
    again = _("This was sent before, and was done then. Nothing has changed now: here you see the rules as they are.")
    return Answer(url_for(".show"), [(" ".join(told), "message")], again=again)
