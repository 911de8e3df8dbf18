"""Which people a page is about: those that were ticked, or all whom a search fits; it stands in the address."""

from datetime import date

from flask import request

from timebank.care import finding
from timebank.members.models import Membership
from timebank.policy import Permission
from timebank.web.access import here, mine
from timebank.web.database import db
from timebank.web.forms.finding import PeopleSearch
from timebank.web.lists import numbers_asked

EVERYONE = "everyone"
"""Under this name the address says that all are meant whom the search fits, ticked or not."""
_MOST = 5000


def chosen_ids(today: date) -> list[int]:
    """The people that are meant, in their order."""
    if request.args.get(EVERYONE):
        sought = PeopleSearch.over(request.args).sought(today, may_keep=mine().may(Permission.KEEP_ACCOUNTS))
        return finding.ids_of(db(), here(), sought, today=today)
    return numbers_asked("ids", most=_MOST)


def chosen_people(today: date, *, whole: bool = False) -> list[Membership]:
    """These people, where asked with their roles and accounts; those of another timebank are not there."""
    return finding.of_ids(db(), here(), chosen_ids(today), with_roles=whole, with_accounts=whole)


def asked_for() -> list[tuple[str, str]]:
    """What the address says of whom it means, to be sent on by a form."""
    return [(name, text) for name, text in request.args.items(multi=True) if name != "page"]
