"""Hours: read as people write them, written as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.hours import Hours
from timebank.refusals import Unacceptable


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2", 120), ("0", 0), ("2h", 120), ("2 hours", 120), ("1h30", 90), ("1 h 30", 90), ("1:30", 90), ("90 min", 90),
        ("45m", 45), ("1 hour 5 minutes", 65), ("1 hour and 5 minutes", 65), ("1.5", 90), ("1,25", 75), (".75", 45),
        ("  2   HOURS ", 120), ("1h05", 65), ("1h5", 65), ("0.25 h", 15),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text, minutes):
    assert Hours.read(text) == Hours(minutes)


@pytest.mark.parametrize(
    "text",
    ["", "two", "-1", "1:60", "1.3", "1.333", "²", "１", "٣", "1h75", "1e3", "99999 h", "1:2", "h", "1 2", "NaN"],
)
def test_what_is_no_amount_of_time_is_refused(text):
    with pytest.raises(Unacceptable):
        Hours.read(text)


@given(st.integers(0, 60 * 9999))
def test_what_is_written_is_read_back(minutes):
    assert Hours.read(str(Hours(minutes))) == Hours(minutes)
    assert Hours.read(Hours(minutes).short) == Hours(minutes)


@pytest.mark.parametrize(
    ("minutes", "long", "short"),
    [
        (0, "0 minutes", "0 min"), (1, "1 minute", "1 min"), (60, "1 hour", "1 h"), (61, "1 hour 1 minute", "1 h 01"),
        (150, "2 hours 30 minutes", "2 h 30"), (-90, "−1 hour 30 minutes", "−1 h 30"), (-5, "−5 minutes", "−5 min"),
    ],
)  # fmt: skip
def test_an_amount_is_written_as_people_read_it(minutes, long, short):
    assert (str(Hours(minutes)), Hours(minutes).short) == (long, short)
