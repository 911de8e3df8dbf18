"""What the pages share on which somebody's standing is changed: whose it is, the question, and where one goes after."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from timebank.care.standing import WrongDay, check_looks_after
from timebank.members import directory
from timebank.members.choices import LeftBecause
from timebank.members.models import Membership, MembershipStatus
from timebank.members.rules import WrongWord
from timebank.refusals import Refusal
from timebank.web.access import here, mine
from timebank.web.asked import Asked, ask_and_do
from timebank.web.database import db, transaction
from timebank.web.forms.base import KeyedForm, StepForm
from timebank.web.once import Answer
from timebank.web.words import day

_PLACES: dict[type[Refusal], tuple[str, ...]] = {WrongDay: ("until", "on"), WrongWord: ("word",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a page asks: what would follow, a sentence each, the button, and where it leads.

    `links` are what stands in the way, each with the address where that is put right; then there is no button.
    """

    heading: str
    lead: str = ""
    would: list[str] = field(default_factory=list)
    yes: str
    no: str = ""
    grave: bool = True
    done: str
    where: str
    back_label: str
    links: list[tuple[str, str]] = field(default_factory=list)


def to_look_after(membership_id: int) -> Membership:
    """Whose standing this coordinator or administrator may change.

    Raises:
        NotFound, NotAllowed: nobody of this timebank; it is their own.
    """
    membership = directory.membership_in(db(), here(), membership_id)
    check_looks_after(mine(), membership)
    return membership


def standing_of(membership: Membership) -> str:
    """The address of the page that tells how they stand: one's own, or that for coordinators."""
    if membership.id == mine().id:
        return url_for("standing.own")
    return url_for("standing.show", membership_id=membership.id)


def ask(
    form: KeyedForm,
    question: Question,
    act: Callable[[Session], object],
    *,
    foresee: Callable[[Session], Asked] | None = None,
) -> ResponseReturnValue:
    """The page that asks; once its form is filled in and said yes to, it is done, once."""

    def done(session: Session) -> Answer:
        act(session)
        again = _("This was sent before, and was done then. Nothing has changed now.")
        return Answer(question.where, [(question.done, "message")], again=again)

    places = {kind: name for kind, names in _PLACES.items() for name in names if name in form}
    return ask_and_do(
        form,
        page=lambda: render_template("parts/question.html", form=form, question=question),
        foresee=foresee,
        act=done,
        places=places,
    )


def press(membership: Membership, step: Callable[[Session], object], done: str) -> ResponseReturnValue:
    """A step that is one button; pressed twice it does the same."""
    if StepForm().sent_and_valid():
        with transaction() as session:
            step(session)
        flash(done)
    else:
        flash(_("You were away for a while. Press the button once more, if you still mean it."), "sorry")
    return redirect(standing_of(membership))


def question_about(membership: Membership, **told: Any) -> Question:
    """A coordinator's question about someone; it leads back to how they stand."""
    where, label = url_for("standing.show", membership_id=membership.id), _("How %(name)s stands", name=membership.name)
    return Question(where=where, back_label=label, **told)


def status_words(membership: Membership) -> str:
    """How someone stands, in one sentence."""
    name, left_on = membership.name, day(membership.left_on) if membership.left_on else ""
    if membership.merged_into is not None:
        number = membership.merged_into.number
        return _("%(name)s was written down twice, and is known as number %(number)d.", name=name, number=number)
    if membership.status == MembershipStatus.PAUSED and membership.paused_until is not None:
        return _("%(name)s is away, and back on %(day)s.", name=name, day=day(membership.paused_until))
    if membership.left_because == LeftBecause.DIED:
        return _("%(name)s has died. No letters are sent, and the hours are kept.", name=name)
    return str(_STANDS[membership.status]) % {"name": name, "day": left_on}


_STANDS = {
    MembershipStatus.APPLIED: _l("%(name)s would like to join."),
    MembershipStatus.ACTIVE: _l("%(name)s takes part."),
    MembershipStatus.PAUSED: _l("%(name)s is away until they say that they are back."),
    MembershipStatus.SUSPENDED: _l("%(name)s is suspended."),
    MembershipStatus.LEFT: _l("%(name)s left on %(day)s."),
}
