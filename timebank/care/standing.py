"""How someone stands here: pausing and coming back, suspending and lifting it; each step writes and never commits."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.enrol import another_administrator, lock
from timebank.members.models import HERE, Membership, MembershipStatus, Timebank
from timebank.members.rules import is_party, kept_word, needed_word
from timebank.members.supporters import check_themselves
from timebank.notices.models import NoticeKind
from timebank.notices.outbox import tell
from timebank.policy import Permission, Role
from timebank.refusals import Conflict, NotAllowed, NotFound, Unacceptable

_HERE_OR_SUSPENDED = (*HERE, MembershipStatus.SUSPENDED)
_LATEST = 366 * 5


class WrongDay(Unacceptable):
    """Nobody can be away until that day."""


class StandsOtherwise(Conflict):
    """They stand otherwise by now, so that this cannot be done."""


class OnlyAdministrator(Unacceptable):
    """The timebank would be left without anyone who gives roles and sets its rules."""


def pause(
    session: Session, membership: Membership, *, until: date | None, by: Membership, at: datetime, word: str = ""
) -> None:
    """They are away until that day, on which they are back by themselves; None is until they say so.

    Their listings are not on the board, nobody can choose them, and what is open between them and others goes on.

    Raises:
        WrongDay, StandsOtherwise, NotAllowed, NotFound: with the sentence for the person.
    """
    check_themselves_or_looks_after(by, membership)
    word = kept_word(word)
    today = membership.timebank.day_of(at)
    if until is not None and not 0 < (until - today).days <= _LATEST:
        raise WrongDay("Choose the day on which they are back: tomorrow or later, and within five years.")
    hold(session, membership)
    if membership.status not in HERE:
        raise StandsOtherwise("%(name)s is not active here at the moment.", name=membership.name)
    membership.status, membership.paused_until = MembershipStatus.PAUSED, until
    session.flush()
    _write(session, Deed.PAUSED, "paused", membership, by, at, word, until)


def come_back(session: Session, membership: Membership, *, by: Membership, at: datetime) -> None:
    """They take part again; who is there already stays so.

    Raises:
        StandsOtherwise: they did not pause; who is suspended does not come back by themselves.
        NotAllowed, NotFound: with the sentence for the person.
    """
    check_themselves_or_looks_after(by, membership)
    hold(session, membership)
    if membership.status == MembershipStatus.ACTIVE:
        return
    if membership.status != MembershipStatus.PAUSED:
        raise StandsOtherwise("%(name)s did not pause.", name=membership.name)
    _set_active(session, membership)
    _write(session, Deed.CAME_BACK, "back", membership, by, at)


def suspend(session: Session, membership: Membership, *, word: str, by: Membership, at: datetime) -> None:
    """Nothing opens for them here, they are not listed, and no hours come or go, until that is lifted.

    Raises:
        WrongWord, StandsOtherwise, OnlyAdministrator, NotAllowed, NotFound: with the sentence for the person.
    """
    check_looks_after(by, membership)
    word = needed_word(word)
    hold(session, membership)
    if membership.status not in HERE:
        raise StandsOtherwise("%(name)s is not active here at the moment.", name=membership.name)
    check_another_administrator(session, membership)
    membership.status, membership.paused_until = MembershipStatus.SUSPENDED, None
    session.flush()
    _write(session, Deed.SUSPENDED, "suspended", membership, by, at, word)


def lift(session: Session, membership: Membership, *, by: Membership, at: datetime) -> None:
    """They take part again; who is there already stays so.

    Raises:
        StandsOtherwise, NotAllowed, NotFound: with the sentence for the person.
    """
    check_looks_after(by, membership)
    hold(session, membership)
    if membership.status == MembershipStatus.ACTIVE:
        return
    if membership.status != MembershipStatus.SUSPENDED:
        raise StandsOtherwise("%(name)s is not suspended.", name=membership.name)
    _set_active(session, membership)
    _write(session, Deed.CAME_BACK, "back", membership, by, at)


def wake(session: Session, timebank: Timebank, *, at: datetime) -> int:
    """Who was away until today or an earlier day is back, and told so. Returns how many."""
    away = session.scalars(
        select(Membership)
        .where(
            Membership.timebank_id == timebank.id,
            Membership.status == MembershipStatus.PAUSED,
            Membership.paused_until <= timebank.day_of(at),
        )
        .order_by(Membership.id)
        .with_for_update(key_share=True, skip_locked=True, of=Membership)
        .options(joinedload(Membership.timebank))
    ).all()
    for membership in away:
        _set_active(session, membership)
        _tell(session, "back", membership, at)
    return len(away)


def hold(session: Session, membership: Membership) -> None:
    """Of two who decide on someone at once, the second waits here and sees what the first wrote."""
    session.get(Membership, membership.id, with_for_update={"key_share": True}, populate_existing=True)
    if membership.person is not None:
        session.refresh(membership.person)


def check_themselves_or_looks_after(by: Membership, membership: Membership) -> None:
    """It is about oneself, as the member or as their supporter, or one looks after them.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    if by.id != membership.id:
        check_looks_after(by, membership)


def check_looks_after(by: Membership, membership: Membership) -> None:
    """A coordinator looks after others of their timebank, and an administrator after administrators too.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    if not (by.may(Permission.LOOK_AFTER_MEMBERS) or by.may(Permission.GIVE_ROLES)):
        raise NotAllowed("Coordinators look after members.")
    if membership.timebank_id != by.timebank_id:
        raise NotFound("There is no such person in this timebank.")
    if is_party(by, membership):
        raise NotAllowed("This is about yourself, or about whom you work for. Somebody else does it.")
    if Role.ADMINISTRATOR in membership.roles and not by.may(Permission.GIVE_ROLES):
        raise NotAllowed("%(name)s is an administrator. Another administrator does this.", name=membership.name)


def may_look_after(by: Membership, membership: Membership) -> bool:
    """Whether they may decide on them, as check_looks_after() says."""
    try:
        check_looks_after(by, membership)
    except (NotAllowed, NotFound):
        return False
    return True


def check_alone(by: Membership, membership: Membership) -> None:
    """It is about oneself, and nobody acts for one, or one looks after them.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    check_themselves(by)
    check_themselves_or_looks_after(by, membership)


def check_another_administrator(session: Session, membership: Membership) -> None:
    """Somebody else is administrator, or they are none.

    Raises:
        OnlyAdministrator: they are the only one.
    """
    if Role.ADMINISTRATOR not in membership.roles or membership.status not in _HERE_OR_SUSPENDED:
        return
    lock(session, membership.timebank_id)
    if not another_administrator(session, membership):
        raise OnlyAdministrator(
            "%(name)s is the only administrator. Give that role to someone else first.", name=membership.name
        )


def _set_active(session: Session, membership: Membership) -> None:
    membership.status, membership.paused_until = MembershipStatus.ACTIVE, None
    session.flush()


def _write(
    session: Session,
    deed: Deed,
    what: str,
    membership: Membership,
    by: Membership,
    at: datetime,
    word: str = "",
    until: date | None = None,
) -> None:
    """The decision stands in the log, and they are told of it, unless it is their own."""
    day = until.isoformat() if until is not None else ""
    audit_log.note(session, deed, by=by, about=membership, at=at, word=word, until=day)
    if by.id != membership.id or by.is_acted_for:
        _tell(session, what, membership, at, word, day)


def _tell(session: Session, what: str, membership: Membership, at: datetime, word: str = "", until: str = "") -> None:
    key = f"membership:{membership.id}:{what}:{at.isoformat()}"
    tell(session, NoticeKind.STANDING, membership, key=key, at=at, what=what, word=word, until=until)
