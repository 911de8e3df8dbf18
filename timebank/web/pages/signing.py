"""Signing in and out, and passwords: the pages for people who are not yet known."""

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from timebank.members import passwords
from timebank.members.models import Person
from timebank.refusals import NotFound, Unacceptable
from timebank.web import drafts, letters
from timebank.web.access import Visitor, me, opens_for_everyone, opens_for_signed_in, signed_in
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm
from timebank.web.forms.signing import ChangePasswordForm, ForgottenForm, NewPasswordForm, SignInForm
from timebank.web.guessing import address, note_attempt
from timebank.web.refusing import status_of
from timebank.web.words import sentence
from timebank.web.written_passwords import forgotten_letter

pages = Blueprint("signing", __name__)


@pages.route("/sign-in", methods=["GET", "POST"])
@opens_for_everyone
def sign_in() -> ResponseReturnValue:
    """Someone shows who they are, and goes on to where they wanted to be."""
    form = SignInForm()
    if request.method == "GET":
        form.wanted.data = drafts.within(request.args.get("next", ""))
        if signed_in():
            return redirect(form.wanted.data or url_for("places.index"))
    if not form.sent_and_valid():
        return _sign_in_page(form), 422 if form.errors else 200
    try:
        person = _recognised(form)
    except (passwords.TooManyTries, Unacceptable) as refusal:
        form.refuse(refusal)
        return _sign_in_page(form), status_of(refusal)
    _let_in(person)
    wanted = drafts.within(form.wanted.data or "")
    if form.draft.data and wanted:
        return drafts.show(wanted, form.draft.data)
    return redirect(wanted or url_for("places.index"))


@pages.post("/sign-out")
@opens_for_signed_in
def sign_out() -> ResponseReturnValue:
    """Nobody is signed in on this device any more."""
    if StepForm().sent_and_valid():
        logout_user()
        session.clear()
        flash(_("You are signed out. See you soon."))
    return redirect(url_for("signing.sign_in"))


@pages.route("/password/forgotten", methods=["GET", "POST"])
@opens_for_everyone
def forgotten() -> ResponseReturnValue:
    """A link that sets a new password is on its way, if we know the address; the answer never tells whether we do."""
    form = ForgottenForm()
    if not form.sent_and_valid():
        return render_template("signing/forgotten.html", form=form), 422 if form.errors else 200
    at, email = datetime.now(UTC), str(form.email.data)
    asking = f"forgotten {email}"  # counted apart, so that nobody can be kept from signing in by it
    note_attempt(asking, at)
    with transaction() as db:
        passwords.check_tries(db, asking, address(), at=at)
        links = passwords.password_links(db, email, at=at)
        post = [forgotten_letter(person, secret) for person, secret in links]
    letters.post(post)
    return render_template("signing/on_its_way.html", email=email)


@pages.route("/password/new/<secret>", methods=["GET", "POST"])
@opens_for_everyone
def reset(secret: str) -> ResponseReturnValue:
    """Someone who holds the mailed link sets a new password and is signed in; where the link is over, they read so."""
    form, at = NewPasswordForm(), datetime.now(UTC)
    try:
        passwords.link_owner(db(), secret, at=at)
        if not form.sent_and_valid():
            return render_template("signing/new_password.html", form=form), 422 if form.errors else 200
        with transaction() as writing:
            person = passwords.reset_password(writing, secret, str(form.password.data), at=at)
    except NotFound as refusal:
        return render_template("signing/link_over.html", told=sentence(refusal)), 404
    except Unacceptable as refusal:
        form.refuse(refusal, "password")
        return render_template("signing/new_password.html", form=form), 422
    _let_in(person)
    flash(_("Your new password is set, and you are signed in."))
    return redirect(url_for("places.index"))


@pages.route("/password/change", methods=["GET", "POST"])
@opens_for_signed_in
def change() -> ResponseReturnValue:
    """The password is changed, and every other device is signed out."""
    form = ChangePasswordForm()
    if not form.sent_and_valid():
        return render_template("signing/change.html", form=form), 422 if form.errors else 200
    at, asking = datetime.now(UTC), f"change {me().id}"
    note_attempt(asking, at)
    try:
        with transaction() as db:
            passwords.check_tries(db, asking, address(), at=at)
            passwords.change_password(db, me(), str(form.current.data), str(form.password.data))
    except Unacceptable as refusal:
        form.refuse(refusal, "current" if isinstance(refusal, passwords.WrongPassword) else "password")
        return render_template("signing/change.html", form=form), 422
    _let_in(me())
    flash(_("Your password is changed. Other devices are signed out."))
    return redirect(url_for("places.index"))


def ask_again() -> ResponseReturnValue:
    """Whoever was signed out in the middle of a form signs in first, and what they wrote goes along."""
    form = SignInForm(formdata=None)
    form.wanted.data = drafts.within(request.full_path.rstrip("?"))
    if request.blueprint != pages.name:  # a password is not carried through a page
        form.draft.data = drafts.draft()
    return _sign_in_page(form), 401


def _sign_in_page(form: SignInForm) -> str:
    return render_template("signing/sign_in.html", form=form, in_between=bool(form.draft.data))


def _recognised(form: SignInForm) -> Person:
    at, email = datetime.now(UTC), str(form.email.data)
    note_attempt(email, at)
    with transaction() as db:
        person = passwords.sign_in(db, email, str(form.password.data), address(), at=at)
    if person is None:
        raise Unacceptable("That e-mail and password do not fit together. Try again, or ask for a new password.")
    return person


def _let_in(person: Person) -> None:
    session.clear()
    g.pop("csrf_token", None)
    login_user(Visitor(person))
    session.permanent = True
