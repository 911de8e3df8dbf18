"""One's own last step, taken back."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import builders
from tests.builders import NOON
from timebank.exchanges import steps, taking, undoing
from timebank.exchanges.workflow import State, StepNotOpen, StepNotYours
from timebank.hours import Hours
from timebank.notices import claims
from timebank.notices.models import Notice, NoticeKind, NoticeState

LATER = NOON + timedelta(hours=24)


@pytest.fixture
def proposed(session, ana, ben):
    """Ben has asked Ana."""
    return builders.a_proposed_exchange(session, ana, ben)


def undo(session, exchange, by, at=LATER):
    session.expire(exchange, ["steps"])
    offered = undoing.may_undo(exchange, by, at=at)
    try:
        state = undoing.undo(session, exchange.id, by=by, at=at).state
    except (StepNotOpen, StepNotYours):
        assert not offered
        raise
    assert offered
    return state


@pytest.mark.parametrize("step", [steps.agree, steps.decline, steps.cancel])
def test_a_yes_a_no_and_calling_it_off_are_undone_within_a_day(session, proposed, ana, ben, step):
    by = ben if step is steps.cancel else ana
    step(session, proposed.id, by=by, at=NOON)

    with pytest.raises(StepNotOpen):
        undo(session, proposed, by, LATER + timedelta(minutes=1))
    assert undo(session, proposed, by) == State.PROPOSED


def test_only_who_took_the_step_undoes_it(session, proposed, ana, ben, jess):
    steps.agree(session, proposed.id, by=ana, at=NOON)

    for someone in (ben, jess):
        with pytest.raises(StepNotYours):
            undo(session, proposed, someone)


def test_what_was_agreed_and_called_off_is_agreed_again(session, proposed, ana, ben):
    steps.agree(session, proposed.id, by=ana, at=NOON)
    steps.cancel(session, proposed.id, by=ana, at=NOON)
    with pytest.raises(StepNotYours):
        undo(session, proposed, ben)

    assert undo(session, proposed, ana) == State.AGREED
    with pytest.raises(StepNotOpen):
        undo(session, proposed, ana)


def test_what_was_logged_and_called_off_waits_for_an_answer_again(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.cancel(session, exchange.id, by=ana, at=NOON)

    assert undo(session, exchange, ana) == State.RECORDED
    assert taking.as_told(exchange) == f"{ana.id} 90 2026-06-10"


def test_a_confirmation_is_undone_until_a_coordinator_decides(session, ana, ben, jess):
    exchange = builders.a_confirmed_exchange(session, ana, ben)
    assert undo(session, exchange, ben, NOON + timedelta(days=30)) == State.RECORDED
    assert exchange.confirmed_by_id is None

    steps.confirm(session, exchange.id, by=ben, at=NOON)
    steps.approve(session, exchange.id, by=jess, at=NOON)
    with pytest.raises(StepNotOpen):
        undo(session, exchange, ben)


def test_a_dispute_is_undone_and_the_first_time_told_stands(session, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, exchange.id, hours=Hours(60), by=ben, at=NOON)

    assert undo(session, exchange, ben) == State.RECORDED
    assert (exchange.minutes, exchange.other_minutes) == (90, None)


def test_a_dispute_that_settled_itself_goes_back_to_the_first_time(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, exchange.id, hours=Hours(85), by=ben, at=NOON)
    assert (exchange.state, exchange.minutes) == (State.CONFIRMED, 85)

    assert undo(session, exchange, ben) == State.RECORDED
    assert (exchange.minutes, exchange.other_minutes, exchange.confirmed_by_id) == (90, None, None)


def test_what_a_coordinator_settled_or_declined_is_not_undone(session, ana, ben, jess):
    settled, declined = (builders.a_recorded_exchange(session, ana, ben) for _ in range(2))
    steps.dispute(session, settled.id, hours=Hours(30), by=ben, at=NOON)
    steps.settle(session, settled.id, hours=Hours(60), by=jess, at=NOON)
    steps.decline(session, declined.id, by=jess, at=NOON)

    with pytest.raises(StepNotOpen):
        undo(session, settled, ben)
    with pytest.raises(StepNotYours):
        undo(session, declined, ben)


def answers(session, exchange):
    query = select(Notice).where(Notice.kind == NoticeKind.ANSWER).order_by(Notice.id)
    return [(json.loads(notice.told).get("answer"), notice.state) for notice in session.scalars(query)]


@pytest.mark.parametrize("state", [NoticeState.WAITING, NoticeState.PHONE])
def test_what_nobody_was_told_yet_is_told_to_nobody_and_its_words_are_gone(session, proposed, ana, state):
    steps.agree(session, proposed.id, by=ana, at=NOON)
    session.scalars(select(Notice).where(Notice.kind == NoticeKind.ANSWER)).one().state = state
    session.flush()
    undo(session, proposed, ana)

    session.expire_all()
    assert answers(session, proposed) == [(None, NoticeState.DROPPED)]


def test_who_may_be_reading_the_letter_this_very_moment_hears_that_it_was_undone(session, proposed, ana):
    steps.agree(session, proposed.id, by=ana, at=NOON)
    claims.claim(session, at=NOON)
    undo(session, proposed, ana)

    assert answers(session, proposed) == [("agreed", NoticeState.WAITING), ("undone", NoticeState.WAITING)]


def test_who_was_told_already_hears_that_it_was_undone(session, proposed, ana):
    steps.agree(session, proposed.id, by=ana, at=NOON)
    session.scalars(select(Notice).where(Notice.kind == NoticeKind.ANSWER)).one().state = NoticeState.SENT
    session.flush()
    undo(session, proposed, ana)

    assert answers(session, proposed) == [("agreed", NoticeState.SENT), ("undone", NoticeState.WAITING)]
