"""The states of an exchange and the one table of steps between them; it knows no database and no page."""

from collections.abc import Set as AbstractSet
from enum import StrEnum

from timebank.refusals import Conflict, NotAllowed


class State(StrEnum):
    """Where an exchange is."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REVERSED = "reversed"


class Step(StrEnum):
    """A move that someone makes with an exchange."""

    PROPOSE = "propose"
    AGREE = "agree"
    DECLINE = "decline"
    CANCEL = "cancel"
    RECORD = "record"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    SETTLE = "settle"
    SEND_BACK = "send back"
    APPROVE = "approve"
    REVERSE = "reverse"


class Part(StrEnum):
    """What someone is to an exchange."""

    ASKED = "asked"  # the one of the two whose answer is awaited
    TELLER = "teller"  # the one of the two who spoke last
    COORDINATOR = "coordinator"  # a coordinator who is no party


class StepNotOpen(Conflict):
    """The exchange is not in a state from which this step leads on."""


class StepNotYours(NotAllowed):
    """The step is open, but to someone else."""


_EITHER = frozenset({Part.ASKED, Part.TELLER})
_ASKED = frozenset({Part.ASKED})
_TELLER = frozenset({Part.TELLER})
_COORDINATOR = frozenset({Part.COORDINATOR})

STEPS: dict[tuple[State | None, Step], tuple[State, frozenset[Part]]] = {
    (None, Step.PROPOSE): (State.PROPOSED, _TELLER),
    (None, Step.RECORD): (State.RECORDED, _TELLER | _COORDINATOR),
    (State.PROPOSED, Step.AGREE): (State.AGREED, _ASKED),
    (State.PROPOSED, Step.DECLINE): (State.DECLINED, _ASKED),
    (State.PROPOSED, Step.CANCEL): (State.CANCELLED, _TELLER),
    (State.AGREED, Step.CANCEL): (State.CANCELLED, _EITHER),
    (State.AGREED, Step.RECORD): (State.RECORDED, _EITHER | _COORDINATOR),
    (State.RECORDED, Step.CONFIRM): (State.CONFIRMED, _ASKED),
    (State.RECORDED, Step.DISPUTE): (State.DISPUTED, _ASKED),
    (State.RECORDED, Step.RECORD): (State.RECORDED, _TELLER | _COORDINATOR),
    (State.RECORDED, Step.CANCEL): (State.CANCELLED, _TELLER),
    (State.RECORDED, Step.APPROVE): (State.APPROVED, _COORDINATOR),
    (State.RECORDED, Step.DECLINE): (State.DECLINED, _COORDINATOR),
    (State.CONFIRMED, Step.APPROVE): (State.APPROVED, _COORDINATOR),
    (State.CONFIRMED, Step.SEND_BACK): (State.RECORDED, _COORDINATOR),
    (State.CONFIRMED, Step.DECLINE): (State.DECLINED, _COORDINATOR),
    (State.DISPUTED, Step.SETTLE): (State.CONFIRMED, _COORDINATOR),
    (State.DISPUTED, Step.SEND_BACK): (State.RECORDED, _COORDINATOR),
    (State.DISPUTED, Step.DECLINE): (State.DECLINED, _COORDINATOR),
    (State.APPROVED, Step.REVERSE): (State.REVERSED, _COORDINATOR),
}
"""From a state, by a step, to a state; and whose step it is. None is before there is an exchange."""

WAITING = frozenset({State.RECORDED, State.CONFIRMED, State.DISPUTED})
"""The states in which a coordinator may decide."""


def open_steps(state: State | None, parts: AbstractSet[Part]) -> frozenset[Step]:
    """The steps that someone who is these parts may take now; a page draws its buttons from it."""
    return frozenset(step for (start, step), (_, whose) in STEPS.items() if start == state and whose & parts)


def after(state: State | None, step: Step, parts: AbstractSet[Part]) -> State:
    """The state that the step leads to.

    Raises:
        StepNotOpen: there is no such step from this state.
        StepNotYours: the step belongs to someone else.
    """
    if (state, step) not in STEPS:
        raise StepNotOpen("This has moved on in the meantime. Have a look at how it stands now.")
    target, whose = STEPS[state, step]
    if not whose & parts:
        raise StepNotYours("This step is for someone else to take.")
    return target
