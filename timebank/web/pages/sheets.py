"""The pages that are made for paper: a list of members, sheets with space for a pen, and where to find them all."""

from datetime import UTC, date, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from timebank.care import finding
from timebank.care.finding import Sort, Sought
from timebank.members.models import Membership, MembershipStatus
from timebank.policy import Permission
from timebank.web.access import area, here, opens_for
from timebank.web.chosen import EVERYONE, asked_for, chosen_people
from timebank.web.database import db
from timebank.web.forms.sheets import MembersForm, Paper, PaperForm, Phones
from timebank.web.listed import listed

pages = area("sheets", prefix="/sheets")


@pages.get("")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def index() -> ResponseReturnValue:
    """A coordinator sees which sheets there are, and says what stands on them."""
    return _offered(PaperForm.over(request.args))


@pages.get("/members")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def members() -> ResponseReturnValue:
    """A coordinator prints a list of the active members, or of the people who were chosen."""
    phones, people = MembersForm(formdata=request.args).wanted(), _chosen()
    if not people:
        active = Sought(status=MembershipStatus.ACTIVE, sort=Sort.NAME)
        ids = finding.ids_of(db(), here(), active, today=_today())
        people = [one for one in finding.of_ids(db(), here(), ids) if one.account_id is not None]
    return render_template(
        "sheets/members.html", rows=listed(db(), people, phones), phones=phones, today=_today(), all=Phones.ALL
    )


@pages.get("/paper")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def paper() -> ResponseReturnValue:
    """A coordinator prints a sheet for an occasion, with names that were chosen and with empty lines."""
    form = PaperForm.over(request.args)
    if form.errors:
        return _offered(form)
    return render_template(
        "sheets/paper.html",
        sheet=form,
        attendance=form.wanted() == Paper.ATTENDANCE,
        people=_chosen(),
        lines=form.lines.data or 0,
    )


def _offered(form: PaperForm) -> ResponseReturnValue:
    return render_template(
        "sheets/index.html",
        form=form,
        members_form=MembersForm(formdata=None),
        chosen=_chosen(),
        kept=[(name, text) for name, text in asked_for() if name not in form and name != "phones"],
    ), 422 if form.errors else 200


def _chosen() -> list[Membership]:
    """The people who were chosen; nobody where the address names none."""
    return chosen_people(_today()) if "ids" in request.args or EVERYONE in request.args else []


def _today() -> date:
    return here().day_of(datetime.now(UTC))
