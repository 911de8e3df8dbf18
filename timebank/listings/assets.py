"""What a member can bring, and what they would be glad of: written, changed, taken away and put back; never commits."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import String, cast, literal, select, union_all
from sqlalchemy.orm import Session

from timebank.listings.categories import category_in
from timebank.listings.models import Asset, AssetKind, Listing, Need
from timebank.listings.searching import standing
from timebank.members import profiles
from timebank.members.folding import fold
from timebank.members.models import Membership
from timebank.refusals import NotFound, Unacceptable

MOST = 40
"""How many of each somebody tells at most: a page that is longer is read by nobody."""


class TooMany(Unacceptable):
    """There is no room for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a member says of one thing that they can bring; requests of its kind of help find it, if it has one."""

    kind: AssetKind
    title: str
    note: str = ""
    category_id: int | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that a member can bring, or, where it is of no kind, that they would be glad of."""

    id: int
    kind: AssetKind | None
    title: str
    note: str


def brings_and_needs(session: Session, membership: Membership) -> tuple[list[Thing], list[Thing]]:
    """What they can bring, and what they would be glad of, as they wrote it down."""
    brings = select(Asset.id, cast(Asset.kind, String), Asset.title, Asset.note)
    needs = select(Need.id, literal(""), Need.title, literal(""))
    told = union_all(
        brings.where(Asset.membership_id == membership.id), needs.where(Need.membership_id == membership.id)
    )
    things = [
        Thing(number, AssetKind(kind) if kind else None, title, note)
        for number, kind, title, note in session.execute(told)
    ]
    things.sort(key=lambda thing: thing.id)
    return [one for one in things if one.kind is not None], [one for one in things if one.kind is None]


def titles_of(session: Session, members: Sequence[Membership]) -> dict[int, list[str]]:
    """What each of these members can bring, in a few words, for a list of them."""
    numbers = [one.id for one in members]
    told = session.execute(
        select(Asset.membership_id, Asset.title).where(Asset.membership_id.in_(numbers)).order_by(Asset.id)
    )
    titles: dict[int, list[str]] = defaultdict(list)
    for number, title in told:
        titles[number].append(title)
    return titles


def listings_of(session: Session, membership: Membership, *, today: date, limit: int) -> Sequence[Listing]:
    """Their latest offers and requests that stand on the board."""
    query = select(Listing).join(Listing.membership).where(Listing.membership_id == membership.id)
    query = query.where(standing(membership.timebank, today)).order_by(Listing.id.desc()).limit(limit)
    return session.scalars(query).all()


def add(session: Session, membership: Membership, told: Told, *, by: Membership, at: datetime) -> Asset:
    """The member can bring this; the same one twice is one.

    Raises:
        TooMany: they have told enough.
        NotAllowed, NotFound: as profiles.check_writer() says, or there is no such kind of help here.
    """
    profiles.note_change(session, membership, "assets", by=by, at=at)
    known = session.scalars(select(Asset).where(Asset.membership_id == membership.id)).all()
    before = next((one for one in known if (one.kind, one.title) == (told.kind, told.title)), None)
    if before is None and len(known) >= MOST:
        raise TooMany("There are %(most)d already. Take one away first.", most=MOST)
    asset = before or Asset(membership_id=membership.id, created_at=at)
    _fill(session, asset, membership, told)
    session.add(asset)
    session.flush()
    return asset


def change(session: Session, asset: Asset, membership: Membership, told: Told, *, by: Membership, at: datetime) -> None:
    """The member tells it so now.

    Raises:
        NotAllowed, NotFound: as profiles.check_writer() says.
    """
    profiles.note_change(session, membership, "assets", by=by, at=at)
    _fill(session, asset, membership, told)
    session.flush()


def add_need(
    session: Session,
    membership: Membership,
    title: str,
    *,
    by: Membership,
    at: datetime,
    category_id: int | None = None,
) -> Need:
    """The member would be glad of this, and offers of this kind of help find it; the same one twice is one.

    Raises:
        TooMany: they have told enough.
        NotAllowed, NotFound: as profiles.check_writer() says, or there is no such kind of help here.
    """
    profiles.note_change(session, membership, "needs", by=by, at=at)
    known = session.scalars(select(Need).where(Need.membership_id == membership.id)).all()
    before = next((one for one in known if one.title == title), None)
    if before is None and len(known) >= MOST:
        raise TooMany("There are %(most)d already. Take one away first.", most=MOST)
    need = before or Need(membership_id=membership.id, title=title, created_at=at)
    need.category_id = _kind(session, membership, category_id)
    session.add(need)
    session.flush()
    return need


def change_need(
    session: Session,
    need: Need,
    membership: Membership,
    title: str,
    *,
    by: Membership,
    at: datetime,
    category_id: int | None = None,
) -> None:
    """The member tells it so now.

    Raises:
        NotAllowed, NotFound: as profiles.check_writer() says.
    """
    profiles.note_change(session, membership, "needs", by=by, at=at)
    need.title, need.category_id = title, _kind(session, membership, category_id)
    session.flush()


def take_away(session: Session, thing: Asset | Need, membership: Membership, *, by: Membership, at: datetime) -> None:
    """It is no longer on the member's page; add() and add_need() put it back.

    Raises:
        NotAllowed, NotFound: as profiles.check_writer() says.
    """
    what = "assets" if isinstance(thing, Asset) else "needs"
    profiles.note_change(session, membership, what, by=by, at=at)
    session.delete(thing)
    session.flush()


def asset_of(session: Session, membership: Membership, asset_id: int) -> Asset:
    """What this member can bring.

    Raises:
        NotFound: it is not theirs.
    """
    asset = session.get(Asset, asset_id)
    if asset is None or asset.membership_id != membership.id:
        raise NotFound("This is no longer on the page.")
    return asset


def need_of(session: Session, membership: Membership, need_id: int) -> Need:
    """What this member would be glad of.

    Raises:
        NotFound: it is not theirs.
    """
    need = session.get(Need, need_id)
    if need is None or need.membership_id != membership.id:
        raise NotFound("This is no longer on the page.")
    return need


def _fill(session: Session, asset: Asset, membership: Membership, told: Told) -> None:
    asset.category_id = _kind(session, membership, told.category_id)
    asset.kind, asset.title, asset.note = told.kind, told.title, told.note
    asset.folded = fold(f"{told.title} {told.note}")


def _kind(session: Session, membership: Membership, category_id: int | None) -> int | None:
    return None if category_id is None else category_in(session, membership.timebank, category_id).id
