"""In what others wrote and were told, who is erased has no name any more, however it was written."""

import json

import pytest
from sqlalchemy import select

from tests.builders import NOON, a_listing, a_member, an_approved_exchange
from timebank.care import unnaming
from timebank.care.whose import Whose
from timebank.exchanges.models import Exchange, Message
from timebank.members.models import SentForm
from timebank.notices.models import Notice, NoticeKind
from timebank.notices.outbox import tell


@pytest.fixture
def una(session, timebank):
    return a_member(session, timebank, 'Una "Fern" O’Neill', email="una.fern@example.org")


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ('Thank you, Una "Fern" O’Neill!', "Thank you, …!"),
        ('thank you, una "fern" o’neill', "thank you, …"),
        ('UNA "FERN"\n O’NEILL’s bread', "…’s bread"),
        ("Write to Una.Fern@Example.org", "Write to …"),
        ("Una was here", "Una was here"),
        ("Nothing of her", "Nothing of her"),
    ],
)
def test_the_whole_name_is_gone_however_it_was_written(session, una, ben, jess, written, left):
    exchange = an_approved_exchange(session, una, ben, approved_by=jess)
    session.add(Message(exchange_id=exchange.id, membership_id=ben.id, key="1", text=written, at=NOON))
    session.flush()
    unnaming.words_of_others(session, Whose.of([una]))

    assert session.scalar(select(Message.text).execution_options(populate_existing=True)) == left


def test_a_name_of_one_word_is_no_other_word(session, timebank, ben, jess):
    grace = a_member(session, timebank, "Grace", email="")
    exchange = an_approved_exchange(session, grace, ben, approved_by=jess, note="Grace mows with grace.")
    unnaming.words_of_others(session, Whose.of([grace]))

    session.refresh(exchange)
    assert exchange.note == "… mows with grace."


def test_of_a_listing_of_theirs_a_letter_tells_neither_title_nor_why_it_fits(session, una, ben):
    listing = a_listing(session, una, "Una’s bread")
    told = {"listing_id": listing.id, "title": listing.title, "other": una.name, "why": "You both said bread."}
    tell(session, NoticeKind.MATCH, ben, key="m", at=NOON, **told)
    whose = Whose.of([una])
    unnaming.letters(session, whose, unnaming.wrote(session, whose), "A former member")

    told = json.loads(session.scalar(select(Notice.told).execution_options(populate_existing=True)))
    assert told == {"listing_id": listing.id, "title": "…", "other": "A former member", "why": ""}


def test_an_answer_to_a_form_still_leads_where_it_led(session, timebank, una, jess):
    a_listing(session, una, "exchanges")
    where = f"/{timebank.slug}/exchanges/5"
    answer = {"where": where, "told": [['“exchanges” of Una "Fern" O’Neill is on the board.', "message"]]}
    session.add(
        SentForm(person_id=jess.person_id, key="k", digest="d", answer=json.dumps(answer, ensure_ascii=False), at=NOON)
    )
    session.flush()
    whose = Whose.of([una])
    unnaming.answers(session, whose, unnaming.wrote(session, whose))

    kept = json.loads(session.scalar(select(SentForm.answer).execution_options(populate_existing=True)))
    assert kept == {"where": where, "told": [["“…” of … is on the board.", "message"]]}


def test_what_names_nobody_is_not_written_again(session, una, ben, jess):
    exchange = an_approved_exchange(session, una, ben, approved_by=jess, title="Bread")
    unnaming.words_of_others(session, Whose.of([una]))
    assert session.scalar(select(Exchange.title).where(Exchange.id == exchange.id)) == "Bread"
