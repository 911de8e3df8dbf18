"""The board: offers and requests written, closed and opened again, found by words and filters; nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from timebank.listings.models import Category, Listing, ListingKind
from timebank.members.folding import fold
from timebank.members.models import Membership, MembershipStatus, Timebank
from timebank.refusals import NotAllowed, NotFound, Unacceptable

SEED = (
    "Lifts and errands",
    "Company and visits",
    "Cooking and meals",
    "Gardening",
    "Repairs and odd jobs",
    "Phones and computers",
    "Forms and letters",
    "Languages and reading",
    "Children and families",
    "Pets",
    "Music, arts and crafts",
    "Health and exercise",
    "Running the timebank",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a member writes of an offer or a request."""

    kind: ListingKind
    title: str
    description: str
    category_id: int
    place: str = ""
    times: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a reader looks for on the board; what is None or empty is not asked."""

    words: str = ""
    kind: ListingKind | None = None
    category_id: int | None = None


def seed_categories(session: Session, timebank: Timebank) -> list[Category]:
    """The timebank has the kinds of help to begin with; those it has already stay."""
    known = {category.name for category in categories_of(session, timebank)}
    session.add_all(Category(timebank_id=timebank.id, name=name) for name in SEED if name not in known)
    session.flush()
    return categories_of(session, timebank)


def categories_of(session: Session, timebank: Timebank) -> list[Category]:
    """The timebank's kinds of help, by name."""
    return list(session.scalars(select(Category).where(Category.timebank_id == timebank.id).order_by(Category.name)))


def write(session: Session, words: Words, *, by: Membership, at: datetime) -> Listing:
    """The offer or request stands on the board."""
    listing = Listing(timebank_id=by.timebank_id, membership=by, created_at=at)
    _fill(session, listing, words)
    session.add(listing)
    session.flush()
    return listing


def rewrite(session: Session, listing_id: int, words: Words, *, by: Membership) -> Listing:
    """The listing says this now."""
    listing = _own(session, listing_id, by)
    _fill(session, listing, words)
    session.flush()
    return listing


def close(session: Session, listing_id: int, *, by: Membership, at: datetime) -> Listing:
    """The listing is off the board; its owner can put it back."""
    listing = _own(session, listing_id, by)
    listing.closed_at = listing.closed_at or at
    session.flush()
    return listing


def open_again(session: Session, listing_id: int, *, by: Membership) -> Listing:
    """The listing is on the board again."""
    listing = _own(session, listing_id, by)
    listing.closed_at = None
    session.flush()
    return listing


def find(
    session: Session, timebank: Timebank, sought: Sought, *, today: date, limit: int, offset: int
) -> tuple[Sequence[Listing], int]:
    """One page of what stands on the board today, newest first, and how many there are."""
    query = _standing(timebank, today)
    for word in fold(sought.words).split():
        query = query.where(Listing.folded.contains(word, autoescape=True))
    if sought.kind is not None:
        query = query.where(Listing.kind == sought.kind)
    if sought.category_id is not None:
        query = query.where(Listing.category_id == sought.category_id)
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(Listing.id.desc()).limit(limit).offset(offset)
    return session.scalars(page.options(*_with_names())).all(), count


def listing_for(session: Session, timebank: Timebank, listing_id: int, *, reader: Membership) -> Listing:
    """The listing, for whoever may see it: anyone here while it stands, its owner always.

    Raises:
        NotFound: it is not here, or no longer on the board.
    """
    listing = session.scalar(
        select(Listing).where(Listing.id == listing_id, Listing.timebank_id == timebank.id).options(*_with_names())
    )
    standing = (
        listing is not None and listing.closed_at is None and listing.membership.status == MembershipStatus.ACTIVE
    )
    if listing is None or not (standing or listing.membership_id == reader.id):
        raise NotFound("This is no longer on the board.")
    return listing


def listings_of(session: Session, membership: Membership) -> Sequence[Listing]:
    """All that this member has ever put on the board, newest first."""
    query = select(Listing).where(Listing.membership_id == membership.id).order_by(Listing.id.desc())
    return session.scalars(query.options(*_with_names())).all()


def _standing(timebank: Timebank, today: date) -> Select[Listing]:
    return (
        select(Listing)
        .join(Membership, Membership.id == Listing.membership_id)
        .where(
            Listing.timebank_id == timebank.id,
            Listing.closed_at.is_(None),
            Membership.status == MembershipStatus.ACTIVE,
            or_(Listing.ends_on.is_(None), Listing.ends_on >= today),
        )
    )


def _with_names() -> tuple[ORMOption, ...]:
    return (
        joinedload(Listing.membership).joinedload(Membership.person),
        joinedload(Listing.membership).joinedload(Membership.organisation),
        joinedload(Listing.category),
    )


def _own(session: Session, listing_id: int, by: Membership) -> Listing:
    listing = session.get(Listing, listing_id, with_for_update=True, populate_existing=True)
    if listing is None or listing.timebank_id != by.timebank_id:
        raise NotFound("There is no such listing here.")
    if listing.membership_id != by.id:
        raise NotAllowed("This is someone else's to change.")
    return listing


def _fill(session: Session, listing: Listing, words: Words) -> None:
    category = session.get(Category, words.category_id)
    if category is None or category.timebank_id != listing.timebank_id:
        raise Unacceptable("Choose the kind of help.")
    if words.starts_on and words.ends_on and words.ends_on < words.starts_on:
        raise Unacceptable("The last day comes before the first.")
    listing.kind = words.kind
    listing.title = words.title
    listing.description = words.description
    listing.category = category
    listing.place = words.place
    listing.times = words.times
    listing.starts_on = words.starts_on
    listing.ends_on = words.ends_on
    listing.folded = fold(f"{words.title} {words.description} {category.name} {words.place} {words.times}")
