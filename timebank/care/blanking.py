"""What is blanked or deleted when someone is erased, table by table; what the book and the logs hold is not touched."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from timebank.care.models import Application, Invitation, SafeguardingNote, Vetting
from timebank.contributions.models import Contribution
from timebank.exchanges.models import Block, Concern, Exchange, ExchangeStep, Message, Thanks
from timebank.listings.models import Asset, Category, Listing, ListingTag, ListingTime, Need
from timebank.members.models import Membership, PasswordLink, Person, SentForm, Supporter
from timebank.members.page import Availability, FieldReaders, Picture, Profile
from timebank.notices.models import LetterStop, Notice

GONE = "…"
"""What stands where words were that cannot be left empty, and in place of a name in the words of others."""
_SHORTEST = 5
_OF_EXCHANGES = (ExchangeStep.note, Message.text, Thanks.word)
_HANDS: tuple[tuple[InstrumentedAttribute[int | None], str], ...] = (
    (Exchange.recorded_by_id, "here"),
    (Exchange.confirmed_by_id, "here"),
    (Contribution.entered_by_id, "here"),
    (Contribution.confirmed_by_id, "here"),
    (Contribution.approved_by_id, "here"),
    (Listing.by_id, "here"),
    (Application.person_id, "here"),
    (Application.decided_by_id, "here"),
    (Concern.closed_by_id, "here"),
    (ExchangeStep.by_id, "exchange"),
    (Message.by_id, "exchange"),
    (Thanks.by_id, "exchange"),
    (Vetting.by_id, "member"),
    (SafeguardingNote.by_id, "member"),
    (Supporter.asked_by_id, "member"),
)
"""Where it stands who did something, and by what each row belongs to a timebank."""


def own_things(session: Session, membership: Membership) -> None:
    """Their page, pictures, assets, needs, times, supporters, vetting, blocks and choices of letters are gone."""
    pictures = select(Picture.id).where(Picture.membership_id == membership.id)
    session.execute(update(Listing).where(Listing.picture_id.in_(pictures)).values(picture_id=None))
    session.execute(update(Profile).where(Profile.picture_id.in_(pictures)).values(picture_id=None))
    alone = (Profile, FieldReaders, Availability, Asset, Need, Picture, Vetting, LetterStop, Notice)
    for table in alone:
        session.execute(delete(table).where(table.membership_id == membership.id))
    session.execute(
        delete(Supporter).where(or_(Supporter.membership_id == membership.id, Supporter.supporter_id == membership.id))
    )
    session.execute(delete(Block).where(or_(Block.membership_id == membership.id, Block.blocked_id == membership.id)))


def listings(session: Session, membership: Membership) -> None:
    """Of what they offered and requested the kind of help is left."""
    own = select(Listing.id).where(Listing.membership_id == membership.id)
    for table in (ListingTag, ListingTime):
        session.execute(delete(table).where(table.listing_id.in_(own)))
    blank = dict.fromkeys(("description", "place", "place_folded", "times", "folded", "taken_down_word"), "")
    kind = select(Category.name).where(Category.id == Listing.category_id).scalar_subquery()
    session.execute(update(Listing).where(Listing.membership_id == membership.id).values(title=kind, **blank))


def applications(session: Session, membership: Membership, called: str) -> None:
    """Nothing personal is left of how they applied, of who invited them by name, and of whom they invited."""
    theirs = or_(Application.membership_id == membership.id, Application.person_id == membership.person_id)
    theirs = theirs & (Application.timebank_id == membership.timebank_id)
    invited = select(Application.invitation_id).where(theirs, Application.invitation_id.is_not(None))
    either = or_(Invitation.id.in_(invited), Invitation.by_id == membership.id)
    session.execute(update(Invitation).where(either).values(name=""))
    blank = dict.fromkeys(("email", "phone", "district", "good_at", "would_help", "heard_from"), "")
    session.execute(update(Application).where(theirs).values(name=called, **blank))


def exchanges(session: Session, membership: Membership, names: Sequence[str]) -> None:
    """The words that they wrote in exchanges are gone, and their name from the words of others; all else stays."""
    told = Exchange.told_by_id == membership.id
    kind = func.coalesce(select(Category.name).where(Category.id == Exchange.category_id).scalar_subquery(), GONE)
    recorded = select(Contribution.id).join(Exchange, Exchange.contribution_id == Contribution.id).where(told)
    of_it = func.coalesce(select(Category.name).where(Category.id == Contribution.category_id).scalar_subquery(), GONE)
    session.execute(update(Contribution).where(Contribution.id.in_(recorded)).values(note=of_it))
    session.execute(update(Exchange).where(told).values(title=kind, note=""))
    theirs = ExchangeStep.exchange_id.in_(_of(membership))
    by_them = or_(ExchangeStep.by_id == membership.person_id, ExchangeStep.for_id == membership.id)
    session.execute(update(ExchangeStep).where(theirs, by_them).values(note=""))
    session.execute(update(Message).where(Message.membership_id == membership.id).values(text=GONE))
    session.execute(update(Thanks).where(Thanks.membership_id == membership.id).values(word="", may_quote=False))
    named_by_others(session, membership, names)


def named_by_others(session: Session, membership: Membership, names: Sequence[str]) -> None:
    """Their whole name and their e-mail stand no more in what others wrote of what they did together."""
    of_theirs = Exchange.id.in_(_of(membership))
    gave_or_received = or_(Contribution.giver_id == membership.id, Contribution.receiver_id == membership.id)
    about = or_(
        Concern.about_id == membership.id, Concern.by_id == membership.id, Concern.exchange_id.in_(_of(membership))
    )
    told: list[tuple[InstrumentedAttribute[str], ColumnElement[bool]]] = [
        (Exchange.title, of_theirs),
        (Exchange.note, of_theirs),
        *((column, column.class_.exchange_id.in_(_of(membership))) for column in _OF_EXCHANGES),
        (Contribution.note, gave_or_received),
        (Contribution.reversal_reason, gave_or_received),
        (Concern.text, about),
        (Concern.outcome, about),
        (SafeguardingNote.text, SafeguardingNote.membership_id == membership.id),
    ]
    for name in names:
        for column, where in told:
            _without(session, column, where, name)


def letters_about(session: Session, membership: Membership, names: Sequence[str], called: str) -> None:
    """In what others were told they have no name any more, and of their words nothing is left."""
    told_by = Exchange.told_by_id == membership.id
    wrote = _Wrote(
        exchanges=frozenset(session.scalars(select(Exchange.id).where(told_by))),
        listings=frozenset(session.scalars(select(Listing.id).where(Listing.membership_id == membership.id))),
        names=tuple(names),
    )
    rows = session.execute(
        select(Notice.id, Notice.told).where(Notice.timebank_id == membership.timebank_id).order_by(Notice.id)
    )
    changed = [{"id": number, "told": anew} for number, told in rows if (anew := wrote.without(told, called)) != told]
    if changed:
        session.execute(update(Notice), changed)
    for name in names:
        _without(session, SentForm.answer, SentForm.answer.contains(name, autoescape=True), name)
    emails = [name for name in names if "@" in name]
    own = Notice.timebank_id == membership.timebank_id, Notice.membership_id.is_(None), Notice.email.in_(emails)
    session.execute(delete(Notice).where(*own))


@dataclass(frozen=True, slots=True)
class _Wrote:
    """By what it is told that a letter holds their words, or their name."""

    exchanges: frozenset[int]
    listings: frozenset[int]
    names: tuple[str, ...]

    def without(self, told: str, called: str) -> str:
        """What was told without them; just as it was where it says nothing of them."""
        values: dict[str, Any] = json.loads(told)
        theirs = values.get("other") in self.names
        titled = values.get("exchange_id") in self.exchanges or values.get("listing_id") in self.listings
        texts = [value for value in values.values() if isinstance(value, str)]
        if not (theirs or titled or any(name in text for text in texts for name in self.names)):
            return told
        for key, value in values.items():
            if isinstance(value, str):
                values[key] = self._text(key, value, called, theirs=theirs, titled=titled)
        return json.dumps(values, ensure_ascii=False)

    def _text(self, key: str, value: str, called: str, *, theirs: bool, titled: bool) -> str:
        if value in self.names:
            return called
        if (key == "title" and titled) or (key == "text" and theirs):
            return GONE
        if key == "word" and theirs:
            return ""
        for name in self.names:
            value = value.replace(name, GONE)
        return value


def person(session: Session, who: Person) -> None:
    """Links that set a password, and the forms that they sent, are gone."""
    for table in (PasswordLink, SentForm):
        session.execute(delete(table).where(table.person_id == who.id))


def hands(session: Session, membership: Membership, other: Person) -> None:
    """Where it stands who did something in this timebank, it is the other now."""
    here: dict[str, Select[Any]] = {
        "exchange": select(Exchange.id).where(Exchange.timebank_id == membership.timebank_id),
        "member": select(Membership.id).where(Membership.timebank_id == membership.timebank_id),
    }
    for column, belongs_by in _HANDS:
        table = column.class_
        if belongs_by == "here":
            where = table.timebank_id == membership.timebank_id
        else:
            key = table.exchange_id if belongs_by == "exchange" else table.membership_id
            where = key.in_(here[belongs_by])
        session.execute(update(table).where(column == membership.person_id, where).values({column.key: other.id}))


def worth_seeking(*told: str | None) -> list[str]:
    """Of a person's names and addresses those that are long enough to be found in words without harm."""
    return [one for one in dict.fromkeys(told) if one is not None and len(one) >= _SHORTEST]


def _of(membership: Membership) -> Select[int]:
    return select(Exchange.id).where(or_(Exchange.provider_id == membership.id, Exchange.receiver_id == membership.id))


def _without(session: Session, column: InstrumentedAttribute[str], where: ColumnElement[bool], name: str) -> None:
    found = where & column.contains(name, autoescape=True)
    session.execute(update(column.class_).where(found).values({column.key: func.replace(column, name, GONE)}))
