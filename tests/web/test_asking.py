"""How often each page asks the database: at most twelve times, and not more often because a list is longer."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from tests import builders
from tests.builders import PASSWORD
from tests.community import lay
from tests.web.test_every_page import INSIDE, pages
from timebank.care import terms
from timebank.exchanges import concerns
from timebank.policy import Permission, Role, may
from timebank.web.access import EVERYONE, SIGNED_IN

MOST = 12
NOT_ASKED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextmanager
def asked(connection):
    """The statements that are sent to the database meanwhile."""
    statements = []

    def one_more(_connection, _cursor, statement, *_):
        if not statement.startswith(NOT_ASKED):
            statements.append(statement)

    event.listen(connection, "before_cursor_execute", one_more)
    yield statements
    event.remove(connection, "before_cursor_execute", one_more)


@pytest.fixture
def busy(session):
    """The community with long lists: more members, offers, requests and exchanges than fit a page."""
    community = lay(session)
    ana, jess = community.people["member"], community.people["coordinator"]
    others = [builders.a_member(session, ana.timebank, f"Neighbour {number}") for number in range(8)]
    for number in range(32):
        other = others[number % len(others)]
        builders.a_listing(session, ana if number % 4 == 0 else other, f"Help of kind {number}")
        builders.a_recorded_exchange(session, other, ana)
        builders.a_proposed_exchange(session, ana, other)
        builders.an_approved_exchange(session, ana, other, approved_by=jess, hours="0:10")
    for other in others:
        builders.a_confirmed_exchange(session, other, ana)
    _looked_after(session, community, others)
    return community


def _looked_after(session, community, others):
    """What coordinators look after is long too; and somebody is a member and a coordinator at once."""
    ana, jess, now = community.people["member"], community.people["coordinator"], datetime.now(UTC)
    both = builders.a_person(session, ana.timebank, "Bo Both", Role.MEMBER, Role.COORDINATOR, password=PASSWORD)
    agreed = terms.current(session, ana.timebank)
    terms.agree(session, both, agreed.id, at=builders.NOON)
    community.people["both"] = both
    for number, other in enumerate(others):
        builders.a_proposed_exchange(session, other, both)
        builders.a_listing(session, both, f"Kindness {number}")
        builders.an_application(session, ana.timebank, email=f"new{number}@example.org", terms_id=agreed.id)
        concerns.about_member(session, other.id, "They came late.", by=ana, at=builders.NOON)
        builders.vetted(session, other, by=jess)
        builders.a_supporter(session, both, other, last_day=now.date() + timedelta(days=30), at=now)
        builders.something_to_tell_by_phone(session, other)


@pytest.mark.parametrize("who", [*INSIDE, "both", None])
def test_a_page_asks_at_most_twelve_times_however_long_its_list(app, busy, visit, as_, session, who):
    session.commit()
    visitor = as_(busy.people[who]) if who else visit
    roles = busy.people[who].roles if who else frozenset()
    often = {}
    for rule, whom in pages(app, "GET"):
        if whom == EVERYONE or (who and (whom == SIGNED_IN or may(roles, Permission(whom)))):
            path = busy.fill(rule.rule)
            session.expire_all()
            with asked(session.connection()) as statements:
                visitor.client.get(path)
            if len(statements) > MOST:
                often[path] = statements
    assert not often, {path: [len(told), *_doubled(told)] for path, told in often.items()}


def _doubled(statements):
    """What was asked more than once, the beginning of each."""
    return sorted({one[:160] for one in statements if statements.count(one) > 1})
