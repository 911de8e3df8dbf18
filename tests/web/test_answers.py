"""The pages on which one of the two answers: yes, no, another time, called off, and undo."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import NOON
from timebank.exchanges import blocking, silence, steps, telling
from timebank.exchanges.models import Exchange, Thanks
from timebank.exchanges.steps import Changed
from timebank.exchanges.taking import as_told
from timebank.exchanges.workflow import State, StepNotOpen
from timebank.hours import Hours
from timebank.ledger.balances import balance
from timebank.members.choices import Approval
from timebank.members.models import Membership

HERE = "/riverside/exchanges"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(datetime(2026, 6, 10, 12, 0, tzinfo=UTC), tick=True):
        yield


def at(exchange, step=""):
    return f"{HERE}/{exchange.id}{step}"


def state(session, exchange):
    session.expire_all()
    return session.get(Exchange, exchange.id).state


def test_after_a_yes_the_page_offers_to_undo_it(session, as_, ana, ben):
    exchange, visit = builders.a_proposed_exchange(session, ana, ben), as_(ana)
    visit.post(at(exchange, "/agree"), {"seen": as_told(exchange)}, 302, from_=at(exchange))

    page = visit.get(at(exchange))
    assert "Undo my yes" in page.words
    page = visit.get(visit.post(at(exchange, "/undo"), from_=at(exchange)).response.location)

    assert "It is undone, and everything stands as before." in page.words
    assert "Ana Alder took that back, and it stands as before." in page.words
    assert "I agree" in page.words
    assert state(session, exchange) == State.PROPOSED


@pytest.mark.parametrize(("step", "words"), [("decline", "Undo my no"), ("cancel", "Undo calling it off")])
def test_a_no_and_calling_it_off_can_be_undone_by_who_did_it_only(session, as_, ana, ben, step, words):
    exchange = builders.a_proposed_exchange(session, ana, ben)
    visits = {"decline": as_(ana), "cancel": as_(ben)}
    by, other = visits.pop(step), next(iter(visits.values()))
    by.post(at(exchange, f"/{step}"), status=302, from_=at(exchange))

    assert words in by.get(at(exchange)).words
    assert "Undo" not in other.get(at(exchange)).words
    other.post(at(exchange, "/undo"), status=403, from_=at(exchange))
    by.post(at(exchange, "/undo"), status=302, from_=at(exchange))
    assert state(session, exchange) == State.PROPOSED
    assert "This has moved on" in by.post(at(exchange, "/undo"), status=409, from_=at(exchange)).words


def test_another_time_is_undone_and_the_first_one_stands(session, as_, ana, ben):
    exchange, visit = builders.a_recorded_exchange(session, ana, ben), as_(ben)
    visit.post(at(exchange, "/dispute"), {"hours-hours": "1"}, 302, from_=at(exchange, "/confirm"))

    visit.post(at(exchange, "/undo"), status=302, from_=at(exchange))
    assert state(session, exchange) == State.RECORDED
    assert "1 hour 30 minutes" in visit.get(at(exchange, "/confirm")).words


def test_who_agrees_agrees_to_what_they_were_shown(session, as_, ana, ben):
    exchange, visit = builders.a_proposed_exchange(session, ana, ben), as_(ana)
    seen = as_told(exchange)
    telling.propose_anew(session, exchange.id, hours=Hours(600), by=ben, at=NOON)
    session.commit()

    page = visit.post(at(exchange, "/agree"), {"seen": seen}, 409, from_=at(exchange))
    assert "This was changed in the meantime" in page.words
    assert state(session, exchange) == State.PROPOSED


def test_a_proposal_is_changed_before_it_is_answered_and_not_afterwards(session, as_, ana, ben):
    exchange, visit = builders.a_proposed_exchange(session, ana, ben), as_(ben)
    assert "Change how long" in visit.get(at(exchange)).words
    assert 'value="30"' in visit.get(at(exchange, "/change")).response.text
    visit.post(at(exchange, "/change"), {"hours-minutes": "33"}, 422)

    page = visit.get(visit.post(at(exchange, "/change"), {"hours-hours": "2"}).response.location)
    assert "It is changed, and Ana Alder is told." in page.words
    assert "Ben Birch changed how long it would take." in page.words
    assert "About how long 2 hours" in page.words
    as_(ana).get(at(exchange, "/change"), 403)
    blocking.block(session, ben.id, by=ana, at=NOON)
    session.commit()
    page = visit.post(at(exchange, "/change"), {"hours-hours": "3"}, 422)
    assert "Ana Alder does not give or receive hours here at the moment." in page.words
    assert 'value="3"' in page.response.text
    steps.agree(session, exchange.id, by=ana, at=NOON)
    session.commit()
    visit.get(at(exchange, "/change"), 409)


def test_with_a_yes_goes_a_word_of_thanks(session, as_, ana, ben):
    exchange, visit = builders.a_recorded_exchange(session, ana, ben), as_(ben)
    told = {"seen": as_told(exchange), "word": "You saved my day.", "may_quote": "y", "satisfaction": "5"}
    page = visit.get(visit.post(at(exchange, "/confirm"), told).response.location)

    assert "You saved my day." in page.words
    assert "Your words to Ana Alder" in page.words
    assert "Say thank you" not in page.words
    thanks = session.scalars(select(Thanks)).one()
    assert (thanks.membership_id, thanks.may_quote, thanks.satisfaction) == (ben.id, True, 5)
    ana_reads = as_(ana).get(at(exchange)).words
    assert "Ben Birch, to you" in ana_reads
    assert "Wonderful" not in ana_reads


@pytest.mark.parametrize("wrong", [{"word": "x" * 501}, {"satisfaction": "6"}, {"satisfaction": "five"}])
def test_what_cannot_be_kept_of_the_thanks_is_told_and_nothing_is_lost(session, as_, ana, ben, wrong):
    exchange, visit = builders.a_recorded_exchange(session, ana, ben), as_(ben)
    told = {"seen": as_told(exchange), "word": "Keep me"} | wrong

    page = visit.post(at(exchange, "/confirm"), told, 422)
    assert told["word"] in page.words
    assert state(session, exchange) == State.RECORDED


def test_where_nobody_else_is_asked_the_page_says_so_and_the_hours_are_in_the_book(session, as_, timebank, ana, ben):
    timebank.approval = Approval.NONE
    exchange, visit = builders.a_recorded_exchange(session, ana, ben), as_(ben)

    assert "As soon as you say yes, the hours are in the book." in visit.get(at(exchange, "/confirm")).words
    page = visit.get(visit.post(at(exchange, "/confirm"), {"seen": as_told(exchange)}).response.location)
    assert "Thank you. The hours are in the book: 1 hour 30 minutes." in page.words
    assert "1 hour 30 minutes went into the book, since both had said that it is right." in page.words
    assert "Undo" not in page.words
    assert balance(session, ana.account_id) == Hours(90)


def test_over_the_credit_limit_the_page_says_so_and_nothing_is_done(session, as_, timebank, ana, ben):
    timebank.approval = Approval.NONE
    exchange, visit = builders.a_recorded_exchange(session, ana, ben, hours="20:05"), as_(ben)

    page = visit.post(at(exchange, "/confirm"), {"seen": as_told(exchange), "word": "Thanks"}, 422)
    assert "That would pass the credit limit of Ben Birch. At most 20 hours would still fit." in page.words
    assert "Thanks" in page.words
    assert state(session, exchange) == State.RECORDED
    assert session.scalars(select(Thanks)).all() == []


def test_after_silence_the_one_who_was_asked_can_still_speak(session, as_, timebank, ana, ben, jess):
    timebank.silence_days = 2
    exchange = builders.a_recorded_exchange(session, ana, ben)
    for day in (11, 12):
        silence.confirm_silent(session, timebank, at=NOON.replace(day=day))
    visit = as_(ben)

    page = visit.get(at(exchange))
    assert "You did not answer, so it counts as right for now. You can still say whether it is." in page.words
    assert "nobody had answered for so long that it counts as right." in page.words
    assert "nobody answered" in as_(jess).get("/riverside/approvals").words
    visit.post(at(exchange, "/dispute"), {"hours-hours": "1"}, 302, from_=at(exchange, "/confirm"))
    assert state(session, exchange) == State.DISPUTED


@pytest.fixture
def crossing(own_engine):
    """What two do at once, each in a transaction of their own: the answers by name, and the exchange afterwards."""
    with Session(own_engine) as session:
        timebank = builders.a_timebank(session)
        ana, ben = builders.a_member(session, timebank), builders.a_member(session, timebank, "Ben Birch")
        people = {"ana": ana.id, "ben": ben.id, "jess": builders.a_coordinator(session, timebank).id}
        exchange = builders.a_recorded_exchange(session, ana, ben).id
        session.commit()

    def cross(**acts):
        def act(who):
            with Session(own_engine) as session:
                try:
                    acts[who](session, exchange, session.get(Membership, people[who]))
                    session.commit()
                except (Changed, StepNotOpen) as no:
                    return who, type(no)
            return who, None

        with ThreadPoolExecutor(2) as two:
            answers = dict(two.map(act, acts))
        with Session(own_engine) as session:
            now = session.get(Exchange, exchange)
            return answers, now.state, now.minutes, [step.step.value for step in now.steps]

    return cross


def test_a_confirmation_crosses_a_change_and_only_what_was_shown_is_confirmed(crossing):
    def change(session, exchange, by):
        told = builders.shared(session, by, by, "2:00")
        telling.record_agreed(session, exchange, told, by=by, for_=by, at=NOON)

    def confirm(session, exchange, by):
        steps.confirm(session, exchange, by=by, at=NOON, seen=f"{by.id - 1} 90 2026-06-10")

    answers, state, minutes, taken = crossing(ana=change, ben=confirm)
    if answers["ben"] is None:
        assert (answers["ana"], state, minutes, taken[1:]) == (StepNotOpen, State.CONFIRMED, 90, ["confirm"])
    else:
        assert (answers["ben"], state, minutes, taken[1:]) == (Changed, State.RECORDED, 120, ["record"])


def test_a_dispute_crosses_an_approval_and_one_of_them_stands(crossing, own_engine):
    def dispute(session, exchange, by):
        steps.dispute(session, exchange, hours=Hours(30), by=by, at=NOON)

    def approve(session, exchange, by):
        steps.approve(session, exchange, by=by, at=NOON, seen=Hours(90))

    answers, state, minutes, _taken = crossing(ben=dispute, jess=approve)
    assert set(answers.values()) == {StepNotOpen, None}
    assert state == (State.APPROVED if answers["jess"] is None else State.DISPUTED)
    assert minutes == 90


def test_a_yes_crosses_calling_it_off_and_one_of_them_stands(crossing):
    def confirm(session, exchange, by):
        steps.confirm(session, exchange, by=by, at=NOON)

    def cancel(session, exchange, by):
        steps.cancel(session, exchange, by=by, at=NOON)

    answers, state, _minutes, _taken = crossing(ben=confirm, ana=cancel)
    assert set(answers.values()) == {StepNotOpen, None}
    assert state == (State.CONFIRMED if answers["ben"] is None else State.CANCELLED)
