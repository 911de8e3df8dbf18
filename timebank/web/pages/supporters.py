"""The pages of supporters: who may act for whom, asked, agreed and ended, and the switch to acting for someone."""

from datetime import UTC, date, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.members import directory, supporters
from timebank.members.models import Membership, Supporter
from timebank.members.supporters import WrongLastDay, WrongSupporter
from timebank.notices.models import NoticeKind
from timebank.notices.outbox import tell
from timebank.policy import Permission
from timebank.refusals import NotAllowed, Refusal
from timebank.web.access import act_for, area, for_themselves, here, mine, opens_before_terms, opens_for
from timebank.web.asked import ask_and_do
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm, check_pressed
from timebank.web.forms.supporters import AskForm, SetUpForm
from timebank.web.once import Answer

pages = area("supporters")
_PLACES: dict[type[Refusal], str] = {WrongSupporter: "supporter", WrongLastDay: "last_day"}


@pages.get("/supporters")
@opens_for(Permission.SEE_MEMBERS)
@for_themselves
def index() -> ResponseReturnValue:
    """Someone sees who may act for them, and for whom they may act."""
    standing = supporters.standing_of(db(), mine(), today=_today())
    ready = {one.id for one in standing.as_supporter if supporters.holds(one, _today())}
    return render_template("supporters/index.html", standing=standing, ready=ready, step_form=StepForm(formdata=None))


@pages.route("/supporters/ask", methods=["GET", "POST"])
@opens_for(Permission.KEEP_OWN_PAGE)
@for_themselves
def ask() -> ResponseReturnValue:
    """A member asks someone to be their supporter."""
    form = AskForm.over(supporters.candidates(db(), here(), mine()))
    return ask_and_do(
        form,
        page=lambda: render_template("supporters/ask.html", form=form),
        act=lambda session: _asked(session, form, mine(), url_for(".index")),
        places=_PLACES,
    )


@pages.route("/members/<int:membership_id>/supporters", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
@for_themselves
def set_up(membership_id: int) -> ResponseReturnValue:
    """A coordinator sees who acts for a member, and writes down whom the member has named on paper."""
    member = directory.membership_in(db(), here(), membership_id)
    form = SetUpForm.for_member(supporters.candidates(db(), here(), member), member.name)

    def page() -> str:
        standing = supporters.standing_of(db(), member, today=_today())
        return render_template("supporters/set_up.html", form=form, member=member, standing=standing)

    back = url_for(".set_up", membership_id=member.id)
    return ask_and_do(
        form,
        page=page,
        act=lambda session: _asked(session, form, member, back),
        places=_PLACES,
    )


@pages.post("/supporters/<int:relation_id>/agree")
@opens_for(Permission.SEE_MEMBERS)
@for_themselves
def agree(relation_id: int) -> ResponseReturnValue:
    """The one who was asked agrees to act for the member."""
    check_pressed()
    at = datetime.now(UTC)
    with transaction() as session:
        relation = supporters.agree(session, relation_id, by=mine(), at=at)
        _tell(session, relation, relation.membership, "agreed", at)
    flash(_("Thank you. You can act for %(name)s now.", name=relation.membership.name))
    return redirect(url_for(".index"))


@pages.route("/supporters/<int:relation_id>/end", methods=["GET", "POST"])
@opens_for(Permission.SEE_MEMBERS)
@for_themselves
def end(relation_id: int) -> ResponseReturnValue:
    """The member, the supporter or a coordinator is asked, and has ended it."""
    relation, form = supporters.relation_for(db(), relation_id, by=mine()), StepForm()
    between = mine().id in {relation.membership_id, relation.supporter_id}
    back = url_for(".index") if between else url_for(".set_up", membership_id=relation.membership_id)
    if not form.sent_and_valid():
        told = {"form": form, "relation": relation, "back_href": back}
        return render_template("supporters/end.html", **told), 422 if form.errors else 200
    at = datetime.now(UTC)
    with transaction() as session:
        relation = supporters.end(session, relation_id, by=mine(), at=at)
        for one in (relation.membership, relation.supporter):
            if one.id != mine().id:
                _tell(session, relation, one, "ended", at)
    flash(_("That has ended. Nobody acts for %(name)s by it any more.", name=relation.membership.name))
    return redirect(back)


@pages.post("/supporters/<int:relation_id>/act")
@opens_for(Permission.SEE_MEMBERS)
@for_themselves
def act(relation_id: int) -> ResponseReturnValue:
    """From now on the supporter acts for the member, until they stop."""
    check_pressed()
    relation = supporters.relation_for(db(), relation_id, by=mine())
    if relation.supporter_id != mine().id or not supporters.holds(relation, _today()):
        raise NotAllowed("You cannot act for %(name)s at the moment.", name=relation.membership.name)
    act_for(relation.membership)
    return redirect(url_for("home.show"))


@pages.post("/supporters/stop")
@opens_for(Permission.SEE_MEMBERS)
@opens_before_terms
def stop() -> ResponseReturnValue:
    """The supporter is only themselves again."""
    check_pressed()
    act_for(None)
    flash(_("You are yourself again."))
    return redirect(url_for("home.show"))


def _asked(session: Session, form: AskForm, member: Membership, where: str) -> Answer:
    at = datetime.now(UTC)
    relation = supporters.ask(session, member, int(form.supporter.data), form.until(), by=mine(), at=at)
    _tell(session, relation, relation.supporter, "asked", at)
    told = _("%(name)s is asked now, and can act as soon as they agree.", name=relation.supporter.name)
    return Answer(where, [(told, "message")])


def _tell(session: Session, relation: Supporter, to: Membership, what: str, at: datetime) -> None:
    other = relation.supporter if to.id == relation.membership_id else relation.membership
    key, last_day = f"supporter:{relation.id}:{what}:{to.id}", relation.last_day.isoformat()
    tell(session, NoticeKind.SUPPORTER, to, key=key, at=at, other=other.name, what=what, last_day=last_day)


def _today() -> date:
    return here().day_of(datetime.now(UTC))
