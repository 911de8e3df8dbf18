"""Leaving, dying and coming back: what becomes of hours, listings and what was agreed; nothing here ever commits."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Update, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from timebank.care.models import Invitation
from timebank.care.standing import (
    StandsOtherwise,
    WrongDay,
    check_alone,
    check_another_administrator,
    check_looks_after,
    hold,
)
from timebank.exchanges import workflow
from timebank.exchanges.models import Exchange
from timebank.exchanges.taking import note_down
from timebank.exchanges.workflow import WAITING, Part, State, Step
from timebank.hours import Hours
from timebank.listings.models import Listing
from timebank.members import audit_log, settling
from timebank.members.audit_log import Deed
from timebank.members.choices import Leaving, LeftBecause
from timebank.members.models import HERE, AuditLine, Membership, MembershipStatus, Supporter
from timebank.members.rules import kept_word
from timebank.notices.models import Notice, NoticeKind
from timebank.notices.outbox import drop, tell
from timebank.policy import Permission, Role
from timebank.refusals import Conflict

_UNANSWERED = frozenset({State.PROPOSED, State.AGREED})
_KNOWN = (*HERE, MembershipStatus.SUSPENDED)


class Undecided(Conflict):
    """Time that was logged with them is still to be decided on, so that it would never count."""


class NotErasedAgain(Conflict):
    """Who was erased does not come back under the old number: nothing is known of them any more."""


def undecided(session: Session, membership: Membership, *, limit: int) -> tuple[Sequence[Exchange], bool]:
    """What is logged and not decided with them, the oldest first, and whether there is more than that."""
    sides = [
        joinedload(side).joinedload(named)
        for side in (Exchange.provider, Exchange.receiver)
        for named in (Membership.person, Membership.organisation)
    ]
    which = _theirs(membership), Exchange.state.in_(WAITING)
    query = select(Exchange).where(*which).order_by(Exchange.id).limit(limit + 1).options(*sides)
    found = session.scalars(query).all()
    return found[:limit], len(found) > limit


def unanswered(session: Session, membership: Membership) -> int:
    """How many things are proposed or agreed with them, and would be called off."""
    which = _theirs(membership), Exchange.state.in_(_UNANSWERED)
    return session.scalar(select(func.count()).select_from(Exchange).where(*which)) or 0


def check_leave(session: Session, membership: Membership, *, by: Membership) -> None:
    """They can leave as things stand, so that nobody is asked about what can only be refused.

    Raises:
        StandsOtherwise, Undecided, OnlyAdministrator, NotAtZero, NotAllowed, NotFound: as leave().
    """
    check_alone(by, membership)
    _check_here(membership)
    _check_decided(session, membership)
    check_another_administrator(session, membership)
    if membership.timebank.leaving == Leaving.AT_ZERO:
        settling.check_at_zero(membership)


def leave(session: Session, membership: Membership, *, by: Membership, at: datetime, word: str = "") -> Hours:
    """They are no longer with the timebank; their number, and the hours in every total, stay.

    What is left or missing is settled with the community's account where the policy says so, and their account is
    closed. Listings are closed, what was proposed or agreed is called off, and nobody acts for them any more.

    Returns:
        The balance that was settled.

    Raises:
        NotAtZero: the policy wants zero first.
        Undecided: time that was logged with them is still to be decided on.
        StandsOtherwise, OnlyAdministrator, WrongWord, NotAllowed, NotFound: with the sentence for the person.
    """
    word = kept_word(word)
    hold(session, membership)
    if membership.account is not None:
        session.refresh(membership.account)
    check_leave(session, membership, by=by)
    called_off = call_off(session, membership, by=by, at=at)
    settling.balance_of(session, membership)
    # Whoever was logging what had been agreed, or giving them hours, has come through meanwhile, and is seen now.
    check_leave(session, membership, by=by)
    for exchange in called_off:
        _tell_the_other(session, exchange, membership, at)
    _go(session, membership, LeftBecause.LEFT, membership.timebank.day_of(at), at)
    balance = settling.settle(session, membership, by=by, at=at)
    audit_log.note(session, Deed.LEFT, by=by, about=membership, at=at, word=word, minutes=balance.minutes)
    _tell(session, "left", membership, at)
    return balance


def write_down_death(
    session: Session, membership: Membership, *, on: date | None, by: Membership, at: datetime
) -> Hours:
    """They have died: no letter goes to them any more, their page is closed, and all their hours are kept.

    Time that was logged and not decided stays with the coordinators, who know what was given. Nobody is told by letter.

    Returns:
        The balance that was settled.

    Raises:
        WrongDay: the day has not come.
        StandsOtherwise, Undecided, OnlyAdministrator, NotAllowed, NotFound: with the sentence for the person.
    """
    check_looks_after(by, membership)
    today = membership.timebank.day_of(at)
    if on is not None and on > today:
        raise WrongDay("The day has not come yet. Choose today or a day before it.")
    hold(session, membership)
    _check_here(membership)
    _check_decided(session, membership)
    check_another_administrator(session, membership)
    call_off(session, membership, by=by, at=at)
    _check_decided(session, membership)
    _go(session, membership, LeftBecause.DIED, on or today, at)
    balance = settling.settle(session, membership, by=by, at=at)
    day = on.isoformat() if on is not None else ""
    audit_log.note(session, Deed.DIED, by=by, about=membership, at=at, day=day, minutes=balance.minutes)
    return balance


def undo_death(session: Session, membership: Membership, *, by: Membership, at: datetime) -> None:
    """It was written down by mistake: they are here as before, with their hours, listings and supporters.

    What was called off stays called off, and letters that were dropped are not sent.

    Raises:
        StandsOtherwise, NotAllowed, NotFound: with the sentence for the person.
    """
    check_looks_after(by, membership)
    hold(session, membership)
    if membership.left_because != LeftBecause.DIED:
        raise StandsOtherwise("Nothing of the kind is written down about %(name)s.", name=membership.name)
    _check_known(membership)
    which = AuditLine.about_id == membership.id, AuditLine.deed == Deed.DIED.value
    when = session.scalar(select(func.max(AuditLine.at)).where(*which))
    settling.take_back(session, membership, by=by, at=at)
    _stay(session, membership)
    session.execute(_listings(membership).where(Listing.closed_at == when).values(closed_at=None))
    session.execute(_supporters(membership).where(Supporter.ended_at == when).values(ended_at=None))
    audit_log.note(session, Deed.REJOINED, by=by, about=membership, at=at, word=settling.BY_MISTAKE)


def rejoin(session: Session, membership: Membership, *, by: Membership, at: datetime) -> None:
    """They are a member again under their old number, with the account that they had, open and at zero.

    What else they may do than a member is given anew by an administrator.

    Raises:
        StandsOtherwise, NotErasedAgain, NotAllowed, NotFound: with the sentence for the person.
    """
    check_looks_after(by, membership)
    hold(session, membership)
    if membership.status != MembershipStatus.LEFT or membership.left_because == LeftBecause.MERGED:
        raise StandsOtherwise("%(name)s has not left.", name=membership.name)
    if membership.left_because == LeftBecause.DIED:
        raise StandsOtherwise("Say first that it was written down by mistake that %(name)s died.", name=membership.name)
    _check_known(membership)
    if not by.may(Permission.GIVE_ROLES):
        membership.given_roles = [given for given in membership.given_roles if given.role == Role.MEMBER]
    settling.reopen(session, membership, reason=settling.CAME_BACK, by=by, at=at)
    _stay(session, membership)
    audit_log.note(session, Deed.REJOINED, by=by, about=membership, at=at)
    _tell(session, "rejoined", membership, at)


def call_off(session: Session, membership: Membership, *, by: Membership, at: datetime) -> list[Exchange]:
    """What was proposed or agreed with them is called off, or declined for them, each with a line in its history."""
    found = session.scalars(
        select(Exchange)
        .where(_theirs(membership), Exchange.state.in_(_UNANSWERED))
        .order_by(Exchange.id)
        .with_for_update(of=Exchange)
        .execution_options(populate_existing=True)
    ).all()
    for exchange in found:
        asked = exchange.asked_id == membership.id
        step = Step.DECLINE if asked and exchange.state == State.PROPOSED else Step.CANCEL
        exchange.state = workflow.after(exchange.state, step, {Part.ASKED if asked else Part.TELLER})
        note_down(session, exchange, step, by=by, for_=membership, at=at)
    return list(found)


def _go(session: Session, membership: Membership, because: LeftBecause, on: date, at: datetime) -> None:
    """They stand as gone; listings, supporters and invitations end at this very moment, and letters are dropped."""
    membership.status, membership.left_because = MembershipStatus.LEFT, because
    membership.left_on, membership.paused_until = on, None
    session.execute(_listings(membership).where(Listing.closed_at.is_(None)).values(closed_at=at))
    session.execute(_supporters(membership).where(Supporter.ended_at.is_(None)).values(ended_at=at))
    given = update(Invitation).where(Invitation.by_id == membership.id, Invitation.ended_at.is_(None))
    session.execute(given.values(ended_at=at))
    drop(session, Notice.membership_id == membership.id)
    session.flush()


def _stay(session: Session, membership: Membership) -> None:
    membership.status, membership.left_because, membership.left_on = MembershipStatus.ACTIVE, None, None
    session.flush()


def _listings(membership: Membership) -> Update:
    return update(Listing).where(Listing.membership_id == membership.id)


def _supporters(membership: Membership) -> Update:
    either = or_(Supporter.membership_id == membership.id, Supporter.supporter_id == membership.id)
    return update(Supporter).where(either)


def _check_here(membership: Membership) -> None:
    if membership.status not in _KNOWN:
        raise StandsOtherwise("%(name)s is no longer here.", name=membership.name)


def _check_known(membership: Membership) -> None:
    if membership.person is not None and membership.person.erased_at is not None:
        raise NotErasedAgain("Nothing is known of them any more. Welcome them as someone new.")


def _check_decided(session: Session, membership: Membership) -> None:
    found, more = undecided(session, membership, limit=3)
    if found:
        titles = ", ".join(f"“{exchange.title}”" for exchange in found) + (", …" if more else "")
        raise Undecided(
            "Time that was logged is still to be decided on, so that it counts: %(titles)s. Decide on it first.",
            titles=titles,
        )


def _theirs(membership: Membership) -> ColumnElement[bool]:
    return or_(Exchange.provider_id == membership.id, Exchange.receiver_id == membership.id)


def _tell(session: Session, what: str, membership: Membership, at: datetime) -> None:
    key = f"membership:{membership.id}:{what}:{at.isoformat()}"
    tell(session, NoticeKind.STANDING, membership, key=key, at=at, what=what, word="", until="")


def _tell_the_other(session: Session, exchange: Exchange, membership: Membership, at: datetime) -> None:
    other = exchange.receiver if exchange.provider_id == membership.id else exchange.provider
    answer = "declined" if exchange.state == State.DECLINED else "cancelled"
    tell(
        session,
        NoticeKind.ANSWER,
        other,
        key=f"exchange:{exchange.id}:{answer}:{other.id}",
        at=at,
        exchange_id=exchange.id,
        other=membership.name,
        title=exchange.title,
        answer=answer,
        word="",
    )
