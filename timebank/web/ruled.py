"""The rules of a timebank in the reader's words: what each is called, what it says, and what a change of it means."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from timebank.hours import Hours
from timebank.members.choices import Approval, Joining, Leaving, Readers
from timebank.members.models import Timebank
from timebank.members.policies import Rule
from timebank.web.balanced import limit_words
from timebank.web.words import hours

LABELS: dict[Rule, Any] = {
    Rule.NAME: _l("Name"),
    Rule.CONTACT_NAME: _l("Whom to ask"),
    Rule.CONTACT_PHONE: _l("Phone"),
    Rule.CONTACT_HOURS: _l("When to call"),
    Rule.ABOUT: _l("About us"),
    Rule.LOCALE: _l("Language"),
    Rule.TIME_ZONE: _l("Time zone"),
    Rule.CREDIT_LIMIT: _l("Credit limit"),
    Rule.WARN_BELOW: _l("Told how much is left"),
    Rule.WELCOME: _l("Welcome hours"),
    Rule.STEP: _l("Steps of time"),
    Rule.APPROVAL: _l("What a coordinator approves"),
    Rule.APPROVAL_ABOVE: _l("A coordinator approves above"),
    Rule.SILENCE: _l("Silence says yes"),
    Rule.QUIET: _l("Gone quiet"),
    Rule.LISTING: _l("How long listings stand"),
    Rule.OUTLIER: _l("Hours worth a look"),
    Rule.FAR_BALANCE: _l("Far from zero"),
    Rule.BALANCES_SEEN_BY: _l("Who sees balances"),
    Rule.JOINING: _l("Who may join"),
    Rule.LEAVING: _l("When someone leaves"),
    Rule.DISCLOSURE: _l("Fewest people in a report"),
}
LANGUAGES = {"en_GB": _l("English")}
CHOICES: dict[Rule, dict[str, Any]] = {
    Rule.LOCALE: LANGUAGES,
    Rule.APPROVAL: {
        Approval.ALL: _l("every exchange"),
        Approval.ABOVE: _l("longer exchanges"),
        Approval.NEWCOMERS: _l("the first three exchanges of a new member"),
        Approval.NONE: _l("no exchange"),
    },
    Rule.BALANCES_SEEN_BY: {
        Readers.COORDINATORS: _l("the coordinators"),
        Readers.AGREED: _l("the coordinators, and whoever has agreed an exchange with them"),
        Readers.MEMBERS: _l("all members"),
    },
    Rule.JOINING: {
        Joining.ANYONE: _l("anyone"),
        Joining.INVITED: _l("who is invited"),
        Joining.NOBODY: _l("nobody at the moment"),
    },
    Rule.LEAVING: {
        Leaving.SETTLE: _l("the community takes over their hours"),
        Leaving.AT_ZERO: _l("they come to zero first"),
    },
}
_NAMED = frozenset({Rule.NAME, Rule.CONTACT_NAME, Rule.CONTACT_PHONE, Rule.CONTACT_HOURS, Rule.TIME_ZONE})
"""What a sentence tells as it stands, without quotation marks."""
_MINUTES = frozenset({Rule.WARN_BELOW, Rule.WELCOME, Rule.STEP, Rule.APPROVAL_ABOVE, Rule.OUTLIER, Rule.FAR_BALANCE})
_DAYS = frozenset({Rule.SILENCE, Rule.QUIET, Rule.LISTING})


def said_words(rule: Rule, value: Any) -> str:
    """What a rule says, in the middle of a sentence: "20 hours below zero", "14 days", "nothing"."""
    if rule == Rule.CREDIT_LIMIT:
        return limit_minutes_words(value)
    if rule in _MINUTES and isinstance(value, int):
        return hours(Hours(value))
    if rule in _DAYS:
        return ngettext("%(num)d day", "%(num)d days", value) if isinstance(value, int) else _("never")
    if rule in CHOICES:
        return str(CHOICES[rule].get(value, value))
    return f"“{value}”" if isinstance(value, str) and value else _("nothing") if value in (None, "") else str(value)


def limit_minutes_words(minutes: Any) -> str:
    """A credit limit that is kept as minutes, or None, in the middle of a sentence."""
    return limit_words(Hours(minutes) if isinstance(minutes, int) else None)


def change_words(what: str, before: Any, after: Any) -> dict[str, str]:
    """What was changed and from what to what, for the audit log; long texts are told by their beginning."""
    rule = next((one for one in Rule if one.value == what), None)
    if rule is None:
        return {}
    told = {name: said_words(rule, _short(value)) for name, value in (("before", before), ("after", after))}
    return {"what": str(LABELS[rule]), **told}


def sentence(timebank: Timebank, rule: Rule) -> str:
    """The rule as it stands, in one sentence."""
    value = getattr(timebank, rule.value)
    if rule in _WHERE_EMPTY and value in (None, "", 0):
        return str(_WHERE_EMPTY[rule])
    if rule in (Rule.APPROVAL, Rule.APPROVAL_ABOVE):
        return str(_APPROVAL[timebank.approval]) % {"hours": hours(timebank.approval_above_minutes)}
    if rule in _CHOSEN:
        return str(_CHOSEN[rule][value])
    if rule in _COUNTED:
        return _COUNTED[rule](value)
    return str(_SENTENCES[rule]) % {"said": value if rule in _NAMED else said_words(rule, value)}


_WHERE_EMPTY: dict[Rule, Any] = {
    Rule.CONTACT_NAME: _l("Nobody is named whom members can ask."),
    Rule.CONTACT_PHONE: _l("No phone number is told."),
    Rule.CONTACT_HOURS: _l("It is not said when to call."),
    Rule.ABOUT: _l("The public page says nothing about you yet."),
    Rule.CREDIT_LIMIT: _l("New members can receive as much as they like, without a limit."),
    Rule.WARN_BELOW: _l("Members with a limit are told how much is left as soon as they stand at zero."),
    Rule.WELCOME: _l("New members begin at zero."),
    Rule.SILENCE: _l("An exchange waits for an answer however long it takes."),
}
_SENTENCES: dict[Rule, Any] = {
    Rule.NAME: _l("The timebank is called %(said)s."),
    Rule.CONTACT_NAME: _l("Anyone who is stuck can ask %(said)s."),
    Rule.CONTACT_PHONE: _l("The phone number is %(said)s."),
    Rule.CONTACT_HOURS: _l("They can be called %(said)s."),
    Rule.ABOUT: _l("The public page says: %(said)s"),
    Rule.LOCALE: _l("Pages and letters are in %(said)s."),
    Rule.TIME_ZONE: _l("Days begin and end as in %(said)s."),
    Rule.CREDIT_LIMIT: _l("New members can receive until they stand at %(said)s."),
    Rule.WARN_BELOW: _l("Members with a limit are told how much is left from %(said)s below zero."),
    Rule.WELCOME: _l("New members begin with %(said)s."),
    Rule.STEP: _l("Time is logged in steps of %(said)s."),
    Rule.OUTLIER: _l("An exchange of more than %(said)s is shown to the coordinators as worth a look."),
    Rule.FAR_BALANCE: _l("A balance of more than %(said)s above or below zero counts as far from zero."),
}
_APPROVAL: dict[str, Any] = {
    Approval.ALL: _l("Every exchange waits for a coordinator once both have said yes."),
    Approval.ABOVE: _l("Exchanges of more than %(hours)s wait for a coordinator once both have said yes."),
    Approval.NEWCOMERS: _l("The first three exchanges of a new member wait for a coordinator."),
    Approval.NONE: _l("No exchange waits for a coordinator: it counts as soon as both have said yes."),
}
_CHOSEN: dict[Rule, dict[str, Any]] = {
    Rule.BALANCES_SEEN_BY: {
        Readers.COORDINATORS: _l("Only the coordinators see how someone’s balance stands."),
        Readers.AGREED: _l("Coordinators see balances, and so does whoever has agreed an exchange with someone."),
        Readers.MEMBERS: _l("All members see one another’s balance."),
    },
    Rule.JOINING: {
        Joining.ANYONE: _l("Anyone can apply to join."),
        Joining.INVITED: _l("Only people who are invited can apply to join."),
        Joining.NOBODY: _l("Nobody can apply to join at the moment."),
    },
    Rule.LEAVING: {
        Leaving.SETTLE: _l("When someone leaves, the community takes over what is left on their account, or missing."),
        Leaving.AT_ZERO: _l("Whoever leaves brings their balance to zero first."),
    },
}
_COUNTED: dict[Rule, Callable[[int], str]] = {
    Rule.SILENCE: lambda days: ngettext(
        "Who does not answer for %(num)d day is taken to agree. A coordinator then has a look, since nobody said yes.",
        "Who does not answer for %(num)d days is taken to agree. A coordinator then has a look, since nobody said yes.",
        days,
    ),
    Rule.QUIET: lambda days: ngettext(
        "An exchange in which nothing was said for %(num)d day counts as gone quiet.",
        "An exchange in which nothing was said for %(num)d days counts as gone quiet.",
        days,
    ),
    Rule.LISTING: lambda days: ngettext(
        "A listing stands on the board for %(num)d day, and can then be renewed.",
        "A listing stands on the board for %(num)d days, and can then be renewed.",
        days,
    ),
    Rule.DISCLOSURE: lambda people: ngettext(
        "A released report shows no figure about fewer than %(num)d person.",
        "A released report shows no figure about fewer than %(num)d people.",
        people,
    ),
}


def _short(value: Any) -> Any:
    return value[:79] + "…" if isinstance(value, str) and len(value) > 80 else value
