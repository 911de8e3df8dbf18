"""The pages of what is done with several people at once: a letter to them, and a spreadsheet of them."""

from datetime import UTC, datetime

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.care import writing
from timebank.care.writing import Reached
from timebank.members import profiles
from timebank.members.models import Membership
from timebank.policy import Permission
from timebank.reports import spreadsheet
from timebank.web.access import area, here, mine, opens_for
from timebank.web.asked import Asked, ask_and_do
from timebank.web.chosen import chosen_people
from timebank.web.database import db
from timebank.web.forms.bulk import LetterForm
from timebank.web.forms.finding import STANDS
from timebank.web.forms.people import ROLES
from timebank.web.once import Answer

pages = area("bulk", prefix="/people")
_NAMED = 20
"""How many names one sentence tells."""


@pages.route("/letter", methods=["GET", "POST"])
@opens_for(Permission.WRITE_TO_MEMBERS)
def letter() -> ResponseReturnValue:
    """A coordinator writes to several, sees whom it reaches and whom not, and is asked."""
    form, at = LetterForm(), datetime.now(UTC)
    people = chosen_people(here().day_of(at))
    found = writing.reached(db(), people)

    def page() -> str:
        return render_template("bulk/letter.html", form=form, reached=found, told=_reached_words(found))

    def foresee(_session: Session) -> Asked:
        words = [f"{form.subject.data}: {form.text.data}", *_reached_words(found)]
        count = len(found.told)
        question = ngettext("Write to one person?", "Write to %(num)d people?", count)
        return Asked(question, words, ngettext("Send it", "Send all %(num)d", count))

    def act(session: Session) -> Answer:
        words = {"subject": form.subject.data or "", "text": form.text.data or ""}
        sent = writing.write_to(session, people, **words, key=str(form.key.data), by=mine(), at=at)
        return Answer(url_for("people.index"), [(told, "message") for told in _sent_words(sent)])

    return ask_and_do(form, page=page, foresee=foresee if found.told else None, act=act)


@pages.get("/people.csv", endpoint="csv")
@opens_for(Permission.LOOK_AFTER_MEMBERS)
def as_csv() -> ResponseReturnValue:
    """A coordinator takes the people home as a spreadsheet, those that are ticked or all that a search fits."""
    people = chosen_people(here().day_of(datetime.now(UTC)), whole=True)
    districts = profiles.districts_and_languages(db(), people)
    contact = [_("E-mail"), _("Phone"), _("District")]
    minutes = [_("Given in minutes"), _("Received in minutes"), _("Balance in minutes")]
    header = [_("Number"), _("Name"), _("Here as"), _("Status"), _("Joined"), *contact, *minutes]
    return Response(
        spreadsheet.written([header, *(_cells(one, districts.get(one.id, ("", ""))[0]) for one in people)]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{here().slug}-people.csv"'},
    )


def _cells(one: Membership, district: str) -> list[str | int]:
    person, account = one.person, one.account
    here_as = ", ".join(str(label) for role, label in ROLES.items() if role in one.roles)
    contact = [person.email or "", person.phone, district] if person else ["", "", district]
    minutes = [account.given_minutes, account.received_minutes, account.balance_minutes] if account else ["", "", ""]
    joined = one.joined_on.isoformat()
    return [one.number, one.name, here_as or _("Organisation"), str(STANDS[one.status]), joined, *contact, *minutes]


def _reached_words(found: Reached) -> list[str]:
    """Whom the letter reaches and how, and whom not and why."""
    told = [
        ngettext("One person gets it by e-mail.", "%(num)d people get it by e-mail.", len(found.by_email)),
        ngettext(
            "One is told by phone: %(names)s.",
            "%(num)d are told by phone: %(names)s.",
            len(found.by_phone),
            names=_names(found.by_phone),
        ),
        ngettext(
            "One has no e-mail, so call or bring it on paper: %(names)s.",
            "%(num)d have no e-mail, so call or bring it on paper: %(names)s.",
            len(found.without_email),
            names=_names(found.without_email),
        ),
        ngettext("One wants no such letters.", "%(num)d want no such letters.", len(found.declined)),
        ngettext(
            "One is an organisation, has left or is suspended, and is not written to.",
            "%(num)d are organisations, have left or are suspended, and are not written to.",
            len(found.outside),
        ),
    ]
    groups = (found.by_email, found.by_phone, found.without_email, found.declined, found.outside)
    return [str(words) for words, group in zip(told, groups, strict=True) if group]


def _sent_words(found: Reached) -> list[str]:
    count = len(found.told)
    told = [ngettext("Your letter is on its way to one person.", "Your letter is on its way to %(num)d people.", count)]
    if found.without_email:
        told.append(_("These have no e-mail: %(names)s.", names=_names(found.without_email)))
    return [str(words) for words in told]


def _names(people: list[Membership]) -> str:
    """Their names, the first of them."""
    names = ", ".join(one.name for one in people[:_NAMED])
    more = len(people) - _NAMED
    return names if more <= 0 else ngettext("%(names)s and one more", "%(names)s and %(num)d more", more, names=names)
