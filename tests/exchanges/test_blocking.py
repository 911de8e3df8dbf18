"""Members who do not want to hear from one another."""

import pytest

from tests import builders
from tests.builders import NOON
from timebank.exchanges import blocking, conversation, steps, telling
from timebank.exchanges.blocking import Blocked
from timebank.exchanges.conversation import NotReached
from timebank.exchanges.telling import WrongSide
from timebank.hours import Hours
from timebank.refusals import NotFound, Unacceptable


@pytest.fixture
def blocked(session, ana, ben):
    """Ana has blocked Ben."""
    blocking.block(session, ben.id, by=ana, at=NOON)


def test_both_directions_are_known_to_the_lists(session, timebank, ana, ben, blocked):
    cleo = builders.a_member(session, timebank, "Cleo Cedar")

    assert blocking.blocked_ids(session, ana) == {ben.id}
    assert blocking.blocked_ids(session, ben) == {ana.id}
    assert blocking.blocked_ids(session, cleo) == set()


def test_only_who_blocked_sees_it_on_their_list(session, ana, ben, blocked):
    assert blocking.blocks_of(session, ana, limit=9, offset=0) == ([ben], 1)
    assert blocking.blocks_of(session, ben, limit=9, offset=0) == ([], 0)


def test_who_is_blocked_hears_what_they_would_hear_of_someone_who_is_away(session, ana, ben, blocked):
    for attempt in (builders.a_proposed_exchange, builders.a_recorded_exchange):
        with pytest.raises(WrongSide) as no:
            attempt(session, ana, ben, by=ben)
        assert str(no.value) == "Ana Alder does not give or receive hours here at the moment."


def test_who_blocked_is_told_why(session, ana, ben, blocked):
    with pytest.raises(Blocked) as no:
        builders.a_proposed_exchange(session, ana, ben, by=ana)
    assert str(no.value) == "You have blocked Ben Birch. Unblock them first, if you would like to be in touch."


def test_messages_do_not_reach_who_blocked(session, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben)
    blocking.block(session, ben.id, by=ana, at=NOON)

    with pytest.raises(NotReached):
        conversation.say(session, exchange.id, "Hello?", key="a", by=ben, at=NOON)


def test_a_proposal_from_before_is_not_changed_to_be_told_of_again(session, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben)
    blocking.block(session, ben.id, by=ana, at=NOON)

    with pytest.raises(WrongSide, match="Ana Alder does not give or receive hours here"):
        telling.propose_anew(session, exchange.id, hours=Hours(60), by=ben, at=NOON)
    assert len(exchange.steps) == 1


def test_what_was_agreed_before_can_still_be_logged(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    blocking.block(session, ben.id, by=ana, at=NOON)

    assert steps.confirm(session, exchange.id, by=ben, at=NOON).confirmed_by_id == ben.person_id


def test_a_coordinator_still_logs_for_both(session, ana, ben, jess, blocked):
    assert builders.a_recorded_exchange(session, ana, ben, by=jess, for_=ben).told_by_id == ben.id


def test_unblocked_they_can_be_in_touch_again_and_twice_is_the_same(session, ana, ben, blocked):
    blocking.block(session, ben.id, by=ana, at=NOON)
    blocking.unblock(session, ben.id, by=ana)
    blocking.unblock(session, ben.id, by=ana)

    assert builders.a_proposed_exchange(session, ana, ben).state == "proposed"


def test_nobody_blocks_themselves_or_someone_elsewhere(session, ana):
    hal = builders.a_member(session, builders.a_timebank(session, "hillside", "Hillside"), "Hal Hazel")

    with pytest.raises(Unacceptable):
        blocking.block(session, ana.id, by=ana, at=NOON)
    with pytest.raises(NotFound):
        blocking.block(session, hal.id, by=ana, at=NOON)
