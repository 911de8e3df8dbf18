"""Who is in a timebank, for the lists and choices of pages; it never writes."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from timebank.members.models import GivenRole, Membership, MembershipStatus, Organisation, Person, Timebank
from timebank.policy import Role
from timebank.refusals import NotFound


def members_of(session: Session, timebank: Timebank) -> Sequence[Membership]:
    """The active members and organisations that hold an account, by name; who can be chosen for an exchange."""
    found = session.scalars(
        _of(timebank).where(Membership.status == MembershipStatus.ACTIVE, Membership.account_id.is_not(None))
    ).all()
    return sorted(found, key=lambda membership: (membership.name.casefold(), membership.number))


def people_of(
    session: Session, timebank: Timebank, *, words: str = "", role: Role | None = None, limit: int, offset: int
) -> tuple[Sequence[Membership], int]:
    """One page of everyone in the timebank, by number, and how many there are; by name, number or role where asked."""
    query = _of(timebank).outerjoin(Person, Person.id == Membership.person_id)
    query = query.outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    if words.strip():
        sought = "%" + words.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        named = or_(
            func.lower(Person.name).like(sought, escape="\\"), func.lower(Organisation.name).like(sought, escape="\\")
        )
        number = int(words) if words.strip().isascii() and words.strip().isdecimal() and len(words.strip()) < 10 else -1
        query = query.where(or_(named, Membership.number == number))
    if role is not None:
        query = query.where(
            Membership.id.in_(select(GivenRole.membership_id).where(GivenRole.role == role).scalar_subquery())
        )
    count = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return session.scalars(query.order_by(Membership.number).limit(limit).offset(offset)).all(), count


def membership_in(session: Session, timebank: Timebank, membership_id: int) -> Membership:
    """The membership, if it is of this timebank.

    Raises:
        NotFound: it is not.
    """
    membership = session.get(Membership, membership_id)
    if membership is None or membership.timebank_id != timebank.id:
        raise NotFound("There is no such person in this timebank.")
    return membership


def _of(timebank: Timebank) -> Select[Membership]:
    return (
        select(Membership)
        .where(Membership.timebank_id == timebank.id)
        .options(joinedload(Membership.person), joinedload(Membership.organisation), joinedload(Membership.account))
    )
