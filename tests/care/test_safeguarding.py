"""Safeguarding notes: who writes and reads them, that reading is written down first, and what the log never says."""

from datetime import timedelta

import pytest

from tests import builders
from tests.builders import NOON
from timebank.care import safeguarding
from timebank.care.safeguarding import NotOpened
from timebank.members import audit_log
from timebank.members.rules import NotYourOwn, WrongWord
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound

TOLD = "She was frightened of a caller."


@pytest.fixture
def lena(session, timebank):
    return builders.a_person(session, timebank, "Lena Larch", Role.SAFEGUARDING)


def write(session, membership, by, text=TOLD):
    return safeguarding.write(session, membership, text, by=by, at=NOON)


def notes(session, membership, by, at=NOON):
    found = safeguarding.notes_about(session, membership, by=by, at=at, limit=20, offset=0)
    return [note.text for note in found]


def log_of(session, timebank):
    lines, _count = audit_log.lines_of(session, timebank, limit=20, offset=0)
    return [(line.deed, line.by.name, line.about.name) for line in reversed(lines)]


def test_notes_are_read_the_newest_first_once_it_is_written_down_who_reads_them(session, timebank, ana, lena):
    write(session, ana, lena)
    write(session, ana, lena, "All is well now.")
    with pytest.raises(NotOpened):
        notes(session, ana, lena)

    safeguarding.open_for(session, ana, by=lena, at=NOON)
    assert notes(session, ana, lena) == ["All is well now.", TOLD]
    assert log_of(session, timebank)[-1] == ("safeguarding read", "Lena Larch", "Ana Alder")


def test_reading_stands_in_the_log_once_a_day_for_each_reader_and_member(session, timebank, ana, ben, lena):
    mia = builders.a_person(session, timebank, "Mia Maple", Role.SAFEGUARDING)
    for about, by in ((ana, lena), (ana, lena), (ana, mia), (ben, lena)):
        safeguarding.open_for(session, about, by=by, at=NOON)
    assert [who for _deed, *who in log_of(session, timebank)] == [
        ["Lena Larch", "Ana Alder"], ["Mia Maple", "Ana Alder"], ["Lena Larch", "Ben Birch"]
    ]  # fmt: skip

    tomorrow = NOON + timedelta(days=1)
    with pytest.raises(NotOpened):
        notes(session, ana, lena, at=tomorrow)
    safeguarding.open_for(session, ana, by=lena, at=tomorrow)
    assert len(log_of(session, timebank)) == 4


def test_the_log_tells_that_a_note_was_written_and_not_a_word_of_it(session, timebank, ana, lena):
    write(session, ana, lena)

    (line,), _count = audit_log.lines_of(session, timebank, limit=5, offset=0)
    assert (line.deed, line.told) == ("safeguarding note", "{}")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_a_note_says_something_and_not_too_much(session, ana, lena, text):
    with pytest.raises(WrongWord):
        write(session, ana, lena, text)


def test_nobody_else_reads_or_writes_them_not_even_who_runs_the_timebank(session, timebank, ana, ben, jess, lena):
    ada = builders.an_administrator(session, timebank)
    otto = builders.a_person(
        session, builders.a_timebank(session, "hillside", "Hillside"), "Otto Oak", Role.SAFEGUARDING
    )
    write(session, ana, lena)
    for about, by, refusal in (
        (ana, jess, NotAllowed), (ana, ada, NotAllowed), (ana, ben, NotAllowed), (ana, ana, NotAllowed),
        (ana, otto, NotFound), (lena, lena, NotYourOwn),
    ):  # fmt: skip
        for act in (
            lambda about=about, by=by: write(session, about, by),
            lambda about=about, by=by: safeguarding.open_for(session, about, by=by, at=NOON),
            lambda about=about, by=by: notes(session, about, by),
            lambda about=about, by=by: safeguarding.count_about(session, about, by=by),
        ):
            with pytest.raises(refusal):
                act()
