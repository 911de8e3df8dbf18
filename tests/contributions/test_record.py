"""The one writer of contributions."""

import pytest
from sqlalchemy import func, select

from tests.builders import NOON, TODAY
from timebank.contributions import record as contributions
from timebank.contributions.models import Capacity, Contribution, Stage
from timebank.contributions.record import AlreadyRecorded, AlreadyTakenBack, Given
from timebank.hours import Hours
from timebank.ledger.balances import balance
from timebank.ledger.posting import OverCreditLimit
from timebank.refusals import NotFound, Unacceptable


def given(giver, receiver=None, minutes=90, **more):
    told = {"reference": "test:1", "giver": giver, "receiver": receiver, "hours": Hours(minutes), "served_on": TODAY}
    return Given(**{**told, **more})


def record(session, what):
    return contributions.record(session, what, approved_by=None, at=NOON)


def balances(session, *members):
    return [balance(session, member.account_id).minutes for member in members]


def how_many(session):
    return session.scalar(select(func.count()).select_from(Contribution))


def test_member_hours_are_in_the_book(session, ana, ben):
    contribution = record(session, given(ana, ben))

    assert contribution.transfer_id is not None
    assert balances(session, ana, ben) == [90, -90]


@pytest.mark.parametrize("capacity", [Capacity.PROFESSIONAL, Capacity.VOLUNTEER])
def test_other_hours_are_counted_and_never_posted(session, ana, ben, capacity):
    contribution = record(session, given(ana, ben, capacity=capacity))

    assert (contribution.minutes, contribution.transfer_id) == (90, None)
    assert balances(session, ana, ben) == [0, 0]


def test_the_same_contribution_twice_is_recorded_once(session, ana, ben):
    assert record(session, given(ana, ben)) is record(session, given(ana, ben))
    assert (how_many(session), balances(session, ana, ben)) == (1, [90, -90])


@pytest.mark.parametrize("other", [{"minutes": 60}, {"stage": Stage.DESIGN}, {"note": "Other"}])
def test_something_else_under_the_same_reference_is_refused(session, ana, ben, other):
    record(session, given(ana, ben))

    with pytest.raises(AlreadyRecorded):
        record(session, given(ana, ben, **other))
    assert balances(session, ana, ben) == [90, -90]


def test_no_time_is_no_contribution(session, ana, ben):
    with pytest.raises(Unacceptable):
        record(session, given(ana, ben, minutes=0))


def test_member_hours_need_two_accounts(session, ana, jess):
    for receiver in (None, jess):
        with pytest.raises(Unacceptable):
            record(session, given(ana, receiver))
    assert how_many(session) == 0


def test_over_the_credit_limit_nothing_is_kept(session, ana, ben):
    with pytest.raises(OverCreditLimit), session.begin_nested():
        record(session, given(ana, ben, minutes=1201))

    assert (how_many(session), balances(session, ana, ben)) == (0, [0, 0])


def test_taken_back_it_counts_no_longer_and_stays_readable(session, ana, ben, jess):
    contribution = record(session, given(ana, ben))

    contributions.reverse(session, contribution.id, reason=" Entered twice ", by=jess.person, at=NOON)

    assert (contribution.reversed_at, contribution.reversal_reason) == (NOON, "Entered twice")
    assert (how_many(session), balances(session, ana, ben)) == (1, [0, 0])
    with pytest.raises(AlreadyTakenBack):
        contributions.reverse(session, contribution.id, reason="Again", by=jess.person, at=NOON)


def test_nothing_is_taken_back_without_a_reason_or_without_being_there(session, ana, ben, jess):
    contribution = record(session, given(ana, ben))

    with pytest.raises(Unacceptable):
        contributions.reverse(session, contribution.id, reason=" ", by=jess.person, at=NOON)
    with pytest.raises(NotFound):
        contributions.reverse(session, 999_999, reason="Why", by=jess.person, at=NOON)
    assert balances(session, ana, ben) == [90, -90]
