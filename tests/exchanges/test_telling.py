"""How an exchange is first told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.builders import NOON, TODAY
from timebank.exchanges import steps, telling
from timebank.exchanges.models import Exchange
from timebank.exchanges.telling import NoLongerThere, WrittenBefore, WrongDay, WrongSide, WrongTime
from timebank.exchanges.workflow import State, StepNotYours
from timebank.hours import Hours
from timebank.listings import board
from timebank.listings.models import ListingKind
from timebank.members.models import MembershipStatus
from timebank.refusals import NotFound, Unacceptable


def record(session, timebank, told, by):
    return telling.record(session, timebank, told, by=by, for_=by, at=NOON)


def how_many(session):
    return session.scalar(select(func.count()).select_from(Exchange))


def test_what_one_told_waits_for_the_other(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)

    assert (exchange.state, exchange.minutes, exchange.asked_id) == (State.RECORDED, 90, ben.id)
    assert (exchange.recorded_by_id, exchange.confirmed_by_id) == (ana.person_id, None)


def test_a_coordinator_writes_down_what_one_of_the_two_told(session, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben, by=jess, for_=ben)

    assert (exchange.told_by_id, exchange.asked_id, exchange.recorded_by_id) == (ben.id, ana.id, jess.person_id)
    assert [(step.by_id, step.for_id) for step in exchange.steps] == [(jess.person_id, ben.id)]


def test_a_member_writes_nothing_down_for_others(session, timebank, ana, ben):
    cleo = builders.a_member(session, timebank, "Cleo Cedar")

    with pytest.raises(StepNotYours):
        builders.a_recorded_exchange(session, ana, ben, by=cleo, for_=ana)


def test_nobody_speaks_for_a_third(session, timebank, ana, ben, jess):
    cleo = builders.a_member(session, timebank, "Cleo Cedar")

    with pytest.raises(Unacceptable):
        builders.a_recorded_exchange(session, ana, ben, by=jess, for_=cleo)


def test_the_same_form_sent_twice_makes_one_exchange(session, timebank, ana, ben):
    told = builders.shared(session, ana, ben)

    assert record(session, timebank, told, ana).id == record(session, timebank, told, ana).id
    assert how_many(session) == 1


@pytest.mark.parametrize(
    "other",
    [{"hours": "2:00"}, {"title": "Something else"}, {"note": "New"}, {"served_on": TODAY - timedelta(days=1)}],
)
def test_the_same_form_with_something_else_in_it_is_refused(session, timebank, ana, ben, other):
    told = builders.shared(session, ana, ben, key="form:one")
    record(session, timebank, told, ana)
    again = builders.shared(session, ana, ben, **{"key": "form:one", **other})

    with pytest.raises(WrittenBefore):
        record(session, timebank, again, ana)
    assert how_many(session) == 1


def test_nobody_helps_themselves(session, ana):
    with pytest.raises(WrongSide):
        builders.a_recorded_exchange(session, ana, ana)


def test_who_has_left_is_not_written_down(session, ana, ben):
    ben.status = MembershipStatus.LEFT

    with pytest.raises(WrongSide, match="Ben Birch does not give or receive hours"):
        builders.a_recorded_exchange(session, ana, ben)


def test_nobody_of_another_timebank_is_written_down(session, ana):
    elsewhere = builders.a_member(session, builders.a_timebank(session, "hillside", "Hillside"), "Hal Hazel")

    with pytest.raises(NotFound):
        builders.a_recorded_exchange(session, ana, elsewhere)


@pytest.mark.parametrize("hours", ["0:05", "24:00"])
def test_whole_steps_within_a_day_are_time(session, ana, ben, hours):
    assert builders.a_recorded_exchange(session, ana, ben, hours=hours).minutes == Hours.read(hours).minutes


@pytest.mark.parametrize("hours", ["0", "1:03", "24:05"])
def test_other_amounts_are_refused(session, ana, ben, hours):
    with pytest.raises(WrongTime):
        builders.a_recorded_exchange(session, ana, ben, hours=hours)


def test_today_has_come_and_tomorrow_has_not(session, ana, ben):
    assert builders.a_recorded_exchange(session, ana, ben, served_on=TODAY).served_on == TODAY
    with pytest.raises(WrongDay):
        builders.a_recorded_exchange(session, ana, ben, served_on=TODAY + timedelta(days=1))


def test_what_was_agreed_is_recorded_by_either(session, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben, hours="1:00")
    steps.agree(session, exchange.id, by=ana, at=NOON)
    told = builders.shared(session, ana, ben, "1:15")

    telling.record_agreed(session, exchange.id, told, by=ana, for_=ana, at=NOON)

    assert (exchange.state, exchange.minutes, exchange.asked_id) == (State.RECORDED, 75, ben.id)
    assert [(step.minutes_before, step.minutes_after) for step in exchange.steps][-1] == (None, 75)


def test_what_was_recorded_is_told_anew_by_who_told_it_only(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    told = builders.shared(session, ana, ben, "1:00")

    with pytest.raises(StepNotYours):
        telling.record_agreed(session, exchange.id, told, by=ben, for_=ben, at=NOON)
    telling.record_agreed(session, exchange.id, told, by=ana, for_=ana, at=NOON)
    assert exchange.minutes == 60


@pytest.mark.parametrize("kind", ListingKind)
def test_on_an_offer_its_owner_gives_and_on_a_request_who_replies(session, ana, ben, kind):
    listing = builders.a_listing(session, ana, kind=kind)

    sides = telling.sides_of_reply(listing, ben)

    assert sides == ((ana.id, ben.id) if kind == ListingKind.OFFER else (ben.id, ana.id))
    with pytest.raises(WrongSide):
        telling.sides_of_reply(listing, ana)


def test_a_reply_to_what_is_off_the_board_is_refused(session, ana, ben):
    closed = builders.a_listing(session, ana)
    board.close(session, closed.id, by=ana, at=builders.NOON)
    over, late = builders.a_listing(session, ana), builders.a_listing(session, ana)
    over.ends_on = late.expires_on = builders.TODAY - timedelta(days=1)

    for listing in (closed, over, late):
        with pytest.raises(NoLongerThere):
            builders.a_proposed_exchange(session, ana, ben, listing_id=listing.id)
