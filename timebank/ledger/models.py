"""The tables of the book: accounts, the transfers between them, changes of accounts, seals; it never writes any."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timebank.database import Base, UtcDateTime, words


class AccountKind(StrEnum):
    """Whose place in the book it is."""

    MEMBER = "member"
    ORGANISATION = "organisation"
    COMMUNITY = "community"
    PARTNER = "partner"


class TransferKind(StrEnum):
    """Why minutes moved."""

    EXCHANGE = "exchange"
    ACTIVITY = "activity"
    WELCOME = "welcome"
    GIFT = "gift"
    ALLOCATION = "allocation"
    OPENING = "opening"
    CORRECTION = "correction"
    REVERSAL = "reversal"


HELP = (TransferKind.EXCHANGE, TransferKind.ACTIVITY)
"""The kinds of transfer that stand for help given; others move hours without any help."""


class ChangeKind(StrEnum):
    """What was changed about an account."""

    LIMIT = "limit"
    CLOSE = "close"
    REOPEN = "reopen"


class Book(Base):
    """One community's book; its balances add up to zero."""

    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Account(Base):
    """A place in the book, with its two tallies; the database keeps them and holds the limit.

    `excess_minutes` is how far past its limit the account already was when that limit was set. It only ever shrinks,
    so that an account past its limit can move towards zero and not away from it. `last_transfer_id` and
    `last_change_id` are what moved and what changed the account last, 0 where nothing has: the database lets nobody
    but these two write it.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("book_id", "id"),
        CheckConstraint("given_minutes >= 0 AND received_minutes >= 0", name="tallies_not_negative"),
        CheckConstraint("credit_limit_minutes >= 0 AND excess_minutes >= 0", name="limit_not_negative"),
        CheckConstraint(
            "credit_limit_minutes IS NULL"
            " OR given_minutes - received_minutes >= -(credit_limit_minutes + excess_minutes)",
            name="within_credit_limit",
        ),
        CheckConstraint("closed_at IS NULL OR given_minutes = received_minutes", name="closed_at_zero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    kind: Mapped[AccountKind] = mapped_column(words(AccountKind, "kind_known"))
    credit_limit_minutes: Mapped[int | None]
    excess_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    given_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    received_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_transfer_id: Mapped[int] = mapped_column(default=0, server_default="0")
    last_change_id: Mapped[int] = mapped_column(default=0, server_default="0")

    @property
    def balance_minutes(self) -> int:
        """Given less received, in minutes."""
        return self.given_minutes - self.received_minutes


class Transfer(Base):
    """Minutes that moved from payer to payee; one row is both sides. The database lets nobody change or delete it."""

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("book_id", "reference"),
        ForeignKeyConstraint(
            ["book_id", "payer_id"], ["account.book_id", "account.id"], name="fk_transfer_payer_of_the_book"
        ),
        ForeignKeyConstraint(
            ["book_id", "payee_id"], ["account.book_id", "account.id"], name="fk_transfer_payee_of_the_book"
        ),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("payer_id <> payee_id", name="payer_is_not_payee"),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="only_a_reversal_reverses"),
        CheckConstraint("reverses_id IS NULL OR reason <> ''", name="a_reversal_has_a_reason"),
        Index("ix_transfer_payer_id", "payer_id", "id"),
        Index("ix_transfer_payee_id", "payee_id", "id"),
        # Many timebanks share a server, and each seal reads the transfers of one; a file holds few, and posts slower.
        Index("ix_transfer_book_id", "book_id", "id", info={"only": "postgresql"}).ddl_if(dialect="postgresql"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    reference: Mapped[str] = mapped_column(String(80))
    kind: Mapped[TransferKind] = mapped_column(words(TransferKind, "kind_known"))
    payer_id: Mapped[int]
    payee_id: Mapped[int]
    minutes: Mapped[int]
    occurred_on: Mapped[date]
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    entered_by: Mapped[int | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)


OPENED = "As the account was opened."
"""Why an account has its first limit."""


class AccountChange(Base):
    """A change of an account's limit, its closing or its reopening: writing the row is the act, and it stays.

    `before_minutes` and `after_minutes` are the limits of a change of limit; None is no limit.
    """

    __tablename__ = "account_change"
    __table_args__ = (
        CheckConstraint("after_minutes >= 0", name="limit_not_negative"),
        CheckConstraint(
            "kind = 'limit' OR (before_minutes IS NULL AND after_minutes IS NULL)", name="only_a_limit_has"
        ),
        CheckConstraint("reason <> ''", name="a_change_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(words(ChangeKind, "kind_known"))
    before_minutes: Mapped[int | None]
    after_minutes: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500))

    @property
    def is_first_limit(self) -> bool:
        """Whether it tells the limit that the account was opened with; nobody who gives the same reason makes one."""
        return self.reason == OPENED and self.entered_by is None


class Seal(Base):
    """A digest over one stretch of a book, chained to the one before it; docs/ledger.md tells how it is made.

    The stretch is the book's transfers after `after_id` and up to `up_to_id`. `marks` tells the transfers in it apart,
    16 bytes for each: its id, and the first 8 bytes of the SHA-256 of its line.
    """

    __tablename__ = "seal"
    __table_args__ = (
        UniqueConstraint("book_id", "number"),
        CheckConstraint("transfers > 0 AND up_to_id > after_id", name="stretch_not_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    number: Mapped[int]
    after_id: Mapped[int]
    up_to_id: Mapped[int]
    transfers: Mapped[int]
    previous_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    marks: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
