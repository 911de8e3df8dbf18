"""Small drawn pictures for a handful of made-up members, who would rather not show a photo."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw
from PIL.ImageDraw import ImageDraw as Pen

_SIDE = 240


def file_of(name: str) -> bytes:
    """The picture of that member, as a file."""
    colour, draw = DRAWINGS[name]
    sheet = Image.new("RGB", (_SIDE, _SIDE), colour)
    draw(ImageDraw.Draw(sheet))
    written = BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()


def _pot(pen: Pen) -> None:
    pen.rounded_rectangle((60, 100, 180, 190), 22, fill="#7a3b2e")
    pen.rectangle((50, 92, 190, 108), fill="#5c2a20")
    pen.ellipse((110, 74, 130, 94), fill="#5c2a20")
    for left in (80, 115, 150):
        pen.arc((left, 30, left + 18, 70), 90, 270, fill="#ffffff", width=5)


def _beans(pen: Pen) -> None:
    pen.line((120, 210, 120, 40), fill="#2f5d34", width=8)
    for top in (50, 95, 140):
        pen.ellipse((60, top, 118, top + 34), fill="#5a9a4f")
        pen.ellipse((122, top + 18, 180, top + 52), fill="#3f7d3f")


def _bicycle(pen: Pen) -> None:
    for left in (30, 140):
        pen.ellipse((left, 120, left + 70, 190), outline="#223a5e", width=7)
    pen.line((65, 155, 100, 95, 150, 95, 175, 155, 110, 155, 65, 155), fill="#c0392b", width=7)
    pen.line((100, 95, 110, 155, 150, 95), fill="#c0392b", width=7)


def _apple(pen: Pen) -> None:
    pen.ellipse((55, 80, 140, 195), fill="#b8322a")
    pen.ellipse((100, 80, 185, 195), fill="#c8443a")
    pen.line((120, 90, 128, 50), fill="#5b3a21", width=8)
    pen.ellipse((128, 45, 172, 72), fill="#4f8a3c")


def _boat(pen: Pen) -> None:
    pen.polygon([(40, 150), (200, 150), (170, 195), (70, 195)], fill="#6b4a2f")
    pen.polygon([(115, 35), (115, 140), (50, 140)], fill="#ffffff")
    pen.polygon([(125, 55), (125, 140), (180, 140)], fill="#f2e3c6")
    pen.rectangle((0, 195, _SIDE, _SIDE), fill="#2d6a8e")


DRAWINGS: dict[str, tuple[str, Callable[[Pen], None]]] = {
    "Amina Yusuf": ("#f3c98b", _pot),
    "Siân Howells": ("#dfeecb", _beans),
    "Łukasz Zieliński": ("#e8edf5", _bicycle),
    "Dafydd Rees": ("#f6ead0", _apple),
    "Harold Pickering": ("#cfe6f2", _boat),
}
"""Whose page shows one: its colour, and what is drawn on it."""
