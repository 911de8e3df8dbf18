"""The application on the test's own connection, and a visitor who checks what every page must have."""

import email
import email.policy
import functools
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import count
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from tests.builders import PASSWORD
from timebank import create_app
from timebank.members.passwords import set_password

_VOID = {"input", "img", "br", "hr", "link", "meta", "path", "rect", "circle", "line"}

_keys = count(1)


@pytest.fixture(scope="session")
def application(tmp_path_factory):
    """One application a run; its database is the test's connection."""
    settings = Settings(
        instance=Path(tmp_path_factory.mktemp("instance")), production=False, https=False, database_url="sqlite://"
    )
    app = create_app(settings)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def app(application, session):
    """The application whose every session joins the test's transaction."""
    from timebank.web.database import _database

    with application.app_context():
        maker = _database.sessionmaker
    kept = dict(maker.kw)
    maker.configure(bind=session.connection(), join_transaction_mode="create_savepoint")
    yield application
    application.extensions["letters"].submit(lambda: None).result()  # or the next test would read this one's letters
    maker.kw.clear()
    maker.kw.update(kept)


@dataclass
class Page(HTMLParser):
    """What a page holds, as far as a reader's tools see it."""

    response: TestResponse
    ids: list = field(default_factory=list)
    labels: set = field(default_factory=set)
    labelled: list = field(default_factory=list)
    forms: list = field(default_factory=list)
    h1: str = ""
    title: str = ""
    text: str = ""
    styled: bool = False

    def __post_init__(self):
        super().__init__()
        self._inside = []
        if self.response.mimetype.startswith("text/"):
            self.feed(self.response.get_data(as_text=True))

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag not in _VOID:
            self._inside.append(tag)
        if "id" in told:
            self.ids.append(told["id"])
        self.styled |= "style" in told or tag == "style" or any(name.startswith("on") for name in told)
        if tag == "label" and "for" in told:
            self.labels.add(told["for"])
        if tag == "form":
            self.forms.append({"method": told.get("method", "get").lower(), "action": told.get("action"), "fields": {}})
        if tag in ("input", "select", "textarea") and self.forms:
            self.forms[-1]["fields"].setdefault(told.get("name"), told.get("value") or "")
            wrapped = "label" in self._inside
            if told.get("type") not in ("hidden", "submit") and not (wrapped or told.get("aria-label")):
                self.labelled.append(told.get("id"))
        if tag == "h1":
            self.h1 += "|"

    def handle_endtag(self, tag):
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data):
        if "script" in self._inside:
            return
        if "title" in self._inside and "svg" not in self._inside:
            self.title += data
            return
        if "h1" in self._inside:
            self.h1 += data
        self.text += data + " "

    @property
    def words(self):
        return re.sub(r"\s+", " ", self.text)

    @property
    def status(self):
        return self.response.status_code

    def check(self):
        """One h1 that begins the title, no doubled id, a label for each field, a token in each form, no styles."""
        if self.response.mimetype != "text/html":
            return
        heading = " ".join(self.h1.split())
        assert heading.count("|") == 1, f"{heading!r}: a page has one h1"
        assert heading.strip("| ") in self.title, f"the title {self.title!r} is not begun by the h1 {heading!r}"
        assert self.title.strip().startswith("Error:") == ("Nearly there" in self.words)
        doubled = {one for one in self.ids if self.ids.count(one) > 1}
        assert not doubled, f"doubled ids: {doubled}"
        missing = [one for one in self.labelled if one not in self.labels]
        assert not missing, f"fields without a label: {missing}"
        for form in self.forms:
            assert form["method"] == "get" or form["fields"].get("csrf_token"), "a form without its token"
        assert not self.styled, "a style or a script in the page itself"


class Visit:
    """Someone in front of the pages."""

    def __init__(self, client: FlaskClient):
        self.client = client

    def get(self, path, status=200):
        page = Page(self.client.get(path))
        assert page.status == status, f"{path}: {page.status}\n{page.words[:600]}"
        page.check()
        return page

    def post(self, path, told=None, status=None, *, token=True, key=True, from_=None):
        """Send a form as it stands on the page at `from_` (or at the same path), with these values instead."""
        fields = dict(told or {})
        if token:
            fields.setdefault("csrf_token", self.token(from_ or path))
        if token and key:
            fields.setdefault("key", f"form-{next(_keys)}")
        page = Page(self.client.post(path, data=fields))
        if status is not None:
            assert page.status == status, f"{path}: {page.status}\n{page.words[:900]}"
        page.check()
        return page

    def token(self, path):
        """The token of a form on that page, or of the sign-out form that stands on every page."""
        for place in (path, "/", "/sign-in"):
            page = Page(self.client.get(place, follow_redirects=True))
            for form in page.forms:
                if form["fields"].get("csrf_token"):
                    return form["fields"]["csrf_token"]
        raise AssertionError("no form with a token")

    def sign_in(self, membership):
        person = membership.person
        told = {"email": person.email, "password": PASSWORD}
        answer = self.post("/sign-in", told)
        assert answer.status in (302, 303), answer.words[:400]
        return self


@pytest.fixture
def visit(app):
    """Somebody nobody knows."""
    return Visit(app.test_client())


@functools.cache
def _hashes():
    return []


def _one_hash(session, person):
    """The hash of the tests' password, made once a run: argon2 is slow on purpose."""
    if not _hashes():
        set_password(session, person, PASSWORD)
        _hashes().append(person.password_hash)
    return _hashes()[0]


@pytest.fixture
def as_(app, session):
    """Sign someone in: `as_(ana).get("/riverside/")`."""

    def sign_in(membership):
        if membership.person.password_hash is None:
            membership.person.password_hash = _one_hash(session, membership.person)
        session.commit()
        return Visit(app.test_client()).sign_in(membership)

    return sign_in


@pytest.fixture
def posted(app, tmp_path, monkeypatch):
    """A function that reads the letters that left at once."""
    settings = replace(app.config["TIMEBANK"], mail_folder=str(tmp_path), mail_sender="letters@example.org")
    monkeypatch.setitem(app.config, "TIMEBANK", settings)

    def letters():
        app.extensions["letters"].submit(lambda: None).result()
        read = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in tmp_path.iterdir()]
        return sorted(read, key=lambda letter: str(letter["To"]))

    return letters
