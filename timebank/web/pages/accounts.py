"""The pages where a coordinator sees how someone's account stands, changes its limit, closes it and opens it again."""

from datetime import UTC, datetime

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.exchanges.told import ToldLine
from timebank.ledger import balances
from timebank.ledger.models import ChangeKind
from timebank.members import moving, upkeep
from timebank.members.named import is_closed
from timebank.members.rules import is_party, may_take_back
from timebank.policy import Permission
from timebank.web.access import area, mine, opens_for
from timebank.web.asked import Asked
from timebank.web.balanced import level, limit_of, limit_words
from timebank.web.database import db
from timebank.web.forms.accounts import LimitForm, ReasonForm
from timebank.web.keeping import Change, ask, ask_once, holder, to_keep
from timebank.web.stated import statement_page

pages = area("accounts", prefix="/people")


@pages.get("/<int:membership_id>/account")
@opens_for(Permission.KEEP_ACCOUNTS)
def show(membership_id: int) -> ResponseReturnValue:
    """A coordinator sees how someone's account stands, every line of it, and what was changed about it."""
    membership = holder(membership_id)
    account = upkeep.account_of(membership)

    def may_take_back_line(told: ToldLine) -> bool:
        sides = (membership, told.partner)
        if any(one is not None and is_closed(one) for one in sides):
            return False
        return may_take_back(told.line.transfer, taken_back=told.line.reversed_later, by=mine(), between=sides)

    return statement_page(
        "accounts/show.html",
        membership,
        account=account,
        log=upkeep.log_of(db(), account.id),
        own=is_party(mine(), membership),
        moved_once=moving.moved_once(db(), membership),
        may_take_back=may_take_back_line,
    )


@pages.route("/<int:membership_id>/account/limit", methods=["GET", "POST"])
@opens_for(Permission.KEEP_ACCOUNTS)
def limit(membership_id: int) -> ResponseReturnValue:
    """A coordinator changes how far someone's account may go below zero."""
    membership = to_keep(membership_id)
    if request.method == "GET":
        upkeep.check_change(membership, ChangeKind.LIMIT)
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
    if request.method == "GET":
        upkeep.check_change(membership, ChangeKind.CLOSE)
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

    return ask_once(membership, form, told, change)


@pages.route("/<int:membership_id>/account/reopen", methods=["GET", "POST"])
@opens_for(Permission.KEEP_ACCOUNTS)
def reopen(membership_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has opened someone's account again."""
    membership, form = to_keep(membership_id), ReasonForm()
    if request.method == "GET":
        upkeep.check_change(membership, ChangeKind.REOPEN)
    told = Change(
        heading=_("Open the account of %(name)s again?", name=membership.name),
        lead=_("It gives and gains hours then, as before."),
        grave=_("Open it again"),
        done=_("The account of %(name)s is open again.", name=membership.name),
    )

    def change(session: Session) -> None:
        upkeep.reopen(session, membership, reason=form.reason.data or "", by=mine(), at=datetime.now(UTC))

    return ask_once(membership, form, told, change)
