"""What another rule would do: what would wait, what silence confirms, what is long and what has gone quiet."""

from datetime import timedelta

from tests import builders
from tests.builders import NOON
from timebank.exchanges import foreseen
from timebank.members.choices import Approval


def would_wait(session, timebank, rule, above=120, at=NOON):
    return foreseen.would_wait(session, timebank, rule, above, at=at)


def test_of_what_was_confirmed_lately_it_tells_how_many_would_have_waited(session, timebank, ana, ben):
    for hours in ("1:00", "2:00", "2:05"):
        builders.a_confirmed_exchange(session, ana, ben, hours=hours)
    builders.a_recorded_exchange(session, ana, ben, hours="9:00")

    assert would_wait(session, timebank, Approval.ALL) == (3, 3)
    assert would_wait(session, timebank, Approval.ABOVE) == (1, 3)
    assert would_wait(session, timebank, Approval.ABOVE, above=119) == (2, 3)
    assert would_wait(session, timebank, Approval.NONE) == (0, 3)
    assert would_wait(session, timebank, Approval.ALL, at=NOON + timedelta(days=91)) == (0, 0)


def test_a_newcomer_s_first_three_wait_and_the_fourth_does_not(session, timebank, ana, ben, jess):
    for _number in range(4):
        builders.an_approved_exchange(session, ana, ben, approved_by=jess)
    cat = builders.a_member(session, timebank, "Cat Cedar")
    builders.a_confirmed_exchange(session, ana, cat)

    assert would_wait(session, timebank, Approval.NEWCOMERS) == (4, 5)


def test_what_nobody_has_approved_yet_makes_nobody_known(session, timebank, ana, ben):
    for _number in range(4):
        builders.a_confirmed_exchange(session, ana, ben)

    assert would_wait(session, timebank, Approval.NEWCOMERS) == (4, 4)


def test_what_came_through_long_ago_makes_nobody_a_newcomer(session, timebank, ana, ben, jess):
    for exchange in [builders.an_approved_exchange(session, ana, ben, approved_by=jess) for _number in range(3)]:
        exchange.moved_at = NOON - timedelta(days=91)
    builders.a_confirmed_exchange(session, ana, ben)

    assert would_wait(session, timebank, Approval.NEWCOMERS) == (0, 1)


def test_silence_confirms_what_has_waited_so_long_after_a_reminder_and_the_others_later(session, timebank, ana, ben):
    at = {}
    for days in (10, 4, 2):
        exchange = builders.a_recorded_exchange(session, ana, ben)
        at[days] = exchange.moved_at = NOON - timedelta(days=days)
    builders.a_confirmed_exchange(session, ana, ben)
    session.flush()

    told = foreseen.by_silence(session, timebank, 7, at=NOON)
    assert (told.waiting, told.at_first, told.first_at) == (3, 2, NOON + timedelta(days=3))
    assert told.last_at == at[2] + timedelta(days=7)
    told = foreseen.by_silence(session, timebank, 4, at=NOON)
    assert (told.at_first, told.first_at, told.last_at) == (3, NOON + timedelta(days=2), NOON + timedelta(days=2))


def test_nothing_is_told_of_another_timebank(session, timebank, ana, ben):
    builders.a_recorded_exchange(session, ana, ben)
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")

    assert foreseen.by_silence(session, elsewhere, 7, at=NOON).waiting == 0
    assert foreseen.quiet_for(session, elsewhere, 1, at=NOON + timedelta(days=9)) == 0


def test_what_is_long_and_what_has_gone_quiet(session, timebank, ana, ben):
    builders.a_confirmed_exchange(session, ana, ben, hours="10:00")
    builders.a_proposed_exchange(session, ana, ben)

    assert foreseen.longer_than(session, timebank, 599, at=NOON) == 1
    assert foreseen.longer_than(session, timebank, 600, at=NOON) == 0
    assert foreseen.quiet_for(session, timebank, 14, at=NOON + timedelta(days=14)) == 1
    assert foreseen.quiet_for(session, timebank, 15, at=NOON + timedelta(days=14)) == 0
