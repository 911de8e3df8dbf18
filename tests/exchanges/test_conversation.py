"""What the two say to each other."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import NOON
from timebank.exchanges import conversation, steps
from timebank.exchanges.conversation import Contact, NotReached, WrittenBefore, WrongMessage
from timebank.exchanges.models import Message
from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.models import Membership, MembershipStatus
from timebank.members.page import Shown
from timebank.notices.models import Notice, NoticeKind
from timebank.refusals import NotFound


@pytest.fixture
def exchange(session, ana, ben):
    """Ben has asked Ana for something."""
    return builders.a_proposed_exchange(session, ana, ben)


def read(session, exchange, reader, **page):
    messages, more = conversation.messages_of(session, exchange, reader=reader, **{"limit": 20, "offset": 0, **page})
    return [message.text for message in messages], more


def notices(session, kind):
    return session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)).all()


def test_the_two_write_to_each_other_and_each_is_told(session, exchange, ana, ben):
    conversation.say(session, exchange.id, " On Friday?\r\nAt ten. ", key="a", by=ben, at=NOON)
    conversation.say(session, exchange.id, "Yes, gladly.", key="b", by=ana, at=NOON)

    assert read(session, exchange, ana) == (["On Friday?\nAt ten.", "Yes, gladly."], False)
    first, second = notices(session, NoticeKind.MESSAGE)
    assert (first.membership_id, second.membership_id) == (ana.id, ben.id)
    told = {"exchange_id": exchange.id, "other": "Ben Birch", "title": exchange.title, "text": "On Friday?\nAt ten."}
    assert json.loads(first.told) == told


def test_a_double_tap_says_it_once_and_another_content_is_refused(session, exchange, ana, ben):
    for _ in range(2):
        conversation.say(session, exchange.id, "Hello", key="a", by=ben, at=NOON)
    with pytest.raises(WrittenBefore):
        conversation.say(session, exchange.id, "Goodbye", key="a", by=ben, at=NOON)
    with pytest.raises(WrittenBefore):
        conversation.say(session, exchange.id, "Hello", key="a", by=ana, at=NOON)

    assert read(session, exchange, ana) == (["Hello"], False)
    assert len(notices(session, NoticeKind.MESSAGE)) == 1


def test_the_newest_page_comes_first_each_in_its_order(session, exchange, ana, ben):
    for number in range(5):
        conversation.say(session, exchange.id, str(number), key=str(number), by=ben, at=NOON)

    assert read(session, exchange, ana, limit=2) == (["3", "4"], True)
    assert read(session, exchange, ana, limit=2, offset=2) == (["1", "2"], True)
    assert read(session, exchange, ana, limit=2, offset=4) == (["0"], False)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_there_is_something_to_read_and_not_too_much(session, exchange, ben, text):
    with pytest.raises(WrongMessage):
        conversation.say(session, exchange.id, text, key="a", by=ben, at=NOON)
    conversation.say(session, exchange.id, "é" * 2000, key="a", by=ben, at=NOON)


def test_nobody_else_writes_or_reads_not_even_a_coordinator(session, timebank, exchange, ben, jess):
    conversation.say(session, exchange.id, "Hello", key="a", by=ben, at=NOON)
    cleo = builders.a_member(session, timebank, "Cleo Cedar")

    for someone in (jess, cleo):
        assert read(session, exchange, someone) == ([], False)
        with pytest.raises(NotFound):
            conversation.say(session, exchange.id, "Hello", key="b", by=someone, at=NOON)


def test_who_speaks_for_one_does_not_write_to_themselves(session, exchange, ana, ben):
    ana.act_by(ben)

    with pytest.raises(NotFound):
        conversation.say(session, exchange.id, "Hello", key="a", by=ana, at=NOON)


def test_who_has_left_is_not_written_to(session, exchange, ana, ben):
    ana.status = MembershipStatus.LEFT

    with pytest.raises(NotReached):
        conversation.say(session, exchange.id, "Hello", key="a", by=ben, at=NOON)


def test_the_first_word_begins_the_conversation_with_the_proposal(session, ana, ben):
    exchange = builders.a_proposed_exchange(session, ana, ben, first_word="Could you?")

    assert read(session, exchange, ana) == (["Could you?"], False)
    (proposal,) = notices(session, NoticeKind.PROPOSAL)
    assert json.loads(proposal.told)["word"] == "Could you?"
    assert notices(session, NoticeKind.MESSAGE) == []


def contact(session, exchange, reader):
    return conversation.contact_of(session, exchange, reader=reader)


def test_no_contact_is_shown_before_both_have_agreed(session, exchange, ana, ben, jess):
    ana.person.phone = "01632 960 001"
    assert contact(session, exchange, ben) == Contact()

    steps.agree(session, exchange.id, by=ana, at=NOON)
    assert contact(session, exchange, ben) == Contact("01632 960 001", "ana@example.org")
    assert contact(session, exchange, jess) == Contact()


def test_what_came_to_nothing_shows_no_contact_though_they_have_agreed_elsewhere(session, exchange, ana, ben):
    steps.agree(session, exchange.id, by=ana, at=NOON)
    declined = builders.a_proposed_exchange(session, ana, ben)
    steps.decline(session, declined.id, by=ana, at=NOON)

    assert contact(session, exchange, ben).email == "ana@example.org"
    assert contact(session, declined, ben) == Contact()


def test_what_one_alone_has_logged_opens_no_contact(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben, by=ben)

    assert contact(session, exchange, ben) == Contact()
    assert contact(session, exchange, ana).email == "ben@example.org"


def test_each_way_to_reach_someone_has_its_own_readers(session, exchange, ana, ben):
    ana.person.phone = "01632 960 001"
    profiles.choose_readers(session, ana, {Shown.EMAIL: Readers.COORDINATORS}, by=ana, at=NOON)
    steps.agree(session, exchange.id, by=ana, at=NOON)

    assert contact(session, exchange, ben) == Contact("01632 960 001", "")


def test_two_messages_at_once_are_both_kept_and_one_sent_twice_at_once_is_kept_once(own_engine):
    with Session(own_engine) as session:
        timebank = builders.a_timebank(session)
        ana, ben = builders.a_member(session, timebank), builders.a_member(session, timebank, "Ben Birch")
        exchange = builders.a_proposed_exchange(session, ana, ben).id
        pair = (ana.id, ben.id)
        session.commit()

    def say(said):
        who, key = said
        with Session(own_engine) as session:
            by = session.get(Membership, who)
            conversation.say(session, exchange, f"From {who}", key=key, by=by, at=NOON + timedelta(minutes=1))
            session.commit()

    with ThreadPoolExecutor(4) as four:
        list(four.map(say, [(pair[0], "a"), (pair[1], "b"), (pair[0], "a"), (pair[1], "b")]))

    with Session(own_engine) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 2
        assert len(notices(session, NoticeKind.MESSAGE)) == 2
