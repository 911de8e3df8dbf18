"""The pages of a member's exchanges."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import func, select

from tests import builders
from tests.builders import NOON
from timebank.exchanges import conversation, steps
from timebank.exchanges.models import Exchange
from timebank.exchanges.taking import as_told
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.ledger.balances import balance
from timebank.listings.models import ListingKind
from timebank.members.choices import Approval
from timebank.policy import Role

HERE = "/riverside"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(datetime(2026, 6, 10, 12, 0, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def told(session, timebank, ana, ben):
    """What Ana writes when she logs an hour and a half for Ben."""
    return {
        "key": "one-form",
        "side": "gave",
        "other": str(ben.id),
        "title": "A lift to the eye clinic",
        "served_on": "today",
        "hours-hours": "1",
        "hours-minutes": "30",
        "category": str(builders.a_category(session, timebank).id),
        "note": "It rained",
    }


def exchanges(session):
    session.expire_all()
    return session.scalars(select(Exchange).order_by(Exchange.id)).all()


def how_many(session):
    return session.scalar(select(func.count()).select_from(Exchange))


def follow(visit, answer):
    return visit.get(answer.response.location)


def test_a_member_logs_time_and_is_told_what_happens_next(session, as_, ana, ben, told):
    visit = as_(ana)
    page = visit.get(f"{HERE}/log")
    assert page.h1.strip("| ") == "Log time you shared"
    assert "A lift, a cuppa, an hour in the garden." in page.words
    assert "Log for someone else" not in page.words

    page = follow(visit, visit.post(f"{HERE}/log", told))

    assert "Thank you. Ben Birch is asked whether it is right" in page.words
    assert "On 10 June 2026 Ana Alder logged 1 hour 30 minutes." in page.words
    (exchange,) = exchanges(session)
    assert (exchange.provider_id, exchange.receiver_id, exchange.minutes) == (ana.id, ben.id, 90)
    assert (exchange.state, exchange.title, exchange.note) == (State.RECORDED, told["title"], "It rained")


def test_who_received_logs_it_too(session, as_, ana, ben, told):
    as_(ana).post(f"{HERE}/log", told | {"side": "received"})

    (exchange,) = exchanges(session)
    assert (exchange.provider_id, exchange.receiver_id, exchange.told_by_id) == (ben.id, ana.id, ana.id)


def test_five_things_need_attention_and_nothing_typed_is_lost(session, as_, ana, told):
    wrong = {"side": "gave", "note": "Do not lose me", "served_on": "other", "hours-minutes": ""}
    wrong |= {"served_on-day": "24", "served_on-month": "12", "served_on-year": "2026"}

    page = as_(ana).post(f"{HERE}/log", wrong, 422)

    assert "Nearly there. 5 things need your attention" in page.words
    sentences = [
        "Choose who the exchange was with",
        "Say what you did, in a few words",
        "The day has not come yet",
        "Say how long it took, for example 1 hour 30 minutes",
        "Choose the kind of help",
    ]
    places = [page.words.index(sentence) for sentence in sentences]
    assert places == sorted(places)
    assert "Do not lose me" in page.words
    assert 'value="2026"' in page.response.text
    assert how_many(session) == 0


def test_times_go_in_whole_steps(session, as_, ana, told):
    page = as_(ana).post(f"{HERE}/log", told | {"hours-minutes": "33"}, 422)

    assert "Round the time to steps of 5 minutes" in page.words
    assert "One thing needs your attention" in page.words
    assert 'value="A lift to the eye clinic"' in page.response.text
    assert how_many(session) == 0


def test_an_unusually_long_time_is_asked_about_and_not_refused(session, as_, ana, told):
    visit = as_(ana)
    assert "really took that long" not in visit.get(f"{HERE}/log").words
    long = told | {"hours-hours": "10", "hours-minutes": "5"}

    page = visit.post(f"{HERE}/log", long, 422)
    assert "Did it really take 10 hours 5 minutes?" in page.words
    assert "Yes, it really took that long" in page.words
    assert how_many(session) == 0

    visit.post(f"{HERE}/log", long | {"sure": "y"}, 302)
    assert how_many(session) == 1


def test_ten_hours_are_not_yet_unusual(session, as_, ana, told):
    as_(ana).post(f"{HERE}/log", told | {"hours-hours": "10", "hours-minutes": ""}, 302)

    assert exchanges(session)[0].minutes == 600


def test_more_than_a_day_is_refused_without_asking(as_, ana, told):
    page = as_(ana).post(f"{HERE}/log", told | {"hours-hours": "25"}, 422)

    assert "at most 24 hours" in page.words
    assert "really took that long" not in page.words


def test_a_double_tap_makes_one_and_another_content_is_refused_with_a_sentence(session, as_, ana, told):
    visit = as_(ana)
    first, second = visit.post(f"{HERE}/log", told), visit.post(f"{HERE}/log", told)
    assert first.response.location == second.response.location

    page = visit.post(f"{HERE}/log", told | {"title": "Something else"}, 422)
    assert "This form was sent before with something else in it" in page.words
    assert how_many(session) == 1


def test_each_form_has_a_key_of_its_own(as_, ana, ben):
    visit = as_(ana)
    keys = {form["fields"].get("key") for _ in range(2) for form in visit.get(f"{HERE}/log").forms}

    assert len(keys - {None}) == 2


def test_nobody_logs_time_with_themselves_or_with_someone_elsewhere(session, as_, ana, told):
    elsewhere = builders.a_member(session, builders.a_timebank(session, "hillside", "Hillside"), "Hal Hazel")
    visit = as_(ana)

    for other in (ana, elsewhere):
        visit.post(f"{HERE}/log", told | {"other": str(other.id)}, 422)
    assert how_many(session) == 0


def test_two_of_one_name_are_told_apart(session, timebank, as_, ana):
    one, two = (builders.a_member(session, timebank, "Ben Birch", email=f"b{n}@example.org") for n in (1, 2))

    page = as_(ana).get(f"{HERE}/log")
    assert f"Ben Birch, no. {one.number}" in page.words
    assert f"Ben Birch, no. {two.number}" in page.words


def test_without_a_token_nothing_is_written(session, as_, ana, told):
    page = as_(ana).post(f"{HERE}/log", told, 422, token=False)

    assert "The page had grown old" in page.words
    assert how_many(session) == 0


def test_a_coordinator_who_is_no_member_is_led_to_log_for_others(session, as_, jess, ana, ben, told):
    visit = as_(jess)
    assert visit.client.get(f"{HERE}/log").location == f"{HERE}/log/for-others"
    visit.get(f"{HERE}/log/for-others")
    project = builders.a_project(session, ana.timebank)
    sent = {key: value for key, value in told.items() if key not in ("side", "other")} | {
        "provider": str(ana.id),
        "receiver": str(ben.id),
        "told_by": "receiver",
        "project": str(project.id),
        "stage": "design",
    }

    page = follow(visit, visit.post(f"{HERE}/log/for-others", sent))

    assert "On 10 June 2026 Jess Juniper logged 1 hour 30 minutes for Ben Birch." in page.words
    assert "Ana Alder is asked whether it is right" in page.words
    (exchange,) = exchanges(session)
    assert (exchange.told_by_id, exchange.project_id, exchange.stage) == (ben.id, project.id, "design")
    again = visit.post(f"{HERE}/log/for-others", sent | {"key": "two", "receiver": str(ana.id)}, 422)
    assert "Choose two different people" in again.words


@pytest.mark.parametrize("path", ["/log/for-others", "/approvals", "/professionals/log"])
def test_a_member_may_not_log_for_others(as_, ana, path):
    as_(ana).get(f"{HERE}{path}", 403)


@pytest.mark.parametrize("path", ["/log", "/exchanges", "/log/for-others", "/approvals"])
def test_a_funder_sees_no_exchanges(session, timebank, as_, path):
    as_(builders.a_funder(session, timebank)).get(f"{HERE}{path}", 403)


def as_it_goes(session, as_, listing, ana, ben, jess):
    """Ben replies to Ana's listing, she agrees, he logs it, she confirms it, Jess approves it."""
    ben_visits, ana_visits, jess_visits = as_(ben), as_(ana), as_(jess)
    ben_visits.get(f"{HERE}/board/{listing.id}/propose")
    answer = ben_visits.post(f"{HERE}/board/{listing.id}/propose", {"key": "k", "hours-hours": "1", "note": "Friday?"})
    at = answer.response.location
    assert "Ana Alder is asked now" in ben_visits.get(at).words
    assert "I agree" in ana_visits.get(at).words
    seen = as_told(exchanges(session)[0])
    ana_visits.post(f"{at}/agree", {"seen": seen}, 302, from_=at)
    category = str(exchanges(session)[0].category_id)
    log = {"title": "A lift", "served_on": "today", "hours-hours": "1", "hours-minutes": "15", "category": category}
    ben_visits.get(f"{at}/record")
    ben_visits.post(f"{at}/record", log, 302)
    told = ana_visits.get(f"{at}/confirm").forms[-2]["fields"]
    ana_visits.post(f"{at}/confirm", told, status=302)
    number = at.rsplit("/", 1)[1]
    jess_visits.post(f"{HERE}/approvals/approve", {"ids": number}, 302, from_=f"{HERE}/approvals/{number}")


@pytest.mark.parametrize(("kind", "ana_has"), [(ListingKind.OFFER, 75), (ListingKind.REQUEST, -75)])
def test_the_hours_of_who_gave_rise_on_an_offer_and_on_a_request(session, as_, ana, ben, jess, kind, ana_has):
    as_it_goes(session, as_, builders.a_listing(session, ana, kind=kind), ana, ben, jess)

    assert balance(session, ana.account_id).minutes == ana_has
    assert balance(session, ben.account_id).minutes == -ana_has


def test_nobody_replies_to_their_own_or_to_what_is_closed(session, as_, ana, ben):
    listing = builders.a_listing(session, ana)
    assert "This is your own" in as_(ana).get(f"{HERE}/board/{listing.id}/propose", 422).words
    listing.closed_at = NOON
    as_(ben).get(f"{HERE}/board/{listing.id}/propose", 404)
    assert how_many(session) == 0


def test_a_proposal_needs_no_time_and_refuses_half_steps(session, as_, ana, ben):
    listing = builders.a_listing(session, ana)
    path, visit = f"{HERE}/board/{listing.id}/propose", as_(ben)

    visit.post(path, {"key": "a", "hours-minutes": "7", "note": "Keep me"}, 422)
    visit.post(path, {"key": "b"}, 302)
    (exchange,) = exchanges(session)
    assert (exchange.proposed_minutes, exchange.title) == (None, "A lift to the clinic")


def test_my_exchanges_are_sorted_by_whose_turn_it_is(session, as_, ana, ben, jess):
    builders.a_recorded_exchange(session, ana, ben, by=ben, title="Told by Ben")
    builders.a_recorded_exchange(session, ana, ben, title="Told by Ana")
    builders.an_approved_exchange(session, ana, ben, approved_by=jess, title="Long done")

    words = as_(ana).get(f"{HERE}/exchanges").words
    headings = ["Waiting for you", "Told by Ben", "Under way", "Told by Ana", "Done", "Long done"]
    assert re.search(".*".join(headings), words)


def test_who_has_shared_nothing_is_told_how_to_begin(as_, ana):
    assert "It begins with one hour" in as_(ana).get(f"{HERE}/exchanges").words


def test_what_is_done_goes_over_pages(session, as_, ana, ben, jess):
    for number in range(21):
        builders.an_approved_exchange(session, ana, ben, approved_by=jess, hours="0:05", title=f"Number {number}.")
    visit = as_(ana)

    first = visit.get(f"{HERE}/exchanges").words
    assert "Number 20." in first
    assert "Number 0." not in first
    assert "See all 21" in first
    second = visit.get(f"{HERE}/exchanges?group=done&page=2").words
    assert "Number 0." in second
    assert "Number 20." not in second


def test_only_the_two_and_coordinators_see_an_exchange(session, timebank, as_, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    cleo = as_(builders.a_member(session, timebank, "Cleo Cedar"))
    hal = as_(builders.a_coordinator(session, builders.a_timebank(session, "hillside", "Hillside"), "Hal Hazel"))
    path = f"{HERE}/exchanges/{exchange.id}"

    for visit in (as_(ana), as_(ben), as_(jess)):
        visit.get(path)
    cleo.get(path, 404)
    hal.get(path, 404)
    hal.get(f"/hillside/exchanges/{exchange.id}", 404)
    for step in ("confirm", "dispute", "agree", "decline", "cancel", "record"):
        cleo.post(f"{path}/{step}", {"hours-hours": "1"}, 404)
        hal.post(f"/hillside/exchanges/{exchange.id}/{step}", {"hours-hours": "1"}, 404)
    assert exchanges(session)[0].state == State.RECORDED


def test_who_is_asked_confirms(session, as_, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    path, visit = f"{HERE}/exchanges/{exchange.id}", as_(ben)
    assert "You are asked whether it is right." in visit.get(path).words
    assert "Ben Birch is asked whether it is right." in as_(ana).get(path).words
    page = visit.get(f"{path}/confirm")
    assert "Ana Alder gave you 1 hour 30 minutes on 10 June 2026: An hour in the garden" in page.words

    page = follow(visit, visit.post(f"{path}/confirm", {"seen": as_told(exchange)}))

    assert "Thank you. A coordinator approves it next" in page.words
    assert "On 10 June 2026 Ben Birch said that it is right." in page.words
    assert (exchanges(session)[0].state, exchanges(session)[0].confirmed_by_id) == (State.CONFIRMED, ben.person_id)
    visit.post(f"{path}/confirm", status=409)


@pytest.mark.parametrize("who", ["ana", "jess"])
def test_nobody_else_confirms(session, request, as_, ana, ben, who):
    visit = as_(request.getfixturevalue(who))
    exchange = builders.a_recorded_exchange(session, ana, ben)
    path = f"{HERE}/exchanges/{exchange.id}"

    visit.get(f"{path}/confirm", 403)
    visit.post(f"{path}/confirm", status=403)
    visit.post(f"{path}/dispute", {"hours-hours": "1"}, 403)
    assert exchanges(session)[0].state == State.RECORDED


def test_another_time_within_one_step_settles_at_the_lower_figure(session, as_, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    visit = as_(ben)

    told = {"hours-hours": "1", "hours-minutes": "25"}
    page = follow(visit, visit.post(f"{HERE}/exchanges/{exchange.id}/dispute", told))

    assert "the lower one counts: 1 hour 25 minutes" in page.words
    assert (exchanges(session)[0].state, exchanges(session)[0].minutes) == (State.CONFIRMED, 85)


def test_another_time_is_for_a_coordinator_to_settle(session, as_, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    visit, path = as_(ben), f"{HERE}/exchanges/{exchange.id}/dispute"

    page = visit.post(path, {"hours-minutes": "33", "note": "I looked at the clock"}, 422)
    assert "Round the time to steps of 5 minutes" in page.words
    assert "I looked at the clock" in page.words
    page = follow(visit, visit.post(path, {"hours-hours": "1", "note": "I looked at the clock"}))

    assert "A coordinator will talk to both of you" in page.words
    assert "As Ben Birch remembers it 1 hour" in page.words
    assert (exchanges(session)[0].state, exchanges(session)[0].other_minutes) == (State.DISPUTED, 60)


def test_a_proposal_is_declined_or_called_off(session, as_, ana, ben):
    one, two = (builders.a_proposed_exchange(session, ana, ben) for _ in range(2))
    ana_visits, ben_visits = as_(ana), as_(ben)

    page = follow(ana_visits, ana_visits.post(f"{HERE}/exchanges/{one.id}/decline"))
    assert "You have declined. That is fine" in page.words
    ben_visits.post(f"{HERE}/exchanges/{two.id}/decline", status=403)
    page = follow(ben_visits, ben_visits.post(f"{HERE}/exchanges/{two.id}/cancel"))
    assert "It is called off. No hours have moved." in page.words
    assert [exchange.state for exchange in exchanges(session)] == [State.DECLINED, State.CANCELLED]


def test_a_step_without_its_token_is_not_taken(session, as_, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben)

    visit = as_(ana)
    page = follow(visit, visit.post(f"{HERE}/exchanges/{exchange.id}/agree", token=False))
    assert "Press the button once more" in page.words
    assert exchanges(session)[0].state == State.PROPOSED


def test_what_was_logged_asks_before_it_is_called_off(session, as_, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    visit, path = as_(ana), f"{HERE}/exchanges/{exchange.id}"

    assert "Call it off?" in visit.get(f"{path}/cancel").words
    assert exchanges(session)[0].state == State.RECORDED
    visit.post(f"{path}/cancel", status=302)
    assert exchanges(session)[0].state == State.CANCELLED
    visit.get(f"{path}/cancel", 409)


def test_what_was_logged_is_put_right_before_it_is_confirmed(session, as_, ana, ben):
    project = builders.a_project(session, ana.timebank)
    exchange = builders.a_recorded_exchange(session, ana, ben, project_id=project.id)
    visit, path = as_(ana), f"{HERE}/exchanges/{exchange.id}"
    page = visit.get(f"{path}/record")
    (form,) = [form for form in page.forms if form["action"] == f"{path}/record"]
    assert (form["fields"]["title"], form["fields"]["hours-minutes"]) == ("An hour in the garden", "30")

    again = {"title": "Two hours", "served_on": "yesterday", "hours-hours": "2", "category": str(exchange.category_id)}
    page = follow(visit, visit.post(f"{path}/record", again))

    assert "changed the time from 1 hour 30 minutes to 2 hours" in page.words
    (exchange,) = exchanges(session)
    assert (exchange.minutes, exchange.title, exchange.project_id) == (120, "Two hours", project.id)
    as_(ben).get(f"{path}/record", 403)


def test_buttons_are_there_only_where_the_rule_lets_them_pass(session, timebank, as_, ana, ben, jess):
    exchange = builders.a_confirmed_exchange(session, ana, ben)
    path = f"{HERE}/exchanges/{exchange.id}"

    for member in (ana, ben):
        words = as_(member).get(path).words
        assert not any(label in words for label in ("Call it off", "Put it right", "Decide on this", "I agree"))
    assert "Decide on this" in as_(jess).get(path).words


def test_a_coordinator_who_is_a_party_gets_no_coordinators_buttons(session, timebank, as_, ana):
    jo = builders.a_person(session, timebank, "Jo Jasmine", Role.MEMBER, Role.COORDINATOR)
    exchange = builders.a_recorded_exchange(session, ana, jo)
    visit = as_(jo)

    assert "Log for someone else" in visit.get(f"{HERE}/log").words
    words = visit.get(f"{HERE}/exchanges/{exchange.id}").words
    assert "Say whether it is right" in words
    assert "Decide on this" not in words


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_page(session, as_, ana, ben, jess, state):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    if state in (State.APPROVED, State.REVERSED):
        steps.approve(session, exchange.id, by=jess, at=NOON)
    exchange.state = state
    visit = as_(ana)

    visit.get(f"{HERE}/exchanges/{exchange.id}")
    visit.get(f"{HERE}/exchanges")
    as_(jess).get(f"{HERE}/approvals/{exchange.id}")


def test_the_history_tells_each_step(session, as_, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, exchange.id, hours=Hours(60), by=ben, at=NOON, note="I looked")
    steps.settle(session, exchange.id, hours=Hours(75), by=jess, at=NOON)
    steps.approve(session, exchange.id, by=jess, at=NOON)
    steps.reverse(session, exchange.id, reason="Entered twice", by=jess, at=NOON)

    words = as_(ana).get(f"{HERE}/exchanges/{exchange.id}").words
    for sentence in (
        "Ben Birch remembered another time: 1 hour. “I looked”",
        "Jess Juniper settled the time at 1 hour 15 minutes.",
        "Jess Juniper approved it, and 1 hour 15 minutes went into the book.",
        "Jess Juniper took it back. “Entered twice”",
    ):
        assert sentence in words


def test_a_first_word_begins_the_conversation_with_the_proposal(session, as_, ana, ben):
    listing, visit = builders.a_listing(session, ana), as_(ben)
    told = {"key": "one-form", "hours-hours": "1", "word": "Could you take me\non Friday?"}
    path = f"{HERE}/board/{listing.id}/propose"
    first, second = (visit.post(path, told, 302).response.location for _ in range(2))
    assert first == second

    page = visit.get(first)
    assert "You, 10 June 2026, 13:00 Could you take me on Friday?" in page.words
    assert page.words.count("Could you take me") == 1
    visit.post(path, told | {"word": "x" * 2001, "key": "two"}, 422)
    assert "Ben Birch, 10 June 2026, 13:00 Could you take me" in as_(ana).get(first).words


def test_the_two_write_to_each_other_and_a_double_tap_says_it_once(session, as_, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben)
    path, visit = f"{HERE}/exchanges/{exchange.id}", as_(ana)
    assert "Only the two of you read this." in visit.get(path).words

    for _ in range(2):
        visit.post(f"{path}/say", {"key": "a", "text": "Gladly <3 ☕ مرحبا"}, 302, from_=path)
    page = visit.post(f"{path}/say", {"key": "a", "text": "Something else"}, 422, from_=path)
    assert "This form was sent before with something else in it" in page.words
    assert page.words.count("Gladly <3 ☕ مرحبا") == 1
    for text in ("", "x" * 2001, "y" * 10000):
        assert text in visit.post(f"{path}/say", {"text": text}, 422, from_=path).words


def test_the_newest_words_come_first_and_the_older_ones_on_their_own_page(session, as_, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben)
    for number in range(21):
        conversation.say(session, exchange.id, f"Word {number}.", key=str(number), by=ben, at=NOON)
    visit, path = as_(ana), f"{HERE}/exchanges/{exchange.id}"

    words = visit.get(path).words
    assert words.index("Word 1.") < words.index("Word 20.")
    assert "Word 0." not in words
    assert "What was said before" in words
    older = visit.get(f"{path}?page=2").words
    assert "Word 0." in older
    assert "What was said later" in older


def test_a_coordinator_and_others_read_nothing_and_write_nothing(session, timebank, as_, ana, ben, jess):
    exchange = builders.a_proposed_exchange(session, ana, ben, first_word="Between us.")
    path = f"{HERE}/exchanges/{exchange.id}"

    visit = as_(jess)
    page = visit.get(path)
    assert "Between us." not in page.words
    assert "What you say to each other" not in page.words
    visit.post(f"{path}/say", {"text": "Hello"}, 404, from_=path)
    as_(builders.a_member(session, timebank, "Cleo Cedar")).post(f"{path}/say", {"text": "Hello"}, 404)


def test_how_to_reach_the_other_one_is_shown_once_both_have_agreed(session, as_, ana, ben):
    ana.person.phone = "01632 960 001"
    exchange = builders.a_proposed_exchange(session, ana, ben)
    visit, path = as_(ben), f"{HERE}/exchanges/{exchange.id}"
    before = visit.get(path).words
    assert "01632 960 001" not in before
    assert "ana@example.org" not in before

    steps.agree(session, exchange.id, by=ana, at=NOON)
    session.commit()
    after = visit.get(path).words
    for told in ("How to reach Ana Alder", "01632 960 001", "ana@example.org"):
        assert told in after


def test_thanks_go_with_the_time_that_is_logged_and_once_with_a_double_tap(session, as_, ana, ben, told):
    told |= {"side": "received", "word": "A joy.", "satisfaction": "5"}
    visit = as_(ana)
    first, second = (visit.post(f"{HERE}/log", told, 302).response.location for _ in range(2))

    assert first == second
    assert "A joy." in as_(ben).get(first).words
    page = visit.post(f"{HERE}/log", told | {"key": "two", "word": "x" * 501}, 422)
    assert "Use at most 500 letters." in page.words


def test_where_no_coordinator_is_asked_the_thanks_say_so(session, timebank, as_, ana, told):
    timebank.approval = Approval.NONE
    visit = as_(ana)

    page = follow(visit, visit.post(f"{HERE}/log", told))
    assert "Ben Birch is asked whether it is right, and then the hours are in the book." in page.words


@pytest.mark.parametrize("group", ["for me", "under way", "done"])
def test_a_group_without_anything_says_so(as_, ana, group):
    assert "There is nothing here" in as_(ana).get(f"{HERE}/exchanges?group={group}").words


def test_what_has_not_happened_yet_is_not_told_as_if_it_had(session, as_, ana, ben):
    proposed = builders.a_proposed_exchange(session, ana, ben)
    recorded = builders.a_recorded_exchange(session, ana, ben)

    words = as_(ana).get(f"{HERE}/exchanges/{proposed.id}").words
    assert "Who would give Ana Alder Who would receive Ben Birch" in words
    assert "Who gave" not in words
    assert "Who gave Ana Alder Who received Ben Birch" in as_(ana).get(f"{HERE}/exchanges/{recorded.id}").words


def test_a_kind_that_is_retired_stays_with_what_was_told_before(session, as_, ana, ben):
    category = builders.a_category(session, ana.timebank, "Mowing")
    exchange = builders.a_recorded_exchange(session, ana, ben, category_id=category.id)
    category.closed_at = NOON
    visit, path = as_(ana), f"{HERE}/exchanges/{exchange.id}/record"
    assert "Mowing" in visit.get(path).words

    again = {"title": "Spoons", "served_on": "yesterday", "hours-hours": "2", "category": str(category.id)}
    visit.post(path, again, 302)
    assert exchanges(session)[0].category_id == category.id
