"""What members tell the coordinators in confidence, about a person, an exchange or a listing; nobody else reads it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from timebank.exchanges import conversation, news
from timebank.exchanges.models import Concern, Exchange, Message
from timebank.listings.models import Listing
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.directory import membership_in
from timebank.members.models import Membership, Timebank
from timebank.members.rules import is_party
from timebank.policy import Permission
from timebank.refusals import Conflict, NotAllowed, NotFound, Unacceptable

LONGEST_CONCERN = 2000
LONGEST_OUTCOME = 500


class WrongConcern(Unacceptable):
    """There is nothing in it to read, or too much."""


class ClosedBefore(Conflict):
    """A concern is closed once."""


def about_exchange(session: Session, exchange_id: int, text: str, *, by: Membership, at: datetime) -> Concern:
    """One of the two has told the coordinators of the exchange and of the other one."""
    exchange = session.get(Exchange, exchange_id)
    if exchange is None or by.id not in (exchange.provider_id, exchange.receiver_id):
        raise NotFound("There is no such exchange here.")
    return _keep(session, text, about=news.other_of(exchange, by), exchange=exchange, by=by, at=at)


def about_member(session: Session, membership_id: int, text: str, *, by: Membership, at: datetime) -> Concern:
    """A member has told the coordinators of someone."""
    about = membership_in(session, by.timebank, membership_id)
    if about.id == by.id:
        raise WrongConcern("This is about yourself. Call us, we are glad to listen.")
    return _keep(session, text, about=about, by=by, at=at)


def about_listing(session: Session, listing_id: int, text: str, *, by: Membership, at: datetime) -> Concern:
    """A member has told the coordinators of an offer or a request, and so of whose it is."""
    listing = session.get(Listing, listing_id)
    if listing is None or listing.timebank_id != by.timebank_id:
        raise NotFound("This is no longer on the board.")
    return _keep(session, text, about=listing.membership, listing=listing, by=by, at=at)


def listed(
    session: Session, timebank: Timebank, *, reader: Membership, closed: bool, limit: int, offset: int
) -> tuple[Sequence[Concern], int]:
    """One page of the concerns that this coordinator may read, and how many there are: open ones the oldest first."""
    which = and_(
        Concern.timebank_id == timebank.id,
        Concern.closed_at.is_not(None) if closed else Concern.closed_at.is_(None),
        _not_about(reader),
    )
    joined = select(Concern).join(Membership, Membership.id == Concern.about_id).where(which)
    count = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    order = Concern.closed_at.desc() if closed else Concern.at
    page = joined.order_by(order, Concern.id).limit(limit).offset(offset)
    return session.scalars(page.options(*_with_names())).all(), count


def concern_for(session: Session, timebank: Timebank, concern_id: int, *, reader: Membership) -> Concern:
    """The concern, for a coordinator whom it is not about.

    Raises:
        NotFound: it is not here, or it is about the reader or whom they work for.
    """
    found = session.scalar(select(Concern).where(Concern.id == concern_id).options(*_with_names()))
    _check_reads(found, timebank, reader)
    if found is None:
        raise NotFound("There is no such concern here.")
    return found


def read_conversation(
    session: Session, concern_id: int, *, by: Membership, at: datetime, limit: int, offset: int
) -> tuple[Sequence[Message], bool]:
    """What the two said to each other, for a coordinator who looks into a concern; that they read it is written down.

    Raises:
        Conflict: the concern is closed, or is about no exchange.
    """
    concern = concern_for(session, by.timebank, concern_id, reader=by)
    if concern.exchange is None or concern.closed_at is not None:
        raise Conflict("A conversation is read only while a concern about it is open.")
    told = {"concern_id": concern.id, "exchange_id": concern.exchange.id}
    audit_log.note(session, Deed.CONVERSATION_READ, by=by, about=None, at=at, **told)
    return conversation.of_exchange(session, concern.exchange, limit=limit, offset=offset)


def close(session: Session, concern_id: int, *, outcome: str, by: Membership, at: datetime) -> Concern:
    """A coordinator has looked into it and written down what came of it.

    Raises:
        WrongConcern: nothing is said of what came of it, or too much.
        ClosedBefore: it was closed before.
    """
    concern = session.get(Concern, concern_id, with_for_update=True, populate_existing=True)
    _check_reads(concern, by.timebank, by)
    if concern is None:
        raise NotFound("There is no such concern here.")
    if concern.closed_at is not None:
        raise ClosedBefore("This was closed before. Have a look at what came of it.")
    concern.outcome = _words(outcome, LONGEST_OUTCOME)
    concern.closed_at, concern.closed_by_id = at, by.hand_id
    # Neither whom it is about nor what came of it: a coordinator whom it is about reads the audit log too.
    audit_log.note(session, Deed.CONCERN_CLOSED, by=by, about=None, at=at, concern_id=concern.id)
    session.flush()
    return concern


def _keep(
    session: Session,
    text: str,
    *,
    about: Membership,
    by: Membership,
    at: datetime,
    exchange: Exchange | None = None,
    listing: Listing | None = None,
) -> Concern:
    concern = Concern(
        timebank_id=by.timebank_id,
        by_id=by.id,
        about_id=about.id,
        exchange_id=exchange.id if exchange is not None else None,
        listing_id=listing.id if listing is not None else None,
        text=_words(text, LONGEST_CONCERN),
        at=at,
    )
    session.add(concern)
    session.flush()
    return concern


def _words(text: str, longest: int) -> str:
    if not text.strip():
        raise WrongConcern("Write a few words.")
    if len(text.strip()) > longest:
        raise WrongConcern("Use at most %(most)d letters.", most=longest)
    return text.strip()


def _check_reads(concern: Concern | None, timebank: Timebank, reader: Membership) -> None:
    if not reader.may(Permission.LOOK_AFTER_MEMBERS):
        raise NotAllowed("Only coordinators read this.")
    elsewhere = concern is None or concern.timebank_id != timebank.id
    if concern is None or elsewhere or (concern.about is not None and is_party(reader, concern.about)):
        raise NotFound("There is no such concern here.")


def _not_about(reader: Membership) -> ColumnElement[bool]:
    """Neither about the coordinator, nor about the organisation that they work for."""
    themselves = Concern.about_id != reader.id
    if reader.works_for_id is None:
        return themselves
    elsewhere = or_(Membership.organisation_id.is_(None), Membership.organisation_id != reader.works_for_id)
    return and_(themselves, elsewhere)


def _with_names() -> tuple[ORMOption, ...]:
    return (
        *(
            option
            for side in (Concern.by, Concern.about)
            for option in (
                joinedload(side).joinedload(Membership.person),
                joinedload(side).joinedload(Membership.organisation),
            )
        ),
        joinedload(Concern.exchange),
        joinedload(Concern.listing),
        joinedload(Concern.closed_by),
    )
