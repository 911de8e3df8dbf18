"""The pages about letters: how one is told, what a coordinator tells by phone, and what could not be sent."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from timebank.members import directory
from timebank.members.models import Membership
from timebank.notices import outbox, wishes
from timebank.notices.fates import address_of
from timebank.policy import Permission
from timebank.web.access import area, for_themselves, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm, check_pressed
from timebank.web.forms.letters import LettersForm, kinds_for
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of
from timebank.web.written import CALLED, written

pages = area("letters")


@pages.route("/letters", methods=["GET", "POST"])
@opens_for(Permission.SEE_HOME)
@for_themselves
def show() -> ResponseReturnValue:
    """Everyone chooses how often they get letters, and which."""
    form = LettersForm.over(mine(), wishes.stopped_by(db(), mine()))
    if form.sent_and_valid():
        _choose(mine(), form)
        flash(_("That is how you are told from now on."))
        return redirect(url_for(".show"))
    page = render_template("letters/show.html", form=form, email=address_of(mine()))
    return page, 422 if form.errors else 200


@pages.route("/people/<int:membership_id>/letters", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def member(membership_id: int) -> ResponseReturnValue:
    """A coordinator sets it for a member who asked, on the phone or across the table."""
    membership = directory.membership_in(db(), here(), membership_id)
    form = LettersForm.over(membership, wishes.stopped_by(db(), membership))
    if form.sent_and_valid():
        _choose(membership, form)
        flash(_("That is how %(name)s is told from now on.", name=membership.name))
        return redirect(url_for(".member", membership_id=membership_id))
    page = render_template("letters/member.html", form=form, membership=membership, email=address_of(membership))
    return page, 422 if form.errors else 200


@pages.get("/letters/by-phone")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def by_phone() -> ResponseReturnValue:
    """A coordinator sees whom to call, and what to tell them."""
    notices, count = outbox.to_tell_by_phone(db(), here(), limit=PER_PAGE, offset=offset())
    return render_template(
        "letters/by_phone.html",
        rows=[(notice, written(notice)) for notice in notices],
        count=count,
        pages=pages_of(count),
        step=StepForm(formdata=None),
    )


@pages.post("/letters/by-phone/<int:notice_id>")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def told(notice_id: int) -> ResponseReturnValue:
    """A coordinator has told them."""
    check_pressed()
    with transaction() as session:
        notice = outbox.told_by_phone(session, notice_id, by=mine(), at=datetime.now(UTC))
        name = notice.membership.name if notice.membership else ""
    flash(_("Thank you for telling %(name)s.", name=name) if name else _("Thank you for telling them."))
    return redirect(url_for(".by_phone"))


@pages.get("/letters/sending")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def sending() -> ResponseReturnValue:
    """A coordinator sees whether letters leave, and which could not."""
    notices, count = outbox.given_up(db(), here(), limit=PER_PAGE, offset=offset())
    return render_template(
        "letters/sending.html",
        how=outbox.sending(db(), here()),
        rows=[(notice, CALLED[notice.kind]) for notice in notices],
        count=count,
        pages=pages_of(count),
        step=StepForm(formdata=None),
    )


@pages.post("/letters/sending/<int:notice_id>")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def again(notice_id: int) -> ResponseReturnValue:
    """A letter that was given up is tried again."""
    check_pressed()
    with transaction() as session:
        outbox.try_again(session, notice_id, by=mine(), at=datetime.now(UTC))
    flash(_("The letter is on its way again. If it is refused once more, it comes back here."))
    return redirect(url_for(".sending"))


@pages.post("/letters/sending")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def all_again() -> ResponseReturnValue:
    """All letters that were given up are tried again."""
    check_pressed()
    with transaction() as session:
        count = outbox.try_all_again(session, by=mine(), at=datetime.now(UTC))
    flash(ngettext("One letter is on its way again.", "%(num)d letters are on their way again.", count))
    return redirect(url_for(".sending"))


def _choose(membership: Membership, form: LettersForm) -> None:
    with transaction() as session:
        wishes.choose(
            session,
            membership,
            pace=form.chosen_pace(),
            asked=kinds_for(membership),
            wanted=form.wanted(),
            by=mine(),
            at=datetime.now(UTC),
        )
