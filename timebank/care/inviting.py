"""Invitations: a code by link or on a printed card, with which one person may ask to join; nothing here commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from timebank.care.models import Application, Invitation
from timebank.care.standing import hold
from timebank.members import codes
from timebank.members.audit_log import Deed, note
from timebank.members.choices import Joining
from timebank.members.models import HERE, Membership, Timebank
from timebank.policy import Permission
from timebank.refusals import Conflict, NotAllowed, NotFound, Unacceptable

USUAL_DAYS = 30
LONGEST_DAYS = 366
AT_ONCE = 8
"""How many cards are made together: a sheet of them."""
MOST_OPEN = 60
"""How many invitations one member may have open, so that one lost telephone does not invite a town."""
_CODE_WORDS = 3


class WrongDay(Unacceptable):
    """The last day has passed, or is too far away."""


class InvitationSpent(Conflict):
    """Somebody has used the invitation, it was ended, or its last day has passed."""


@dataclass(frozen=True, slots=True)
class Came:
    """An invitation and what came of it: the application, where there is one."""

    invitation: Invitation
    application: Application | None

    def is_open(self, today: date) -> bool:
        """Whether somebody can still use it."""
        return self.application is None and _stands(self.invitation, today)


def invite(
    session: Session, timebank: Timebank, *, name: str, last_day: date, count: int, by: Membership, at: datetime
) -> list[Invitation]:
    """There are so many invitations, each for one person.

    Raises:
        NotAllowed: who does it may not invite, or nobody can join at the moment.
        WrongDay, Unacceptable: the day makes no sense; too many, or one name for several.
    """
    if by.timebank_id != timebank.id or not by.may(Permission.INVITE):
        raise NotAllowed("Members and coordinators invite others.")
    if timebank.joining == Joining.NOBODY:
        raise NotAllowed("%(timebank)s takes no new members at the moment.", timebank=timebank.name)
    today, tidy = timebank.day_of(at), " ".join(name.split())
    if not today <= last_day <= today + timedelta(days=LONGEST_DAYS):
        raise WrongDay("Choose a day from today on, within a year.")
    if not 1 <= count <= AT_ONCE:
        raise Unacceptable("Make from 1 to %(most)d cards at once.", most=AT_ONCE)
    if tidy and count > 1:
        raise Unacceptable("One name goes on one card. Make one, or leave the name empty.")
    # Of two sheets that somebody makes at once, the second waits here, and is counted with the first.
    hold(session, by)
    if _open_count(session, by, today) + count > MOST_OPEN:
        raise Unacceptable("You have many invitations open. End some that nobody will use, and make new ones then.")
    made = [
        Invitation(timebank_id=timebank.id, code=codes.draw(_CODE_WORDS), name=tidy, by=by, at=at, last_day=last_day)
        for _ in range(count)
    ]
    session.add_all(made)
    session.flush()
    # Without the name: who is invited has not asked us to keep it for ever.
    note(session, Deed.INVITED, by=by, about=None, at=at, count=count, last_day=last_day.isoformat())
    return made


def end(session: Session, timebank: Timebank, invitation_id: int, *, by: Membership, at: datetime) -> Invitation:
    """Nobody can use the invitation any more.

    Raises:
        NotFound: it is of another timebank, or somebody else's and who ends it is no coordinator.
        InvitationSpent: it was used, or was ended before.
    """
    invitation = to_end(session, timebank, invitation_id, by=by, locked=True)
    if invitation.ended_at is not None or _used(session, invitation):
        raise InvitationSpent("This invitation has been used or has ended already.")
    invitation.ended_at = at
    note(session, Deed.INVITATION_ENDED, by=by, about=None, at=at)
    session.flush()
    return invitation


def to_end(
    session: Session, timebank: Timebank, invitation_id: int, *, by: Membership, locked: bool = False
) -> Invitation:
    """The invitation, if this member may end it.

    Raises:
        NotFound: it is of another timebank, or somebody else's and who asks is no coordinator.
    """
    invitation = session.get(Invitation, invitation_id, with_for_update=locked or None, populate_existing=locked)
    if invitation is None or invitation.timebank_id != timebank.id or not _may_see(invitation, by):
        raise NotFound("There is no such invitation here.")
    return invitation


def with_code(session: Session, timebank: Timebank, code: str, *, today: date, locked: bool = False) -> Invitation:
    """The invitation with this code, if somebody can still use it; `locked` makes whoever else would use it wait.

    Raises:
        NotFound: there is none here.
        InvitationSpent: it has been used, or has ended.
    """
    query = select(Invitation).where(Invitation.code == codes.tidy(code), Invitation.timebank_id == timebank.id)
    if locked:
        query = query.with_for_update(of=Invitation).execution_options(populate_existing=True)
    invitation = session.scalar(query)
    if invitation is None:
        raise NotFound("We do not know this invitation. Look at the code once more, or call us.")
    if not _stands(invitation, today) or _used(session, invitation):
        raise InvitationSpent("This invitation has been used or has ended. Ask for a new one, or call us.")
    return invitation


def page_of(
    session: Session, timebank: Timebank, *, by: Membership, limit: int, offset: int
) -> tuple[Sequence[Came], int]:
    """One page of the invitations, the newest first, with what came of each, and how many there are.

    A member sees those they made, who welcomes new members sees all.
    """
    query = _seen_by(timebank, by)
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(Invitation.id.desc()).limit(limit).offset(offset)
    return _with_what_came(session, session.scalars(page.options(*_with_names())).all()), count


def cards(
    session: Session, timebank: Timebank, invitation_ids: Collection[int], *, by: Membership, today: date
) -> list[Invitation]:
    """Those of these invitations that can still be used and that this member may print."""
    query = _seen_by(timebank, by).where(Invitation.id.in_(invitation_ids)).order_by(Invitation.id)
    came = _with_what_came(session, session.scalars(query.options(*_with_names())).all())
    return [one.invitation for one in came if one.is_open(today)]


def _stands(invitation: Invitation, today: date) -> bool:
    return invitation.ended_at is None and invitation.last_day >= today and invitation.by.status in HERE


def _used(session: Session, invitation: Invitation) -> bool:
    return session.scalar(select(Application.id).where(Application.invitation_id == invitation.id).limit(1)) is not None


def _may_see(invitation: Invitation, by: Membership) -> bool:
    return invitation.by_id == by.id or by.may(Permission.ENROL)


def _seen_by(timebank: Timebank, by: Membership) -> Select[Invitation]:
    query = select(Invitation).where(Invitation.timebank_id == timebank.id)
    return query if by.may(Permission.ENROL) else query.where(Invitation.by_id == by.id)


def _open_count(session: Session, by: Membership, today: date) -> int:
    is_open: list[ColumnElement[bool]] = [
        Invitation.by_id == by.id,
        Invitation.ended_at.is_(None),
        Invitation.last_day >= today,
        ~exists().where(Application.invitation_id == Invitation.id),
    ]
    return session.scalar(select(func.count()).select_from(Invitation).where(*is_open)) or 0


def _with_what_came(session: Session, invitations: Sequence[Invitation]) -> list[Came]:
    query = select(Application).where(Application.invitation_id.in_([one.id for one in invitations]))
    named = query.options(joinedload(Application.membership).joinedload(Membership.person))
    came = {one.invitation_id: one for one in session.scalars(named)}
    return [Came(one, came.get(one.id)) for one in invitations]


def _with_names() -> tuple[ORMOption, ...]:
    return (joinedload(Invitation.by).joinedload(Membership.person),)
