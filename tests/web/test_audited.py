"""The words of the audit log: a sentence for every deed, whatever of it was told, in days and hours."""

import json

import pytest
from flask import g

from tests.builders import NOON, a_category, an_administrator
from timebank.listings import board, categories
from timebank.listings.models import ListingKind
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine
from timebank.web.audited import line_words, names_in
from timebank.web.deeds import GROUPS, SAID


@pytest.fixture
def said(app, session, timebank, ana, jess):
    def words(deed, *, about=ana, by=jess, **told):
        line = AuditLine(
            timebank_id=timebank.id,
            at=NOON,
            by=by.person if by else None,
            about=about,
            deed=str(deed),
            told=json.dumps(told),
        )
        with app.test_request_context("/riverside/"):
            g.here = timebank
            return line_words(line, names_in(session, [line]))

    return words


def test_every_deed_has_its_sentence_and_one_kind():
    assert set(SAID) == set(Deed)
    kinds = [deed for _label, deeds in GROUPS.values() for deed in deeds]
    assert sorted(kinds) == sorted(Deed)


@pytest.mark.parametrize("deed", list(Deed))
def test_whatever_was_told_there_is_a_whole_sentence(said, deed):
    for told in (
        {},
        {"minutes": 90, "other": "Ben Birch", "what": "x", "word": "Thank you"},
        {"minutes": "x", "day": "?"},
    ):
        sentence = said(deed, **told)
        assert sentence.startswith("On 10 June 2026 Jess Juniper ")
        assert "%(" not in sentence
        assert "None" not in sentence
    assert said(deed, about=None, by=None).startswith("On 10 June 2026 the timebank ")


@pytest.mark.parametrize(
    ("deed", "told", "sentence"),
    [
        (Deed.LOGGED, {"minutes": 120, "other": "Ben Birch"}, "logged 2 hours that Ana Alder gave to Ben Birch."),
        (Deed.SUPPORTER_AGREED, {"other": "Sam", "what": "on paper"}, "wrote down that Sam may act for Ana Alder."),
        (
            Deed.SUPPORTER_AGREED,
            {"other": "Jess Juniper", "what": "agreed", "last_day": "2026-12-31"},
            "agreed to act for Ana Alder until 31 December 2026.",
        ),
        (Deed.SUPPORTER_ENDED, {"other": "Sam", "what": "their own"}, "ended that Sam acts for them."),
        (Deed.SUPPORTER_ENDED, {"other": "Sam", "what": "as the supporter"}, "ended that they act for Ana Alder."),
        (Deed.SUPPORTER_ENDED, {"other": "Sam", "what": "for them"}, "ended that Sam acts for Ana Alder."),
        (Deed.LOGGED, {"minutes": 120}, "logged 2 hours for Ana Alder."),
        (Deed.LOGGED, {}, "logged time for Ana Alder."),
        (
            Deed.APPROVED,
            {"minutes": 90, "name": "Ana Alder", "other": "Ben Birch", "word": "Lovely"},
            "approved 1 hour 30 minutes that Ana Alder gave to Ben Birch. “Lovely”",
        ),
        (
            Deed.LIMIT_CHANGED,
            {"before": 1200, "after": None, "word": "As we agreed"},
            "changed the limit of Ana Alder from 20 hours below zero to no limit. “As we agreed”",
        ),
        (
            Deed.POLICY_CHANGED,
            {"what": "silence_days", "before": None, "after": 7},
            "changed a rule. Silence says yes: from never to 7 days.",
        ),
        (
            Deed.POLICY_CHANGED,
            {"what": "approval", "before": "all", "after": "none"},
            "changed a rule. What a coordinator approves: from every exchange to no exchange.",
        ),
        (
            Deed.POLICY_CHANGED,
            {"what": "about", "before": "", "after": "x" * 100},
            "changed a rule. About us: from nothing to “" + "x" * 79 + "…”.",
        ),
        (
            Deed.ROLES_GIVEN,
            {"before": ["member"], "after": ["coordinator", "member"]},
            "changed what Ana Alder may do here: from Member to Member, Coordinator.",
        ),
        (
            Deed.VETTED,
            {"what": "background", "day": "2026-06-01", "until": "2027-06-01"},
            "wrote down what they looked at about Ana Alder on 1 June 2026: Background check, until 1 June 2027.",
        ),
        (Deed.LOOK_CHANGED, {"what": "logo", "before": None, "after": 4}, "changed how the timebank looks: the logo."),
        (Deed.RELEASED, {"what": "2026-Q2"}, "released a report for April to June 2026."),
        (Deed.ENROLLED, {"number": 12}, "welcomed Ana Alder, number 12."),
        (Deed.INVITED, {"count": 1, "last_day": "2026-12-15"}, "made an invitation, until 15 December 2026."),
        (Deed.INVITED, {"count": 8, "last_day": "2026-12-15"}, "made 8 invitations, until 15 December 2026."),
        (Deed.LETTER_SENT, {"number": 1, "subject": "Tea"}, "wrote to one member: “Tea”."),
        (Deed.LETTER_SENT, {"number": 70, "subject": "Tea"}, "wrote to 70 members: “Tea”."),
        (Deed.NOTE_READ, {}, "read the safeguarding notes about Ana Alder."),
    ],
)
def test_a_line_says_who_did_what_for_whom(said, deed, told, sentence):
    assert said(deed, **told) == f"On 10 June 2026 Jess Juniper {sentence}"


def test_what_somebody_does_with_the_board_of_another_is_told_as_it_was(said, session, timebank, ana, jess):
    words = board.Words(
        kind=ListingKind.OFFER, title="A lift", description="", category_id=a_category(session, timebank).id
    )
    listing = board.write(session, words, by=jess, at=NOON, for_=ana)
    board.renew(session, listing.id, by=jess, at=NOON)
    board.close(session, listing.id, by=jess, at=NOON)

    lines, _count = audit_log.lines_of(session, timebank, limit=9, offset=0)
    assert [said(line.deed, **json.loads(line.told)) for line in reversed(lines)] == [
        "On 10 June 2026 Jess Juniper put an offer of Ana Alder on the board.",
        "On 10 June 2026 Jess Juniper renewed an offer of Ana Alder on the board.",
        "On 10 June 2026 Jess Juniper took an offer of Ana Alder off the board.",
    ]


def test_what_is_done_with_a_kind_of_help_is_told_as_it_was(said, session, timebank):
    ada, at = an_administrator(session, timebank), {"at": NOON}
    garden = categories.add(session, "Green fingers", group_id=None, by=ada, **at)
    roses = categories.add(session, "Roses", group_id=None, by=ada, **at)
    categories.change(session, roses.id, "Old roses", group_id=garden.id, by=ada, **at)
    categories.change(session, roses.id, "Old roses", group_id=None, by=ada, **at)
    categories.retire(session, roses.id, by=ada, **at)
    categories.bring_back(session, roses.id, by=ada, **at)

    lines, _count = audit_log.lines_of(session, timebank, limit=9, offset=0)
    told = [said(line.deed, about=None, by=ada, **json.loads(line.told)) for line in reversed(lines)]
    assert [one.removeprefix("On 10 June 2026 Ada Ash ") for one in told] == [
        "added the kind of help “Green fingers”.",
        "added the kind of help “Roses”.",
        "renamed the kind of help “Roses” to “Old roses”.",
        "moved the kind of help “Old roses” to “Green fingers”.",
        "made the kind of help “Old roses” stand by itself.",
        "retired the kind of help “Old roses”.",
        "brought the kind of help “Old roses” back.",
    ]


def test_a_member_has_the_name_that_they_have_now(said, session, ana):
    ana.person.name = "Ana Ash"

    assert said(Deed.PAUSED, name="Ana Alder") == "On 10 June 2026 Jess Juniper wrote down that Ana Ash is away."


def test_who_is_told_by_number_is_named_and_the_community_is_nobody(said, session, ana, ben):
    told = {"what": "correction", "minutes": 60, "payer_id": None, "payee_id": ben.id}

    assert said(Deed.HOURS_MOVED, **told) == (
        "On 10 June 2026 Jess Juniper moved 1 hour from the community to Ben Birch: a correction."
    )


def test_a_deed_of_a_later_version_is_told_as_well_as_can_be(said):
    assert said("something new") == "On 10 June 2026 Jess Juniper decided."
