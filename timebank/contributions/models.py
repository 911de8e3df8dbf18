"""The tables of what was given: contributions, and the projects they may be for; and what the database refuses."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.database import Base, UtcDateTime, words
from timebank.guards import keeps, refuses
from timebank.listings.models import Category
from timebank.members.models import Membership, Organisation, Person


class Capacity(StrEnum):
    """As what someone gave the hours."""

    MEMBER = "member"
    PROFESSIONAL = "professional"
    VOLUNTEER = "volunteer"


class Stage(StrEnum):
    """At which stage of a piece of work the hours were given."""

    DESIGN = "design"
    DECIDE = "decide"
    DELIVER = "deliver"
    EVALUATE = "evaluate"


class Project(Base):
    """A piece of shared work that hours may be for."""

    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("timebank_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(1000), default="")


class Contribution(Base):
    """Hours that one person gave, in one capacity, on one day, at one stage; approved, or it would not be here.

    `confirmed_by_id` is who of the other side said so too; without one it is not two-party confirmed. Member hours
    have their transfer in the book; the hours of professionals and volunteers have none.
    """

    __tablename__ = "contribution"
    __table_args__ = (
        UniqueConstraint("timebank_id", "reference"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("(capacity = 'member') = (transfer_id IS NOT NULL)", name="member_hours_are_in_the_book"),
        CheckConstraint("receiver_id IS NULL OR receiver_id <> giver_id", name="giver_is_not_receiver"),
        Index(
            "ix_contribution_timebank_id_served_on",
            "timebank_id",
            "served_on",
            postgresql_include=["giver_id", "capacity", "stage", "category_id", "minutes", "reversed_at"],
        ),
        Index("ix_contribution_timebank_id_capacity", "timebank_id", "capacity", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    reference: Mapped[str] = mapped_column(String(80))
    giver_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    capacity: Mapped[Capacity] = mapped_column(words(Capacity, "capacity_known"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"), index=True)
    minutes: Mapped[int]
    served_on: Mapped[date]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    stage: Mapped[Stage] = mapped_column(words(Stage, "stage_known"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    note: Mapped[str] = mapped_column(String(500), default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    reversed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reversal_reason: Mapped[str] = mapped_column(String(500), default="")

    giver: Mapped[Membership] = relationship(foreign_keys=giver_id)
    receiver: Mapped[Membership | None] = relationship(foreign_keys=receiver_id)
    organisation: Mapped[Organisation | None] = relationship()
    category: Mapped[Category | None] = relationship()
    project: Mapped[Project | None] = relationship()
    entered_by: Mapped[Person | None] = relationship(foreign_keys=entered_by_id)
    approved_by: Mapped[Person | None] = relationship(foreign_keys=approved_by_id)


_SAYS_WHAT_ITS_TRANSFER_SAYS = (
    "EXISTS (SELECT 1 FROM transfer t JOIN membership g ON g.id = NEW.giver_id"
    " LEFT JOIN membership r ON r.id = NEW.receiver_id"
    " WHERE t.id = NEW.transfer_id AND t.kind IN ('exchange', 'activity') AND t.minutes = NEW.minutes"
    " AND t.occurred_on = NEW.served_on AND t.payee_id = g.account_id"
    " AND (NEW.receiver_id IS NULL OR t.payer_id = r.account_id))"
)
_FACTS = (
    "timebank_id",
    "reference",
    "giver_id",
    "receiver_id",
    "capacity",
    "minutes",
    "served_on",
    "approved_at",
    "transfer_id",
)
_TAKEN_BACK = "EXISTS (SELECT 1 FROM transfer t WHERE t.reverses_id = NEW.transfer_id)"
_STAYS = "a contribution stays as it was approved; reverse it"
GUARDS = (
    *keeps(
        "contribution",
        _STAYS,
        changes=True,
        unique=(
            "timebank_id = NEW.timebank_id AND reference = NEW.reference",
            "transfer_id = NEW.transfer_id",
        ),
    ),
    refuses(
        "contribution_says_what_its_transfer_says",
        "contribution",
        on="INSERT",
        where=f"NEW.capacity = 'member' AND NOT {_SAYS_WHAT_ITS_TRANSFER_SAYS}",
        words="member hours are in the book as they are told",
    ),
    refuses(
        "contribution_keeps_its_facts",
        "contribution",
        on="UPDATE",
        where=" OR ".join(f"NEW.{fact} DIFFERS FROM OLD.{fact}" for fact in _FACTS),
        words=_STAYS,
    ),
    refuses(
        "contribution_is_reversed_with_its_transfer",
        "contribution",
        on="UPDATE",
        where="NEW.reversed_at DIFFERS FROM OLD.reversed_at AND (OLD.reversed_at IS NOT NULL"
        f" OR (NEW.transfer_id IS NOT NULL AND NOT {_TAKEN_BACK}))",
        words="a contribution is taken back once, and its transfer with it",
    ),
)
"""What the database refuses, whoever writes: what counts in reports is what the book says, and stays."""
