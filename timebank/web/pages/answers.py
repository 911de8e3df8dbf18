"""The pages on which one of the two answers what the other told: yes, no, another time, called off, and undo."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.exchanges import approval, queues, steps, thanking, undoing, workflow
from timebank.exchanges.models import Exchange
from timebank.exchanges.taking import as_told, parts_of
from timebank.exchanges.workflow import State, Step
from timebank.hours import Hours
from timebank.policy import Permission
from timebank.refusals import Unacceptable
from timebank.web import exchanged
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import Form, StepForm
from timebank.web.forms.exchanges import ConfirmForm, DisputeForm, SeenForm
from timebank.web.words import hours

pages = area("answers", prefix="/exchanges/<int:exchange_id>")


@pages.route("/confirm", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def confirm(exchange_id: int) -> ResponseReturnValue:
    """The one who is asked says that it was so, and perhaps thank you."""
    exchange, form, at = _load(exchange_id), ConfirmForm(), datetime.now(UTC)
    if form.sent_and_valid():
        try:
            with transaction() as session:
                exchange = steps.confirm(session, exchange_id, by=mine(), at=at, seen=form.seen.data or "")
                thanking.thank_along(session, exchange, form.said(), by=mine(), at=at)
        except Unacceptable as refusal:
            form.refuse(refusal)
            exchange = _load(exchange_id)
        else:
            return _told_right(exchange)
    return _ask_whether_right(exchange, form, DisputeForm(formdata=None))


@pages.post("/dispute")
@opens_for(Permission.EXCHANGE)
def dispute(exchange_id: int) -> ResponseReturnValue:
    """The one who is asked remembers another time; a small difference settles itself, for the rest someone talks."""
    exchange, form = _load(exchange_id), DisputeForm()
    if not form.sent_and_valid():
        return _ask_whether_right(exchange, ConfirmForm(formdata=None), form)
    remembered, note, at = Hours(form.hours.data or 0), form.note.data or "", datetime.now(UTC)
    try:
        with transaction() as session:
            exchange = steps.dispute(session, exchange_id, hours=remembered, by=mine(), at=at, note=note)
    except Unacceptable as refusal:
        form.refuse(refusal)
        return _ask_whether_right(_load(exchange_id), ConfirmForm(formdata=None), form)
    if exchange.state == State.DISPUTED:
        flash(_("Thank you for saying so. A coordinator will talk to both of you."))
    else:
        settled = hours(exchange.minutes or 0)
        flash(_("Thank you. The two times are close, so the lower one counts: %(hours)s.", hours=settled))
    return _back(exchange_id)


@pages.post("/agree")
@opens_for(Permission.EXCHANGE)
def agree(exchange_id: int) -> ResponseReturnValue:
    """The one who was asked has agreed to what they were shown."""
    form = SeenForm()
    as_shown = partial(steps.agree, seen=form.seen.data or "")
    return _take(exchange_id, as_shown, _("It is agreed. When you have met, log the time here."), form)


@pages.post("/decline")
@opens_for(Permission.EXCHANGE)
def decline(exchange_id: int) -> ResponseReturnValue:
    """The one who was asked has said no."""
    # A coordinator declines at their desk, with a word; here only a proposal is declined.
    workflow.after(State.PROPOSED, Step.DECLINE, parts_of(_load(exchange_id), mine()))
    return _take(exchange_id, steps.decline, _("You have declined. That is fine, and no hours have moved."))


@pages.route("/cancel", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def cancel(exchange_id: int) -> ResponseReturnValue:
    """One of the two is asked, and has called it off."""
    if request.method == "GET":
        exchange = _load(exchange_id)
        workflow.after(exchange.state, Step.CANCEL, parts_of(exchange, mine()))
        return render_template("answers/cancel.html", exchange=exchange, form=StepForm(), told=exchanged)
    return _take(exchange_id, steps.cancel, _("It is called off. No hours have moved."))


@pages.post("/undo")
@opens_for(Permission.EXCHANGE)
def undo(exchange_id: int) -> ResponseReturnValue:
    """Who took the last step takes it back."""
    return _take(exchange_id, undoing.undo, _("It is undone, and everything stands as before."))


def _load(exchange_id: int) -> Exchange:
    return queues.exchange_for(db(), here(), exchange_id, reader=mine())


def _back(exchange_id: int) -> ResponseReturnValue:
    return redirect(url_for("exchanges.show", exchange_id=exchange_id))


def _take(
    exchange_id: int, step: Callable[..., Exchange], thanks: str, form: Form | None = None
) -> ResponseReturnValue:
    """A step that is one button."""
    _load(exchange_id)
    if not (form or StepForm()).sent_and_valid():
        flash(_("You were away for a while. Press the button once more, if you still mean it."), "sorry")
        return _back(exchange_id)
    with transaction() as session:
        step(session, exchange_id, by=mine(), at=datetime.now(UTC))
    flash(thanks)
    return _back(exchange_id)


def _told_right(exchange: Exchange) -> ResponseReturnValue:
    if exchange.state == State.APPROVED:
        flash(_("Thank you. The hours are in the book: %(hours)s.", hours=hours(exchange.minutes or 0)))
    else:
        flash(_("Thank you. A coordinator approves it next, and then the hours are in the book."))
    return _back(exchange.id)


def _ask_whether_right(exchange: Exchange, form: ConfirmForm, other_time: DisputeForm) -> ResponseReturnValue:
    workflow.after(exchange.state, Step.CONFIRM, parts_of(exchange, mine()))
    form.seen.data = as_told(exchange)
    failed = form if form.errors else other_time
    return render_template(
        "answers/confirm.html",
        exchange=exchange,
        form=failed,
        step_form=form,
        other_time=other_time,
        told=exchanged,
        said_before=mine().id in thanking.said_of(db(), exchange),
        at_once=not approval.waits_for_coordinator(db(), here(), exchange),
    ), 422 if failed.errors else 200
