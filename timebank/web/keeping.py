"""What all pages share on which a coordinator changes someone's account: whose it is, the form and the question."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timebank.members import directory
from timebank.members.models import Membership
from timebank.members.moving import OverCreditLimit
from timebank.members.rules import WrongAmount, WrongSide, WrongWord, check_keeper
from timebank.refusals import NotFound, Refusal
from timebank.web.access import here, mine
from timebank.web.asked import Asked, ask_and_do
from timebank.web.database import db
from timebank.web.forms.base import KeyedForm
from timebank.web.once import Answer

_PLACES: dict[type[Refusal], tuple[str, ...]] = {
    WrongSide: ("other",),
    OverCreditLimit: ("hours",),
    WrongAmount: ("hours", "limit"),
    WrongWord: ("reason",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the page of a change says, and what is said once it is done.

    `grave` is the button of a page that is a question itself.
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
    membership: Membership, form: KeyedForm, told: Change, change: Callable[[Session], Asked]
) -> ResponseReturnValue:
    """The page with its form; once it is filled in, what the change would do; once that is said yes to, it is done."""

    def act(session: Session) -> Answer:
        return _done(membership, told, moved=change(session).moved)

    return _page(membership, form, told, foresee=change, act=act)


def ask_once(
    membership: Membership, form: KeyedForm, told: Change, change: Callable[[Session], object]
) -> ResponseReturnValue:
    """The page that is a question itself; once its form is filled in, the change is done."""

    def act(session: Session) -> Answer:
        change(session)
        return _done(membership, told)

    return _page(membership, form, told, foresee=None, act=act)


def _done(membership: Membership, told: Change, *, moved: int | None = None) -> Answer:
    """What is told then, and later where the account may have changed since."""
    where = url_for("accounts.show", membership_id=membership.id)
    if moved is not None:
        return Answer(where, [(told.done, "message")], [moved])
    again = _("This was sent before, and was done then. Nothing has changed now: here you see how the account stands.")
    return Answer(where, [(told.done, "message")], again=again)


def _page(
    membership: Membership,
    form: KeyedForm,
    told: Change,
    *,
    foresee: Callable[[Session], Asked] | None,
    act: Callable[[Session], Answer],
) -> ResponseReturnValue:
    return ask_and_do(
        form,
        page=lambda: render_template("parts/change.html", form=form, membership=membership, told=told),
        foresee=foresee,
        act=act,
        places={kind: field for kind, fields in _PLACES.items() for field in fields if field in form},
    )
