"""The page of safeguarding notes: opened for the day and written down, kept once, and closed to everybody else."""

import pytest

from tests import builders
from timebank.care import safeguarding
from timebank.members import audit_log
from timebank.policy import Role

TOLD = "She was frightened of a caller."


@pytest.fixture
def lena(session, timebank):
    return builders.a_person(session, timebank, "Lena Larch", Role.SAFEGUARDING)


def page_of(membership):
    return f"/riverside/people/{membership.id}/safeguarding"


def deeds(session, timebank):
    lines, _count = audit_log.lines_of(session, timebank, limit=50, offset=0)
    return [line.deed for line in reversed(lines)]


def test_a_note_is_kept_once_and_read_only_after_the_notes_were_opened(as_, session, timebank, ana, lena):
    visitor = as_(lena)
    assert "Nothing is written about Ana Alder." in visitor.get(page_of(ana)).words
    for _time in range(2):
        visitor.post(page_of(ana), {"text": TOLD, "key": "k1"})
    closed = visitor.get(page_of(ana))
    assert "Your note about Ana Alder is kept." in closed.words
    assert "There is 1 note. When you open them, the audit log says that you read them today." in closed.words
    assert TOLD not in closed.words

    for _time in range(2):
        visitor.post(f"{page_of(ana)}/open", {}, from_=page_of(ana))
    assert TOLD in visitor.get(page_of(ana)).words
    assert deeds(session, timebank) == ["safeguarding note", "safeguarding read"]


def test_looking_at_the_page_alone_writes_nothing(as_, session, timebank, ana, lena):
    safeguarding.write(session, ana, TOLD, by=lena, at=builders.NOON)
    visitor = as_(lena)
    visitor.get(page_of(ana))
    visitor.post(f"{page_of(ana)}/open", {"csrf_token": "old"})

    assert deeds(session, timebank) == ["safeguarding note"]
    assert TOLD not in visitor.get(page_of(ana)).words


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Write what should be kept"), (" \n", "Write what should be kept"), ("🌻" * 4001, "at most 4000")],
)
def test_a_note_says_something_and_not_too_much_and_nothing_is_lost(as_, session, timebank, ana, lena, text, said):
    page = as_(lena).post(page_of(ana), {"text": text}, 422)

    assert said in page.words
    assert text.strip() in page.response.get_data(as_text=True)
    assert deeds(session, timebank) == []


def test_only_safeguarding_leads_come_in_and_never_about_themselves(as_, session, timebank, ana, ben, jess, lena):
    ada = builders.an_administrator(session, timebank)
    for someone in (ana, ben, jess, ada):
        visitor = as_(someone)
        visitor.get(page_of(ana), 403)
        visitor.post(page_of(ana), {"text": TOLD}, 403, from_="/")
        visitor.post(f"{page_of(ana)}/open", {}, 403, from_="/")
    assert "Another safeguarding lead keeps them." in as_(lena).get(page_of(lena), 403).words
    assert deeds(session, timebank) == []


def test_a_safeguarding_lead_sees_names_and_the_way_to_the_notes_and_nothing_else(as_, session, timebank, ana, lena):
    visitor = as_(lena)
    page = visitor.get("/riverside/people")
    text = page.response.get_data(as_text=True)

    assert "Ana Alder" in page.words
    assert f'href="{page_of(ana)}"' in text
    for closed in ("/account", "/roles", "/vetting", "/audit-log", "ana@example.org"):
        assert closed not in text, closed
    visitor.get("/riverside/", 200)
