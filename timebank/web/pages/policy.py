"""The page where an administrator sets the timebank's rules about hours."""

from datetime import UTC, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.members import upkeep
from timebank.policy import Permission
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import Asked, ask_and_do
from timebank.web.balanced import limit_words
from timebank.web.database import db
from timebank.web.forms.policy import PolicyForm
from timebank.web.once import Answer
from timebank.web.words import hours

pages = area("policy")


@pages.route("/policy", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def show() -> ResponseReturnValue:
    """An administrator sees the rules, and changes them."""
    form = PolicyForm.over(here())
    having = len(upkeep.having_limit(db(), here()))
    return ask_and_do(
        form,
        page=lambda: render_template("policy/show.html", form=form, having=having, limit=limit_words),
        foresee=lambda session: _foreseen(form, _set(session, form)),
        act=lambda session: _done(_set(session, form)),
    )


def _set(session: Session, form: PolicyForm) -> int:
    also = bool(form.also_existing.data)
    return upkeep.set_policy(session, here(), form.policy, also_existing=also, by=mine(), at=datetime.now(UTC))


def _foreseen(form: PolicyForm, changed: int) -> Asked:
    rules = form.policy
    would = [
        _("The limit of new members: %(limit)s.", limit=limit_words(rules.credit_limit)),
        _("New members begin with %(hours)s.", hours=hours(rules.welcome))
        if rules.welcome.minutes
        else _("New members begin at zero."),
        _("Who has a limit is told how much is left from %(hours)s below zero.", hours=hours(rules.warn_below))
        if rules.warn_below.minutes
        else _("Who has a limit is told how much is left as soon as they stand at zero."),
        ngettext("%(num)d account gets the new limit.", "%(num)d accounts get the new limit.", changed)
        if changed
        else _("Who is here already keeps the limit they have."),
    ]
    return Asked(_("Set these rules?"), would, _("Yes, set these rules"))


def _done(changed: int) -> Answer:
    told = [_("These rules hold from now on.")]
    if changed:
        told.append(ngettext("%(num)d account has the new limit.", "%(num)d accounts have the new limit.", changed))
    again = _("This was sent before, and was done then. Nothing has changed now: here you see the rules as they are.")
    return Answer(url_for(".show"), [(" ".join(told), "message")], again=again)
