"""Codes that can be read aloud: how hard they are to guess, and how they may be typed."""

import math
import re

from timebank.members import codes


def test_the_words_are_256_and_short():
    assert len(set(codes.WORDS)) == len(codes.WORDS) == 256
    assert max(map(len, codes.WORDS)) <= 9


def test_a_code_is_of_words_and_figures_and_has_at_least_40_bits():
    code = codes.draw(3)

    assert re.fullmatch(r"[a-z]+-[a-z]+-[a-z]+-[0-9]{5}", code)
    assert math.log2(len(codes.WORDS) ** 3 * 10**5) >= 40
    assert len({codes.draw(3) for _ in range(50)}) == 50


def test_a_code_may_be_typed_with_spaces_and_capitals():
    assert codes.tidy(" Amber Kettle-robin 48213. ") == "amber-kettle-robin-48213"
