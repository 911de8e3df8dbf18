"""The way in: from the bare address to one's timebank, to the choice between several, or to joining one."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from timebank.members import directory
from timebank.members.models import HERE
from timebank.web.access import me, opens_for_everyone, signed_in
from timebank.web.database import db
from timebank.web.frame import landing
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of

pages = Blueprint("places", __name__)


@pages.get("/")
@opens_for_everyone
def index() -> ResponseReturnValue:
    """Someone with one timebank is taken there; someone with several chooses; a visitor signs in, or learns more."""
    if signed_in() is None:
        return _for_visitors()
    known = [one for one in me().memberships if one.roles]
    # Who is suspended, or has left, is led to the page that says whom to call.
    memberships = [one for one in known if one.status in HERE] or known
    if len(memberships) == 1:
        return redirect(url_for(landing(memberships[0].roles), slug=memberships[0].timebank.slug))
    places = [(one.timebank.name, url_for(landing(one.roles), slug=one.timebank.slug)) for one in memberships]
    return render_template("places/index.html", places=places)


def _for_visitors() -> str:
    timebanks, count = directory.timebanks(db(), limit=PER_PAGE, offset=offset())
    return render_template("places/visitor.html", timebanks=timebanks, count=count, pages=pages_of(count))
