"""The pages on which coordinators keep what they looked at about a member, and see what is about to run out."""

from datetime import UTC, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.care import vetting
from timebank.care.vetting import WrongDay, WrongEnd
from timebank.members import directory
from timebank.members.models import Membership
from timebank.policy import Permission
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import ask_and_do
from timebank.web.database import db
from timebank.web.forms.base import KeyedForm
from timebank.web.forms.care import KINDS, VettingForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of
from timebank.web.once import Answer

pages = area("vetting")


@pages.get("/vetting")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def index() -> ResponseReturnValue:
    """Coordinators see what runs out soon, and what has run out."""
    today = here().day_of(datetime.now(UTC))
    found, count = vetting.expiring(db(), here(), today=today, limit=PER_PAGE, offset=offset())
    return render_template("vetting/index.html", found=found, kinds=KINDS, today=today, pages=pages_of(count))


@pages.route("/people/<int:membership_id>/vetting", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def show(membership_id: int) -> ResponseReturnValue:
    """A coordinator sees what was looked at about someone, and writes down what they looked at."""
    membership = directory.membership_in(db(), here(), membership_id)
    vetting.check_may(mine(), membership)
    today = here().day_of(datetime.now(UTC))
    form = VettingForm().on(today)

    def page() -> str:
        shown = {"membership": membership, "seen": vetting.about(db(), membership), "kinds": KINDS, "today": today}
        return render_template("vetting/show.html", form=form, **shown)

    return ask_and_do(
        form,
        page=page,
        act=lambda session: _added(session, membership, form),
        places={WrongDay: "seen_on", WrongEnd: "expires_on"},
    )


@pages.route("/people/<int:membership_id>/vetting/<int:vetting_id>/end", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def end(membership_id: int, vetting_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has said that something holds no longer."""
    membership = directory.membership_in(db(), here(), membership_id)
    vetting.check_may(mine(), membership)
    one, form = vetting.of_member(db(), membership, vetting_id), KeyedForm()
    return ask_and_do(
        form,
        page=lambda: render_template("vetting/end.html", form=form, membership=membership, one=one, kinds=KINDS),
        act=lambda session: _ended(session, membership, vetting_id),
    )


def _added(session: Session, membership: Membership, form: VettingForm) -> Answer:
    vetting.add(session, membership, form.seen, by=mine(), at=datetime.now(UTC))
    told = _("It is written down: %(what)s of %(name)s.", what=KINDS[form.seen.kind], name=membership.name)
    return Answer(url_for(".show", membership_id=membership.id), [(told, "message")])


def _ended(session: Session, membership: Membership, vetting_id: int) -> Answer:
    ended = vetting.end(session, membership, vetting_id, by=mine(), at=datetime.now(UTC))
    told = _("It holds no longer: %(what)s of %(name)s.", what=KINDS[ended.kind], name=membership.name)
    return Answer(url_for(".show", membership_id=membership.id), [(told, "message")])
