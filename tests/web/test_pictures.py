"""A picture is sent as what it is, kept by the browser of whoever may see it, and not there for anybody else."""

import pytest

from tests import builders
from tests.builders import NOON, a_picture_file
from timebank.members import pictures, profiles
from timebank.members.choices import Readers
from timebank.members.page import Look, Shown


@pytest.fixture
def portrait(session, ana):
    profiles.show_picture(session, ana, pictures.draw(a_picture_file((80, 60))), by=ana, at=NOON)
    return f"/riverside/pictures/{profiles.page_of(session, ana).profile.picture_id}"


def test_a_portrait_is_sent_with_its_type_and_kept_privately(as_, ana, ben, portrait):
    answer = as_(ben).client.get(portrait)

    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.cache_control.private
    assert answer.cache_control.max_age == 30 * 24 * 3600
    assert "no-store" not in answer.headers["Cache-Control"]
    assert answer.data.startswith(b"\xff\xd8")


def test_a_browser_that_has_it_is_not_sent_it_again(as_, ben, portrait):
    visitor = as_(ben)
    etag = visitor.client.get(portrait).headers["ETag"]

    again = visitor.client.get(portrait, headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")


def test_who_may_not_see_it_finds_nothing(as_, visit, session, timebank, ana, ben, portrait):
    profiles.choose_readers(session, ana, {Shown.PICTURE: Readers.COORDINATORS}, by=ana, at=NOON)
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    sol = builders.a_coordinator(session, elsewhere, "Sol Spruce")
    for one in (ben, builders.a_funder(session, timebank), sol):
        as_(one).get(portrait, 404)
    as_(sol).get(portrait.replace("riverside", "hillside"), 404)
    visit.get(portrait, 404)
    visit.get("/riverside/pictures/999999", 404)


def test_a_logo_is_for_everyone(visit, session, timebank):
    transparent = a_picture_file(kind="PNG", mode="RGBA", colour=(0, 0, 0, 0))
    logo = pictures.keep(session, timebank, transparent, by=None, at=NOON)
    session.add(Look(timebank_id=timebank.id, accent="", logo_id=logo.id))
    session.commit()

    answer = visit.client.get(f"/riverside/pictures/{logo.id}")

    assert (answer.status_code, answer.mimetype) == (200, "image/png")
