"""The pages about letters: how one is told, what is told by phone, what could not be sent, and the link that stops."""

import re

import pytest
from sqlalchemy import select

from tests import builders
from timebank.members.choices import Pace
from timebank.members.models import Membership
from timebank.notices import claims, outbox, wishes
from timebank.notices.models import LetterStop, Notice, NoticeKind, NoticeState
from timebank.web.forms.letters import kinds_for
from timebank.web.stopping import Stop, opened, sealed

NOON = builders.NOON


def tell(session, to, key="one", kind=NoticeKind.PROPOSAL, **more):
    told = {"exchange_id": 1, "other": "Ben Birch", "title": "Bread & <b>butter</b>", "word": "", **more}
    outbox.tell(session, kind, to, key=key, at=NOON, **told)
    claims.claim(session, at=NOON)
    return session.scalars(select(Notice).order_by(Notice.id.desc())).first()


def given_up(session, to, key="one"):
    notice = tell(session, to, key)
    notice.state, notice.last_error = NoticeState.GIVEN_UP, "550 no such <mailbox>"
    return notice


def stops(session):
    session.expire_all()
    return {(stop.membership_id, stop.kind) for stop in session.scalars(select(LetterStop))}


def pace_of(session, membership_id):
    session.expire_all()
    return session.get_one(Membership, membership_id).pace


def test_a_member_chooses_how_often_and_which_letters(as_, session, ana):
    visitor = as_(ana)
    page = visitor.get("/riverside/letters")
    assert "Your letters go to ana@example.org." in page.words
    assert "Someone would like to join" not in page.words
    kinds = [kind.value for kind in kinds_for(ana) if kind != NoticeKind.MATCH]
    answer = visitor.post("/riverside/letters", {"pace": "weekly", "kinds": kinds})

    assert answer.response.location == "/riverside/letters"
    assert "That is how you are told from now on." in visitor.get("/riverside/letters").words
    assert (pace_of(session, ana.id), stops(session)) == (Pace.WEEKLY, {(ana.id, NoticeKind.MATCH)})


def test_what_was_chosen_stands_on_the_page(as_, session, ana):
    ana.pace = Pace.BY_PHONE
    wishes.stop(session, ana.id, NoticeKind.MATCH)
    source = as_(ana).get("/riverside/letters").response.get_data(as_text=True)
    ticked = re.findall(r'<input[^>]*name="(pace|kinds)"[^>]*value="([^"]*)"[^>]*\schecked', source)

    assert ("pace", "by phone") in ticked
    assert ("kinds", "proposal") in ticked
    assert ("kinds", "match") not in ticked


@pytest.mark.parametrize(
    "told",
    [
        {"pace": ""},
        {},
        {"pace": "hourly"},
        {"pace": "x" * 10_000},
        {"pace": "daily", "kinds": ["nonsense", "🌻"]},
        {"pace": "daily", "kinds": ["terms"]},
    ],
)
def test_what_is_no_choice_is_said_and_nothing_is_kept(as_, session, ana, told):
    page = as_(ana).post("/riverside/letters", told, 422)

    assert "Nearly there." in page.words
    assert (pace_of(session, ana.id), stops(session)) == (Pace.AT_ONCE, set())


def test_a_coordinator_who_is_no_member_chooses_too_and_is_asked_about_applications(as_, session, jess):
    visitor = as_(jess)
    assert "Someone would like to join" in visitor.get("/riverside/letters").words
    visitor.post("/riverside/letters", {"pace": "daily"})

    assert pace_of(session, jess.id) == Pace.DAILY
    assert (jess.id, NoticeKind.APPLICATION) in stops(session)


def test_a_coordinator_sets_it_for_a_member_who_asked(as_, session, ana, jess):
    ana.person.email = None
    visitor, place = as_(jess), f"/riverside/people/{ana.id}/letters"
    assert "We have no e-mail of Ana Alder." in visitor.get(place).words
    visitor.post(place, {"pace": "by phone", "kinds": ["proposal"]})

    assert "That is how Ana Alder is told from now on." in visitor.get(place).words
    assert pace_of(session, ana.id) == Pace.BY_PHONE


def test_a_coordinator_sees_whom_to_call_with_number_and_words(as_, session, ana, jess):
    ana.pace, ana.person.phone = Pace.BY_PHONE, "01632 960 007"
    notice = tell(session, ana)
    visitor = as_(jess)
    page = visitor.get("/riverside/letters/by-phone")

    assert "One thing to tell, to someone who gets no letters." in page.words
    assert "Ben Birch would like to share time with you: “Bread & <b>butter</b>”." in page.words
    assert 'href="tel:01632960007"' in page.response.get_data(as_text=True)
    visitor.post(f"/riverside/letters/by-phone/{notice.id}", from_="/riverside/letters/by-phone")
    page = visitor.get("/riverside/letters/by-phone")
    assert "Thank you for telling Ana Alder." in page.words
    assert "There is nobody to call." in page.words
    again = visitor.post(f"/riverside/letters/by-phone/{notice.id}", from_="/riverside/letters/by-phone", status=409)
    assert "This is no longer for you to tell" in again.words


def test_who_is_told_by_phone_without_a_number_is_listed_too(as_, session, ana, jess):
    ana.person.email = None
    tell(session, ana)

    assert "No number known" in as_(jess).get("/riverside/letters/by-phone").words


def test_letters_that_could_not_be_sent_are_shown_and_tried_again(as_, session, ana, ben, jess):
    notice = given_up(session, ana)
    given_up(session, ben, "two")
    visitor = as_(jess)
    page = visitor.get("/riverside/letters/sending")

    assert "2 letters could not be sent." in page.words
    assert "550 no such <mailbox>" in page.words
    assert "ana@example.org" in page.words
    visitor.post(f"/riverside/letters/sending/{notice.id}", from_="/riverside/letters/sending")
    page = visitor.get("/riverside/letters/sending")
    assert "One letter could not be sent." in page.words
    assert "One letter waits to be sent." in page.words
    visitor.post("/riverside/letters/sending")
    page = visitor.get("/riverside/letters/sending")
    assert "One letter is on its way again." in page.words
    assert "Nothing was given up." in page.words


def test_while_a_mail_server_is_down_a_coordinator_reads_why_letters_wait(as_, session, ana, jess):
    notice = tell(session, ana)
    claims.unreachable(session, [notice.id], "Connection refused", at=NOON)
    page = as_(jess).get("/riverside/letters/sending")

    assert "One letter was tried and waits for the next try, since 10 June 2026." in page.words
    assert "The mail server said: Connection refused" in page.words


def test_what_waits_in_another_timebank_is_nobodys_here(as_, session, ana, jess):
    elsewhere = builders.a_member(session, builders.a_timebank(session, "hillside"), "Sol Spruce")
    elsewhere.pace = Pace.BY_PHONE
    notice = tell(session, elsewhere)
    visitor = as_(jess)

    assert "There is nobody to call." in visitor.get("/riverside/letters/by-phone").words
    for place in ("by-phone", "sending"):
        visitor.post(f"/riverside/letters/{place}/{notice.id}", from_=f"/riverside/letters/{place}", status=404)
    visitor.get(f"/riverside/people/{elsewhere.id}/letters", 404)


@pytest.fixture
def link(app, session, ana):
    """A function that makes the link that stands in Ana's letters of a kind."""
    session.commit()

    def made(kind):
        with app.test_request_context():
            return f"/letters/stop/{sealed(Stop(ana.id, kind))}"

    return made


def test_the_link_asks_first_and_then_stops_letters_of_that_kind_alone(visit, session, ana, link):
    page = visit.get(link(NoticeKind.MATCH))
    assert "No more of these letters?" in page.words
    assert "Offers and requests that fit yours" in page.words
    assert "Ana" not in page.words
    assert stops(session) == set()

    page = visit.post(link(NoticeKind.MATCH), status=200)
    assert "You get no more of these letters" in page.words
    assert stops(session) == {(ana.id, NoticeKind.MATCH)}
    page = visit.post(link(NoticeKind.MATCH), {"again": "1"}, 200)
    assert "You get them again" in page.words
    assert stops(session) == set()


def test_a_mail_program_stops_them_with_one_click_without_a_session_or_a_token(visit, session, ana, link):
    for _ in range(2):
        told = {"List-Unsubscribe": "One-Click"}
        answer = visit.client.post(link(NoticeKind.THANKS), data=told, headers={"Origin": "null"})
        assert answer.status_code == 200

    assert stops(session) == {(ana.id, NoticeKind.THANKS)}


def test_the_link_of_a_digest_stops_all_letters(visit, session, ana, link):
    ana.pace = Pace.DAILY
    visit.post(link(None), status=200)
    assert pace_of(session, ana.id) == Pace.NEVER

    page = visit.post(link(None), {"again": "1"}, 200)
    assert "on Mondays" in page.words
    assert pace_of(session, ana.id) == Pace.WEEKLY


def test_a_link_that_was_changed_by_one_sign_opens_nothing(app, visit, session, link):
    whole = link(NoticeKind.MATCH)
    for place in range(len("/letters/stop/"), len(whole)):
        changed = whole[:place] + ("A" if whole[place] != "A" else "B") + whole[place + 1 :]
        with app.test_request_context():
            assert opened(changed.rpartition("/")[2]) is None
    page = visit.get(whole[:-4], 404)
    assert "This link is not whole." in page.words
    assert stops(session) == set()


@pytest.mark.parametrize("secret", ["", "x", "é", "=" * 64, "A" * 64, "A" * 10_000, "🌻", "%00"])
def test_nonsense_opens_nothing(app, secret):
    with app.test_request_context():
        assert opened(secret) is None


def test_a_link_tells_nothing_of_whose_it_is_or_of_what_kind(app, ana):
    with app.test_request_context():
        links = [sealed(Stop(number, kind)) for number in (1, 2, 2**31 - 1) for kind in (*NoticeKind, None)]
        assert [opened(one) for one in links] == [
            Stop(number, kind) for number in (1, 2, 2**31 - 1) for kind in (*NoticeKind, None)
        ]
    assert len({len(one) for one in links}) == 1
    assert len({one[:8] for one in links}) == len({one[-8:] for one in links}) == len(links)
