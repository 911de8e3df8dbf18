"""All that the timebank keeps of one member, in plain values for a file; it never writes.

Left out are safeguarding notes and concerns of others about them, which protect others too, how to reach others, and
how an exchange was for the other one.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from timebank.care.models import Application, Terms, TermsAccepted, Vetting
from timebank.care.standing import check_alone
from timebank.exchanges.models import Block, Concern, Exchange, ExchangeStep, Message, Thanks
from timebank.ledger.models import AccountChange, Transfer
from timebank.listings.models import Asset, Listing, Need
from timebank.members import audit_log, directory, doubles
from timebank.members.audit_log import Deed
from timebank.members.models import Membership, Supporter
from timebank.members.page import Availability, FieldReaders, Picture, Profile
from timebank.notices.models import LetterStop, Notice, NoticeKind

Row: TypeAlias = dict[str, str | int | float | bool | None]
Data: TypeAlias = dict[str, list[Row]]
_FOR_THEM_ALONE = ("messages", "concerns_raised")
"""What a coordinator reads in no file either: what two said to each other, and what may be about themselves."""


def of_member(session: Session, membership: Membership, *, by: Membership, at: datetime) -> Data:
    """What is kept of the member, by what it is, a row for each thing; days and moments are texts of ISO 8601.

    A coordinator who makes it for a member is named in the audit log, and what was said in confidence is not in it.

    Raises:
        NotAllowed, NotFound: it is for the member alone, or for who looks after them.
    """
    check_alone(by, membership)
    ids = doubles.ids_of(session, membership)
    data: Data = {"person": [_person(membership)], "membership": [_membership(membership)]}
    data |= _page(session, ids) | _exchanges(session, ids) | _hours(session, membership) | _trust(session, ids)
    if by.id != membership.id:
        audit_log.note(session, Deed.DATA_GIVEN, by=by, about=membership, at=at)
        return _without_confidences(data)
    return data


def _without_confidences(data: Data) -> Data:
    letters = [row for row in data["letters"] if row["kind"] != NoticeKind.MESSAGE.value]
    return {name: rows for name, rows in data.items() if name not in _FOR_THEM_ALONE} | {"letters": letters}


def _person(membership: Membership) -> Row:
    person = membership.person
    if person is None:
        return {"name": membership.name}
    told = _plain(person, "name", "called", "email", "phone", "language")
    return told | {"signs_in_with_a_password": person.password_hash is not None}


def _membership(membership: Membership) -> Row:
    told = _plain(membership, "number", "status", "joined_on", "pace", "paused_until", "left_on")
    organisation = membership.works_for.name if membership.works_for is not None else None
    roles = ", ".join(sorted(role.value for role in membership.roles))
    return {"timebank": membership.timebank.name, **told, "roles": roles, "works_for": organisation}


def _page(session: Session, ids: Sequence[int]) -> Data:
    listings = select(Listing).where(Listing.membership_id.in_(ids)).order_by(Listing.id)
    listings = listings.options(joinedload(Listing.category), selectinload(Listing.tags))
    told = ("kind", "title", "description", "place", "times", "starts_on", "ends_on", "created_at", "closed_at")
    return {
        "page": _all(session, Profile, ids, "about", "district", "languages"),
        "who_reads_what": _all(session, FieldReaders, ids, "field", "readers"),
        "times": _all(session, Availability, ids, "weekday", "part"),
        "assets": _all(session, Asset, ids, "kind", "title", "note", "created_at"),
        "needs": _all(session, Need, ids, "title", "created_at"),
        "pictures": _all(session, Picture, ids, "id", "media_type", "width", "height", "at"),
        "listings": [
            _plain(one, *told) | {"category": one.category.name, "tags": ", ".join(tag.word for tag in one.tags)}
            for one in session.scalars(listings)
        ],
    }


def _exchanges(session: Session, ids: Sequence[int]) -> Data:
    theirs = or_(Exchange.provider_id.in_(ids), Exchange.receiver_id.in_(ids))
    query = select(Exchange).where(theirs).order_by(Exchange.id)
    sides = [
        joinedload(side).joinedload(named)
        for side in (Exchange.provider, Exchange.receiver)
        for named in (Membership.person, Membership.organisation)
    ]
    found = session.scalars(query.options(*sides, joinedload(Exchange.category))).all()
    within = select(Exchange.id).where(theirs)
    steps = select(ExchangeStep).where(ExchangeStep.exchange_id.in_(within)).order_by(ExchangeStep.id)
    return {
        "exchanges": [_exchange(one) for one in found],
        "exchange_history": [
            _plain(one, "exchange_id", "step", "at", "note", "minutes_before", "minutes_after")
            | {"by": one.by.name if one.by is not None else None}
            for one in session.scalars(steps.options(joinedload(ExchangeStep.by)))
        ],
        "messages": _between(session, Message, within, ids, "text"),
        "thanks": _between(session, Thanks, within, ids, "word", own=("may_quote", "satisfaction")),
    }


def _exchange(one: Exchange) -> Row:
    told = (
        "id",
        "title",
        "note",
        "state",
        "capacity",
        "stage",
        "proposed_minutes",
        "minutes",
        "served_on",
        "created_at",
    )
    names: Row = {"who_gave": one.provider.name, "who_received": one.receiver.name}
    return _plain(one, *told) | names | {"category": one.category.name if one.category is not None else None}


def _between(
    session: Session,
    table: Any,  # noqa: ANN401 - Message or Thanks
    within: Any,  # noqa: ANN401 - a question for exchanges
    ids: Sequence[int],
    *told: str,
    own: tuple[str, ...] = (),
) -> list[Row]:
    """What the two wrote to one another, and which of them; `own` is told of the member's alone."""
    people = joinedload(table.membership).joinedload(Membership.person)
    query = select(table).where(table.exchange_id.in_(within)).order_by(table.at).options(people)
    return [
        _plain(one, "exchange_id", "at", *told)
        | {name: _text(getattr(one, name)) if one.membership_id in ids else None for name in own}
        | {"by": one.membership.name}
        for one in session.scalars(query)
    ]


def _hours(session: Session, membership: Membership) -> Data:
    accounts = doubles.accounts_of(session, membership)
    either = or_(Transfer.payer_id.in_(accounts), Transfer.payee_id.in_(accounts))
    moved = session.scalars(select(Transfer).where(either).order_by(Transfer.id)).all()
    holders = directory.holders_of(session, {side for one in moved for side in (one.payer_id, one.payee_id)})

    def holder(account_id: int) -> str | None:
        return holders[account_id].name if account_id in holders else None

    changes = select(AccountChange).where(AccountChange.account_id.in_(accounts)).order_by(AccountChange.id)
    return {
        "hours_that_moved": [
            _plain(one, "kind", "minutes", "occurred_on", "posted_at", "reason", "reverses_id")
            | {"id": one.id, "from": holder(one.payer_id), "to": holder(one.payee_id)}
            for one in moved
        ],
        "account_changes": [
            _plain(one, "kind", "before_minutes", "after_minutes", "at", "reason") for one in session.scalars(changes)
        ],
    }


def _trust(session: Session, ids: Sequence[int]) -> Data:
    agreed = select(Terms.version, TermsAccepted.at).join(Terms, Terms.id == TermsAccepted.terms_id)
    agreed = agreed.where(TermsAccepted.membership_id.in_(ids)).order_by(TermsAccepted.at)
    blocked = select(Block).where(Block.membership_id.in_(ids)).order_by(Block.at)
    blocked = blocked.options(joinedload(Block.blocked).joinedload(Membership.person))
    concerns = select(Concern).where(Concern.by_id.in_(ids)).order_by(Concern.id)
    applied = ("name", "email", "phone", "district", "good_at", "would_help", "heard_from", "at", "state")
    return {
        "terms_agreed": [{"version": version, "at": at.isoformat()} for version, at in session.execute(agreed)],
        "supporters": _supporters(session, ids),
        "vetting": _all(session, Vetting, ids, "kind", "note", "seen_on", "expires_on", "ended_at"),
        "applications": _all(session, Application, ids, *applied),
        "letters_declined": _all(session, LetterStop, ids, "kind"),
        "letters": _all(session, Notice, ids, "kind", "state", "at", "sent_at", "told"),
        "blocked": [_plain(one, "at") | {"who": one.blocked.name} for one in session.scalars(blocked)],
        "concerns_raised": [_plain(one, "text", "at", "closed_at", "outcome") for one in session.scalars(concerns)],
    }


def _supporters(session: Session, ids: Sequence[int]) -> list[Row]:
    either = or_(Supporter.membership_id.in_(ids), Supporter.supporter_id.in_(ids))
    people = (joinedload(side).joinedload(Membership.person) for side in (Supporter.membership, Supporter.supporter))
    query = select(Supporter).where(either).order_by(Supporter.id).options(*people)
    told = ("asked_at", "member_agreed_at", "supporter_agreed_at", "on_paper", "last_day", "ended_at")
    return [
        _plain(one, *told) | {"member": one.membership.name, "supporter": one.supporter.name}
        for one in session.scalars(query)
    ]


def _all(session: Session, table: Any, ids: Iterable[int], *told: str) -> list[Row]:  # noqa: ANN401 - any such table
    """The rows of the member in a table of one's own things."""
    query = select(table).where(table.membership_id.in_(ids)).order_by(*table.__table__.primary_key)
    return [_plain(one, *told) for one in session.scalars(query)]


def _plain(thing: object, *told: str) -> Row:
    return {name: _text(getattr(thing, name)) for name in told}


def _text(value: Any) -> str | int | float | bool | None:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, int | float | bool) or value is None else str(value)


def pictures_of(session: Session, membership: Membership) -> list[tuple[str, bytes]]:
    """The pictures that the member has put up, each with a name for a file."""
    rows = session.execute(
        select(Picture.id, Picture.media_type, Picture.content)
        .where(Picture.membership_id.in_(doubles.ids_of(session, membership)))
        .order_by(Picture.id)
    )
    return [(f"picture-{number}.{media_type.rpartition('/')[2]}", content) for number, media_type, content in rows]
