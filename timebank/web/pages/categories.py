"""The pages on which an administrator keeps the kinds of help: added, renamed, moved, retired and brought back."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.exchanges import of_kind
from timebank.listings import categories
from timebank.listings.models import Category
from timebank.policy import Permission
from timebank.refusals import Conflict, Unacceptable
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm, check_pressed
from timebank.web.forms.categories import CategoryForm
from timebank.web.once import Answer, once

pages = area("categories", prefix="/categories")


@pages.get("")
@opens_for(Permission.SET_POLICY)
def index() -> ResponseReturnValue:
    """An administrator sees the kinds of help by group, and how much is of each."""
    known = categories.all_of(db(), here())
    return render_template(
        "categories/index.html",
        groups=[(group, [one for one in known if one.parent_id == group.id]) for group in categories.groups(known)],
        uses=categories.uses(db(), here()),
        exchanges=of_kind.count_by_kind(db(), here()),
        step_form=StepForm(),
    )


@pages.route("/new", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def new() -> ResponseReturnValue:
    """An administrator adds a kind of help, or a group."""
    form = CategoryForm.over(_groups(), group=request.args.get("group", ""))

    def act(session: Session) -> Answer:
        at = datetime.now(UTC)
        added = categories.add(session, form.name.data or "", group_id=form.group_id, by=mine(), at=at)
        return Answer(url_for(".index"), [(_("“%(name)s” can be chosen now.", name=added.name), "message")])

    if form.sent_and_valid():
        try:
            return once(form, act)
        except (Unacceptable, Conflict) as refusal:
            form.told_no(refusal)
    return render_template("categories/new.html", form=form), 422 if form.errors else 200


@pages.route("/<int:category_id>", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def edit(category_id: int) -> ResponseReturnValue:
    """An administrator renames a kind of help, or moves it to another group."""
    category = categories.category_in(db(), here(), category_id)
    form = CategoryForm.over(_groups(), category)
    if form.sent_and_valid():
        name, group_id = form.name.data or "", form.group_id
        try:
            with transaction() as session:
                at = datetime.now(UTC)
                categories.change(session, category_id, name, group_id=group_id, by=mine(), at=at)
        except (Unacceptable, Conflict) as refusal:
            form.told_no(refusal)
        else:
            flash(_("“%(name)s” is kept. What is of this kind stays so.", name=name))
            return redirect(url_for(".index"))
    return render_template(
        "categories/edit.html", form=form, category=category, step_form=StepForm(formdata=None)
    ), 422 if form.errors else 200


@pages.post("/<int:category_id>/retire")
@opens_for(Permission.SET_POLICY)
def retire(category_id: int) -> ResponseReturnValue:
    """A kind of help is not offered any more; what is of it keeps it."""
    check_pressed()
    with transaction() as session:
        category = categories.retire(session, category_id, by=mine(), at=datetime.now(UTC))
    flash(_("“%(name)s” is not offered any more. What is of this kind keeps it.", name=category.name))
    return redirect(url_for(".index"))


@pages.post("/<int:category_id>/bring-back")
@opens_for(Permission.SET_POLICY)
def bring_back(category_id: int) -> ResponseReturnValue:
    """A kind of help is offered again."""
    check_pressed()
    with transaction() as session:
        category = categories.bring_back(session, category_id, by=mine(), at=datetime.now(UTC))
    flash(_("“%(name)s” can be chosen again.", name=category.name))
    return redirect(url_for(".index"))


@pages.post("/suggested")
@opens_for(Permission.SET_POLICY)
def suggested() -> ResponseReturnValue:
    """The timebank has the kinds of help that we suggest, beside its own."""
    check_pressed()
    with transaction() as session:
        new = categories.suggest(session, by=mine(), at=datetime.now(UTC))
    if new:
        flash(ngettext("One kind of help is new.", "%(num)d kinds of help are new.", new))
    else:
        flash(_("All that we suggest is here already."))
    return redirect(url_for(".index"))


def _groups() -> list[Category]:
    return categories.groups(categories.categories_of(db(), here()))
