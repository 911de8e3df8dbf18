"""The pages of whom a member has blocked."""

from tests import builders
from tests.builders import NOON
from timebank.exchanges import blocking
from timebank.members.models import MembershipStatus

HERE = "/riverside/blocked"


def test_a_member_is_asked_first_and_can_unblock(session, as_, ana, ben):
    visit = as_(ana)
    assert "You have blocked nobody." in visit.get(HERE).words
    page = visit.get(f"{HERE}/{ben.id}")
    assert page.h1 == "|Block Ben Birch?"
    assert "and is not told" in page.words

    page = visit.get(visit.post(f"{HERE}/{ben.id}").response.location)
    assert "Ben Birch cannot ask or write to you any more" in page.words
    assert blocking.blocked_ids(session, ana) == {ben.id}
    page = visit.get(visit.post(f"{HERE}/{ben.id}/end", from_=HERE).response.location)
    assert "Ben Birch can ask and write to you again." in page.words
    assert blocking.blocked_ids(session, ana) == set()


def test_who_is_blocked_meets_a_neutral_sentence_and_loses_nothing(session, as_, ana, ben):
    listing, exchange = builders.a_listing(session, ana), builders.a_proposed_exchange(session, ana, ben)
    blocking.block(session, ben.id, by=ana, at=NOON)
    visit, away = as_(ben), "Ana Alder does not give or receive hours here at the moment."

    page = visit.post(f"/riverside/board/{listing.id}/propose", {"word": "Keep my words"}, 422)
    assert away in page.words
    assert "Keep my words" in page.words
    path = f"/riverside/exchanges/{exchange.id}"
    page = visit.post(f"{path}/say", {"text": "Keep these too"}, 422, from_=path)
    assert away in page.words
    assert "Keep these too" in page.words
    assert "Ana Alder" not in visit.get("/riverside/log").words
    assert "blocked" not in visit.get(path).words.lower()


def test_who_blocked_is_told_why_they_cannot_write(session, as_, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben)
    blocking.block(session, ben.id, by=ana, at=NOON)
    path = f"/riverside/exchanges/{exchange.id}"

    assert "You have blocked Ben Birch." in as_(ana).post(f"{path}/say", {"text": "Hi"}, 422, from_=path).words


def test_nobody_blocks_themselves_or_someone_elsewhere(session, as_, ana):
    hal = builders.a_member(session, builders.a_timebank(session, "hillside", "Hillside"), "Hal Hazel")
    visit = as_(ana)

    visit.get(f"{HERE}/{ana.id}", 422)
    visit.get(f"{HERE}/{hal.id}", 404)
    visit.post(f"{HERE}/{hal.id}/end", status=404, from_=HERE)


def test_an_old_page_changes_nothing(session, as_, ana, ben):
    visit = as_(ana)
    visit.post(f"{HERE}/{ben.id}", token=False, status=422)
    assert blocking.blocked_ids(session, ana) == set()
    visit.post(f"{HERE}/{ben.id}", status=302)
    page = visit.get(visit.post(f"{HERE}/{ben.id}/end", token=False).response.location)
    assert "You were away for a while." in page.words
    assert blocking.blocked_ids(session, ana) == {ben.id}


def test_who_is_none_of_ones_business_is_not_found_by_their_number(session, timebank, as_, ana, ben):
    away, fay = builders.a_member(session, timebank, "Wil Willow"), builders.a_funder(session, timebank)
    builders.a_proposed_exchange(session, ben, ana)
    away.status = ben.status = MembershipStatus.SUSPENDED
    visit = as_(ana)

    for one in (away, fay):
        for path in (f"{HERE}/{one.id}", f"/riverside/concerns/about-member/{one.id}"):
            assert one.name not in visit.get(path, 404).words
    assert "Block Ben Birch?" in visit.get(f"{HERE}/{ben.id}").words
