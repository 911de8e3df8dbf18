"""The tables of who belongs where: timebanks, people, organisations, memberships; they decide nothing."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.database import Base, UtcDateTime, words
from timebank.guards import keeps, refuses
from timebank.ledger.models import Account
from timebank.members.choices import Approval, Joining, Leaving, LeftBecause, Pace, Readers
from timebank.policy import BY_SUPPORTERS, Permission, Role, may


class MembershipStatus(StrEnum):
    """How someone stands in a timebank."""

    APPLIED = "applied"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"
    SUSPENDED = "suspended"


HERE = (MembershipStatus.ACTIVE, MembershipStatus.PAUSED)
"""Who is with the timebank and may come in; who pauses takes part in nothing new (rules.check_takes_part)."""


class Timebank(Base):
    """A community, how to reach it, and its policy."""

    __tablename__ = "timebank"
    __table_args__ = (
        CheckConstraint("step_minutes BETWEEN 1 AND 60", name="step_of_time_sensible"),
        CheckConstraint("disclosure_threshold >= 2", name="disclosure_threshold_sensible"),
        CheckConstraint("approval_above_minutes >= 0", name="approval_above_not_negative"),
        CheckConstraint("silence_days BETWEEN 1 AND 365", name="silence_days_sensible"),
        CheckConstraint("quiet_days BETWEEN 1 AND 365", name="quiet_days_sensible"),
        CheckConstraint("listing_days BETWEEN 1 AND 3660", name="listing_days_sensible"),
        CheckConstraint("far_balance_minutes >= 0", name="far_balance_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(20), default="en_GB")
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/London")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_hours: Mapped[str] = mapped_column(String(120), default="")
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"), unique=True)
    credit_limit_minutes: Mapped[int | None]
    welcome_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    warn_below_minutes: Mapped[int] = mapped_column(default=600)
    step_minutes: Mapped[int] = mapped_column(default=5)
    outlier_minutes: Mapped[int] = mapped_column(default=600)
    disclosure_threshold: Mapped[int] = mapped_column(default=8)
    about: Mapped[str] = mapped_column(String(4000), default="", server_default="")
    joining: Mapped[Joining] = mapped_column(words(Joining, "joining_known"), default=Joining.ANYONE)
    approval: Mapped[Approval] = mapped_column(words(Approval, "approval_known"), default=Approval.ALL)
    approval_above_minutes: Mapped[int] = mapped_column(default=120)
    silence_days: Mapped[int | None]
    quiet_days: Mapped[int] = mapped_column(default=14)
    listing_days: Mapped[int] = mapped_column(default=180)
    far_balance_minutes: Mapped[int] = mapped_column(default=900)
    balances_seen_by: Mapped[Readers] = mapped_column(
        words(Readers, "balances_seen_by_known"), default=Readers.COORDINATORS
    )
    leaving: Mapped[Leaving] = mapped_column(words(Leaving, "leaving_known"), default=Leaving.SETTLE)

    def day_of(self, moment: datetime) -> date:
        """Which day that moment is here."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def end_of(self, day: date) -> datetime:
        """The last moment of that day here."""
        next_day = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(self.time_zone))
        return next_day.astimezone(UTC) - timedelta(microseconds=1)


class Person(Base):
    """Someone who can be known here; with an e-mail and a password they can sign in. Two people may share an e-mail."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_email_folded", "email_folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    email_folded: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    called: Mapped[str] = mapped_column(String(60), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    language: Mapped[str | None] = mapped_column(String(20))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", order_by="Membership.id")


class Organisation(Base):
    """A group that belongs to a timebank, with people who work for it."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class Membership(Base):
    """A person or an organisation in one timebank: a number, a status, roles, and an account where it shares hours.

    `works_for` is the organisation that pays a professional; it says nothing of the capacity in which they give.
    `merged_into` is who the same person is known as, where somebody was written down twice.
    """

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("timebank_id", "number"),
        UniqueConstraint("timebank_id", "person_id"),
        UniqueConstraint("timebank_id", "organisation_id"),
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="one_person_or_organisation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    status: Mapped[MembershipStatus] = mapped_column(words(MembershipStatus, "status_known"))
    joined_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    works_for_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    pace: Mapped[Pace] = mapped_column(words(Pace, "pace_known"), default=Pace.AT_ONCE)
    paused_until: Mapped[date | None]
    left_on: Mapped[date | None]
    left_because: Mapped[LeftBecause | None] = mapped_column(words(LeftBecause, "left_because_known"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"), index=True)

    timebank: Mapped[Timebank] = relationship()
    person: Mapped[Person | None] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=organisation_id)
    works_for: Mapped[Organisation | None] = relationship(foreign_keys=works_for_id)
    merged_into: Mapped["Membership | None"] = relationship(remote_side="Membership.id")
    account: Mapped[Account | None] = relationship()
    given_roles: Mapped[list["GivenRole"]] = relationship(cascade="all, delete-orphan")
    _acted_by: ClassVar["Membership | None"] = None

    @property
    def name(self) -> str:
        """What the person or organisation is called."""
        named = self.person or self.organisation
        return named.name if named else ""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles given to it here."""
        return frozenset(given.role for given in self.given_roles)

    @property
    def hand_id(self) -> int | None:
        """The person who acts as this member just now: themselves, or the supporter who acts for them."""
        return self.person_id if self._acted_by is None else self._acted_by.person_id

    @property
    def acted_by(self) -> "Membership | None":
        """The supporter who acts for them just now."""
        return self._acted_by

    @property
    def is_acted_for(self) -> bool:
        """Whether somebody else acts for them just now."""
        return self._acted_by is not None

    def act_by(self, supporter: "Membership") -> None:
        """From now on, in this session, what this member does is the supporter's doing, and is written down as such."""
        # Kept by the thing itself and in no column, so that it ends with the session.
        vars(self)["_acted_by"] = supporter

    def may(self, permission: Permission) -> bool:
        """Whether it may do this here now: its roles grant it, and it has neither left nor been suspended."""
        if self._acted_by is not None and permission not in BY_SUPPORTERS:
            return False
        return self.status in HERE and may(self.roles, permission)


class GivenRole(Base):
    """One role of one membership."""

    __tablename__ = "given_role"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(words(Role, "role_known"), primary_key=True)


class SignInAttempt(Base):
    """One try to sign in, by a digest of the e-mail or of the address it came from; swept away after a day."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PasswordLink(Base):
    """A mailed or printed link that sets a new password, and is gone once it has; only a digest of it is kept."""

    __tablename__ = "password_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SentForm(Base):
    """A form that was sent and acted upon: its key, a digest of what it said, and what was answered."""

    __tablename__ = "sent_form"
    __table_args__ = (Index("ix_sent_form_at", "at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Supporter(Base):
    """Someone who may act for a member, from when both have agreed until the last day, or until one of them ends it.

    `on_paper` says that the member agreed in writing, and a coordinator wrote it down.
    """

    __tablename__ = "supporter"
    __table_args__ = (CheckConstraint("membership_id <> supporter_id", name="nobody_supports_themselves"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    supporter_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    member_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    supporter_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    on_paper: Mapped[bool] = mapped_column(default=False)
    last_day: Mapped[date]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    membership: Mapped[Membership] = relationship(foreign_keys=membership_id)
    supporter: Mapped[Membership] = relationship(foreign_keys=supporter_id)


class AuditLine(Base):
    """One decision that touched someone else, as the audit log tells it; `told` is JSON, the values of its sentence."""

    __tablename__ = "audit_line"
    __table_args__ = (
        Index("ix_audit_line_timebank_id", "timebank_id", "id"),
        Index("ix_audit_line_timebank_id_deed", "timebank_id", "deed", "id"),
        Index("ix_audit_line_about_id", "about_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    deed: Mapped[str] = mapped_column(String(40))
    told: Mapped[str] = mapped_column(Text)

    by: Mapped[Person | None] = relationship()
    about: Mapped[Membership | None] = relationship()


GUARDS = (
    refuses(
        "timebank_keeps_its_book",
        "timebank",
        on="UPDATE",
        where="NEW.book_id <> OLD.book_id",
        words="a timebank keeps its book",
    ),
    refuses(
        "membership_keeps_its_account",
        "membership",
        on="UPDATE",
        where="OLD.account_id IS NOT NULL AND NEW.account_id DIFFERS FROM OLD.account_id",
        words="a membership keeps its account",
    ),
    *keeps(
        "membership",
        "a membership stays, also of who has left",
        changes=True,
        unique=("timebank_id = NEW.timebank_id AND number = NEW.number", "account_id = NEW.account_id"),
    ),
    *keeps("audit_line", "the audit log stays as it was written"),
)
"""What the database refuses, whoever writes: hours that were given stay whose they are."""
