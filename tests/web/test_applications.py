"""The pages of who would like to join: read, welcomed, found to be here already, or declined."""

import re

import pytest
from sqlalchemy import func, select

from tests.builders import (
    PASSWORD,
    a_listing,
    a_member,
    a_timebank,
    an_administrator,
    an_application,
    an_invitation,
)
from timebank.care.models import Application, ApplicationState
from timebank.members.models import Membership
from timebank.notices.models import Notice, NoticeKind

LIST = "/riverside/applications"


@pytest.fixture
def dora(session, timebank, ana):
    return an_application(session, timebank, phone="01632 960 555", code=an_invitation(session, ana).code)


def members(session):
    session.expire_all()
    return session.scalars(select(Membership).order_by(Membership.number)).all()


def sent(app, capfd):
    app.extensions["letters"].submit(lambda: None).result()
    return capfd.readouterr().err


def test_who_waits_is_listed_with_who_invited_them_a_page_at_a_time(as_, session, timebank, jess, dora):
    for number in range(20):
        an_application(session, timebank, name=f"Somebody {number}", key=f"k{number}")
    page = as_(jess).get(LIST)

    assert "21 people wait for an answer" in page.words
    assert "Dora Dale 10 June 2026 Ana Alder Somebody 0" in page.words
    assert "Somebody 19" not in page.words
    assert "Somebody 19" in as_(jess).get(f"{LIST}?page=2").words
    assert "There are not so many pages." in as_(jess).get(f"{LIST}?page=9").words


def test_where_nobody_waits_the_page_says_what_to_do(as_, timebank, jess):
    assert "Nobody waits for an answer." in as_(jess).get(LIST).words


def test_what_was_written_is_read_and_escaped(as_, session, timebank, jess):
    one = an_application(session, timebank, name="<b>Dora</b>", good_at="Baking <script>")
    page = as_(jess).get(f"{LIST}/{one.id}")

    assert "<b>Dora</b> would like to join" in page.words
    assert "Baking <script>" in page.words


def test_a_coordinator_welcomes_and_sees_what_fits_and_the_newcomer_comes_in(
    as_, visit, session, timebank, ana, jess, dora, app, capfd
):
    a_listing(session, ana, "Walking your dog")
    visitor = as_(jess)
    answer = visitor.post(f"{LIST}/{dora.id}", {}, 302)
    page = visitor.get(answer.response.location)

    assert "Welcome, Dora Dale! Their number is 3." in page.words
    assert "Walking your dog Ana Alder offers this, and they would like “walk" in page.words
    assert "Dora Dale number 3" in visitor.get(LIST).words
    letter = sent(app, capfd)
    assert letter.count("To: dora@example.org") == 1
    link = re.search(r"http://127.0.0.1:8000(/password/new/\S+)", letter).group(1)
    assert visit.post(link, {"password": PASSWORD}).response.location == "/"
    assert visit.client.get("/").location == "/riverside/"


def test_a_double_tap_welcomes_once_and_is_answered_alike(as_, session, timebank, jess, dora, app, capfd):
    visitor = as_(jess)
    first = visitor.post(f"{LIST}/{dora.id}", {"key": "one"}, 302)
    again = visitor.post(f"{LIST}/{dora.id}", {"key": "one"}, 302)

    assert again.response.location == first.response.location
    assert [one.name for one in members(session)].count("Dora Dale") == 1
    assert sent(app, capfd).count("Subject: Choose your password") == 1


def test_another_form_after_the_answer_is_told_that_somebody_was_quicker(as_, session, timebank, jess, dora):
    visitor = as_(jess)
    visitor.post(f"{LIST}/{dora.id}", {}, 302)

    page = visitor.post(f"{LIST}/{dora.id}", {}, 422)
    assert "This application has been answered already." in page.words
    assert "answered already" in visitor.get(f"{LIST}/{dora.id}/decline", 409).words
    assert len(members(session)) == 3


def test_a_namesake_is_asked_about_before_a_second_one_is_made(as_, session, timebank, jess, dora):
    a_member(session, timebank, "Dora Dale")
    visitor = as_(jess)
    page = visitor.post(f"{LIST}/{dora.id}", {}, 422)
    assert "Dora Dale is here already, as number 3. Tick “Yes” if this is somebody else" in page.words

    visitor.post(f"{LIST}/{dora.id}", {"another": "y"}, 302)
    assert [one.number for one in members(session) if one.name == "Dora Dale"] == [3, 4]


def test_the_same_person_is_found_again_and_nobody_new_is_made(as_, session, timebank, jess, dora, app, capfd):
    known = a_member(session, timebank, "Dora Dale", email="old@example.org")
    visitor = as_(jess)
    place = f"{LIST}/{dora.id}/same/{known.id}"
    page = visitor.get(place)
    assert "Who is here already Dora Dale, number 3" in page.words

    answer = visitor.post(place, {}, 302)
    assert "It is written down that this is Dora Dale, number 3." in visitor.get(answer.response.location).words
    assert len(members(session)) == 3
    assert "password" not in sent(app, capfd)


def test_who_is_declined_is_deleted_and_told_with_a_word(as_, session, timebank, jess, dora):
    visitor = as_(jess)
    number = dora.id
    assert "nothing personal is kept. This cannot be undone." in visitor.get(f"{LIST}/{number}/decline").words
    visitor.post(f"{LIST}/{number}/decline", {"word": "We are full."}, 302)

    assert "It is declined, and what they wrote is deleted." in visitor.get(LIST).words
    session.expire_all()
    assert (dora.state, dora.name, dora.good_at) == (ApplicationState.DECLINED, "", "")
    assert "nothing of it is kept" in visitor.get(f"{LIST}/{number}", 404).words
    assert (
        session.scalar(select(Notice.email).where(Notice.kind == NoticeKind.APPLICATION_DECLINED)) == "dora@example.org"
    )
    assert len(members(session)) == 2


def test_a_word_that_is_too_long_declines_nobody_and_is_kept(as_, session, timebank, jess, dora):
    page = as_(jess).post(f"{LIST}/{dora.id}/decline", {"word": "Sorry " * 100}, 422)

    assert "Use at most 500 letters." in page.words
    assert "Sorry Sorry" in page.response.get_data(as_text=True)
    session.expire_all()
    assert dora.name == "Dora Dale"


def test_a_member_opens_none_of_it_and_an_administrator_all(as_, session, timebank, ana, dora):
    for path in ("", f"/{dora.id}", f"/{dora.id}/decline", f"/{dora.id}/same/{ana.id}"):
        as_(ana).get(LIST + path, 403)
    as_(ana).post(f"{LIST}/{dora.id}", {}, 403, from_="/")
    assert "Dora Dale would like to join" in as_(an_administrator(session, timebank)).get(f"{LIST}/{dora.id}").words
    assert "Dora Dale" not in [one.name for one in members(session)]


def test_what_is_of_another_timebank_is_not_here(as_, session, timebank, ana, jess, dora):
    elsewhere = a_timebank(session, "hillside", "Hillside")
    other, sol = an_application(session, elsewhere), a_member(session, elsewhere, "Sol Spruce")
    visitor = as_(jess)

    for path in (f"/{other.id}", f"/{other.id}/decline", f"/{dora.id}/same/{sol.id}"):
        visitor.get(LIST + path, 404)
    visitor.post(f"{LIST}/{dora.id}/same/{sol.id}", {}, 404, from_="/")
    assert session.scalar(select(func.count()).where(Application.state == ApplicationState.OPEN)) == 2
