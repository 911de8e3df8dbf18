"""The words of letters about exchanges and hours: proposals, answers, messages, confirmations, decisions, thanks."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from timebank.web.wording import Written
from timebank.web.words import day, hours


def proposal(told: dict[str, Any]) -> Written:
    """Someone would like to share time with the reader."""
    other, title = told["other"], told["title"]
    return Written(
        subject=_("%(other)s would like to share time with you", other=other),
        sentence=_("%(other)s would like to share time with you: “%(title)s”.", other=other, title=title),
        quote=told.get("word", ""),
        more=[_("Have a look, write to each other if you like, and say yes or no. A no needs no reason.")],
        **_exchange(told, _("See what they propose")),
    )


def answer(told: dict[str, Any]) -> Written:
    """Somebody has answered a proposal, or called it off."""
    other, title = told["other"], told["title"]
    subject, sentence = {
        "agreed": (
            _("%(other)s says yes", other=other),
            _("%(other)s says yes to “%(title)s”.", other=other, title=title),
        ),
        "declined": (
            _("%(other)s cannot this time", other=other),
            _("%(other)s cannot this time: “%(title)s”.", other=other, title=title),
        ),
        "cancelled": (
            _("%(other)s had to call it off", other=other),
            _("%(other)s had to call off “%(title)s”.", other=other, title=title),
        ),
        "undone": (
            _("%(other)s has taken an answer back", other=other),
            _("%(other)s has taken back what they last said about “%(title)s”.", other=other, title=title),
        ),
    }[told["answer"]]
    return Written(
        subject=subject, sentence=sentence, quote=told.get("word", ""), **_exchange(told, _("See the exchange"))
    )


def message(told: dict[str, Any]) -> Written:
    """Somebody has written in a conversation."""
    other, title = told["other"], told["title"]
    return Written(
        subject=_("%(other)s has written to you", other=other),
        sentence=_("%(other)s has written to you about “%(title)s”.", other=other, title=title),
        quote=told["text"],
        more=[_("Answer on the page: what you answer to this letter reaches nobody.")],
        **_exchange(told, _("Read and answer")),
    )


def to_confirm(told: dict[str, Any]) -> Written:
    """Somebody has logged time and the reader is asked whether it was so."""
    values = {"other": told["other"], "title": told["title"], "hours": hours(told["minutes"])}
    sentence = (
        _("%(other)s logged that they gave you %(hours)s: “%(title)s”. Is that right?", **values)
        if told["gave"]
        else _("%(other)s logged that you gave them %(hours)s: “%(title)s”. Is that right?", **values)
    )
    return Written(
        subject=_("Is it right? %(other)s logged %(hours)s", **values),
        sentence=sentence,
        more=_silence(told),
        **_exchange(told, _("Say whether it is right")),
    )


def _silence(told: dict[str, Any]) -> list[str]:
    """That no answer will count as a yes, and from when on; nothing where it will not soon."""
    if not told.get("counts_on"):
        return []
    on = day(date.fromisoformat(told["counts_on"]))
    return [_("If you say nothing until %(day)s, it counts as right for now. A coordinator looks at it then.", day=on)]


def disputed(told: dict[str, Any]) -> Written:
    """The other one remembers it differently."""
    values = {"other": told["other"], "title": told["title"], "hours": hours(told["minutes"])}
    return Written(
        subject=_("%(other)s remembers it differently", **values),
        sentence=_("%(other)s remembers “%(title)s” differently: %(hours)s.", **values),
        more=[_("That happens. Your coordinator will help the two of you to agree.")],
        **_exchange(told, _("See the exchange")),
    )


def decided(told: dict[str, Any]) -> Written:
    """A coordinator has decided on an exchange."""
    values = {"title": told["title"], "hours": hours(told["minutes"])}
    subject, sentence = {
        "approved": (
            _("%(hours)s are in the book", **values),
            _("“%(title)s” is approved, and its %(hours)s are in the book. Thank you for sharing time.", **values),
        ),
        "settled": (
            _("It is settled: %(hours)s", **values),
            _("Your coordinator has settled “%(title)s”: %(hours)s count.", **values),
        ),
        "sent back": (
            _("Please look at it again: %(title)s", **values),
            _("Your coordinator asks you to look at “%(title)s” again.", **values),
        ),
        "declined": (
            _("Not approved: %(title)s", **values),
            _("Your coordinator has not approved “%(title)s”. No hours have moved.", **values),
        ),
        "reversed": (
            _("Taken back: %(title)s", **values),
            _("The %(hours)s of “%(title)s” were taken back.", **values),
        ),
    }[told["decision"]]
    return Written(
        subject=subject, sentence=sentence, quote=told.get("word", ""), **_exchange(told, _("See the exchange"))
    )


def gift(told: dict[str, Any]) -> Written:
    """Somebody gave hours to the reader."""
    values = {"other": told["other"], "hours": hours(told["minutes"])}
    return Written(
        subject=_("%(other)s gave you %(hours)s", **values),
        sentence=_("%(other)s gave you %(hours)s.", **values),
        quote=told.get("word", ""),
        link=_("See your hours"),
        endpoint="statement.show",
    )


def thanks(told: dict[str, Any]) -> Written:
    """Somebody says thank you."""
    other, title = told["other"], told["title"]
    return Written(
        subject=_("%(other)s says thank you", other=other),
        sentence=_("%(other)s says thank you for “%(title)s”.", other=other, title=title),
        quote=told.get("word", ""),
        **_exchange(told, _("See the exchange")),
    )


def _exchange(told: dict[str, Any], link: str) -> dict[str, Any]:
    return {"link": link, "endpoint": "exchanges.show", "values": {"exchange_id": told["exchange_id"]}}
