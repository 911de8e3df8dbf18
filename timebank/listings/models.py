"""The tables of the board: kinds of help, offers and requests; they decide nothing."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.database import Base, UtcDateTime, words
from timebank.members.models import Membership


class ListingKind(StrEnum):
    """Whether help is offered or asked for."""

    OFFER = "offer"
    REQUEST = "request"


class Category(Base):
    """A kind of help, in a timebank's own words."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("timebank_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    name: Mapped[str] = mapped_column(String(80))


class Listing(Base):
    """An offer or a request on the board; `folded` is its words without accents and case, for the search."""

    __tablename__ = "listing"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        Index("ix_listing_timebank_id", "timebank_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    kind: Mapped[ListingKind] = mapped_column(words(ListingKind, "kind_known"))
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(4000), default="")
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    place: Mapped[str] = mapped_column(String(120), default="")
    times: Mapped[str] = mapped_column(String(120), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    folded: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    membership: Mapped[Membership] = relationship()
    category: Mapped[Category] = relationship()
