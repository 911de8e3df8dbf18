"""How the made-up community comes together: who is enrolled when, and what they put on the board."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from timebank.contributions import professionals
from timebank.demo import comings, pages, waiting
from timebank.demo.calendar import Act, awake, moment_of
from timebank.demo.farewells import NOT_YET_ASKED
from timebank.demo.notices import REQUESTS
from timebank.demo.offers import OFFERS
from timebank.demo.people import (
    ADMINISTRATOR,
    FUNDER,
    JESS,
    NEIGHBOUR,
    NEIGHBOURS,
    PAID_AND_NEIGHBOURS,
    PROFESSIONALS,
    SAFEGUARDING_LEAD,
    SIAN,
    WITHOUT_EMAIL,
    email_of,
)
from timebank.demo.portraits import OWNERS
from timebank.demo.town import Neighbour, Town
from timebank.demo.words import KINDS, WORKS, Notice
from timebank.listings import board
from timebank.listings.models import Listing, ListingKind
from timebank.members import enrol
from timebank.members.enrol import Newcomer
from timebank.members.models import Membership
from timebank.members.passwords import set_password
from timebank.policy import Role

PASSWORD = "three green kettles"  # noqa: S105 - it is printed beside the sign-ins that it is for
SIGNING_IN = (NEIGHBOUR, JESS, ADMINISTRATOR, SAFEGUARDING_LEAD, FUNDER)

_FOUNDERS, _FOUNDING_DAYS, _QUIET_DAYS = 20, 25, 12
_AT_FIRST = 12
_FRESH_DAYS = 150
"""Nobody waits for longer than that: a request that is older was met, or is given up."""


def open_doors(town: Town) -> None:
    """Those who run it are there, the projects have begun, and everyone else will come on their day."""
    first_day = town.calendar.first_day
    staff = {
        ADMINISTRATOR: Role.ADMINISTRATOR,
        JESS: Role.COORDINATOR,
        FUNDER: Role.FUNDER,
        SAFEGUARDING_LEAD: Role.SAFEGUARDING,
    }
    for name, role in staff.items():
        newcomer = Newcomer(name=name, email=email_of(name), roles=frozenset({role}))
        town.staff[name] = _enrol(town, newcomer, moment_of(first_day, 9))
    town.coordinators[JESS] = town.staff[JESS]
    for work in WORKS:
        project = professionals.create_project(town.session, town.timebank, work.name, purpose=work.purpose)
        town.projects[work.name] = project
    offers, requests = _owners(town, OFFERS, 2), _owners(town, REQUESTS, 1)
    for name, day in zip(NEIGHBOURS, _days_of_joining(town), strict=True):
        _expect(town, name, day, offers.get(name, []), requests.get(name, []))
    _expect_professionals(town)


def _days_of_joining(town: Town) -> list[date]:
    """The founders in the first weeks, the others one by one until shortly before today."""
    days = (town.calendar.until.date() - town.calendar.first_day).days - _QUIET_DAYS
    later = sorted(town.rng.randrange(_FOUNDING_DAYS, days) for _ in NEIGHBOURS[_FOUNDERS:])
    early = sorted(town.rng.randrange(_FOUNDING_DAYS) for _ in NEIGHBOURS[:_FOUNDERS])
    return [town.calendar.first_day + timedelta(days=day) for day in early + later]


def _owners(town: Town, notices: Sequence[Notice], of_the_first: int) -> dict[str, list[Notice]]:
    """Whose each notice is: the first ones are those of the member in whose name one looks around."""
    owned: dict[str, list[Notice]] = {NEIGHBOUR: list(notices[:of_the_first])}
    others = [name for name in NEIGHBOURS if name not in WITHOUT_EMAIL and name != NEIGHBOUR]
    for notice in notices[of_the_first:]:
        owned.setdefault(OWNERS.get(notice.title) or town.rng.choice(others), []).append(notice)
    return owned


def _expect(town: Town, name: str, day: date, offers: list[Notice], requests: list[Notice]) -> None:
    """The member will join on that day and write on the board in the weeks after it."""
    number = NEIGHBOURS.index(name)

    def join(at: datetime) -> None:
        if number < _FOUNDERS or name in WITHOUT_EMAIL or name == NOT_YET_ASKED:
            roles = frozenset({Role.MEMBER, Role.COORDINATOR} if name == SIAN else {Role.MEMBER})
            membership = _enrol(town, Newcomer(name=name, email=email_of(name), roles=roles), at)
        else:
            membership = comings.by_application(town, name, at)
        if name == SIAN:
            town.coordinators[name] = membership
        _settle_in(town, name, membership, [one.group for one in offers], [one.group for one in requests])
        if number < _FOUNDERS or name in WITHOUT_EMAIL:
            comings.agree_if_there_are_terms(town, name, at)
        pages.expect_page(town, name, at)
        for kind, notices in ((ListingKind.OFFER, offers), (ListingKind.REQUEST, requests)):
            for notice in notices:
                _expect_notice(town, name, kind, notice, at)

    town.calendar.add(moment_of(day, 10), join)


def _settle_in(town: Town, name: str, membership: Membership, offered: list[str], wanted: list[str]) -> None:
    """The member can do what they offer and three things more, and needs what they ask for and two things more."""
    kinds = list(KINDS)
    town.neighbours[name] = Neighbour(
        membership=membership,
        gives=town.rng.lognormvariate(0, 0.8) * (2 if name == NEIGHBOUR else 1),
        asks=town.rng.lognormvariate(0, 0.7) * (2 if name == NEIGHBOUR else 1),
        skills=frozenset([*offered, *town.rng.sample(kinds, 3)]),
        needs=frozenset([*wanted, *town.rng.sample(kinds, 2)]),
        free_minutes=(town.timebank.credit_limit_minutes or 0) + town.timebank.welcome_minutes,
        writes_email=name not in WITHOUT_EMAIL,
    )


def _expect_notice(town: Town, name: str, kind: ListingKind, notice: Notice, joined: datetime) -> None:
    """It will be on the board some time after its owner joined: an offer soon, a request when there is a need."""
    longest = (town.calendar.until - joined).days
    soon = 0.0, min(longest, 40)
    days = town.rng.uniform(*(soon if kind == ListingKind.OFFER else (max(0, longest - _FRESH_DAYS), longest)))

    def write(at: datetime) -> None:
        owner = town.neighbours[name]
        if not owner.takes_part:
            return
        words = waiting.words_of(town, notice, kind=kind, place=pages.portrait_of(name).district)
        listing = board.write(town.session, words, by=owner.membership, at=at)
        (owner.offers if kind == ListingKind.OFFER else owner.requests).append(listing)
        _expect_renewal(town, owner, listing, at)

    town.calendar.add(awake(joined + timedelta(hours=1, days=days)), write)


def _expect_renewal(town: Town, owner: Neighbour, listing: Listing, at: datetime) -> None:
    """Its owner will say that it still holds, a week before it would leave the board, and so on."""

    def renew(at: datetime) -> None:
        if owner.takes_part and listing.closed_at is None:
            board.renew(town.session, listing.id, by=owner.membership, at=at)
            _expect_renewal(town, owner, listing, at)

    town.calendar.add(awake(at + timedelta(days=town.timebank.listing_days - 7)), renew)


def _expect_professionals(town: Town) -> None:
    """Both organisations are there, with most of their people; some come later, and some are members as well."""
    first_day = town.calendar.first_day
    for organisation, names in PROFESSIONALS.items():
        employer = enrol.enrol_organisation(town.session, town.timebank, organisation, at=moment_of(first_day, 9))
        for place, name in enumerate(names):
            day = first_day if 2 * place < _AT_FIRST else first_day + timedelta(days=town.rng.randrange(30, 240))
            town.calendar.add(moment_of(day, 9), _hire(town, name, employer))


def _hire(town: Town, name: str, employer: Membership) -> Act:
    """The professional joins, as a member too where they are one."""

    def join(at: datetime) -> None:
        also_member = name in PAID_AND_NEIGHBOURS
        newcomer = Newcomer(
            name=name,
            email=email_of(name),
            roles=frozenset({Role.MEMBER} if also_member else ()),
            works_for=employer.organisation,
        )
        membership = _enrol(town, newcomer, at)
        town.professionals.append(membership)
        if also_member:
            _settle_in(town, name, membership, [], [])
            comings.agree_if_there_are_terms(town, name, at)

    return join


def _enrol(town: Town, newcomer: Newcomer, at: datetime) -> Membership:
    membership = enrol.enrol(town.session, town.timebank, newcomer, at=at)
    if newcomer.name in SIGNING_IN and membership.person is not None:
        set_password(town.session, membership.person, PASSWORD)
    return membership
