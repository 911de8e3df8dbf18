"""What each step leaves behind, in the exchange, its history and the book."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import NOON
from timebank.contributions.models import Contribution
from timebank.exchanges import steps, taking, telling
from timebank.exchanges.models import Exchange
from timebank.exchanges.steps import Changed
from timebank.exchanges.workflow import State, StepNotOpen, StepNotYours
from timebank.hours import Hours
from timebank.ledger.balances import balance
from timebank.ledger.models import Transfer
from timebank.ledger.posting import OverCreditLimit
from timebank.members.models import Membership
from timebank.members.named import OverTheirLimit
from timebank.policy import Role
from timebank.refusals import NotFound, Unacceptable


def balances(session, *members):
    return [balance(session, member.account_id).minutes for member in members]


def test_approving_moves_the_hours_from_the_receiver_to_the_provider(session, ana, ben, jess):
    exchange = builders.an_approved_exchange(session, ana, ben, approved_by=jess)

    assert (exchange.state, balances(session, ana, ben)) == (State.APPROVED, [90, -90])
    contribution = session.get(Contribution, exchange.contribution_id)
    assert (contribution.giver_id, contribution.confirmed_by_id) == (ana.id, ben.person_id)
    assert contribution.approved_by_id == jess.person_id


def test_what_only_one_told_can_be_approved_and_says_so(session, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)

    steps.approve(session, exchange.id, by=jess, at=NOON)

    assert exchange.contribution.confirmed_by_id is None


@pytest.mark.parametrize("gives", [True, False])
def test_a_coordinator_decides_nothing_for_the_organisation_they_work_for(session, timebank, ana, jess, gives):
    other, clinic = (
        builders.a_coordinator(session, timebank, "Joe Jasmine"),
        builders.an_organisation(session, timebank),
    )
    jess.works_for = clinic.organisation
    sides = (clinic, ana) if gives else (ana, clinic)
    exchange = builders.a_recorded_exchange(session, *sides, by=jess, for_=clinic)

    for step in (steps.approve, steps.decline):
        with pytest.raises(StepNotYours):
            step(session, exchange.id, by=jess, at=NOON)
    steps.approve(session, exchange.id, by=other, at=NOON)
    with pytest.raises(StepNotYours):
        steps.reverse(session, exchange.id, reason="Why", by=jess, at=NOON)
    assert balances(session, ana) == [-90 if gives else 90]


def test_the_second_of_two_coordinators_finds_it_approved(session, timebank, ana, ben, jess):
    other = builders.a_coordinator(session, timebank, "Joe Jasmine")
    exchange = builders.an_approved_exchange(session, ana, ben, approved_by=jess)

    with pytest.raises(StepNotOpen):
        steps.approve(session, exchange.id, by=other, at=NOON)
    assert balances(session, ana, ben) == [90, -90]


def test_two_coordinators_who_approve_the_same_ones_at_once_post_each_once(own_engine):
    with Session(own_engine) as session:
        timebank = builders.a_timebank(session)
        ana, ben = builders.a_member(session, timebank), builders.a_member(session, timebank, "Ben Birch")
        coordinators = [builders.a_coordinator(session, timebank, name).id for name in ("Jess J", "Joe J")]
        ids = [builders.a_confirmed_exchange(session, *pair).id for pair in [(ana, ben), (ben, ana)] * 3]
        there_and_back = ids[::-1], ids
        session.commit()

    def approve_all(coordinator, numbers):
        with Session(own_engine) as session:
            by = session.get(Membership, coordinator)
            told = steps.approve_each(session, dict.fromkeys(numbers), by=by, at=NOON)
            done = len(told.done)
            session.commit()
            return done, {type(why) for _one, why in told.refused}

    with ThreadPoolExecutor(2) as two:
        told = list(two.map(approve_all, coordinators, there_and_back))

    assert sorted(told, key=lambda one: one[0]) == [(0, {StepNotOpen}), (6, set())]
    with Session(own_engine) as session:
        assert session.scalar(select(func.count()).select_from(Transfer)) == 6


def test_a_coordinator_who_is_a_party_does_not_decide(session, timebank, ana):
    jo = builders.a_person(session, timebank, "Jo Jasmine", Role.MEMBER, Role.COORDINATOR)
    exchange = builders.a_confirmed_exchange(session, ana, jo)

    with pytest.raises(StepNotYours):
        steps.approve(session, exchange.id, by=jo, at=NOON)
    assert balances(session, ana, jo) == [0, 0]


def test_over_the_credit_limit_nothing_is_kept(session, ana, ben, jess):
    exchange = builders.a_confirmed_exchange(session, ana, ben, hours="20:05")

    with pytest.raises(OverCreditLimit), session.begin_nested():
        steps.approve(session, exchange.id, by=jess, at=NOON)
    assert (exchange.state, balances(session, ana, ben)) == (State.CONFIRMED, [0, 0])


def test_what_was_changed_since_it_was_shown_is_not_approved(session, ana, ben, jess):
    exchange = builders.a_confirmed_exchange(session, ana, ben)

    with pytest.raises(Changed), session.begin_nested():
        steps.approve(session, exchange.id, by=jess, at=NOON, seen=Hours(60))
    assert exchange.state == State.CONFIRMED


def test_one_no_does_not_stop_the_others(session, timebank, ana, ben, jess):
    too_much = builders.a_confirmed_exchange(session, ana, ben, hours="20:05")
    fine = builders.a_confirmed_exchange(session, ana, ben, hours="2:00")
    back = builders.a_confirmed_exchange(session, ben, ana, hours="1:00")

    told = steps.approve_each(
        session, {fine.id: Hours(120), too_much.id: None, back.id: None, 999_999: None}, by=jess, at=NOON
    )

    assert ([one.id for one in told.done], told.hours) == ([fine.id, back.id], Hours(180))
    assert [(one and one.id, type(why)) for one, why in told.refused] == [
        (too_much.id, OverTheirLimit),
        (None, NotFound),
    ]
    assert balances(session, ana, ben) == [60, -60]


def test_exchanges_of_another_timebank_are_out_of_reach(session, ana, ben):
    there = builders.a_timebank(session, "hillside", "Hillside")
    stranger = builders.a_coordinator(session, there, "Hal Hazel")
    exchange = builders.a_confirmed_exchange(session, ana, ben)

    told = steps.approve_each(session, {exchange.id: None}, by=stranger, at=NOON)

    assert (told.done, [one for one, _why in told.refused]) == ((), [None])
    assert session.get(Exchange, exchange.id).state == State.CONFIRMED


@pytest.mark.parametrize(("remembered", "settled_at"), [("1:25", 85), ("1:35", 90), ("1:30", 90)])
def test_a_difference_within_one_step_settles_at_the_lower_figure(session, ana, ben, remembered, settled_at):
    exchange = builders.a_recorded_exchange(session, ana, ben)

    steps.dispute(session, exchange.id, hours=Hours.read(remembered), by=ben, at=NOON)

    assert (exchange.state, exchange.minutes) == (State.CONFIRMED, settled_at)
    assert exchange.confirmed_by_id == ben.person_id


def test_a_larger_difference_waits_for_a_coordinator(session, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, exchange.id, hours=Hours.read("1:20"), by=ben, at=NOON, note="It rained")

    assert (exchange.state, exchange.minutes, exchange.other_minutes) == (State.DISPUTED, 90, 80)
    with pytest.raises(StepNotOpen):
        steps.approve(session, exchange.id, by=jess, at=NOON)
    steps.settle(session, exchange.id, hours=Hours(85), by=jess, at=NOON)
    assert (exchange.state, exchange.minutes, exchange.confirmed_by_id) == (State.CONFIRMED, 85, None)


def test_sent_back_it_is_to_be_confirmed_anew(session, ana, ben, jess):
    exchange = builders.a_confirmed_exchange(session, ana, ben)

    with pytest.raises(Unacceptable):
        steps.send_back(session, exchange.id, by=jess, at=NOON, note=" ")
    steps.send_back(session, exchange.id, by=jess, at=NOON, note="Which day?")
    assert (exchange.state, exchange.confirmed_by_id) == (State.RECORDED, None)
    assert exchange.steps[-1].note == "Which day?"


def test_of_what_is_sent_back_the_other_time_is_forgotten(session, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, exchange.id, hours=Hours(30), by=ben, at=NOON)
    steps.send_back(session, exchange.id, by=jess, at=NOON, note="Which day?")

    assert (exchange.state, exchange.minutes, exchange.other_minutes) == (State.RECORDED, 90, None)


def test_reversed_both_balances_stand_as_before(session, ana, ben, jess):
    exchange = builders.an_approved_exchange(session, ana, ben, approved_by=jess)

    steps.reverse(session, exchange.id, reason="Entered twice", by=jess, at=NOON)

    assert (exchange.state, balances(session, ana, ben)) == (State.REVERSED, [0, 0])
    with pytest.raises(StepNotOpen):
        steps.reverse(session, exchange.id, reason="Again", by=jess, at=NOON)


def test_declined_nothing_moves(session, ana, ben, jess):
    exchange = builders.a_confirmed_exchange(session, ana, ben)

    steps.decline(session, exchange.id, by=jess, at=NOON, note="Paid work")

    assert (exchange.state, balances(session, ana, ben)) == (State.DECLINED, [0, 0])


def test_a_coordinator_who_is_one_of_the_two_never_speaks_for_the_other(session, timebank, ana):
    sian = builders.a_person(session, timebank, "Siân Howells", Role.MEMBER, Role.COORDINATOR)

    with pytest.raises(StepNotYours):
        builders.a_recorded_exchange(session, sian, ana, by=sian, for_=ana)
    agreed = builders.a_proposed_exchange(session, sian, ana, by=ana)
    steps.agree(session, agreed.id, by=sian, at=builders.NOON)
    told = builders.shared(session, sian, ana)
    with pytest.raises(StepNotYours):
        telling.record_agreed(session, agreed.id, told, by=sian, for_=ana, at=builders.NOON)


def test_only_what_was_seen_is_confirmed(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben, hours="1:30")
    seen = taking.as_told(exchange)
    telling.record_agreed(
        session, exchange.id, builders.shared(session, ana, ben, "20:00"), by=ana, for_=ana, at=builders.NOON
    )

    with pytest.raises(steps.Changed), session.begin_nested():
        steps.confirm(session, exchange.id, by=ben, at=builders.NOON, seen=seen)
    session.refresh(exchange)
    assert exchange.state == State.RECORDED


def test_a_day_longer_ago_than_two_years_is_asked_about(session, ana, ben):
    with pytest.raises(telling.WrongDay):
        builders.a_recorded_exchange(session, ana, ben, served_on=builders.TODAY - timedelta(days=732))
    assert builders.a_recorded_exchange(session, ana, ben, served_on=builders.TODAY - timedelta(days=731))
