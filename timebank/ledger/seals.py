"""Seals: a chain of digests over stretches of each book, by which a later change is found; it changes no transfer."""

import hashlib
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from timebank.database import straight
from timebank.ledger.models import Account, Book, Seal, Transfer
from timebank.refusals import Unacceptable

STRETCH = 10_000
"""How many transfers one seal covers at most."""
FIRST = "0" * 64
"""What stands for the digest before the first seal."""
SHORTEST = 16
"""How many letters of a digest that was kept elsewhere tell enough."""

# The canonical line of a transfer, which docs/ledger.md writes down: both databases build the very same text.
_LINE = (
    "id || '|' || kind || '|' || payer_id || '|' || payee_id || '|' || minutes || '|' || {day} || '|' || {moment}"
    " || '|' || COALESCE({entered_by}, '') || '|' || COALESCE({reverses}, '')"
    " || '|' || {reference_bytes} || ':' || reference || '|' || {reason_bytes} || ':' || reason"
)
_LINES = {
    "sqlite": _LINE.format(
        day="occurred_on",
        moment="posted_at",
        entered_by="entered_by",
        reverses="reverses_id",
        reference_bytes="length(CAST(reference AS BLOB))",
        reason_bytes="length(CAST(reason AS BLOB))",
    ),
    "postgresql": _LINE.format(
        day="to_char(occurred_on, 'YYYY-MM-DD')",
        moment="to_char(posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
        entered_by="entered_by::text",
        reverses="reverses_id::text",
        reference_bytes="octet_length(reference)",
        reason_bytes="octet_length(reason)",
    ),
}
_POSTING = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = 'transfer'::regclass"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()"
)
_PATIENCE_SECONDS = 0.5
_MARK = struct.Struct(">Q8s")


@dataclass(frozen=True, slots=True)
class Held:
    """A digest that was printed and kept elsewhere: of which seal of which book; at least its first 16 letters."""

    book_id: int
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The transfers of a book after one id and up to another, as their canonical lines."""

    book_id: int
    number: int
    after_id: int
    up_to_id: int
    previous_digest: str
    lines: Sequence[tuple[int, str]]

    def digest(self) -> str:
        """SHA-256 over what is sealed, and over the seal before it, in hexadecimal."""
        told = (self.book_id, self.number, self.after_id, self.up_to_id, len(self.lines), self.previous_digest)
        whole = "\n".join(["timebank seal 1|" + "|".join(map(str, told)), *(line for _id, line in self.lines)])
        return hashlib.sha256(whole.encode()).hexdigest()

    def marks(self) -> bytes:
        """By which the transfers of the stretch are told apart: 16 bytes each."""
        return b"".join(_MARK.pack(number, _told_by(line)) for number, line in self.lines)


def seal(session: Session, book_id: int, *, at: datetime) -> Seal | None:
    """The next stretch of the book is sealed, up to STRETCH transfers; call it until it answers None.

    On PostgreSQL nobody who posts waits for it. It belongs into a transaction of its own that has posted nothing: two
    who seal and have posted would wait for each other to end.

    Returns:
        The new seal; None where all is sealed, or where someone has been posting for half a second, so that it is not
        clear yet what comes before what: the next try will tell.
    """
    session.get(Book, book_id, with_for_update={"key_share": True})  # two who seal at once do it one after the other
    settled = _settled(session)
    last = latest(session, book_id)
    number, after, previous = (last.number, last.up_to_id, last.digest) if last else (0, 0, FIRST)
    # On SQLite no index leads from a book to its transfers: where nothing is new, the accounts tell so much sooner.
    newest = session.scalar(select(func.max(Account.last_transfer_id)).where(Account.book_id == book_id))
    lines = _lines(session, book_id, after, settled, STRETCH) if (newest or 0) > after else []
    if not lines:
        return None
    stretch = _Stretch(book_id, number + 1, after, lines[-1][0], previous, lines)
    made = Seal(
        book_id=book_id,
        number=stretch.number,
        after_id=after,
        up_to_id=stretch.up_to_id,
        transfers=len(lines),
        previous_digest=previous,
        digest=stretch.digest(),
        marks=stretch.marks(),
        sealed_at=at,
    )
    session.add(made)
    session.flush()
    return made


def latest(session: Session, book_id: int) -> Seal | None:
    """The book's newest seal, if it has any."""
    return session.scalar(select(Seal).where(Seal.book_id == book_id).order_by(Seal.number.desc()).limit(1))


def findings(session: Session, held: Sequence[Held] = ()) -> Iterator[str]:
    """What is wrong with what was sealed, a sentence each; nothing where all stands as it was sealed.

    Every digest is computed anew from the transfers as they stand, and `held` against the seals.
    """
    before_all = select(Transfer.book_id, Transfer.id).where(Transfer.id <= 0)
    for book_id, transfer in session.execute(before_all.order_by(Transfer.id)):
        yield f"Book {book_id}: transfer {transfer} was put in before the first one, where no seal can hold it."
    for book_id in session.scalars(select(Book.id).order_by(Book.id)).all():
        number, up_to, digest = 0, 0, FIRST
        for one in session.scalars(select(Seal).where(Seal.book_id == book_id).order_by(Seal.number)):
            if (one.number, one.after_id, one.previous_digest) != (number + 1, up_to, digest):
                yield f"Book {book_id}, seal {one.number}: it does not follow the seal before it."
            yield from _changed(session, one)
            number, up_to, digest = one.number, one.up_to_id, one.digest
    for kept in held:
        yield from _held_against(session, kept)


def _settled(session: Session) -> int:
    """The highest id up to which no transfer can come any more; 0 where that is not clear yet.

    PostgreSQL gives ids out before their transactions commit, so that a lower one may come after a higher one. Who
    inserts holds a lock on the table from before the id is given out until the end: so whoever may still bring a lower
    one holds it now, and once these few are gone the highest id of now is settled. Nobody waits for us meanwhile.
    """
    highest = session.scalar(select(func.max(Transfer.id))) or 0
    if session.get_bind().dialect.name == "sqlite":
        return highest
    posting = set(session.scalars(_POSTING))
    ends = time.monotonic() + _PATIENCE_SECONDS
    while posting:
        if time.monotonic() > ends:
            return 0
        time.sleep(_PATIENCE_SECONDS / 100)
        posting &= set(session.scalars(_POSTING))
    return highest


def _lines(session: Session, book_id: int, after: int, up_to: int, many: int) -> list[tuple[int, str]]:
    """Ids and canonical lines of the next transfers of the book, at most so many."""
    dialect = session.get_bind().dialect.name
    # SQLite would take the index of the references, and sort.
    book = "+book_id" if dialect == "sqlite" else "book_id"
    which = f"{book} = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?"
    statement = f"SELECT id, {_LINES[dialect]} FROM transfer WHERE {which}"
    return straight(session, (statement, (book_id, after, up_to, many)))[0]


def _told_by(line: str) -> bytes:
    return hashlib.sha256(line.encode()).digest()[:8]


def _changed(session: Session, one: Seal) -> Iterator[str]:
    """The first transfer of the stretch that is not as it was sealed."""
    lines = _lines(session, one.book_id, one.after_id, one.up_to_id, one.transfers + 1)
    stretch = _Stretch(one.book_id, one.number, one.after_id, one.up_to_id, one.previous_digest, lines)
    if stretch.digest() == one.digest and len(lines) == one.transfers:
        return
    where = f"Book {one.book_id}, seal {one.number} of {one.sealed_at:%Y-%m-%d %H:%M} UTC"
    marks = session.scalars(select(Seal.marks).where(Seal.id == one.id)).one()
    sealed = dict(_MARK.iter_unpack(marks[: len(marks) // _MARK.size * _MARK.size]))
    stand = {number: _told_by(line) for number, line in lines}
    for number in sorted(sealed.keys() | stand.keys()):
        if sealed.get(number) == stand.get(number):
            continue
        what = "is missing" if number not in stand else "was put in" if number not in sealed else "was altered"
        yield f"{where}: transfer {number} {what} after it was sealed."
        return
    yield f"{where}: the seal itself was altered."


def _held_against(session: Session, kept: Held) -> Iterator[str]:
    digest = "".join(kept.digest.split()).lower()
    if len(digest) < SHORTEST:
        raise Unacceptable("Give at least the first %(letters)d letters of the digest.", letters=SHORTEST)
    stands = session.scalar(select(Seal.digest).where(Seal.book_id == kept.book_id, Seal.number == kept.number))
    where = f"Book {kept.book_id}, seal {kept.number}"
    if stands is None:
        yield f"{where}: a digest of it was kept elsewhere, but the seal is gone."
    elif not stands.startswith(digest):
        yield f"{where}: its digest is not the one that was kept. Something up to it was altered, and sealed anew."
