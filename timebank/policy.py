"""Roles, permissions, and the one table of who may do what; it never looks at a person or a page."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What someone is in a timebank; a person may be several."""

    MEMBER = "member"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    FUNDER = "funder"
    SAFEGUARDING = "safeguarding"


class Permission(StrEnum):
    """What a page or a step may ask for before it opens."""

    SEE_HOME = "see home"
    SEE_BOARD = "see the board"
    SEE_MEMBERS = "see members' pages"
    KEEP_OWN_PAGE = "keep one's own page"
    INVITE = "invite"
    OFFER_AND_REQUEST = "offer and request"
    EXCHANGE = "exchange help"
    SEE_OWN_STATEMENT = "see one's own statement"
    GIVE_HOURS = "give hours"
    LOG_FOR_OTHERS = "log for others"
    DECIDE_EXCHANGES = "decide exchanges"
    RECORD_PROFESSIONALS = "record professionals' hours"
    SEE_PEOPLE = "see people"
    ENROL = "enrol"
    KEEP_ACCOUNTS = "keep accounts"
    LOOK_AFTER_MEMBERS = "look after members"
    SEE_SAFEGUARDING = "see safeguarding notes"
    SEE_AUDIT_LOG = "see the audit log"
    WRITE_TO_MEMBERS = "write to members"
    SEE_REPORTS = "see exact reports"
    RELEASE_REPORTS = "release reports"
    SEE_RELEASES = "see releases"
    GIVE_ROLES = "give roles"
    SET_POLICY = "set the policy"


_MEMBER = frozenset({Role.MEMBER})
_COORDINATOR = frozenset({Role.COORDINATOR})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_FUNDER = frozenset({Role.FUNDER})
_SAFEGUARDING = frozenset({Role.SAFEGUARDING})

GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.SEE_HOME: _MEMBER | _COORDINATOR | _ADMINISTRATOR | _SAFEGUARDING,
    Permission.SEE_BOARD: _MEMBER | _COORDINATOR,
    Permission.SEE_MEMBERS: _MEMBER | _COORDINATOR,
    Permission.KEEP_OWN_PAGE: _MEMBER,
    Permission.INVITE: _MEMBER | _COORDINATOR,
    Permission.OFFER_AND_REQUEST: _MEMBER,
    Permission.EXCHANGE: _MEMBER | _COORDINATOR,
    Permission.SEE_OWN_STATEMENT: _MEMBER,
    Permission.GIVE_HOURS: _MEMBER,
    Permission.LOG_FOR_OTHERS: _COORDINATOR,
    Permission.DECIDE_EXCHANGES: _COORDINATOR,
    Permission.RECORD_PROFESSIONALS: _COORDINATOR,
    Permission.SEE_PEOPLE: _COORDINATOR | _ADMINISTRATOR | _SAFEGUARDING,
    Permission.ENROL: _COORDINATOR | _ADMINISTRATOR,
    Permission.KEEP_ACCOUNTS: _COORDINATOR,
    Permission.LOOK_AFTER_MEMBERS: _COORDINATOR,
    Permission.SEE_SAFEGUARDING: _SAFEGUARDING,
    Permission.SEE_AUDIT_LOG: _COORDINATOR | _ADMINISTRATOR,
    Permission.WRITE_TO_MEMBERS: _COORDINATOR,
    Permission.SEE_REPORTS: _COORDINATOR,
    Permission.RELEASE_REPORTS: _COORDINATOR,
    Permission.SEE_RELEASES: _MEMBER | _COORDINATOR | _ADMINISTRATOR | _FUNDER,
    Permission.GIVE_ROLES: _ADMINISTRATOR,
    Permission.SET_POLICY: _ADMINISTRATOR,
}

BY_SUPPORTERS = frozenset(
    {
        Permission.SEE_HOME,
        Permission.SEE_BOARD,
        Permission.SEE_MEMBERS,
        Permission.KEEP_OWN_PAGE,
        Permission.OFFER_AND_REQUEST,
        Permission.EXCHANGE,
        Permission.SEE_OWN_STATEMENT,
    }
)
"""What a supporter may do as the member for whom they act: never more than the member may, and no gifts of hours."""


def may(roles: Iterable[Role], permission: Permission) -> bool:
    """Whether any of these roles grants the permission."""
    return not GRANTS[permission].isdisjoint(roles)
