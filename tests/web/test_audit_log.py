"""The page of the audit log: in plain words, found by month, member and kind, and as a spreadsheet."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from tests import builders
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.policy import Role

LOG = "/riverside/audit-log"


@pytest.fixture
def ada(session, timebank):
    return builders.an_administrator(session, timebank)


def note(session, deed, by, about, *, days=0, **told):
    audit_log.note(session, deed, by=by, about=about, at=datetime.now(UTC) - timedelta(days=days), **told)
    session.flush()


def test_it_tells_who_did_what_for_whom(as_, session, timebank, ana, jess):
    note(session, Deed.LOGGED, jess, ana, minutes=120, other="Ben Birch")
    page = as_(jess).get(LOG)

    assert "Jess Juniper logged 2 hours that Ana Alder gave to Ben Birch." in page.words
    assert "1 line" in page.words


def test_it_is_found_by_month_by_name_and_by_kind(as_, session, timebank, ana, ben, jess):
    note(session, Deed.LOGGED, jess, ana, days=70)
    note(session, Deed.PAUSED, jess, ben)
    visitor, today = as_(jess), datetime.now(UTC)
    old = timebank.day_of(today - timedelta(days=70)).isoformat()[:7]

    for asked in (f"month={old}", "kind=exchanges", "q=alder", f"about={ana.id}"):
        words = visitor.get(f"{LOG}?{asked}").words
        assert "logged time for Ana Alder." in words, asked
        assert "Ben Birch" not in words, asked
    assert "Ben Birch is away." in visitor.get(f"{LOG}?q=jess").words
    assert "Nothing in the log fits" in visitor.get(f"{LOG}?q=nobody").words


@pytest.mark.parametrize("asked", ["month=2026-99", "month=x", "kind=x", "page=999", "about=x", "q=%F0%9F%8C%BB" * 300])
def test_whatever_the_address_asks_for_there_is_a_page(as_, session, timebank, ana, jess, asked):
    note(session, Deed.LOGGED, jess, ana)

    assert as_(jess).client.get(f"{LOG}?{asked}").status_code == 200


def test_a_member_of_another_timebank_is_not_found(as_, session, timebank, jess):
    sol = builders.a_member(session, builders.a_timebank(session, "hillside", "Hillside Timebank"), "Sol Spruce")
    as_(jess).get(f"{LOG}?about={sol.id}", 404)


def test_that_safeguarding_notes_were_read_is_for_administrators_alone(as_, session, timebank, ana, jess, ada):
    lena = builders.a_person(session, timebank, "Lena Larch", Role.SAFEGUARDING)
    note(session, Deed.NOTE_READ, lena, ana)
    note(session, Deed.NOTE_WRITTEN, lena, ana)

    page = as_(ada).get(LOG)
    assert "Lena Larch read the safeguarding notes about Ana Alder." in page.words
    assert "Lena Larch wrote a safeguarding note about Ana Alder." in page.words
    visitor = as_(jess)
    for place in (LOG, f"{LOG}?kind=trust", f"{LOG}?about={ana.id}", f"{LOG}.csv"):
        assert "safeguarding" not in visitor.client.get(place).get_data(as_text=True).replace("/safeguarding", ""), (
            place
        )
    as_(lena).get(LOG, 403)
    as_(ana).get(LOG, 403)


def test_as_a_spreadsheet_it_runs_no_formula(as_, session, timebank, ana, jess):
    ana.person.name = "=1+1"
    note(session, Deed.PAUSED, jess, ana)
    text = as_(jess).client.get(f"{LOG}.csv?kind=people").get_data(as_text=True)

    assert '"Jess Juniper","\'=1+1"' in text
    assert "wrote down that =1+1 is away." in text


def test_a_long_log_has_pages_and_asks_little(as_, session, timebank, ana, jess, engine):
    for number in range(45):
        note(session, Deed.HOURS_MOVED, jess, ana, minutes=60, payer_id=None, payee_id=ana.id, number=number)
    visitor = as_(jess)
    asked = []
    event.listen(engine, "before_cursor_execute", listener := lambda *_told: asked.append(1))
    page = visitor.get(f"{LOG}?page=3")
    event.remove(engine, "before_cursor_execute", listener)

    assert page.words.count("from the community to Ana Alder") == 5
    assert len(asked) <= 12


def test_what_coordinators_do_to_accounts_stands_in_it(as_, session, timebank, ana, ben, jess):
    visitor = as_(jess)
    account = f"/riverside/people/{ana.id}/account"
    sure = {"sure": "yes", "reason": "As we agreed"}
    visitor.post(f"{account}/limit", {**sure, "limited": "yes", "limit-hours": "5"})
    told = {**sure, "side": "to", "other": str(ben.id), "hours-hours": "2"}
    visitor.post(f"{account}/correction", told)
    visitor.post(f"{account}/welcome", {**sure, "hours-hours": "1"})

    words = visitor.get(f"{LOG}?about={ana.id}").words
    assert "changed the limit of Ana Alder from 20 hours below zero to 5 hours below zero. “As we agreed”" in words
    assert "moved 2 hours from Ben Birch to Ana Alder: a correction. “As we agreed”" in words
    assert "moved 1 hour from the community to Ana Alder: welcome hours." in words


def test_what_is_only_asked_about_does_not_stand_in_it(as_, session, timebank, ana, jess):
    visitor = as_(jess)
    visitor.post(f"/riverside/people/{ana.id}/account/limit", {"limited": "no", "reason": "Why not"}, 200)

    assert "Nothing has been decided yet." in visitor.get(LOG).words


def test_roles_that_were_given_stand_in_it(as_, session, timebank, ana, ada):
    visitor = as_(ada)
    visitor.post(f"/riverside/people/{ana.id}/roles", {"roles": ["member", "safeguarding"]})

    words = visitor.get(LOG).words
    assert "Ada Ash changed what Ana Alder may do here: from Member to Member, Safeguarding lead." in words
    session.expire_all()
    assert ana.roles == {Role.MEMBER, Role.SAFEGUARDING}


def test_who_was_welcomed_stands_in_it(as_, session, timebank, ana, jess):
    visitor = as_(jess)
    visitor.post("/riverside/people/new", {"name": "Cat Cedar"})

    assert "Jess Juniper welcomed Cat Cedar, number 3." in visitor.get(LOG).words


def test_which_report_was_released_stands_in_it(as_, session, timebank, ana, ben, jess):
    builders.an_approved_exchange(session, ana, ben, approved_by=jess)
    visitor = as_(jess)
    preview = visitor.get("/riverside/reports/release?period=2026-Q2")
    form = next(form["fields"] for form in preview.forms if form["action"].endswith("/reports/release"))
    visitor.post("/riverside/reports/release", form, 302)

    assert "Jess Juniper released a report for April to June 2026." in visitor.get(LOG).words


def test_about_a_member_who_was_written_down_twice_it_tells_of_both(as_, session, timebank, ana, ben, jess):
    note(session, Deed.LOGGED, jess, ben, minutes=45)
    ben.merged_into_id = ana.id

    assert "logged 45 minutes for Ben Birch." in as_(jess).get(f"{LOG}?about={ana.id}").words
