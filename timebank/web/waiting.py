"""What waits today, in a coordinator's words: a sentence for each thing, and the act that belongs to it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from timebank.care.models import VettingKind
from timebank.care.outliers import DAYS, Unusual, Why
from timebank.care.today import Line
from timebank.care.waits import Group
from timebank.hours import Hours
from timebank.members.models import Membership
from timebank.web.words import day, hours, moment


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that waits: a sentence, the telephone number where one is called, and the act with its address."""

    sentence: str
    act: str
    href: str
    calls: bool = False
    phone: str = ""


def title(group: Group, count: int) -> str:
    """What stands above the things of this kind."""
    return {
        Group.WELCOME: lambda: ngettext("One person would like to join", "%(num)d people would like to join", count),
        Group.CONCERNS: lambda: ngettext(
            "One thing was told in confidence", "%(num)d things were told in confidence", count
        ),
        Group.CONFIRM: lambda: ngettext(
            "One exchange to confirm by phone", "%(num)d exchanges to confirm by phone", count
        ),
        Group.TELL: lambda: ngettext("One person to tell by phone", "%(num)d people to tell by phone", count),
        Group.DISPUTED: lambda: ngettext(
            "In one exchange two times were told", "In %(num)d exchanges two times were told", count
        ),
        Group.APPROVE: lambda: ngettext(
            "One exchange is ready to approve", "%(num)d exchanges are ready to approve", count
        ),
        Group.QUIET: lambda: ngettext("One exchange has gone quiet", "%(num)d exchanges have gone quiet", count),
        Group.AWAY: lambda: ngettext(
            "One person is away longer than planned", "%(num)d people are away longer than planned", count
        ),
        Group.VETTING: lambda: ngettext(
            "One check or reference runs out", "%(num)d checks and references run out", count
        ),
        Group.REQUESTS: lambda: ngettext(
            "One request has waited a while", "%(num)d requests have waited a while", count
        ),
        Group.OFFERS: lambda: ngettext("One offer was never taken up", "%(num)d offers were never taken up", count),
        Group.BALANCES: lambda: ngettext("One balance is far from zero", "%(num)d balances are far from zero", count),
    }[group]()


def unusual_title(count: int) -> str:
    """What stands above hours that are unlike others."""
    return str(ngettext("Hours worth a look, once", "Hours worth a look, %(num)d times", count))


def hint(group: Group) -> str:
    """What to do with the things of this kind, where it does not go without saying."""
    return {
        Group.OFFERS: _(
            "For more than 60 days nobody has replied. A word with the owner may help: other words, or"
            " somebody who could use it."
        ),
        Group.BALANCES: _(
            "A balance far from zero is no fault. It may be time to ask for help, or to find a way to give some."
        ),
        Group.QUIET: _("Nobody has taken the next step for a while. A call often helps."),
    }.get(group, "")


def shown(line: Line) -> Shown:
    """The thing in words."""
    return _SHOWN[line.group](line)


def unusual_shown(one: Unusual, people: dict[int, Membership]) -> Shown:
    """Why the hours are worth a look; nobody is blamed for them."""
    told = {
        "name": _name(people.get(one.member_id)),
        "other": _name(people.get(one.other_id or 0)),
        "hours": hours(one.minutes),
        "day": day(one.on) if one.on else "",
        "times": one.times,
        "back": one.back,
        "days": DAYS,
        "usual": hours(one.usual_minutes),
        "others": hours(one.others_minutes),
    }
    sentence = {
        Why.LONG: lambda: _("%(name)s gave %(other)s %(hours)s at once, on %(day)s.", **told),
        Why.FULL_DAY: lambda: _("%(name)s gave %(hours)s on one day, %(day)s, in %(times)d exchanges.", **told),
        Why.TO_AND_FRO: lambda: _(
            "%(name)s and %(other)s helped one another often: in %(days)d days %(times)d times one way and %(back)d"
            " times the other, %(hours)s in all.",
            **told,
        ),
        Why.MUCH: lambda: _(
            "%(name)s gave %(hours)s in %(days)d days. Before it was usually %(usual)s, and others give about"
            " %(others)s.",
            **told,
        ),
    }[one.why]()
    if one.why in (Why.LONG, Why.FULL_DAY):
        return Shown(sentence, _("Have a look"), url_for("desk.decide", exchange_id=one.exchange_id))
    return Shown(sentence, _("See the account"), url_for("accounts.show", membership_id=one.member_id))


def _application(line: Line) -> Shown:
    sentence = _("%(name)s, since %(day)s", name=line.words, day=_since(line))
    return Shown(sentence, _("Read and welcome"), url_for("applications.show", application_id=line.id))


def _concern(line: Line) -> Shown:
    told = {"name": _name(line.one), "other": _name(line.other), "day": _since(line)}
    if line.other is None:
        sentence = _("%(name)s told us something on %(day)s", **told)
    else:
        sentence = _("%(name)s told us something about %(other)s on %(day)s", **told)
    return Shown(sentence, _("Read it"), url_for("concerns.show", concern_id=line.id))


def _to_confirm(line: Line) -> Shown:
    sentence = _(
        "%(name)s is asked: %(title)s, with %(other)s, %(hours)s on %(day)s",
        **_exchange(line),
        day=day(line.on) if line.on else "",
    )
    return _called(line, sentence, _("Log their answer"), url_for("today.by_phone", exchange_id=line.id))


def _to_tell(line: Line) -> Shown:
    sentence = ngettext(
        "%(name)s: one thing to tell, since %(day)s",
        "%(name)s: %(num)d things to tell, since %(day)s",
        line.amount,
        name=_name(line.one),
        day=_since(line),
    )
    return _called(line, sentence, _("Call and tick off"), url_for("letters.by_phone"))


def _disputed(line: Line) -> Shown:
    sentence = _("%(title)s, %(name)s and %(other)s, since %(since)s", **_exchange(line))
    return Shown(sentence, _("Settle it"), url_for("desk.decide", exchange_id=line.id))


def _to_approve(line: Line) -> Shown:
    sentence = _("%(title)s, %(name)s and %(other)s, %(hours)s", **_exchange(line))
    return Shown(sentence, _("Look and approve"), url_for("desk.decide", exchange_id=line.id))


def _quiet(line: Line) -> Shown:
    sentence = _("%(title)s, %(name)s and %(other)s: nothing since %(since)s", **_exchange(line))
    return Shown(sentence, _("Have a look"), url_for("exchanges.show", exchange_id=line.id))


def _away(line: Line) -> Shown:
    sentence = _("%(name)s meant to be back on %(day)s", name=_name(line.one), day=_on(line))
    return Shown(sentence, _("Look after it"), url_for("standing.show", membership_id=line.id))


def _vetting(line: Line) -> Shown:
    kinds = {
        VettingKind.BACKGROUND: _("background check"),
        VettingKind.REFERENCE: _("reference"),
        VettingKind.IDENTITY: _("proof of identity"),
        VettingKind.INSURANCE: _("insurance"),
        VettingKind.TRAINING: _("training"),
    }
    told = {"name": _name(line.one), "kind": kinds[VettingKind(line.words)], "day": _on(line)}
    sentence = _("%(name)s: %(kind)s, until %(day)s", **told)
    return Shown(sentence, _("Look at it anew"), url_for("vetting.show", membership_id=line.id))


def _listing(line: Line) -> Shown:
    told = {"title": line.words, "name": _name(line.one), "day": _since(line)}
    sentence = _("%(title)s, %(name)s, since %(day)s", **told)
    return Shown(sentence, _("Open it"), url_for("board.show", listing_id=line.id))


def _balance(line: Line) -> Shown:
    told = {"name": _name(line.one), "hours": hours(Hours(abs(line.amount)))}
    if line.amount > 0:
        sentence = _("%(name)s has given %(hours)s more than they received", **told)
    else:
        sentence = _("%(name)s has received %(hours)s more than they gave", **told)
    return Shown(sentence, _("See the account"), url_for("accounts.show", membership_id=line.id))


_SHOWN: dict[Group, Callable[[Line], Shown]] = {
    Group.WELCOME: _application,
    Group.CONCERNS: _concern,
    Group.CONFIRM: _to_confirm,
    Group.TELL: _to_tell,
    Group.DISPUTED: _disputed,
    Group.APPROVE: _to_approve,
    Group.QUIET: _quiet,
    Group.AWAY: _away,
    Group.VETTING: _vetting,
    Group.REQUESTS: _listing,
    Group.OFFERS: _listing,
    Group.BALANCES: _balance,
}


def _called(line: Line, sentence: str, act: str, href: str) -> Shown:
    person = line.one.person if line.one else None
    return Shown(sentence, act, href, calls=True, phone=person.phone if person else "")


def _exchange(line: Line) -> dict[str, object]:
    told = {"title": line.words, "name": _name(line.one), "other": _name(line.other)}
    return {**told, "hours": hours(line.amount), "since": _since(line)}


def _name(membership: Membership | None) -> str:
    return membership.name if membership is not None else ""


def _since(line: Line) -> str:
    return moment(line.at) if line.at else ""


def _on(line: Line) -> str:
    return day(line.on) if line.on else ""
