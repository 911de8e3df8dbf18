"""The pages where an administrator chooses the look, and the stylesheet and logo that every page then wears."""

from datetime import UTC, datetime

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.members import colours, looks
from timebank.members.looks import Dress
from timebank.members.page import Picture
from timebank.members.policies import NothingChanged
from timebank.policy import Permission
from timebank.refusals import NotFound
from timebank.web.access import area, here, mine, opens_for, opens_for_everyone, takes_files
from timebank.web.database import db, transaction
from timebank.web.forms.base import KeyedForm
from timebank.web.forms.look import ColourForm, LogoForm
from timebank.web.once import SURE, Answer, once

pages = area("look")
_FOR_EVER = "public, max-age=31536000, immutable"


@pages.get("/look.css")
@opens_for_everyone
def stylesheet() -> ResponseReturnValue:
    """The colours of an accent; they hang on the address alone, so that a browser may keep them."""
    accent = colours.read(request.args.get("accent", ""))
    if accent is None or not colours.passes(accent, colours.LIGHT):
        raise NotFound("There is no such colour.")
    return Response(looks.stylesheet(accent), mimetype="text/css", headers={"Cache-Control": _FOR_EVER})


@pages.get("/logo/<int:picture_id>")
@opens_for_everyone
def logo(picture_id: int) -> ResponseReturnValue:
    """The logo; one that is only put up to be looked at is shown to administrators."""
    chooses = g.mine is not None and mine().may(Permission.SET_POLICY)
    if picture_id != _dress().logo_id and not chooses:
        raise NotFound("There is no such picture here.")
    picture = looks.logo_in(db(), here(), picture_id)
    kept = _FOR_EVER if picture_id == _dress().logo_id else "no-store"
    return Response(picture.content, mimetype=picture.media_type, headers={"Cache-Control": kept})


@pages.get("/rules/look")
@opens_for(Permission.SET_POLICY)
def show() -> ResponseReturnValue:
    """An administrator sees how the timebank looks."""
    accent = _dress().accent or looks.HOUSE_ACCENT
    changed = looks.last_change(db(), here()) is not None
    contrasts = looks.contrasts(accent)
    form = KeyedForm(formdata=None)
    return render_template("look/show.html", accent=accent, contrasts=contrasts, changed=changed, undo_form=form)


@pages.route("/rules/look/colour", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def colour() -> ResponseReturnValue:
    """An administrator chooses the colour, sees a page in it, and takes it."""
    form = ColourForm.over(_dress().accent)
    if form.sent_and_valid() and request.form.get(SURE) != "no":
        try:
            if request.form.get(SURE) == "yes":
                return once(form, lambda session: _coloured(session, form))
            accent = form.colour() or looks.HOUSE_ACCENT
            shown = {"accent": accent, "contrasts": looks.contrasts(accent), "night": looks.night_of(accent)}
            return render_template("look/colour_preview.html", sent_form=form, **shown)
        except NothingChanged as refusal:
            form.refuse(refusal, "chosen")
    return render_template("look/colour.html", form=form), 422 if form.errors else 200


@pages.route("/rules/look/logo", methods=["GET", "POST"], endpoint="choose_logo")
@takes_files
@opens_for(Permission.SET_POLICY)
def choose_logo() -> ResponseReturnValue:
    """An administrator hands in a logo, sees a page with it, and takes it."""
    form = LogoForm()
    if form.sent_and_valid() and request.form.get(SURE) != "no":
        try:
            if request.form.get(SURE) == "yes" and form.drawn is None:
                return once(form, lambda session: _with_logo(session, form.put_up_id))
            return render_template("look/logo_preview.html", sent_form=form, picture=_put_up(form))
        except NothingChanged as refusal:
            form.refuse(refusal, "picture")
    return render_template("look/logo.html", form=form), 422 if form.errors else 200


@pages.route("/rules/look/without-logo", methods=["GET", "POST"])
@opens_for(Permission.SET_POLICY)
def without_logo() -> ResponseReturnValue:
    """An administrator is asked, and the house's own logo stands beside the name again."""
    form = KeyedForm()
    if form.sent_and_valid():
        return once(form, lambda session: _with_logo(session, None))
    return render_template("look/without_logo.html", form=form), 422 if form.errors else 200


@pages.post("/rules/look/undo")
@opens_for(Permission.SET_POLICY)
def undo() -> ResponseReturnValue:
    """The look is as it was before its last change."""
    form = KeyedForm()
    if not form.sent_and_valid():
        return redirect(url_for(".show"))
    return once(form, _undone)


def _dress() -> Dress:
    told: Dress = g.dress
    return told


def _put_up(form: LogoForm) -> Picture:
    if form.drawn is None:
        return looks.logo_in(db(), here(), form.put_up_id or 0)
    with transaction() as session:
        return looks.put_up(session, here(), form.drawn, by=mine(), at=datetime.now(UTC))


def _coloured(session: Session, form: ColourForm) -> Answer:
    looks.set_accent(session, here(), form.colour(), by=mine(), at=datetime.now(UTC))
    return _answer(_("This is the colour now. You can undo it here."))


def _with_logo(session: Session, picture_id: int | None) -> Answer:
    looks.set_logo(session, here(), picture_id, by=mine(), at=datetime.now(UTC))
    return _answer(_("This is the logo now. You can undo it here."))


def _undone(session: Session) -> Answer:
    looks.undo(session, here(), by=mine(), at=datetime.now(UTC))
    return _answer(_("It looks as it did before."))


def _answer(told: str) -> Answer:
    again = _("This was sent before, and was done then. Nothing has changed now: here you see how it looks.")
    return Answer(url_for(".show"), [(told, "message")], again=again)
