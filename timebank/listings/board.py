"""The board: offers and requests written, changed, renewed, taken off and put back, and who reads them; no commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from timebank.listings.categories import categories_of, is_offered, seed_categories
from timebank.listings.models import Category, Listing, ListingKind, ListingTag, ListingTime
from timebank.listings.searching import Sought, find, learn, standing, with_names
from timebank.listings.vocabulary import SEED
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.folding import fold
from timebank.members.models import Membership, MembershipStatus, Timebank
from timebank.members.page import Part
from timebank.members.rules import check_takes_part, needed_word
from timebank.policy import Permission
from timebank.refusals import Conflict, NotAllowed, NotFound, Unacceptable

__all__ = ["SEED", "Sought", "categories_of", "find", "seed_categories"]
"""What is needed with the board stands at hand here, too."""

MOST_TAGS, LONGEST_TAG = 8, 40
SMALLEST_GROUP, LARGEST_GROUP = 2, 200


class NoLongerHere(NotFound):
    """It has left the board, or never stood there."""


class WrongKind(Unacceptable):
    """There is no such kind of help to choose."""


class WrongDays(Unacceptable):
    """The days do not follow one another, or the last one has passed."""


class WrongTags(Unacceptable):
    """There are too many words, or one is too long."""


class WrongSize(Unacceptable):
    """A group is not of that size."""


class TakenDown(Conflict):
    """A coordinator took it off the board, and only a coordinator puts it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a member writes of an offer or a request; `suits` are parts of days of the week, Monday being 0."""

    kind: ListingKind
    title: str
    description: str
    category_id: int
    place: str = ""
    times: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    tags: tuple[str, ...] = ()
    capacity: int | None = None
    suits: frozenset[tuple[int, Part]] = frozenset()


def write(session: Session, words: Words, *, by: Membership, at: datetime, for_: Membership | None = None) -> Listing:
    """The offer or request stands on the board, until the timebank's number of days has passed or it is renewed.

    `for_` is the member for whom a coordinator writes it, who has no e-mail perhaps; None writes for oneself.
    """
    owner = for_ or by
    if owner.timebank_id != by.timebank_id:
        raise NotFound("There is no such person in this timebank.")
    _check_hand(owner, by)
    check_takes_part(owner)
    listing = Listing(timebank_id=owner.timebank_id, membership=owner, created_at=at, by_id=by.hand_id)
    listing.expires_on = _expiry(by.timebank, at)
    _fill(session, listing, words, today=by.timebank.day_of(at))
    session.add(listing)
    session.flush()
    _note(session, "written", listing, by=by, at=at)
    return listing


def rewrite(session: Session, listing_id: int, words: Words, *, by: Membership, at: datetime) -> Listing:
    """The listing says this now, and stands for as long as if it were written now."""
    listing = _take(session, listing_id, by)
    listing.expires_on = _expiry(by.timebank, at)
    _fill(session, listing, words, today=by.timebank.day_of(at))
    _note(session, "changed", listing, by=by, at=at)
    return listing


def renew(session: Session, listing_id: int, *, by: Membership, at: datetime) -> Listing:
    """The listing is on the board for the timebank's number of days from now on; for what has ended, see has_ended().

    Raises:
        TakenDown: a coordinator took it off the board, and only a coordinator puts it back.
    """
    listing = _take(session, listing_id, by)
    if listing.taken_down_word and listing.membership_id == by.id:
        raise TakenDown("A coordinator took this off the board. Talk to them, and they can put it back.")
    listing.expires_on = _expiry(by.timebank, at)
    listing.closed_at = None
    listing.taken_down_word = ""
    _note(session, "renewed", listing, by=by, at=at)
    return listing


def close(session: Session, listing_id: int, *, by: Membership, at: datetime) -> Listing:
    """The listing is off the board; its owner can put it back."""
    listing = _take(session, listing_id, by)
    if listing.closed_at is None:
        listing.closed_at = at
        _note(session, "taken off", listing, by=by, at=at)
    return listing


def take_down(session: Session, listing_id: int, *, word: str, by: Membership, at: datetime) -> Listing:
    """A coordinator has taken someone's listing off the board, and its owner reads there why.

    Raises:
        WrongWord: there is none, or it is too long.
        NotAllowed: they do not look after members, or it is their own, which they simply take off.
    """
    listing = _take(session, listing_id, by)
    if listing.membership_id == by.id:
        raise NotAllowed("This is your own. You can take it off the board yourself.")
    if not listing.taken_down_word:
        listing.taken_down_word = needed_word(word)
        listing.closed_at = at
        session.flush()
        told = {"title": listing.title, "what": listing.kind.value, "word": listing.taken_down_word}
        audit_log.note(session, Deed.LISTING_TAKEN_DOWN, by=by, about=listing.membership, at=at, **told)
    return listing


def listing_for(session: Session, timebank: Timebank, listing_id: int, *, reader: Membership, today: date) -> Listing:
    """The listing, for whoever may see it: anyone here while it stands, its owner and coordinators always.

    Raises:
        NoLongerHere: it is not here, or no longer on the board.
    """
    query = select(Listing).where(Listing.id == listing_id, Listing.timebank_id == timebank.id)
    # One row has few tags and times, so that all comes with one question.
    whole = (joinedload(Listing.tags), joinedload(Listing.suits), joinedload(Listing.by))
    listing = session.scalars(query.options(*with_names(), *whole)).unique().one_or_none()
    if listing is None or not (may_change(listing, reader) or stands(listing, today)):
        raise NoLongerHere("This is no longer on the board.")
    return listing


def listings_of(
    session: Session, membership: Membership, *, limit: int | None = None, offset: int = 0
) -> Sequence[Listing]:
    """What this member has ever put on the board, newest first; all of it where no limit is given."""
    query = select(Listing).where(Listing.membership_id == membership.id).order_by(Listing.id.desc())
    return session.scalars(query.options(*with_names()).limit(limit).offset(offset)).all()


def how_many_of(session: Session, membership: Membership) -> int:
    """How many offers and requests this member has ever put on the board."""
    query = select(func.count()).select_from(Listing).where(Listing.membership_id == membership.id)
    return session.scalar(query) or 0


def newest(session: Session, timebank: Timebank, *, besides: Membership, today: date, limit: int) -> Sequence[Listing]:
    """What others have put on the board last."""
    which = standing(timebank, today), Listing.membership_id != besides.id
    query = select(Listing).join(Listing.membership).where(*which).order_by(Listing.id.desc()).limit(limit)
    return session.scalars(query.options(*with_names())).all()


def standing_of(session: Session, membership: Membership, *, today: date) -> Sequence[Listing]:
    """What of this member others find on the board, newest first."""
    which = Listing.membership_id == membership.id, standing(membership.timebank, today)
    query = select(Listing).join(Listing.membership).where(*which).order_by(Listing.id.desc())
    return session.scalars(query.options(*with_names())).all()


def stands(listing: Listing, today: date) -> bool:
    """Whether everyone finds it on the board that day, also before its first day."""
    return (
        listing.closed_at is None
        and not has_ended(listing, today)
        and (listing.expires_on is None or listing.expires_on >= today)
        and listing.membership.status == MembershipStatus.ACTIVE
    )


def has_ended(listing: Listing, today: date) -> bool:
    """Whether the last day for which it was meant has passed."""
    return listing.ends_on is not None and listing.ends_on < today


def may_change(listing: Listing, by: Membership) -> bool:
    """Whether this member may change the listing: their own, or anybody's for a coordinator who looks after them."""
    own = listing.membership_id == by.id and by.may(Permission.OFFER_AND_REQUEST)
    return own or by.may(Permission.LOOK_AFTER_MEMBERS)


def read_tags(written: str) -> tuple[str, ...]:
    """The words of a line in which they are parted by commas, each once whatever its accents and case."""
    words = (
        " ".join(word.strip().lstrip("#").split()) for word in written.replace(";", ",").replace("\n", ",").split(",")
    )
    return tuple({fold(word): word for word in words if fold(word)}.values())


def _take(session: Session, listing_id: int, by: Membership) -> Listing:
    listing = session.get(Listing, listing_id, with_for_update=True, populate_existing=True)
    if listing is None or listing.timebank_id != by.timebank_id:
        raise NoLongerHere("There is no such listing here.")
    _check_hand(listing.membership, by)
    return listing


def _check_hand(owner: Membership, by: Membership) -> None:
    """Whoever writes is the owner, or a coordinator."""
    if not (owner.id == by.id or by.may(Permission.LOOK_AFTER_MEMBERS)):
        raise NotAllowed("This is someone else's to change.")


def _expiry(timebank: Timebank, at: datetime) -> date:
    return timebank.day_of(at) + timedelta(days=timebank.listing_days)


def _note(session: Session, what: str, listing: Listing, *, by: Membership, at: datetime) -> None:
    """What a coordinator does with a member's listing, or a supporter in their name, is in the audit log."""
    session.flush()
    if listing.membership_id != by.id or by.is_acted_for:
        # Without its title, which nobody could erase there.
        told = {"what": f"{listing.kind.value} {what}", "listing_id": listing.id}
        audit_log.note(session, Deed.PAGE_CHANGED, by=by, about=listing.membership, at=at, **told)


def _fill(session: Session, listing: Listing, words: Words, *, today: date) -> None:
    category = session.get(Category, words.category_id)
    if category is None or category.timebank_id != listing.timebank_id:
        raise WrongKind("Choose the kind of help.")
    if not is_offered(category) and category.id != listing.category_id:
        raise WrongKind("This kind of help is not offered any more. Choose another one.")
    if words.starts_on and words.ends_on and words.ends_on < words.starts_on:
        raise WrongDays("The last day comes before the first.")
    if words.ends_on and words.ends_on < today:
        raise WrongDays("That day has passed. Choose today or a later day, or leave it empty.")
    listing.kind = words.kind
    listing.title = words.title
    listing.description = words.description
    listing.category = category
    listing.place = words.place
    listing.place_folded = fold(words.place)
    listing.times = words.times
    listing.starts_on = words.starts_on
    listing.ends_on = words.ends_on
    listing.capacity = _capacity(words.capacity)
    _put_on(listing, words)
    group = category.parent.name if category.parent else ""
    listing.folded = fold(
        " ".join([words.title, words.description, category.name, group, words.place, words.times, *words.tags])
    )
    learn(session, listing.timebank_id, [listing.folded])


def _put_on(listing: Listing, words: Words) -> None:
    """The tags and the times are these; what was there already stays the row it is."""
    tags = {fold(word)[:LONGEST_TAG]: word for word in read_tags(",".join(words.tags))}
    if len(tags) > MOST_TAGS or any(len(word) > LONGEST_TAG for word in tags.values()):
        raise WrongTags(
            "Use at most %(most)d words, each of at most %(long)d letters.", most=MOST_TAGS, long=LONGEST_TAG
        )
    there = {tag.folded: tag for tag in listing.tags}
    listing.tags = [there.get(folded) or ListingTag(folded=folded, word=word) for folded, word in tags.items()]
    known = {(time.weekday, time.part): time for time in listing.suits}
    listing.suits = [known.get(when) or ListingTime(weekday=when[0], part=when[1]) for when in sorted(words.suits)]


def _capacity(capacity: int | None) -> int | None:
    if capacity is not None and not SMALLEST_GROUP <= capacity <= LARGEST_GROUP:
        raise WrongSize(
            "Write a number from %(smallest)d to %(largest)d.", smallest=SMALLEST_GROUP, largest=LARGEST_GROUP
        )
    return capacity
