"""The pages of sign-in cards: printed for a member, or a sheet of them, with a way to come in for the first time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from timebank.care import cards
from timebank.members import directory, passwords
from timebank.members.models import Membership
from timebank.policy import Permission, Role
from timebank.refusals import NotFound, Unacceptable
from timebank.web import letters, qr
from timebank.web.access import area, here, mine, opens_for
from timebank.web.chosen import chosen_ids
from timebank.web.database import db, transaction
from timebank.web.forms.base import StepForm
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of

pages = area("cards")
_MOST = 100
"""For how many people cards are printed at once; a picture of each link takes some milliseconds to draw."""


@dataclass(frozen=True, slots=True)
class _Card:
    """What stands on one card; `link` is where they choose a password, where there is one."""

    member: Membership
    link: str = ""
    link_picture: Markup | None = None


@pages.route("/people/<int:membership_id>/card", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def show(membership_id: int) -> ResponseReturnValue:
    """A coordinator prints the sign-in card of one member."""
    directory.membership_in(db(), here(), membership_id)
    return _sheet([membership_id])


@pages.route("/cards", methods=["GET", "POST"])
@opens_for(Permission.ENROL)
def sheet() -> ResponseReturnValue:
    """A coordinator chooses whose sign-in cards to print, or has chosen, and prints a sheet of them."""
    chosen = chosen_ids(here().day_of(datetime.now(UTC)))
    if len(chosen) > _MOST:
        raise Unacceptable("Cards are printed for at most %(most)d people at once. Choose fewer.", most=_MOST)
    if chosen:
        return _sheet(chosen)
    people, count = directory.people_of(db(), here(), role=Role.MEMBER, limit=PER_PAGE, offset=offset())
    return render_template("cards/choose.html", people=people, count=count, pages=pages_of(count))


def _sheet(membership_ids: list[int]) -> ResponseReturnValue:
    """The cards; sent as a form, each with a new link where there may be one. It is shown once, and kept nowhere."""
    members = cards.who_get_cards(db(), here(), membership_ids)
    if not members:
        raise NotFound("There is nobody here to print a card for.")
    form, links, until = StepForm(), dict[int, str](), None
    if form.sent_and_valid():
        at = datetime.now(UTC)
        with transaction() as session:
            links = cards.make_links(session, members, by=mine(), at=at)
        until = here().day_of(at + passwords.CARD_LASTS)
        members = cards.who_get_cards(db(), here(), membership_ids)
    return _drawn(members, links, until, form), 422 if form.errors else 200


def _drawn(members: Sequence[Membership], links: dict[int, str], until: date | None, form: StepForm) -> str:
    address = letters.address(url_for("home.show"))
    return render_template(
        "cards/sheet.html",
        address=address,
        picture=qr.picture(address, _("The address of the timebank")),
        cards=[_card(one, links.get(one.id, "")) for one in members],
        until=until,
        form=form,
        may_link=any(cards.may_have_link(one) and one.id != mine().id for one in members),
    )


def _card(member: Membership, secret: str) -> _Card:
    if not secret:
        return _Card(member)
    link = letters.address(url_for("signing.reset", secret=secret))
    return _Card(member, link, qr.picture(link, _("The link to choose a password")))
