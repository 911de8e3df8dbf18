"""The terms in pieces: headings, points, paragraphs, and what is new."""

from timebank.web.termed import Piece, pieces


def test_headings_points_and_paragraphs_are_told_apart():
    assert pieces("# Kindness\nBe kind.\nAlways.\n- one\n- two\n\nEnd.") == [
        Piece("heading", ("Kindness",)),
        Piece("paragraph", ("Be kind.", "Always.")),
        Piece("points", ("one", "two")),
        Piece("paragraph", ("End.",)),
    ]


def test_signs_alone_are_kept_and_nothing_is_nothing():
    assert pieces("---") == [Piece("paragraph", ("---",))]
    assert pieces("") == []


def test_what_was_not_in_the_version_before_is_new():
    assert [piece.is_new for piece in pieces("Be kind.\n\nBe on time.", "Be kind.\n\nBe early.")] == [False, True]
