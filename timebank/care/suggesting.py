"""First suggestions for someone new: who and what on the board fits their words, and why; it only reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from timebank.care.wordings import stems
from timebank.listings.models import Asset, Listing, ListingKind, Need
from timebank.listings.searching import standing, with_names
from timebank.members.folding import fold
from timebank.members.models import Membership, MembershipStatus, Person

_LOOKED_AT = 60


class Fit(StrEnum):
    """How something fits what the newcomer wrote."""

    OFFERS = "offers"  # what would help them stands on the board
    BRINGS = "brings"  # what would help them is what somebody can bring
    REQUESTS = "requests"  # what they are good at is asked for on the board
    NEEDS = "needs"  # what they are good at is what somebody would be glad of


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that fits: whose and what it is, which of the newcomer's words it fits, its listing if it has one."""

    fit: Fit
    who: Membership
    title: str
    words: tuple[str, ...]
    listing_id: int | None = None


def suggestions(
    session: Session, membership: Membership, *, good_at: str, would_help: str, today: date, limit: int
) -> list[Suggestion]:
    """What fits the newcomer's words best: first what would help them, then where they can help; so many of each."""
    gets, gives = stems(would_help), stems(good_at)
    helping = [
        *_listed(session, membership, Fit.OFFERS, ListingKind.OFFER, gets, today),
        *_told(session, membership, Fit.BRINGS, Asset, gets),
    ]
    helped = [
        *_listed(session, membership, Fit.REQUESTS, ListingKind.REQUEST, gives, today),
        *_told(session, membership, Fit.NEEDS, Need, gives),
    ]
    return [*_best(helping, limit), *_best(helped, limit)]


def _listed(
    session: Session, membership: Membership, fit: Fit, kind: ListingKind, sought: dict[str, str], today: date
) -> list[Suggestion]:
    if not sought:
        return []
    found = session.scalars(
        select(Listing)
        .join(Listing.membership)
        .where(
            standing(membership.timebank, today),
            Listing.kind == kind,
            Listing.membership_id != membership.id,
            _any_of(Listing.folded, sought),
        )
        .options(*with_names())
        .order_by(Listing.id.desc())
        .limit(_LOOKED_AT)
    )
    return [Suggestion(fit, one.membership, one.title, _shared(one.folded, sought), listing_id=one.id) for one in found]


def _told(
    session: Session, membership: Membership, fit: Fit, table: type[Asset] | type[Need], sought: dict[str, str]
) -> list[Suggestion]:
    if not sought:
        return []
    folded = Asset.folded if table is Asset else func.lower(table.title)
    found = session.execute(
        select(table.title, Membership)
        .join(Membership, Membership.id == table.membership_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.timebank_id == membership.timebank_id,
            Membership.status == MembershipStatus.ACTIVE,
            Membership.id != membership.id,
            _any_of(folded, sought),
        )
        .options(contains_eager(Membership.person))
        .order_by(table.id.desc())
        .limit(_LOOKED_AT)
    )
    return [Suggestion(fit, who, title, _shared(fold(title), sought)) for title, who in found]


def _any_of(column: SQLColumnExpression[str], sought: Iterable[str]) -> ColumnElement[bool]:
    return or_(*(column.contains(stem, autoescape=True) for stem in sought))


def _shared(folded: str, sought: dict[str, str]) -> tuple[str, ...]:
    there = folded.split()
    return tuple(word for stem, word in sought.items() if any(one.startswith(stem) for one in there))


def _best(found: list[Suggestion], limit: int) -> list[Suggestion]:
    """Those with the most words in common; of each member one, the one that stands on the board before another."""
    best: dict[int, Suggestion] = {}
    for one in sorted(found, key=lambda one: -len(one.words)):
        if one.words:
            best.setdefault(one.who.id, one)
    return list(best.values())[:limit]
