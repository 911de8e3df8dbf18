"""How a no looks: one table from the kind of refusal to its status, each with a page in the house style."""

from typing import Any

from flask import Flask, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from timebank.contributions.record import AlreadyTakenBack
from timebank.exchanges.workflow import StepNotOpen
from timebank.members.moving import AlreadyReversed, MovedBefore
from timebank.members.passwords import TooManyTries
from timebank.members.sending import SentOtherwise
from timebank.members.upkeep import AccountClosed, NotClosed
from timebank.refusals import Conflict, NotAllowed, NotFound, Refusal, Unacceptable
from timebank.web.words import sentence

STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Unacceptable: 422,
    TooManyTries: 429,
}
_PAGES = frozenset({400, 403, 404, 409, 413, 422, 429})
_HEADINGS: dict[type[Refusal], Any] = {
    SentOtherwise: _l("This form was used before"),
    AlreadyReversed: _l("That was done already"),
    MovedBefore: _l("That was done already"),
    AccountClosed: _l("The account is closed"),
    NotClosed: _l("The account is open"),
    AlreadyTakenBack: _l("That was done already"),
    StepNotOpen: _l("This has moved on"),
}
"""What stands above a conflict that one may have come to by oneself, so that nobody was quicker."""


def init(app: Flask) -> None:
    """Every refusal and every mistake has a page; that for our own mistakes asks nothing of the database."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _went_wrong)
    app.register_error_handler(Exception, _our_mistake)


def status_of(refusal: Refusal) -> int:
    """The status of the nearest kind that the refusal is of."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    status = status_of(refusal)
    heading = _HEADINGS.get(type(refusal))
    return render_template(f"refusals/{status}.html", refusal=sentence(refusal), told_heading=heading), status


def _went_wrong(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    status = error.code if error.code in _PAGES else 400
    if error.code >= 500:
        return _our_mistake(error)
    return render_template(f"refusals/{status}.html"), error.code


def _our_mistake(error: Exception) -> ResponseReturnValue:
    g.failed = True
    current_app.logger.error("A page failed.", exc_info=error)
    return render_template("refusals/500.html"), 500
