"""What somebody said on the telephone, written down for them: whose word it is, who wrote it, and who may."""

import json

import pytest
from sqlalchemy import select

from tests.builders import (
    NOON,
    a_confirmed_exchange,
    a_coordinator,
    a_member,
    a_person,
    a_recorded_exchange,
    a_timebank,
    an_organisation,
)
from timebank.exchanges import steps
from timebank.exchanges.by_phone import confirm_for
from timebank.exchanges.steps import Changed
from timebank.exchanges.taking import as_told
from timebank.exchanges.workflow import State, Step, StepNotOpen, StepNotYours
from timebank.members.audit_log import Deed
from timebank.members.choices import Approval
from timebank.members.models import AuditLine
from timebank.refusals import NotFound


def test_it_is_confirmed_by_their_word_and_the_history_says_who_wrote_it_down(session, ana, ben, jess):
    exchange = a_recorded_exchange(session, ana, ben)
    confirm_for(session, exchange.id, by=jess, at=NOON, note="By phone.", seen=as_told(exchange))

    assert (exchange.state, exchange.confirmed_by_id) == (State.CONFIRMED, ben.person_id)
    session.expire(exchange)
    last = exchange.steps[-1]
    assert (last.step, last.by_id, last.for_id, last.note) == (Step.CONFIRM, jess.person_id, ben.id, "By phone.")
    approved = steps.approve(session, exchange.id, by=jess, at=NOON)
    assert approved.contribution.confirmed_by_id == ben.person_id
    session.expire_all()
    assert (ana.account.balance_minutes, ben.account.balance_minutes) == (90, -90)


def test_it_stands_in_the_audit_log(session, ana, ben, jess):
    exchange = a_recorded_exchange(session, ana, ben)
    confirm_for(session, exchange.id, by=jess, at=NOON, note="By phone.")

    line = session.scalars(select(AuditLine).where(AuditLine.deed == Deed.CONFIRMED_FOR.value)).one()
    assert (line.by_id, line.about_id) == (jess.person_id, ben.id)
    told = {"exchange_id": exchange.id, "other_id": ana.id, "minutes": 90}
    assert json.loads(line.told) == {**told, "word": "By phone."}


def test_a_coordinator_s_yes_is_a_step_of_its_own_whatever_the_policy_is(session, timebank, ana, ben, jess):
    timebank.approval = Approval.NONE
    exchange = a_recorded_exchange(session, ana, ben)

    assert confirm_for(session, exchange.id, by=jess, at=NOON).state == State.CONFIRMED
    assert ana.account.balance_minutes == 0


def test_an_organisation_has_no_word_so_that_it_is_not_confirmed_by_both(session, timebank, ana, jess):
    exchange = a_recorded_exchange(session, ana, an_organisation(session, timebank))
    confirm_for(session, exchange.id, by=jess, at=NOON)

    assert (exchange.state, exchange.confirmed_by_id) == (State.CONFIRMED, None)


def test_who_is_part_of_it_and_who_is_no_coordinator_may_not(session, timebank, ana, ben, jess):
    moss = a_person(session, timebank, "Moss Maple", *ana.roles, *jess.roles)
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    own, asked, others = (a_recorded_exchange(session, *sides) for sides in [(moss, ben), (ana, moss), (ana, ben)])
    for exchange, by in [(own, moss), (asked, moss), (others, cleo), (others, ana), (others, ben)]:
        with pytest.raises(StepNotYours):
            confirm_for(session, exchange.id, by=by, at=NOON)
    assert {own.state, asked.state, others.state} == {State.RECORDED}


def test_what_was_changed_meanwhile_is_not_confirmed(session, ana, ben, jess):
    exchange = a_recorded_exchange(session, ana, ben)
    with pytest.raises(Changed):
        confirm_for(session, exchange.id, by=jess, at=NOON, seen="something else")
    assert exchange.state == State.RECORDED


def test_it_is_done_once_and_in_one_s_own_timebank(session, timebank, ana, ben, jess):
    exchange = a_confirmed_exchange(session, ana, ben)
    officer = a_coordinator(session, a_timebank(session, "hillside", "Hillside"), "Otto Oak")
    with pytest.raises(StepNotOpen):
        confirm_for(session, exchange.id, by=jess, at=NOON)
    with pytest.raises(NotFound):
        confirm_for(session, exchange.id, by=officer, at=NOON)
