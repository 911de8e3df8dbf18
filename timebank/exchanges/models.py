"""The tables of exchanges and of the steps that were taken with them; they decide nothing."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.contributions.models import Capacity, Contribution, Project, Stage
from timebank.database import Base, UtcDateTime, words
from timebank.exchanges.workflow import State, Step
from timebank.guards import refuses
from timebank.listings.models import Category, Listing
from timebank.members.models import Membership, Person


class Exchange(Base):
    """One member's help to another. The provider gives the help, the receiver gets it, whoever wrote it down.

    `told_by` is the one of the two who spoke last; the other one's answer is awaited. `reference` is the key of the
    form or of the file's row that it came from, so that the same one is written down once. `moved_at` is when its last
    step was taken.
    """

    __tablename__ = "exchange"
    __table_args__ = (
        UniqueConstraint("timebank_id", "reference"),
        CheckConstraint("provider_id <> receiver_id", name="provider_is_not_receiver"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("proposed_minutes > 0", name="proposed_minutes_positive"),
        CheckConstraint("other_minutes > 0", name="other_minutes_positive"),
        CheckConstraint(
            "state IN ('proposed', 'agreed', 'declined', 'cancelled')"
            " OR (minutes IS NOT NULL AND served_on IS NOT NULL)",
            name="a_recorded_one_has_its_time",
        ),
        Index("ix_exchange_timebank_id_state", "timebank_id", "state", "id"),
        Index("ix_exchange_timebank_id_moved_at", "timebank_id", "state", "moved_at"),
        Index(
            "ix_exchange_timebank_id_served_on",
            "timebank_id",
            "served_on",
            postgresql_include=["state", "provider_id", "receiver_id", "minutes", "contribution_id", "id"],
        ),
        Index("ix_exchange_timebank_id_category_id", "timebank_id", "category_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    reference: Mapped[str] = mapped_column(String(80))
    provider_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    told_by_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    title: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[Capacity] = mapped_column(words(Capacity, "capacity_known"), default=Capacity.MEMBER)
    stage: Mapped[Stage] = mapped_column(words(Stage, "stage_known"), default=Stage.DELIVER)
    state: Mapped[State] = mapped_column(words(State, "state_known"))
    proposed_minutes: Mapped[int | None]
    minutes: Mapped[int | None]
    other_minutes: Mapped[int | None]
    served_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id"), unique=True)

    provider: Mapped[Membership] = relationship(foreign_keys=provider_id)
    receiver: Mapped[Membership] = relationship(foreign_keys=receiver_id)
    told_by: Mapped[Membership] = relationship(foreign_keys=told_by_id)
    listing: Mapped[Listing | None] = relationship()
    category: Mapped[Category | None] = relationship()
    project: Mapped[Project | None] = relationship()
    contribution: Mapped[Contribution | None] = relationship()
    steps: Mapped[list["ExchangeStep"]] = relationship(order_by="ExchangeStep.id", back_populates="exchange")

    @property
    def asked_id(self) -> int:
        """The membership whose answer is awaited: the one of the two who did not speak last."""
        return self.receiver_id if self.told_by_id == self.provider_id else self.provider_id


class ExchangeStep(Base):
    """One step that someone took with an exchange: who, for whom, when, with which word, and the minutes around it."""

    __tablename__ = "exchange_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    step: Mapped[Step] = mapped_column(words(Step, "step_known"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    for_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(500), default="")
    minutes_before: Mapped[int | None]
    minutes_after: Mapped[int | None]

    exchange: Mapped[Exchange] = relationship(back_populates="steps")
    by: Mapped[Person | None] = relationship()
    on_behalf_of: Mapped[Membership | None] = relationship()


class Message(Base):
    """A word of one of the two to the other, in the conversation of a proposal or an exchange; plain text."""

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("exchange_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    membership: Mapped[Membership] = relationship()
    by: Mapped[Person | None] = relationship()


class Thanks(Base):
    """What one of the two said of an exchange when it was logged or confirmed; shown to the other.

    `may_quote` is their yes to the word being quoted, without names. `satisfaction` goes from 1 to 5, or was not said.
    `by` is whoever wrote it: themselves, or the supporter who acted for them.
    """

    __tablename__ = "thanks"
    __table_args__ = (
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_of_five"),
        Index(
            "ix_thanks_timebank_id_at",
            "timebank_id",
            "at",
            postgresql_include=["exchange_id", "membership_id", "satisfaction", "may_quote"],
        ),
    )

    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    word: Mapped[str] = mapped_column(String(500), default="")
    may_quote: Mapped[bool] = mapped_column(default=False)
    satisfaction: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    membership: Mapped[Membership] = relationship()
    by: Mapped[Person | None] = relationship()


class Block(Base):
    """A member does not want to hear from another; only they know of it, and the coordinators."""

    __tablename__ = "block"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    blocked: Mapped[Membership] = relationship(foreign_keys=blocked_id)


class Concern(Base):
    """Something that a member told the coordinators in confidence, about someone, an exchange or a listing."""

    __tablename__ = "concern"
    __table_args__ = (Index("ix_concern_timebank_id_closed_at", "timebank_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    exchange_id: Mapped[int | None] = mapped_column(ForeignKey("exchange.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    text: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(String(500), default="")

    by: Mapped[Membership] = relationship(foreign_keys=by_id)
    about: Mapped[Membership | None] = relationship(foreign_keys=about_id)
    exchange: Mapped[Exchange | None] = relationship()
    listing: Mapped[Listing | None] = relationship()
    closed_by: Mapped[Person | None] = relationship()


_COUNTS = "(NEW.state IN ('approved', 'reversed')) <> (NEW.contribution_id IS NOT NULL)"
_COUNTED_ONLY_WHEN_APPROVED = "an exchange is approved where its hours are recorded, and nowhere else"
GUARDS = tuple(
    refuses(name, "exchange", on=event, where=_COUNTS, words=_COUNTED_ONLY_WHEN_APPROVED)
    for name, event in (("exchange_begins_uncounted", "INSERT"), ("exchange_counts_when_approved", "UPDATE"))
)
"""What the database refuses, whoever writes: what is not approved counts nowhere."""
