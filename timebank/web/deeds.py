"""The sentences of the audit log, for each deed, and the kinds of deed that one looks for; they hold no values."""

from typing import Any

from flask_babel import lazy_gettext as _l

from timebank.members.audit_log import Deed

SAID: dict[Deed, tuple[Any, ...]] = {
    Deed.ENROLLED: (
        _l("On %(on)s %(who)s welcomed %(name)s, number %(number)s."),
        _l("On %(on)s %(who)s welcomed %(name)s."),
    ),
    Deed.ROLES_GIVEN: (
        _l("On %(on)s %(who)s changed what %(name)s may do here: from %(before)s to %(after)s."),
        _l("On %(on)s %(who)s changed what %(name)s may do here."),
    ),
    Deed.CARD_PRINTED: (
        _l("On %(on)s %(who)s made a sign-in card for %(name)s, with a link that sets a password until %(until)s."),
        _l("On %(on)s %(who)s made a sign-in card for %(name)s."),
    ),
    Deed.APPLICATION_WELCOMED: (
        _l("On %(on)s %(who)s said yes to the application of %(name)s, who has the number %(number)s."),
        _l("On %(on)s %(who)s said yes to the application of %(name)s."),
    ),
    Deed.APPLICATION_DECLINED: (_l("On %(on)s %(who)s declined an application to join."),),
    Deed.INVITED: (_l("On %(on)s %(who)s made %(invitations)s, until %(until)s."),),
    Deed.INVITATION_ENDED: (_l("On %(on)s %(who)s ended an invitation."),),
    Deed.TERMS_PUBLISHED: (
        _l("On %(on)s %(who)s published version %(version)s of the terms."),
        _l("On %(on)s %(who)s published new terms."),
    ),
    Deed.TERMS_ON_PAPER: (
        _l("On %(on)s %(who)s wrote down that %(name)s agreed to version %(version)s of the terms on paper."),
        _l("On %(on)s %(who)s wrote down that %(name)s agreed to the terms on paper."),
    ),
    Deed.PAGE_CHANGED: (
        _l("On %(on)s %(who)s changed the page of %(name)s: %(what)s."),
        _l("On %(on)s %(who)s changed the page of %(name)s."),
    ),
    Deed.SUPPORTER_AGREED: (
        _l("On %(on)s %(who)s wrote down that %(other)s may act for %(name)s until %(until)s."),
        _l("On %(on)s %(who)s wrote down that %(other)s may act for %(name)s."),
        _l("On %(on)s %(who)s wrote down who may act for %(name)s."),
    ),
    Deed.SUPPORTER_ENDED: (
        _l("On %(on)s %(who)s ended that %(other)s acts for %(name)s."),
        _l("On %(on)s %(who)s ended that somebody acts for %(name)s."),
    ),
    Deed.PAUSED: (
        _l("On %(on)s %(who)s wrote down that %(name)s is away until %(until)s."),
        _l("On %(on)s %(who)s wrote down that %(name)s is away."),
    ),
    Deed.CAME_BACK: (_l("On %(on)s %(who)s wrote down that %(name)s is back."),),
    Deed.SUSPENDED: (_l("On %(on)s %(who)s suspended %(name)s."),),
    Deed.LEFT: (
        _l("On %(on)s %(who)s wrote down that %(name)s has left, with a balance of %(hours)s."),
        _l("On %(on)s %(who)s wrote down that %(name)s has left."),
    ),
    Deed.DIED: (
        _l("On %(on)s %(who)s wrote down that %(name)s died on %(day)s."),
        _l("On %(on)s %(who)s wrote down that %(name)s has died."),
    ),
    Deed.REJOINED: (_l("On %(on)s %(who)s wrote down that %(name)s is a member again."),),
    Deed.MERGED: (
        _l("On %(on)s %(who)s joined two entries of the same person: number %(number)s into %(name)s."),
        _l("On %(on)s %(who)s joined two entries of the same person, %(name)s."),
    ),
    Deed.ERASED: (
        _l("On %(on)s %(who)s erased what was known of number %(number)s. The hours stay in every total."),
        _l("On %(on)s %(who)s erased what was known of a member. The hours stay in every total."),
    ),
    Deed.DATA_GIVEN: (_l("On %(on)s %(who)s made a file of all that is kept of %(name)s."),),
    Deed.LOGGED: (
        _l("On %(on)s %(who)s logged %(hours)s that %(provider)s gave to %(receiver)s."),
        _l("On %(on)s %(who)s logged %(hours)s that %(name)s gave to %(other)s."),
        _l("On %(on)s %(who)s logged %(hours)s for %(name)s."),
        _l("On %(on)s %(who)s logged time for %(name)s."),
        _l("On %(on)s %(who)s logged time for others."),
    ),
    Deed.CONFIRMED_FOR: (
        _l("On %(on)s %(who)s wrote down that %(name)s said by phone: %(hours)s with %(other)s is right."),
        _l("On %(on)s %(who)s wrote down that %(name)s confirmed an exchange by phone."),
    ),
    Deed.APPROVED: (
        _l("On %(on)s %(who)s approved %(hours)s that %(name)s gave to %(other)s."),
        _l("On %(on)s %(who)s approved %(hours)s that %(name)s gave."),
        _l("On %(on)s %(who)s approved an exchange of %(name)s."),
        _l("On %(on)s %(who)s approved an exchange."),
    ),
    Deed.SETTLED: (
        _l("On %(on)s %(who)s settled at %(hours)s what %(name)s gave to %(other)s."),
        _l("On %(on)s %(who)s settled at %(hours)s what %(name)s gave."),
        _l("On %(on)s %(who)s settled an exchange of %(name)s."),
        _l("On %(on)s %(who)s settled an exchange."),
    ),
    Deed.SENT_BACK: (
        _l("On %(on)s %(who)s sent back for another look what %(name)s gave to %(other)s: %(hours)s."),
        _l("On %(on)s %(who)s sent an exchange of %(name)s back for another look."),
        _l("On %(on)s %(who)s sent an exchange back for another look."),
    ),
    Deed.DECLINED: (
        _l("On %(on)s %(who)s declined %(hours)s that %(name)s gave to %(other)s."),
        _l("On %(on)s %(who)s declined an exchange of %(name)s."),
        _l("On %(on)s %(who)s declined an exchange."),
    ),
    Deed.REVERSED: (
        _l("On %(on)s %(who)s took back %(hours)s that %(name)s had given to %(other)s."),
        _l("On %(on)s %(who)s took back %(hours)s that %(name)s had given."),
        _l("On %(on)s %(who)s took back the hours of an exchange of %(name)s."),
        _l("On %(on)s %(who)s took back the hours of an exchange."),
    ),
    Deed.HOURS_MOVED: (
        _l("On %(on)s %(who)s moved %(hours)s from %(payer)s to %(payee)s: %(what)s."),
        _l("On %(on)s %(who)s moved %(hours)s from %(payer)s to %(payee)s."),
        _l("On %(on)s %(who)s moved %(hours)s on the account of %(name)s."),
        _l("On %(on)s %(who)s moved hours."),
    ),
    Deed.LIMIT_CHANGED: (
        _l("On %(on)s %(who)s changed the limit of %(name)s from %(before)s to %(after)s."),
        _l("On %(on)s %(who)s changed the limit of %(name)s."),
    ),
    Deed.ACCOUNT_CLOSED: (_l("On %(on)s %(who)s closed the account of %(name)s."),),
    Deed.ACCOUNT_REOPENED: (_l("On %(on)s %(who)s opened the account of %(name)s again."),),
    Deed.POLICY_CHANGED: (
        _l("On %(on)s %(who)s changed a rule. %(what)s: from %(before)s to %(after)s."),
        _l("On %(on)s %(who)s changed the rules."),
    ),
    Deed.LOOK_CHANGED: (_l("On %(on)s %(who)s changed how the timebank looks: %(what)s."),),
    Deed.CATEGORY_CHANGED: (_l("On %(on)s %(who)s changed the kinds of help."),),
    Deed.LISTING_TAKEN_DOWN: (
        _l("On %(on)s %(who)s took “%(title)s” of %(name)s down from the board."),
        _l("On %(on)s %(who)s took down from the board what %(name)s had put there."),
    ),
    Deed.CONCERN_CLOSED: (_l("On %(on)s %(who)s dealt with a concern."),),
    Deed.CONVERSATION_READ: (
        _l("On %(on)s %(who)s read what two members wrote to each other, to look into a concern."),
    ),
    Deed.VETTED: (
        _l("On %(on)s %(who)s wrote down what they looked at about %(name)s on %(day)s: %(what)s, until %(until)s."),
        _l("On %(on)s %(who)s wrote down what they looked at about %(name)s on %(day)s: %(what)s."),
        _l("On %(on)s %(who)s wrote down what they looked at about %(name)s."),
    ),
    Deed.VETTING_ENDED: (
        _l("On %(on)s %(who)s wrote down that something about %(name)s holds no longer: %(what)s."),
        _l("On %(on)s %(who)s wrote down that something about %(name)s holds no longer."),
    ),
    Deed.NOTE_READ: (_l("On %(on)s %(who)s read the safeguarding notes about %(name)s."),),
    Deed.NOTE_WRITTEN: (_l("On %(on)s %(who)s wrote a safeguarding note about %(name)s."),),
    Deed.LETTER_SENT: (_l("On %(on)s %(who)s wrote to %(people)s: “%(subject)s”."),),
    Deed.TOLD_BY_PHONE: (
        _l("On %(on)s %(who)s told %(name)s by phone: %(what)s."),
        _l("On %(on)s %(who)s told %(name)s by phone what the timebank had for them."),
    ),
    Deed.RELEASED: (
        _l("On %(on)s %(who)s released a report for %(what)s."),
        _l("On %(on)s %(who)s released a report."),
    ),
}
"""For each deed its sentences, the fullest first: the first one is taken for which everything was told."""

BY_WHAT: dict[tuple[Deed, str], tuple[Any, ...]] = {
    (Deed.SUPPORTER_AGREED, "agreed"): (
        _l("On %(on)s %(who)s agreed to act for %(name)s until %(until)s."),
        _l("On %(on)s %(who)s agreed to act for %(name)s."),
    ),
    (Deed.SUPPORTER_ENDED, "their own"): (
        _l("On %(on)s %(who)s ended that %(other)s acts for them."),
        _l("On %(on)s %(who)s ended that somebody acts for them."),
    ),
    (Deed.SUPPORTER_ENDED, "as the supporter"): (_l("On %(on)s %(who)s ended that they act for %(name)s."),),
    (Deed.PAGE_CHANGED, "offer written"): (_l("On %(on)s %(who)s put an offer of %(name)s on the board."),),
    (Deed.PAGE_CHANGED, "offer changed"): (_l("On %(on)s %(who)s changed an offer of %(name)s on the board."),),
    (Deed.PAGE_CHANGED, "offer renewed"): (_l("On %(on)s %(who)s renewed an offer of %(name)s on the board."),),
    (Deed.PAGE_CHANGED, "offer taken off"): (_l("On %(on)s %(who)s took an offer of %(name)s off the board."),),
    (Deed.PAGE_CHANGED, "request written"): (_l("On %(on)s %(who)s put a request of %(name)s on the board."),),
    (Deed.PAGE_CHANGED, "request changed"): (_l("On %(on)s %(who)s changed a request of %(name)s on the board."),),
    (Deed.PAGE_CHANGED, "request renewed"): (_l("On %(on)s %(who)s renewed a request of %(name)s on the board."),),
    (Deed.PAGE_CHANGED, "request taken off"): (_l("On %(on)s %(who)s took a request of %(name)s off the board."),),
    (Deed.CATEGORY_CHANGED, "added"): (_l("On %(on)s %(who)s added the kind of help “%(name)s”."),),
    (Deed.CATEGORY_CHANGED, "renamed"): (_l("On %(on)s %(who)s renamed the kind of help “%(before)s” to “%(name)s”."),),
    (Deed.CATEGORY_CHANGED, "moved"): (
        _l("On %(on)s %(who)s moved the kind of help “%(name)s” to “%(group)s”."),
        _l("On %(on)s %(who)s made the kind of help “%(name)s” stand by itself."),
    ),
    (Deed.CATEGORY_CHANGED, "retired"): (_l("On %(on)s %(who)s retired the kind of help “%(name)s”."),),
    (Deed.CATEGORY_CHANGED, "brought back"): (_l("On %(on)s %(who)s brought the kind of help “%(name)s” back."),),
    (Deed.CATEGORY_CHANGED, "suggested"): (_l("On %(on)s %(who)s added the kinds of help that are suggested."),),
}
"""The sentences of a deed that is told otherwise by what it was; they go before those of the deed."""

GROUPS: dict[str, tuple[Any, frozenset[Deed]]] = {
    "people": (
        _l("People"),
        frozenset(
            {
                Deed.ENROLLED, Deed.ROLES_GIVEN, Deed.CARD_PRINTED, Deed.APPLICATION_WELCOMED,
                Deed.APPLICATION_DECLINED, Deed.INVITED, Deed.INVITATION_ENDED, Deed.TERMS_ON_PAPER,
                Deed.PAGE_CHANGED, Deed.SUPPORTER_AGREED, Deed.SUPPORTER_ENDED, Deed.PAUSED, Deed.CAME_BACK,
                Deed.SUSPENDED, Deed.LEFT, Deed.DIED, Deed.REJOINED, Deed.MERGED, Deed.ERASED,
                Deed.DATA_GIVEN,
            }
        ),
    ),
    "exchanges": (
        _l("Exchanges"),
        frozenset(
            {
                Deed.LOGGED, Deed.CONFIRMED_FOR, Deed.APPROVED, Deed.SETTLED, Deed.SENT_BACK, Deed.DECLINED,
                Deed.REVERSED,
            }
        ),
    ),
    "hours": (
        _l("Hours and accounts"),
        frozenset({Deed.HOURS_MOVED, Deed.LIMIT_CHANGED, Deed.ACCOUNT_CLOSED, Deed.ACCOUNT_REOPENED}),
    ),
    "trust": (
        _l("Trust and safety"),
        frozenset(
            {
                Deed.CONCERN_CLOSED,
                Deed.CONVERSATION_READ,
                Deed.VETTED,
                Deed.VETTING_ENDED,
                Deed.NOTE_READ,
                Deed.NOTE_WRITTEN,
            }
        ),
    ),
    "board": (_l("The board"), frozenset({Deed.CATEGORY_CHANGED, Deed.LISTING_TAKEN_DOWN})),
    "words": (_l("Letters and reports"), frozenset({Deed.LETTER_SENT, Deed.TOLD_BY_PHONE, Deed.RELEASED})),
    "rules": (_l("Rules and look"), frozenset({Deed.POLICY_CHANGED, Deed.LOOK_CHANGED, Deed.TERMS_PUBLISHED})),
}  # fmt: skip
"""The kinds of deed that one looks for; each deed is of one."""

FOR_ADMINISTRATORS = frozenset({Deed.NOTE_READ, Deed.NOTE_WRITTEN})
"""What coordinators do not read in the log: that there are notes about someone would say something about them."""
