"""How often the pages of the coordinator's desk ask the database, with more than sixty of everything."""

from datetime import timedelta

import pytest
import time_machine

from tests import builders
from tests.builders import NOON, a_listing, a_member, a_recorded_exchange
from tests.care.test_today import an_application, vetted
from tests.web.test_asking import MOST, asked
from timebank.listings.models import ListingKind
from timebank.members.page import Profile

MANY = 61
PAGES = (
    "today",
    "today/all?of=confirm",
    "today/all?of=quiet",
    "today/all?of=offers",
    "today/all?of=unusual",
    "people",
    "people?q=neighbour&sort=name&page=2&still=30&beyond=5&terms=y",
    "people/letter?everyone=y",
    "people/people.csv?everyone=y",
    "sheets",
    "sheets/members?phones=all",
    "sheets/paper?lines=20&everyone=y",
    "log/together",
)


@pytest.fixture
def busy(session, timebank, ana, jess):
    """More than sixty members, and as many applications, exchanges, listings and things to be looked at anew."""
    for number in range(MANY):
        other = a_member(session, timebank, f"Neighbour {number}", email="" if number % 2 else None)
        session.add(Profile(membership_id=other.id, district="Old Town"))
        an_application(session, timebank, f"Newcomer {number}")
        a_recorded_exchange(session, ana, other)
        a_recorded_exchange(session, other, ana, hours="10:30")
        builders.a_confirmed_exchange(session, other, ana)
        a_listing(session, other, f"Help {number}", kind=ListingKind.OFFER if number % 2 else ListingKind.REQUEST)
        vetted(session, other, expires_on=(NOON + timedelta(days=25)).date())
    session.flush()
    return jess


def test_every_page_of_the_desk_asks_at_most_twelve_times(as_, session, busy):
    often = {}
    for days in (20, 70):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            visitor = as_(busy)
            for path in PAGES:
                session.expire_all()
                with asked(session.connection()) as statements:
                    answer = visitor.client.get(f"/riverside/{path}")
                assert answer.status_code == 200, path
                often[f"{path} after {days} days"] = len(statements)
    assert {path: count for path, count in often.items() if count > MOST} == {}
    assert often["today after 20 days"] <= 10, often
