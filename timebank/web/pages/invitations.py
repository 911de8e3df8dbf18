"""The pages of invitations: a member makes one, sends its link or prints its card, ends it, and sees who came."""

from datetime import UTC, date, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from timebank.care import inviting
from timebank.care.inviting import WrongDay
from timebank.care.models import Invitation
from timebank.policy import Permission
from timebank.web import joined, letters, qr
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import ask_and_do
from timebank.web.database import db
from timebank.web.forms.base import KeyedForm
from timebank.web.forms.joining import InviteForm
from timebank.web.lists import PER_PAGE, numbers_asked, offset
from timebank.web.lists import pages as pages_of
from timebank.web.once import Answer

pages = area("invitations", prefix="/invitations")
_ON_SHEETS = 40


@pages.get("")
@opens_for(Permission.INVITE)
def index() -> ResponseReturnValue:
    """A member sees whom they have invited and who came; coordinators see everyone's invitations."""
    found, count = inviting.page_of(db(), here(), by=mine(), limit=PER_PAGE, offset=offset())
    return render_template(
        "invitations/index.html", invitations=found, count=count, pages=pages_of(count), today=_today(), words=joined
    )


@pages.route("/new", methods=["GET", "POST"])
@opens_for(Permission.INVITE)
def new() -> ResponseReturnValue:
    """A member makes an invitation, or a sheet of them."""
    form = InviteForm.on(_today())
    return ask_and_do(
        form,
        page=lambda: render_template("invitations/new.html", form=form),
        act=lambda session: _made(session, form),
        places={WrongDay: "last_day"},
    )


@pages.get("/cards")
@opens_for(Permission.INVITE)
def cards() -> ResponseReturnValue:
    """A member prints the cards of invitations that can still be used, or sends their links."""
    chosen = inviting.cards(db(), here(), numbers_asked("ids", most=_ON_SHEETS), by=mine(), today=_today())
    return render_template("invitations/cards.html", invitations=[_card(one) for one in chosen])


@pages.route("/<int:invitation_id>/end", methods=["GET", "POST"])
@opens_for(Permission.INVITE)
def end(invitation_id: int) -> ResponseReturnValue:
    """A member ends an invitation, so that nobody can use it any more."""
    invitation = inviting.to_end(db(), here(), invitation_id, by=mine())
    form = KeyedForm()
    return ask_and_do(
        form,
        page=lambda: render_template("invitations/end.html", form=form, invitation=invitation),
        act=lambda session: _ended(session, invitation_id),
    )


def _card(invitation: Invitation) -> tuple[Invitation, str, Markup]:
    address = letters.address(url_for("join.invited", code=invitation.code))
    return invitation, address, qr.picture(address, _("The link of this invitation"))


def _made(session: Session, form: InviteForm) -> Answer:
    made = inviting.invite(
        session,
        here(),
        name=form.name.data or "",
        last_day=form.last_day.data or date.min,
        count=form.count.data or 0,
        by=mine(),
        at=datetime.now(UTC),
    )
    told = ngettext("Here is the invitation.", "Here are %(num)d invitations.", len(made))
    return Answer(url_for(".cards", ids=[one.id for one in made]), [(told, "message")])


def _ended(session: Session, invitation_id: int) -> Answer:
    inviting.end(session, here(), invitation_id, by=mine(), at=datetime.now(UTC))
    return Answer(url_for(".index"), [(_("The invitation has ended."), "message")])


def _today() -> date:
    return here().day_of(datetime.now(UTC))
