"""How well colours are read, by the figures of WCAG, and the nearest colour that can be read."""

import pytest

from timebank.members import colours
from timebank.members.colours import DARK, LIGHT


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),
        ("#767676", "#ffffff", 4.542),
        ("#ff0000", "#ffffff", 3.998),
        ("#0000ff", "#ffffff", 8.592),
    ],
)
def test_contrast_is_that_of_wcag_whichever_comes_first(one, other, ratio):
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.001)
    assert colours.contrast(other, one) == colours.contrast(one, other)


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#6B2A5B", "#6b2a5b"), ("6b2a5b", "#6b2a5b"), (" #62b ", "#6622bb"), ("plum", None), ("#12", None), ("", None)],
)
def test_a_colour_is_read_as_it_is_written(text, colour):
    assert colours.read(text) == colour


@pytest.mark.parametrize("colour", ["#ffcf44", "#ff0000", "#00ff00", "#8888ff", "#ffffff", "#777777", "#0077ff"])
def test_the_nearest_colour_that_can_be_read_passes_and_one_step_before_it_does_not(colour):
    nearest = colours.nearest(colour, LIGHT)

    assert colours.passes(nearest, LIGHT)
    assert colours.least_contrast(nearest, LIGHT) < 4.7


def test_a_colour_that_can_be_read_is_its_own_nearest():
    assert colours.nearest("#6b2a5b", LIGHT) == "#6b2a5b"


@pytest.mark.parametrize("colour", ["#000000", "#6b2a5b", "#0000ff", "#1f5f7a", "#003300"])
def test_at_night_every_colour_becomes_one_that_can_be_read(colour):
    assert colours.passes(colours.nearest(colour, DARK), DARK)
