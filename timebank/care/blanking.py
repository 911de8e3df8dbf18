"""What is blanked or deleted when someone is erased, table by table; what the book and the logs hold is not touched."""

from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from timebank.care.models import Application, Invitation, SafeguardingNote, Vetting
from timebank.care.whose import GONE, Whose
from timebank.contributions.models import Contribution
from timebank.exchanges.models import Block, Concern, Exchange, ExchangeStep, Message, Thanks
from timebank.listings import searching
from timebank.listings.models import Asset, Category, Listing, ListingTag, ListingTime, Need
from timebank.members.models import Membership, PasswordLink, Person, SentForm, Supporter
from timebank.members.page import Availability, FieldReaders, Picture, Profile
from timebank.notices.models import LetterStop, Notice

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


def own_things(session: Session, whose: Whose) -> None:
    """Their page, pictures, assets, needs, times, supporters, vetting, blocks and choices of letters are gone."""
    pictures = select(Picture.id).where(whose.are(Picture.membership_id))
    session.execute(update(Listing).where(Listing.picture_id.in_(pictures)).values(picture_id=None))
    session.execute(update(Profile).where(Profile.picture_id.in_(pictures)).values(picture_id=None))
    alone = (Profile, FieldReaders, Availability, Asset, Need, Picture, Vetting, LetterStop, Notice)
    for table in alone:
        session.execute(delete(table).where(whose.are(table.membership_id)))
    session.execute(delete(Supporter).where(whose.are(Supporter.membership_id, Supporter.supporter_id)))
    session.execute(delete(Block).where(whose.are(Block.membership_id, Block.blocked_id)))


def listings(session: Session, whose: Whose) -> None:
    """Of what they offered and requested the kind of help is left, and none of its words in the board's vocabulary."""
    own = select(Listing.id).where(whose.are(Listing.membership_id))
    for table in (ListingTag, ListingTime):
        session.execute(delete(table).where(table.listing_id.in_(own)))
    blank = dict.fromkeys(("description", "place", "place_folded", "times", "folded", "taken_down_word"), "")
    kind = select(Category.name).where(Category.id == Listing.category_id).scalar_subquery()
    session.execute(update(Listing).where(whose.are(Listing.membership_id)).values(title=kind, **blank))
    searching.forget(session, whose.timebank_id)


def applications(session: Session, whose: Whose, called: str) -> None:
    """Nothing personal is left of how they applied, of who invited them by name, and of whom they invited."""
    invited = select(Application.invitation_id).where(whose.applied, Application.invitation_id.is_not(None))
    either = or_(Invitation.id.in_(invited), whose.are(Invitation.by_id))
    session.execute(update(Invitation).where(either).values(name=""))
    blank = dict.fromkeys(("email", "phone", "district", "good_at", "would_help", "heard_from"), "")
    session.execute(update(Application).where(whose.applied).values(name=called, **blank))


def exchanges(session: Session, whose: Whose) -> None:
    """The words that they wrote in exchanges are gone; what it was is the kind of help, and all else stays."""
    kind = func.coalesce(select(Category.name).where(Category.id == Exchange.category_id).scalar_subquery(), GONE)
    recorded = select(Exchange.contribution_id).where(whose.titled, Exchange.contribution_id.is_not(None))
    of_it = func.coalesce(select(Category.name).where(Category.id == Contribution.category_id).scalar_subquery(), GONE)
    session.execute(update(Contribution).where(Contribution.id.in_(recorded)).values(note=of_it))
    session.execute(update(Exchange).where(whose.told).values(note=""))
    session.execute(update(Exchange).where(whose.titled).values(title=kind))
    by_them = or_(ExchangeStep.by_id.in_(whose.people), whose.are(ExchangeStep.for_id))
    of_theirs = ExchangeStep.exchange_id.in_(whose.exchanges)
    session.execute(update(ExchangeStep).where(of_theirs, by_them).values(note=""))
    session.execute(update(Message).where(whose.are(Message.membership_id)).values(text=GONE))
    session.execute(update(Thanks).where(whose.are(Thanks.membership_id)).values(word="", may_quote=False))


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
