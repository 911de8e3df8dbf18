"""Puts what someone must know into a letter: in their language, with whom to call, why it came, and how to stop it."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import Flask, current_app, g, url_for
from flask_babel import force_locale, get_locale, ngettext
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
    first, to = parcel.notices[0], parcel.to
    with _standing_in(app, first.timebank), force_locale(_language_of(to, first.timebank)):
        things = [written(notice) for notice in parcel.notices]
        around = {
            **_around(first.timebank, to, things, name=to.name if to else str(told_in(first).get("name", ""))),
            "is_digest": parcel.is_digest,
            "subject": _subject(parcel, things),
            "why": _why(parcel),
            "stop": _stop(parcel),
        }
        email = address_of(to) if to else first.email
        return _letter(app, around, to=email or "", key=_key(parcel), at=at)


def letter_at_once(to: Membership, tell: Callable[[], Written], *, why: object) -> Letter:
    """A letter that cannot wait in the outbox, since it holds a secret; written within the page that makes it."""
    with force_locale(_language_of(to, to.timebank)):
        thing = tell()
        around = {**_around(to.timebank, to, [thing], name=to.name), "subject": thing.subject, "why": why}
        return _letter(current_app, around, to=address_of(to) or "")


def _around(timebank: Timebank, to: Membership | None, things: list[Written], *, name: str) -> dict[str, Any]:
    """What the templates of every letter need to know; `name` is the reader's."""
    chooses = to is not None and to.may(Permission.SEE_HOME)
    return {
        "timebank": timebank,
        "name": name,
        "dear": (to.person.called if to and to.person else "") or name,
        "to": to,
        "things": [(thing, letters.address(thing.path) if thing.path else "") for thing in things],
        "language": str(get_locale()).replace("_", "-"),
        "choose": letters.address(url_for("letters.show", slug=timebank.slug)) if chooses else "",
    }


def _letter(app: Flask, around: dict[str, Any], **more: Any) -> Letter:
    """The letter as it is sent: its words as text, and the same as HTML."""
    return Letter(
        to_name=around["name"],
        from_name=around["timebank"].name,
        subject=around["subject"],
        text=re.sub(r"\n{3,}", "\n\n", _drawn(app, "letters/_letter.txt", around)).strip() + "\n",
        html=_drawn(app, "letters/_letter.html", around),
        language=around["language"],
        stop=around.get("stop", ""),
        **more,
    )


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
