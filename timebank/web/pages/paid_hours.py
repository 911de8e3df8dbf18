"""The pages where a coordinator enters professionals' hours, which are counted beside the members' and never posted."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timebank.contributions import professionals
from timebank.contributions.professionals import WrongTime
from timebank.contributions.record import check_reverse
from timebank.policy import Permission
from timebank.refusals import Conflict, Unacceptable
from timebank.web.access import area, here, me, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import Form
from timebank.web.forms.paid_hours import PaidHoursForm, ProfessionalForm, ProjectForm, TakeBackForm
from timebank.web.words import hours

pages = area("paid_hours", prefix="/professionals")
_SHOWN = 10


@pages.route("/log", methods=["GET", "POST"])
@opens_for(Permission.RECORD_PROFESSIONALS)
def log() -> ResponseReturnValue:
    """A coordinator enters hours that a professional is paid for, and sees those entered last."""
    at, form = datetime.now(UTC), PaidHoursForm()
    _tell_choices(form, at)
    if not form.sent_and_valid():
        return _page(at, form=form)
    try:
        with transaction() as session:
            paid = professionals.record_paid_hours(session, here(), form.paid(), by=me(), at=at)
    except WrongTime as refusal:
        form.refuse(refusal, "hours")
        return _page(at, form=form)
    except (Unacceptable, Conflict) as refusal:
        form.refuse(refusal)
        return _page(at, form=form)
    flash(_("Thank you. %(hours)s of %(name)s are counted now.", hours=hours(paid.minutes), name=paid.giver.name))
    return redirect(url_for(".log"))


@pages.post("/people")
@opens_for(Permission.RECORD_PROFESSIONALS)
def add_professional() -> ResponseReturnValue:
    """A professional can be chosen, with the organisation that pays them."""
    at, form = datetime.now(UTC), ProfessionalForm()
    form.choose_from(professionals.organisations_of(db(), here()))
    if not form.sent_and_valid():
        return _page(at, professional_form=form)
    try:
        with transaction() as session:
            added = professionals.add_professional(
                session,
                here(),
                form.professional_name.data or "",
                organisation_name=form.organisation_name,
                at=at,
            )
    except Unacceptable as refusal:
        form.refuse(refusal, "professional_name")
        return _page(at, professional_form=form)
    flash(_("%(name)s can be chosen now.", name=added.name))
    return redirect(url_for(".log"))


@pages.post("/projects")
@opens_for(Permission.RECORD_PROFESSIONALS)
def add_project() -> ResponseReturnValue:
    """A project can be chosen."""
    form = ProjectForm()
    if not form.sent_and_valid():
        return _page(datetime.now(UTC), project_form=form)
    with transaction() as session:
        project = professionals.create_project(
            session, here(), form.project_name.data or "", purpose=form.purpose.data or ""
        )
    flash(_("The project “%(name)s” can be chosen now.", name=project.name))
    return redirect(url_for(".log"))


@pages.route("/<int:contribution_id>/take-back", methods=["GET", "POST"])
@opens_for(Permission.RECORD_PROFESSIONALS)
def take_back(contribution_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has taken back hours that were entered wrongly."""
    paid, form = professionals.paid_hours_in(db(), here(), contribution_id), TakeBackForm()
    if request.method == "GET":
        check_reverse(paid)
    if not form.sent_and_valid():
        return render_template("paid_hours/take_back.html", paid=paid, form=form), 422 if form.errors else 200
    with transaction() as session:
        reason = form.reason.data or ""
        professionals.take_back(session, here(), contribution_id, reason=reason, by=me(), at=datetime.now(UTC))
    flash(_("The hours are taken back and count no longer."))
    return redirect(url_for(".log"))


def _tell_choices(form: PaidHoursForm, at: datetime) -> None:
    form.choose_from(
        professionals.professionals_of(db(), here()), professionals.projects_of(db(), here()), here().day_of(at)
    )


def _page(at: datetime, **sent: Form) -> ResponseReturnValue:
    """The page with its three forms; the one that was sent and is not right stands among them as it was typed."""
    form, adding, project = PaidHoursForm(formdata=None), ProfessionalForm(formdata=None), ProjectForm(formdata=None)
    _tell_choices(form, at)
    adding.choose_from(professionals.organisations_of(db(), here()))
    forms: dict[str, Form] = {"hours_form": form, "professional_form": adding, "project_form": project}
    if "form" in sent:
        forms["hours_form"] = sent["form"]
    failed = next(iter(sent.values()))
    return render_template(
        "paid_hours/log.html",
        **(forms | {name: one for name, one in sent.items() if name != "form"}),
        form=failed,
        may_log=len(form.professional.choices) > 1 and len(form.project.choices) > 1,
        latest=professionals.latest_paid_hours(db(), here(), limit=_SHOWN),
    ), 422 if failed.errors else 200
