"""The pages of who would like to join: coordinators read what they wrote, welcome them, or decline with a word."""

from datetime import UTC, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.care import suggesting, welcoming
from timebank.care.models import Application, ApplicationState
from timebank.members import directory, passwords
from timebank.members.rules import WrongWord
from timebank.notices.letters import Letter
from timebank.policy import Permission
from timebank.web import joined, letters
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import ask_and_do
from timebank.web.database import db
from timebank.web.forms.base import KeyedForm
from timebank.web.forms.joining import DeclineForm, WelcomeForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of
from timebank.web.once import Answer
from timebank.web.written_passwords import first_letter

pages = area("applications", prefix="/applications")
_LATELY, _SUGGESTED = 5, 4


@pages.get("")
@opens_for(Permission.ENROL)
def index() -> ResponseReturnValue:
    """Coordinators see who waits for an answer, the oldest first, and who was welcomed lately."""
    found, count = welcoming.waiting(db(), here(), limit=PER_PAGE, offset=offset())
    lately = welcoming.welcomed_lately(db(), here(), limit=_LATELY)
    return render_template(
        "applications/index.html", applications=found, count=count, pages=pages_of(count), lately=lately
    )


@pages.route("/<int:application_id>", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def show(application_id: int) -> ResponseReturnValue:
    """A coordinator reads what somebody wrote, and welcomes them; afterwards, what fits them to begin with."""
    application = welcoming.application_in(db(), here(), application_id)
    form = WelcomeForm()
    if application.state == ApplicationState.OPEN:
        form.doubles = tuple(welcoming.doubles(db(), here(), application))
    post: list[Letter] = []
    answer = ask_and_do(
        form,
        page=lambda: _page(application, form),
        act=lambda session: _welcomed(session, application_id, post),
    )
    letters.post(post)
    return answer


@pages.route("/<int:application_id>/same/<int:membership_id>", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def same(application_id: int, membership_id: int) -> ResponseReturnValue:
    """A coordinator says that it is somebody who is here already; nobody new is made."""
    application = welcoming.application_in(db(), here(), application_id)
    form = KeyedForm()
    return ask_and_do(
        form,
        page=lambda: _same_page(application, form, membership_id),
        act=lambda session: _found_again(session, application_id, membership_id),
    )


@pages.route("/<int:application_id>/decline", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def decline(application_id: int) -> ResponseReturnValue:
    """A coordinator declines with a word, and nothing of who applied is kept."""
    application = welcoming.application_in(db(), here(), application_id)
    welcoming.check_open(application)
    form = DeclineForm()
    return ask_and_do(
        form,
        page=lambda: render_template("applications/decline.html", form=form, application=application),
        act=lambda session: _declined(session, application_id, form),
        places={WrongWord: "word"},
    )


def _page(application: Application, form: WelcomeForm) -> str:
    membership = application.membership
    fitting = (
        suggesting.suggestions(
            db(),
            membership,
            good_at=application.good_at,
            would_help=application.would_help,
            today=here().day_of(datetime.now(UTC)),
            limit=_SUGGESTED,
        )
        if membership is not None
        else []
    )
    return render_template(
        "applications/show.html",
        application=application,
        form=form,
        doubles=form.doubles,
        suggestions=fitting,
        words=joined,
    )


def _same_page(application: Application, form: KeyedForm, membership_id: int) -> str:
    welcoming.check_open(application)
    membership = directory.membership_in(db(), here(), membership_id)
    return render_template("applications/same.html", application=application, form=form, membership=membership)


def _welcomed(session: Session, application_id: int, post: list[Letter]) -> Answer:
    """What was said of it; `post` are the letters that cannot wait in the outbox, since they hold a secret."""
    at = datetime.now(UTC)
    member = welcoming.welcome(session, here(), application_id, by=mine(), at=at)
    told = [_("Welcome, %(name)s! Their number is %(number)d.", name=member.name, number=member.number)]
    person = member.person
    if person is None or not person.email:
        told.append(_("They have no e-mail: call them, and print their card."))
    elif person.password_hash is None:
        post.append(first_letter(member, passwords.card_link(session, person, at=at)))
        told.append(_("A letter with a link to choose a password is on its way to %(email)s.", email=person.email))
    return Answer(url_for(".show", application_id=application_id), [(one, "message") for one in told])


def _found_again(session: Session, application_id: int, membership_id: int) -> Answer:
    member = welcoming.welcome(
        session, here(), application_id, by=mine(), at=datetime.now(UTC), same_as_id=membership_id
    )
    told = _("It is written down that this is %(name)s, number %(number)d.", name=member.name, number=member.number)
    return Answer(url_for(".show", application_id=application_id), [(told, "message")])


def _declined(session: Session, application_id: int, form: DeclineForm) -> Answer:
    word, taken_back = form.word.data or "", bool(form.taken_back.data)
    at = datetime.now(UTC)
    welcoming.decline(session, here(), application_id, word=word, taken_back=taken_back, by=mine(), at=at)
    # Without the name: what was answered is remembered for a while.
    return Answer(url_for(".index"), [(_("It is declined, and what they wrote is deleted."), "message")])
