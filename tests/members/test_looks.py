"""The look: which colours are taken, what follows from them, the logo, and how a change is undone."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from tests import builders
from tests.builders import NOON
from timebank.members import colours, looks, pictures
from timebank.members.colours import DARK, LIGHT
from timebank.members.looks import Dress, FaintColour
from timebank.members.page import Picture
from timebank.members.policies import NothingChanged
from timebank.refusals import NotAllowed, NotFound, Unacceptable


@pytest.fixture
def ada(session, timebank):
    return builders.an_administrator(session, timebank)


def a_drawing(width=900, height=300, colour="red"):
    written = BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "PNG")
    return pictures.draw(written.getvalue())


def dress(session):
    return looks.timebank_and_dress(session, "riverside")[1]


def test_a_faint_colour_is_refused_with_its_contrast_and_the_nearest_that_can_be_read():
    with pytest.raises(FaintColour) as refusal:
        looks.accent_of("#ffcf44")

    told = refusal.value.values
    assert (told["colour"], told["ratio"], told["least"]) == ("#ffcf44", "1.3", "4.5")
    assert looks.accent_of(told["nearest"]) == told["nearest"]


def test_a_colour_is_kept_in_one_way_and_the_house_s_own_as_none():
    assert looks.accent_of("#1F5F7A") == "#1f5f7a"
    assert looks.accent_of(looks.HOUSE_ACCENT) == looks.accent_of("  ") == ""
    for wrong in ("blue", "#12", "url(x)", "#1f5f7a;}", "🌻"):
        with pytest.raises(Unacceptable, match="Write a colour with a hash"):
            looks.accent_of(wrong)


def test_the_stylesheet_tells_colours_that_can_be_read_by_day_and_at_night():
    sheet = looks.stylesheet("#1f5f7a")

    day, night = sheet.split("@media screen and (prefers-color-scheme: dark)")
    assert "--timebank-plum: #1f5f7a;" in day
    assert f"--timebank-plum: {looks.night_of('#1f5f7a')};" in night
    assert colours.least_contrast("#1f5f7a", LIGHT) >= 4.5
    assert colours.least_contrast(looks.night_of("#1f5f7a"), DARK) >= 7
    assert colours.contrast(looks.night_of("#1f5f7a"), "#1d1420") >= 4.5


def test_the_house_s_own_colours_are_those_of_the_theme():
    theme = (Path(looks.__file__).parents[1] / "static" / "theme.css").read_text()
    for accent in (looks.HOUSE_ACCENT, looks.night_of(looks.HOUSE_ACCENT)):
        assert f"--timebank-plum: {accent};" in theme
    for ground in (*LIGHT, *DARK):
        assert f": {ground};" in theme


def test_a_contrast_is_never_rounded_up():
    assert float(looks.contrasts("#6b2a5b")[0]) <= colours.least_contrast("#6b2a5b", LIGHT)


def test_the_accent_is_changed_and_undone_and_both_stand_in_the_log(session, timebank, ada):
    looks.set_accent(session, timebank, "#1f5f7a", by=ada, at=NOON)
    assert dress(session) == Dress("#1f5f7a", None)
    with pytest.raises(NothingChanged):
        looks.set_accent(session, timebank, "#1f5f7a", by=ada, at=NOON)

    looks.undo(session, timebank, by=ada, at=NOON)
    assert dress(session) == Dress("", None)
    assert looks.last_change(session, timebank) == {"what": "accent", "before": "#1f5f7a", "after": ""}
    looks.undo(session, timebank, by=ada, at=NOON)
    assert dress(session) == Dress("#1f5f7a", None)


def test_a_logo_is_made_small_and_what_was_only_looked_at_is_gone(session, timebank, ada):
    first = looks.put_up(session, timebank, a_drawing(), by=ada, at=NOON)
    assert (first.width, first.height) == (396, 132)
    second = looks.put_up(session, timebank, a_drawing(colour="blue"), by=ada, at=NOON)
    looks.set_logo(session, timebank, second.id, by=ada, at=NOON)
    third = looks.put_up(session, timebank, a_drawing(colour="green"), by=ada, at=NOON)

    assert set(session.scalars(select(Picture.id))) == {second.id, third.id}
    assert dress(session) == Dress("", second.id)
    looks.set_logo(session, timebank, third.id, by=ada, at=NOON)
    looks.undo(session, timebank, by=ada, at=NOON)
    assert dress(session) == Dress("", second.id)


def test_a_member_s_picture_is_no_logo_nor_is_one_of_another_timebank(session, timebank, ana, ada):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    own = pictures.keep(session, timebank, a_drawing(), by=ana, at=NOON)
    other = pictures.keep(session, elsewhere, a_drawing(), by=None, at=NOON)
    for picture in (own, other):
        with pytest.raises(NotFound):
            looks.set_logo(session, timebank, picture.id, by=ada, at=NOON)
    looks.put_up(session, timebank, a_drawing(), by=ada, at=NOON)
    assert session.scalar(select(func.count(Picture.id))) == 3


def test_only_administrators_of_this_timebank_change_the_look(session, timebank, ana, jess, ada):
    other = builders.an_administrator(session, builders.a_timebank(session, "hillside", "Hillside"), "Otto Oak")
    for by in (ana, jess, other):
        for act in (
            lambda by=by: looks.set_accent(session, timebank, "#1f5f7a", by=by, at=NOON),
            lambda by=by: looks.put_up(session, timebank, a_drawing(), by=by, at=NOON),
            lambda by=by: looks.set_logo(session, timebank, None, by=by, at=NOON),
            lambda by=by: looks.undo(session, timebank, by=by, at=NOON),
        ):
            with pytest.raises(NotAllowed):
                act()
    with pytest.raises(NotFound):
        looks.undo(session, timebank, by=ada, at=NOON)
