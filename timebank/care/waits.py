"""Which things wait for a coordinator, kind by kind, and in which order; questions to be put, none is asked here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    case,
    cast,
    exists,
    func,
    not_,
    null,
    or_,
    select,
)

from timebank.care import vetting
from timebank.care.models import Application, ApplicationState, Vetting
from timebank.database import UtcDateTime
from timebank.exchanges.models import Concern, Exchange
from timebank.exchanges.workflow import State
from timebank.ledger.models import Account
from timebank.listings.models import Listing, ListingKind
from timebank.listings.searching import standing
from timebank.members.choices import Pace
from timebank.members.models import HERE, Membership, MembershipStatus, Person, Timebank
from timebank.notices.models import Notice, NoticeState

UNMET_AFTER = timedelta(days=60)
"""An offer that nobody has taken up for so long is worth a word with its owner."""


class Group(StrEnum):
    """What may wait, in the order of the page."""

    WELCOME = "welcome"
    CONCERNS = "concerns"
    CONFIRM = "confirm"
    TELL = "tell"
    DISPUTED = "disputed"
    APPROVE = "approve"
    QUIET = "quiet"
    AWAY = "away"
    VETTING = "vetting"
    REQUESTS = "requests"
    OFFERS = "offers"
    BALANCES = "balances"


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom the day is looked at: the timebank, the coordinator, and the moment."""

    timebank: Timebank
    by: Membership
    at: datetime

    @property
    def today(self) -> date:
        """Which day it is where the timebank is."""
        return self.timebank.day_of(self.at)


def asked_id() -> ColumnElement[int]:
    """The membership whose answer an exchange waits for, as Exchange.asked_id says it."""
    return case((Exchange.told_by_id == Exchange.provider_id, Exchange.receiver_id), else_=Exchange.provider_id)


def _told(
    number: SQLColumnExpression[Any],
    *order: SQLColumnExpression[Any],
    one: SQLColumnExpression[Any] | None = None,
    other: SQLColumnExpression[Any] | None = None,
    words: SQLColumnExpression[Any] | None = None,
    amount: SQLColumnExpression[Any] | None = None,
    at: SQLColumnExpression[Any] | None = None,
    on: SQLColumnExpression[Any] | None = None,
) -> Select[Any]:
    """The columns that every kind has in common; what a kind does not have is empty, and still of its type."""
    return select(
        number.label("id"),
        cast(null() if one is None else one, Integer).label("one_id"),
        cast(null() if other is None else other, Integer).label("other_id"),
        cast(null() if words is None else words, String).label("words"),
        cast(null() if amount is None else amount, Integer).label("amount"),
        (cast(null(), UtcDateTime) if at is None else at).label("at"),
        (cast(null(), Date) if on is None else on).label("on"),
        func.row_number().over(order_by=(*order, number)).label("rank"),
    ).order_by("rank")


def _applications(asked: Asked) -> Select[Any]:
    open_ones = Application.timebank_id == asked.timebank.id, Application.state == ApplicationState.OPEN
    return _told(Application.id, Application.at, words=Application.name, at=Application.at).where(*open_ones)


def _concerns(asked: Asked) -> Select[Any]:
    """What somebody told in confidence; what is about the coordinator, or whom they work for, is for another one."""
    told = _told(Concern.id, Concern.at, one=Concern.by_id, other=Concern.about_id, at=Concern.at)
    about_others = or_(Concern.about_id.is_(None), Concern.about_id.not_in(_own(asked)))
    return told.where(Concern.timebank_id == asked.timebank.id, Concern.closed_at.is_(None), about_others)


def _to_confirm_by_phone(asked: Asked) -> Select[Any]:
    told = _exchange(asked, State.RECORDED, of_others=True)
    return _with_the_asked(told).where(_is_reached_by_phone())


def _to_tell_by_phone(asked: Asked) -> Select[Any]:
    """Who is to be told something, and how many things."""
    member = Notice.membership_id
    told = _told(member, func.min(Notice.at), one=member, amount=func.count(), at=func.min(Notice.at))
    mine = Notice.timebank_id == asked.timebank.id, Notice.state == NoticeState.PHONE, member.is_not(None)
    return told.where(*mine).group_by(member)


def _disputed(asked: Asked) -> Select[Any]:
    return _exchange(asked, State.DISPUTED, of_others=True)


def _to_approve(asked: Asked) -> Select[Any]:
    return _exchange(asked, State.CONFIRMED, of_others=True)


def _quiet(asked: Asked) -> Select[Any]:
    """Where nobody took a step for so many days, and that does not wait for a telephone call."""
    before = asked.at - timedelta(days=asked.timebank.quiet_days)
    told = _exchange(asked, State.PROPOSED, State.AGREED, State.RECORDED).where(Exchange.moved_at < before)
    return _with_the_asked(told).where(or_(Exchange.state != State.RECORDED, not_(_is_reached_by_phone())))


def _beyond_their_day(asked: Asked) -> Select[Any]:
    """Who said that they would be back by now, and is still marked as away."""
    told = _told(Membership.id, Membership.paused_until, one=Membership.id, on=Membership.paused_until)
    away = Membership.status == MembershipStatus.PAUSED, Membership.paused_until < asked.today
    return told.where(Membership.timebank_id == asked.timebank.id, *away)


def _expiring(asked: Asked) -> Select[Any]:
    """Vetting of people who are here that runs out soon, or has, and was not looked at again since."""
    told = _told(Membership.id, Vetting.expires_on, one=Membership.id, words=Vetting.kind, on=Vetting.expires_on)
    return told.join(Vetting, Vetting.membership_id == Membership.id).where(
        vetting.runs_out(asked.timebank, asked.today)
    )


def _requests_waiting(asked: Asked) -> Select[Any]:
    """Requests that wait longer than the timebank keeps quiet, and that nobody has begun to meet."""
    over = Exchange.state.in_((State.DECLINED, State.CANCELLED, State.REVERSED))
    begun = exists().where(Exchange.listing_id == Listing.id, not_(over))
    before = asked.at - timedelta(days=asked.timebank.quiet_days)
    return _listing(asked, ListingKind.REQUEST, before).where(not_(begun))


def _offers_unmet(asked: Asked) -> Select[Any]:
    """Offers that nobody has ever taken up."""
    met = exists().where(Exchange.listing_id == Listing.id)
    return _listing(asked, ListingKind.OFFER, asked.at - UNMET_AFTER).where(not_(met))


def _far_balances(asked: Asked) -> Select[Any]:
    """Whose balance is far from zero, either way; the furthest first."""
    balance = Account.given_minutes - Account.received_minutes
    told = _told(Membership.id, func.abs(balance).desc(), one=Membership.id, amount=balance)
    return told.join(Account, Account.id == Membership.account_id).where(
        Membership.timebank_id == asked.timebank.id,
        Membership.status.in_(HERE),
        Account.book_id == asked.timebank.book_id,  # else every account of every timebank is looked at
        Account.closed_at.is_(None),
        func.abs(balance) > asked.timebank.far_balance_minutes,
    )


WHICH: dict[Group, Callable[[Asked], Select[Any]]] = {
    Group.WELCOME: _applications,
    Group.CONCERNS: _concerns,
    Group.CONFIRM: _to_confirm_by_phone,
    Group.TELL: _to_tell_by_phone,
    Group.DISPUTED: _disputed,
    Group.APPROVE: _to_approve,
    Group.QUIET: _quiet,
    Group.AWAY: _beyond_their_day,
    Group.VETTING: _expiring,
    Group.REQUESTS: _requests_waiting,
    Group.OFFERS: _offers_unmet,
    Group.BALANCES: _far_balances,
}
"""What waits, kind by kind; each has the columns of _told() and is ordered by `rank`."""


def _exchange(asked: Asked, *states: State, of_others: bool = False) -> Select[Any]:
    """Exchanges in these states, the longest untouched first; `of_others` where the coordinator is no party."""
    told = _told(
        Exchange.id,
        Exchange.moved_at,
        one=asked_id(),
        other=Exchange.told_by_id,
        words=Exchange.title,
        amount=func.coalesce(Exchange.minutes, Exchange.proposed_minutes),
        at=Exchange.moved_at,
        on=Exchange.served_on,
    ).where(Exchange.timebank_id == asked.timebank.id, Exchange.state.in_(states))
    if not of_others:
        return told
    return told.where(Exchange.provider_id.not_in(_own(asked)), Exchange.receiver_id.not_in(_own(asked)))


def _own(asked: Asked) -> Select[int]:
    """The coordinator's own membership, and that of the organisation they work for, as rules.is_party says it."""
    mine = Membership.id == asked.by.id
    if asked.by.works_for_id is not None:
        mine = or_(mine, Membership.organisation_id == asked.by.works_for_id)
    return select(Membership.id).where(Membership.timebank_id == asked.timebank.id, mine)


def _with_the_asked(told: Select[Any]) -> Select[Any]:
    return told.join(Membership, Membership.id == asked_id()).outerjoin(Person, Person.id == Membership.person_id)


def _is_reached_by_phone() -> ColumnElement[bool]:
    return or_(Person.email.is_(None), Membership.pace == Pace.BY_PHONE)


def _listing(asked: Asked, kind: ListingKind, before: datetime) -> Select[Any]:
    """What stands on the board since before that moment; the oldest first."""
    told = _told(Listing.id, Listing.created_at, one=Listing.membership_id, words=Listing.title, at=Listing.created_at)
    return told.join(Membership, Membership.id == Listing.membership_id).where(
        standing(asked.timebank, asked.today), Listing.kind == kind, Listing.created_at < before
    )
