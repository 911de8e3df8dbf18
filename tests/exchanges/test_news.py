"""Who is told of each step, and what the audit log says."""

import json

import pytest
from sqlalchemy import event, select

from tests import builders
from tests.builders import NOON
from timebank.exchanges import steps, telling
from timebank.hours import Hours
from timebank.members.choices import Approval
from timebank.members.models import AuditLine
from timebank.notices.models import Notice


@pytest.fixture
def told(session):
    """What was told since it was asked for last: to whom, what kind, and the values that matter."""
    seen = set()

    def since():
        found = [one for one in session.scalars(select(Notice).order_by(Notice.id)) if one.id not in seen]
        seen.update(one.id for one in found)
        return [(one.membership_id, one.kind.value, json.loads(one.told)) for one in found]

    return since


def audited(session):
    session.flush()
    lines = session.scalars(select(AuditLine).order_by(AuditLine.id))
    return [(line.deed, line.by_id, line.about_id, json.loads(line.told)) for line in lines]


def test_a_proposal_is_told_to_who_is_asked_and_the_answer_to_who_asked(session, told, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben, first_word="Could you?")
    about = {"exchange_id": exchange.id, "title": exchange.title}
    assert told() == [(ana.id, "proposal", {**about, "other": "Ben Birch", "word": "Could you?"})]

    steps.decline(session, exchange.id, by=ana, at=NOON, note="I am away.")
    answer = {**about, "other": "Ana Alder", "answer": "declined", "word": "I am away."}
    assert told() == [(ben.id, "answer", answer)]


@pytest.mark.parametrize("by_who_asked", [True, False])
def test_calling_it_off_is_told_to_the_other_one(session, told, ana, ben, by_who_asked):
    exchange = builders.a_proposed_exchange(session, ana, ben)
    steps.agree(session, exchange.id, by=ana, at=NOON)
    assert [(to, kind, values.get("answer")) for to, kind, values in told()][1:] == [(ben.id, "answer", "agreed")]

    steps.cancel(session, exchange.id, by=ben if by_who_asked else ana, at=NOON)
    ((to, kind, values),) = told()
    assert (to, kind, values["answer"]) == (ana.id if by_who_asked else ben.id, "answer", "cancelled")


def test_a_changed_proposal_is_told_and_one_that_stays_as_it_was_is_not(session, told, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben)
    told()
    telling.propose_anew(session, exchange.id, hours=Hours(90), by=ben, at=NOON)
    assert told() == []

    telling.propose_anew(session, exchange.id, hours=None, by=ben, at=NOON)
    assert [(to, kind) for to, kind, _values in told()] == [(ana.id, "proposal")]
    assert exchange.proposed_minutes is None


def test_who_is_asked_to_confirm_is_told_each_time_it_is_told_anew(session, told, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    values = {"exchange_id": exchange.id, "title": exchange.title, "other": "Ana Alder", "minutes": 90, "gave": True}
    assert told() == [(ben.id, "to confirm", values)]

    anew = builders.shared(session, ana, ben, "1:00")
    telling.record_agreed(session, exchange.id, anew, by=ana, for_=ana, at=NOON)
    assert told() == [(ben.id, "to confirm", {**values, "minutes": 60})]


def test_another_time_is_told_to_who_logged_it(session, told, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    told()
    steps.dispute(session, exchange.id, hours=Hours(60), by=ben, at=NOON)
    values = {"exchange_id": exchange.id, "title": exchange.title, "other": "Ben Birch", "minutes": 60}
    assert told() == [(ana.id, "disputed", values)]


def test_a_close_time_that_settles_itself_is_told_as_settled(session, told, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    told()
    steps.dispute(session, exchange.id, hours=Hours(85), by=ben, at=NOON)
    ((to, kind, values),) = told()
    assert (to, kind, values["decision"], values["minutes"]) == (ana.id, "decided", "settled", 85)


def _settled(session, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, exchange.id, hours=Hours(30), by=ben, at=NOON)
    return steps.settle(session, exchange.id, hours=Hours(60), by=jess, at=NOON, note="Word")


def _sent_back(session, ana, ben, jess):
    exchange = builders.a_confirmed_exchange(session, ana, ben)
    return steps.send_back(session, exchange.id, by=jess, at=NOON, note="Word")


def _declined(session, ana, ben, jess):
    exchange = builders.a_confirmed_exchange(session, ana, ben)
    return steps.decline(session, exchange.id, by=jess, at=NOON, note="Word")


def _reversed(session, ana, ben, jess):
    exchange = builders.an_approved_exchange(session, ana, ben, approved_by=jess)
    return steps.reverse(session, exchange.id, by=jess, at=NOON, reason="Word")


@pytest.mark.parametrize(
    ("decision", "decide"),
    [("settled", _settled), ("sent back", _sent_back), ("declined", _declined), ("reversed", _reversed)],
)
def test_a_decision_is_told_to_both_and_stands_in_the_audit_log(session, told, ana, ben, jess, decision, decide):
    exchange = decide(session, ana, ben, jess)

    values = {"exchange_id": exchange.id, "title": exchange.title, "decision": decision}
    values |= {"minutes": exchange.minutes, "word": "Word"}
    assert told()[-2:] == [(one.id, "decided", values) for one in (ana, ben)]
    line = {"exchange_id": exchange.id, "other_id": ben.id, "minutes": exchange.minutes, "word": "Word"}
    assert audited(session)[-1] == (decision, jess.person_id, ana.id, line)


def test_logging_for_others_stands_in_the_audit_log_and_logging_for_oneself_does_not(session, ana, ben, jess):
    builders.a_recorded_exchange(session, ana, ben)
    exchange = builders.a_recorded_exchange(session, ana, ben, by=jess, for_=ben)

    ((deed, by_id, about_id, values),) = audited(session)
    assert (deed, by_id, about_id, values["minutes"]) == ("logged", jess.person_id, ana.id, exchange.minutes)


def test_what_the_rule_approves_is_told_to_who_does_not_know_and_is_nobody_s_decision(
    session, told, timebank, ana, ben
):
    timebank.approval = Approval.NONE
    builders.a_confirmed_exchange(session, ana, ben)

    to, kind, values = told()[-1]
    assert (to, kind, values["decision"]) == (ana.id, "decided", "approved")
    assert audited(session) == []


def test_approving_many_asks_the_database_equally_often_for_each(session, told, ana, ben, jess):
    def approve(number):
        ids = [builders.a_confirmed_exchange(session, ana, ben, hours="0:05").id for _ in range(number)]
        session.commit()
        asked, engine = [], session.get_bind()
        event.listen(engine, "before_cursor_execute", listener := lambda *_told: asked.append(1))
        assert len(steps.approve_each(session, dict.fromkeys(ids), by=jess, at=NOON).done) == number
        event.remove(engine, "before_cursor_execute", listener)
        return len(asked)

    approve(1)
    one, few, many = approve(1), approve(4), approve(8)
    assert many - few <= 4 * 16
    assert few - one <= 3 * 16
