"""What someone wrote of themselves, taken apart into lines and words."""

import pytest

from timebank.care.wordings import parts, stems


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Baking\nSewing", ["Baking", "Sewing"]),
        ("- Baking bread,\r\n* driving", ["Baking bread", "driving"]),
        ("Baking, sewing and mending; driving.", ["Baking", "sewing and mending", "driving"]),
        ("I bake on Fridays, when I can\nDriving", ["I bake on Fridays, when I can", "Driving"]),
        ("Baking\nbaking\nBÁKING", ["Baking"]),
        (" \n - \n", []),
        ("教书", ["教书"]),
    ],
)
def test_each_line_is_one_thing_and_in_one_line_each_clause(text, told):
    assert parts(text) == told


def test_at_most_ten_things_are_told_each_in_at_most_120_signs():
    told = parts("\n".join(f"{number} " + "long words " * 30 for number in range(12)))

    assert len(told) == 10
    assert max(map(len, told)) <= 120
    assert told[0].endswith(" long…")


def test_a_word_without_spaces_is_cut_too():
    assert len(parts("x" * 500)[0]) == 120


def test_words_are_found_by_how_they_begin_and_those_that_say_little_are_left_out():
    assert stems("I would like help with Gardening and a lift") == {"garden": "Gardening", "lift": "lift"}
    assert stems("") == {}
