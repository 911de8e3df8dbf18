"""The door: every page says whom it is for, and where nothing is said it is closed."""

from collections.abc import Callable
from itertools import chain
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from sqlalchemy import select

from timebank.members.enrol import timebank_at
from timebank.members.models import Membership, Person, Timebank
from timebank.members.passwords import stamp
from timebank.policy import Permission
from timebank.refusals import NotAllowed, NotFound, Unacceptable
from timebank.web.database import db

View = TypeVar("View", bound=Callable[..., Any])
EVERYONE = "everyone"
SIGNED_IN = "signed in"
_FORMS = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})


class Visitor:
    """A person as Flask-Login carries them; their sessions end when their password changes."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """What the cookie holds: the person, and a stamp of their password."""
        return f"{self.person.id}:{stamp(self.person)}"


def opens_for(permission: Permission) -> Callable[[View], View]:
    """The page opens for members of this timebank whose roles grant the permission."""
    return _marked(permission)


def opens_for_everyone(view: View) -> View:
    """The page opens for anybody."""
    return _marked(EVERYONE)(view)


def opens_for_signed_in(view: View) -> View:
    """The page opens for whoever has signed in, of any timebank."""
    return _marked(SIGNED_IN)(view)


def me() -> Person:
    """Who is signed in."""
    person: Person = current_user.person
    return person


def signed_in() -> Person | None:
    """Who is signed in, or None."""
    return me() if current_user.is_authenticated else None


def here() -> Timebank:
    """The timebank whose pages these are."""
    timebank: Timebank = g.here
    return timebank


def mine() -> Membership:
    """The signed-in person's membership in this timebank."""
    membership: Membership = g.mine
    return membership


def area(name: str, *, prefix: str = "") -> Blueprint:
    """A blueprint of pages under a timebank's address, /<slug>/…; views never see the slug."""
    return Blueprint(name, __name__, url_prefix=f"/<slug>{prefix}")


def init(app: Flask) -> None:
    """The application asks at its door before every page."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_visitor)
    app.url_value_preprocessor(_take_slug)
    app.url_defaults(_give_slug)
    app.before_request(_door)


def _marked(whom: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.opens_for = whom  # type: ignore[attr-defined]
        return view

    return mark


def _visitor(told: str) -> Visitor | None:
    number, _, seal = told.partition(":")
    person = db().get(Person, int(number)) if number.isascii() and number.isdecimal() else None
    return Visitor(person) if person is not None and stamp(person) == seal else None


def _take_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.slug = values.pop("slug", None) if values else None


def _give_slug(endpoint: str, values: dict[str, Any]) -> None:
    if "slug" not in values and g.get("slug") and current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
        values["slug"] = g.slug


def _door() -> ResponseReturnValue | None:
    """Let the request in, send it to sign in, or refuse it."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    if not _is_form():
        raise Unacceptable("Our pages take what is written in their forms, and nothing else.")
    if not _readable():
        raise Unacceptable("There is a sign in it that cannot be kept. Write it again.")
    whom = getattr(current_app.view_functions[request.endpoint], "opens_for", None)
    if g.get("slug"):
        _enter_timebank(g.slug)
    if whom == EVERYONE:
        return None
    if not current_user.is_authenticated:
        return _send_to_sign_in()
    if whom == SIGNED_IN:
        return None
    if g.get("mine") is None:
        raise NotFound("There is nothing at this address.")
    if not isinstance(whom, Permission) or not mine().may(whom):
        raise NotAllowed("This page is for someone else.")
    return None


def _is_form() -> bool:
    """Whether what was sent, if anything, is a form without files; what reads forms elsewhere would take more."""
    return request.method != "POST" or (request.mimetype in _FORMS and not request.files)


def _readable() -> bool:
    """Whether all that was sent can be read, and what a form holds can be kept."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        return False
    return not any("\x00" in text for text in chain([request.path], *request.form.listvalues()))


def _enter_timebank(slug: str) -> None:
    person = signed_in()
    g.mine = None
    g.here = timebank_at(db(), slug)
    if person is not None:
        g.mine = db().scalar(
            select(Membership).where(Membership.timebank_id == g.here.id, Membership.person_id == person.id)
        )


def _send_to_sign_in() -> ResponseReturnValue:
    """Whoever was signed out in the middle of a form keeps what they wrote."""
    from timebank.web.pages import signing  # noqa: PLC0415 - the pages stand on the door

    if request.method == "POST":
        return signing.ask_again()
    return redirect(url_for("signing.sign_in", next=request.full_path.rstrip("?")))
