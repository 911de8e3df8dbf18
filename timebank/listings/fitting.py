"""Who on the board might fit whom: candidates in few questions, weighed by matching; owners may be told of it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from timebank.listings import matching
from timebank.listings.matching import Fit, Side
from timebank.listings.models import Asset, Category, Listing, ListingKind, ListingTime, Need
from timebank.listings.searching import standing
from timebank.members.choices import Readers
from timebank.members.folding import fold
from timebank.members.models import Membership, MembershipStatus, Organisation, Person, Timebank
from timebank.members.page import Availability, FieldReaders, Profile, Shown
from timebank.members.profiles import USUAL
from timebank.notices import outbox
from timebank.notices.models import NoticeKind

Times = dict[int, set[tuple[int, str]]]
_Row = Row[*tuple[Any, ...]]
_MOST, _TOLD = 200, 5
_NAME = func.coalesce(Person.name, Organisation.name)
_GROUP = func.coalesce(Category.parent_id, Category.id)


@dataclass(frozen=True, slots=True)
class Fitting:
    """What fits a listing, whose it is and how well; without a number where it stands on a member's page only."""

    listing_id: int | None
    title: str
    membership_id: int
    name: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: ListingKind
    listing_id: int | None
    title: str
    membership_id: int
    name: str
    side: Side


def fitting(
    session: Session,
    ours: Sequence[Listing],
    *,
    today: date,
    without: Collection[int] = (),
    only: Membership | None = None,
    each: int = 3,
    at_a_glance: bool = False,
) -> dict[int, list[Fitting]]:
    """For each of these listings, by its number, what fits it best: the other kind of listing, and what members tell.

    `without` are memberships that are left out; `only` looks at the listings of one member and at nothing else. At a
    glance only listings are looked at, without their times, in one question.
    """
    if not ours:
        return {}
    timebank = ours[0].membership.timebank
    rows = session.execute(_listings(timebank, ours, today, without, only)).all()
    told = [] if only or at_a_glance else _told(session, timebank, ours, without)
    own = {listing.membership_id for listing in ours}
    numbers = [row.id for row in rows] + [listing.id for listing in ours]
    people = {row.membership_id for row in [*rows, *told]} | own
    times, free = _no_times() if at_a_glance else _times(session, numbers, people, own=own)
    candidates = [_candidate(row, times[row.id] or free[row.membership_id]) for row in rows]
    candidates += [_candidate(row, free[row.membership_id]) for row in told]
    return {
        listing.id: _best(listing, _side_of(listing, times[listing.id] or free[listing.membership_id]), candidates)[
            :each
        ]
        for listing in ours
    }


def tell_owners(
    session: Session,
    listing: Listing,
    *,
    without: Collection[int],
    today: date,
    at: datetime,
    why: Callable[[Fit], str],
) -> int:
    """Who has put the very kind of help on the board that fits this new listing is told of it; how many were."""
    fits = fitting(session, [listing], today=today, without=without, each=_TOLD)[listing.id]
    told = [one for one in fits if one.listing_id is not None and one.fit.same_kind]
    for one in told:
        to = session.get_one(Membership, one.membership_id)
        key, other = f"listing:{listing.id}:match:{to.id}", listing.membership.name
        outbox.tell(
            session,
            NoticeKind.MATCH,
            to,
            key=key,
            at=at,
            listing_id=listing.id,
            title=listing.title,
            other=other,
            why=why(one.fit),
        )
    return len(told)


def _best(listing: Listing, side: Side, candidates: Iterable[_Candidate]) -> list[Fitting]:
    """The best of each other member, the best first; the newest where two fit alike."""
    best: dict[int, Fitting] = {}
    for one in candidates:
        if one.kind == listing.kind or one.membership_id == listing.membership_id:
            continue
        fit, before = matching.fit(side, one.side), best.get(one.membership_id)
        if fit is not None and (before is None or fit.score > before.fit.score):
            best[one.membership_id] = Fitting(one.listing_id, one.title, one.membership_id, one.name, fit)
    return sorted(best.values(), key=lambda one: (-one.fit.score, -(one.listing_id or 0), one.membership_id))


def _listings(
    timebank: Timebank, ours: Sequence[Listing], today: date, without: Collection[int], only: Membership | None
) -> Select[*tuple[Any, ...]]:
    """The other kind of listings in the groups of ours, the newest first."""
    kinds = {listing.kind for listing in ours}
    query = _named(
        select(
            Listing.id,
            Listing.kind,
            Listing.title,
            Listing.category_id,
            Listing.folded,
            Listing.place_folded,
            Listing.membership_id,
        ).join(Membership, Membership.id == Listing.membership_id)
    )
    query = query.join(Category, Category.id == Listing.category_id).where(
        standing(timebank, today), _of_groups(ours), Listing.membership_id.not_in(without)
    )
    if len(kinds) == 1:
        query = query.where(Listing.kind.not_in(kinds))
    if only is not None:
        query = query.where(Listing.membership_id == only.id)
    return query.order_by(Listing.id.desc()).limit(_MOST)


def _told(session: Session, timebank: Timebank, ours: Sequence[Listing], without: Collection[int]) -> list[_Row]:
    """What members tell of themselves: what they can bring, for requests; what they would be glad of, for offers."""
    kinds = {listing.kind for listing in ours}
    asked = []
    if ListingKind.REQUEST in kinds:
        shown = [_open_to_members(Shown.ASSETS)]
        asked.append(_telling(Asset, ListingKind.OFFER, timebank, ours, without, shown))
    if ListingKind.OFFER in kinds:
        # A page never shows someone as needs alone.
        shown = [_open_to_members(Shown.ASSETS), _open_to_members(Shown.NEEDS)]
        asked.append(_telling(Need, ListingKind.REQUEST, timebank, ours, without, shown))
    # A limit of its own for each, and one question for both.
    both = union_all(*(select(one.subquery()) for one in asked))
    return list(session.execute(both).all())


def _telling(
    table: type[Asset | Need],
    kind: ListingKind,
    timebank: Timebank,
    ours: Sequence[Listing],
    without: Collection[int],
    shown: Iterable[ColumnElement[bool]],
) -> Select[*tuple[Any, ...]]:
    district = case((_open_to_members(Shown.DISTRICT), func.coalesce(Profile.district, "")), else_="")
    folded = Asset.folded if table is Asset else table.title
    query = _named(
        select(
            literal(None).label("id"),
            literal(kind.value).label("kind"),
            table.title,
            table.category_id,
            folded.label("folded"),
            district.label("place_folded"),
            table.membership_id,
        ).join(Membership, Membership.id == table.membership_id)
    )
    return (
        query.join(Category, Category.id == table.category_id)
        .outerjoin(Profile, Profile.membership_id == Membership.id)
        .where(
            Membership.timebank_id == timebank.id,
            Membership.status == MembershipStatus.ACTIVE,
            _of_groups(ours),
            table.membership_id.not_in(without),
            *shown,
        )
        .order_by(table.id.desc())
        .limit(_MOST)
    )


def _named(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """With the group of help, and the name of whose it is."""
    return (
        query.add_columns(_GROUP.label("group_id"), Category.name.label("kind_name"), _NAME.label("name"))
        .outerjoin(Person, Person.id == Membership.person_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    )


def _of_groups(ours: Sequence[Listing]) -> ColumnElement[bool]:
    groups = {listing.category.parent_id or listing.category_id for listing in ours}
    return or_(Category.id.in_(groups), Category.parent_id.in_(groups))


def _open_to_members(field: Shown) -> ColumnElement[bool]:
    """Whether every member may read this of the membership that the query looks at."""
    chosen = select(FieldReaders.readers).where(
        FieldReaders.membership_id == Membership.id, FieldReaders.field == field
    )
    return func.coalesce(chosen.scalar_subquery(), USUAL[field]) == Readers.MEMBERS


def _times(
    session: Session, listing_ids: Collection[int], membership_ids: Collection[int], *, own: Collection[int]
) -> tuple[Times, Times]:
    """When each of these listings suits, and when each member usually has time, as far as all may read it.

    `own` are the memberships of who asks, whose times they read themselves.
    """
    suits = select(literal(1).label("of"), ListingTime.listing_id, ListingTime.weekday, ListingTime.part)
    free = select(literal(0).label("of"), Availability.membership_id, Availability.weekday, Availability.part)
    free = free.join(Membership, Membership.id == Availability.membership_id)
    readable = or_(_open_to_members(Shown.TIMES), Membership.id.in_(own))
    both = suits.where(ListingTime.listing_id.in_(listing_ids)).union_all(
        free.where(Membership.id.in_(membership_ids), readable)
    )
    of_listings, of_members = _no_times()
    for is_listing, number, weekday, part in session.execute(both):
        (of_listings if is_listing else of_members)[number].add((weekday, part.value))
    return of_listings, of_members


def _no_times() -> tuple[Times, Times]:
    return defaultdict(set), defaultdict(set)


def _candidate(row: _Row, times: set[tuple[int, str]]) -> _Candidate:
    """What a row tells; listings keep their words folded, what members tell of themselves is folded here."""
    folded, place = (row.folded, row.place_folded) if row.id else (fold(row.folded), fold(row.place_folded))
    side = _side(row.category_id, row.group_id, folded, row.kind_name, place, times)
    return _Candidate(ListingKind(row.kind), row.id, row.title, row.membership_id, row.name, side)


def _side_of(listing: Listing, times: set[tuple[int, str]]) -> Side:
    category, group = listing.category, listing.category.parent or listing.category
    named = f"{category.name} {group.name}"
    return _side(category.id, group.id, listing.folded, named, listing.place_folded, times)


def _side(
    kind_id: int, group_id: int, folded: str, kind_name: str, place: str, times: Collection[tuple[int, str]]
) -> Side:
    return Side(
        kind_id=kind_id,
        group_id=group_id,
        words=matching.telling_words(folded, {*fold(kind_name).split(), *place.split()}),
        times=frozenset(times),
        place=place,
    )
