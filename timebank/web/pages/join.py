"""The page on which anybody reads what the timebank is, and asks to join it; also with an invitation."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from timebank.care import inviting, joining, terms
from timebank.care.inviting import InvitationSpent
from timebank.care.joining import NobodyToReach
from timebank.care.models import Invitation
from timebank.care.terms import TermsHaveChanged
from timebank.members.models import HERE, Person
from timebank.members.passwords import TooManyTries
from timebank.refusals import Conflict, NotAllowed, NotFound, Refusal, Unacceptable
from timebank.web import joined
from timebank.web.access import area, here, opens_for_everyone, signed_in
from timebank.web.database import db, transaction
from timebank.web.forms.joining import JoinForm
from timebank.web.refusing import status_of
from timebank.web.words import sentence

pages = area("join", prefix="/join")
_KINDS = 8
_PLACES: dict[type[Refusal], str] = {NobodyToReach: "email", TermsHaveChanged: "agree"}


@dataclass(frozen=True, slots=True)
class _Guest:
    """Who came: with which invitation, or why theirs no longer works, and why they cannot apply just now, if so."""

    code: str = ""
    invitation: Invitation | None = None
    gone: str = ""
    closed: str = ""
    member: bool = False

    @property
    def may_apply(self) -> bool:
        return not self.closed and not self.member


@pages.route("", methods=["GET", "POST"])
@opens_for_everyone
def show() -> ResponseReturnValue:
    """Anybody reads what a timebank is, and asks to join this one."""
    return _page(_guest(""))


@pages.route("/<code>", methods=["GET", "POST"])
@opens_for_everyone
def invited(code: str) -> ResponseReturnValue:
    """Somebody who holds an invitation reads the same, and asks to join with it."""
    return _page(_guest(code))


@pages.get("/thank-you")
@opens_for_everyone
def thanks() -> ResponseReturnValue:
    """Who has asked to join reads what happens next."""
    return render_template("join/thanks.html")


def _page(guest: _Guest) -> ResponseReturnValue:
    if not guest.may_apply:
        return _drawn(guest, None), 403 if request.method == "POST" else 200
    holds, person = terms.current(db(), here()), signed_in()
    form, status = JoinForm.over(holds, person), 422
    if form.sent_and_valid():
        try:
            _apply(form, guest.code, person)
        except (Unacceptable, Conflict, NotAllowed, NotFound, TooManyTries) as refusal:
            status = status_of(refusal)
            _refuse(form, refusal)
        else:
            return redirect(url_for(".thanks"))
    return _drawn(guest, form), status if form.errors else 200


def _apply(form: JoinForm, code: str, person: Person | None) -> None:
    at, address = datetime.now(UTC), request.remote_addr or "nowhere"
    with transaction() as session:
        joining.note_try(session, address, at=at)
    with transaction() as session:
        joining.check_tries(session, address, at=at)
        joining.apply(session, here(), form.petition(code), person=person, at=at)


def _refuse(form: JoinForm, refusal: Refusal) -> None:
    """The no at its field; where the terms have changed, the form asks for the new ones."""
    if isinstance(refusal, TermsHaveChanged):
        form.terms_have_changed(terms.current(db(), here()))
    place = next((field for kind, field in _PLACES.items() if isinstance(refusal, kind)), None)
    form.refuse(refusal, place if place is not None and place in form else None)


def _guest(code: str) -> _Guest:
    """Who came, as far as it decides whether they may apply."""
    if g.get("mine") is not None and g.mine.status in HERE:
        return _Guest(member=True)
    invitation, gone = None, ""
    if code:
        try:
            invitation = inviting.with_code(db(), here(), code, today=here().day_of(datetime.now(UTC)))
        except (NotFound, InvitationSpent) as refusal:
            gone = sentence(refusal)
    # Whoever sends the form once more finds their invitation spent, by themselves: the same form is answered alike.
    kept = code if invitation is not None or request.method == "POST" else ""
    try:
        joining.check_open(here(), invited=bool(kept))
    except NotAllowed as refusal:
        return _Guest(gone=gone, closed=sentence(refusal))
    return _Guest(kept, invitation, gone)


def _drawn(guest: _Guest, form: JoinForm | None) -> str:
    today = here().day_of(datetime.now(UTC))
    inviter = guest.invitation.by.person if guest.invitation is not None else None
    return render_template(
        "join/show.html",
        form=form,
        holds=form.holds if form is not None else terms.current(db(), here()),
        invitation=guest.invitation,
        inviter=(inviter.called or inviter.name.split()[0]) if inviter is not None else "",
        gone=guest.gone,
        closed=guest.closed,
        member=guest.member,
        kinds=joining.kinds_offered(db(), here(), today=today, limit=_KINDS),
        size=joined.size(joining.size_of(db(), here())),
    )
