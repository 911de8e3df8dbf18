"""Whatever is handed in as a picture is drawn anew: upright, bounded, and silent about where it was taken."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from tests.builders import NOON, a_picture_file
from timebank.members import pictures
from timebank.members.page import Picture
from timebank.members.pictures import NotAPicture

LONG_AND_LAT = {1: "N", 2: (51.0, 30.0, 12.0), 3: "W", 4: (0.0, 7.0, 39.0)}


def opened(drawn):
    return Image.open(BytesIO(drawn.content))


def a_png_that_says(width, height):
    """A PNG of a few bytes whose head tells of a picture of that size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b""))
    told = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


def test_where_and_when_it_was_taken_is_gone():
    exif = Image.Exif()
    exif[0x0110], exif[0x0132] = "Camera X100", "2026:05:03 10:11:12"
    exif.get_ifd(0x8825).update(LONG_AND_LAT)
    content = a_picture_file(exif=exif, comment=b"at home", dpi=(72, 72))
    assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825)[2] == (51.0, 30.0, 12.0)

    drawn = pictures.draw(content)

    assert dict(opened(drawn).getexif()) == {}
    assert "comment" not in opened(drawn).info
    for told in (b"Exif", b"Camera", b"2026:05", b"at home"):
        assert told not in drawn.content


def test_words_in_a_png_are_gone_with_its_profile():
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Author", "Ana Alder of Mill Lane")
    content = a_picture_file(kind="PNG", mode="RGBA", pnginfo=words, icc_profile=b"a profile of colours")
    assert b"Mill Lane" in content

    drawn = pictures.draw(content)

    assert drawn.media_type == "image/png"
    assert b"Mill Lane" not in drawn.content
    assert set(opened(drawn).info) == set()


def test_a_photo_taken_on_its_side_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    drawn = pictures.draw(a_picture_file((400, 300), exif=exif))

    assert (drawn.width, drawn.height) == (300, 400)


@pytest.mark.parametrize(
    ("size", "becomes"),
    [((3000, 2000), (1000, 667)), ((500, 2500), (200, 1000)), ((40, 30), (40, 30)), ((1, 1), (1, 1))],
)
def test_no_side_is_longer_than_a_thousand(size, becomes):
    drawn = pictures.draw(a_picture_file(size))

    assert opened(drawn).size == (drawn.width, drawn.height) == becomes


@pytest.mark.parametrize(
    ("kind", "mode", "colour", "becomes"),
    [
        ("JPEG", "RGB", None, "image/jpeg"),
        ("JPEG", "L", None, "image/jpeg"),
        ("JPEG", "CMYK", None, "image/jpeg"),
        ("PNG", "RGB", None, "image/jpeg"),
        ("PNG", "P", None, "image/jpeg"),
        ("PNG", "1", None, "image/jpeg"),
        ("PNG", "I;16", None, "image/jpeg"),
        ("PNG", "RGBA", (0, 0, 0, 255), "image/jpeg"),
        ("PNG", "RGBA", (0, 0, 0, 0), "image/png"),
        ("PNG", "LA", (0, 128), "image/png"),
        ("GIF", "P", None, "image/jpeg"),
        ("WEBP", "RGB", None, "image/jpeg"),
        ("WEBP", "RGBA", (0, 0, 0, 0), "image/png"),
    ],
)
def test_what_is_transparent_is_png_and_all_else_jpeg(kind, mode, colour, becomes):
    assert pictures.draw(a_picture_file(kind=kind, mode=mode, colour=colour)).media_type == becomes


UNREADABLE = {
    "a text that calls itself a picture": b"Dear all, see you on Tuesday.",
    "SVG, which can hold a program": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a kind that we do not take": a_picture_file(kind="BMP"),
    "TIFF": a_picture_file(kind="TIFF"),
    "half a photo": a_picture_file((400, 300))[:700],
    "the head of a photo": a_picture_file()[:20],
    "a PNG that lies about its size": a_png_that_says(300, 300),
    "a web page": b"<!DOCTYPE html><p>hello",
    "zeros": b"\0" * 5000,
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_picture_gets_a_sentence(content):
    with pytest.raises(NotAPicture, match="We cannot read this as a picture"):
        pictures.draw(content)


def test_an_empty_file_gets_a_sentence():
    with pytest.raises(NotAPicture, match="There is nothing in this file"):
        pictures.draw(b"")


@pytest.mark.parametrize("size", [(8000, 5001), (30_000, 30_000), (2_000_000_000, 1)])
def test_a_small_file_that_unfolds_into_a_huge_picture_is_not_unfolded(size):
    with pytest.raises(NotAPicture, match="at most 40 megapixels"):
        pictures.draw(a_png_that_says(*size))


def test_the_largest_picture_is_taken():
    drawn = pictures.draw(a_picture_file((8000, 5000)))

    assert (drawn.width, drawn.height) == (1000, 625)


def test_more_bytes_than_the_most_are_refused_unread():
    with pytest.raises(NotAPicture, match="at most 10 megabytes"):
        pictures.draw(b"x" * (pictures.LARGEST_BYTES + 1))


def test_a_picture_is_kept_as_it_was_drawn_and_dropped(session, timebank, ana):
    picture = pictures.keep(session, timebank, a_picture_file((2000, 1000)), by=ana, at=NOON)

    assert (picture.timebank_id, picture.membership_id, picture.at) == (timebank.id, ana.id, NOON)
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 1000, 500)
    assert Image.open(BytesIO(picture.content)).size == (1000, 500)

    pictures.drop(session, picture.id)
    pictures.drop(session, None)

    assert session.scalar(select(func.count()).select_from(Picture)) == 0
