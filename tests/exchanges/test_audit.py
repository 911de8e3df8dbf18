"""What the audit finds where exchanges and contributions say different things, finding by finding."""

import pytest
from sqlalchemy import update

from tests.builders import NOON, TODAY, a_confirmed_exchange, a_member, an_approved_exchange, unguarded
from timebank.contributions.models import Contribution
from timebank.exchanges import audit, steps
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import State


@pytest.fixture
def exchange(session, ana, ben, jess):
    """An exchange that counts, in a database whose rules somebody has dropped."""
    approved = an_approved_exchange(session, ana, ben, approved_by=jess)
    unguarded(session, "exchange", "contribution")
    return approved


def findings(session):
    session.expire_all()
    return [one for one in audit.findings(session) if "no longer guards" not in one]


def change(session, table, **values):
    session.execute(update(table).values(**values))


def test_nothing_is_found_where_both_say_the_same(session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess)
    taken_back = an_approved_exchange(session, ben, ana, approved_by=jess)
    steps.reverse(session, taken_back.id, reason="Twice", by=jess, at=NOON)
    a_confirmed_exchange(session, ana, ben)

    assert list(audit.findings(session)) == []


@pytest.mark.parametrize("told", [{"minutes": 5}, {"served_on": TODAY.replace(day=1)}, {"reversed_at": NOON}])
def test_a_contribution_that_says_something_else_is_found(session, exchange, told):
    change(session, Contribution, **told)

    assert findings(session) == [f"Exchange {exchange.id}: its contribution says something else."]


@pytest.mark.parametrize("side", ["giver_id", "receiver_id"])
def test_a_contribution_of_someone_else_is_found(session, timebank, exchange, side):
    change(session, Contribution, **{side: a_member(session, timebank, "Cat Cedar").id})

    assert findings(session) == [f"Exchange {exchange.id}: its contribution says something else."]


def test_a_contribution_that_no_longer_says_whom_it_helped_is_found(session, exchange):
    change(session, Contribution, receiver_id=None)

    assert findings(session) == [f"Exchange {exchange.id}: its contribution says something else."]


@pytest.mark.parametrize("state", [State.CONFIRMED, State.DECLINED, State.REVERSED])
def test_what_counts_without_being_approved_is_found(session, exchange, state):
    change(session, Exchange, state=state)

    assert findings(session) == [f"Exchange {exchange.id}: its contribution says something else."]


def test_what_is_approved_without_counting_and_what_counts_without_an_exchange_are_found(session, exchange):
    number = exchange.contribution_id
    change(session, Exchange, contribution_id=None)

    assert findings(session) == [
        f"Exchange {exchange.id}: it is approved, and no contribution counts it.",
        f"Contribution {number}: it counts, and no approved exchange stands behind it.",
    ]


def test_rules_that_somebody_dropped_are_found(session, exchange):
    assert any("no longer guards exchange" in one for one in audit.findings(session))
