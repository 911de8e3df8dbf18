"""The words of every kind of letter: each has them, each stands alone in one sentence, and each leads somewhere."""

import json

import pytest
from flask import g

from tests import builders
from timebank.notices.claims import Parcel
from timebank.notices.models import Notice, NoticeKind
from timebank.web.enveloping import letter_of
from timebank.web.written import CALLED, WHY, written

BASE = {"exchange_id": 1, "other": "Ben Birch", "title": "Bread", "minutes": 90, "word": "Well done."}
TOLD = [
    (NoticeKind.WELCOME, {"number": 7, "by": "Jess"}, "your number is 7."),
    (NoticeKind.APPLICATION, {"name": "Eve Elm", "application_id": 1}, "Eve Elm would like to join"),
    (NoticeKind.APPLICATION_DECLINED, {"name": "Eve Elm", "word": "We are full."}, "We cannot welcome you this time."),
    (NoticeKind.PROPOSAL, BASE, "Ben Birch would like to share time with you: “Bread”."),
    (NoticeKind.ANSWER, {**BASE, "answer": "agreed"}, "Ben Birch says yes to “Bread”."),
    (NoticeKind.ANSWER, {**BASE, "answer": "declined"}, "Ben Birch cannot this time: “Bread”."),
    (NoticeKind.ANSWER, {**BASE, "answer": "cancelled"}, "Ben Birch had to call off “Bread”."),
    (NoticeKind.ANSWER, {**BASE, "answer": "undone"}, "Ben Birch has taken back what they last said about “Bread”."),
    (NoticeKind.MESSAGE, {**BASE, "text": "At ten?"}, "Ben Birch has written to you about “Bread”."),
    (NoticeKind.TO_CONFIRM, {**BASE, "gave": True}, "that they gave you 1 hour 30 minutes: “Bread”."),
    (NoticeKind.TO_CONFIRM, {**BASE, "gave": False}, "that you gave them 1 hour 30 minutes: “Bread”."),
    (NoticeKind.TO_CONFIRM, {**BASE, "gave": True, "counts_on": "2026-06-12"}, "1 hour 30 minutes: “Bread”."),
    (NoticeKind.DISPUTED, BASE, "Ben Birch remembers “Bread” differently: 1 hour 30 minutes."),
    (NoticeKind.DECIDED, {**BASE, "decision": "approved"}, "its 1 hour 30 minutes are in the book."),
    (NoticeKind.DECIDED, {**BASE, "decision": "settled"}, "has settled “Bread”: 1 hour 30 minutes count."),
    (NoticeKind.DECIDED, {**BASE, "decision": "sent back"}, "asks you to look at “Bread” again."),
    (NoticeKind.DECIDED, {**BASE, "decision": "declined"}, "has not approved “Bread”. No hours have moved."),
    (NoticeKind.DECIDED, {**BASE, "decision": "reversed"}, "The 1 hour 30 minutes of “Bread” were taken back."),
    (NoticeKind.GIFT, {"other": "Ben Birch", "minutes": 60, "word": ""}, "Ben Birch gave you 1 hour."),
    (NoticeKind.THANKS, BASE, "Ben Birch says thank you for “Bread”."),
    (NoticeKind.RENEWAL, {"listing_id": 1, "title": "Bread", "last_day": "2026-06-12"}, "after 12 June 2026"),
    (
        NoticeKind.MATCH,
        {"listing_id": 1, "title": "Bread", "other": "Ben", "why": "both Saturdays"},
        "may fit: “Bread”",
    ),
    (NoticeKind.SUPPORTER, {"other": "Ben", "what": "asked", "last_day": "2026-06-12"}, "if you both agree."),
    (NoticeKind.SUPPORTER, {"other": "Ben", "what": "agreed", "last_day": "2026-06-12"}, "until 12 June 2026."),
    (
        NoticeKind.SUPPORTER,
        {"other": "Ben", "what": "ended", "last_day": "2026-06-12"},
        "no longer act for one another",
    ),
    (NoticeKind.STANDING, {"what": "paused", "word": "", "until": "2026-06-12"}, "away until 12 June 2026."),
    (NoticeKind.STANDING, {"what": "paused", "word": "", "until": ""}, "away until you come back."),
    (NoticeKind.STANDING, {"what": "back", "word": "", "until": ""}, "You are back at Riverside Timebank"),
    (NoticeKind.STANDING, {"what": "suspended", "word": "", "until": ""}, "rests for now."),
    (NoticeKind.STANDING, {"what": "left", "word": "", "until": ""}, "You have left Riverside Timebank."),
    (NoticeKind.STANDING, {"what": "rejoined", "word": "", "until": ""}, "You belong to Riverside Timebank again."),
    (NoticeKind.TERMS, {"version": 2}, "has new terms, version 2."),
    (NoticeKind.BULK, {"subject": "Tea\non Friday", "text": "Come at two."}, "Your coordinator writes: Tea on Friday"),
]


def notice_of(kind, told, to):
    return Notice(
        id=5, kind=kind, key="1:x", told=json.dumps(told), membership=to, timebank=to.timebank, at=builders.NOON
    )


@pytest.fixture
def told(app, ana):
    """A letter to Ana, and what the notice says."""

    def letter(kind, values):
        notice = notice_of(kind, values, ana)
        made = letter_of(app, Parcel([notice]), at=builders.NOON)
        with app.test_request_context():
            g.here, g.slug = ana.timebank, ana.timebank.slug
            return made, written(notice)

    return letter


@pytest.mark.parametrize(("kind", "values", "sentence"), TOLD, ids=lambda one: one if isinstance(one, str) else "")
def test_every_kind_has_its_words_in_one_sentence_and_as_a_letter(told, kind, values, sentence):
    letter, words = told(kind, values)

    assert sentence in words.sentence
    assert words.sentence in letter.text
    assert "\n" not in letter.subject
    assert letter.subject
    assert str(WHY[kind]) in letter.text
    for line in words.quoted:
        assert f"> {line}" in letter.text
    assert (f"{words.link}:\nhttp://" in letter.text) == bool(words.endpoint)
    assert "None" not in letter.text + letter.html
    assert "\n\n\n" not in letter.text


def test_every_kind_is_tried_here_and_has_a_name_and_a_reason():
    assert {kind for kind, _values, _sentence in TOLD} == set(NoticeKind) == set(CALLED) == set(WHY)


def test_every_letter_leads_to_a_page_that_is_there(app, told):
    for kind, values, _sentence in TOLD:
        _letter, words = told(kind, values)
        if words.endpoint:
            assert words.endpoint in app.view_functions


def test_a_letter_is_written_in_the_reader_s_language_and_else_in_the_timebank_s(app, ana):
    told = {"listing_id": 1, "title": "Bread", "last_day": "2026-06-12"}
    for language, locale, day in (
        ("de", "en_GB", "12 Juni 2026"),
        (None, "fr", "12 juin 2026"),
        ("nonsense", "en_GB", "12 June"),
    ):
        ana.person.language, ana.timebank.locale = language, locale
        notice = notice_of(NoticeKind.RENEWAL, told, ana)
        assert day in letter_of(app, Parcel([notice]), at=builders.NOON).text
