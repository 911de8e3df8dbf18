"""The pages of a member's exchanges: time logged, replies to listings, and what the two do with it afterwards."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.contributions import professionals
from timebank.exchanges import queues, steps, telling, workflow
from timebank.exchanges.models import Exchange
from timebank.exchanges.queues import Group
from timebank.exchanges.taking import as_told, parts_of
from timebank.exchanges.workflow import State, Step
from timebank.hours import Hours
from timebank.listings import board
from timebank.members import directory
from timebank.policy import Permission
from timebank.refusals import Conflict, Unacceptable
from timebank.web import exchanged
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm
from timebank.web.forms.exchanges import (
    ConfirmForm,
    DisputeForm,
    LogForm,
    LogForOthersForm,
    RecordForm,
    ReplyForm,
    people,
)
from timebank.web.lists import PER_PAGE, offset, page_number
from timebank.web.lists import pages as pages_of
from timebank.web.words import hours

pages = area("exchanges")


@pages.route("/log", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def log() -> ResponseReturnValue:
    """A member logs time they shared, and the other one is asked whether it is right."""
    if mine().account_id is None and mine().may(Permission.LOG_FOR_OTHERS):
        return redirect(url_for(".log_for_others"))
    at, form = datetime.now(UTC), LogForm()
    others = [member for member in directory.members_of(db(), here()) if member.id != mine().id]
    form.other.choices = people(others)
    form.ask_on(here().day_of(at), board.categories_of(db(), here()))
    if request.method == "GET":
        form.other.data = request.args.get("with", "")
    elif form.sent_and_valid():
        try:
            with transaction() as session:
                exchange = telling.record(session, here(), form.shared(mine()), by=mine(), for_=mine(), at=at)
        except (Unacceptable, Conflict) as refusal:
            form.told_no(refusal)
        else:
            return _thanks(exchange)
    return render_template("exchanges/log.html", form=form, alone=not others), 422 if form.errors else 200


@pages.route("/log/for-others", methods=["GET", "POST"])
@opens_for(Permission.LOG_FOR_OTHERS)
def log_for_others() -> ResponseReturnValue:
    """A coordinator logs what one of two members told them."""
    at, form = datetime.now(UTC), LogForOthersForm()
    members = directory.members_of(db(), here())
    form.choose_from(members, professionals.projects_of(db(), here()))
    form.ask_on(here().day_of(at), board.categories_of(db(), here()))
    if form.sent_and_valid():
        try:
            with transaction() as session:
                for_ = directory.membership_in(session, here(), form.teller_id)
                exchange = telling.record(session, here(), form.shared(), by=mine(), for_=for_, at=at)
        except (Unacceptable, Conflict) as refusal:
            form.told_no(refusal)
        else:
            return _thanks(exchange)
    alone = len(members) < 2
    return render_template("exchanges/log_for_others.html", form=form, alone=alone), 422 if form.errors else 200


@pages.route("/board/<int:listing_id>/propose", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def propose(listing_id: int) -> ResponseReturnValue:
    """A member replies to an offer or a request, and its owner is asked to agree."""
    listing = board.listing_for(db(), here(), listing_id, reader=mine())
    telling.sides_of_reply(listing, mine())
    form = ReplyForm()
    if form.sent_and_valid():
        try:
            with transaction() as session:
                exchange = telling.propose(
                    session, here(), form.shared(listing, mine()), by=mine(), at=datetime.now(UTC)
                )
        except (Unacceptable, Conflict) as refusal:
            form.refuse(refusal)
        else:
            flash(_("Thank you. %(name)s is asked now and can agree.", name=listing.membership.name))
            return redirect(url_for(".show", exchange_id=exchange.id))
    return render_template("exchanges/propose.html", form=form, listing=listing), 422 if form.errors else 200


@pages.get("/exchanges")
@opens_for(Permission.EXCHANGE)
def index() -> ResponseReturnValue:
    """A member sees their exchanges: what waits for them, what is under way, what is done."""
    whole = {"limit": 100, "offset": 0}
    for_me, _count = queues.of_member(db(), mine(), Group.FOR_ME, **whole)
    under_way, _count = queues.of_member(db(), mine(), Group.UNDER_WAY, **whole)
    done, count = queues.of_member(db(), mine(), Group.DONE, limit=PER_PAGE, offset=offset())
    return render_template(
        "exchanges/index.html",
        for_me=for_me,
        under_way=under_way,
        done=done,
        pages=pages_of(count),
        first_page=page_number() == 1,
        told=exchanged,
    )


@pages.get("/exchanges/<int:exchange_id>")
@opens_for(Permission.EXCHANGE)
def show(exchange_id: int) -> ResponseReturnValue:
    """One of the two, or a coordinator, sees an exchange, its history, and what they can do with it now."""
    exchange = _load(exchange_id)
    return render_template(
        "exchanges/show.html", exchange=exchange, told=exchanged, steps=_open_to_me(exchange), step_form=StepForm()
    )


@pages.route("/exchanges/<int:exchange_id>/confirm", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def confirm(exchange_id: int) -> ResponseReturnValue:
    """The one who is asked says that it was so."""
    exchange, form = _load(exchange_id), ConfirmForm()
    if not form.sent_and_valid():
        return _ask_whether_right(exchange, form, DisputeForm(formdata=None))
    with transaction() as session:
        steps.confirm(session, exchange_id, by=mine(), at=datetime.now(UTC), seen=form.seen.data or "")
    flash(_("Thank you. A coordinator approves it next, and then the hours are in the book."))
    return redirect(url_for(".show", exchange_id=exchange_id))


@pages.post("/exchanges/<int:exchange_id>/dispute")
@opens_for(Permission.EXCHANGE)
def dispute(exchange_id: int) -> ResponseReturnValue:
    """The one who is asked remembers another time; a small difference settles itself, for the rest someone talks."""
    exchange, form = _load(exchange_id), DisputeForm()
    if not form.sent_and_valid():
        return _ask_whether_right(exchange, ConfirmForm(formdata=None), form)
    remembered = Hours(form.hours.data or 0)
    with transaction() as session:
        exchange = steps.dispute(
            session, exchange_id, hours=remembered, by=mine(), at=datetime.now(UTC), note=form.note.data or ""
        )
    if exchange.state == State.CONFIRMED:
        flash(
            _(
                "Thank you. The two times are close, so the lower one counts: %(hours)s.",
                hours=hours(exchange.minutes or 0),
            )
        )
    else:
        flash(_("Thank you for saying so. A coordinator will talk to both of you."))
    return redirect(url_for(".show", exchange_id=exchange_id))


@pages.post("/exchanges/<int:exchange_id>/agree")
@opens_for(Permission.EXCHANGE)
def agree(exchange_id: int) -> ResponseReturnValue:
    """The one who was asked has agreed."""
    return _take(exchange_id, steps.agree, _("It is agreed. When you have met, log the time here."))


@pages.post("/exchanges/<int:exchange_id>/decline")
@opens_for(Permission.EXCHANGE)
def decline(exchange_id: int) -> ResponseReturnValue:
    """The one who was asked has said no."""
    # A coordinator declines at their desk, with a word; here only a proposal is declined.
    workflow.after(State.PROPOSED, Step.DECLINE, parts_of(_load(exchange_id), mine()))
    return _take(exchange_id, steps.decline, _("You have declined. That is fine, and no hours have moved."))


@pages.route("/exchanges/<int:exchange_id>/cancel", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def cancel(exchange_id: int) -> ResponseReturnValue:
    """One of the two is asked, and has called it off."""
    if request.method == "GET":
        exchange = _load(exchange_id)
        workflow.after(exchange.state, Step.CANCEL, parts_of(exchange, mine()))
        return render_template("exchanges/cancel.html", exchange=exchange, form=StepForm(), told=exchanged)
    return _take(exchange_id, steps.cancel, _("It is called off. No hours have moved."))


@pages.route("/exchanges/<int:exchange_id>/record", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def record(exchange_id: int) -> ResponseReturnValue:
    """The time of what was agreed is logged, or what was logged is put right before it is confirmed."""
    at, exchange = datetime.now(UTC), _load(exchange_id)
    workflow.after(exchange.state, Step.RECORD, parts_of(exchange, mine()))
    form = RecordForm.about(exchange)
    form.ask_on(here().day_of(at), board.categories_of(db(), here()))
    if form.sent_and_valid():
        for_ = mine() if mine().id in (exchange.provider_id, exchange.receiver_id) else exchange.told_by
        try:
            with transaction() as session:
                shared = form.shared(exchange)
                exchange = telling.record_agreed(session, exchange_id, shared, by=mine(), for_=for_, at=at)
        except Unacceptable as refusal:
            form.told_no(refusal)
        else:
            return _thanks(exchange)
    return render_template("exchanges/record.html", form=form, exchange=exchange, told=exchanged), (
        422 if form.errors else 200
    )


def _load(exchange_id: int) -> Exchange:
    return queues.exchange_for(db(), here(), exchange_id, reader=mine())


def _open_to_me(exchange: Exchange) -> frozenset[Step]:
    return workflow.open_steps(exchange.state, parts_of(exchange, mine()))


def _take(exchange_id: int, step: Callable[..., Exchange], thanks: str) -> ResponseReturnValue:
    """A step that is one button."""
    _load(exchange_id)
    if not StepForm().sent_and_valid():
        flash(_("You were away for a while. Press the button once more, if you still mean it."), "sorry")
        return redirect(url_for(".show", exchange_id=exchange_id))
    with transaction() as session:
        step(session, exchange_id, by=mine(), at=datetime.now(UTC))
    flash(thanks)
    return redirect(url_for(".show", exchange_id=exchange_id))


def _thanks(exchange: Exchange) -> ResponseReturnValue:
    name = exchanged.asked(exchange).name
    flash(_("Thank you. %(name)s is asked whether it is right, and then a coordinator approves it.", name=name))
    return redirect(url_for(".show", exchange_id=exchange.id))


def _ask_whether_right(exchange: Exchange, form: ConfirmForm, other_time: DisputeForm) -> ResponseReturnValue:
    form.seen.data = as_told(exchange)
    workflow.after(exchange.state, Step.CONFIRM, parts_of(exchange, mine()))
    failed = form if form.errors else other_time
    return render_template(
        "exchanges/confirm.html", exchange=exchange, form=failed, step_form=form, other_time=other_time, told=exchanged
    ), 422 if failed.errors else 200
