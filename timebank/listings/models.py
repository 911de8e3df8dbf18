"""The tables of the board: kinds of help, offers and requests; they decide nothing."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.database import Base, UtcDateTime, words
from timebank.members.models import Membership, Person
from timebank.members.page import Part


class ListingKind(StrEnum):
    """Whether help is offered or asked for."""

    OFFER = "offer"
    REQUEST = "request"


class AssetKind(StrEnum):
    """What kind of thing a member can bring."""

    SKILL = "skill"
    KNOWLEDGE = "knowledge"
    THING = "thing"
    CONNECTION = "connection"


class Category(Base):
    """A kind of help, in a timebank's own words."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("timebank_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    name: Mapped[str] = mapped_column(String(80))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    parent: Mapped["Category | None"] = relationship(remote_side="Category.id")


class Listing(Base):
    """An offer or a request on the board; `folded` is its words without accents and case, for the search.

    `capacity` is how many people can take part at once, None for one at a time. `expires_on` is the last day on which
    it stands unless its owner renews it, `ends_on` the last day for which it was meant at all. `by` is whose hand wrote
    it; `taken_down_word` is why a coordinator took it off the board, empty where they did not.
    """

    __tablename__ = "listing"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("capacity >= 2", name="capacity_of_a_group"),
        Index("ix_listing_timebank_id", "timebank_id", "id"),
        Index("ix_listing_timebank_id_expires_on", "timebank_id", "expires_on"),
        # All that the board counts by, so that counting does not read the listings themselves.
        Index(
            "ix_listing_standing",
            *("timebank_id", "closed_at", "id", "kind", "category_id", "expires_on", "ends_on", "membership_id"),
        ),
        Index("ix_listing_category_id", "category_id", "id"),
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
    capacity: Mapped[int | None]
    expires_on: Mapped[date | None]
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"), index=True)
    place_folded: Mapped[str] = mapped_column(default="", server_default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_down_word: Mapped[str] = mapped_column(String(500), default="", server_default="")

    membership: Mapped[Membership] = relationship()
    category: Mapped[Category] = relationship()
    by: Mapped[Person | None] = relationship()
    tags: Mapped[list["ListingTag"]] = relationship(order_by="ListingTag.folded", cascade="all, delete-orphan")
    suits: Mapped[list["ListingTime"]] = relationship(cascade="all, delete-orphan")


class ListingTag(Base):
    """A word that the owner put on a listing; `folded` is the word without accents and case."""

    __tablename__ = "listing_tag"
    __table_args__ = (Index("ix_listing_tag_folded", "folded"),)

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    folded: Mapped[str] = mapped_column(String(40), primary_key=True)
    word: Mapped[str] = mapped_column(String(40))


class ListingTime(Base):
    """One part of one day of the week that suits a listing; Monday is 0."""

    __tablename__ = "listing_time"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_of_a_week"),)

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[Part] = mapped_column(words(Part, "part_known"), primary_key=True)


class BoardWord(Base):
    """A word that stands, or once stood, on a timebank's board, folded; what misspelled words are held against."""

    __tablename__ = "board_word"

    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)


class Asset(Base):
    """Something that a member can bring: a skill, something they know, a thing to lend, someone they know.

    `folded` is its words without accents and case, for the search.
    """

    __tablename__ = "asset"

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    kind: Mapped[AssetKind] = mapped_column(words(AssetKind, "kind_known"))
    title: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(500), default="")
    folded: Mapped[str]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    category: Mapped[Category | None] = relationship()


class Need(Base):
    """Something that a member would be glad of; a page never shows it without what they can bring."""

    __tablename__ = "need"

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    category: Mapped[Category | None] = relationship()
