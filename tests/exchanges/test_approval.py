"""What is in the book without a coordinator, where the policy asks none."""

import pytest
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import NOON
from timebank.contributions.models import Capacity, Contribution
from timebank.exchanges import approval, audit, steps
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.ledger.balances import balance
from timebank.members.choices import Approval
from timebank.members.named import OverTheirLimit


def balances(session: Session, *members):
    return [balance(session, member.account_id).minutes for member in members]


def test_where_nobody_else_is_asked_what_both_confirmed_is_in_the_book_at_once(session, timebank, ana, ben):
    timebank.approval = Approval.NONE
    exchange = builders.a_confirmed_exchange(session, ana, ben)

    assert (exchange.state, balances(session, ana, ben)) == (State.APPROVED, [90, -90])
    contribution = session.get(Contribution, exchange.contribution_id)
    assert (contribution.approved_by_id, contribution.confirmed_by_id) == (None, ben.person_id)
    assert [(step.step, step.by_id) for step in exchange.steps] == [
        ("record", ana.person_id),
        ("confirm", ben.person_id),
        ("approve", None),
    ]
    assert list(audit.findings(session)) == []


def test_the_hours_of_professionals_are_looked_at_whatever_the_policy_is(session, timebank, ana, ben):
    timebank.approval = Approval.NONE
    exchange = builders.a_recorded_exchange(session, ana, ben)
    assert not approval.waits_for_coordinator(session, timebank, exchange)

    exchange.capacity = Capacity.PROFESSIONAL
    assert approval.waits_for_coordinator(session, timebank, exchange)


def test_two_times_that_are_close_settle_and_are_in_the_book_at_once(session, timebank, ana, ben):
    timebank.approval = Approval.NONE
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, exchange.id, hours=Hours(85), by=ben, at=NOON)

    assert (exchange.state, balances(session, ana, ben)) == (State.APPROVED, [85, -85])


def test_two_times_that_differ_still_wait_for_a_coordinator(session, timebank, ana, ben):
    timebank.approval = Approval.NONE
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, exchange.id, hours=Hours(30), by=ben, at=NOON)

    assert (exchange.state, balances(session, ana, ben)) == (State.DISPUTED, [0, 0])


def test_only_above_the_line_a_coordinator_is_asked(session, timebank, ana, ben):
    timebank.approval, timebank.approval_above_minutes = Approval.ABOVE, 90

    assert builders.a_confirmed_exchange(session, ana, ben, hours="1:30").state == State.APPROVED
    assert builders.a_confirmed_exchange(session, ana, ben, hours="1:35").state == State.CONFIRMED


def test_a_newcomer_s_first_three_wait_and_the_fourth_does_not(session, timebank, ana, ben, jess):
    timebank.approval = Approval.NEWCOMERS
    for _ in range(3):
        exchange = builders.a_confirmed_exchange(session, ana, ben)
        assert exchange.state == State.CONFIRMED
        steps.approve(session, exchange.id, by=jess, at=NOON)

    assert builders.a_confirmed_exchange(session, ana, ben).state == State.APPROVED
    cleo = builders.a_member(session, timebank, "Cleo Cedar")
    assert builders.a_confirmed_exchange(session, ana, cleo).state == State.CONFIRMED


def test_over_the_credit_limit_nothing_is_confirmed(session, timebank, ana, ben):
    timebank.approval = Approval.NONE
    exchange = builders.a_recorded_exchange(session, ana, ben, hours="20:05")

    with pytest.raises(OverTheirLimit) as no, session.begin_nested():
        steps.confirm(session, exchange.id, by=ben, at=NOON)

    assert "Ben Birch" in str(no.value)
    session.refresh(exchange)
    assert (exchange.state, exchange.confirmed_by_id, balances(session, ana, ben)) == (State.RECORDED, None, [0, 0])


def test_the_audit_finds_what_counts_though_neither_a_coordinator_nor_the_other_one_said_so(session, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.approve(session, exchange.id, by=jess, at=NOON)
    assert list(audit.findings(session)) == []

    exchange.contribution.approved_by_id = None
    session.flush()
    assert list(audit.findings(session)) == [
        f"Contribution {exchange.contribution_id}: it counts, and neither a coordinator nor both of the two said so."
    ]
