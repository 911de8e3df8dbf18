"""The bare address: a visitor is led to signing in and to joining, a member to their timebank."""

from tests.builders import a_timebank
from timebank.members.models import MembershipStatus


def test_a_visitor_is_welcomed_to_the_one_timebank_and_never_learns_that_there_could_be_more(visit, session, timebank):
    session.commit()
    page = visit.get("/")

    assert page.h1 == "|Welcome to Riverside Timebank"
    html = page.response.get_data(as_text=True)
    assert 'href="/riverside/join"' in html
    assert 'href="/sign-in"' in html
    assert "Find a timebank" not in page.words


def test_where_there_are_several_a_visitor_finds_theirs_by_name_a_page_at_a_time(visit, session, timebank):
    for number in range(20):
        a_timebank(session, f"hill-{number}", f"Hill {number:02}")
    session.commit()

    page = visit.get("/")
    assert "Find a timebank near you Hill 00 Hill 01" in page.words
    assert "Riverside" not in page.words
    assert "Riverside Timebank" in visit.get("/?page=2").words
    assert "There are not so many pages." in visit.get("/?page=9").words


def test_where_there_is_none_that_is_told(visit, session):
    session.commit()
    assert "There is no timebank here yet." in visit.get("/").words


def test_who_is_away_is_led_to_their_timebank_too(as_, session, timebank, ana):
    ana.status = MembershipStatus.PAUSED

    assert as_(ana).client.get("/").location == "/riverside/"
