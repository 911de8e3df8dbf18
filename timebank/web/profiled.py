"""A member's page in the reader's words: what of it these eyes see, and who reads which part; it decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from timebank.ledger.balances import Tallies
from timebank.listings.assets import Thing
from timebank.listings.models import AssetKind
from timebank.members.choices import Readers
from timebank.members.page import Part, Shown
from timebank.members.profiles import Page, Times, initials
from timebank.web.words import hours

READERS: dict[Readers, Any] = {
    Readers.MEMBERS: _l("All members"),
    Readers.AGREED: _l("People I have agreed with"),
    Readers.COORDINATORS: _l("Coordinators only"),
}
"""Who reads something, from far to near, as the one says it whose page it is."""
FIELDS: dict[Shown, Any] = {
    Shown.PICTURE: _l("My picture"),
    Shown.ABOUT: _l("What I say of myself"),
    Shown.ASSETS: _l("What I can bring"),
    Shown.NEEDS: _l("What would help me"),
    Shown.TIMES: _l("When I usually have time"),
    Shown.DISTRICT: _l("Where I live"),
    Shown.LANGUAGES: _l("My languages"),
    Shown.PHONE: _l("My phone number"),
    Shown.EMAIL: _l("My e-mail"),
}
KINDS: dict[AssetKind, Any] = {
    AssetKind.SKILL: _l("What I can do"),
    AssetKind.KNOWLEDGE: _l("What I know about"),
    AssetKind.THING: _l("What I can lend"),
    AssetKind.CONNECTION: _l("Whom I know"),
}
_KINDS_OF_OTHERS: dict[AssetKind, Any] = {
    AssetKind.SKILL: _l("Can do"),
    AssetKind.KNOWLEDGE: _l("Knows about"),
    AssetKind.THING: _l("Can lend"),
    AssetKind.CONNECTION: _l("Knows people"),
}
PARTS: dict[Part, Any] = {
    Part.MORNING: _l("Morning"),
    Part.AFTERNOON: _l("Afternoon"),
    Part.EVENING: _l("Evening"),
}
_IN_THE: dict[Part, Any] = {
    Part.MORNING: _l("in the morning"),
    Part.AFTERNOON: _l("in the afternoon"),
    Part.EVENING: _l("in the evening"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a member's page is shown to one reader; what is empty is not theirs to see, or not told."""

    name: str
    initials: str
    called: str = ""
    picture_id: int | None = None
    about: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    brings: list[tuple[str, list[Thing]]] = field(default_factory=list)
    needs: list[Thing] = field(default_factory=list)


def seen(page: Page, eyes: Readers, brings: Sequence[Thing], needs: Sequence[Thing]) -> Seen:
    """What who looks with these eyes sees of the page; nobody's needs without anything that they can bring."""
    shown = {one for one in Shown if page.sees(eyes, one)}
    grouped = by_kind(brings, _KINDS_OF_OTHERS) if Shown.ASSETS in shown else []
    person = page.membership.person
    return Seen(
        name=page.membership.name,
        initials=initials(page.membership.name),
        called=person.called if person is not None and person.called != person.name else "",
        picture_id=page.profile.picture_id if Shown.PICTURE in shown else None,
        about=page.profile.about if Shown.ABOUT in shown else "",
        facts=[(str(label), told) for one, label, told in _facts(page) if one in shown and told],
        brings=grouped,
        needs=list(needs) if grouped and Shown.NEEDS in shown else [],
    )


def by_kind(things: Sequence[Thing], kinds: dict[AssetKind, Any] = KINDS) -> list[tuple[str, list[Thing]]]:
    """What someone can bring, kind by kind."""
    grouped = [(str(label), [one for one in things if one.kind == kind]) for kind, label in kinds.items()]
    return [(label, found) for label, found in grouped if found]


def weekdays() -> list[str]:
    """The days of the week in the reader's language, Monday first."""
    names = get_locale().days["stand-alone"]["wide"]
    return [names[day] for day in range(7)]


def times_words(times: Times) -> str:
    """When someone usually has time: "Monday in the morning and in the evening; Friday in the evening"."""
    told = []
    for day, name in enumerate(weekdays()):
        parts = [str(_IN_THE[part]) for part in Part if (day, part) in times]
        if len(parts) == len(Part):
            told.append(_("%(weekday)s all day", weekday=name))
        elif parts:
            told.append(_("%(weekday)s %(parts)s", weekday=name, parts=_(" and ").join(parts)))
    return "; ".join(told)


def hours_words(name: str, helped: Tallies) -> str:
    """What someone has given and received, in a sentence."""
    told = {"name": name, "given": hours(helped.given), "received": hours(helped.received)}
    if helped.given.minutes and helped.received.minutes:
        return _("%(name)s has given %(given)s and received %(received)s.", **told)
    if helped.given.minutes:
        return _("%(name)s has given %(given)s, and received nothing yet.", **told)
    if helped.received.minutes:
        return _("%(name)s has received %(received)s, and given nothing yet. That is what it is for.", **told)
    return _("%(name)s has neither given nor received hours yet.", **told)


def _facts(page: Page) -> list[tuple[Shown, Any, str]]:
    person = page.membership.person
    return [
        (Shown.DISTRICT, _l("Lives"), page.profile.district),
        (Shown.LANGUAGES, _l("Speaks"), page.profile.languages),
        (Shown.TIMES, _l("Usually has time"), times_words(page.times)),
        (Shown.PHONE, _l("Phone"), person.phone if person is not None else ""),
        (Shown.EMAIL, _l("E-mail"), (person.email or "") if person is not None else ""),
    ]
