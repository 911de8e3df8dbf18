"""The page at which one click ends letters of a kind, for whoever holds the link that stood in one."""

from datetime import UTC, datetime

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from timebank.members.choices import Pace
from timebank.members.models import Membership
from timebank.notices import wishes
from timebank.refusals import NotFound
from timebank.web.access import opens_for_everyone
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm
from timebank.web.stopping import Stop, opened
from timebank.web.written import CALLED

pages = Blueprint("stopping", __name__)
AGAIN = "again"


@pages.route("/letters/stop/<secret>", methods=["GET", "POST"])
@opens_for_everyone
def show(secret: str) -> ResponseReturnValue:
    """Asked for, it asks first; sent, as mail programs do for a click of their own, such letters come no more."""
    told = opened(secret)
    membership = db().get(Membership, told.membership_id) if told else None
    if told is None or membership is None:
        raise NotFound("This link is not whole. Open the letter again, and press the link in it.")
    g.here = membership.timebank
    wanted = AGAIN in request.form
    if request.method == "POST":
        # Who holds the link may do this: it is itself the token, and a mail program has no other.
        g.token_checked = True
        _act(membership, told, wanted=wanted)
    return render_template(
        "stopping/show.html",
        kind=CALLED[told.kind] if told.kind else None,
        done=request.method == "POST",
        wanted=wanted,
        step=StepForm(formdata=None),
        again=AGAIN,
    )


def _act(membership: Membership, told: Stop, *, wanted: bool) -> None:
    with transaction() as session:
        if told.kind is None:
            pace = Pace.WEEKLY if wanted else Pace.NEVER
            wishes.set_pace(session, membership, pace, at=datetime.now(UTC))
        elif wanted:
            wishes.want_again(session, membership.id, told.kind)
        else:
            wishes.stop(session, membership.id, told.kind)
