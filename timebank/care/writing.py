"""A letter of a coordinator to several members: whom it reaches, and how; each is told once. It never commits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.choices import Pace
from timebank.members.models import HERE, Membership
from timebank.notices import fates, outbox
from timebank.notices.models import LetterStop, NoticeKind
from timebank.policy import Permission
from timebank.refusals import NotAllowed, Unacceptable


@dataclass(slots=True)
class Reached:
    """Whom a letter reaches: by e-mail, or by the telephone because they wish so; and whom not, by the reason.

    `without_email` would have to be called, or handed it on paper. `declined` want no such letters, `outside` are those
    who have left or are suspended, and organisations, which read no letters.
    """

    by_email: list[Membership] = field(default_factory=list)
    by_phone: list[Membership] = field(default_factory=list)
    without_email: list[Membership] = field(default_factory=list)
    declined: list[Membership] = field(default_factory=list)
    outside: list[Membership] = field(default_factory=list)

    @property
    def told(self) -> list[Membership]:
        """Who will be told."""
        return [*self.by_email, *self.by_phone]


def reached(session: Session, people: Sequence[Membership]) -> Reached:
    """Whom of these people a letter would reach."""
    stopped = select(LetterStop.membership_id).where(
        LetterStop.kind == NoticeKind.BULK, LetterStop.membership_id.in_([one.id for one in people])
    )
    unwanted = set(session.scalars(stopped))
    found = Reached()
    for one in people:
        _place(found, one, declined=one.id in unwanted or one.pace == Pace.NEVER).append(one)
    return found


def write_to(
    session: Session, people: Sequence[Membership], *, subject: str, text: str, key: str, by: Membership, at: datetime
) -> Reached:
    """Each of these people whom a letter reaches will be told, once under this key; the audit log says how many.

    Raises:
        NotAllowed: they write to nobody here.
        Unacceptable: nobody would be reached.
    """
    if not by.may(Permission.WRITE_TO_MEMBERS) or any(one.timebank_id != by.timebank_id for one in people):
        raise NotAllowed("Coordinators write to members.")
    found = reached(session, people)
    if not found.told:
        raise Unacceptable("This letter would reach nobody. Choose someone with an e-mail.")
    outbox.tell_each(
        session, NoticeKind.BULK, found.told, key=f"bulk:{by.person_id}:{key}", at=at, subject=subject, text=text
    )
    audit_log.note(session, Deed.LETTER_SENT, by=by, about=None, at=at, number=len(found.told), subject=subject)
    session.flush()
    return found


def _place(found: Reached, one: Membership, *, declined: bool) -> list[Membership]:
    if one.person is None or one.status not in HERE:
        return found.outside
    if declined:
        return found.declined
    if one.pace == Pace.BY_PHONE:
        return found.by_phone
    return found.by_email if fates.address_of(one) else found.without_email
