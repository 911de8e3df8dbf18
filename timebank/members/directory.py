"""Who is in a timebank, for the lists and choices of pages; it never writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from timebank.ledger.models import Account
from timebank.members.folding import fold
from timebank.members.models import GivenRole, Membership, MembershipStatus, Organisation, Person, Timebank
from timebank.policy import Role
from timebank.refusals import NotFound

_FEW = 200


@dataclass(frozen=True, slots=True)
class Named:
    """As much of a member as a list of names to choose from needs."""

    id: int
    number: int
    name: str
    organisation_id: int | None = None


def names_of(session: Session, timebank: Timebank) -> Sequence[Named]:
    """The active members and organisations that hold an open account, by name; who can be chosen to give or receive."""
    query = _names().join(Account, Account.id == Membership.account_id)
    active = Membership.status == MembershipStatus.ACTIVE, Account.closed_at.is_(None)
    return _by_name(session, query.where(Membership.timebank_id == timebank.id, *active))


def people_known(session: Session, timebank: Timebank) -> Sequence[Named]:
    """Every person who is or was here and has a name still, by name, save those who were written down twice."""
    known = Membership.merged_into_id.is_(None), Person.id.is_not(None), Person.erased_at.is_(None)
    return _by_name(session, _names().where(Membership.timebank_id == timebank.id, *known))


def who_can_sign_in(session: Session, timebank: Timebank, roles: Collection[Role]) -> Sequence[Named]:
    """The active people with an e-mail who have one of these roles, by name."""
    has_one = Membership.id.in_(select(GivenRole.membership_id).where(GivenRole.role.in_(roles)))
    active = Membership.status == MembershipStatus.ACTIVE, Person.email.is_not(None), has_one
    return _by_name(session, _names().where(Membership.timebank_id == timebank.id, *active))


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
    query = query.options(selectinload(Membership.given_roles)).order_by(Membership.number)
    return session.scalars(query.limit(limit).offset(offset)).all(), count


def namesakes(session: Session, timebank: Timebank, name: str) -> list[Named]:
    """Those who are or were here under just this name, whatever its accents and case, by number."""
    query = _names().where(Membership.timebank_id == timebank.id, Membership.merged_into_id.is_(None))
    rows = session.execute(query.order_by(Membership.number))
    return [Named(*row) for row in rows if fold(row[2]) == fold(name)]


def timebanks(session: Session, *, limit: int, offset: int) -> tuple[Sequence[Timebank], int]:
    """One page of the timebanks of this install, by name, and how many there are."""
    count = session.scalar(select(func.count()).select_from(Timebank)) or 0
    query = select(Timebank).order_by(func.lower(Timebank.name), Timebank.id).limit(limit).offset(offset)
    return session.scalars(query).all(), count


def membership_in(session: Session, timebank: Timebank, membership_id: int) -> Membership:
    """The membership, if it is of this timebank.

    Raises:
        NotFound: it is not.
    """
    known = joinedload(Membership.person), joinedload(Membership.organisation), joinedload(Membership.account)
    membership = session.get(Membership, membership_id, options=known)
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


def members_with(session: Session, membership_ids: Collection[int]) -> Sequence[Membership]:
    """The memberships with these numbers in the database, with their names."""
    if not membership_ids:
        return []
    names = joinedload(Membership.person), joinedload(Membership.organisation)
    return session.scalars(select(Membership).where(Membership.id.in_(membership_ids)).options(*names)).all()


def of_these(column: InstrumentedAttribute[int], ids: Collection[int], timebank_id: int) -> ColumnElement[bool]:
    """In a query, the rows of these members of a timebank; of many, those of all its members are cheaper to ask for.

    Whoever asks leaves out those that they did not mean.
    """
    if len(ids) <= _FEW:
        return column.in_(ids)
    return column.in_(select(Membership.id).where(Membership.timebank_id == timebank_id))


def named_with(session: Session, membership_ids: Collection[int]) -> dict[int, str]:
    """What the members with these numbers in the database are called."""
    if not membership_ids:
        return {}
    named = select(Membership.id, func.coalesce(Person.name, Organisation.name))
    named = named.outerjoin(Person, Person.id == Membership.person_id)
    named = named.outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    found = session.execute(named.where(Membership.id.in_(membership_ids)))
    return {membership_id: name for membership_id, name in found}  # noqa: C416 - rows that unpack


def _names() -> Select[int, int, str, int | None]:
    """What is told of each; for a thousand members that is a tenth of the work of loading them."""
    name = func.coalesce(Person.name, Organisation.name)
    return (
        select(Membership.id, Membership.number, name, Membership.organisation_id)
        .outerjoin(Person, Person.id == Membership.person_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    )


def _by_name(session: Session, query: Select[int, int, str, int | None]) -> Sequence[Named]:
    rows = session.execute(query)
    found = [Named(id_, number, name, organisation_id) for id_, number, name, organisation_id in rows]
    return sorted(found, key=lambda one: (one.name.casefold(), one.number))


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
        .where(Membership.timebank_id == timebank.id, Membership.merged_into_id.is_(None))
        .options(joinedload(Membership.person), joinedload(Membership.organisation), joinedload(Membership.account))
    )
