"""The pages where someone takes along all that the timebank keeps of them, or a coordinator makes the file for them."""

from datetime import UTC, datetime

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.care import own_data
from timebank.members.models import Membership
from timebank.members.supporters import check_themselves
from timebank.policy import Permission
from timebank.refusals import NotFound
from timebank.web.access import area, here, mine, opens_for, opens_for_signed_in
from timebank.web.archived import archive
from timebank.web.database import transaction
from timebank.web.forms.base import StepForm
from timebank.web.standings import to_look_after
from timebank.web.words import day

pages = area("own_data")


@pages.route("/me/data", methods=["GET", "POST"])
@opens_for_signed_in
def show() -> ResponseReturnValue:
    """Whoever is or was here takes along what is kept of them, also when nothing else opens for them any more."""
    if g.get("mine") is None:
        raise NotFound("There is nothing at this address.")
    check_themselves(mine())
    return _file_of(mine())


@pages.route("/people/<int:membership_id>/data", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def show_for(membership_id: int) -> ResponseReturnValue:
    """A coordinator makes the file for a member, who may have no device of their own."""
    return _file_of(to_look_after(membership_id))


def _file_of(membership: Membership) -> ResponseReturnValue:
    form, at = StepForm(), datetime.now(UTC)
    if not form.sent_and_valid():
        told = {"form": form, "membership": membership, "own": membership.id == mine().id}
        return render_template("own_data/show.html", **told), 422 if form.errors else 200
    with transaction() as session:
        data = own_data.of_member(session, membership, by=mine(), at=at)
        pictures = own_data.pictures_of(session, membership)
    name = f"{here().slug}-{membership.number}.zip"
    return Response(
        archive(data, pictures, _readme(membership, at)),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _readme(membership: Membership, at: datetime) -> str:
    """What stands in the file, and what does not, in plain words."""
    return _(
        "What %(timebank)s keeps of %(name)s, number %(number)d, on %(day)s\n\n"
        "all.json holds everything, for programs. Each .csv holds one kind of thing, for a spreadsheet. Times are in"
        " UTC, and amounts of time in minutes. exchanges.csv tells what you gave and received, and exchange_history.csv"
        " who wrote what about it and when. hours_that_moved.csv is your part of the book of hours. letters.csv is what"
        " you were told.\n\n"
        "Not in here: how to reach other people; notes of a safeguarding lead, if there are any, and what others told"
        " the coordinators in confidence, because that protects others too. Ask us about them: we tell you what we"
        " may. Where a coordinator made this file for you, the messages between you and others, and what you told in"
        " confidence yourself, are not in it either.\n",
        timebank=here().name,
        name=membership.name,
        number=membership.number,
        day=day(here().day_of(at)),
    )
