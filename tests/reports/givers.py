"""Contributions for the tests of reports, made by the steps that really make them."""

from datetime import UTC, datetime
from itertools import count

from tests import builders
from timebank.contributions import record as contributions
from timebank.contributions.models import Capacity, Stage
from timebank.contributions.record import Given
from timebank.hours import Hours

AUTUMN = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
_numbers = count(1)


def gives(session, giver, receiver=None, hours="1:00", *, on=builders.TODAY, capacity=Capacity.MEMBER, **more):
    """The giver gave so many hours on that day; they are approved and, as a member's, in the book."""
    category = more.pop("category", None)
    stage = more.pop("stage", Stage.DELIVER)
    given = Given(
        reference=f"test:{next(_numbers)}",
        giver=giver,
        receiver=receiver,
        hours=Hours.read(hours),
        served_on=on,
        capacity=capacity,
        stage=stage,
        category_id=category.id if category else None,
    )
    return contributions.record(session, given, approved_by=None, at=builders.NOON)


def neighbours(session, timebank, number):
    """So many members, of whom nobody runs out of hours in a test."""
    limit, timebank.credit_limit_minutes = timebank.credit_limit_minutes, None
    members = [
        builders.a_member(session, timebank, f"Neighbour{one} Nemo", email=f"n{one}@example.org")
        for one in range(number)
    ]
    timebank.credit_limit_minutes = limit
    return members


def give_in_a_ring(session, members, hours="1:00", **more):
    """Each gives to the next, and the last to the first."""
    for giver, receiver in zip(members, members[1:] + members[:1], strict=True):
        gives(session, giver, receiver, hours, **more)
