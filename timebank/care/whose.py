"""Whose words are blanked where someone is erased: all entries of one person in a timebank; it never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from timebank.care.models import Application
from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import Step
from timebank.listings.models import Listing
from timebank.members.models import Membership

GONE = "…"
"""What stands where words were that cannot be left empty, and in place of a name in the words of others."""
_TELLING = (Step.PROPOSE, Step.RECORD)


@dataclass(frozen=True, slots=True)
class Whose:
    """Every entry of one person in a timebank, and all by which they are called."""

    timebank_id: int
    slug: str
    members: tuple[int, ...]
    people: tuple[int, ...]
    called: frozenset[str]

    @classmethod
    def of(cls, entries: Sequence[Membership]) -> "Whose":
        """Those of these entries of one person."""
        people = [one.person for one in entries if one.person is not None]
        told = (told for who in people for told in (who.name, who.email, who.email_folded, who.phone))
        timebank = entries[0].timebank
        ids = tuple(one.id for one in entries), tuple(who.id for who in people)
        return cls(timebank.id, timebank.slug, *ids, frozenset(filter(None, told)))

    def are(self, *columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """One of these columns holds a membership of theirs."""
        return or_(*(column.in_(self.members) for column in columns))

    @property
    def exchanges(self) -> Select[int]:
        """The exchanges in which they are one of the two."""
        return select(Exchange.id).where(self.are(Exchange.provider_id, Exchange.receiver_id))

    @property
    def told(self) -> ColumnElement[bool]:
        """An exchange that they told, last or before the other one told it anew with the words that stood there."""
        by_themselves = and_(ExchangeStep.for_id.is_(None), ExchangeStep.by_id.in_(self.people))
        steps = select(ExchangeStep.exchange_id).where(
            ExchangeStep.exchange_id.in_(self.exchanges),
            ExchangeStep.step.in_(_TELLING),
            or_(by_themselves, self.are(ExchangeStep.for_id)),
        )
        return or_(self.are(Exchange.told_by_id), Exchange.id.in_(steps))

    @property
    def titled(self) -> ColumnElement[bool]:
        """An exchange whose title may be in their words: they told it, or it began with a listing of theirs."""
        own = select(Listing.id).where(self.are(Listing.membership_id))
        return or_(self.told, Exchange.listing_id.in_(own))

    @property
    def applied(self) -> ColumnElement[bool]:
        """An application by which they came."""
        theirs = or_(self.are(Application.membership_id), Application.person_id.in_(self.people))
        return and_(theirs, Application.timebank_id == self.timebank_id)
