"""How those of the made-up community come and go: terms, applications, invitations, pauses, farewells."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from timebank.care import erasing, inviting, joining, leaving, merging, standing, terms, welcoming
from timebank.care.joining import Petition
from timebank.care.models import Application, Terms
from timebank.demo import farewells
from timebank.demo.calendar import in_office, moment_of
from timebank.demo.pages import phone_of, portrait_of
from timebank.demo.people import ADMINISTRATOR, JESS, NEIGHBOUR, SIAN, email_of
from timebank.demo.town import Town
from timebank.exchanges import steps, telling
from timebank.exchanges.telling import Shared
from timebank.hours import Hours
from timebank.listings.models import AssetKind
from timebank.members import enrol, policies
from timebank.members.enrol import Newcomer
from timebank.members.models import Membership
from timebank.members.policies import Rule
from timebank.policy import Permission

_TERMS_AFTER = 18
"""How many days after the first one the terms are published."""
_WINDS_DOWN = 36
"""How many days before they pause or go somebody begins nothing new, so that all is decided by then."""
_INVITED_BEFORE = timedelta(days=5)


def expect_comings(town: Town) -> None:
    """The terms will be published, people will ask to join and be invited, and some will pause or go."""
    at = in_office(moment_of(town.calendar.first_day + timedelta(days=_TERMS_AFTER), 10))
    town.calendar.add(at, partial(_publish_terms, town))
    for asks in farewells.ASKING:
        town.calendar.add(town.days_ago(asks.days_ago), partial(_ask_to_join, town, asks))
    town.calendar.add(town.days_ago(farewells.AMINA_INVITES[0]), partial(_amina_invites, town))
    town.calendar.add(town.office_days_ago(farewells.CARDS[0]), partial(_make_cards, town))
    for name, days, act in (
        (farewells.PAUSES, farewells.PAUSED_SINCE, _pause),
        (farewells.SUSPENDED, farewells.SUSPENDED_SINCE, _suspend),
        (farewells.LEAVES, farewells.LEFT_SINCE, _leave),
        (farewells.DIED, farewells.DIED_SINCE, _write_down_death),
        (farewells.ERASED, farewells.ERASED_SINCE, _leave_and_be_erased),
    ):
        town.calendar.add(town.days_ago(days + _WINDS_DOWN), partial(_wind_down, town, name))
        town.calendar.add(town.office_days_ago(days), partial(act, town))
    town.calendar.add(town.office_days_ago(farewells.WRITTEN_TWICE_SINCE), partial(_write_down_twice, town))


def by_application(town: Town, name: str, at: datetime) -> Membership:
    """Who asked to join two days ago is welcomed by Jess; what they wrote stands on their page."""
    told = portrait_of(name)
    wrote = Petition(
        key="",
        name=name,
        email=email_of(name) or "",
        phone=phone_of(name),
        district=told.district,
        good_at="\n".join(title for kind, title in told.brings if kind == AssetKind.SKILL) or "Company",
        would_help="\n".join(told.needs),
        heard_from=town.chat.choice(farewells.HEARD_FROM),
    )
    application = _apply(town, wrote, at - timedelta(days=2) + timedelta(hours=9))
    return welcoming.welcome(town.session, town.timebank, application.id, by=town.coordinators[JESS], at=at)


def agree_if_there_are_terms(town: Town, name: str, at: datetime) -> None:
    """Who was enrolled at the desk agrees when they first come in, or on paper; the newest one has not come in yet."""
    holds = terms.current(town.session, town.timebank)
    if holds is not None and name != farewells.NOT_YET_ASKED:
        _agree(town, name, holds, at)


def _publish_terms(town: Town, at: datetime) -> None:
    """All who are there agree in the days that follow, those without e-mail on paper."""
    by = town.staff[ADMINISTRATOR]
    policies.set_rules(town.session, town.timebank, {Rule.ABOUT: farewells.ABOUT}, by=by, at=at)
    holds = terms.publish(town.session, town.timebank, farewells.TERMS, by=by, at=at)
    for name in town.neighbours:
        later = at + timedelta(minutes=town.chat.randrange(10, 6 * 24 * 60))
        town.calendar.add(in_office(later), partial(_agree, town, name, holds))


def _agree(town: Town, name: str, holds: Terms, at: datetime) -> None:
    neighbour = town.neighbours[name]
    if neighbour.writes_email:
        terms.agree(town.session, neighbour.membership, holds.id, at=at)
        return
    by = town.coordinators[JESS]
    terms.agree_on_paper(town.session, town.timebank, [neighbour.membership.id], holds.id, by=by, at=at)


def _ask_to_join(town: Town, asks: farewells.Asking, at: datetime) -> None:
    """Someone asks to join, and is not answered yet; one had been invited by a member a few days before."""
    code = ""
    if asks.invited_by:
        by, earlier = town.neighbours[asks.invited_by].membership, at - _INVITED_BEFORE
        code = _invite(town, by, earlier, name=asks.wrote.name)[0]
    _apply(town, replace(asks.wrote, code=code), at)


def _apply(town: Town, wrote: Petition, at: datetime) -> Application:
    """They have sent the form, and agree to the terms where there are any."""
    holds = terms.current(town.session, town.timebank)
    petition = replace(wrote, key=town.key(), terms_id=holds.id if holds else None)
    return joining.apply(town.session, town.timebank, petition, person=None, at=at)


def _amina_invites(town: Town, at: datetime) -> None:
    _invite(town, town.neighbours[NEIGHBOUR].membership, at, name=farewells.AMINA_INVITES[1])


def _make_cards(town: Town, at: datetime) -> None:
    _invite(town, town.coordinators[JESS], at, count=farewells.CARDS[1])


def _invite(town: Town, by: Membership, at: datetime, *, name: str = "", count: int = 1) -> list[str]:
    last_day = at.date() + timedelta(days=farewells.INVITATION_DAYS)
    made = inviting.invite(town.session, town.timebank, name=name, last_day=last_day, count=count, by=by, at=at)
    return [one.code for one in made]


def _wind_down(town: Town, name: str, _at: datetime) -> None:
    town.neighbours[name].takes_part = False


def _pause(town: Town, at: datetime) -> None:
    member = town.neighbours[farewells.PAUSES].membership
    until: date = at.date() + timedelta(days=farewells.AWAY_FOR)
    standing.pause(town.session, member, until=until, by=member, at=at, word=farewells.AWAY_BECAUSE)


def _suspend(town: Town, at: datetime) -> None:
    member, by = town.neighbours[farewells.SUSPENDED].membership, town.coordinators[JESS]
    standing.suspend(town.session, member, word=farewells.SUSPENDED_BECAUSE, by=by, at=at)


def _leave(town: Town, at: datetime) -> None:
    member = town.neighbours[farewells.LEAVES].membership
    leaving.leave(town.session, member, by=member, at=at, word=farewells.LEFT_BECAUSE)


def _write_down_death(town: Town, at: datetime) -> None:
    member, by = town.neighbours[farewells.DIED].membership, town.coordinators[JESS]
    on = at.date() - timedelta(days=farewells.KNOWN_AFTER)
    leaving.write_down_death(town.session, member, on=on, by=by, at=at)


def _leave_and_be_erased(town: Town, at: datetime) -> None:
    """They leave, and some days later Jess erases what is known of them, as they asked."""
    member, by = town.neighbours[farewells.ERASED].membership, town.coordinators[JESS]
    leaving.leave(town.session, member, by=member, at=at)
    called = f"A former member ({member.number})"
    later = in_office(at + timedelta(days=9))
    town.calendar.add(later, lambda then: erasing.erase(town.session, member, called=called, by=by, at=then))


def _write_down_twice(town: Town, at: datetime) -> None:
    """Siân writes down someone who is a member already, with an hour that they gave; a week later Jess finds out."""
    session, jess = town.session, town.coordinators[JESS]
    kept = town.neighbours[farewells.WRITTEN_TWICE].membership
    double = enrol.enrol(session, town.timebank, Newcomer(name=farewells.THEIR_OTHER_NAME), at=at)
    helped = next(
        one
        for one in town.present
        if one.free_minutes >= farewells.MINUTES_AS_THE_OTHER
        and one.membership is not kept
        and not one.membership.may(Permission.LOOK_AFTER_MEMBERS)
    )
    shared = Shared(
        key=town.key(),
        provider_id=double.id,
        receiver_id=helped.membership.id,
        title="Setting up for the members' lunch",
        hours=Hours(farewells.MINUTES_AS_THE_OTHER),
        served_on=at.date(),
        category_id=town.categories["Setting up for meetings"].id,
    )
    by = town.coordinators[SIAN] if helped.membership is not town.coordinators[SIAN] else jess
    helped.free_minutes -= farewells.MINUTES_AS_THE_OTHER
    exchange = telling.record(session, town.timebank, shared, by=by, for_=double, at=at + timedelta(hours=1))
    steps.approve(session, exchange.id, by=jess, at=at + timedelta(hours=2))
    later = in_office(at + timedelta(days=7))
    town.calendar.add(later, lambda then: merging.merge(session, double, kept, by=jess, at=then))
