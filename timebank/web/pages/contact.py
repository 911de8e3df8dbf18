"""The pages on which a name and an e-mail are changed: those of somebody whom one looks after, and one's own."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.care import cards, contact
from timebank.members import directory, passwords
from timebank.members.models import Membership
from timebank.notices.letters import Letter
from timebank.policy import Permission
from timebank.refusals import Unacceptable
from timebank.web import letters
from timebank.web.access import area, for_themselves, here, me, mine, opens_for
from timebank.web.asked import Asked, ask_and_do
from timebank.web.database import db, transaction
from timebank.web.forms.contact import ContactForm, OwnContactForm
from timebank.web.guessing import address, note_attempt
from timebank.web.once import Answer
from timebank.web.written_contact import arrival_letter, farewell_letter
from timebank.web.written_passwords import first_letter

pages = area("contact")


@pages.route("/people/<int:membership_id>/contact", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def show(membership_id: int) -> ResponseReturnValue:
    """A coordinator or an administrator writes down another name or e-mail of somebody."""
    membership = directory.membership_in(db(), here(), membership_id)
    if membership.id == mine().id:
        return redirect(url_for(".own"))  # where the password is asked for
    form, post = ContactForm.over(contact.check_may_change(mine(), membership)), list[Letter]()
    asks = form.sent_and_valid() and form.moves
    answer = ask_and_do(
        form,
        page=lambda: render_template("contact/show.html", form=form, membership=membership),
        foresee=(lambda session: _foreseen(session, membership, form)) if asks else None,
        act=lambda session: _changed(session, membership, form, post),
    )
    letters.post(post)
    return answer


@pages.route("/me/contact", methods=["GET", "POST"])
@opens_for(Permission.SEE_HOME)
@for_themselves
def own() -> ResponseReturnValue:
    """Somebody changes their own name or e-mail; for another e-mail they write their password."""
    form, at, post = OwnContactForm.over(contact.check_may_change(mine(), mine())), datetime.now(UTC), list[Letter]()
    if not form.sent_and_valid():
        return render_template("contact/own.html", form=form, where=_from_own()), 422 if form.errors else 200
    asking = f"contact {me().id}"
    if form.moves:
        note_attempt(asking, at)
    try:
        with transaction() as session:
            if form.moves:
                passwords.check_tries(session, asking, address(), at=at)
                post = [farewell_letter(mine())]
            contact.change(session, mine(), form.told, by=mine(), at=at, password=form.current.data or "")
            post += [arrival_letter(mine())] if form.moves else []
    except Unacceptable as refusal:
        form.refuse(refusal, "current" if isinstance(refusal, passwords.WrongPassword) else "email")
        return render_template("contact/own.html", form=form, where=_from_own()), 422
    letters.post(post)
    flash(_("It is changed."))
    return redirect(_from_own())


def _from_own() -> str:
    """Where one comes from, and goes back to: who is no member here has no page of their membership."""
    return url_for("standing.own" if mine().may(Permission.KEEP_OWN_PAGE) else "home.show")


def _foreseen(session: Session, membership: Membership, form: ContactForm) -> Asked:
    """What another e-mail means for them, a sentence each."""
    before, name = membership.person.email if membership.person else None, membership.name
    contact.change(session, membership, form.told, by=mine(), at=datetime.now(UTC))
    if form.told.email is None:
        would = [
            _("%(name)s gets no more letters, and is told by phone what must be told.", name=name),
            _("They can no longer sign in by themselves. They stay a full member: you log their time for them."),
        ]
    else:
        would = [_("Letters to %(name)s go to %(email)s, and they sign in with it.", name=name, email=form.told.email)]
    if before:
        would.append(_("A letter to %(email)s says that it was changed.", email=before))
    return Asked(_("Change the e-mail of %(name)s?", name=name), would, _("Change it"))


def _changed(session: Session, membership: Membership, form: ContactForm, post: list[Letter]) -> Answer:
    at, old = datetime.now(UTC), [farewell_letter(membership)] if membership.person and membership.person.email else []
    if contact.change(session, membership, form.told, by=mine(), at=at):
        post += old
        person = membership.person
        if person and person.email and person.password_hash is None and cards.may_have_link(membership):
            post.append(first_letter(membership, passwords.card_link(session, person, at=at)))
        elif person and person.email:
            post.append(arrival_letter(membership))
    told = _("It is changed: %(name)s.", name=membership.name)
    return Answer(url_for("standing.show", membership_id=membership.id), [(told, "message")])
