"""The table of who may do what, in the reader's words; what each role is for stands beside the roles."""

from typing import Any

from flask_babel import lazy_gettext as _

from timebank.policy import Permission

MAY: dict[Permission, Any] = {
    Permission.SEE_HOME: _("Open the first page, with what is to do"),
    Permission.SEE_BOARD: _("Read offers and requests on the board"),
    Permission.SEE_MEMBERS: _("Read what members tell of themselves, as far as they let them"),
    Permission.KEEP_OWN_PAGE: _("Keep a page of their own"),
    Permission.INVITE: _("Invite someone to join"),
    Permission.OFFER_AND_REQUEST: _("Put offers and requests on the board"),
    Permission.EXCHANGE: _("Agree on help, log it and confirm it"),
    Permission.SEE_OWN_STATEMENT: _("See their own hours"),
    Permission.GIVE_HOURS: _("Give hours away"),
    Permission.LOG_FOR_OTHERS: _("Log time for others"),
    Permission.DECIDE_EXCHANGES: _("Approve exchanges, and settle what two see differently"),
    Permission.RECORD_PROFESSIONALS: _("Record the paid hours of professionals"),
    Permission.SEE_PEOPLE: _("See the list of everyone’s names"),
    Permission.ENROL: _("Welcome new members"),
    Permission.KEEP_ACCOUNTS: _("See anybody’s hours, and put right what is wrong"),
    Permission.LOOK_AFTER_MEMBERS: _("Look after members: supporters, pauses, references, leaving"),
    Permission.SEE_SAFEGUARDING: _("Read and write safeguarding notes"),
    Permission.SEE_AUDIT_LOG: _("Read who decided what"),
    Permission.WRITE_TO_MEMBERS: _("Write to many members at once"),
    Permission.SEE_REPORTS: _("See exact figures of the whole timebank"),
    Permission.RELEASE_REPORTS: _("Release reports"),
    Permission.SEE_RELEASES: _("Read released reports"),
    Permission.GIVE_ROLES: _("Say who may do what"),
    Permission.SET_POLICY: _("Set the rules and the look"),
}
