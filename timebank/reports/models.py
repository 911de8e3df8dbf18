"""The table of releases: reports as they were published, frozen; it decides nothing."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.database import Base, UtcDateTime
from timebank.guards import keeps
from timebank.members.models import Person


class Release(Base):
    """A contribution report as it was published: the whole document as JSON, and its SHA-256 digest.

    The period runs from `first_day` up to, and not including, `day_after`.
    """

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("timebank_id", "first_day"),
        CheckConstraint("day_after > first_day", name="period_not_empty"),
        Index("ix_release_timebank_id_day_after", "timebank_id", "day_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    first_day: Mapped[date]
    day_after: Mapped[date]
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    released_by: Mapped[Person] = relationship()


GUARDS = keeps(
    "release",
    "a release stays as it was published",
    unique=("timebank_id = NEW.timebank_id AND first_day = NEW.first_day",),
)
"""What the database refuses, whoever writes."""
