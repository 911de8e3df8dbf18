"""The whole table of steps, held against the one that the design writes down."""

from itertools import product

import pytest

from timebank.exchanges.workflow import Part, State, Step, StepNotOpen, StepNotYours, after, open_steps

ASKED, TELLER, COORDINATOR = Part.ASKED, Part.TELLER, Part.COORDINATOR
DESIGN = {
    (None, Step.PROPOSE): ("proposed", {TELLER}),
    (None, Step.RECORD): ("recorded", {TELLER, COORDINATOR}),
    (State.PROPOSED, Step.AGREE): ("agreed", {ASKED}),
    (State.PROPOSED, Step.DECLINE): ("declined", {ASKED}),
    (State.PROPOSED, Step.CANCEL): ("cancelled", {TELLER}),
    (State.AGREED, Step.CANCEL): ("cancelled", {ASKED, TELLER}),
    (State.AGREED, Step.RECORD): ("recorded", {ASKED, TELLER, COORDINATOR}),
    (State.RECORDED, Step.CONFIRM): ("confirmed", {ASKED}),
    (State.RECORDED, Step.DISPUTE): ("disputed", {ASKED}),
    (State.RECORDED, Step.RECORD): ("recorded", {TELLER, COORDINATOR}),
    (State.RECORDED, Step.CANCEL): ("cancelled", {TELLER}),
    (State.RECORDED, Step.APPROVE): ("approved", {COORDINATOR}),
    (State.RECORDED, Step.DECLINE): ("declined", {COORDINATOR}),
    (State.CONFIRMED, Step.APPROVE): ("approved", {COORDINATOR}),
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

    if leads_to is None:
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
def test_what_has_ended_stays_as_it_is(state):
    assert not open_steps(state, frozenset(Part))
