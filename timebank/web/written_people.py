"""The words of letters about people, the board and the timebank: joining, standing, supporters, terms, news."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from timebank.web.access import here
from timebank.web.wording import Written
from timebank.web.words import day


def welcome(told: dict[str, Any]) -> Written:
    """The reader belongs from now on."""
    timebank = here().name
    return Written(
        subject=_("Welcome to %(timebank)s", timebank=timebank),
        sentence=_(
            "Welcome! You belong to %(timebank)s now, and your number is %(number)s.",
            timebank=timebank,
            number=told["number"],
        ),
        more=[
            _("Everyone’s hour is worth the same here, and everyone is good at something."),
            _("%(by)s has welcomed you. Ask them anything.", by=told["by"]),
        ],
        link=_("Have a look around"),
        endpoint="home.show",
    )


def application(told: dict[str, Any]) -> Written:
    """To who welcomes new members: someone would like to join."""
    name = told["name"]
    return Written(
        subject=_("%(name)s would like to join", name=name),
        sentence=_("%(name)s would like to join, and waits for your word.", name=name),
        link=_("Read what they wrote"),
        endpoint="applications.show",
        values={"application_id": told["application_id"]},
    )


def application_declined(told: dict[str, Any]) -> Written:
    """The reader asked to join, and cannot this time."""
    return Written(
        subject=_("Your application to %(timebank)s", timebank=here().name),
        sentence=_("Thank you for asking to join %(timebank)s. We cannot welcome you this time.", timebank=here().name),
        quote=told.get("word", ""),
    )


def renewal(told: dict[str, Any]) -> Written:
    """Something of the reader's is about to leave the board."""
    last = told["last_day"]
    values = {"title": told["title"], "day": day(date.fromisoformat(last)) if last else ""}
    return Written(
        subject=_("Still true? %(title)s", **values),
        sentence=_("“%(title)s” leaves the board after %(day)s, unless you keep it there.", **values)
        if last
        else _("“%(title)s” leaves the board soon, unless you keep it there.", **values),
        link=_("Keep it on the board, or let it go"),
        endpoint="board.show",
        values={"listing_id": told["listing_id"]},
    )


def match(told: dict[str, Any]) -> Written:
    """Something on the board fits the reader's own."""
    values = {"title": told["title"], "other": told["other"]}
    return Written(
        subject=_("This may fit: %(title)s", **values),
        sentence=_("%(other)s has put something on the board that may fit: “%(title)s”.", **values),
        more=[str(told["why"])] if told.get("why") else [],
        link=_("Have a look"),
        endpoint="board.show",
        values={"listing_id": told["listing_id"]},
    )


def supporter(told: dict[str, Any]) -> Written:
    """Who may act for whom: somebody asks, both have agreed, or it has ended."""
    values = {"other": told["other"], "day": day(date.fromisoformat(told["last_day"]))}
    subject, sentence = {
        "asked": (
            _("%(other)s asks whether one of you may act for the other", **values),
            _("One of you may act for the other, you and %(other)s, until %(day)s, if you both agree.", **values),
        ),
        "agreed": (
            _("You and %(other)s have both agreed", **values),
            _("You and %(other)s have agreed that one of you may act for the other, until %(day)s.", **values),
        ),
        "ended": (
            _("It has ended between you and %(other)s", **values),
            _("You and %(other)s no longer act for one another.", **values),
        ),
    }[told["what"]]
    return Written(
        subject=subject,
        sentence=sentence,
        more=[_("Everything that a supporter does is marked as theirs, and each of you can end it at any time.")],
        link=_("See who may act for whom"),
        endpoint="supporters.index",
    )


def standing(told: dict[str, Any]) -> Written:
    """How the reader stands in the timebank from now on."""
    timebank = here().name
    until = day(date.fromisoformat(told["until"])) if told.get("until") else ""
    subject, sentence = {
        "paused": (
            _("You are away for now"),
            _("You are marked as away until %(day)s. Nobody asks you for help before that.", day=until)
            if until
            else _("You are marked as away until you come back. Nobody asks you for help before that."),
        ),
        "back": (
            _("Good to have you back"),
            _("You are back at %(timebank)s, and can give and receive again.", timebank=timebank),
        ),
        "suspended": (
            _("Your place at %(timebank)s rests", timebank=timebank),
            _("Your place at %(timebank)s rests for now. Please call us, so that we can talk.", timebank=timebank),
        ),
        "left": (
            _("Goodbye from %(timebank)s", timebank=timebank),
            _("You have left %(timebank)s. The hours you gave stay given. Thank you for them.", timebank=timebank),
        ),
        "rejoined": (
            _("Welcome back to %(timebank)s", timebank=timebank),
            _("Welcome back! You belong to %(timebank)s again.", timebank=timebank),
        ),
    }[told["what"]]
    opens = told["what"] not in {"suspended", "left"}
    return Written(
        subject=subject,
        sentence=sentence,
        quote=told.get("word", ""),
        link=_("Go to your timebank") if opens else "",
        endpoint="home.show" if opens else "",
    )


def terms(told: dict[str, Any]) -> Written:
    """The terms have changed, and the reader is asked about them."""
    return Written(
        subject=_("New terms at %(timebank)s", timebank=here().name),
        sentence=_(
            "%(timebank)s has new terms, version %(version)s. Read them, and say whether you agree.",
            timebank=here().name,
            version=told["version"],
        ),
        link=_("Read the terms"),
        endpoint="terms.show",
    )


def bulk(told: dict[str, Any]) -> Written:
    """What a coordinator writes to several."""
    subject = " ".join(told["subject"].split())
    return Written(
        subject=subject,
        sentence=_("Your coordinator writes: %(subject)s", subject=subject),
        quote=told["text"],
        link=_("Go to your timebank"),
        endpoint="home.show",
    )
