"""The tables of what is shown of people: a member's own page and who reads it, pictures, a timebank's look."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.database import Base, UtcDateTime, words
from timebank.members.choices import Readers
from timebank.members.models import Membership


class Shown(StrEnum):
    """What a member tells of themselves, each with its own readers."""

    ABOUT = "about"
    PICTURE = "picture"
    DISTRICT = "district"
    LANGUAGES = "languages"
    TIMES = "times"
    ASSETS = "assets"
    NEEDS = "needs"
    PHONE = "phone"
    EMAIL = "email"


class Part(StrEnum):
    """A part of the day in which someone has time."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Picture(Base):
    """A picture, re-encoded by us: bounded, and without anything that it told of where and when it was taken."""

    __tablename__ = "picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Profile(Base):
    """What a member says of themselves; who has said nothing has none."""

    __tablename__ = "profile"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    about: Mapped[str] = mapped_column(String(2000), default="")
    district: Mapped[str] = mapped_column(String(120), default="")
    languages: Mapped[str] = mapped_column(String(200), default="")
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"), index=True)

    membership: Mapped[Membership] = relationship()


class FieldReaders(Base):
    """Who reads one thing that a member tells; what they have not chosen is read as profiles.USUAL says."""

    __tablename__ = "field_readers"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    field: Mapped[Shown] = mapped_column(words(Shown, "field_known"), primary_key=True)
    readers: Mapped[Readers] = mapped_column(words(Readers, "readers_known"))


class Availability(Base):
    """One part of one day of the week in which a member usually has time; Monday is 0."""

    __tablename__ = "availability"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_of_a_week"),)

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[Part] = mapped_column(words(Part, "part_known"), primary_key=True)


class Look(Base):
    """How a timebank looks: its accent colour as "#rrggbb", and its logo; empty and None are the house's own."""

    __tablename__ = "look"

    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"), primary_key=True)
    accent: Mapped[str] = mapped_column(String(7), default="")
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"))
