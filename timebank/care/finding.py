"""Who in a timebank is looked for: by words, by what they are, and by what waits with them; it asks once, never writes.

Names are compared here and not in the database, which knows no accents: a thousand take some milliseconds.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from timebank.care.lately import LOGGED
from timebank.care.models import Terms, TermsAccepted
from timebank.exchanges.models import Exchange
from timebank.ledger.models import Account
from timebank.members import directory
from timebank.members.folding import fold
from timebank.members.models import (
    GivenRole,
    Membership,
    MembershipStatus,
    Organisation,
    Person,
    Supporter,
    Timebank,
)
from timebank.members.page import Profile
from timebank.policy import Role


class Sort(StrEnum):
    """In which order people stand."""

    NUMBER = "number"
    NAME = "name"
    JOINED = "joined"  # the newest first
    BALANCE = "balance"  # the furthest from zero first


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Who is looked for; what is not asked is None, False or empty.

    `words` are of the name, the e-mail or the district, or they are the number. `still_since` is the first day since
    which they had no exchange, `beyond_minutes` how far their balance is from zero at least.
    """

    words: str = ""
    role: Role | None = None
    status: MembershipStatus | None = None
    without_email: bool = False
    with_supporter: bool = False
    terms_open: bool = False
    joined_since: date | None = None
    still_since: date | None = None
    beyond_minutes: int | None = None
    sort: Sort = Sort.NUMBER


def ids_of(session: Session, timebank: Timebank, sought: Sought, *, today: date) -> list[int]:
    """All who fit, in their order."""
    rows = session.execute(_query(timebank, sought, today)).all()
    words = fold(sought.words).split()
    if words:
        rows = [row for row in rows if words == [str(row.number)] or _fits(row, words)]
    return [row.id for row in sorted(rows, key=_ORDER[sought.sort])]


def of_ids(
    session: Session,
    timebank: Timebank,
    ids: Sequence[int],
    *,
    with_roles: bool = False,
    with_accounts: bool = False,
) -> list[Membership]:
    """These of the timebank's people, in the order of the ids; those of another timebank are not there.

    `with_roles` reads what each of them may do here along with them, and `with_accounts` their hours.
    """
    if not ids:
        return []
    query = (
        select(Membership)
        .where(directory.of_these(Membership.id, set(ids), timebank.id), Membership.timebank_id == timebank.id)
        .options(joinedload(Membership.person), joinedload(Membership.organisation))
    )
    if with_roles:
        query = query.options(selectinload(Membership.given_roles))
    if with_accounts:
        query = query.options(joinedload(Membership.account))
    found = {one.id: one for one in session.scalars(query)}
    return [found[number] for number in dict.fromkeys(ids) if number in found]


def _query(timebank: Timebank, sought: Sought, today: date) -> Select[*tuple[Any, ...]]:
    balance = func.coalesce(Account.given_minutes - Account.received_minutes, 0)
    query: Select[*tuple[Any, ...]] = (
        select(
            Membership.id,
            Membership.number,
            Membership.joined_on,
            balance.label("balance"),
            func.coalesce(Person.name, Organisation.name).label("name"),
            Person.email_folded,
            Profile.district,
        )
        .outerjoin(Person, Person.id == Membership.person_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Account, Account.id == Membership.account_id)
        .outerjoin(Profile, Profile.membership_id == Membership.id)
        .where(Membership.timebank_id == timebank.id, Membership.merged_into_id.is_(None))
    )
    if sought.beyond_minutes is not None:
        query = query.where(func.abs(balance) > sought.beyond_minutes)
    return query.where(*_conditions(timebank, sought, today))


def _conditions(timebank: Timebank, sought: Sought, today: date) -> Collection[ColumnElement[bool]]:
    told: list[ColumnElement[bool]] = []
    if sought.role is not None:
        told.append(_has_role(sought.role))
    if sought.status is not None:
        told.append(Membership.status == sought.status)
    if sought.without_email:
        told += [Membership.person_id.is_not(None), Person.email.is_(None), Person.erased_at.is_(None)]
    if sought.with_supporter:
        told.append(_is_supported(today))
    if sought.terms_open:
        told += [_has_role(Role.MEMBER), _has_not_agreed(timebank)]
    if sought.joined_since is not None:
        told.append(Membership.joined_on >= sought.joined_since)
    if sought.still_since is not None:
        told += [Membership.account_id.is_not(None), _has_been_still(timebank, sought.still_since)]
    return told


def _has_role(role: Role) -> ColumnElement[bool]:
    return exists().where(GivenRole.membership_id == Membership.id, GivenRole.role == role)


def _is_supported(today: date) -> ColumnElement[bool]:
    return exists().where(
        Supporter.membership_id == Membership.id,
        Supporter.member_agreed_at.is_not(None),
        Supporter.supporter_agreed_at.is_not(None),
        Supporter.ended_at.is_(None),
        Supporter.last_day >= today,
    )


def _has_not_agreed(timebank: Timebank) -> ColumnElement[bool]:
    """There are terms, and they have not agreed to the newest."""
    newest = select(Terms.id).where(Terms.timebank_id == timebank.id).order_by(Terms.version.desc()).limit(1)
    agreed = exists().where(
        TermsAccepted.membership_id == Membership.id, TermsAccepted.terms_id == newest.scalar_subquery()
    )
    return newest.exists() & not_(agreed)


def _has_been_still(timebank: Timebank, since: date) -> ColumnElement[bool]:
    """They are in no exchange that happened on that day or later."""
    happened = Exchange.timebank_id == timebank.id, Exchange.served_on >= since, Exchange.state.in_(LOGGED)
    sides = (Exchange.provider_id, Exchange.receiver_id)
    return not_(or_(*(Membership.id.in_(select(side).where(*happened)) for side in sides)))


def _fits(row: Row[Any], words: Sequence[str]) -> bool:
    told = (fold(text) for text in (row.name, row.email_folded, row.district) if text)
    return any(all(word in text for word in words) for text in told)


_ORDER: dict[Sort, Callable[[Row[Any]], Any]] = {
    Sort.NUMBER: lambda row: row.number,
    Sort.NAME: lambda row: (fold(row.name), row.number),
    Sort.JOINED: lambda row: (-row.joined_on.toordinal(), row.number),
    Sort.BALANCE: lambda row: (-abs(row.balance), row.number),
}
