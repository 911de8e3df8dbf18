"""What goes over from a double to the one who is kept: page, trust, the people around them, the way in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from timebank.care.models import Application, Invitation, SafeguardingNote, TermsAccepted, Vetting
from timebank.database import insert_unless_there
from timebank.exchanges.models import Block, Concern
from timebank.listings.models import Asset, Listing, Need
from timebank.members.models import Membership, PasswordLink, Supporter
from timebank.members.page import Availability, FieldReaders, Picture, Profile
from timebank.notices.models import LetterStop, Notice
from timebank.policy import Role

_TEXTS = ("about", "district", "languages")


def page_of(session: Session, double: Membership, kept: Membership) -> None:
    """Listings, assets, needs, times and pictures are the kept one's; where both said something, that of the kept one.

    Of choices of readers and letters those of the kept one hold, and beside them those that only the double made.
    """
    _hand_over(session, double, kept, Listing, Asset, Need, Picture)
    for table, keys in (
        (Availability, (Availability.weekday, Availability.part)),
        (FieldReaders, (FieldReaders.field, FieldReaders.readers)),
        (LetterStop, (LetterStop.kind,)),
    ):
        _copy(session, table, double, kept, keys)
        session.execute(delete(table).where(table.membership_id == double.id))
    _profile(session, double, kept)


def trust_in(session: Session, double: Membership, kept: Membership) -> None:
    """Vetting, safeguarding notes, concerns and the versions that were agreed to are the kept one's."""
    _hand_over(session, double, kept, Vetting, SafeguardingNote)
    for column in (Concern.by_id, Concern.about_id):
        session.execute(update(Concern).where(column == double.id).values({column.key: kept.id}))
    # What somebody agreed to is never changed, so it is written down for the one who is kept as well.
    agreed = select(TermsAccepted.terms_id).where(TermsAccepted.membership_id == kept.id)
    more = TermsAccepted.membership_id == double.id, TermsAccepted.terms_id.not_in(agreed)
    for one in session.scalars(select(TermsAccepted).where(*more)).all():
        session.add(TermsAccepted(membership_id=kept.id, terms_id=one.terms_id, at=one.at, by_id=one.by_id))


def people_around(session: Session, double: Membership, kept: Membership, *, at: datetime) -> None:
    """Supporters, blocks, invitations and letters are the kept one's; nobody supports or blocks themselves."""
    both = (double.id, kept.id)
    themselves = Supporter.membership_id.in_(both), Supporter.supporter_id.in_(both)
    session.execute(update(Supporter).where(*themselves, Supporter.ended_at.is_(None)).values(ended_at=at))
    for column, other in (
        (Supporter.membership_id, Supporter.supporter_id),
        (Supporter.supporter_id, Supporter.membership_id),
    ):
        session.execute(update(Supporter).where(column == double.id, other.not_in(both)).values({column.key: kept.id}))
    _blocks(session, double, kept)
    session.execute(update(Invitation).where(Invitation.by_id == double.id).values(by_id=kept.id))
    _hand_over(session, double, kept, Application, Notice)


def sign_in_of(session: Session, double: Membership, kept: Membership) -> None:
    """Who could sign in as the double only signs in as the one who is kept; no phone number is lost.

    Someone who belongs to other timebanks too keeps their way in there.
    """
    if double.person is None or kept.person is None:
        return
    kept.person.phone = kept.person.phone or double.person.phone
    kept.person.called = kept.person.called or double.person.called
    if not leads_over(session, double, kept):
        return
    for told in ("email", "email_folded", "password_hash"):
        setattr(kept.person, told, getattr(double.person, told))
    double.person.email = double.person.email_folded = double.person.password_hash = None
    session.execute(delete(PasswordLink).where(PasswordLink.person_id.in_((double.person_id, kept.person_id))))


def leads_over(session: Session, double: Membership, kept: Membership) -> bool:
    """Whether the way in of the double leads to the one who is kept: these have none, and the double has.

    Not to who may do more than a member or belongs elsewhere too: whoever merges may know the double's password.
    """
    if double.person is None or kept.person is None or double.person.email is None or kept.roles - {Role.MEMBER}:
        return False
    has_none = kept.person.password_hash is None and (
        kept.person.email is None or double.person.password_hash is not None
    )
    return has_none and _is_only_here(session, double) and _is_only_here(session, kept)


def _is_only_here(session: Session, membership: Membership) -> bool:
    others = select(Membership.id).where(Membership.person_id == membership.person_id, Membership.id != membership.id)
    return session.scalar(others.limit(1)) is None


def _profile(session: Session, double: Membership, kept: Membership) -> None:
    theirs, own = session.get(Profile, double.id), session.get(Profile, kept.id)
    if theirs is None:
        return
    if own is None:
        session.execute(update(Profile).where(Profile.membership_id == double.id).values(membership_id=kept.id))
        session.expunge(theirs)
        return
    for told in _TEXTS:
        setattr(own, told, getattr(own, told) or getattr(theirs, told))
    own.picture_id = own.picture_id or theirs.picture_id
    session.delete(theirs)
    session.flush()


def _blocks(session: Session, double: Membership, kept: Membership) -> None:
    both = (double.id, kept.id)
    rows = session.scalars(select(Block).where(or_(Block.membership_id == double.id, Block.blocked_id == double.id)))
    for block in rows.all():
        who, whom = (kept.id if side == double.id else side for side in (block.membership_id, block.blocked_id))
        if not (block.membership_id in both and block.blocked_id in both):
            new = insert_unless_there(session, Block).values(membership_id=who, blocked_id=whom, at=block.at)
            session.execute(new.on_conflict_do_nothing())
        session.delete(block)
    session.flush()


def _hand_over(session: Session, double: Membership, kept: Membership, *tables: type[Any]) -> None:
    for table in tables:
        session.execute(update(table).where(table.membership_id == double.id).values(membership_id=kept.id))


def _copy(
    session: Session,
    table: type[Any],
    double: Membership,
    kept: Membership,
    columns: Sequence[InstrumentedAttribute[Any]],
) -> None:
    """The kept one has such rows too, where there was none of the same key before."""
    rows = session.execute(select(*columns).where(table.membership_id == double.id)).all()
    for row in rows:
        values = {column.key: value for column, value in zip(columns, row, strict=True)}
        new = insert_unless_there(session, table).values(membership_id=kept.id, **values)
        session.execute(new.on_conflict_do_nothing())
