"""The page on which a safeguarding lead keeps notes about someone; who opens them stands in the audit log."""

from datetime import UTC, datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.care import safeguarding
from timebank.members import directory
from timebank.members.models import Membership
from timebank.members.rules import WrongWord
from timebank.policy import Permission
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import ask_and_do
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm
from timebank.web.forms.care import NoteForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of
from timebank.web.once import Answer

pages = area("safeguarding", prefix="/people")


@pages.route("/<int:membership_id>/safeguarding", methods=["GET", "POST"])
@opens_for(Permission.SEE_SAFEGUARDING)
def show(membership_id: int) -> ResponseReturnValue:
    """A safeguarding lead adds a note, and reads the others once they have opened them."""
    membership = directory.membership_in(db(), here(), membership_id)
    safeguarding.check_may(mine(), membership)
    form = NoteForm()
    return ask_and_do(
        form,
        page=lambda: _page(membership, form),
        act=lambda session: _written(session, membership, form),
        places={WrongWord: "text"},
    )


@pages.post("/<int:membership_id>/safeguarding/open", endpoint="open")
@opens_for(Permission.SEE_SAFEGUARDING)
def open_notes(membership_id: int) -> ResponseReturnValue:
    """A safeguarding lead opens what is written about someone, for today, and it is written down that they did."""
    membership = directory.membership_in(db(), here(), membership_id)
    safeguarding.check_may(mine(), membership)
    if StepForm().sent_and_valid():
        with transaction() as session:
            safeguarding.open_for(session, membership, by=mine(), at=datetime.now(UTC))
    return redirect(url_for(".show", membership_id=membership.id))


def _page(membership: Membership, form: NoteForm) -> str:
    at, notes = datetime.now(UTC), None
    count = safeguarding.count_about(db(), membership, by=mine())
    if safeguarding.is_open(db(), membership, by=mine(), at=at):
        notes = safeguarding.notes_about(db(), membership, by=mine(), at=at, limit=PER_PAGE, offset=offset())
    shown = {"membership": membership, "notes": notes, "count": count, "pages": pages_of(count)}
    return render_template("safeguarding/show.html", form=form, open_form=StepForm(formdata=None), **shown)


def _written(session: Session, membership: Membership, form: NoteForm) -> Answer:
    safeguarding.write(session, membership, form.text.data or "", by=mine(), at=datetime.now(UTC))
    told = _("Your note about %(name)s is kept.", name=membership.name)
    return Answer(url_for(".show", membership_id=membership.id), [(told, "message")])
