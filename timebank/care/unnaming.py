"""In what others wrote and were told, who is erased has no name any more, and of their own words nothing is left."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, inspect, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from timebank.care.models import Application, SafeguardingNote
from timebank.care.whose import GONE, Whose
from timebank.contributions.models import Contribution
from timebank.exchanges.models import Concern, Exchange, ExchangeStep, Message, Thanks
from timebank.listings.models import Listing
from timebank.members.models import SentForm
from timebank.notices.models import Notice

_SHORTEST = 5
_OF_EXCHANGES = (ExchangeStep.note, Message.text, Thanks.word)


@dataclass(frozen=True, slots=True)
class Wrote:
    """By what it is told that a letter holds their words: exchanges and listings with their titles, applications."""

    exchanges: Mapping[int, str]
    listings: Mapping[int, str]
    applications: Collection[int]


def wrote(session: Session, whose: Whose) -> Wrote:
    """What they wrote, as it stands before anything of it is blanked."""
    told = session.execute(select(Exchange.id, Exchange.title).where(whose.titled))
    own = session.execute(select(Listing.id, Listing.title).where(whose.are(Listing.membership_id)))
    return Wrote(
        exchanges=dict(told.all()),
        listings=dict(own.all()),
        applications=frozenset(session.scalars(select(Application.id).where(whose.applied))),
    )


def words_of_others(session: Session, whose: Whose) -> None:
    """Their whole name and their e-mail stand no more in what others wrote of what they did together."""
    of_theirs = whose.exchanges
    gave_or_received = whose.are(Contribution.giver_id, Contribution.receiver_id)
    about = or_(whose.are(Concern.about_id, Concern.by_id), Concern.exchange_id.in_(of_theirs))
    told: list[tuple[InstrumentedAttribute[str], ColumnElement[bool]]] = [
        (Exchange.title, Exchange.id.in_(of_theirs)),
        (Exchange.note, Exchange.id.in_(of_theirs)),
        *((column, column.class_.exchange_id.in_(of_theirs)) for column in _OF_EXCHANGES),
        (Contribution.note, gave_or_received),
        (Contribution.reversal_reason, gave_or_received),
        (Concern.text, about),
        (Concern.outcome, about),
        (SafeguardingNote.text, whose.are(SafeguardingNote.membership_id)),
    ]
    names = _any_of(whose.called)
    for column, where in told:
        _without(session, column, where, names)


def letters(session: Session, whose: Whose, theirs: Wrote, called: str) -> None:
    """In what others were told they have no name any more, and of their words nothing is left."""
    here = Notice.timebank_id == whose.timebank_id
    emails = [one for one in whose.called if "@" in one]
    session.execute(delete(Notice).where(here, Notice.membership_id.is_(None), Notice.email.in_(emails)))
    letter = _Letter(whose, theirs, _any_of(whose.called), called)
    rows = session.execute(select(Notice.id, Notice.told).where(here, Notice.told != "{}").order_by(Notice.id))
    changed = [{"id": number, "told": anew} for number, told in rows if (anew := letter.without(told)) != told]
    if changed:
        session.execute(update(Notice), changed)


def answers(session: Session, whose: Whose, theirs: Wrote) -> None:
    """In what was answered to forms there is neither their name nor a title in their words; their own are gone."""
    here = SentForm.answer.contains(f"/{whose.slug}/", autoescape=True)
    session.execute(delete(SentForm).where(SentForm.person_id.in_(whose.people), here))
    _without(session, SentForm.answer, true(), _any_of(whose.called))
    titles = _any_of({*theirs.exchanges.values(), *theirs.listings.values()}, before=r"(?<![\w/])", behind=r"(?![\w/])")
    _without(session, SentForm.answer, here, titles)


@dataclass(frozen=True, slots=True)
class _Letter:
    """How a letter is told without them."""

    whose: Whose
    wrote: Wrote
    names: re.Pattern[str]
    called: str

    def without(self, told: str) -> str:
        """What was told without them; just as it was where it says nothing of them."""
        values: dict[str, Any] = json.loads(told)
        anew = {key: self._text(key, value, values) for key, value in values.items()}
        return told if anew == values else json.dumps(anew, ensure_ascii=False)

    def _text(self, key: str, value: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever JSON holds
        if not isinstance(value, str):
            return value
        theirs = values.get("other") in self.whose.called
        listed = values.get("listing_id") in self.wrote.listings
        titled = listed or values.get("exchange_id") in self.wrote.exchanges
        applied = values.get("application_id") in self.wrote.applications
        if value in self.whose.called or (applied and key == "name"):
            return self.called
        if (titled and key == "title") or (theirs and key == "text"):
            return GONE
        if (theirs and key == "word") or (listed and key == "why"):
            return ""
        return self.names.sub(GONE, value)


def _any_of(told: Collection[str], *, before: str = "", behind: str = "") -> re.Pattern[str]:
    """Finds each of these that is long enough to be sought in words without harm, also as JSON writes it.

    A single word is found as it is written, or many a name would be found in other words; more than one, and whatever
    has a sign or a figure in it, in capitals or not, and across the end of a line too.
    """
    spelt = {way for one in told if len(one) >= _SHORTEST for way in (one, json.dumps(one, ensure_ascii=False)[1:-1])}
    ways = []
    for one in sorted(spelt, key=lambda one: (-len(one), one)):
        found = r"\s+".join(map(re.escape, one.split()))
        ways.append(found if one.isalpha() else f"(?i:{found})")
    return re.compile(f"{before}(?:{'|'.join(ways)}){behind}" if ways else r"(?!)")


def _without(
    session: Session, column: InstrumentedAttribute[str], where: ColumnElement[bool], sought: re.Pattern[str]
) -> None:
    """Where the column holds what is sought, it does so no longer."""
    table = column.class_
    keys = [getattr(table, key.name) for key in inspect(table).primary_key]
    rows = session.execute(select(column, *keys).where(where, column != "").order_by(*keys)).all()
    changed = [
        {**dict(zip([key.key for key in keys], row[1:], strict=True)), column.key: anew}
        for row in rows
        if (anew := sought.sub(GONE, row[0])) != row[0]
    ]
    if changed:
        session.execute(update(table), changed)
