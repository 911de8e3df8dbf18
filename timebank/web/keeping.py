"""What all pages share on which a coordinator changes someone's account: whose it is, the form and the question."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.hours import Hours
from timebank.members import directory
from timebank.members.models import Membership
from timebank.members.moving import OverCreditLimit
from timebank.members.rules import WrongAmount, WrongSide, WrongWord, check_keeper
from timebank.refusals import NotFound, Refusal
from timebank.web.access import here, mine
from timebank.web.asked import Asked, ask_and_do
from timebank.web.balanced import level
from timebank.web.database import db
from timebank.web.forms.base import KeyedForm
from timebank.web.once import Answer
from timebank.web.words import hours

_PLACES: dict[type[Refusal], tuple[str, ...]] = {
    WrongSide: ("other",),
    OverCreditLimit: ("hours",),
    WrongAmount: ("hours", "limit"),
    WrongWord: ("reason",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the page of a change says, and what is said once it is done.

    `grave` is the button of a page that is a question itself; without it the form is filled in first, and then asked.
    """

    heading: str
    lead: str
    done: str
    grave: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


def holder(membership_id: int) -> Membership:
    """Who holds the account.

    Raises:
        NotFound: nobody of this timebank, or someone without an account.
    """
    membership = directory.membership_in(db(), here(), membership_id)
    if membership.account is None:
        raise NotFound("%(name)s holds no account here.", name=membership.name)
    return membership


def to_keep(membership_id: int) -> Membership:
    """Who holds the account, if this coordinator may change it.

    Raises:
        NotFound, NotAllowed: there is none; it is their own.
    """
    membership = holder(membership_id)
    check_keeper(mine(), membership)
    return membership


def ask(
    membership: Membership, form: KeyedForm, told: Change, change: Callable[[Session], Asked | None]
) -> ResponseReturnValue:
    """The page with its form; then what the change would do, unless the page asks that itself; then it is done."""

    def act(session: Session) -> Answer:
        change(session)
        return Answer(url_for("accounts.show", membership_id=membership.id), [(told.done, "message")])

    def foresee(session: Session) -> Asked:
        return change(session) or Asked(told.heading, [told.lead], told.heading)

    return ask_and_do(
        form,
        page=lambda: render_template("parts/change.html", form=form, membership=membership, told=told),
        foresee=None if told.grave else foresee,
        act=act,
        places={kind: field for kind, fields in _PLACES.items() for field in fields if field in form},
    )


def comes_to(name: str, amount: Hours) -> str:
    """That hours would come to someone."""
    return _("%(name)s gets %(hours)s from the community.", hours=hours(amount), name=name)


def goes_from(name: str, amount: Hours) -> str:
    """That hours would go from someone."""
    return _("%(name)s gives %(hours)s to the community.", hours=hours(amount), name=name)


def then_at(name: str, balance: Hours) -> str:
    """Where someone's balance would stand."""
    return _("The balance of %(name)s will then be %(balance)s.", name=name, balance=level(balance))
