"""What nobody answers."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from tests import builders
from tests.builders import NOON
from timebank.exchanges import conversation, silence, steps, undoing
from timebank.exchanges.conversation import Contact
from timebank.exchanges.taking import is_silent
from timebank.exchanges.workflow import State, StepNotOpen
from timebank.hours import Hours
from timebank.members.choices import Approval
from timebank.notices.models import Notice, NoticeKind


@pytest.fixture
def exchange(session, timebank, ana, ben):
    """Ana has logged time, and Ben does not answer; after ten days silence counts."""
    timebank.silence_days = 10
    return builders.a_recorded_exchange(session, ana, ben)


def after(session, timebank, days):
    return silence.confirm_silent(session, timebank, at=NOON + timedelta(days=days))


def reminders(session):
    query = select(Notice).where(Notice.kind == NoticeKind.TO_CONFIRM, Notice.key.like("%silence%"))
    return session.scalars(query).all()


@pytest.fixture
def silent(session, timebank, exchange):
    """Ben was reminded on the seventh day, and has not answered on the tenth either."""
    assert [after(session, timebank, day) for day in (7, 10)] == [0, 1]
    session.refresh(exchange)
    return exchange


def test_without_a_rule_nobody_s_silence_counts(session, timebank, exchange):
    timebank.silence_days = None

    assert [after(session, timebank, day) for day in (7, 400)] == [0, 0]
    assert reminders(session) == []


def test_who_is_asked_is_told_three_days_before_and_once(session, timebank, exchange, ben):
    assert after(session, timebank, 6.9) == 0
    assert reminders(session) == []

    for day in (7, 7.5, 8):
        after(session, timebank, day)
    (reminder,) = reminders(session)
    told = json.loads(reminder.told)
    assert (reminder.membership_id, told["counts_on"], told["minutes"], told["gave"]) == (
        ben.id,
        "2026-06-20",
        90,
        True,
    )


def test_silence_confirms_and_is_not_confirmed_by_both(session, timebank, silent):
    assert (silent.state, silent.confirmed_by_id, is_silent(silent)) == (State.CONFIRMED, None, True)
    assert [(step.step, step.by_id, step.for_id) for step in silent.steps][1:] == [("confirm", None, None)]
    assert after(session, timebank, 11) == 0


def test_nobody_s_silence_counts_who_has_not_known_it_for_three_days(session, timebank, exchange):
    assert [after(session, timebank, day) for day in (12, 14.9)] == [0, 0]
    assert json.loads(reminders(session)[0].told)["counts_on"] == "2026-06-25"
    assert after(session, timebank, 15) == 1


def test_a_silent_one_always_waits_for_a_coordinator(session, timebank, exchange, jess):
    timebank.approval = Approval.NONE
    assert [after(session, timebank, day) for day in (7, 10)] == [0, 1]
    session.refresh(exchange)
    assert exchange.state == State.CONFIRMED

    steps.approve(session, exchange.id, by=jess, at=NOON)
    assert (exchange.state, exchange.contribution.confirmed_by_id) == (State.APPROVED, None)


def test_until_it_is_approved_the_silent_one_can_still_confirm_or_tell_another_time(session, silent, ben, jess):
    steps.dispute(session, silent.id, hours=Hours(30), by=ben, at=NOON)
    assert silent.state == State.DISPUTED
    steps.settle(session, silent.id, hours=Hours(60), by=jess, at=NOON)

    assert not is_silent(silent)
    with pytest.raises(StepNotOpen):
        steps.dispute(session, silent.id, hours=Hours(30), by=ben, at=NOON)


def test_who_says_afterwards_that_it_is_right_has_confirmed_it(session, silent, ben):
    steps.confirm(session, silent.id, by=ben, at=NOON)

    assert (silent.state, silent.confirmed_by_id, is_silent(silent)) == (State.CONFIRMED, ben.person_id, False)


def test_told_anew_it_is_asked_about_anew(session, timebank, exchange, ana, ben):
    after(session, timebank, 7)
    steps.confirm(session, exchange.id, by=ben, at=NOON)
    undoing.undo(session, exchange.id, by=ben, at=NOON + timedelta(days=9))

    assert [after(session, timebank, day) for day in (10, 16, 19)] == [0, 0, 1]
    assert len(reminders(session)) == 2


def test_other_timebanks_keep_their_own_rule(session, timebank, exchange):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside")
    elsewhere.silence_days = 1

    assert [after(session, elsewhere, day) for day in (7, 10)] == [0, 0]


def test_a_round_asks_the_database_no_more_for_many_than_for_few(session, timebank, ana, ben, exchange):
    for _ in range(5):
        builders.a_recorded_exchange(session, ana, ben)
    after(session, timebank, 7)
    asked = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listener := lambda *_told: asked.append(1))
    after(session, timebank, 8)
    event.remove(engine, "before_cursor_execute", listener)

    assert len(asked) == 2


def test_silence_opens_nobody_s_contact(session, silent, ana, ben):
    assert conversation.contact_of(session, silent, reader=ana) == Contact()
    assert conversation.contact_of(session, silent, reader=ben).email == "ana@example.org"
