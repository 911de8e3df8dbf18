"""How a no looks: one table from the kind of refusal to its status, each with a page in the house style."""

from flask import Flask, current_app, g, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from timebank.members.passwords import TooManyTries
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
    return render_template(f"refusals/{status}.html", refusal=sentence(refusal)), status


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
