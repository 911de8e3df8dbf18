"""The pages on which a member blocks someone, sees whom they have blocked, and unblocks them."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.exchanges import blocking, known
from timebank.policy import Permission
from timebank.refusals import Unacceptable
from timebank.web.access import area, for_themselves, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of

pages = area("blocks", prefix="/blocked")


@pages.get("")
@opens_for(Permission.EXCHANGE)
@for_themselves
def index() -> ResponseReturnValue:
    """A member sees whom they have blocked, each with the button that ends it."""
    blocked, count = blocking.blocks_of(db(), mine(), limit=PER_PAGE, offset=offset())
    return render_template("blocks/index.html", blocked=blocked, pages=pages_of(count), form=StepForm(formdata=None))


@pages.route("/<int:membership_id>", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
@for_themselves
def add(membership_id: int) -> ResponseReturnValue:
    """A member is asked, and has blocked someone."""
    member, form = known.member_for(db(), here(), membership_id, reader=mine()), StepForm()
    if member.id == mine().id:
        raise Unacceptable("You cannot block yourself.")
    if form.sent_and_valid():
        with transaction() as session:
            blocking.block(session, membership_id, by=mine(), at=datetime.now(UTC))
        flash(_("%(name)s cannot ask or write to you any more, and is not told so.", name=member.name))
        return redirect(url_for(".index"))
    return render_template("blocks/add.html", member=member, form=form), 422 if form.errors else 200


@pages.post("/<int:membership_id>/end")
@opens_for(Permission.EXCHANGE)
@for_themselves
def end(membership_id: int) -> ResponseReturnValue:
    """A member has unblocked someone."""
    if StepForm().sent_and_valid():
        with transaction() as session:
            member = blocking.unblock(session, membership_id, by=mine())
        flash(_("%(name)s can ask and write to you again.", name=member.name))
    else:
        flash(_("You were away for a while. Press the button once more, if you still mean it."), "sorry")
    return redirect(url_for(".index"))
