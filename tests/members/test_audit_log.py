"""The audit log: what is written stays as it was, and is found by whom, about whom, when and what."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests import builders
from tests.builders import NOON
from timebank.members import audit_log
from timebank.members.audit_log import Deed, Wanted


@pytest.fixture
def log(session, timebank, ana, ben, jess):
    sian = builders.a_coordinator(session, timebank, "Sian Sorrel")
    deeds = (Deed.LOGGED, ana, jess), (Deed.PAUSED, ben, jess), (Deed.NOTE_READ, ana, sian), (Deed.LOGGED, ben, sian)
    for days, (deed, about, by) in enumerate(deeds):
        audit_log.note(session, deed, by=by, about=about, at=NOON + timedelta(days=days), minutes=60)
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    otto = builders.a_coordinator(session, elsewhere, "Otto Oak")
    audit_log.note(session, Deed.LOGGED, by=otto, about=None, at=NOON)
    session.flush()


def found(session, timebank, **wanted):
    lines, count = audit_log.lines_of(session, timebank, wanted=Wanted(**wanted), limit=20, offset=0)
    assert len(lines) == count
    return [(line.deed, line.about.name, line.by.name) for line in lines]


def test_the_newest_line_comes_first_and_none_of_another_timebank(session, timebank, log):
    assert found(session, timebank) == [
        ("logged", "Ben Birch", "Sian Sorrel"),
        ("safeguarding read", "Ana Alder", "Sian Sorrel"),
        ("paused", "Ben Birch", "Jess Juniper"),
        ("logged", "Ana Alder", "Jess Juniper"),
    ]


def test_lines_are_found_by_whom_they_are_about_and_by_who_did_it(session, timebank, ana, jess, log):
    assert len(found(session, timebank, about=[ana])) == 2
    assert [who for *_rest, who in found(session, timebank, about=[jess])] == ["Jess Juniper"] * 2
    assert found(session, timebank, about=[]) == []


def test_lines_are_found_by_deed_and_moment_and_hidden_ones_are_not(session, timebank, log):
    assert len(found(session, timebank, deeds=[Deed.LOGGED])) == 2
    assert len(found(session, timebank, hidden=[Deed.NOTE_READ])) == 3
    day = {"first_moment": NOON + timedelta(days=1), "before_moment": NOON + timedelta(days=3)}
    assert [deed for deed, *_rest in found(session, timebank, **day)] == ["safeguarding read", "paused"]


def test_the_first_moment_and_the_last_line_of_a_kind(session, timebank, log):
    assert audit_log.began_at(session, timebank) == NOON
    assert audit_log.last_line(session, timebank, Deed.LOGGED).at == NOON + timedelta(days=3)
    assert audit_log.last_line(session, timebank, Deed.MERGED) is None


@pytest.mark.parametrize("statement", ["UPDATE audit_line SET told = '{}'", "DELETE FROM audit_line"])
def test_a_line_is_neither_changed_nor_deleted_by_anybody(session, log, statement):
    with pytest.raises(DBAPIError, match="the audit log stays as it was written"), session.begin_nested():
        session.execute(text(statement))


def test_what_was_told_is_kept_in_every_script(session, timebank, jess):
    audit_log.note(session, Deed.LETTER_SENT, by=jess, about=None, at=NOON, subject="Ελπίδα 🌻", number=3)
    session.flush()

    (line,), _count = audit_log.lines_of(session, timebank, limit=5, offset=0)
    assert json.loads(line.told) == {"subject": "Ελπίδα 🌻", "number": 3}
