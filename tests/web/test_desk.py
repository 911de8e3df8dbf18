"""The coordinator's desk."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from tests import builders
from tests.builders import NOON
from timebank.exchanges import steps
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.ledger.balances import balance
from timebank.members import upkeep
from timebank.policy import Role

DESK = "/riverside/approvals"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(datetime(2026, 6, 10, 12, 0, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def desk(as_, jess):
    return as_(jess)


def states(session):
    session.expire_all()
    return list(session.scalars(select(Exchange.state).order_by(Exchange.id)))


def balances(session, *members):
    return [balance(session, member.account_id).minutes for member in members]


def approve(visit, *ids):
    return visit.post(f"{DESK}/approve", {"ids": [str(one) for one in ids]}, from_=DESK)


def test_an_empty_desk_says_so(desk):
    assert "Nothing waits for you." in desk.get(DESK).words
    assert "Nothing of this kind" in desk.get(f"{DESK}?state=disputed").words


def test_the_queue_tells_what_is_known_of_each(session, desk, ana, ben):
    builders.a_recorded_exchange(session, ana, ben, title="By one", hours="11:00")
    builders.a_confirmed_exchange(session, ana, ben, title="By both")
    disputed = builders.a_recorded_exchange(session, ana, ben, title="Differing")
    steps.dispute(session, disputed.id, hours=Hours(30), by=ben, at=NOON)

    words = desk.get(DESK).words
    assert "3 exchanges wait here" in words
    for known in ("only told by one", "unusually long", "confirmed by both", "two times told"):
        assert words.lower().count(known) == (2 if known == "two times told" else 1)
    assert words.index("By one") < words.index("By both") < words.index("Differing")
    assert desk.get(DESK).response.text.count('name="ids"') == 2
    only = desk.get(f"{DESK}?state=confirmed").words
    assert "By both" in only
    assert "By one" not in only


def test_the_queue_goes_over_pages_of_a_hundred(session, desk, ana, ben):
    for number in range(101):
        builders.a_recorded_exchange(session, ana, ben, title=f"Number {number}.")

    assert "Number 100." not in desk.get(DESK).words
    second = desk.get(f"{DESK}?page=2&state=recorded").words
    assert "Number 100." in second
    assert "Number 99." not in second


def test_the_preview_tells_what_will_be_posted_and_posts_nothing(session, desk, ana, ben):
    one = builders.a_confirmed_exchange(session, ana, ben, hours="11:00")
    two = builders.a_confirmed_exchange(session, ana, ben, hours="1:30")

    page = desk.get(f"{DESK}/preview?ids={one.id}&ids={two.id}")

    assert "2 exchanges, 12 hours 30 minutes in all. Nothing has moved yet." in page.words
    assert "Ana Alder 0 min 12 h 30" in page.words
    assert "Ben Birch 0 min −12 h 30 That is low." in page.words
    assert f'value="{one.id}:660"' in page.response.text
    assert balances(session, ana, ben) == [0, 0]


def test_the_preview_names_what_the_credit_limit_stops(session, desk, ana, ben):
    one = builders.a_confirmed_exchange(session, ana, ben, hours="20:05", title="Too much")

    page = desk.get(f"{DESK}/preview?ids={one.id}")
    assert "These would take an account past its credit limit" in page.words
    assert "past the credit limit. Not all of it" in page.words
    assert "Approve this exchange" not in page.words


@pytest.mark.parametrize("ids", ["", "?ids=", "?ids=999999", "?ids=abc&ids=%C2%B2&ids=1:x"])
def test_a_preview_of_nothing_shows_nothing(desk, ids):
    assert "Approve" not in desk.get(f"{DESK}/preview{ids}").words.replace("Approvals", "")


def test_a_preview_says_what_cannot_be_approved(session, desk, ana, ben):
    proposed = builders.a_proposed_exchange(session, ana, ben, title="Only proposed")

    words = desk.get(f"{DESK}/preview?ids={proposed.id}").words
    assert "These cannot be approved as they stand" in words
    assert "Only proposed" in words


def test_approving_tells_how_many_and_how_much(session, desk, ana, ben):
    one = builders.a_confirmed_exchange(session, ana, ben, hours="2:00")
    two = builders.a_confirmed_exchange(session, ana, ben, hours="1:00")

    answer = approve(desk, f"{one.id}:120", two.id)

    page = desk.get(answer.response.location)
    assert "2 exchanges are approved. In the book: 3 hours." in page.words
    assert (states(session), balances(session, ana, ben)) == ([State.APPROVED] * 2, [180, -180])


def test_one_that_is_refused_is_named_and_the_others_are_kept(session, desk, ana, ben):
    too_much = builders.a_confirmed_exchange(session, ana, ben, hours="20:05", title="Too much")
    fine = builders.a_confirmed_exchange(session, ana, ben, hours="1:00")

    page = desk.get(approve(desk, too_much.id, fine.id).response.location)

    assert "One exchange is approved. In the book: 1 hour." in page.words
    assert "“Too much” (Ana Alder for Ben Birch) is not approved." in page.words
    assert "That would pass the credit limit of Ben Birch. At most 20 hours would still fit." in page.words
    assert (states(session), balances(session, ana, ben)) == ([State.CONFIRMED, State.APPROVED], [60, -60])


def test_what_was_changed_since_the_preview_is_not_approved(session, desk, ana, ben):
    exchange = builders.a_confirmed_exchange(session, ana, ben)

    page = desk.get(approve(desk, f"{exchange.id}:60").response.location)

    assert "The time was changed in the meantime" in page.words
    assert (states(session), balances(session, ana, ben)) == ([State.CONFIRMED], [0, 0])


def test_two_coordinators_who_approve_post_once(session, timebank, desk, as_, ana, ben):
    other = as_(builders.a_coordinator(session, timebank, "Joe Jasmine"))
    exchange = builders.a_confirmed_exchange(session, ana, ben)

    approve(desk, exchange.id)
    page = other.get(approve(other, exchange.id).response.location)

    assert "This has moved on in the meantime" in page.words
    assert balances(session, ana, ben) == [90, -90]


def test_a_coordinator_who_is_a_party_does_not_decide(session, timebank, as_, ana):
    jo = builders.a_person(session, timebank, "Jo Jasmine", Role.MEMBER, Role.COORDINATOR)
    exchange = builders.a_confirmed_exchange(session, ana, jo)
    visit = as_(jo)

    assert 'name="ids"' not in visit.get(DESK).response.text
    assert "You are part of these" in visit.get(f"{DESK}/preview?ids={exchange.id}").words
    page = visit.get(f"{DESK}/{exchange.id}")
    assert "You are part of this exchange" in page.words
    assert "Approve 1 hour" not in page.words
    page = visit.get(approve(visit, exchange.id).response.location)
    assert "This step is for someone else to take" in page.words
    visit.post(f"{DESK}/{exchange.id}/decline", {"decline_note": "No"}, 403)
    assert (states(session), balances(session, ana, jo)) == ([State.CONFIRMED], [0, 0])


def test_nothing_ticked_and_no_token_approve_nothing(session, desk, ana, ben):
    exchange = builders.a_confirmed_exchange(session, ana, ben)

    assert "Tick at least one" in desk.post(f"{DESK}/approve", {}, 422, from_=DESK).words
    page = desk.post(f"{DESK}/approve", {"ids": str(exchange.id)}, 422, token=False)
    assert "The page had grown old" in page.words
    assert "Approve this exchange" in page.words
    assert states(session) == [State.CONFIRMED]


def test_two_times_are_settled_and_then_approved(session, desk, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, exchange.id, hours=Hours(60), by=ben, at=NOON)
    path = f"{DESK}/{exchange.id}"
    assert "Settle the time" in desk.get(path).words

    page = desk.post(f"{path}/settle", {"settle_hours-minutes": "62", "settle_note": "Both agree"}, 422, from_=path)
    assert "Round the time to steps of 5 minutes" in page.words
    assert "Both agree" in page.words
    answer = desk.post(f"{path}/settle", {"settle_hours-hours": "1", "settle_hours-minutes": "15"}, from_=path)
    page = desk.get(answer.response.location)
    assert "The time is settled at 1 hour 15 minutes." in page.words
    assert "settled by a coordinator" in page.words
    approve(desk, exchange.id)
    assert (states(session), balances(session, ana, ben)) == ([State.APPROVED], [75, -75])


def test_sent_back_it_is_with_the_teller_again(session, desk, ana, ben):
    exchange = builders.a_confirmed_exchange(session, ana, ben)
    path = f"{DESK}/{exchange.id}"

    page = desk.post(f"{path}/send-back", {"send_back_note": " "}, 422, from_=path)
    assert "Say what they should look at" in page.words
    answer = desk.post(f"{path}/send-back", {"send_back_note": "Which day was it?"}, from_=path)
    assert "It is with Ana Alder again" in desk.get(answer.response.location).words
    assert states(session) == [State.RECORDED]


def test_declined_with_a_word_nothing_moves(session, desk, as_, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    path = f"{DESK}/{exchange.id}"

    desk.post(f"{path}/decline", {}, 422, from_=path)
    answer = desk.post(f"{path}/decline", {"decline_note": "This was paid work"}, from_=path)
    assert "It is declined" in desk.get(answer.response.location).words
    assert (states(session), balances(session, ana, ben)) == ([State.DECLINED], [0, 0])
    assert "This was paid work" in as_(ana).get(f"/riverside/exchanges/{exchange.id}").words


def test_an_approved_one_is_taken_back_with_a_reason(session, desk, ana, ben, jess):
    exchange = builders.an_approved_exchange(session, ana, ben, approved_by=jess)
    path = f"{DESK}/{exchange.id}/reverse"
    assert "go back from Ana Alder to Ben Birch" in desk.get(path).words

    desk.post(path, {"reason": ""}, 422)
    answer = desk.post(path, {"reason": "Entered twice"}, 302)
    assert "both balances stand as before it" in desk.get(answer.response.location).words
    assert (states(session), balances(session, ana, ben)) == ([State.REVERSED], [0, 0])
    desk.post(path, {"reason": "Again"}, 409)


def test_hours_that_were_spent_are_not_taken_back(session, desk, ana, ben, jess):
    exchange = builders.an_approved_exchange(session, ana, ben, approved_by=jess, hours="15:00")
    for _ in range(2):
        builders.an_approved_exchange(session, ben, ana, approved_by=jess, hours="17:00")

    page = desk.post(f"{DESK}/{exchange.id}/reverse", {"reason": "Entered twice"}, 422)

    assert "That would pass the credit limit of Ana Alder. At most 1 hour would still fit." in page.words
    assert "Entered twice" in page.words
    assert states(session)[0] == State.APPROVED


def test_the_desk_is_for_coordinators_of_this_timebank(session, timebank, as_, ana, ben):
    exchange = builders.a_confirmed_exchange(session, ana, ben)
    there = builders.a_timebank(session, "hillside", "Hillside")
    member, stranger = as_(ana), as_(builders.a_coordinator(session, there, "Hal Hazel"))
    sent = {
        "ids": str(exchange.id),
        "settle_hours-hours": "1",
        "send_back_note": "x",
        "decline_note": "x",
        "reason": "x",
    }

    for step in ("approve", *(f"{exchange.id}/{one}" for one in ("settle", "send-back", "decline", "reverse"))):
        member.post(f"{DESK}/{step}", sent, 403)
        stranger.post(f"{DESK}/{step}", sent, 404)
    for step in ("settle", "send-back", "decline", "reverse"):
        stranger.post(f"/hillside/approvals/{exchange.id}/{step}", sent, 404)
    stranger.get(f"/hillside/approvals/{exchange.id}", 404)
    answer = stranger.post("/hillside/approvals/approve", sent, 302)
    assert "There is no such exchange here." in stranger.get(answer.response.location).words
    assert (states(session), balances(session, ana, ben)) == ([State.CONFIRMED], [0, 0])


def test_the_same_approval_sent_twice_is_answered_like_the_first(session, desk, ana, ben):
    one = builders.a_confirmed_exchange(session, ana, ben, hours="1:00")
    told = {"ids": [f"{one.id}:60"], "key": "pressed-twice"}

    for _ in range(2):
        answer = desk.post(f"{DESK}/approve", told, 302, from_=DESK)
        assert "One exchange is approved. In the book: 1 hour." in desk.get(answer.response.location).words
    assert balances(session, ana, ben) == [60, -60]


def test_the_same_key_for_another_approval_is_refused_with_a_sentence(session, desk, ana, ben):
    one, two = (builders.a_confirmed_exchange(session, ana, ben, hours="1:00") for _ in range(2))
    desk.post(f"{DESK}/approve", {"ids": [f"{one.id}:60"], "key": "one-page"}, 302, from_=DESK)

    page = desk.post(f"{DESK}/approve", {"ids": [f"{two.id}:60"], "key": "one-page"}, 409, from_=DESK)

    assert "This form was sent before, with something else in it." in page.words
    assert (states(session), balances(session, ana, ben)) == ([State.APPROVED, State.CONFIRMED], [60, -60])


def test_a_reversal_sent_twice_is_answered_like_the_first(session, desk, ana, ben, jess):
    exchange = builders.an_approved_exchange(session, ana, ben, approved_by=jess)
    path, told = f"{DESK}/{exchange.id}/reverse", {"reason": "Entered twice", "key": "pressed-twice"}

    answers = [desk.post(path, told, 302, from_=DESK) for _ in range(2)]

    assert {answer.response.location for answer in answers} == {f"{DESK}/{exchange.id}"}
    assert (states(session), balances(session, ana, ben)) == ([State.REVERSED], [0, 0])


def test_of_many_that_are_refused_some_are_named_and_the_answer_fits_into_a_cookie(session, desk, ana, ben):
    many = [
        builders.a_confirmed_exchange(session, ana, ben, hours="20:05", title=f"{number:03} " + "Much too much " * 8)
        for number in range(12)
    ]

    answer = approve(desk, *(one.id for one in many))
    page = desk.get(answer.response.location)

    assert len(answer.response.headers["Set-Cookie"]) < 4093
    assert page.words.count("is not approved.") == 5
    assert "7 more are not approved." in page.words


def test_an_approval_sent_again_after_it_was_taken_back_does_not_say_that_the_hours_stand(
    session, desk, ana, ben, jess
):
    two = [builders.a_confirmed_exchange(session, ana, ben, hours="1:00") for _ in range(2)]
    told = {"ids": [f"{one.id}:60" for one in two], "key": "pressed-twice"}

    def sent():
        return desk.get(desk.post(f"{DESK}/approve", told, 302, from_=DESK).response.location).words

    assert "2 exchanges are approved." in sent()
    for one, said in zip(two, ("some of its hours were taken back since", "taken back on 10 June 2026"), strict=True):
        steps.reverse(session, one.id, reason="Why", by=jess, at=NOON)
        session.commit()
        again = sent()
        assert said in again
        assert "approved. In the book" not in again
    assert balances(session, ana, ben) == [0, 0]


def test_a_closed_account_is_named_where_an_exchange_cannot_be_approved(session, desk, ana, ben, jess):
    exchange = builders.a_confirmed_exchange(session, ana, ben)
    upkeep.close(session, ana, reason="Moved away", by=jess, at=NOON)

    page = desk.get(approve(desk, exchange.id).response.location)

    assert "The account of Ana Alder is closed." in page.words


def test_what_is_reversed_already_has_moved_on_and_nobody_was_quicker(session, desk, ana, ben, jess):
    exchange = builders.an_approved_exchange(session, ana, ben, approved_by=jess)
    steps.reverse(session, exchange.id, reason="Why", by=jess, at=NOON)
    session.commit()

    assert desk.get(f"{DESK}/{exchange.id}/reverse", 409).h1 == "|This has moved on"


def test_a_hundred_are_ticked_without_script_and_approved_at_once(as_, session, timebank, ana, ben, jess):
    for _number in range(100):
        builders.a_confirmed_exchange(session, ana, ben, hours="0:05")
    visitor = as_(jess)
    html = visitor.get("/riverside/approvals?state=confirmed").response.get_data(as_text=True)
    assert 'href="?state=confirmed&amp;tick=all"' in html

    html = visitor.get("/riverside/approvals?state=confirmed&tick=all").response.get_data(as_text=True)
    ticked = re.findall(r'name="ids" value="(\d+)" checked', html)
    assert len(ticked) == 100
    page = visitor.get("/riverside/approvals/preview?" + "&".join(f"ids={one}" for one in ticked))
    assert "100 exchanges, 8 hours 20 minutes in all. Nothing has moved yet." in page.words
    told = {"ids": [f"{one}:5" for one in ticked]}
    assert visitor.post("/riverside/approvals/approve", told).response.location == "/riverside/approvals"
    session.expire_all()
    assert (ana.account.balance_minutes, ben.account.balance_minutes) == (500, -500)
