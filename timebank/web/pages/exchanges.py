"""The pages of a member's exchanges: time logged, replies to listings, and each with its history and conversation."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.contributions import professionals
from timebank.exchanges import approval, blocking, conversation, queues, telling, thanking, undoing, workflow
from timebank.exchanges.blocking import Blocked
from timebank.exchanges.models import Exchange
from timebank.exchanges.queues import Group
from timebank.exchanges.taking import as_told, parts_of
from timebank.exchanges.workflow import Step
from timebank.hours import Hours
from timebank.listings import board
from timebank.members import directory
from timebank.members.directory import Named
from timebank.policy import Permission
from timebank.refusals import Conflict, Unacceptable
from timebank.web import exchanged
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm
from timebank.web.forms.exchanges import (
    ChangeForm,
    LogForm,
    LogForOthersForm,
    RecordForm,
    ReplyForm,
    SeenForm,
    people,
)
from timebank.web.forms.talking import MessageForm
from timebank.web.lists import PER_PAGE, offset, page_number
from timebank.web.lists import pages as pages_of

pages = area("exchanges")


@pages.route("/log", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def log() -> ResponseReturnValue:
    """A member logs time they shared, and the other one is asked whether it is right."""
    if mine().account_id is None and mine().may(Permission.LOG_FOR_OTHERS):
        return redirect(url_for(".log_for_others"))
    at, form = datetime.now(UTC), LogForm()
    if mine().is_acted_for:
        form.speak_of(mine().name)
    others = _others()
    form.other.choices = people(others)
    form.ask_on(here().day_of(at), board.categories_of(db(), here()))
    if request.method == "GET":
        form.other.data = request.args.get("with", "")
    elif form.sent_and_valid():
        try:
            with transaction() as session:
                exchange = telling.record(session, here(), form.shared(mine()), by=mine(), for_=mine(), at=at)
                thanking.thank_along(session, exchange, form.said(), by=mine(), at=at)
        except (Unacceptable, Conflict, Blocked) as refusal:
            form.told_no(refusal)
        else:
            return _thanks(exchange)
    return render_template("exchanges/log.html", form=form, alone=not others), 422 if form.errors else 200


@pages.route("/log/for-others", methods=["GET", "POST"])
@opens_for(Permission.LOG_FOR_OTHERS)
def log_for_others() -> ResponseReturnValue:
    """A coordinator logs what one of two members told them."""
    at, form = datetime.now(UTC), LogForOthersForm()
    members = directory.names_of(db(), here())
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
    listing = board.listing_for(db(), here(), listing_id, reader=mine(), today=here().day_of(datetime.now(UTC)))
    telling.sides_of_reply(listing, mine())
    form = ReplyForm()
    if form.sent_and_valid():
        try:
            with transaction() as session:
                exchange = telling.propose(
                    session, here(), form.shared(listing, mine()), by=mine(), at=datetime.now(UTC)
                )
        except (Unacceptable, Conflict, Blocked) as refusal:
            form.refuse(refusal)
        else:
            flash(_("Thank you. %(name)s is asked now and can agree.", name=listing.membership.name))
            return redirect(url_for(".show", exchange_id=exchange.id))
    return render_template("exchanges/propose.html", form=form, listing=listing), 422 if form.errors else 200


@pages.get("/exchanges")
@opens_for(Permission.EXCHANGE)
def index() -> ResponseReturnValue:
    """A member sees their exchanges: what waits for them, what is under way, what is done."""
    group = next((one for one in Group if one.value == request.args.get("group")), None)
    lists = {
        one: queues.of_member(db(), mine(), one, limit=PER_PAGE, offset=offset() if group else 0)
        for one in ((group,) if group else Group)
    }
    return render_template(
        "exchanges/index.html",
        lists=lists,
        group=group,
        pages=pages_of(lists[group][1]) if group else None,
        per_page=PER_PAGE,
        told=exchanged,
    )


@pages.get("/exchanges/<int:exchange_id>")
@opens_for(Permission.EXCHANGE)
def show(exchange_id: int) -> ResponseReturnValue:
    """One of the two, or a coordinator, sees an exchange, its history, and what they can do with it now."""
    return _page_of(_load(exchange_id), MessageForm(formdata=None))


@pages.post("/exchanges/<int:exchange_id>/say")
@opens_for(Permission.EXCHANGE)
def say(exchange_id: int) -> ResponseReturnValue:
    """One of the two writes to the other."""
    exchange, form = _load(exchange_id), MessageForm()
    if form.sent_and_valid():
        text, key = form.text.data or "", f"form:{form.key.data}"
        try:
            with transaction() as session:
                conversation.say(session, exchange_id, text, key=key, by=mine(), at=datetime.now(UTC))
        except (Unacceptable, Conflict, Blocked) as refusal:
            form.refuse(refusal, "text" if isinstance(refusal, Unacceptable) else None)
            exchange = _load(exchange_id)
        else:
            return redirect(url_for(".show", exchange_id=exchange_id, _anchor="conversation"))
    return _page_of(exchange, form), 422 if form.errors else 200


@pages.route("/exchanges/<int:exchange_id>/change", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def change(exchange_id: int) -> ResponseReturnValue:
    """The one who proposed it changes how long it would take, before it is answered."""
    exchange = _load(exchange_id)
    workflow.after(exchange.state, Step.PROPOSE, parts_of(exchange, mine()))
    form = ChangeForm(data={"hours": exchange.proposed_minutes})
    if form.sent_and_valid():
        hours = Hours(form.hours.data) if form.hours.data else None
        try:
            with transaction() as session:
                telling.propose_anew(session, exchange_id, hours=hours, by=mine(), at=datetime.now(UTC))
        except (Unacceptable, Blocked) as refusal:
            form.refuse(refusal)
            exchange = _load(exchange_id)
        else:
            flash(_("It is changed, and %(name)s is told.", name=exchanged.partner(exchange, mine()).name))
            return redirect(url_for(".show", exchange_id=exchange_id))
    return render_template(
        "exchanges/change.html", form=form, exchange=exchange, told=exchanged
    ), 422 if form.errors else 200


@pages.route("/exchanges/<int:exchange_id>/record", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def record(exchange_id: int) -> ResponseReturnValue:
    """The time of what was agreed is logged, or what was logged is put right before it is confirmed."""
    at, exchange = datetime.now(UTC), _load(exchange_id)
    workflow.after(exchange.state, Step.RECORD, parts_of(exchange, mine()))
    form = RecordForm.about(exchange)
    form.ask_on(here().day_of(at), board.categories_of(db(), here()), kept=exchange.category)
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


def _others() -> list[Named]:
    """Whom this member can have shared time with: everyone here, but for who does not want to hear from whom."""
    apart = blocking.blocked_ids(db(), mine()) | {mine().id}
    return [member for member in directory.names_of(db(), here()) if member.id not in apart]


def _load(exchange_id: int) -> Exchange:
    return queues.exchange_for(db(), here(), exchange_id, reader=mine())


def _page_of(exchange: Exchange, message_form: MessageForm) -> str:
    """The page of an exchange, with what was typed in its conversation."""
    other, own = exchanged.partner(exchange, mine()), mine().id in (exchange.provider_id, exchange.receiver_id)
    messages, more = conversation.messages_of(
        db(), exchange, reader=mine(), limit=PER_PAGE, offset=offset() if request.method == "GET" else 0
    )
    return render_template(
        "exchanges/show.html",
        exchange=exchange,
        told=exchanged,
        steps=workflow.open_steps(exchange.state, parts_of(exchange, mine())),
        step_form=StepForm(formdata=None),
        seen_form=SeenForm(formdata=None, seen=as_told(exchange)),
        undo=undoing.may_undo(exchange, mine(), at=datetime.now(UTC)),
        own=own,
        other=other,
        messages=messages,
        older=page_number() + 1 if more else None,
        newer=page_number() - 1,
        reached_by=conversation.contact_of(db(), exchange, reader=mine()),
        thanks=thanking.said_of(db(), exchange) if own else {},
        may_thank=thanking.may_thank(exchange, mine()),
        form=message_form.to(other.name),
    )


def _thanks(exchange: Exchange) -> ResponseReturnValue:
    name = exchanged.asked(exchange).name
    if approval.waits_for_coordinator(db(), here(), exchange):
        flash(_("Thank you. %(name)s is asked whether it is right, and then a coordinator approves it.", name=name))
    else:
        flash(_("Thank you. %(name)s is asked whether it is right, and then the hours are in the book.", name=name))
    return redirect(url_for(".show", exchange_id=exchange.id))
