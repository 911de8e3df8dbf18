"""The database as the pages see it: a session to read with, and one transaction to write in."""

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction

from flask import Flask, g, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.orm import Session

from timebank.database import READS_ONLY, prepare
from timebank.refusals import NotAllowed

_database = SQLAlchemy()
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})


def init(app: Flask) -> None:
    """The application has its engine; what only reads does not wait for those who write."""
    _database.init_app(app)
    # There are no asynchronous sessions here; closing them would start an event loop at the end of every request.
    app.teardown_appcontext_funcs = [end for end in app.teardown_appcontext_funcs if not iscoroutinefunction(end)]
    with app.app_context():
        prepare(_database.engine)
    app.before_request(_begin_as_reader)


def db() -> Session:
    """The session of this request, to read with."""
    return _database.session


@contextmanager
def transaction() -> Iterator[Session]:
    """What is written inside is kept whole, or not at all.

    Raises:
        NotAllowed: the request has not shown that it comes from a form of ours.
    """
    if not g.get("token_checked"):
        raise NotAllowed("This did not come from a page of ours. Load the page anew and try again.")
    session = _database.session
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _begin_as_reader() -> None:
    if request.method in _HARMLESS and request.endpoint != "static":
        _database.session.connection(execution_options={READS_ONLY: True})
