"""Who is in a timebank, for the lists and choices of pages; it never writes."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from timebank.ledger.models import Account
from timebank.members.folding import fold
from timebank.members.models import GivenRole, Membership, MembershipStatus, Organisation, Person, Timebank
from timebank.policy import Role
from timebank.refusals import NotFound


def members_of(session: Session, timebank: Timebank) -> Sequence[Membership]:
    """The active members and organisations that hold an open account, by name; who can be chosen to give or receive."""
    found = session.scalars(
        _of(timebank)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.status == MembershipStatus.ACTIVE, Account.closed_at.is_(None))
    ).all()
    return sorted(found, key=lambda membership: (membership.name.casefold(), membership.number))


def people_of(
    session: Session, timebank: Timebank, *, words: str = "", role: Role | None = None, limit: int, offset: int
) -> tuple[Sequence[Membership], int]:
    """One page of everyone in the timebank, by number, and how many there are; by name, number or role where asked."""
    query = _of(timebank)
    if words.strip():
        query = query.where(Membership.id.in_(_called(session, timebank, words)))
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


def holders_of(session: Session, account_ids: Collection[int]) -> dict[int, Membership]:
    """Who holds each of these accounts; the community's own is nobody's."""
    if not account_ids:
        return {}
    found = session.scalars(
        select(Membership)
        .where(Membership.account_id.in_(account_ids))
        .options(joinedload(Membership.person), joinedload(Membership.organisation), joinedload(Membership.account))
    )
    return {membership.account_id: membership for membership in found if membership.account_id is not None}


def _called(session: Session, timebank: Timebank, words: str) -> list[int]:
    """Whose name holds all the words, whatever their accents and case, or whose number it is."""
    named = select(Membership.id, Membership.number, func.coalesce(Person.name, Organisation.name))
    named = named.outerjoin(Person, Person.id == Membership.person_id)
    named = named.outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    sought = fold(words).split()
    return [
        membership_id
        for membership_id, number, name in session.execute(named.where(Membership.timebank_id == timebank.id))
        if sought == [str(number)] or all(word in fold(name) for word in sought)
    ]


def _of(timebank: Timebank) -> Select[Membership]:
    return (
        select(Membership)
        .where(Membership.timebank_id == timebank.id)
        .options(joinedload(Membership.person), joinedload(Membership.organisation), joinedload(Membership.account))
    )
