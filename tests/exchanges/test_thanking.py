"""A word of thanks, and how it was."""

import json

import pytest
from sqlalchemy import select

from tests import builders
from tests.builders import NOON
from timebank.exchanges import blocking, steps, thanking
from timebank.exchanges.thanking import NotYet, Said, SaidBefore, WrongThanks
from timebank.notices.models import Notice, NoticeKind
from timebank.refusals import NotAllowed

LOVELY = Said(word=" Lovely. ", may_quote=True, satisfaction=5)


def told(session):
    return session.scalars(select(Notice).where(Notice.kind == NoticeKind.THANKS)).all()


def test_the_other_one_is_told_the_word_and_nobody_how_it_was(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)

    thanks = thanking.thank(session, exchange.id, LOVELY, by=ben, at=NOON)

    assert (thanks.word, thanks.may_quote, thanks.satisfaction) == ("Lovely.", True, 5)
    (notice,) = told(session)
    assert notice.membership_id == ana.id
    said = {"exchange_id": exchange.id, "other": "Ben Birch", "title": exchange.title, "word": "Lovely."}
    assert json.loads(notice.told) == said


def test_only_a_word_is_told(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    thanks = thanking.thank(session, exchange.id, Said(may_quote=True, satisfaction=1), by=ben, at=NOON)

    assert not thanks.may_quote
    assert told(session) == []


@pytest.mark.parametrize(
    "said", [Said(), Said(word=" "), Said(satisfaction=0), Said(satisfaction=6), Said(word="x" * 501)]
)
def test_an_answer_is_one_of_five_and_a_word_not_too_long(session, ana, ben, said):
    exchange = builders.a_recorded_exchange(session, ana, ben)

    with pytest.raises(WrongThanks):
        thanking.thank(session, exchange.id, said, by=ben, at=NOON)


def test_it_is_said_once_by_each_of_the_two(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    for one in (ana, ben):
        thanking.thank(session, exchange.id, LOVELY, by=one, at=NOON)
        with pytest.raises(SaidBefore):
            thanking.thank(session, exchange.id, LOVELY, by=one, at=NOON)


def test_nobody_else_says_anything_not_even_a_coordinator(session, timebank, ana, ben, jess):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    for someone in (jess, builders.a_member(session, timebank, "Cleo Cedar")):
        with pytest.raises(NotAllowed):
            thanking.thank(session, exchange.id, LOVELY, by=someone, at=NOON)


def test_nothing_is_said_before_it_has_happened_or_once_it_counts_no_longer(session, ana, ben, jess):
    proposed = builders.a_proposed_exchange(session, ana, ben)
    back = builders.an_approved_exchange(session, ana, ben, approved_by=jess)
    steps.reverse(session, back.id, reason="Twice", by=jess, at=NOON)

    for exchange in (proposed, back):
        with pytest.raises(NotYet):
            thanking.thank(session, exchange.id, LOVELY, by=ben, at=NOON)


def test_along_with_logging_nothing_is_needed_and_what_was_said_stays(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    for said in (Said(), LOVELY, Said(word="Otherwise")):
        thanking.thank_along(session, exchange, said, by=ben, at=NOON)

    assert thanking.said_of(session, exchange)[ben.id].word == "Lovely."


def test_a_member_reads_the_thanks_they_got_and_not_those_they_gave(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    thanking.thank(session, exchange.id, LOVELY, by=ben, at=NOON)
    thanking.thank(session, exchange.id, Said(word="My pleasure."), by=ana, at=NOON)

    words, count = thanking.thanks_for(session, ana, limit=9, offset=0)
    assert ([thanks.word for thanks, _exchange in words], count) == (["Lovely."], 1)


def test_thanks_for_what_was_called_off_are_not_shown(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    thanking.thank(session, exchange.id, LOVELY, by=ana, at=NOON)
    steps.cancel(session, exchange.id, by=ana, at=NOON)

    assert thanking.thanks_for(session, ben, limit=9, offset=0) == ([], 0)


def test_only_what_may_be_quoted_is(session, timebank, ana, ben):
    for may_quote, word in ((True, "Yes"), (False, "No")):
        exchange = builders.a_recorded_exchange(session, ana, ben)
        thanking.thank(session, exchange.id, Said(word=word, may_quote=may_quote), by=ben, at=NOON)

    words, count = thanking.quotable(session, timebank, limit=9, offset=0)
    assert ([thanks.word for thanks in words], count) == (["Yes"], 1)


def test_how_it_was_is_counted_once_enough_members_have_said(session, timebank, ana, ben):
    timebank.disclosure_threshold = 2
    exchange = builders.a_recorded_exchange(session, ana, ben)
    thanking.thank(session, exchange.id, Said(satisfaction=5), by=ben, at=NOON)
    assert thanking.satisfaction(session, timebank) == {}

    thanking.thank(session, exchange.id, Said(satisfaction=4), by=ana, at=NOON)
    assert thanking.satisfaction(session, timebank) == {5: 1, 4: 1, 3: 0, 2: 0, 1: 0}


def test_the_words_of_whom_they_have_blocked_are_not_shown(session, ana, ben):
    exchange = builders.a_recorded_exchange(session, ana, ben)
    blocking.block(session, ben.id, by=ana, at=NOON)
    thanking.thank(session, exchange.id, LOVELY, by=ben, at=NOON)

    assert thanking.thanks_for(session, ana, limit=9, offset=0) == ([], 0)
    assert told(session) == []
    blocking.unblock(session, ben.id, by=ana)
    assert thanking.thanks_for(session, ana, limit=9, offset=0)[1] == 1
