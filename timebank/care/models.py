"""The tables of looking after people: applications, invitations, terms, vetting, safeguarding; they decide nothing."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.database import Base, UtcDateTime, words
from timebank.guards import keeps
from timebank.members.models import Membership, Person


class ApplicationState(StrEnum):
    """Where an application to join is."""

    OPEN = "open"
    WELCOMED = "welcomed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class VettingKind(StrEnum):
    """What was looked at before someone helps where trust is needed."""

    BACKGROUND = "background"
    REFERENCE = "reference"
    IDENTITY = "identity"
    INSURANCE = "insurance"
    TRAINING = "training"


class Invitation(Base):
    """A code that a member or coordinator gave to somebody, by link or on a printed card."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_day: Mapped[date]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    by: Mapped[Membership] = relationship()


class Application(Base):
    """Someone would like to join: what they are good at, then what would help them, and how to reach them.

    `key` is that of the form, so that one application is there however often it is sent. Of one that was declined or
    withdrawn nothing personal is kept.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("timebank_id", "key"),
        Index("ix_application_timebank_id_state", "timebank_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    key: Mapped[str] = mapped_column(String(60))
    state: Mapped[ApplicationState] = mapped_column(words(ApplicationState, "state_known"))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    district: Mapped[str] = mapped_column(String(120), default="")
    good_at: Mapped[str] = mapped_column(String(2000))
    would_help: Mapped[str] = mapped_column(String(2000), default="")
    heard_from: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("terms.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    invitation: Mapped[Invitation | None] = relationship()
    membership: Mapped[Membership | None] = relationship()


class Terms(Base):
    """What members agree to, in one version; a new text is a new version."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("timebank_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class TermsAccepted(Base):
    """Someone has agreed to a version of the terms; `by` is who wrote it down, another where it was on paper."""

    __tablename__ = "terms_accepted"
    __table_args__ = (UniqueConstraint("membership_id", "terms_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    terms_id: Mapped[int] = mapped_column(ForeignKey("terms.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Vetting(Base):
    """Something that was looked at about a member, when, and until when it holds; None does not run out."""

    __tablename__ = "vetting"
    __table_args__ = (CheckConstraint("expires_on IS NULL OR expires_on >= seen_on", name="expires_after_it_was_seen"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    kind: Mapped[VettingKind] = mapped_column(words(VettingKind, "kind_known"))
    note: Mapped[str] = mapped_column(String(500), default="")
    seen_on: Mapped[date]
    expires_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    membership: Mapped[Membership] = relationship()
    by: Mapped[Person | None] = relationship()


class SafeguardingNote(Base):
    """What a safeguarding lead wrote about a member; nobody else reads it."""

    __tablename__ = "safeguarding_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    text: Mapped[str] = mapped_column(String(4000))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship()


GUARDS = (
    *keeps(
        "terms",
        "a version of the terms stays as it was",
        unique=("timebank_id = NEW.timebank_id AND version = NEW.version",),
    ),
    *keeps(
        "terms_accepted",
        "what was agreed to stays agreed to",
        unique=("membership_id = NEW.membership_id AND terms_id = NEW.terms_id",),
    ),
)
"""What the database refuses, whoever writes: what somebody agreed to stays what it was."""
