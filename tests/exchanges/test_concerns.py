"""What members tell the coordinators in confidence."""

import json

import pytest
from sqlalchemy import select

from tests import builders
from tests.builders import NOON
from timebank.exchanges import concerns, conversation
from timebank.exchanges.concerns import ClosedBefore, WrongConcern
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine
from timebank.policy import Role
from timebank.refusals import Conflict, NotAllowed, NotFound


def listed(session, timebank, reader, *, closed=False):
    found, count = concerns.listed(session, timebank, reader=reader, closed=closed, limit=9, offset=0)
    assert count == len(found)
    return list(found)


def audited(session, deed):
    return session.scalars(select(AuditLine).where(AuditLine.deed == deed)).all()


def test_a_concern_about_an_exchange_is_about_the_other_one(session, timebank, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    concern = concerns.about_exchange(session, exchange.id, " He shouted. ", by=ana, at=NOON)

    assert (concern.about, concern.text, concern.exchange) == (ben, "He shouted.", exchange)
    assert listed(session, timebank, jess) == [concern]


def test_a_concern_about_a_listing_is_about_whose_it_is(session, ana, ben):
    concern = concerns.about_listing(session, builders.a_listing(session, ben).id, "It is an advert.", by=ana, at=NOON)

    assert (concern.about, concern.listing.title) == (ben, "A lift to the clinic")


def test_an_exchange_of_others_something_elsewhere_and_oneself_are_no_concern(session, timebank, ana, ben):
    cleo = builders.a_member(session, timebank, "Cleo Cedar")
    hal = builders.a_member(session, builders.a_timebank(session, "hillside", "Hillside"), "Hal Hazel")
    exchange = builders.a_recorded_exchange(session, ana, ben)

    for tell, number in (
        (concerns.about_exchange, exchange.id),
        (concerns.about_member, hal.id),
        (concerns.about_listing, builders.a_listing(session, hal).id),
    ):
        with pytest.raises(NotFound):
            tell(session, number, "Hm", by=cleo, at=NOON)
    for text, number in (("Hm", cleo.id), ("  ", ana.id), ("x" * 2001, ana.id)):
        with pytest.raises(WrongConcern):
            concerns.about_member(session, number, text, by=cleo, at=NOON)


def test_a_coordinator_does_not_see_what_is_about_them_or_whom_they_work_for(session, timebank, ana, jess):
    joe = builders.a_person(session, timebank, "Joe Jasmine", Role.MEMBER, Role.COORDINATOR)
    clinic = builders.an_organisation(session, timebank)
    jess.works_for = clinic.organisation
    session.flush()
    about_joe, about_clinic = (concerns.about_member(session, one.id, "Hm", by=ana, at=NOON) for one in (joe, clinic))

    assert listed(session, timebank, joe) == [about_clinic]
    assert listed(session, timebank, jess) == [about_joe]
    for concern, reader in ((about_joe, joe), (about_clinic, jess)):
        with pytest.raises(NotFound):
            concerns.concern_for(session, timebank, concern.id, reader=reader)
        with pytest.raises(NotFound):
            concerns.close(session, concern.id, outcome="Nothing", by=reader, at=NOON)


def test_members_read_none(session, timebank, ana, ben):
    concern = concerns.about_member(session, ben.id, "Hm", by=ana, at=NOON)

    with pytest.raises(NotAllowed):
        concerns.concern_for(session, timebank, concern.id, reader=ana)


def test_closing_says_what_came_of_it_and_stands_in_the_audit_log(session, timebank, ana, ben, jess):
    concern = concerns.about_member(session, ben.id, "Hm", by=ana, at=NOON)
    with pytest.raises(WrongConcern):
        concerns.close(session, concern.id, outcome=" ", by=jess, at=NOON)

    concerns.close(session, concern.id, outcome="They talked.", by=jess, at=NOON)

    assert (listed(session, timebank, jess), listed(session, timebank, jess, closed=True)) == ([], [concern])
    (line,) = audited(session, Deed.CONCERN_CLOSED)
    assert (line.by_id, line.about_id, json.loads(line.told)) == (jess.person_id, None, {"concern_id": concern.id})
    with pytest.raises(ClosedBefore):
        concerns.close(session, concern.id, outcome="Again", by=jess, at=NOON)


def test_a_conversation_is_read_only_for_an_open_concern_and_that_is_written_down(session, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    conversation.say(session, exchange.id, "Pay me.", key="a", by=ben, at=NOON)
    concern = concerns.about_exchange(session, exchange.id, "He wants money.", by=ana, at=NOON)
    page = {"by": jess, "at": NOON, "limit": 9, "offset": 0}

    messages, _more = concerns.read_conversation(session, concern.id, **page)

    assert [message.text for message in messages] == ["Pay me."]
    session.flush()
    (line,) = audited(session, Deed.CONVERSATION_READ)
    assert (line.by_id, line.about_id, json.loads(line.told)["exchange_id"]) == (jess.person_id, None, exchange.id)
    concerns.close(session, concern.id, outcome="They talked.", by=jess, at=NOON)
    with pytest.raises(Conflict):
        concerns.read_conversation(session, concern.id, **page)
