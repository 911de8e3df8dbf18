"""The coordinator's page of today: what waits with the act beside it, all of one kind, and a telephone call."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.care import today
from timebank.care.waits import Asked, Group
from timebank.exchanges import by_phone as phone
from timebank.exchanges import queues
from timebank.exchanges.taking import as_told
from timebank.exchanges.workflow import State, StepNotOpen
from timebank.policy import Permission
from timebank.web import exchanged, waiting
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.today import SaidForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of

pages = area("today", prefix="/today")
UNUSUAL = "unusual"
"""In the address of the page with all hours that are worth a look."""


@pages.get("")
@opens_for(Permission.DECIDE_EXCHANGES)
def show() -> ResponseReturnValue:
    """A coordinator sees all that waits for them today, and what to do with each."""
    asked = _asked()
    return render_template(
        "today/show.html", day=today.waiting(db(), asked), today=asked.today, told=waiting, few=today.A_FEW
    )


@pages.get("/all")
@opens_for(Permission.DECIDE_EXCHANGES)
def all_of() -> ResponseReturnValue:
    """A coordinator sees everything of one kind."""
    of = request.args.get("of", "")
    if of == UNUSUAL:
        found, people = today.unusual_of(db(), _asked())
        lines = [waiting.unusual_shown(one, people) for one in found[offset() : offset() + PER_PAGE]]
        heading, hint, count = waiting.unusual_title(len(found)), "", len(found)
    elif of in set(Group):
        group = Group(of)
        some, count = today.all_of(db(), _asked(), group, limit=PER_PAGE, offset=offset())
        lines = [waiting.shown(line) for line in some]
        heading, hint = waiting.title(group, count), waiting.hint(group)
    else:
        return redirect(url_for(".show"))
    return render_template("today/all.html", heading=heading, hint=hint, lines=lines, pages=pages_of(count))


@pages.route("/by-phone/<int:exchange_id>", methods=["GET", "POST"])
@opens_for(Permission.DECIDE_EXCHANGES)
def by_phone(exchange_id: int) -> ResponseReturnValue:
    """A coordinator calls the one who is asked, and writes down that they said it is right."""
    exchange, form = queues.exchange_for(db(), here(), exchange_id, reader=mine()), SaidForm()
    phone.check_speaks_for(exchange, mine())
    if form.sent_and_valid():
        word = _("By phone. %(word)s", word=form.note.data or "").strip()
        with transaction() as session:
            at = datetime.now(UTC)
            phone.confirm_for(session, exchange_id, by=mine(), at=at, note=word, seen=form.seen.data or "")
        flash(_("It is written down that %(name)s said so.", name=exchanged.asked(exchange).name))
        return redirect(url_for("desk.decide", exchange_id=exchange_id))
    if exchange.state != State.RECORDED:
        raise StepNotOpen("This has moved on in the meantime. Have a look at how it stands now.")
    form.seen.data = as_told(exchange)
    status = 422 if form.errors else 200
    return render_template("today/by_phone.html", form=form, exchange=exchange, told=exchanged), status


def _asked() -> Asked:
    return Asked(here(), mine(), datetime.now(UTC))
