"""How a timebank looks: its accent colour, its logo, and the stylesheet that follows; each step never commits."""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.members import audit_log, colours, pictures
from timebank.members.audit_log import Deed
from timebank.members.colours import DARK, LEAST_CONTRAST, LIGHT
from timebank.members.enrol import lock
from timebank.members.models import Membership, Timebank
from timebank.members.page import Look, Picture
from timebank.members.pictures import Drawn
from timebank.members.policies import NothingChanged
from timebank.policy import Permission
from timebank.refusals import NotAllowed, NotFound, Unacceptable

HOUSE_ACCENT, _HOUSE_NIGHT = "#6b2a5b", "#e8b0d6"
"""The plum of the house, where a timebank has no colour of its own; by day and at night, as theme.css has it."""
_NIGHT_CONTRAST = 7.0
"""On dark pages colours are read at ease: WCAG's 1.4.6."""
_DARK_INK = "#1d1420"
_LARGEST_LOGO = (600, 132)


@dataclass(frozen=True, slots=True)
class Dress:
    """What every page of a timebank wears: its accent and its logo; "" and None are the house's own."""

    accent: str = ""
    logo_id: int | None = None


class FaintColour(Unacceptable):
    """Text in this colour could hardly be read."""


def accent_of(text: str) -> str:
    """The accent as it is kept; "" is the house's own.

    Raises:
        FaintColour: it is hardly read on a light page; the sentence tells by how much, and the nearest that is.
        Unacceptable: it is no colour.
    """
    if not text.strip():
        return ""
    colour = colours.read(text)
    if colour is None:
        raise Unacceptable("Write a colour with a hash and six letters or figures, for example #2b5a6b.")
    if not colours.passes(colour, LIGHT):
        raise FaintColour(
            "Text in %(colour)s is hard to read: its contrast is %(ratio)s to 1, and %(least)s to 1 is needed."
            " The nearest colour that can be read is %(nearest)s.",
            colour=colour,
            ratio=_cut(colours.least_contrast(colour, LIGHT)),
            least=str(LEAST_CONTRAST),
            nearest=colours.nearest(colour, LIGHT),
        )
    return "" if colour == HOUSE_ACCENT else colour


def set_accent(session: Session, timebank: Timebank, text: str, *, by: Membership, at: datetime) -> None:
    """The timebank has this accent from now on, or the house's own.

    Raises:
        NotAllowed: who does it is no administrator here.
        FaintColour, Unacceptable: as accent_of().
        NothingChanged: it has that already.
    """
    look = _to_change(session, timebank, by)
    _change(session, look, accent=accent_of(text), logo_id=look.logo_id, by=by, at=at)


def put_up(session: Session, timebank: Timebank, drawn: Drawn, *, by: Membership, at: datetime) -> Picture:
    """The picture is kept to be looked at as a logo; what was put up before, and is shown no more, is gone.

    Raises:
        NotAllowed: as set_accent().
    """
    look = _to_change(session, timebank, by)
    told = last_change(session, timebank) or {}
    wanted = {look.logo_id, told.get("before"), told.get("after")}
    put_up_before = select(Picture.id).where(Picture.timebank_id == timebank.id, Picture.membership_id.is_(None))
    for picture_id in session.scalars(put_up_before).all():
        if picture_id not in wanted:
            pictures.drop(session, picture_id)
    return pictures.keep(session, timebank, _small(drawn), by=None, at=at)


def set_logo(session: Session, timebank: Timebank, picture_id: int | None, *, by: Membership, at: datetime) -> None:
    """The timebank has this logo from now on; None is the house's.

    Raises:
        NotAllowed, NothingChanged: as set_accent().
        NotFound: no such picture was put up here.
    """
    look = _to_change(session, timebank, by)
    if picture_id is not None:
        logo_in(session, timebank, picture_id)
    _change(session, look, accent=look.accent, logo_id=picture_id, by=by, at=at)


def undo(session: Session, timebank: Timebank, *, by: Membership, at: datetime) -> None:
    """The look is as it was before the last change of it; undone twice, it is as it was changed.

    Raises:
        NotAllowed: as set_accent().
        NotFound: nothing was changed.
    """
    look = _to_change(session, timebank, by)
    before = last_change(session, timebank)
    if before is None:
        raise NotFound("Nothing was changed about the look.")
    accent = str(before["before"] or "") if before["what"] == "accent" else look.accent
    logo_id = before["before"] if before["what"] == "logo" else look.logo_id
    _change(session, look, accent=accent, logo_id=logo_id if isinstance(logo_id, int) else None, by=by, at=at)


def last_change(session: Session, timebank: Timebank) -> dict[str, object] | None:
    """What was changed last about the look, "accent" or "logo", and from what to what; None where nothing was."""
    line = audit_log.last_line(session, timebank, Deed.LOOK_CHANGED)
    return dict(json.loads(line.told)) if line is not None else None


def logo_in(session: Session, timebank: Timebank, picture_id: int) -> Picture:
    """A picture that was put up as a logo in this timebank.

    Raises:
        NotFound: there is none.
    """
    picture = session.get(Picture, picture_id)
    if picture is None or picture.timebank_id != timebank.id or picture.membership_id is not None:
        raise NotFound("There is no such picture here.")
    return picture


def timebank_and_dress(session: Session, slug: str) -> tuple[Timebank, Dress]:
    """The timebank with this address, and how its pages look, in one question.

    Raises:
        NotFound: there is none.
    """
    query = select(Timebank, Look.accent, Look.logo_id).outerjoin(Look, Look.timebank_id == Timebank.id)
    row = session.execute(query.where(Timebank.slug == slug)).one_or_none()
    if row is None:
        raise NotFound("There is no timebank at the address %(slug)s.", slug=slug)
    return row[0], Dress(row.accent or "", row.logo_id)


def stylesheet(accent: str) -> str:
    """The colours that follow from an accent, by day and at night, for the custom properties of theme.css."""
    night = night_of(accent)
    by_day = {
        "plum": accent,
        "plum-deep": colours.mixed(accent, "#000000", 0.7),
        "plum-tint": colours.tint(accent, LIGHT[0]),
        "on-plum": "#ffffff",
        "heading": colours.mixed(accent, "#000000", 0.55),
    }
    at_night = {
        "plum": night,
        "plum-deep": colours.mixed(night, "#ffffff", 0.5),
        "plum-tint": colours.tint(night, DARK[0]),
        "on-plum": _DARK_INK,
        "heading": colours.mixed(night, "#ffffff", 0.25),
    }
    night_rule = f"@media screen and (prefers-color-scheme: dark) {{:root {{{_written(at_night)}}}}}"
    return f":root {{{_written(by_day)}}}\n{night_rule}\n"


def night_of(accent: str) -> str:
    """The accent as it is at night: as much lighter as it must be to be read."""
    return _HOUSE_NIGHT if accent == HOUSE_ACCENT else colours.nearest(accent, DARK, _NIGHT_CONTRAST)


def contrasts(accent: str) -> tuple[str, str]:
    """How well the accent is read by day and at night, as "7.1" to 1."""
    night = colours.least_contrast(night_of(accent), DARK)
    return _cut(colours.least_contrast(accent, LIGHT)), _cut(night)


def _written(properties: dict[str, str]) -> str:
    return " ".join(f"--timebank-{name}: {colour};" for name, colour in properties.items())


def _cut(ratio: float) -> str:
    """With one figure after the point and never rounded up, so that 4.49 is not told to be 4.5."""
    return f"{math.floor(10 * ratio) / 10:.1f}"


def _to_change(session: Session, timebank: Timebank, by: Membership) -> Look:
    if by.timebank_id != timebank.id or not by.may(Permission.SET_POLICY):
        raise NotAllowed("Administrators choose the look.")
    lock(session, timebank.id)
    look = session.get(Look, timebank.id, populate_existing=True)
    if look is None:
        look = Look(timebank_id=timebank.id, accent="", logo_id=None)
        session.add(look)
        session.flush()
    return look


def _change(session: Session, look: Look, *, accent: str, logo_id: int | None, by: Membership, at: datetime) -> None:
    changes = {
        name: (before, after)
        for name, before, after in (("accent", look.accent, accent), ("logo", look.logo_id, logo_id))
        if before != after
    }
    if not changes:
        raise NothingChanged("It looks like that already.")
    look.accent, look.logo_id = accent, logo_id
    session.flush()
    for name, (before, after) in changes.items():
        told = {"what": name, "before": before, "after": after}
        audit_log.note(session, Deed.LOOK_CHANGED, by=by, about=None, at=at, **told)


def _small(drawn: Drawn) -> Drawn:
    """As large as a logo is ever shown, on a screen of three times as many points."""
    with Image.open(BytesIO(drawn.content)) as picture:
        kind = picture.format or "PNG"
        picture.thumbnail(_LARGEST_LOGO)
        written = BytesIO()
        picture.save(written, kind, optimize=True)
        return Drawn(written.getvalue(), drawn.media_type, picture.width, picture.height)
