"""The pages where a coordinator sees how someone's account stands, changes its limit, closes it and opens it again."""

from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.ledger import balances
from timebank.members import moving, upkeep
from timebank.members.rules import may_take_back
from timebank.policy import Permission
from timebank.web import balanced
from timebank.web.access import area, mine, opens_for
from timebank.web.asked import Asked
from timebank.web.balanced import level, limit_of, limit_words
from timebank.web.database import db
from timebank.web.forms.accounts import LimitForm, ReasonForm
from timebank.web.forms.statement import PeriodForm
from timebank.web.keeping import Change, ask, holder, to_keep
from timebank.web.lists import offset
from timebank.web.lists import pages as pages_of
from timebank.web.stated import stated

pages = area("accounts", prefix="/people")


@pages.get("/<int:membership_id>/account")
@opens_for(Permission.KEEP_ACCOUNTS)
def show(membership_id: int) -> ResponseReturnValue:
    """A coordinator sees how someone's account stands, every line of it, and what was changed about it."""
    membership, form = holder(membership_id), PeriodForm.over(request.args)
    account = upkeep.account_of(membership)
    whole = stated(membership, form, offset=offset())
    return render_template(
        "accounts/show.html",
        membership=membership,
        account=account,
        stated=whole,
        period=form,
        form=form if form.errors else None,
        pages=pages_of(whole.count),
        log=upkeep.log_of(db(), account.id),
        own=membership.id == mine().id,
        moved_once=moving.moved_once(db(), membership),
        may_take_back=lambda told: may_take_back(told.line.transfer, taken_back=told.line.reversed_later, by=mine()),
        words=balanced,
    ), 422 if form.errors else 200


@pages.route("/<int:membership_id>/account/limit", methods=["GET", "POST"])
@opens_for(Permission.KEEP_ACCOUNTS)
def limit(membership_id: int) -> ResponseReturnValue:
    """A coordinator changes how far someone's account may go below zero."""
    membership = to_keep(membership_id)
    minutes = upkeep.account_of(membership).credit_limit_minutes
    form = LimitForm(limited="no" if minutes is None else "yes", limit=minutes)
    now = {"name": membership.name, "before": limit_of(upkeep.account_of(membership))}

    def change(session: Session) -> Asked:
        wanted, reason = form.credit_limit, form.reason.data or ""
        upkeep.change_limit(session, membership, wanted, reason=reason, by=mine(), at=datetime.now(UTC))
        would = _("The limit of %(name)s goes from %(before)s to %(after)s.", **now, after=limit_words(wanted))
        return Asked(_("Change the limit of %(name)s?", **now), [would], _("Yes, change the limit"))

    told = Change(
        heading=_("Change the limit of %(name)s", **now),
        lead=_("Until now: %(before)s.", **now),
        done=_("The limit of %(name)s is changed.", **now),
    )
    return ask(membership, form, told, change)


@pages.route("/<int:membership_id>/account/close", methods=["GET", "POST"])
@opens_for(Permission.KEEP_ACCOUNTS)
def close(membership_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has closed someone's account."""
    membership, form = to_keep(membership_id), ReasonForm()
    balance = balances.balance(db(), upkeep.account_of(membership).id)
    told = Change(
        heading=_("Close the account of %(name)s?", name=membership.name),
        lead=_("It neither gives nor gains hours then. It must stand at zero, and it can be opened again."),
        facts=[(_("Balance"), level(balance))],
        grave=_("Close the account"),
        done=_("The account of %(name)s is closed.", name=membership.name),
    )

    def change(session: Session) -> None:
        upkeep.close(session, membership, reason=form.reason.data or "", by=mine(), at=datetime.now(UTC))

    return ask(membership, form, told, change)


@pages.route("/<int:membership_id>/account/reopen", methods=["GET", "POST"])
@opens_for(Permission.KEEP_ACCOUNTS)
def reopen(membership_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has opened someone's account again."""
    membership, form = to_keep(membership_id), ReasonForm()
    told = Change(
        heading=_("Open the account of %(name)s again?", name=membership.name),
        lead=_("It gives and gains hours then, as before."),
        grave=_("Open it again"),
        done=_("The account of %(name)s is open again.", name=membership.name),
    )

    def change(session: Session) -> None:
        upkeep.reopen(session, membership, reason=form.reason.data or "", by=mine(), at=datetime.now(UTC))

    return ask(membership, form, told, change)
