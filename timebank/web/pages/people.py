"""The pages of who is here: the list of people, the welcome of a new member, and what each may do."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.care import finding
from timebank.care.finding import Sort, Sought
from timebank.members import audit_log, directory, enrol, passwords
from timebank.members.audit_log import Deed
from timebank.members.directory import Named
from timebank.members.enrol import Newcomer
from timebank.members.models import Membership, MembershipStatus
from timebank.policy import Permission, Role
from timebank.refusals import NotFound, Unacceptable
from timebank.web import letters
from timebank.web.access import area, here, mine, opens_for
from timebank.web.chosen import EVERYONE, asked_for
from timebank.web.database import db, transaction
from timebank.web.forms.finding import STANDS, PeopleSearch
from timebank.web.forms.people import ROLES, EnrolForm, RolesForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of
from timebank.web.written_passwords import first_letter

pages = area("people", prefix="/people")
_TONES = {
    MembershipStatus.APPLIED: "waiting",
    MembershipStatus.ACTIVE: "good",
    MembershipStatus.PAUSED: "waiting",
    MembershipStatus.LEFT: "plain",
    MembershipStatus.SUSPENDED: "sorry",
}


@pages.get("")
@opens_for(Permission.SEE_PEOPLE)
def index() -> ResponseReturnValue:
    """Coordinators and administrators see who is here, look for some of them, and choose several."""
    today, form = here().day_of(datetime.now(UTC)), PeopleSearch.over(request.args)
    sought = form.sought(today, may_keep=mine().may(Permission.KEEP_ACCOUNTS))
    ids = finding.ids_of(db(), here(), sought, today=today)
    people = finding.of_ids(db(), here(), ids[offset() : offset() + PER_PAGE], with_roles=True)
    return render_template(
        "people/index.html",
        search=form,
        looked=replace(sought, sort=Sort.NUMBER) != Sought(),
        kept=[(name, text) for name, text in asked_for() if name not in ("ids", EVERYONE)],
        ticked=request.args.get("tick") == "all",
        people=[(one, _roles_told(one), (STANDS[one.status], _TONES[one.status])) for one in people],
        count=len(ids),
        pages=pages_of(len(ids)),
    )


@pages.route("/new", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def new() -> ResponseReturnValue:
    """Someone is welcomed as a member; with an e-mail they get a letter that leads to a password."""
    form, at = EnrolForm(), datetime.now(UTC)
    form.namesake = _namesake(form.name.data or "")
    if not form.sent_and_valid():
        return render_template("people/new.html", form=form), 422 if form.errors else 200
    with transaction() as session:
        newcomer = Newcomer(name=str(form.name.data), email=form.email.data or None)
        member = enrol.enrol(session, here(), newcomer, at=at)
        audit_log.note(session, Deed.ENROLLED, by=mine(), about=member, at=at, number=member.number)
        person = member.person if newcomer.email else None
        post = [first_letter(member, passwords.card_link(session, person, at=at))] if person else []
    letters.post(post)
    flash(_("Welcome, %(name)s! Their number is %(number)d.", name=member.name, number=member.number))
    if post:
        flash(_("A letter with a link to choose a password is on its way to %(email)s.", email=post[0].to))
    return redirect(url_for(".index"))


@pages.route("/<int:membership_id>/roles", methods=["GET", "POST"])
@opens_for(Permission.GIVE_ROLES)
def roles(membership_id: int) -> ResponseReturnValue:
    """An administrator says what someone may do here."""
    membership = directory.membership_in(db(), here(), membership_id)
    if membership.person is None:
        raise NotFound("An organisation has no roles. Give them to the people who work for it.")
    form = RolesForm(data={"roles": [role.value for role in membership.roles]})
    if form.sent_and_valid():
        try:
            with transaction() as session:
                _give_roles(session, membership, form.chosen())
        except Unacceptable as refusal:
            form.refuse(refusal, "roles")
        else:
            flash(_("%(name)s has these roles now: %(roles)s.", name=membership.name, roles=_roles_told(membership)))
            return redirect(url_for(".index" if mine().may(Permission.SEE_PEOPLE) else "places.index"))
    return render_template("people/roles.html", form=form, membership=membership), 422 if form.errors else 200


def _give_roles(session: Session, membership: Membership, roles: frozenset[Role]) -> None:
    """They may do just this from now on, and the audit log tells what they could do before."""
    before, at = sorted(membership.roles), datetime.now(UTC)
    enrol.give_roles(session, membership, roles, at=at)
    if roles != set(before):
        told = {"before": before, "after": sorted(roles)}
        audit_log.note(session, Deed.ROLES_GIVEN, by=mine(), about=membership, at=at, **told)


def _roles_told(membership: Membership) -> str:
    """What someone is here, in words."""
    if membership.organisation is not None:
        return _("Organisation")
    return ", ".join(str(label) for role, label in ROLES.items() if role in membership.roles) or _("No role")


def _namesake(name: str) -> Named | None:
    """Someone of just this name who is here already."""
    return next(iter(directory.namesakes(db(), here(), name)), None) if name.strip() else None
