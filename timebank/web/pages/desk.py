"""The coordinator's desk: what waits to be decided, what approving would do, and each decision."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.exchanges import queues, steps, workflow
from timebank.exchanges.models import Exchange
from timebank.exchanges.steps import Approved
from timebank.exchanges.taking import parts_of
from timebank.exchanges.workflow import WAITING, State, Step
from timebank.hours import Hours
from timebank.policy import Permission
from timebank.refusals import Refusal, Unacceptable
from timebank.web import exchanged
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import Form
from timebank.web.forms.desk import ChosenForm, DeclineForm, ReverseForm, SendBackForm, SettleForm, read_chosen
from timebank.web.lists import offset
from timebank.web.lists import pages as pages_of
from timebank.web.once import Answer, once
from timebank.web.words import hours, sentence

pages = area("desk", prefix="/approvals")
PER_PAGE = 100
_NAMED = 5
"""How many that were refused are told one by one: what is told travels in a cookie, which holds four thousand signs."""


@pages.get("")
@opens_for(Permission.DECIDE_EXCHANGES)
def index() -> ResponseReturnValue:
    """A coordinator sees what waits for them, the oldest first, and ticks what to approve."""
    state = _state_asked()
    rows, count = queues.waiting(db(), here(), state, limit=PER_PAGE, offset=offset(PER_PAGE))
    return render_template(
        "desk/index.html",
        rows=[(exchange, _may_approve(exchange)) for exchange in rows],
        count=count,
        state=state,
        states=[State.RECORDED, State.CONFIRMED, State.DISPUTED],
        pages=pages_of(count, PER_PAGE),
        told=exchanged,
    )


@pages.get("/preview")
@opens_for(Permission.DECIDE_EXCHANGES)
def preview() -> ResponseReturnValue:
    """A coordinator sees what approving the chosen ones would write, and is asked."""
    return _show_preview(list(read_chosen(request.args.getlist("ids"))), ChosenForm(formdata=None))


@pages.post("/approve")
@opens_for(Permission.DECIDE_EXCHANGES)
def approve() -> ResponseReturnValue:
    """A coordinator approves the chosen ones, each for itself, and is told what came of it."""
    form = ChosenForm()
    if not form.sent_and_valid():
        return _show_preview(list(form.seen), form)
    if not form.seen:
        raise Unacceptable("Tick at least one exchange, and try again.")

    def act(session: Session) -> Answer:
        return _told(steps.approve_each(session, form.seen, by=mine(), at=datetime.now(UTC)))

    return once(form, act)


@pages.get("/<int:exchange_id>")
@opens_for(Permission.DECIDE_EXCHANGES)
def decide(exchange_id: int) -> ResponseReturnValue:
    """A coordinator sees one exchange, and every decision that is open on it."""
    return _desk_page(_load(exchange_id))


@pages.post("/<int:exchange_id>/settle")
@opens_for(Permission.DECIDE_EXCHANGES)
def settle(exchange_id: int) -> ResponseReturnValue:
    """A coordinator has settled the time, and it can be approved."""
    exchange, form = _load(exchange_id), SettleForm()
    if not form.sent_and_valid():
        return _desk_page(exchange, settle_form=form)
    settled, note = Hours(form.settle_hours.data or 0), form.settle_note.data or ""
    with transaction() as session:
        steps.settle(session, exchange_id, hours=settled, by=mine(), at=datetime.now(UTC), note=note)
    flash(_("The time is settled at %(hours)s. You can approve it now.", hours=hours(settled)))
    return redirect(url_for(".decide", exchange_id=exchange_id))


@pages.post("/<int:exchange_id>/send-back")
@opens_for(Permission.DECIDE_EXCHANGES)
def send_back(exchange_id: int) -> ResponseReturnValue:
    """A coordinator asks those whose exchange it is to look again."""
    exchange, form = _load(exchange_id), SendBackForm()
    if not form.sent_and_valid():
        return _desk_page(exchange, send_back_form=form)
    with transaction() as session:
        steps.send_back(session, exchange_id, by=mine(), at=datetime.now(UTC), note=form.send_back_note.data or "")
    flash(_("It is with %(name)s again, who can put it right.", name=exchange.told_by.name))
    return redirect(url_for(".index"))


@pages.post("/<int:exchange_id>/decline")
@opens_for(Permission.DECIDE_EXCHANGES)
def decline(exchange_id: int) -> ResponseReturnValue:
    """A coordinator does not approve it, and says why."""
    exchange, form = _load(exchange_id), DeclineForm()
    if not form.sent_and_valid():
        return _desk_page(exchange, decline_form=form)
    with transaction() as session:
        steps.decline(session, exchange_id, by=mine(), at=datetime.now(UTC), note=form.decline_note.data or "")
    flash(_("It is declined, and no hours have moved. Both can read why."))
    return redirect(url_for(".index"))


@pages.route("/<int:exchange_id>/reverse", methods=["GET", "POST"])
@opens_for(Permission.DECIDE_EXCHANGES)
def reverse(exchange_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has taken an approved exchange back."""
    exchange, form = _load(exchange_id), ReverseForm()

    def act(session: Session) -> Answer:
        steps.reverse(session, exchange_id, reason=form.reason.data or "", by=mine(), at=datetime.now(UTC))
        told = _("It is taken back, and both balances stand as before it.")
        return Answer(url_for(".decide", exchange_id=exchange_id), [(told, "message")])

    if form.sent_and_valid():
        try:
            return once(form, act)
        except Unacceptable as refusal:
            form.refuse(refusal)
    workflow.after(exchange.state, Step.REVERSE, parts_of(exchange, mine()))
    return render_template(
        "desk/reverse.html", exchange=exchange, form=form, told=exchanged
    ), 422 if form.errors else 200


def _load(exchange_id: int) -> Exchange:
    return queues.exchange_for(db(), here(), exchange_id, reader=mine())


def _show_preview(ids: list[int], form: ChosenForm) -> ResponseReturnValue:
    """What approving these would write, with its button."""
    shown = queues.preview(db(), here(), ids, by=mine())
    return render_template(
        "desk/preview.html", preview=shown, form=form, told=exchanged, chosen=bool(ids)
    ), 422 if form.errors else 200


def _may_approve(exchange: Exchange) -> bool:
    return Step.APPROVE in workflow.open_steps(exchange.state, parts_of(exchange, mine()))


def _state_asked() -> State | None:
    return next((state for state in WAITING if state.value == request.args.get("state")), None)


def _desk_page(exchange: Exchange, **sent: Form) -> ResponseReturnValue:
    """The exchange with its decisions; a form that was sent and is not right stands among them as it was typed."""
    failed = next(iter(sent.values()), None)
    forms: dict[str, Form] = {
        "approve_form": ChosenForm(formdata=None),
        "settle_form": SettleForm(formdata=None, settle_hours=exchange.minutes),
        "send_back_form": SendBackForm(formdata=None),
        "decline_form": DeclineForm(formdata=None),
    }
    return render_template(
        "desk/decide.html",
        exchange=exchange,
        told=exchanged,
        steps=workflow.open_steps(exchange.state, parts_of(exchange, mine())),
        party=mine().id in (exchange.provider_id, exchange.receiver_id),
        preview=queues.preview(db(), here(), [exchange.id], by=mine()),
        form=failed,
        **(forms | sent),
    ), 422 if failed is not None and failed.errors else 200


def _told(approved: Approved) -> Answer:
    """What went into the book, and a sentence for each that did not."""
    told = []
    if approved.done:
        done = ngettext(
            "One exchange is approved. In the book: %(hours)s.",
            "%(num)d exchanges are approved. In the book: %(hours)s.",
            len(approved.done),
            hours=hours(approved.hours),
        )
        told.append((done, "message"))
    told += [(_not_approved(exchange, refusal), "sorry") for exchange, refusal in approved.refused[:_NAMED]]
    more = len(approved.refused) - _NAMED
    if more > 0:
        told.append((ngettext("One more is not approved.", "%(num)d more are not approved.", more), "sorry"))
    return Answer(url_for(".index"), told, approved.transfer_ids)


def _not_approved(exchange: Exchange | None, refusal: Refusal) -> str:
    if exchange is None:
        return sentence(refusal)
    told = {"title": exchange.title, "between": exchanged.between(exchange), "why": sentence(refusal)}
    return str(_("“%(title)s” (%(between)s) is not approved. %(why)s", **told))
