"""The pages on which members find one another: the list of who is here, and what each shows of themselves."""

from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from timebank.exchanges import known
from timebank.ledger import balances
from timebank.listings import assets, neighbours
from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.models import MembershipStatus
from timebank.members.profiles import Page, initials, sees
from timebank.policy import Permission
from timebank.web.access import area, here, mine, opens_for
from timebank.web.database import db
from timebank.web.forms.members import MembersSearch
from timebank.web.lists import PER_PAGE, offset
from timebank.web.lists import pages as pages_of
from timebank.web.profiled import hours_words, seen

pages = area("members", prefix="/members")
_LISTINGS = 10


@pages.get("")
@opens_for(Permission.SEE_MEMBERS)
def index() -> ResponseReturnValue:
    """A member sees who is here, and looks for someone by name, by what they can bring, or by where they live."""
    form = MembersSearch.over(request.args)
    words, near = form.words(), form.near()
    eyes = Readers.COORDINATORS if mine().may(Permission.LOOK_AFTER_MEMBERS) else Readers.MEMBERS
    found, count = neighbours.find(db(), here(), words=words, district=near, eyes=eyes, limit=PER_PAGE, offset=offset())
    return render_template(
        "members/index.html",
        search=form,
        looked=bool(words.strip() or near.strip()),
        found=found,
        count=count,
        pages=pages_of(count),
        initials=initials,
    )


@pages.get("/<int:membership_id>")
@opens_for(Permission.SEE_MEMBERS)
def show(membership_id: int) -> ResponseReturnValue:
    """A member sees of another what that one shows them, and what of theirs stands on the board."""
    page = profiles.page_for(db(), here(), membership_id, reader=mine())
    membership = page.membership
    eyes = known.eyes_of(db(), membership, reader=mine())
    brings, needs = assets.brings_and_needs(db(), membership)
    today = here().day_of(datetime.now(UTC))
    return render_template(
        "members/show.html",
        membership=membership,
        seen=seen(page, eyes, brings, needs),
        own=membership.id == mine().id,
        here_now=membership.status == MembershipStatus.ACTIVE,
        listings=assets.listings_of(db(), membership, today=today, limit=_LISTINGS),
        hours=_hours(page, eyes),
    )


def _hours(page: Page, eyes: Readers) -> str:
    """What they have given and received, where the timebank shows it to these eyes."""
    account_id = page.membership.account_id
    if account_id is None or not sees(eyes, here().balances_seen_by):
        return ""
    return hours_words(page.membership.name, balances.helped(db(), account_id))
