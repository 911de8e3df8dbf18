"""What becomes of a notice: it is sent, a coordinator tells it by phone, or nobody does; pure decisions."""

from enum import Enum, auto

from timebank.members.choices import LeftBecause, Pace
from timebank.members.models import Membership, MembershipStatus
from timebank.notices.models import MUST_BE_TOLD, Notice, NoticeKind


class Fate(Enum):
    """What becomes of a notice."""

    SEND = auto()
    PHONE = auto()
    DROP = auto()


CANNOT_WAIT = frozenset({NoticeKind.PROPOSAL, NoticeKind.TO_CONFIRM, NoticeKind.DISPUTED, NoticeKind.DECIDED})
"""What a coordinator tells by phone to who has no e-mail, since somebody else waits for them."""
_TOLD_WHEN_GONE = frozenset({NoticeKind.STANDING, NoticeKind.APPLICATION_DECLINED})
_OUTSIDE = frozenset({MembershipStatus.LEFT, MembershipStatus.SUSPENDED})
_NO_LETTERS_EVER = frozenset({LeftBecause.DIED, LeftBecause.MERGED})


def fate_of(notice: Notice, *, stopped: bool) -> Fate:
    """What becomes of the notice as its reader stands now; `stopped` says that they declined letters of its kind."""
    to = notice.membership
    if to is None:
        return Fate.SEND
    must = notice.kind in MUST_BE_TOLD
    if _is_gone(to, notice.kind) or (stopped and not must):
        return Fate.DROP
    if to.pace == Pace.BY_PHONE:
        return Fate.PHONE
    if to.pace == Pace.NEVER and not must:
        return Fate.DROP
    if address_of(to) is None:
        return Fate.PHONE if notice.kind in CANNOT_WAIT else Fate.DROP
    return Fate.SEND


def address_of(membership: Membership) -> str | None:
    """Where letters to the member go; None for an organisation, and for who has no e-mail."""
    return membership.person.email or None if membership.person else None


def _is_gone(to: Membership, kind: NoticeKind) -> bool:
    """Whether they are told nothing of this kind any more: they left, are suspended, or have died."""
    if to.left_because in _NO_LETTERS_EVER:
        return True
    return to.status in _OUTSIDE and kind not in _TOLD_WHEN_GONE
