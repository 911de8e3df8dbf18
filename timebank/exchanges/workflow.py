"""The states of an exchange and the one table of steps between them; it knows no database and no page."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import StrEnum

from timebank.members.choices import Approval
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
    UNDO = "undo"


class Part(StrEnum):
    """What someone is to an exchange."""

    ASKED = "asked"  # the one of the two whose answer is awaited
    TELLER = "teller"  # the one of the two who spoke last
    UNHEARD = "unheard"  # the one who was asked and did not answer, so that silence has confirmed it
    COORDINATOR = "coordinator"  # a coordinator who is no party
    RULE = "rule"  # nobody: the timebank's policy of silence, or of what no coordinator looks at


class StepNotOpen(Conflict):
    """The exchange is not in a state from which this step leads on."""


class StepNotYours(NotAllowed):
    """The step is open, but to someone else."""


_EITHER = frozenset({Part.ASKED, Part.TELLER})
_ASKED = frozenset({Part.ASKED})
_TELLER = frozenset({Part.TELLER})
_COORDINATOR = frozenset({Part.COORDINATOR})
_RULE = frozenset({Part.RULE})
_UNHEARD = frozenset({Part.UNHEARD})

STEPS: dict[tuple[State | None, Step], tuple[State, frozenset[Part]]] = {
    (None, Step.PROPOSE): (State.PROPOSED, _TELLER),
    (None, Step.RECORD): (State.RECORDED, _TELLER | _COORDINATOR),
    (State.PROPOSED, Step.PROPOSE): (State.PROPOSED, _TELLER),
    (State.PROPOSED, Step.AGREE): (State.AGREED, _ASKED),
    (State.PROPOSED, Step.DECLINE): (State.DECLINED, _ASKED),
    (State.PROPOSED, Step.CANCEL): (State.CANCELLED, _TELLER),
    (State.AGREED, Step.CANCEL): (State.CANCELLED, _EITHER),
    (State.AGREED, Step.RECORD): (State.RECORDED, _EITHER | _COORDINATOR),
    (State.AGREED, Step.UNDO): (State.PROPOSED, _ASKED),
    (State.DECLINED, Step.UNDO): (State.PROPOSED, _ASKED),
    (State.CANCELLED, Step.UNDO): (State.PROPOSED, _EITHER),
    (State.RECORDED, Step.CONFIRM): (State.CONFIRMED, _ASKED | _RULE),
    (State.RECORDED, Step.DISPUTE): (State.DISPUTED, _ASKED),
    (State.RECORDED, Step.RECORD): (State.RECORDED, _TELLER | _COORDINATOR),
    (State.RECORDED, Step.CANCEL): (State.CANCELLED, _TELLER),
    (State.RECORDED, Step.APPROVE): (State.APPROVED, _COORDINATOR),
    (State.RECORDED, Step.DECLINE): (State.DECLINED, _COORDINATOR),
    (State.CONFIRMED, Step.UNDO): (State.RECORDED, _ASKED),
    (State.CONFIRMED, Step.CONFIRM): (State.CONFIRMED, _UNHEARD),
    (State.CONFIRMED, Step.DISPUTE): (State.DISPUTED, _UNHEARD),
    (State.CONFIRMED, Step.APPROVE): (State.APPROVED, _COORDINATOR | _RULE),
    (State.CONFIRMED, Step.SEND_BACK): (State.RECORDED, _COORDINATOR),
    (State.CONFIRMED, Step.DECLINE): (State.DECLINED, _COORDINATOR),
    (State.DISPUTED, Step.UNDO): (State.RECORDED, _ASKED),
    (State.DISPUTED, Step.SETTLE): (State.CONFIRMED, _COORDINATOR),
    (State.DISPUTED, Step.SEND_BACK): (State.RECORDED, _COORDINATOR),
    (State.DISPUTED, Step.DECLINE): (State.DECLINED, _COORDINATOR),
    (State.APPROVED, Step.REVERSE): (State.REVERSED, _COORDINATOR),
}
"""From a state, by a step, to a state; and whose step it is. None is before there is an exchange."""

WAITING = frozenset({State.RECORDED, State.CONFIRMED, State.DISPUTED})
"""The states in which a coordinator may decide."""

NEWCOMERS_EXCHANGES = 3
"""How many exchanges of a newcomer a coordinator looks at, where the policy says so."""

ENDED_EMPTY = frozenset({State.DECLINED, State.CANCELLED, State.REVERSED})
"""The states in which nothing counts any longer."""

UNDO_WITHIN = timedelta(hours=24)
"""How long one may take back a yes, a no, or that something was called off."""

_UNDONE_IN_TIME = frozenset({Step.AGREE, Step.DECLINE, Step.CANCEL})
_UNDONE_UNTIL_DECIDED = frozenset({Step.CONFIRM, Step.DISPUTE})
_LEAVES_IT = {
    Step.PROPOSE: State.PROPOSED,
    Step.AGREE: State.AGREED,
    Step.RECORD: State.RECORDED,
    Step.SEND_BACK: State.RECORDED,
    Step.CONFIRM: State.RECORDED,  # silence had confirmed it; it was disputed then, and that was undone
}


def open_steps(state: State | None, parts: AbstractSet[Part]) -> frozenset[Step]:
    """The steps that someone who is these parts may take now; a page draws its buttons from it."""
    return frozenset(step for (start, step), (_, whose) in STEPS.items() if start == state and whose & parts)


def after(state: State | None, step: Step, parts: AbstractSet[Part]) -> State:
    """The state that the step leads to.

    Raises:
        StepNotOpen: there is no such step from this state.
        StepNotYours: the step belongs to someone else.
    """
    target, whose = STEPS.get((state, step), (None, _UNHEARD))
    if target is None or (whose == _UNHEARD and not whose & parts):
        raise StepNotOpen("This has moved on in the meantime. Have a look at how it stands now.")
    if not whose & parts:
        raise StepNotYours("This step is for someone else to take.")
    return target


def can_be_undone(step: Step, *, taken_at: datetime, at: datetime) -> bool:
    """Whether who took this step, the last one, may still undo it: its table row is asked besides."""
    return step in _UNDONE_UNTIL_DECIDED or (step in _UNDONE_IN_TIME and at - taken_at <= UNDO_WITHIN)


def before_the_last(taken: Sequence[Step]) -> State:
    """Where an exchange was before it was called off, by all the steps that were taken; the last is that one."""
    standing: list[Step] = []
    for step in taken[:-1]:
        if step == Step.UNDO:
            standing.pop()
        else:
            standing.append(step)
    return _LEAVES_IT[standing[-1]]


def asks_coordinator(approval: Approval, *, minutes: int, above_minutes: int, fewest_before: int) -> bool:
    """Whether what both have confirmed waits for a coordinator, as the timebank's policy says.

    `fewest_before` is how many approved exchanges the newer of the two has had before this one.
    """
    match approval:
        case Approval.ALL:
            return True
        case Approval.ABOVE:
            return minutes > above_minutes
        case Approval.NEWCOMERS:
            return fewest_before < NEWCOMERS_EXCHANGES
        case Approval.NONE:
            return False
