"""A supporter acts as the member for whom they act, marked as theirs, and never on both sides of an exchange."""

import pytest

from tests import builders
from tests.builders import NOON
from timebank.contributions.models import Contribution
from timebank.exchanges import steps, telling
from timebank.exchanges.taking import parts_of
from timebank.exchanges.telling import WrongSide
from timebank.exchanges.workflow import Part, Step, StepNotYours
from timebank.hours import Hours


@pytest.fixture
def sam(session, timebank):
    return builders.a_member(session, timebank, "Sam Sorrel")


def history(exchange):
    return [(one.step, one.by_id, one.for_id) for one in exchange.steps]


def test_what_a_supporter_does_stands_there_as_done_by_them_for_the_member(session, ana, ben, sam):
    ana.act_by(sam)
    exchange = builders.a_proposed_exchange(session, ben, ana, by=ben)
    steps.agree(session, exchange.id, by=ana, at=NOON)
    told = builders.shared(session, ben, ana)
    telling.record_agreed(session, exchange.id, told, by=ana, for_=ana, at=NOON)

    assert history(exchange) == [
        (Step.PROPOSE, ben.person_id, None),
        (Step.AGREE, sam.person_id, ana.id),
        (Step.RECORD, sam.person_id, ana.id),
    ]
    assert exchange.recorded_by_id == sam.person_id


def test_who_confirmed_for_the_member_is_kept(session, ana, ben, sam):
    ana.act_by(sam)
    exchange = builders.a_recorded_exchange(session, ben, ana, by=ben)

    steps.confirm(session, exchange.id, by=ana, at=NOON)

    assert (exchange.confirmed_by_id, exchange.asked_id) == (sam.person_id, ana.id)


@pytest.mark.parametrize("works_for_it", [False, True])
def test_a_supporter_takes_no_step_for_the_member_where_they_are_the_other_side(
    session, timebank, ana, ben, sam, works_for_it
):
    clinic = builders.an_organisation(session, timebank)
    other = clinic if works_for_it else sam
    if works_for_it:
        sam.works_for = clinic.organisation
        session.flush()
    exchange = builders.a_recorded_exchange(session, other, ana, by=other)
    proposed = builders.a_proposed_exchange(session, other, ana, by=other)
    assert parts_of(exchange, ana) == {Part.ASKED}
    ana.act_by(sam)

    assert parts_of(exchange, ana) == frozenset()
    for step in (
        lambda: steps.confirm(session, exchange.id, by=ana, at=NOON),
        lambda: steps.dispute(session, exchange.id, hours=Hours(60), by=ana, at=NOON),
        lambda: steps.agree(session, proposed.id, by=ana, at=NOON),
        lambda: steps.decline(session, proposed.id, by=ana, at=NOON),
    ):
        with pytest.raises(StepNotYours):
            step()
    for begin in (
        lambda: builders.a_proposed_exchange(session, other, ana, by=ana),
        lambda: builders.a_recorded_exchange(session, other, ana, by=ana),
        lambda: builders.a_recorded_exchange(session, ana, other, by=ana),
    ):
        with pytest.raises(WrongSide, match="Let Ana Alder do this, or a coordinator"):
            begin()
    assert history(exchange) == [(Step.RECORD, other.person_id, None)]
    assert session.query(Contribution).count() == 0


def test_with_others_a_supporter_acts_as_the_member_may(session, ana, ben, sam):
    ana.act_by(sam)

    exchange = builders.a_recorded_exchange(session, ana, ben, by=ana)

    assert parts_of(exchange, ana) == {Part.TELLER}
    assert parts_of(exchange, sam) == frozenset()
