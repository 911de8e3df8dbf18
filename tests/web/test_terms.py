"""The terms in the browser: read by everyone, asked at the door, published with a question, signed on paper."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from tests.builders import (
    NOON,
    a_funder,
    a_member,
    a_supporter,
    a_timebank,
    an_administrator,
    published_terms,
)
from timebank.care import terms
from timebank.care.models import Terms, TermsAccepted
from timebank.listings.models import Listing
from timebank.web.access import ACTING_FOR

TERMS = "/riverside/terms"
AGREE = f"{TERMS}/agree"


@pytest.fixture
def ada(session, timebank):
    return an_administrator(session, timebank)


def accepted(session):
    session.expire_all()
    return [(one.membership_id, one.by_id) for one in session.scalars(select(TermsAccepted).order_by(TermsAccepted.id))]


def form_of(page):
    return next(form for form in page.forms if form["action"] == AGREE)["fields"]


def test_everyone_reads_the_terms_and_the_versions_before(visit, session, timebank, ada):
    published_terms(session, ada, "# Kindness\n\nBe kind.\n\n- to others\n- to yourself")
    published_terms(session, ada, "# Kindness\n\nBe kind.\n\nBe on time.")
    session.commit()
    page = visit.get(TERMS)

    assert "Version 2, of 10 June 2026." in page.words
    assert "Kindness Be kind. new Be on time." in page.words
    old = visit.get(f"{TERMS}/1")
    assert "This is an earlier version." in old.words
    assert "<li>to yourself</li>" in old.response.get_data(as_text=True)
    visit.get(f"{TERMS}/3", 404)


def test_where_there_are_none_the_page_says_so_and_nobody_is_asked(as_, visit, session, timebank, ana):
    session.commit()
    assert "has no written terms" in visit.get(TERMS).words
    assert as_(ana).get("/riverside/board").status == 200
    assert as_(ana).client.get(AGREE).location == TERMS


def test_a_member_who_has_not_agreed_is_led_there_before_anything_else_opens(as_, session, timebank, ada, ana):
    visitor = as_(ana)
    published_terms(session, ada)
    session.commit()

    for path in ("/riverside/", "/riverside/board?q=a", "/riverside/statement.csv"):
        assert visitor.client.get(path).location.startswith(AGREE), path
    assert visitor.get(TERMS).status == 200
    assert visitor.get("/riverside/join").status == 200
    assert visitor.client.get("/riverside/people").status_code == 403


def test_who_agrees_goes_on_to_where_they_wanted_to_be_and_is_asked_no_more(as_, session, timebank, ada, ana):
    visitor = as_(ana)
    published_terms(session, ada)
    session.commit()
    page = visitor.get(visitor.client.get("/riverside/board?q=a").location)
    assert "Before you come in: our terms" in page.words
    assert "Be kind." in page.words

    answer = visitor.post(AGREE, form_of(page), 302)
    assert answer.response.location == "/riverside/board?q=a"
    assert accepted(session) == [(ana.id, ana.person_id)]
    visitor.get("/riverside/board")


def test_the_new_and_the_old_version_are_there_to_read(as_, session, timebank, ada, ana):
    terms.agree(session, ana, published_terms(session, ada).id, at=NOON)
    published_terms(session, ada, "Be kind.\n\nBe on time.")
    page = as_(ana).get(AGREE)

    assert "The terms have changed" in page.words
    assert "Be kind. new Be on time." in page.words
    assert "What you agreed to before: version 1 Be kind." in page.words


def test_what_was_typed_is_not_lost(as_, session, timebank, ada, ana):
    visitor = as_(ana)
    published_terms(session, ada)
    session.commit()
    page = visitor.post("/riverside/board/new", {"title": "Bread & <b>butter</b>"}, 403, from_="/riverside/join")
    assert "We keep what you wrote." in page.words

    page = visitor.post(AGREE, form_of(page), 200)
    assert "We kept what you wrote" in page.words
    told = next(form for form in page.forms if form["action"] == "/riverside/board/new")["fields"]
    assert told["title"] == "Bread & <b>butter</b>"
    shown = visitor.client.post("/riverside/board/new", data=told)
    assert "Bread &amp; &lt;b&gt;butter&lt;/b&gt;" in shown.get_data(as_text=True)
    assert session.scalars(select(Listing)).all() == []


def test_not_now_is_signing_out(as_, session, timebank, ada, ana):
    visitor = as_(ana)
    published_terms(session, ada)
    session.commit()
    page = visitor.get(AGREE)

    assert "Not now?" in page.words
    visitor.post("/sign-out", {}, 302, from_=AGREE)
    assert visitor.client.get(AGREE).location.startswith("/sign-in")
    assert accepted(session) == []


def test_a_version_that_was_replaced_meanwhile_is_not_agreed_to(as_, session, timebank, ada, ana):
    visitor = as_(ana)
    published_terms(session, ada)
    session.commit()
    told = form_of(visitor.get(AGREE))
    published_terms(session, ada, "Be kinder.")
    session.commit()

    page = visitor.post(AGREE, told, 409)
    assert "The terms have changed in the meantime." in page.words
    assert "Be kinder." in page.words
    assert accepted(session) == []


@pytest.mark.parametrize("wrong", [{"terms": "x"}, {"terms": ""}, {"terms": "9" * 30}, {"csrf_token": "old"}])
def test_nonsense_agrees_to_nothing(as_, session, timebank, ada, ana, wrong):
    visitor = as_(ana)
    published_terms(session, ada)
    session.commit()

    assert visitor.post(AGREE, {**form_of(visitor.get(AGREE)), **wrong}).status in (409, 422)
    assert accepted(session) == []


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(as_, session, timebank, ada, ana, wanted):
    visitor = as_(ana)
    published_terms(session, ada)
    session.commit()
    told = form_of(visitor.get(f"{AGREE}?wanted={wanted}"))

    assert visitor.post(AGREE, {**told, "wanted": wanted}, 302).response.location == "/riverside/"


def test_only_members_of_this_timebank_are_asked(as_, session, timebank, ada, jess):
    funder = a_funder(session, timebank)
    sol = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol Spruce")
    published_terms(session, ada)
    session.commit()

    assert as_(jess).get("/riverside/").status == 200
    assert as_(funder).get("/riverside/reports/").status == 200
    assert as_(sol).get("/hillside/").status == 200


def test_the_door_asks_the_database_no_more_often_where_there_are_terms(app, as_, session, timebank, ada, ana):
    def asked():
        seen = []
        connection = session.connection()
        count = lambda *told: seen.append(told[2])  # noqa: E731
        event.listen(connection, "before_cursor_execute", count)
        assert visitor.client.get(TERMS + "/agree").status_code == 302
        event.remove(connection, "before_cursor_execute", count)
        return len([one for one in seen if "FROM" in one])

    visitor = as_(ana)
    before = asked()
    terms.agree(session, ana, published_terms(session, ada).id, at=NOON)
    session.commit()
    assert asked() == before


def test_an_administrator_is_asked_before_the_terms_are_published(as_, session, timebank, ada, ana, ben):
    visitor = as_(ada)
    text = "Be kind.\n\nBe on time."
    page = visitor.post(f"{TERMS}/edit", {"text": text}, 200)
    assert "Publish version 1 of the terms?" in page.words
    assert "2 members are told, and each is asked to agree before anything else opens." in page.words
    assert "Be on time." in page.words
    assert session.scalars(select(Terms)).all() == []

    visitor.post(f"{TERMS}/edit", {"text": text, "sure": "yes"}, 302)
    assert "Version 1 of the terms holds from now on." in visitor.get(TERMS).words
    page = visitor.post(f"{TERMS}/edit", {"text": text}, 422)
    assert "That is how the terms read already." in page.words


@pytest.mark.parametrize(("text", "said"), [(" \n", "Write the terms"), ("x" * 20_001, "Use at most 20000 letters.")])
def test_nothing_and_too_much_are_not_published(as_, session, timebank, ada, text, said):
    assert said in as_(ada).post(f"{TERMS}/edit", {"text": text, "sure": "yes"}, 422).words
    assert session.scalars(select(Terms)).all() == []


def test_a_double_tap_publishes_once(as_, session, timebank, ada):
    visitor = as_(ada)
    for _ in range(2):
        visitor.post(f"{TERMS}/edit", {"text": "Be kind.", "sure": "yes", "key": "one"}, 302)

    assert [one.version for one in session.scalars(select(Terms))] == [1]


def test_a_coordinator_writes_down_who_signed_on_paper_after_a_question(as_, session, timebank, ada, ana, ben, jess):
    now = published_terms(session, ada)
    visitor = as_(jess)
    place, told = f"{TERMS}/on-paper", {"terms": now.id, "ids": [ana.id]}
    assert "2 members" in visitor.get(place).words

    page = visitor.post(place, told, 200)
    assert "Ana Alder agrees to version 1." in page.words
    assert "This cannot be taken back." in page.words
    assert accepted(session) == []
    visitor.post(place, {**told, "sure": "yes"}, 302)
    assert accepted(session) == [(ana.id, jess.person_id)]
    page = visitor.get(place)
    assert "Ana Alder" not in page.words
    assert "Ben Birch" in page.words


def test_however_many_signed_the_question_asks_the_database_at_most_twelve_times(as_, session, timebank, ada, jess):
    now = published_terms(session, ada)
    ids = [a_member(session, timebank, f"Neighbour {number}").id for number in range(20)]
    asked, visitor = [], as_(jess)
    form = next(one for one in visitor.get(f"{TERMS}/on-paper").forms if "terms" in one["fields"])
    event.listen(session.connection(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    answer = visitor.client.post(f"{TERMS}/on-paper", data={**form["fields"], "terms": now.id, "ids": ids})

    assert "Neighbour 19 agrees to version 1." in answer.get_data(as_text=True)
    assert len([one for one in asked if "FROM" in one]) <= 12


def test_who_is_of_another_timebank_has_not_signed_here(as_, session, timebank, ada, ana, jess):
    now = published_terms(session, ada)
    sol = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol Spruce")
    as_(jess).post(f"{TERMS}/on-paper", {"terms": now.id, "ids": [ana.id, sol.id]}, 404)

    assert accepted(session) == []


@pytest.mark.parametrize("ids", [[], ["x"], ["9" * 30], ["0"]])
def test_ticks_that_are_none_write_down_nothing(as_, session, timebank, ada, ana, jess, ids):
    now = published_terms(session, ada)
    page = as_(jess).post(f"{TERMS}/on-paper", {"terms": now.id, "ids": ids, "sure": "yes"})

    assert page.status in (404, 422)
    assert accepted(session) == []


def test_who_may_not_opens_neither(as_, session, timebank, ana, jess):
    as_(ana).get(f"{TERMS}/edit", 403)
    as_(ana).get(f"{TERMS}/on-paper", 403)
    as_(jess).get(f"{TERMS}/edit", 403)


def test_a_supporter_is_asked_for_themselves_and_not_for_whom_they_act(as_, session, timebank, ada, ana, ben):
    now = datetime.now(UTC)
    a_supporter(session, ana, ben, last_day=(now + timedelta(days=30)).date(), at=now)
    published_terms(session, ada)
    visitor = as_(ben)
    with visitor.client.session_transaction() as cookie:
        cookie[ACTING_FOR] = ana.id
    page = visitor.get(visitor.client.get("/riverside/").location)
    assert "This is about yourself, Ben Birch, and not about Ana Alder." in page.words
    told = form_of(page)

    visitor.post(AGREE, told, 302)
    assert accepted(session) == [(ben.id, ben.person_id)]
    assert "Ana Alder" in visitor.get("/riverside/").words


def test_before_they_are_published_the_terms_are_seen_as_they_will_be_read(as_, session, ada):
    published_terms(session, ada, "# Kindness\n\nBe kind.")
    page = as_(ada).post(f"{TERMS}/edit", {"text": "# Kindness\n\nBe kind.\n\n- Be on time."}, 200)

    assert "This is how it will be read: Kindness Be kind. new Be on time." in page.words
