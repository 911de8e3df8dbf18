"""The whole table of steps, held against the one that the design writes down."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from timebank.exchanges.workflow import (
    Part,
    State,
    Step,
    StepNotOpen,
    StepNotYours,
    after,
    asks_coordinator,
    before_the_last,
    can_be_undone,
    open_steps,
)
from timebank.members.choices import Approval

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)

ASKED, TELLER, COORDINATOR, RULE, UNHEARD = Part.ASKED, Part.TELLER, Part.COORDINATOR, Part.RULE, Part.UNHEARD
DESIGN = {
    (None, Step.PROPOSE): ("proposed", {TELLER}),
    (None, Step.RECORD): ("recorded", {TELLER, COORDINATOR}),
    (State.PROPOSED, Step.PROPOSE): ("proposed", {TELLER}),
    (State.PROPOSED, Step.AGREE): ("agreed", {ASKED}),
    (State.PROPOSED, Step.DECLINE): ("declined", {ASKED}),
    (State.PROPOSED, Step.CANCEL): ("cancelled", {TELLER}),
    (State.AGREED, Step.CANCEL): ("cancelled", {ASKED, TELLER}),
    (State.AGREED, Step.RECORD): ("recorded", {ASKED, TELLER, COORDINATOR}),
    (State.AGREED, Step.UNDO): ("proposed", {ASKED}),
    (State.DECLINED, Step.UNDO): ("proposed", {ASKED}),
    (State.CANCELLED, Step.UNDO): ("proposed", {ASKED, TELLER}),
    (State.RECORDED, Step.CONFIRM): ("confirmed", {ASKED, RULE}),
    (State.RECORDED, Step.DISPUTE): ("disputed", {ASKED}),
    (State.RECORDED, Step.RECORD): ("recorded", {TELLER, COORDINATOR}),
    (State.RECORDED, Step.CANCEL): ("cancelled", {TELLER}),
    (State.RECORDED, Step.APPROVE): ("approved", {COORDINATOR}),
    (State.RECORDED, Step.DECLINE): ("declined", {COORDINATOR}),
    (State.CONFIRMED, Step.UNDO): ("recorded", {ASKED}),
    (State.CONFIRMED, Step.CONFIRM): ("confirmed", {UNHEARD}),
    (State.CONFIRMED, Step.DISPUTE): ("disputed", {UNHEARD}),
    (State.CONFIRMED, Step.APPROVE): ("approved", {COORDINATOR, RULE}),
    (State.DISPUTED, Step.UNDO): ("recorded", {ASKED}),
    (State.CONFIRMED, Step.SEND_BACK): ("recorded", {COORDINATOR}),
    (State.CONFIRMED, Step.DECLINE): ("declined", {COORDINATOR}),
    (State.DISPUTED, Step.SETTLE): ("confirmed", {COORDINATOR}),
    (State.DISPUTED, Step.SEND_BACK): ("recorded", {COORDINATOR}),
    (State.DISPUTED, Step.DECLINE): ("declined", {COORDINATOR}),
    (State.APPROVED, Step.REVERSE): ("reversed", {COORDINATOR}),
}


@pytest.mark.parametrize(("state", "step", "part"), list(product([None, *State], Step, Part)))
def test_each_step_leads_where_the_design_says_and_is_whose_it_says(state, step, part):
    leads_to, whose = DESIGN.get((state, step), (None, set()))

    if leads_to is None or (part != UNHEARD and whose == {UNHEARD}):
        with pytest.raises(StepNotOpen):
            after(state, step, {part})
    elif part not in whose:
        with pytest.raises(StepNotYours):
            after(state, step, {part})
    else:
        assert after(state, step, {part}) == leads_to
    assert (step in open_steps(state, {part})) == (part in whose)


def test_who_is_nothing_to_an_exchange_may_do_nothing():
    assert all(not open_steps(state, frozenset()) for state in State)


@pytest.mark.parametrize("state", [State.DECLINED, State.CANCELLED, State.REVERSED])
def test_what_has_ended_stays_as_it_is_but_for_undoing_it(state):
    assert open_steps(state, frozenset(Part)) <= {Step.UNDO}


@pytest.mark.parametrize(
    ("step", "hours", "can"),
    [
        (Step.AGREE, 24, True),
        (Step.AGREE, 25, False),
        (Step.DECLINE, 25, False),
        (Step.CANCEL, 24, True),
        (Step.CANCEL, 25, False),
        (Step.CONFIRM, 2400, True),
        (Step.DISPUTE, 2400, True),
        (Step.RECORD, 0, False),
        (Step.APPROVE, 0, False),
        (Step.SETTLE, 0, False),
        (Step.UNDO, 0, False),
    ],
)
def test_an_answer_is_undone_within_a_day_or_until_someone_decides(step, hours, can):
    assert can_be_undone(step, taken_at=NOON, at=NOON + timedelta(hours=hours)) == can


@pytest.mark.parametrize(
    ("taken", "was"),
    [
        ([Step.PROPOSE], "proposed"),
        ([Step.PROPOSE, Step.PROPOSE], "proposed"),
        ([Step.PROPOSE, Step.AGREE], "agreed"),
        ([Step.PROPOSE, Step.AGREE, Step.UNDO], "proposed"),
        ([Step.PROPOSE, Step.AGREE, Step.CANCEL, Step.UNDO], "agreed"),
        ([Step.RECORD, Step.CONFIRM, Step.UNDO], "recorded"),
        ([Step.RECORD, Step.CONFIRM, Step.SEND_BACK], "recorded"),
        ([Step.RECORD, Step.CONFIRM, Step.DISPUTE, Step.UNDO], "recorded"),
    ],
)
def test_what_was_called_off_goes_back_to_where_it_was(taken, was):
    assert before_the_last([*taken, Step.CANCEL]) == was


@pytest.mark.parametrize(
    ("approval", "minutes", "fewest", "asks"),
    [
        (Approval.ALL, 5, 99, True),
        (Approval.NONE, 1440, 0, False),
        (Approval.ABOVE, 120, 0, False),
        (Approval.ABOVE, 121, 99, True),
        (Approval.NEWCOMERS, 1440, 3, False),
        (Approval.NEWCOMERS, 5, 2, True),
    ],
)
def test_the_policy_says_for_what_a_coordinator_is_asked(approval, minutes, fewest, asks):
    assert asks_coordinator(approval, minutes=minutes, above_minutes=120, fewest_before=fewest) == asks
