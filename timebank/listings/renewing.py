"""Tells owners that an offer or a request is about to leave the board, once each time; nothing here commits."""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, literal, or_, select, update
from sqlalchemy.orm import Session

from timebank.listings.models import Listing
from timebank.listings.searching import standing, with_names
from timebank.members.models import Membership, Timebank
from timebank.notices import outbox
from timebank.notices.models import Notice, NoticeKind

DAYS_BEFORE = 14


def remind(session: Session, timebank: Timebank, *, at: datetime) -> int:
    """Who owns what is about to leave the board is told, once for each last day; how many were told now.

    What came onto the board before its days were counted is given a last day first, as if it were written today.
    """
    today = timebank.day_of(at)
    session.execute(
        update(Listing)
        .where(Listing.timebank_id == timebank.id, Listing.expires_on.is_(None), Listing.closed_at.is_(None))
        .values(expires_on=today + timedelta(days=timebank.listing_days))
    )
    # Where a listing stands for days only, it is not asked about as soon as it is written.
    before = timedelta(days=min(DAYS_BEFORE, timebank.listing_days // 2))
    key = literal(f"{timebank.id}:listing:") + cast(Listing.id, String) + ":renewal:" + cast(Listing.expires_on, String)
    query = (
        select(Listing)
        .join(Listing.membership)
        .where(
            standing(timebank, today),
            Listing.expires_on <= today + before,
            or_(Listing.ends_on.is_(None), Listing.ends_on > Listing.expires_on),
            ~select(Notice.id).where(Notice.key == key).exists(),
        )
    )
    listings = session.scalars(query.options(*with_names())).all()
    for listing in listings:
        _tell(session, listing, listing.membership, at)
    return len(listings)


def _tell(session: Session, listing: Listing, owner: Membership, at: datetime) -> None:
    last_day = "" if listing.expires_on is None else listing.expires_on.isoformat()
    key = f"listing:{listing.id}:renewal:{last_day}"
    outbox.tell(
        session,
        NoticeKind.RENEWAL,
        owner,
        key=key,
        at=at,
        listing_id=listing.id,
        title=listing.title,
        last_day=last_day,
    )
