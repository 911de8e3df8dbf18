"""The pages of concerns: a member tells the coordinators in confidence, and they look into it and close it."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.exchanges import concerns, known, queues
from timebank.exchanges.models import Concern
from timebank.listings.models import Listing
from timebank.policy import Permission
from timebank.refusals import NotFound, Unacceptable
from timebank.web import exchanged
from timebank.web.access import area, for_themselves, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm
from timebank.web.forms.talking import ConcernForm, OutcomeForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of
from timebank.web.once import Answer, once

pages = area("concerns", prefix="/concerns")


@pages.route("/about-exchange/<int:exchange_id>", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
@for_themselves
def about_exchange(exchange_id: int) -> ResponseReturnValue:
    """One of the two tells the coordinators what worries them about an exchange."""
    exchange = queues.exchange_for(db(), here(), exchange_id, reader=mine())
    if mine().id not in (exchange.provider_id, exchange.receiver_id):
        raise NotFound("There is no such exchange here.")
    where = url_for("exchanges.show", exchange_id=exchange_id)
    return _tell(lambda *told: concerns.about_exchange(told[0], exchange_id, told[1], by=mine(), at=told[2]), where)


@pages.route("/about-member/<int:membership_id>", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
@for_themselves
def about_member(membership_id: int) -> ResponseReturnValue:
    """A member tells the coordinators what worries them about someone."""
    if known.member_for(db(), here(), membership_id, reader=mine()).id == mine().id:
        raise Unacceptable("This is about yourself. Call us, we are glad to listen.")
    where = url_for("home.show")
    return _tell(lambda *told: concerns.about_member(told[0], membership_id, told[1], by=mine(), at=told[2]), where)


@pages.route("/about-listing/<int:listing_id>", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
@for_themselves
def about_listing(listing_id: int) -> ResponseReturnValue:
    """A member tells the coordinators what worries them about an offer or a request."""
    listing = db().get(Listing, listing_id)
    if listing is None or listing.timebank_id != here().id:
        raise NotFound("This is no longer on the board.")
    where = url_for("board.index")
    return _tell(lambda *told: concerns.about_listing(told[0], listing_id, told[1], by=mine(), at=told[2]), where)


@pages.get("")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def index() -> ResponseReturnValue:
    """A coordinator sees what worries members, the oldest first; those that are closed on a list of their own."""
    closed = request.args.get("closed") == "yes"
    found, count = concerns.listed(db(), here(), reader=mine(), closed=closed, limit=PER_PAGE, offset=offset())
    return render_template("concerns/index.html", concerns=found, closed=closed, pages=pages_of(count))


@pages.get("/<int:concern_id>")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def show(concern_id: int) -> ResponseReturnValue:
    """A coordinator whom it is not about reads a concern."""
    return _page_of(concern_id, OutcomeForm(formdata=None))


@pages.post("/<int:concern_id>/close")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def close(concern_id: int) -> ResponseReturnValue:
    """A coordinator has looked into it, and writes down what came of it."""
    form = OutcomeForm()
    if not form.sent_and_valid():
        return _page_of(concern_id, form), 422 if form.errors else 200
    with transaction() as session:
        concerns.close(session, concern_id, outcome=form.outcome.data or "", by=mine(), at=datetime.now(UTC))
    flash(_("It is closed. Thank you for looking into it."))
    return redirect(url_for(".index"))


@pages.post("/<int:concern_id>/conversation")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def conversation(concern_id: int) -> ResponseReturnValue:
    """A coordinator reads what the two wrote to each other, and that they read it is written down."""
    if not StepForm().sent_and_valid():
        flash(_("You were away for a while. Press the button once more, if you still mean it."), "sorry")
        return redirect(url_for(".show", concern_id=concern_id))
    before = int(request.form.get("before", "0")) if request.form.get("before", "0").isdecimal() else 0
    page = {"limit": PER_PAGE, "offset": min(before, 10**6) * PER_PAGE}
    with transaction() as session:
        messages, more = concerns.read_conversation(session, concern_id, by=mine(), at=datetime.now(UTC), **page)
    return render_template(
        "concerns/conversation.html",
        concern=concerns.concern_for(db(), here(), concern_id, reader=mine()),
        messages=messages,
        older=before + 1 if more else None,
        step_form=StepForm(formdata=None),
        told=exchanged,
    )


def _page_of(concern_id: int, form: OutcomeForm) -> str:
    concern = concerns.concern_for(db(), here(), concern_id, reader=mine())
    step_form = StepForm(formdata=None)
    return render_template("concerns/show.html", concern=concern, form=form, step_form=step_form, told=exchanged)


def _tell(keep: Callable[..., Concern], where: str) -> ResponseReturnValue:
    """The form of a concern; sent twice, it is told once."""
    form = ConcernForm()

    def act(session: Session) -> Answer:
        keep(session, form.text.data or "", datetime.now(UTC))
        told = _("Thank you for telling us. A coordinator will look into it, and may call you.")
        return Answer(where, [(told, "message")])

    if form.sent_and_valid():
        try:
            return once(form, act)
        except Unacceptable as refusal:
            form.refuse(refusal, "text")
    return render_template("concerns/tell.html", form=form, where=where), 422 if form.errors else 200
