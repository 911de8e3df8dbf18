"""The pages of thanks: a word to say, the words that a member got, and what may be quoted without names."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.exchanges import queues, thanking
from timebank.policy import Permission
from timebank.refusals import Unacceptable
from timebank.web import exchanged
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.talking import SATISFACTION, ThankForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of

pages = area("thanks")


@pages.get("/thanks")
@opens_for(Permission.SEE_OWN_STATEMENT)
def index() -> ResponseReturnValue:
    """A member reads the words of thanks that they got."""
    words, count = thanking.thanks_for(db(), mine(), limit=PER_PAGE, offset=offset())
    return render_template("thanks/index.html", words=words, pages=pages_of(count))


@pages.route("/exchanges/<int:exchange_id>/thanks", methods=["GET", "POST"])
@opens_for(Permission.EXCHANGE)
def say(exchange_id: int) -> ResponseReturnValue:
    """One of the two says thank you, and how it was."""
    exchange, form = queues.exchange_for(db(), here(), exchange_id, reader=mine()), ThankForm()
    thanking.check_may_thank(exchange, mine())
    if form.sent_and_valid():
        try:
            with transaction() as session:
                thanking.thank(session, exchange_id, form.said(), by=mine(), at=datetime.now(UTC))
        except Unacceptable as refusal:
            form.refuse(refusal, "word")
            exchange = queues.exchange_for(db(), here(), exchange_id, reader=mine())
        else:
            flash(_("Thank you. Kind words travel far."))
            return redirect(url_for("exchanges.show", exchange_id=exchange_id))
    other = exchanged.partner(exchange, mine())
    return render_template("thanks/say.html", exchange=exchange, form=form, other=other), 422 if form.errors else 200


@pages.get("/what-people-say")
@opens_for(Permission.SEE_REPORTS)
def said() -> ResponseReturnValue:
    """A coordinator reads what may be quoted, without names, and how people found their exchanges."""
    words, count = thanking.quotable(db(), here(), limit=PER_PAGE, offset=offset())
    counted = thanking.satisfaction(db(), here())
    rows = [(SATISFACTION[one], number) for one, number in counted.items()]
    return render_template("thanks/said.html", words=words, rows=rows, pages=pages_of(count))
