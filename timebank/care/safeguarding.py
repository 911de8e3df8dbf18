"""Notes that a safeguarding lead keeps about a member, and reads only after it is written down that they do."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from timebank.care.models import SafeguardingNote
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine, Membership
from timebank.members.rules import NotYourOwn, WrongWord
from timebank.policy import Permission
from timebank.refusals import NotAllowed, NotFound

LONGEST_NOTE = 4000


class NotOpened(NotAllowed):
    """The notes are read only once it is written down that somebody reads them."""


def write(session: Session, membership: Membership, text: str, *, by: Membership, at: datetime) -> SafeguardingNote:
    """The note is kept; that it was written stands in the audit log, and not a word of what it says.

    Raises:
        NotAllowed, NotFound: who does it is no safeguarding lead here; it is about themselves.
        WrongWord: there is nothing in it, or too much.
    """
    check_may(by, membership)
    if not text.strip():
        raise WrongWord("Write what should be kept.")
    if len(text.strip()) > LONGEST_NOTE:
        raise WrongWord("Use at most %(most)d letters.", most=LONGEST_NOTE)
    note = SafeguardingNote(membership_id=membership.id, text=text.strip(), at=at, by_id=by.hand_id)
    session.add(note)
    session.flush()
    audit_log.note(session, Deed.NOTE_WRITTEN, by=by, about=membership, at=at)
    return note


def open_for(session: Session, membership: Membership, *, by: Membership, at: datetime) -> None:
    """For the rest of the day this reader reads what is written about the member, and the audit log says so, once.

    Raises:
        NotAllowed, NotFound: as write().
    """
    check_may(by, membership)
    if not is_open(session, membership, by=by, at=at):
        audit_log.note(session, Deed.NOTE_READ, by=by, about=membership, at=at)
        session.flush()


def is_open(session: Session, membership: Membership, *, by: Membership, at: datetime) -> bool:
    """Whether the audit log says that this reader reads the member's notes today."""
    today = membership.timebank.day_of(at)
    since = datetime.combine(today, time(), tzinfo=ZoneInfo(membership.timebank.time_zone))
    written = select(AuditLine.id).where(
        AuditLine.about_id == membership.id,
        AuditLine.deed == Deed.NOTE_READ.value,
        AuditLine.by_id == by.hand_id,
        AuditLine.at >= since,
    )
    return session.scalar(written.limit(1)) is not None


def notes_about(
    session: Session, membership: Membership, *, by: Membership, at: datetime, limit: int, offset: int
) -> Sequence[SafeguardingNote]:
    """One page of what is written about the member, the newest first.

    Raises:
        NotAllowed, NotFound: as write().
        NotOpened: the audit log does not say yet that they are read today.
    """
    check_may(by, membership)
    if not is_open(session, membership, by=by, at=at):
        raise NotOpened("Open the notes first. It is written down who reads them.")
    query = select(SafeguardingNote).where(SafeguardingNote.membership_id == membership.id)
    newest = query.order_by(SafeguardingNote.id.desc()).limit(limit).offset(offset)
    return session.scalars(newest.options(joinedload(SafeguardingNote.by))).all()


def count_about(session: Session, membership: Membership, *, by: Membership) -> int:
    """How many notes there are about the member.

    Raises:
        NotAllowed, NotFound: as write().
    """
    check_may(by, membership)
    which = SafeguardingNote.membership_id == membership.id
    return session.scalar(select(func.count()).select_from(SafeguardingNote).where(which)) or 0


def check_may(by: Membership, membership: Membership) -> None:
    """A safeguarding lead keeps notes about others of their timebank.

    Raises:
        NotAllowed, NotFound: with the sentence for the person.
    """
    if not by.may(Permission.SEE_SAFEGUARDING):
        raise NotAllowed("Only the safeguarding lead reads and writes these notes.")
    if membership.timebank_id != by.timebank_id:
        raise NotFound("There is no such person in this timebank.")
    if membership.id == by.id:
        raise NotYourOwn("These notes are about yourself. Another safeguarding lead keeps them.")
