"""Reads pages as somebody who has signed in: over HTTP for the time, and inside the program for what it asks."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import Connection, event, text
from werkzeug.routing import Rule

from benchmarks.databases import engine
from benchmarks.pages.towns import FIRST_MEMBER, PASSWORD, STAFF, TWOFOLD, quarter_before, slug
from config import Settings
from timebank import create_app
from timebank.policy import Permission, Role, may
from timebank.web.access import EVERYONE, SIGNED_IN

EXAMPLES = {
    "application_id": "SELECT min(id) FROM application WHERE state = 'open' AND timebank_id = :here",
    "asset_id": "SELECT min(id) FROM asset WHERE membership_id = :member",
    "category_id": "SELECT min(id) FROM category WHERE timebank_id = :here",
    "code": "SELECT min(code) FROM invitation WHERE timebank_id = :here",
    "concern_id": "SELECT min(id) FROM concern WHERE timebank_id = :here",
    "contribution_id": "SELECT min(id) FROM contribution WHERE timebank_id = :here AND capacity = 'professional'",
    "exchange_id": "SELECT max(id) FROM exchange WHERE provider_id = :member AND state = 'approved'",
    "invitation_id": "SELECT min(id) FROM invitation WHERE by_id = :member",
    "listing_id": "SELECT max(id) FROM listing WHERE membership_id = :member AND closed_at IS NULL",
    "membership_id": "SELECT :member + 2",
    "need_id": "SELECT min(id) FROM need WHERE membership_id = :member",
    "notice_id": "SELECT min(id) FROM notice WHERE timebank_id = :here AND state = 'phone'",
    "number": "SELECT 1",
    "picture_id": "SELECT :member",
    "relation_id": "SELECT min(id) FROM supporter WHERE membership_id = :member",
    "release_id": "SELECT min(id) FROM release WHERE timebank_id = :here",
    "secret": "SELECT 'laid'",
    "transfer_id": "SELECT max(id) FROM transfer WHERE payee_id = :member",
    "vetting_id": "SELECT min(id) FROM vetting WHERE membership_id = :member + 2",
}
"""An example of what an address names, by the variable's name; addresses with other variables are left out and told."""
_WAITS = "SELECT id FROM exchange WHERE timebank_id = :here AND reference = 'waits:{}'"
_OWN_PAGE = ("about", "asset", "need", "new_asset", "new_need", "picture", "preview", "readers", "times")
INSTEAD = {
    "answers.cancel": {"exchange_id": _WAITS.format(1)},
    "answers.confirm": {"exchange_id": _WAITS.format(3)},
    "board.show": {"listing_id": "SELECT max(id) FROM listing WHERE membership_id = :member + 2 AND closed_at IS NULL"},
    "concerns.about_listing": {"listing_id": "SELECT max(id) FROM listing WHERE membership_id = :member + 2"},
    "desk.decide": {"exchange_id": _WAITS.format(5)},
    "exchanges.change": {"exchange_id": _WAITS.format(7)},
    "exchanges.propose": {
        "listing_id": "SELECT max(id) FROM listing WHERE membership_id = :member + 2 AND closed_at IS NULL"
    },
    "exchanges.record": {"exchange_id": _WAITS.format(1)},
    "look.logo": {"picture_id": "SELECT logo_id FROM look WHERE timebank_id = :here"},
    "leaving.erase": {"membership_id": "SELECT :member + 49"},
    "leaving.rejoin": {"membership_id": "SELECT :member + 49"},
    "today.by_phone": {"exchange_id": _WAITS.format(6)},
    **{f"profile.{name}": {"membership_id": "SELECT :member"} for name in _OWN_PAGE},
}
"""Examples that stand in for those of EXAMPLES at one page, by its endpoint: where the page asks for one of its own."""
ASKED = {
    "look.stylesheet": "?accent=3b5bdb",
    "reports.preview": f"?period={quarter_before(datetime.now(UTC).date())}",
}
"""What a page must be asked with, by its endpoint."""
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Read:
    """One page as one reader: the median and the slowest in seconds, the answer, and how often it asked."""

    who: str
    path: str
    median: float
    slowest: float
    status: int
    size: int
    asked: int

    def __str__(self) -> str:
        """A line while it runs."""
        return f"{self.who:13} {1000 * self.median:7.1f} ms {self.asked:3} asked  {self.status} {self.path}"


def email_of(who: str) -> str:
    """Whose e-mail it is to sign in with."""
    return {"member": "m0.0@example.org", TWOFOLD: "m0.1@example.org"}.get(who, f"{who}@example.org")


def roles_of(who: str | None) -> frozenset[Role]:
    """What this reader is; None is a visitor who has not signed in."""
    if who is None:
        return frozenset()
    return {"member": frozenset({Role.MEMBER}), TWOFOLD: frozenset({Role.MEMBER, Role.COORDINATOR})}.get(
        who, STAFF.get(who, frozenset())
    )


def _example(connection: Connection, asked: str) -> str:
    given = {"member": FIRST_MEMBER, "here": connection.scalar(text("SELECT min(id) FROM timebank"))}
    bound = text(asked)
    return str(connection.scalar(bound, {name: given[name] for name in bound.compile().params}))


class Visitor:
    """Somebody who reads pages over one open connection."""

    def __init__(self, address: str, who: str | None) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=120)
        self._cookie = ""
        if who is not None:
            token = _TOKEN.search(self._ask("GET", "/sign-in")[1].decode())
            told = {"csrf_token": token[1] if token else "", "email": email_of(who), "password": PASSWORD}
            status, _ = self._ask("POST", "/sign-in", urlencode(told))
            if status not in (302, 303):
                raise RuntimeError(f"{who} could not sign in: {status}")

    def read(self, path: str, times: int) -> tuple[float, float, int, int]:
        """The page has been read so many times; the median, the slowest, the status and the bytes."""
        self._ask("GET", path)
        took = []
        for _ in range(times):
            began = time.perf_counter()
            status, body = self._ask("GET", path)
            took.append(time.perf_counter() - began)
        return median(took), max(took), status, len(body)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        told = answer.headers.get("Set-Cookie")
        if told:
            self._cookie = told.partition(";")[0]
        return answer.status, answer.read()


class Counted:
    """The same pages inside this process, where it can be counted how often each asks the database."""

    def __init__(self, url: str) -> None:
        self._app = create_app(Settings(Path("nowhere").absolute(), production=False, https=False, database_url=url))
        self._count = 0
        with self._app.app_context():
            made = self._app.extensions["sqlalchemy"].engine
        event.listen(made, "before_cursor_execute", self._one_more)
        self._clients: dict[str, FlaskClient] = {}
        reader = engine(url)
        with reader.connect() as connection:
            self._examples = {name: _example(connection, asked) for name, asked in EXAMPLES.items()}
            self._instead = {
                endpoint: {name: _example(connection, asked) for name, asked in examples.items()}
                for endpoint, examples in INSTEAD.items()
            }
        reader.dispose()

    def paths(self, who: str | None) -> Iterator[str]:
        """The addresses of all pages that open for this reader."""
        roles = roles_of(who)
        for rule in self._rules():
            whom = getattr(self._app.view_functions[rule.endpoint], "opens_for", None)
            open_to_them = whom == EVERYONE or (who and (whom == SIGNED_IN or may(roles, Permission(str(whom)))))
            path = self._filled(rule)
            if open_to_them and path is not None:
                yield path

    def left_out(self) -> list[str]:
        """The addresses for which there is no example."""
        return [rule.rule for rule in self._rules() if self._filled(rule) is None]

    def status(self, who: str | None, path: str) -> int:
        """What the page answers."""
        return self._client(who).get(path).status_code

    def _rules(self) -> list[Rule]:
        rules = sorted(self._app.url_map.iter_rules(), key=lambda rule: rule.rule)
        return [rule for rule in rules if rule.endpoint != "static" and "GET" in (rule.methods or ())]

    def asked(self, who: str | None, path: str) -> tuple[int]:
        """How often the page asks the database."""
        client = self._client(who)
        self._count = 0
        client.get(path)
        return (self._count,)

    def _filled(self, rule: Rule) -> str | None:
        path = rule.rule.replace("<slug>", slug(0))
        for name, example in (self._examples | self._instead.get(rule.endpoint, {})).items():
            path = path.replace(f"<int:{name}>", example).replace(f"<{name}>", example)
        return None if "<" in path else path + ASKED.get(rule.endpoint, "")

    def _client(self, who: str | None) -> FlaskClient:
        if (who or "") not in self._clients:
            client = self._app.test_client()
            if who is not None:
                token = _TOKEN.search(client.get("/sign-in").get_data(as_text=True))
                told = {"csrf_token": token[1] if token else "", "email": email_of(who), "password": PASSWORD}
                client.post("/sign-in", data=told)
            self._clients[who or ""] = client
        return self._clients[who or ""]

    def _one_more(self, *_: object) -> None:
        self._count += 1
