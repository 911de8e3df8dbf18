"""What one member sees of another: as whom they look at the page, and which pictures are for them; it never writes."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, undefer

from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import State, Step
from timebank.listings import board
from timebank.listings.models import Listing
from timebank.members import profiles
from timebank.members.choices import Readers
from timebank.members.directory import membership_in
from timebank.members.models import Membership, Timebank
from timebank.members.page import Look, Picture, Profile, Shown
from timebank.policy import Permission
from timebank.refusals import NotFound

_BOTH_ANSWERED = frozenset({State.AGREED, State.DISPUTED, State.APPROVED})


def eyes_of(session: Session, membership: Membership, *, reader: Membership) -> Readers:
    """As whom this reader looks at the member's page."""
    near = profiles.eyes_of(reader, membership, agreed=False)
    if near == Readers.MEMBERS and has_agreed(session, membership, reader=reader):
        return Readers.AGREED
    return near


def member_for(session: Session, timebank: Timebank, membership_id: int, *, reader: Membership) -> Membership:
    """The member, for a reader who can know of them: their page opens, or the two have exchanged, or meant to.

    Raises:
        NotFound: nobody of this number is any of the reader's business.
    """
    membership = membership_in(session, timebank, membership_id)
    if profiles.opens_to(reader, membership):
        return membership
    if session.scalar(select(Exchange.id).where(_between(membership, reader)).limit(1)) is None:
        raise NotFound("There is no such person in this timebank.")
    return membership


def picture_for(
    session: Session, timebank: Timebank, picture_id: int, *, reader: Membership | None, today: date
) -> Picture:
    """The picture, for whoever may see it: a logo for everyone, the others as the page says that shows them.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    picture = session.scalar(
        select(Picture)
        .where(Picture.id == picture_id, Picture.timebank_id == timebank.id)
        .options(undefer(Picture.content))
    )
    if picture is None or not (_is_logo(session, picture) or _is_for(session, picture, reader, today)):
        raise NotFound("There is nothing at this address.")
    return picture


def has_agreed(session: Session, membership: Membership, *, reader: Membership) -> bool:
    """Whether this member has agreed an exchange with the reader.

    What the reader alone has written down does not count, or anybody could open a page by logging time; nor does the
    silence that followed.
    """
    answered = or_(Exchange.confirmed_by_id.is_not(None), Exchange.other_minutes.is_not(None))
    agreed_before = exists().where(ExchangeStep.exchange_id == Exchange.id, ExchangeStep.step == Step.AGREE)
    found = (
        select(Exchange.id)
        .where(
            _between(membership, reader),
            or_(
                Exchange.state.in_(_BOTH_ANSWERED),
                and_(
                    Exchange.state.in_((State.RECORDED, State.CONFIRMED)),
                    or_(Exchange.told_by_id == membership.id, agreed_before, answered),
                ),
            ),
        )
        .limit(1)
    )
    return session.scalar(found) is not None


def _between(one: Membership, other: Membership) -> ColumnElement[bool]:
    return or_(
        and_(Exchange.provider_id == one.id, Exchange.receiver_id == other.id),
        and_(Exchange.provider_id == other.id, Exchange.receiver_id == one.id),
    )


def _is_logo(session: Session, picture: Picture) -> bool:
    look = session.get(Look, picture.timebank_id)
    return look is not None and look.logo_id == picture.id


def _is_for(session: Session, picture: Picture, reader: Membership | None, today: date) -> bool:
    """Whether it is shown on a page that this reader may open, and to them."""
    if reader is None:
        return False
    owner_id = session.scalar(select(Profile.membership_id).where(Profile.picture_id == picture.id))
    if owner_id is not None:
        return reader.may(Permission.SEE_MEMBERS) and _sees_portrait(session, owner_id, reader)
    listing_id = session.scalar(select(Listing.id).where(Listing.picture_id == picture.id))
    return (
        listing_id is not None
        and reader.may(Permission.SEE_BOARD)
        and _sees_listing(session, listing_id, reader, today)
    )


def _sees_portrait(session: Session, owner_id: int, reader: Membership) -> bool:
    try:
        page = profiles.page_for(session, reader.timebank, owner_id, reader=reader)
    except NotFound:
        return False
    return page.sees(eyes_of(session, page.membership, reader=reader), Shown.PICTURE)


def _sees_listing(session: Session, listing_id: int, reader: Membership, today: date) -> bool:
    try:
        board.listing_for(session, reader.timebank, listing_id, reader=reader, today=today)
    except NotFound:
        return False
    return True
