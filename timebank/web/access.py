"""The door: every page says whom it is for, and where nothing is said it is closed."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user

from timebank.care import terms
from timebank.members import looks, supporters
from timebank.members.models import Membership, MembershipStatus, Person, Timebank
from timebank.members.passwords import stamp
from timebank.policy import Permission
from timebank.refusals import NotAllowed, NotFound, Unacceptable
from timebank.web.database import db

View = TypeVar("View", bound=Callable[..., Any])
EVERYONE = "everyone"
SIGNED_IN = "signed in"
LARGEST_FILES = 12 * 1024 * 1024
"""How many bytes a form with a picture may hold: what a telephone's camera makes."""
ACTING_FOR = "acting_for"
"""Under this name a supporter's cookie holds the membership for which they act."""
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


def takes_files(view: View) -> View:
    """The page's form may hold files, of at most LARGEST_FILES bytes together; no other page takes any."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def for_themselves(view: View) -> View:
    """The page is for the member alone: it stays closed to a supporter who acts for them."""
    view.for_themselves = True  # type: ignore[attr-defined]
    return view


def is_for_themselves(endpoint: str) -> bool:
    """Whether the page stays closed to who acts for somebody."""
    return getattr(current_app.view_functions[endpoint], "for_themselves", False)


def opens_before_terms(view: View) -> View:
    """The page opens also to a member who has yet to agree to the terms."""
    view.opens_before_terms = True  # type: ignore[attr-defined]
    return view


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
    view = current_app.view_functions[request.endpoint]
    _check_what_was_sent(with_files=getattr(view, "takes_files", False))
    whom = getattr(view, "opens_for", None)
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
    if mine().status in (MembershipStatus.SUSPENDED, MembershipStatus.LEFT):
        return _tell_how_they_stand()
    if not isinstance(whom, Permission) or not mine().may(whom):
        raise NotAllowed("This page is for someone else.")
    if is_acting() and is_for_themselves(request.endpoint):
        raise NotAllowed("This is for %(name)s alone. Stop acting for them to see your own.", name=mine().name)
    return None if getattr(view, "opens_before_terms", False) else _ask_for_terms()


def _check_what_was_sent(*, with_files: bool) -> None:
    """It can be read, and is a form; with files only where the page takes them."""
    if with_files:
        request.max_content_length = LARGEST_FILES
    if not _is_form(with_files=with_files):
        raise Unacceptable("Our pages take what is written in their forms, and nothing else.")
    if not _readable():
        raise Unacceptable("There is a sign in it that cannot be kept. Write it again.")


def _is_form(*, with_files: bool) -> bool:
    """Whether what was sent, if anything, is a form, and has files only where the page takes them."""
    return request.method != "POST" or (request.mimetype in _FORMS and (with_files or not request.files))


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
    g.here, g.dress = looks.timebank_and_dress(db(), slug)
    if person is not None:
        g.mine, g.terms_to_agree = terms.at_the_door(db(), g.here, person)
        _act_for_another()


def act_for(membership: Membership | None) -> None:
    """From the next page on the signed-in person acts for this member, or for nobody but themselves.

    Forms that were open before are no longer taken as they are, so that nothing is done as somebody else than their
    page said.
    """
    session.pop(ACTING_FOR, None)
    if membership is not None:
        session[ACTING_FOR] = membership.id
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def is_acting() -> bool:
    """Whether the signed-in person acts for a member just now."""
    membership: Membership | None = g.get("mine")
    return membership is not None and membership.is_acted_for


def _act_for_another() -> None:
    """A supporter who acts for a member here goes on as that member, as long as the two still want it."""
    asked_for = session.get(ACTING_FOR)
    if asked_for is None or g.mine is None:
        return
    relation = supporters.relation_of(db(), g.mine, asked_for)
    if relation is None:
        return
    if supporters.holds(relation, g.here.day_of(datetime.now(UTC))):
        g.mine, supporter = relation.membership, g.mine
        g.mine.act_by(supporter)
    else:
        act_for(None)
        flash(_("You no longer act for %(name)s.", name=relation.membership.name), "sorry")


def _send_to_sign_in() -> ResponseReturnValue:
    """Whoever was signed out in the middle of a form keeps what they wrote."""
    from timebank.web.pages import signing  # noqa: PLC0415 - the pages stand on the door

    if request.method == "POST":
        return signing.ask_again()
    return redirect(url_for("signing.sign_in", next=request.full_path.rstrip("?")))


def _tell_how_they_stand() -> ResponseReturnValue:
    """Whoever is suspended or has left reads whom to call."""
    from timebank.web.pages import standing  # noqa: PLC0415 - the pages stand on the door

    return standing.outside()


def _ask_for_terms() -> ResponseReturnValue | None:
    """Whoever has yet to agree to the terms is asked to, and keeps what they wrote."""
    from timebank.web.pages import terms as pages  # noqa: PLC0415 - the pages stand on the door

    if g.get("terms_to_agree") is None:
        return None
    if request.method == "POST":
        return pages.ask_first()
    return redirect(url_for("terms.agree", wanted=request.full_path.rstrip("?")))
