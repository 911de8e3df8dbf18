"""Puts what someone must know into a letter: in their language, with whom to call, why it came, and how to stop it."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import Flask, g, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from timebank.members.models import Membership, Timebank
from timebank.notices.claims import Parcel
from timebank.notices.fates import address_of
from timebank.notices.letters import Letter
from timebank.notices.models import MUST_BE_TOLD
from timebank.policy import Permission
from timebank.web import letters
from timebank.web.stopping import Stop, sealed
from timebank.web.wording import Written, told_in
from timebank.web.written import WHY, written


def letter_of(app: Flask, parcel: Parcel, *, at: datetime) -> Letter:
    """The letter that tells what is in the parcel."""
    first = parcel.notices[0]
    language = _language_of(parcel.to, first.timebank)
    with _standing_in(app, first.timebank), force_locale(language):
        things = [written(notice) for notice in parcel.notices]
        around = _around(parcel, things)
        return Letter(
            to=(address_of(parcel.to) if parcel.to else first.email) or "",
            to_name=parcel.to.name if parcel.to else str(told_in(first).get("name", "")),
            from_name=first.timebank.name,
            subject=around["subject"],
            text=re.sub(r"\n{3,}", "\n\n", _drawn(app, "letters/_letter.txt", around)).strip() + "\n",
            html=_drawn(app, "letters/_letter.html", {**around, "language": language.replace("_", "-")}),
            language=language.replace("_", "-"),
            key=_key(parcel),
            stop=around["stop"],
            at=at,
        )


def _around(parcel: Parcel, things: list[Written]) -> dict[str, Any]:
    """What the templates of a letter need to know."""
    first, to = parcel.notices[0], parcel.to
    person = to.person if to else None
    return {
        "timebank": first.timebank,
        "dear": (person.called or person.name) if person else str(told_in(first).get("name", "")),
        "to": to,
        "things": [(thing, letters.address(thing.path) if thing.path else "") for thing in things],
        "is_digest": parcel.is_digest,
        "subject": _subject(parcel, things),
        "why": _why(parcel),
        "stop": _stop(parcel),
        "choose": letters.address(url_for("letters.show")) if to and to.may(Permission.SEE_HOME) else "",
    }


def _subject(parcel: Parcel, things: list[Written]) -> str:
    if not parcel.is_digest:
        return things[0].subject
    name = parcel.notices[0].timebank.name
    return ngettext(
        "%(timebank)s: one thing for you", "%(timebank)s: %(num)d things for you", len(things), timebank=name
    )


def _why(parcel: Parcel) -> str:
    if parcel.is_digest:
        return _("You get all that is new in one letter, as you chose.")
    return str(WHY[parcel.notices[0].kind])


def _stop(parcel: Parcel) -> str:
    """The address that stops such letters with one click; "" where they cannot be stopped."""
    kind = None if parcel.is_digest else parcel.notices[0].kind
    if parcel.to is None or kind in MUST_BE_TOLD:
        return ""
    return letters.address(url_for("stopping.show", secret=sealed(Stop(parcel.to.id, kind))))


def _key(parcel: Parcel) -> str:
    """The same for the same notices, so that a letter that leaves twice is known again."""
    told = ",".join(notice.key for notice in parcel.notices)
    return f"{parcel.notices[0].id}.{hashlib.sha256(told.encode()).hexdigest()[:24]}"


@contextmanager
def _standing_in(app: Flask, timebank: Timebank) -> Iterator[None]:
    """As if one of the timebank's pages was asked for, so that addresses and words are those of it."""
    with app.test_request_context("/"):
        g.here, g.slug = timebank, timebank.slug
        yield


def _language_of(to: Membership | None, timebank: Timebank) -> str:
    """The reader's language, or the timebank's where they named none that is known."""
    for wanted in (to.person.language if to and to.person else None, timebank.locale):
        with suppress(UnknownLocaleError, ValueError):
            if wanted and Locale.parse(wanted):
                return wanted
    return "en_GB"


def _drawn(app: Flask, name: str, around: dict[str, Any]) -> str:
    # Drawn without the context of a page, which would look for whoever is signed in.
    return app.jinja_env.get_template(name).render(around)
