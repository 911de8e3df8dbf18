"""The picture of an offer or a request: shown, changed and taken away with its listing; nothing here commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from timebank.listings.models import Listing
from timebank.members import pictures
from timebank.members.models import Membership
from timebank.members.pictures import Drawn


def show_picture(session: Session, listing: Listing, drawn: Drawn | None, *, by: Membership, at: datetime) -> None:
    """The listing, which `by` has just written, shows this picture, or none; the one before is gone."""
    before, listing.picture_id = listing.picture_id, None
    if drawn is not None:
        listing.picture_id = pictures.keep(session, by.timebank, drawn, by=listing.membership, at=at).id
    pictures.drop(session, before)
    session.flush()
