"""Amounts, days and refusals in the reader's words; it decides nothing."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import format_date, gettext, ngettext

from timebank.hours import Hours
from timebank.refusals import Refusal


def init(app: Flask) -> None:
    """Templates have the words: minutes | hours, minutes | short, day | day, moment | moment."""
    app.jinja_env.filters.update(hours=hours, short=short, day=day, moment=moment)


def sentence(refusal: Refusal) -> str:
    """The refusal in the reader's language."""
    told = {name: hours(value) if isinstance(value, Hours) else value for name, value in refusal.values.items()}
    return str(gettext(refusal.sentence, **told))


def hours(amount: Hours | int) -> str:
    """The amount as a sentence carries it: "2 hours 30 minutes"."""
    told = amount if isinstance(amount, Hours) else Hours(amount)
    whole = ngettext("%(num)d hour", "%(num)d hours", told.whole) if told.whole else ""
    rest = ngettext("%(num)d minute", "%(num)d minutes", told.rest) if told.rest or not told.whole else ""
    return ("−" if told.minutes < 0 else "") + " ".join(part for part in (whole, rest) if part)


def short(amount: Hours | int) -> str:
    """The amount as a table carries it: "2 h 30"."""
    return (amount if isinstance(amount, Hours) else Hours(amount)).short


def day(told: date) -> str:
    """The day as people write it: "3 May 2026"."""
    return str(format_date(told, "d MMMM y"))


def moment(told: datetime) -> str:
    """The day of a moment, in this timebank's time zone."""
    timebank = g.get("here")
    return day(told.astimezone(ZoneInfo(timebank.time_zone if timebank else "UTC")).date())
