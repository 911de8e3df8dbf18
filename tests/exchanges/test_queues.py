"""Which exchanges wait for whom, and what approving would do."""

import pytest
from sqlalchemy import event

from tests import builders
from tests.builders import NOON
from timebank.exchanges import queues, steps
from timebank.exchanges.queues import Group
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.policy import Role
from timebank.refusals import NotFound


@pytest.fixture
def questions(session):
    """How many statements were sent."""
    sent = []
    bind = session.get_bind()

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    event.listen(bind, "before_cursor_execute", note)
    yield sent
    event.remove(bind, "before_cursor_execute", note)


def of(session, member, group):
    rows, count = queues.of_member(session, member, group, limit=10, offset=0)
    assert len(rows) == count
    return [exchange.id for exchange in rows]


def test_the_oldest_waits_first_and_what_is_decided_waits_no_longer(session, timebank, ana, ben, jess):
    first = builders.a_recorded_exchange(session, ana, ben)
    second = builders.a_confirmed_exchange(session, ana, ben)
    builders.an_approved_exchange(session, ana, ben, approved_by=jess)
    builders.a_proposed_exchange(session, ana, ben)

    rows, count = queues.waiting(session, timebank, None, limit=10, offset=0)
    assert ([exchange.id for exchange in rows], count) == ([first.id, second.id], 2)
    rows, count = queues.waiting(session, timebank, State.CONFIRMED, limit=10, offset=0)
    assert ([exchange.id for exchange in rows], count) == ([second.id], 1)
    rows, count = queues.waiting(session, timebank, None, limit=1, offset=1)
    assert ([exchange.id for exchange in rows], count) == ([second.id], 2)
    assert queues.waiting(session, timebank, State.APPROVED, limit=10, offset=0) == ([], 0)


def test_the_queue_asks_no_more_for_many_than_for_one(session, timebank, ana, ben, questions):
    for _ in range(5):
        builders.a_recorded_exchange(session, ana, ben)
    session.expire_all()
    session.refresh(timebank)
    questions.clear()
    rows, _count = queues.waiting(session, timebank, None, limit=10, offset=0)
    assert {exchange.provider.name for exchange in rows} == {"Ana Alder"}
    assert len(questions) == 1  # the page brings along how many there are


def test_a_members_exchanges_are_sorted_by_whose_turn_it_is(session, ana, ben, jess):
    told_by_ben = builders.a_recorded_exchange(session, ana, ben, by=ben)
    told_by_ana = builders.a_recorded_exchange(session, ana, ben)
    proposed_by_ben = builders.a_proposed_exchange(session, ana, ben)
    confirmed = builders.a_confirmed_exchange(session, ana, ben)
    approved = builders.an_approved_exchange(session, ana, ben, approved_by=jess)

    assert of(session, ana, Group.FOR_ME) == [proposed_by_ben.id, told_by_ben.id]
    assert of(session, ana, Group.UNDER_WAY) == [confirmed.id, told_by_ana.id]
    assert of(session, ana, Group.DONE) == [approved.id]
    assert of(session, ben, Group.FOR_ME) == [told_by_ana.id]
    assert of(session, jess, Group.DONE) == []


def test_an_exchange_is_for_the_two_and_for_coordinators(session, timebank, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    there = builders.a_timebank(session, "hillside", "Hillside")
    strangers = [builders.a_member(session, timebank, "Cleo Cedar"), builders.a_coordinator(session, there, "Hal H")]

    for reader in (ana, ben, jess):
        assert queues.exchange_for(session, timebank, exchange.id, reader=reader) is exchange
    with pytest.raises(NotFound):
        queues.exchange_for(session, timebank, exchange.id, reader=strangers[0])
    with pytest.raises(NotFound):
        queues.exchange_for(session, there, exchange.id, reader=strangers[1])


def test_a_preview_tells_the_balances_before_and_after(session, timebank, ana, ben, jess):
    builders.an_approved_exchange(session, ana, ben, approved_by=jess, hours="1:00")
    one = builders.a_confirmed_exchange(session, ana, ben, hours="2:00")
    two = builders.a_recorded_exchange(session, ben, ana, hours="0:30")

    told = queues.preview(session, timebank, [two.id, one.id], by=jess)

    assert ([exchange.id for exchange in told.to_post], told.total) == ([one.id, two.id], Hours(150))
    assert [(effect.membership.name, effect.now.minutes, effect.after.minutes) for effect in told.effects] == [
        ("Ana Alder", 60, 150),
        ("Ben Birch", -60, -150),
    ]


def test_a_preview_leaves_out_own_ones_and_what_cannot_be_approved(session, timebank, ana, ben):
    jo = builders.a_person(session, timebank, "Jo Jasmine", Role.MEMBER, Role.COORDINATOR)
    own = builders.a_confirmed_exchange(session, ana, jo)
    disputed = builders.a_recorded_exchange(session, ana, ben)
    steps.dispute(session, disputed.id, hours=Hours(30), by=ben, at=NOON)

    told = queues.preview(session, timebank, [own.id, disputed.id], by=jo)

    assert (told.own, told.left, told.to_post, told.total) == ([own], [disputed], [], Hours(0))


def test_a_preview_leaves_out_those_of_the_organisation_one_works_for(session, timebank, ana, jess):
    clinic = builders.an_organisation(session, timebank)
    exchange = builders.a_recorded_exchange(session, ana, clinic)
    jess.works_for = clinic.organisation

    assert queues.preview(session, timebank, [exchange.id], by=jess).own == [exchange]


def test_a_preview_foretells_what_approving_does(session, timebank, ana, ben, jess):
    exact = builders.a_confirmed_exchange(session, ana, ben, hours="20:00")
    one_more = builders.a_confirmed_exchange(session, ana, ben, hours="0:05")
    back = builders.a_confirmed_exchange(session, ben, ana, hours="1:00")
    again = builders.a_confirmed_exchange(session, ana, ben, hours="1:00")
    ids = [exact.id, one_more.id, back.id, again.id]

    told = queues.preview(session, timebank, ids, by=jess)
    done = steps.approve_each(session, dict.fromkeys(ids), by=jess, at=NOON)

    assert (told.over_limit, told.to_post) == ([one_more], list(done.done))
    assert [effect.would_pass_limit for effect in told.effects] == [False, True]
    session.expire_all()
    assert [effect.membership.account.balance_minutes for effect in told.effects] == [
        effect.after.minutes for effect in told.effects
    ]


def test_a_preview_holds_nothing_of_another_timebank(session, timebank, ana, ben):
    there = builders.a_timebank(session, "hillside", "Hillside")
    stranger = builders.a_coordinator(session, there, "Hal Hazel")
    exchange = builders.a_confirmed_exchange(session, ana, ben)

    told = queues.preview(session, there, [exchange.id], by=stranger)

    assert (told.to_post, told.own, told.left, told.over_limit) == ([], [], [], [])


def test_home_tells_what_waits_for_an_answer_and_what_was_last(session, ana, ben, jess):
    asked = [builders.a_recorded_exchange(session, ana, ben, by=ben) for _ in range(3)]
    done = [builders.an_approved_exchange(session, ana, ben, approved_by=jess) for _ in range(2)]
    own = builders.a_recorded_exchange(session, ana, ben)

    awaiting, count, recent = queues.at_home(session, ana, awaiting=2, recent=4)

    assert ([one.id for one in awaiting], count) == ([asked[2].id, asked[1].id], 3)
    assert [one.id for one in recent] == [own.id, done[1].id, done[0].id, asked[2].id]
    assert queues.at_home(session, jess, awaiting=2, recent=4) == ([], 0, [])
