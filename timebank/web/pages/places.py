"""The way in: from the bare address to the timebank, or to the choice between several."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from timebank.members.models import MembershipStatus
from timebank.web.access import me, opens_for_signed_in
from timebank.web.frame import landing

pages = Blueprint("places", __name__)


@pages.get("/")
@opens_for_signed_in
def index() -> ResponseReturnValue:
    """Someone with one timebank is taken there; someone with several chooses."""
    memberships = [one for one in me().memberships if one.status == MembershipStatus.ACTIVE and one.roles]
    if len(memberships) == 1:
        return redirect(url_for(landing(memberships[0].roles), slug=memberships[0].timebank.slug))
    places = [(one.timebank.name, url_for(landing(one.roles), slug=one.timebank.slug)) for one in memberships]
    return render_template("places/index.html", places=places)
