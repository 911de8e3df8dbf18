"""The look: a colour and a logo are looked at before they are taken, worn by every page, and can be undone."""

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import event, func, select

from tests import builders
from timebank.members import looks
from timebank.members.page import Picture

LOOK = "/riverside/rules/look"
COLOUR, LOGO = f"{LOOK}/colour", f"{LOOK}/logo"
SEA = {"chosen": "other", "accent": "#1F5F70", "key": "k1"}


@pytest.fixture
def ada(session, timebank):
    return builders.an_administrator(session, timebank)


def a_file(name="logo.png", content=None):
    if content is None:
        written = BytesIO()
        Image.new("RGBA", (300, 100), (0, 90, 90, 128)).save(written, "PNG")
        content = written.getvalue()
    return BytesIO(content), name


def sheet_in(page):
    found = re.findall(r'href="([^"]*look\.css[^"]*)"', page.response.get_data(as_text=True))
    return found[-1] if found else None


def logo_in(page):
    found = re.findall(r'src="([^"]*/logo/[0-9]+)"', page.response.get_data(as_text=True))
    return found[0] if found else None


def with_logo(visitor):
    preview = visitor.post(LOGO, {"picture": a_file(), "key": "l1"}, 200)
    number = logo_in(preview).rsplit("/", 1)[1]
    visitor.post(LOGO, {"picture_id": number, "key": "l1", "sure": "yes"})
    return int(number)


def test_a_colour_is_looked_at_before_it_is_taken_and_then_worn_by_every_page(as_, visit, session, timebank, ana, ada):
    visitor = as_(ada)
    preview = visitor.post(COLOUR, SEA, 200)
    assert sheet_in(preview) == "/riverside/look.css?accent=1f5f70"
    assert "Take this colour?" in preview.words
    assert "By day it is #1f5f70." in preview.words
    assert sheet_in(visitor.get("/riverside/")) is None

    visitor.post(COLOUR, {**SEA, "sure": "yes"})
    assert "This is the colour now. You can undo it here." in visitor.get(LOOK).words
    assert sheet_in(as_(ana).get("/riverside/")) == "/riverside/look.css?accent=1f5f70"
    answer = visit.client.get("/riverside/look.css?accent=1f5f70")
    assert answer.mimetype == "text/css"
    assert "--timebank-plum: #1f5f70;" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_sent_twice_it_is_taken_once_and_it_can_be_undone(as_, session, timebank, ada):
    visitor = as_(ada)
    for _time in range(2):
        visitor.post(COLOUR, {**SEA, "sure": "yes"})
    assert "Nothing has changed now: here you see how it looks." in visitor.get(LOOK).words
    visitor.post(COLOUR, {**SEA, "key": "k2", "sure": "yes"}, 422)

    visitor.post(f"{LOOK}/undo", {"key": "u1"}, from_=LOOK)
    assert "It looks as it did before." in visitor.get(LOOK).words
    visitor.post(f"{LOOK}/undo", {"key": "u1"}, from_=LOOK)
    assert looks.timebank_and_dress(session, "riverside")[1].accent == ""


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"accent": "#ffcf44"}, "Text in #ffcf44 is hard to read: its contrast is 1.3 to 1, and 4.5 to 1 is needed."),
        ({"accent": "#ffcf44"}, "The nearest colour that can be read is #"),
        ({"accent": ""}, "Write a colour with a hash and six letters or figures"),
        ({"accent": "url(javascript:x)"}, "Write a colour with a hash"),
        ({"accent": "🌻" * 5000}, "Write a colour with a hash"),
        ({"chosen": ""}, "Choose a colour"),
        ({"chosen": "#123456"}, "Choose a colour"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_at_its_field(as_, session, timebank, ada, told, said):
    page = as_(ada).post(COLOUR, {**SEA, **told, "sure": "yes"}, 422)

    assert said in page.words
    assert looks.timebank_and_dress(session, "riverside")[1].accent == ""


@pytest.mark.parametrize("accent", ["ffcf44", "x", "", "1f5f7a;}body{display:none"])
def test_there_is_no_stylesheet_for_what_is_no_colour_or_a_faint_one(visit, session, timebank, accent):
    session.commit()
    assert visit.client.get("/riverside/look.css", query_string={"accent": accent}).status_code == 404


def test_a_logo_is_looked_at_before_it_stands_on_every_page(as_, visit, session, timebank, ana, ada):
    visitor = as_(ada)
    preview = visitor.post(LOGO, {"picture": a_file(), "key": "l1"}, 200)
    address = logo_in(preview)
    assert visitor.client.get(address).mimetype == "image/png"
    assert visit.client.get(address).status_code == as_(ana).client.get(address).status_code == 404

    number = address.rsplit("/", 1)[1]
    visitor.post(LOGO, {"picture_id": number, "key": "l1", "sure": "yes"})
    assert logo_in(as_(ana).get("/riverside/")) == address
    answer = visit.client.get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == (300, 100)

    visitor.post(f"{LOOK}/without-logo", {})
    assert logo_in(visitor.get("/riverside/")) is None


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "Choose a picture"),
        ({"picture": lambda: a_file(content=b"<svg/>")}, "We cannot read this as a picture."),
        ({"picture": lambda: a_file(content=b"")}, "There is nothing in this file."),
        ({"picture_id": "x" * 10_000}, "Choose a picture"),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(as_, session, timebank, ada, told, said):
    sent = {name: value() if callable(value) else value for name, value in told.items()}
    page = as_(ada).post(LOGO, sent, 422)

    assert said in page.words
    assert session.scalar(select(func.count(Picture.id))) == 0


def test_a_picture_of_another_timebank_is_not_found(as_, session, timebank, ada):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    number = with_logo(as_(builders.an_administrator(session, timebank, "Abe Ash")))
    otto = as_(builders.an_administrator(session, elsewhere, "Otto Oak"))

    otto.post("/hillside/rules/look/logo", {"picture_id": str(number), "sure": "yes"}, 404)
    assert otto.client.get(f"/hillside/logo/{number}").status_code == 404


def test_the_look_costs_no_question_of_the_database(as_, session, timebank, ada):
    visitor, counted = as_(ada), []

    def questions():
        counted.clear()
        visitor.get("/riverside/")
        return len(counted)

    def count(*_told):
        counted.append(1)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", count)
    without = questions()
    visitor.post(COLOUR, {**SEA, "sure": "yes"})
    with_logo(visitor)
    visitor.get(LOOK)
    assert questions() == without
    event.remove(connection, "before_cursor_execute", count)


def test_only_administrators_choose_the_look(as_, session, timebank, ana, jess, ada):
    for someone in (ana, jess):
        visitor = as_(someone)
        for place in (LOOK, COLOUR, LOGO):
            visitor.get(place, 403)
        visitor.post(COLOUR, {**SEA, "sure": "yes"}, 403, from_="/")
        visitor.post(f"{LOOK}/undo", {}, 403, from_="/")
    assert looks.timebank_and_dress(session, "riverside")[1].accent == ""
