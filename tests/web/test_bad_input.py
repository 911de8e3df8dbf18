"""Whatever is typed into whichever form: a clear answer, never an error of ours, and nothing of what was refused."""

from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from tests.community import lay
from timebank.policy import Permission, may
from timebank.schema import metadata
from timebank.web.access import EVERYONE, SIGNED_IN

BAD = (
    "",
    "x" * 10_000,
    "3000000000",
    "-1",
    "9999-02-31",
    "\u202e🥕 Ελληνικά עברית ²\u200b\uffff",
    "<b>=1+1\r\nBcc: x@example.org",
)
PASSING = {"sign_in_attempt", "password_link"}
"""What may stay of a try that was refused: that there was one."""


class Forms(HTMLParser):
    """The forms of a page that are sent: where to, and every name in them with its first value."""

    def __init__(self, words):
        super().__init__()
        self.found, self._fields, self._choice = [], None, None
        self.feed(words)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self._fields = {} if told.get("method", "get").lower() == "post" else None
            if self._fields is not None:
                self.found.append((told.get("action"), self._fields))
        if self._fields is None:
            return
        if tag in ("input", "textarea", "button", "select") and told.get("name") and told.get("type") != "file":
            self._fields.setdefault(told["name"], told.get("value") or "")
            self._choice = told["name"] if tag == "select" else None
        if tag == "option" and self._choice:
            self._fields[self._choice] = self._fields[self._choice] or told.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._fields = None


@pytest.fixture
def engine(sqlite_engine):
    """One of the two databases is enough for what is refused before it is asked."""
    return sqlite_engine


def forms_of(app, community, visitor, who):
    """Every form on every page that opens to them."""
    found = {}
    for rule in app.url_map.iter_rules():
        whom = getattr(app.view_functions[rule.endpoint], "opens_for", None)
        if "GET" not in rule.methods or whom is None:
            continue
        if whom in (EVERYONE, SIGNED_IN) or may(community.people[who].roles, Permission(whom)):
            path = community.fill(rule.rule)
            answer = visitor.client.get(path)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                for action, fields in Forms(answer.get_data(as_text=True)).found:
                    found.setdefault((action or path, frozenset(fields)), fields)
    return {where: fields for where, fields in found.items() if where[0] != "/sign-out"}


def everything(session):
    session.expire_all()
    tables = [table for table in metadata().sorted_tables if table.name not in PASSING]
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}


@pytest.mark.parametrize(
    ("who", "at_least"),
    [("member", 20), ("coordinator", 55), ("administrator", 20), ("safeguarding", 4), ("funder", 1)],
)
def test_nothing_that_is_typed_is_an_error_and_what_is_refused_leaves_nothing(app, session, as_, who, at_least):
    community = lay(session)
    visitor = as_(community.people[who])
    forms = forms_of(app, community, visitor, who)
    before, connection = everything(session), session.connection()
    written = connection.connection.dbapi_connection
    assert len(forms) >= at_least
    for (where, _names), fields in forms.items():
        for bad in BAD:
            told = dict.fromkeys(fields, bad) | {"csrf_token": fields["csrf_token"]}
            nested, changes = connection.begin_nested(), written.total_changes
            answer = visitor.client.post(where, data=told)
            assert answer.status_code < 500, f"{where} {bad[:20]!r}"
            if answer.status_code >= 400 and written.total_changes != changes:
                assert everything(session) == before, f"{where} {bad[:20]!r}: {answer.status_code}"
            nested.rollback()
            session.expire_all()
