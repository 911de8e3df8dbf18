"""What was looked at about members: written down once, ended once, told before it runs out, and seen by few."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from tests import builders
from timebank.care import vetting
from timebank.care.models import VettingKind
from timebank.care.vetting import Seen
from timebank.policy import Role

SAID = {"kind": "background", "seen_on": "today", "note": "DBS 001", "key": "k1"}


def page_of(membership):
    return f"/riverside/people/{membership.id}/vetting"


def boxes(name, day):
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def looked_at(session, membership, by, *, days):
    at = datetime.now(UTC)
    today = membership.timebank.day_of(at)
    seen = Seen(kind=VettingKind.REFERENCE, seen_on=today, expires_on=today + timedelta(days=days))
    return vetting.add(session, membership, seen, by=by, at=at)


def test_what_was_looked_at_is_written_down_once_and_stands_on_the_page(as_, session, timebank, ana, jess):
    visitor = as_(jess)
    later = datetime.now(UTC).date() + timedelta(days=200)
    for _time in range(2):
        visitor.post(page_of(ana), {**SAID, **boxes("expires_on", later)})

    page = visitor.get(page_of(ana))
    assert "It is written down: Background check of Ana Alder." in page.words
    assert "by Jess Juniper. “DBS 001”" in page.words
    assert len(vetting.about(session, ana)) == 1


def test_what_holds_no_longer_is_asked_about_and_stays_readable(as_, session, timebank, ana, jess):
    one = looked_at(session, ana, jess, days=300)
    visitor = as_(jess)
    assert "Does this hold no longer?" in visitor.get(f"{page_of(ana)}/{one.id}/end").words
    for key in ("e1", "e1"):
        visitor.post(f"{page_of(ana)}/{one.id}/end", {"key": key})

    page = visitor.get(page_of(ana))
    assert "It holds no longer: Reference of Ana Alder." in page.words
    assert "ended on" in page.words
    assert "This was ended before." in visitor.post(f"{page_of(ana)}/{one.id}/end", {"key": "e2"}, 422).words


def test_what_runs_out_soon_is_on_one_page(as_, session, timebank, ana, ben, jess):
    visitor = as_(jess)
    assert "Nothing runs out within thirty days." in visitor.get("/riverside/vetting").words
    looked_at(session, ana, jess, days=31)
    looked_at(session, ben, jess, days=30)
    session.commit()

    page = visitor.get("/riverside/vetting")
    assert re.search(r"Ben Birch Reference \d+ \w+ \d{4} until \d+ \w+ \d{4}", page.words)
    assert "Ana Alder" not in page.words


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"kind": ""}, "Choose what you looked at"),
        ({"kind": "palm reading"}, "Choose what you looked at"),
        ({"seen_on": ""}, "Choose today, yesterday or another day"),
        ({"seen_on": "other", **boxes("seen_on", date(2190, 1, 1))}, "The day has not come yet."),
        ({"seen_on": "other", **boxes("seen_on", date(1900, 1, 1))}, "The day has not come yet, or is long past."),
        (boxes("expires_on", date(2020, 1, 1)), "It would have run out before it was looked at."),
        (boxes("expires_on", date(2190, 1, 1)), "Write a day within the next 30 years, or none."),
        ({"expires_on-day": "31", "expires_on-month": "2", "expires_on-year": "2030"}, "There is no such day."),
        ({"note": "🌻" * 10_000}, "Use at most 500 letters."),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field_and_nothing_is_lost(as_, session, timebank, ana, jess, told, said):
    page = as_(jess).post(page_of(ana), {**SAID, **told}, 422)

    assert said in page.words
    assert "note" in told or "DBS 001" in page.words
    assert vetting.about(session, ana) == []


def test_it_is_for_coordinators_alone_and_never_about_oneself(as_, session, timebank, ana, ben, jess):
    one = looked_at(session, ana, jess, days=5)
    ada = builders.an_administrator(session, timebank)
    lena = builders.a_person(session, timebank, "Lena Larch", Role.SAFEGUARDING)
    for someone in (ana, ben, ada, lena):
        visitor = as_(someone)
        for place in (page_of(ana), f"{page_of(ana)}/{one.id}/end", "/riverside/vetting"):
            visitor.get(place, 403)
    visitor = as_(jess)
    assert "Another coordinator looks after it." in visitor.get(page_of(jess), 403).words
    visitor.get(f"{page_of(ben)}/{one.id}/end", 404)
