"""The lines of the audit log in plain words: who did what, about whom and when; it reads what was told, and no more."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from timebank.care.models import VettingKind
from timebank.hours import Hours
from timebank.members import directory
from timebank.members.audit_log import Deed
from timebank.members.models import AuditLine
from timebank.refusals import Refusal
from timebank.reports.period import Period
from timebank.web import ruled
from timebank.web.deeds import BY_WHAT, SAID
from timebank.web.forms.care import KINDS
from timebank.web.forms.people import ROLES
from timebank.web.reported import period_words
from timebank.web.words import day, hours, moment
from timebank.web.written import CALLED

_DEEDS = {deed.value: deed for deed in Deed}
_PLACE = re.compile(r"%\((\w+)\)s")
_NAMED = {
    "other_id": "other",
    "payer_id": "payer",
    "payee_id": "payee",
    "provider_id": "provider",
    "receiver_id": "receiver",
}
"""Told by number, so that a name is nowhere in the log that is erased elsewhere."""
_WORDS = ("word", "reason", "note", "outcome")

_ON_THE_PAGE = {
    "about": _l("what they say of themselves"),
    "picture": _l("the picture"),
    "readers": _l("who sees what"),
    "times": _l("when they usually have time"),
    "assets": _l("what they can bring"),
    "needs": _l("what would help them"),
    "letters": _l("how they get letters"),
    "name": _l("the name"),
    "e-mail": _l("the e-mail"),
    "name and e-mail": _l("the name and the e-mail"),
}
_MOVED = {
    "welcome": _l("welcome hours"),
    "opening": _l("hours from before"),
    "correction": _l("a correction"),
    "reversal": _l("hours taken back"),
}


def names_in(session: Session, lines: Sequence[AuditLine]) -> dict[int, str]:
    """What the members are called now whom the lines tell of by their number in the database."""
    wanted = {told[name] for told in map(_told, lines) for name in _NAMED if isinstance(told.get(name), int)}
    return directory.named_with(session, wanted)


def line_words(line: AuditLine, names: Mapping[int, str]) -> str:
    """The line as a sentence, with the word that goes with it; `names` are those of names_in()."""
    told = _told(line)
    values = _values(line, told) | {_NAMED[name]: names[told[name]] for name in _NAMED if told.get(name) in names}
    sentence = next(
        (text for text in _texts(line.deed, told) if set(_PLACE.findall(text)) <= set(values)),
        _("On %(on)s %(who)s decided."),
    )
    word = next((str(told[name]) for name in _WORDS if told.get(name)), "")
    return sentence % values + (f" “{word}”" if word else "")


def _texts(deed: str, told: Mapping[str, Any]) -> Iterator[str]:
    known = _DEEDS.get(deed)
    if known is not None:
        yield from map(str, BY_WHAT.get((known, str(told.get("what"))), SAID[known]))


def _told(line: AuditLine) -> dict[str, Any]:
    told = json.loads(line.told)
    return told if isinstance(told, dict) else {}


def _values(line: AuditLine, told: dict[str, Any]) -> dict[str, str]:
    """What the sentences can tell; the name of a member is the one that they have now."""
    values = {name: str(value) for name, value in told.items() if value not in (None, "", [])}
    if isinstance(told.get("minutes"), int):
        values["hours"] = hours(Hours(told["minutes"]))
    values |= {name: _day(values[name]) for name in ("day", "until", "last_day") if name in values}
    if "last_day" in values:
        values.setdefault("until", values["last_day"])
    values |= _READ.get(line.deed, lambda _told: {})(told)
    if line.about is not None:
        values["name"] = line.about.name
    who = line.by.name if line.by is not None else _("the timebank")
    return {**values, "on": moment(line.at), "who": who}


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text[:10]))
    except ValueError:
        return text


def _roles(told: dict[str, Any]) -> dict[str, str]:
    return {name: _role_words(told[name]) for name in ("before", "after") if isinstance(told.get(name), list)}


def _role_words(values: list[Any]) -> str:
    named = [str(label) for role, label in ROLES.items() if role in values]
    return ", ".join(named) or _("no role")


def _rule(told: dict[str, Any]) -> dict[str, str]:
    return ruled.change_words(str(told.get("what", "")), told.get("before"), told.get("after"))


def _limits(told: dict[str, Any]) -> dict[str, str]:
    return {name: ruled.limit_minutes_words(told[name]) for name in ("before", "after") if name in told}


def _vetted(told: dict[str, Any]) -> dict[str, str]:
    return _renamed(told, {kind.value: KINDS[kind] for kind in VettingKind})


def _moved(told: dict[str, Any]) -> dict[str, str]:
    sides = {name: _("the community") for name in ("payer", "payee") if f"{name}_id" in told}
    return {**sides, **_renamed(told, _MOVED)}


def _page(told: dict[str, Any]) -> dict[str, str]:
    return _renamed(told, _ON_THE_PAGE)


def _look(told: dict[str, Any]) -> dict[str, str]:
    return _renamed(told, {"accent": _("the colour"), "logo": _("the logo")})


def _invited(told: dict[str, Any]) -> dict[str, str]:
    return {"invitations": ngettext("an invitation", "%(num)d invitations", told["count"])} if "count" in told else {}


def _written_to(told: dict[str, Any]) -> dict[str, str]:
    return {"people": ngettext("one member", "%(num)d members", told["number"])} if "number" in told else {}


def _released(told: dict[str, Any]) -> dict[str, str]:
    try:
        return {"what": period_words(Period.read(str(told["what"])))}
    except (KeyError, Refusal):
        return {}


def _renamed(told: dict[str, Any], words: dict[str, Any]) -> dict[str, str]:
    return {"what": str(words[told["what"]])} if told.get("what") in words else {}


_READ: dict[str, Callable[[dict[str, Any]], dict[str, str]]] = {
    Deed.ROLES_GIVEN.value: _roles,
    Deed.POLICY_CHANGED.value: _rule,
    Deed.LIMIT_CHANGED.value: _limits,
    Deed.VETTED.value: _vetted,
    Deed.VETTING_ENDED.value: _vetted,
    Deed.HOURS_MOVED.value: _moved,
    Deed.LOOK_CHANGED.value: _look,
    Deed.INVITED.value: _invited,
    Deed.LETTER_SENT.value: _written_to,
    Deed.PAGE_CHANGED.value: _page,
    Deed.RELEASED.value: _released,
    Deed.TOLD_BY_PHONE.value: lambda told: _renamed(told, {kind.value: words for kind, words in CALLED.items()}),
}
"""How the values of a deed are read that are not told as they stand."""
