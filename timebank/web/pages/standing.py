"""The pages of how someone stands: pausing and coming back by oneself, and what coordinators do about others."""

from datetime import UTC, datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.care import standing
from timebank.members import directory
from timebank.policy import Permission
from timebank.web.access import area, here, mine, opens_before_terms, opens_for
from timebank.web.database import db
from timebank.web.forms.base import StepForm
from timebank.web.forms.standing import PauseForm, PauseForThemForm, SuspendForm
from timebank.web.standings import Question, ask, press, question_about, standing_of, status_words, to_look_after

pages = area("standing")


def outside() -> ResponseReturnValue:
    """Who is suspended or has left reads whom to call; nothing else opens for them."""
    return render_template("standing/outside.html", membership=mine()), 403


@pages.get("/me/standing")
@opens_for(Permission.KEEP_OWN_PAGE)
@opens_before_terms
def own() -> ResponseReturnValue:
    """A member sees how they stand here, and all that they can do about it."""
    return render_template("standing/own.html", membership=mine(), form=StepForm(formdata=None))


@pages.route("/me/pause", methods=["GET", "POST"])
@opens_for(Permission.KEEP_OWN_PAGE)
def pause() -> ResponseReturnValue:
    """A member is away until a day, or until they say so."""
    question = Question(
        heading=_("Take a break"),
        lead=_("Nobody is cross about that. Everything waits for you."),
        would=_would_pause(),
        yes=_("Take a break"),
        grave=False,
        done=_("Have a good time. Everything waits for you."),
        where=standing_of(mine()),
        back_label=_("My membership"),
    )
    form, at = PauseForm(), datetime.now(UTC)
    return ask(form, question, lambda session: standing.pause(session, mine(), until=form.day, by=mine(), at=at))


@pages.post("/me/back")
@opens_for(Permission.KEEP_OWN_PAGE)
def back() -> ResponseReturnValue:
    """A member who paused takes part again."""
    at = datetime.now(UTC)
    return press(mine(), lambda session: standing.come_back(session, mine(), by=mine(), at=at), _("Welcome back!"))


@pages.get("/people/<int:membership_id>/standing")
@opens_for(Permission.ENROL)
def show(membership_id: int) -> ResponseReturnValue:
    """A coordinator sees how someone stands here, and what they can do about it."""
    membership = directory.membership_in(db(), here(), membership_id)
    return render_template(
        "standing/show.html",
        membership=membership,
        form=StepForm(formdata=None),
        stands=status_words(membership),
        may=standing.may_look_after(mine(), membership),
        erased=membership.person is not None and membership.person.erased_at is not None,
    )


@pages.route("/people/<int:membership_id>/pause", methods=["GET", "POST"])
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def pause_for(membership_id: int) -> ResponseReturnValue:
    """A coordinator writes down that a member is away."""
    membership, at = to_look_after(membership_id), datetime.now(UTC)
    question = question_about(
        membership,
        heading=_("Take a break for %(name)s", name=membership.name),
        would=_would_pause(),
        yes=_("Write it down"),
        grave=False,
        done=_("%(name)s is away now, and is told so.", name=membership.name),
    )
    form = PauseForThemForm()

    def act(session: Session) -> None:
        word = form.word.data or ""
        standing.pause(session, membership, until=form.day, by=mine(), at=at, word=word)

    return ask(form, question, act)


@pages.post("/people/<int:membership_id>/back")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def back_for(membership_id: int) -> ResponseReturnValue:
    """A coordinator writes down that a member is back."""
    membership, at = to_look_after(membership_id), datetime.now(UTC)
    done = _("%(name)s is back, and is told so.", name=membership.name)
    return press(membership, lambda session: standing.come_back(session, membership, by=mine(), at=at), done)


@pages.route("/people/<int:membership_id>/suspend", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def suspend(membership_id: int) -> ResponseReturnValue:
    """A coordinator is asked, and has suspended someone."""
    membership, at = to_look_after(membership_id), datetime.now(UTC)
    question = question_about(
        membership,
        heading=_("Suspend %(name)s?", name=membership.name),
        lead=_("You can lift it at any time. Nothing is lost by it."),
        would=[
            _("No page opens for them here; they read whom to call."),
            _("They are not listed, and nothing of theirs stands on the board."),
            _("No hours come to them or go from them. Those that they have stay theirs."),
        ],
        yes=_("Suspend them"),
        done=_("%(name)s is suspended, and is told so.", name=membership.name),
    )
    form = SuspendForm()
    return ask(
        form,
        question,
        lambda session: standing.suspend(session, membership, word=form.word.data or "", by=mine(), at=at),
    )


@pages.post("/people/<int:membership_id>/lift")
@opens_for(Permission.ENROL)
def lift(membership_id: int) -> ResponseReturnValue:
    """A coordinator lifts a suspension."""
    membership, at = to_look_after(membership_id), datetime.now(UTC)
    done = _("%(name)s takes part again, and is told so.", name=membership.name)
    return press(membership, lambda session: standing.lift(session, membership, by=mine(), at=at), done)


def _would_pause() -> list[str]:
    return [
        _("Offers and requests leave the board, and come back with the break’s end."),
        _("Nobody can propose anything new. What is open between two people can still be answered."),
        _("The hours stay as they are."),
    ]
