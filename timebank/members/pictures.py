"""Pictures: whatever somebody hands in is decoded, bounded and drawn anew, and nothing else of it is ever kept."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageOps
from sqlalchemy import delete
from sqlalchemy.orm import Session

from timebank.members.models import Membership, Timebank
from timebank.members.page import Picture
from timebank.refusals import Unacceptable

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
LONGEST_SIDE = 1000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
"""What is decoded at all: what telephones, cameras and drawing programs make, and nothing that can hold a program."""
_OPAQUE = (255, 255)


class NotAPicture(Unacceptable):
    """It cannot be read as a picture, or it is larger than we take."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it is kept: drawn anew by us, upright, bounded, and without a word about where it was taken."""

    content: bytes
    media_type: str
    width: int
    height: int


def keep(
    session: Session, timebank: Timebank, content: bytes | Drawn, *, by: Membership | None, at: datetime
) -> Picture:
    """The picture is kept in the timebank, as put there by this member; who sees it, is said where it is used.

    Raises:
        NotAPicture: what was handed in cannot be read, or is too large.
    """
    drawn = draw(content) if isinstance(content, bytes) else content
    picture = Picture(
        timebank_id=timebank.id,
        membership_id=None if by is None else by.id,
        media_type=drawn.media_type,
        content=drawn.content,
        width=drawn.width,
        height=drawn.height,
        at=at,
    )
    session.add(picture)
    session.flush()
    return picture


def drop(session: Session, picture_id: int | None) -> None:
    """The picture is gone; whatever showed it has let go of it before. None is no picture."""
    if picture_id is not None:
        session.flush()
        session.execute(delete(Picture).where(Picture.id == picture_id))


def draw(content: bytes) -> Drawn:
    """The picture drawn anew: PNG where something of it is transparent, JPEG otherwise.

    Raises:
        NotAPicture: it cannot be read, or is too large.
    """
    if not content:
        raise NotAPicture("There is nothing in this file. Choose another picture.")
    if len(content) > LARGEST_BYTES:
        raise NotAPicture("This file is too large. Choose a picture of at most 10 megabytes.")
    try:
        return _redrawn(content)
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many_pixels() from bomb
    # What stands in such a file is anybody's, and the decoders answer it with every kind of error there is.
    except Exception as unreadable:
        raise NotAPicture(
            "We cannot read this as a picture. Choose a photo or drawing as JPEG, PNG, GIF or WebP."
        ) from unreadable


def _redrawn(content: bytes) -> Drawn:
    with Image.open(BytesIO(content), formats=_FORMATS) as opened:
        # Only the head has been read so far; whoever says that it is larger is believed.
        if opened.width * opened.height > LARGEST_PIXELS:
            raise _too_many_pixels()
        # Colours out of a table cannot be mixed, as making it smaller does.
        image = opened.convert("RGBA") if opened.mode in {"P", "1"} else opened
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
    transparent = upright.has_transparency_data and upright.convert("RGBA").getchannel("A").getextrema() != _OPAQUE
    mode, kind = ("RGBA", "PNG") if transparent else ("RGB", "JPEG")
    # Onto a new sheet, since a copy would carry along what else the file says.
    sheet = Image.new(mode, upright.size)
    sheet.paste(upright.convert(mode))
    written = BytesIO()
    sheet.save(written, kind, optimize=True, **({} if transparent else {"quality": 85}))
    return Drawn(written.getvalue(), f"image/{kind.lower()}", sheet.width, sheet.height)


def _too_many_pixels() -> NotAPicture:
    return NotAPicture("This picture is too large. Make it smaller first, to at most 40 megapixels.")
