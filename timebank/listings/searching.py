"""Finds what stands on the board, by words and filters, and forgives a misspelled word; it never writes a listing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from timebank.database import insert_unless_there
from timebank.listings.models import BoardWord, Category, Listing, ListingKind, ListingTag, ListingTime
from timebank.members.folding import fold
from timebank.members.models import Membership, MembershipStatus, Timebank
from timebank.members.page import Part

_WORD = re.compile(r"\w+")
_SHORTEST, _LONGEST, _MOST_WORDS = 3, 40, 8
_AT_ONCE = 1000


class Order(StrEnum):
    """In which order the board is read."""

    NEWEST = "newest"
    ENDING = "ending"  # what ends soonest comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a reader looks for on the board; what is None or empty is not asked. A group stands for its kinds too."""

    words: str = ""
    kind: ListingKind | None = None
    category_id: int | None = None
    tag: str = ""
    district: str = ""
    weekday: int | None = None
    part: Part | None = None
    for_groups: bool = False
    with_picture: bool = False
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, of how many; `instead` are the words that were looked for in place of others."""

    listings: Sequence[Listing]
    count: int
    instead: dict[str, str] = field(default_factory=dict)


def find(
    session: Session, timebank: Timebank, sought: Sought, *, today: date, limit: int, offset: int
) -> tuple[Sequence[Listing], int]:
    """One page of what stands on the board today, and how many there are; just as it is written, nothing forgiven."""
    which = [standing(timebank, today), *_asked(sought)]
    numbered = select(Listing.id, func.count().over()).join(Listing.membership).where(*which)
    rows = session.execute(numbered.order_by(*_ordered(sought.order)).limit(limit).offset(offset)).all()
    if not rows:
        return [], (_count(session, which) if offset else 0)
    page = select(Listing).where(Listing.id.in_([row[0] for row in rows])).options(*with_names())
    return session.scalars(page.order_by(*_ordered(sought.order))).all(), rows[0][1]


def search(session: Session, timebank: Timebank, sought: Sought, *, today: date, limit: int, offset: int) -> Found:
    """One page of what is found; where nothing is, by the words of this board that are written most alike."""
    listings, count = find(session, timebank, sought, today=today, limit=limit, offset=offset)
    if count or not sought.words:
        return Found(listings, count)
    instead = _spelt_otherwise(session, timebank, sought, today)
    if not instead:
        return Found([], 0)
    words = " ".join(instead.get(word, word) for word in _words_of(sought.words))
    listings, count = find(session, timebank, replace(sought, words=words), today=today, limit=limit, offset=offset)
    return Found(listings, count, instead if count else {})


def standing(timebank: Timebank, today: date) -> ColumnElement[bool]:
    """What everyone finds on the board that day; the query joins each listing's membership."""
    return and_(
        Listing.timebank_id == timebank.id,
        Listing.closed_at.is_(None),
        or_(Listing.ends_on.is_(None), Listing.ends_on >= today),
        or_(Listing.expires_on.is_(None), Listing.expires_on >= today),
        # Said of the membership, too: PostgreSQL would look through those of all timebanks.
        Membership.timebank_id == timebank.id,
        Membership.status == MembershipStatus.ACTIVE,
    )


def with_names() -> tuple[ORMOption, ...]:
    """What a list of listings shows beside them, read with them."""
    return (
        joinedload(Listing.membership).joinedload(Membership.person),
        joinedload(Listing.membership).joinedload(Membership.organisation),
        joinedload(Listing.category).joinedload(Category.parent),
    )


def learn(session: Session, timebank_id: int, folded: Iterable[str]) -> None:
    """These words are of the timebank's own vocabulary; what is misspelled is held against it."""
    rows = [{"timebank_id": timebank_id, "word": word} for word in sorted(_learnt(folded))]
    if rows:
        session.execute(insert_unless_there(session, BoardWord).values(rows).on_conflict_do_nothing())


def forget(session: Session, timebank_id: int) -> None:
    """Of the timebank's own vocabulary just the words are left that stand in a listing now: someone was erased."""
    stand = _learnt(session.scalars(select(Listing.folded).where(Listing.timebank_id == timebank_id)))
    known = session.scalars(select(BoardWord.word).where(BoardWord.timebank_id == timebank_id)).all()
    gone = sorted(set(known) - stand)
    for first in range(0, len(gone), _AT_ONCE):
        some = BoardWord.word.in_(gone[first : first + _AT_ONCE])
        session.execute(delete(BoardWord).where(BoardWord.timebank_id == timebank_id, some))


def _learnt(folded: Iterable[str]) -> set[str]:
    return {word for text in folded for word in _WORD.findall(text) if _SHORTEST <= len(word) <= _LONGEST}


def nearest(word: str, vocabulary: Iterable[str]) -> str | None:
    """The word of the vocabulary that is written most like this one; None where none is like enough.

    One sign may be wrong, missing, too much or changed with its neighbour in a word of four or five, two in a longer
    one. A word that begins alike goes before one that does not.
    """
    most = 0 if len(word) < 4 else 1 if len(word) < 6 else 2
    alike = [
        (distance, other[0] != word[0], abs(len(other) - len(word)), other)
        for other in vocabulary
        if 0 < (distance := OSA.distance(word, other, score_cutoff=most)) <= most
    ]
    return min(alike)[3] if alike else None


def _spelt_otherwise(session: Session, timebank: Timebank, sought: Sought, today: date) -> dict[str, str]:
    """For each word that nothing on the board holds, one that is written alike, where there is any."""
    words = _words_of(sought.words)
    held = [func.max(case((_holds(word), 1), else_=0)) for word in words]
    known = session.execute(
        select(*held).select_from(Listing).join(Listing.membership).where(standing(timebank, today))
    )
    strange = [word for word, there in zip(words, known.one(), strict=True) if not there and len(word) <= _LONGEST]
    if not strange:
        return {}
    shortest, longest = min(map(len, strange)) - 2, max(map(len, strange)) + 2
    vocabulary = session.scalars(
        select(BoardWord.word).where(
            BoardWord.timebank_id == timebank.id, func.length(BoardWord.word).between(shortest, longest)
        )
    ).all()
    found = {word: nearest(word, vocabulary) for word in strange}
    return {word: other for word, other in found.items() if other is not None}


def _words_of(words: str) -> list[str]:
    return list(dict.fromkeys(fold(words).split()))[:_MOST_WORDS]


def _asked(sought: Sought) -> list[ColumnElement[bool]]:
    asked = [_holds(word) for word in _words_of(sought.words)]
    asked += [Listing.place_folded.contains(word, autoescape=True) for word in _words_of(sought.district)]
    if sought.kind is not None:
        asked.append(Listing.kind == sought.kind)
    if sought.category_id is not None:
        asked.append(Listing.category_id.in_(family(sought.category_id)))
    if sought.tag:
        asked.append(exists().where(ListingTag.listing_id == Listing.id, ListingTag.folded == fold(sought.tag)[:40]))
    if sought.weekday is not None or sought.part is not None:
        asked.append(_at_that_time(sought))
    if sought.for_groups:
        asked.append(Listing.capacity.is_not(None))
    if sought.with_picture:
        asked.append(Listing.picture_id.is_not(None))
    return asked


def family(category_id: int) -> Select[int]:
    """A kind of help, and the kinds below it."""
    return select(Category.id).where(or_(Category.id == category_id, Category.parent_id == category_id))


def _at_that_time(sought: Sought) -> ColumnElement[bool]:
    when = [ListingTime.listing_id == Listing.id]
    if sought.weekday is not None:
        when.append(ListingTime.weekday == sought.weekday)
    if sought.part is not None:
        when.append(ListingTime.part == sought.part)
    return exists().where(*when)


def _holds(word: str) -> ColumnElement[bool]:
    return Listing.folded.contains(word, autoescape=True)


def _ordered(order: Order) -> list[ColumnElement[Any]]:
    newest = Listing.id.desc()
    if order == Order.NEWEST:
        return [newest]
    return [Listing.ends_on.is_(None), Listing.ends_on.asc(), newest]


def _count(session: Session, which: Sequence[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count()).select_from(Listing).join(Listing.membership).where(*which)) or 0
