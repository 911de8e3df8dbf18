"""The pages of thanks."""

import pytest
from sqlalchemy import select

from tests import builders
from tests.builders import NOON
from timebank.exchanges import thanking
from timebank.exchanges.models import Thanks
from timebank.exchanges.thanking import Said

HERE = "/riverside"


@pytest.fixture
def exchange(session, ana, ben):
    """Ana has logged that she helped Ben."""
    return builders.a_recorded_exchange(session, ana, ben)


def test_who_has_said_nothing_yet_can_say_it_later_and_once(session, as_, exchange, ana, ben):
    visit, path = as_(ben), f"{HERE}/exchanges/{exchange.id}/thanks"
    assert "Say thank you" in visit.get(f"{HERE}/exchanges/{exchange.id}").words
    assert visit.get(path).h1 == "|Say thank you to Ana Alder"
    visit.post(path, {"word": " "}, 422)

    page = visit.get(visit.post(path, {"word": "Lovely.", "satisfaction": "4"}).response.location)
    assert "Kind words travel far." in page.words
    visit.post(path, {"word": "Again"}, 409)
    assert session.scalars(select(Thanks.word)).all() == ["Lovely."]


def test_someone_else_says_nothing(session, timebank, as_, exchange, jess):
    as_(jess).get(f"{HERE}/exchanges/{exchange.id}/thanks", 403)
    as_(builders.a_member(session, timebank, "Cleo Cedar")).get(f"{HERE}/exchanges/{exchange.id}/thanks", 404)


def test_nothing_is_said_before_it_has_happened(session, as_, ana, ben):
    proposed = builders.a_proposed_exchange(session, ana, ben)

    as_(ana).get(f"{HERE}/exchanges/{proposed.id}/thanks", 409)


def test_a_member_reads_the_thanks_they_got(session, as_, exchange, ana, ben):
    visit = as_(ana)
    assert "Nobody has left a word yet." in visit.get(f"{HERE}/thanks").words
    thanking.thank(session, exchange.id, Said(word="You are <i>kind</i>."), by=ben, at=NOON)
    session.commit()

    words = visit.get(f"{HERE}/thanks").words
    assert "You are <i>kind</i>." in words
    assert "Ben Birch, on 10 June 2026, for: An hour in the garden" in words


def test_coordinators_read_what_may_be_quoted_without_names(session, timebank, as_, exchange, ana, ben, jess):
    timebank.disclosure_threshold = 2
    thanking.thank(session, exchange.id, Said(word="Quote me.", may_quote=True, satisfaction=5), by=ben, at=NOON)
    visit, path = as_(jess), f"{HERE}/what-people-say"
    page = visit.get(path)
    assert "Quote me." in page.words
    assert "Ben" not in page.words
    assert "shown as soon as so many have answered" in page.words

    thanking.thank(session, exchange.id, Said(word="Not me.", satisfaction=5), by=ana, at=NOON)
    session.commit()
    words = visit.get(path).words
    assert "Wonderful 2" in words
    assert "Not me." not in words
    as_(ana).get(path, 403)
