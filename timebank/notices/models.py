"""The tables of what people are told: the outbox, and which kinds of letters someone declines; they decide nothing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.database import Base, UtcDateTime, words
from timebank.members.models import Membership, Timebank


class NoticeKind(StrEnum):
    """What someone is told; each kind can be declined by itself, save those in MUST_BE_TOLD."""

    WELCOME = "welcome"
    APPLICATION = "application"  # to coordinators: someone would like to join
    APPLICATION_DECLINED = "application declined"
    PROPOSAL = "proposal"
    ANSWER = "answer"  # a proposal was agreed, declined or called off
    MESSAGE = "message"
    TO_CONFIRM = "to confirm"
    DISPUTED = "disputed"
    DECIDED = "decided"  # a coordinator approved, settled, sent back, declined or took back
    GIFT = "gift"
    THANKS = "thanks"
    RENEWAL = "renewal"  # an offer or a request is about to leave the board
    MATCH = "match"
    SUPPORTER = "supporter"
    STANDING = "standing"  # paused, back, suspended, left
    TERMS = "terms"
    BULK = "bulk"  # what a coordinator writes to several


MUST_BE_TOLD = frozenset({NoticeKind.WELCOME, NoticeKind.APPLICATION_DECLINED, NoticeKind.STANDING, NoticeKind.TERMS})
"""What is told also to who wants no letters, as long as there is an e-mail."""


class NoticeState(StrEnum):
    """Where a notice is."""

    WAITING = "waiting"
    SENT = "sent"
    PHONE = "phone"  # a coordinator tells them
    GIVEN_UP = "given up"
    DROPPED = "dropped"  # they did not want it, or have no e-mail


class Notice(Base):
    """Something that somebody must know: written with what it tells of, and sent afterwards; each once.

    `told` is JSON, the values of its words; once somebody has been told, it is emptied, and the key alone is kept.
    `email` is set where the one who is told does not belong here (yet).
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_notice_state_due_at", "state", "due_at"),
        Index("ix_notice_membership_id_state", "membership_id", "state", "due_at"),
        Index("ix_notice_timebank_id_state", "timebank_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    timebank_id: Mapped[int] = mapped_column(ForeignKey("timebank.id"))
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    email: Mapped[str] = mapped_column(String(254), default="")
    kind: Mapped[NoticeKind] = mapped_column(words(NoticeKind, "kind_known"))
    key: Mapped[str] = mapped_column(String(120))
    told: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[NoticeState] = mapped_column(words(NoticeState, "state_known"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(300), default="")

    membership: Mapped[Membership | None] = relationship()
    timebank: Mapped[Timebank] = relationship()


class LetterStop(Base):
    """A kind of letter that someone does not want."""

    __tablename__ = "letter_stop"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(words(NoticeKind, "kind_known"), primary_key=True)
