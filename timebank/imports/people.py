"""Whom the people of a file are in a timebank: found by number or name, and enrolled where that was asked for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timebank.imports.rows import fold, token
from timebank.members.enrol import Newcomer, enrol
from timebank.members.models import Membership, MembershipStatus, Organisation, Person, Timebank
from timebank.refusals import Unacceptable


class SeveralOfThatName(Unacceptable):
    """Two people here are called so; the file must give the number of the one it means."""


@dataclass(frozen=True, slots=True)
class Known:
    """Someone of the timebank, as far as a row needs to know; an organisation has no person."""

    membership_id: int
    person_id: int | None
    name: str
    is_active: bool
    has_account: bool


class People:
    """Everyone of one timebank by the tokens that a file may know them under, and those of the file who are not here.

    It holds one small record a person, so what it takes grows with the people and not with the rows.
    """

    def __init__(self, session: Session, timebank: Timebank) -> None:
        self._by_token: dict[str, Known | None] = {}
        self.unknown: dict[str, str] = {}
        everyone = (
            select(
                Membership.number,
                Membership.id,
                Membership.person_id,
                func.coalesce(Person.name, Organisation.name),
                Membership.status,
                Membership.account_id,
            )
            .outerjoin(Person, Person.id == Membership.person_id)
            .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
            .where(Membership.timebank_id == timebank.id)
            .execution_options(yield_per=1000)
        )
        for number, membership_id, person_id, name, status, account_id in session.execute(everyone):
            is_active, has_account = status == MembershipStatus.ACTIVE, account_id is not None
            self._add(number, Known(membership_id, person_id, name, is_active, has_account))

    def find(self, written: str) -> Known | None:
        """Whom the file means; None, and remembered as unknown, where nobody here is that.

        Raises:
            SeveralOfThatName: a name alone does not tell.
        """
        key = token(written)
        if key not in self._by_token:
            self.unknown.setdefault(key, written)
            return None
        known = self._by_token[key]
        if known is None:
            raise SeveralOfThatName("there are two people called %(name)s; write the membership number", name=written)
        return known

    def known(self, key: str) -> Known:
        """Who stands under this token, for a row that was checked."""
        known = self._by_token[key]
        if known is None:
            raise LookupError(key)
        return known

    def enrol_unknown(self, session: Session, timebank: Timebank, *, at: datetime) -> None:
        """Those whom the file names and nobody knew are members now, by their number or else the next free one.

        Who comes with a number comes first, so that nobody who comes with a name is given it.
        """
        numbered = sorted(int(key) for key in self.unknown if key.isdecimal())
        named = [written for key, written in self.unknown.items() if not key.isdecimal()]
        for newcomer in (
            *(Newcomer(name=f"Member {number}", number=number) for number in numbered),
            *(Newcomer(name=name) for name in named),
        ):
            joined = enrol(session, timebank, newcomer, at=at)
            key = token(newcomer.name) if newcomer.number is None else str(newcomer.number)
            self._by_token[key] = Known(joined.id, joined.person_id, joined.name, is_active=True, has_account=True)
        self.unknown = {}

    def _add(self, number: int, known: Known) -> None:
        self._by_token[str(number)] = known
        name = fold(known.name)
        # Digits are always read as a number, so someone who is called by digits is found by number only.
        if not name.isdecimal():
            self._by_token[name] = None if name in self._by_token else known
