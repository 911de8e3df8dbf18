"""How members of the made-up community come to have a page: written by themselves, or by Jess for who has no e-mail."""

from datetime import datetime, timedelta
from functools import partial

from timebank.demo import drawings
from timebank.demo.calendar import awake
from timebank.demo.people import JESS, NEIGHBOURS, WITHOUT_EMAIL
from timebank.demo.portraits import CALLED, LANGUAGES, PORTRAITS, READERS, TIMES, WITHOUT_PAGE, Portrait
from timebank.demo.town import Town
from timebank.demo.words import KINDS, PLACES, parts_of_days
from timebank.listings import assets
from timebank.listings.assets import Told
from timebank.listings.models import AssetKind
from timebank.listings.vocabulary import VOCABULARY
from timebank.members import pictures, profiles
from timebank.members.choices import Pace
from timebank.notices import wishes

WITHOUT_PHONE = frozenset({"Søren Kjær", "Nia Griffiths", "Ravi Chaudhry"})
DIGESTS = {
    "Zoë Bannister": Pace.DAILY,
    "Chidi Okafor": Pace.DAILY,
    "Marcus Bell": Pace.DAILY,
    "Farida Karimi": Pace.DAILY,
    "Jean Ridley": Pace.WEEKLY,
    "Lakshmi Narayanan": Pace.WEEKLY,
    "Delroy Francis": Pace.WEEKLY,
}
"""Who wants letters gathered."""
BY_PHONE = ("Pat Sutcliffe", "Ruth Abernethy")
"""Who would rather be rung up by the coordinator than get letters."""
_BY_PHONE_SINCE = 60


def portrait_of(name: str) -> Portrait:
    """The page of that member; of who does not write much, by their place in the list."""
    place = NEIGHBOURS.index(name)
    if name in PORTRAITS:
        return PORTRAITS[name]
    groups = [VOCABULARY[group] for group in KINDS]
    first, second, third = (groups[(place * 5 + step) % len(groups)] for step in (0, 4 + place // 13, 8))
    kinds = {first[place % len(first)], first[(place + 2) % len(first)], second[place % len(second)]}
    return Portrait(
        district=PLACES[place % len(PLACES)],
        languages=LANGUAGES[place % len(LANGUAGES)],
        times=TIMES[place % len(TIMES)],
        brings=tuple((AssetKind.SKILL, kind) for kind in sorted(kinds)),
        needs=(third[place % len(third)],),
    )


def phone_of(name: str) -> str:
    """Their telephone number, which is nobody's; empty for who has told none."""
    return "" if name in WITHOUT_PHONE else f"01632 960 {200 + NEIGHBOURS.index(name)}"


def expect_page(town: Town, name: str, joined: datetime) -> None:
    """The page of who has just joined will be written in the days that follow."""
    if name in WITHOUT_PAGE:
        return
    at = awake(joined + timedelta(minutes=town.chat.randrange(30, 4 * 24 * 60)))
    town.calendar.add(at, partial(_write, town, name))


HELP_IN = {
    "Arabic and Somali conversation": "Learning another language",
    "Cooking for many": "Food for a party",
    "Singing with others": "Singing and playing together",
    "Hems, zips and alterations": "Sewing and alterations",
    "A listening ear": "A chat over a cuppa",
    "Shelves and curtain rails": "Shelves, hooks and curtain rails",
    "A drill and a spirit level": "Tools and ladders to lend",
    "A van": "Use of a van or trailer",
    "Knitting and crochet": "Knitting and crochet",
    "Babysitting": "Babysitting",
    "Letters read and answered": "Reading and writing letters",
    "Taps, drains and washers": "Small plumbing jobs",
    "Maths up to GCSE": "Homework and school subjects",
    "Guitar for beginners": "Music lessons",
    "Birthday cakes": "Baking and cakes",
    "Dog walks": "Dog walking",
    "Setting up phones and tablets": "Setting up a phone or tablet",
    "Lifts to hospital": "Lifts to appointments",
    "Reading aloud": "Reading aloud",
    "Family trees and parish records": "Family history and life stories",
    "Bicycles put right": "Bicycle repairs",
    "Cooking from scratch": "Learning to cook",
    "Pruning roses and fruit trees": "Hedges and pruning",
    "A long ladder": "Tools and ladders to lend",
    "Chair yoga": "Yoga and relaxation",
    "Forms, patiently": "Filling in forms",
    "English conversation": "English conversation",
    "Budgets and bookkeeping": "Budgets and bookkeeping",
    "Preserves and pickles": "Jams and pickles",
    "Keeping hens": "Hens, bees and small animals",
    "Sitting with someone for a while": "Sitting with someone for a while",
    "Feeding cats": "Feeding pets while away",
    "Help with the bicycle": "Bicycle repairs",
    "A lift to the choir on Sundays": "Lifts to shops and clubs",
    "Someone to carry the shopping upstairs": "Shopping for someone",
    "Help with the hedge": "Hedges and pruning",
    "Someone to fetch prescriptions": "Collecting prescriptions",
    "A chat over a cuppa": "A chat over a cuppa",
    "Someone to walk with": "Company on walks",
    "Two shelves to put up": "Shelves, hooks and curtain rails",
    "Maths homework for my son": "Homework and school subjects",
    "A lift to physiotherapy": "Lifts to appointments",
    "English practice before an interview": "English conversation",
    "Help with a blue badge form for my mother": "Filling in forms",
    "Somebody to play chess with": "Cards, chess and board games",
    "Watering while I am away": "Watering while away",
    "Reading the post aloud": "Reading and writing letters",
    "A lift to the choir": "Lifts to shops and clubs",
    "Lightbulbs that are out of reach": "Bulbs, plugs and smoke alarms",
}
"""The kinds of help that members chose for what they bring and need, by its title."""


def expect_calls(town: Town) -> None:
    """Jess will write down who would rather be rung up."""
    for name in BY_PHONE:
        town.calendar.add(town.office_days_ago(_BY_PHONE_SINCE), partial(_ring_from_now, town, name))


def _write(town: Town, name: str, at: datetime) -> None:
    session, member, told = town.session, town.neighbours[name].membership, portrait_of(name)
    by = town.coordinators[JESS] if name in WITHOUT_EMAIL else member
    words = profiles.Words(
        called=CALLED.get(name, name.split(maxsplit=1)[0]),
        about=told.about,
        district=told.district,
        languages=told.languages,
        phone=phone_of(name),
    )
    profiles.write(session, member, words, by=by, at=at)
    profiles.keep_times(session, member, parts_of_days(told.times), by=by, at=at)
    for kind, title in told.brings:
        assets.add(session, member, Told(kind=kind, title=title, category_id=_help_in(town, title)), by=by, at=at)
    for title in told.needs:
        assets.add_need(session, member, title, by=by, at=at, category_id=_help_in(town, title))
    if name in READERS:
        profiles.choose_readers(session, member, READERS[name], by=by, at=at)
    if name in DIGESTS:
        wishes.set_pace(session, member, DIGESTS[name], at=at)
    if name in drawings.DRAWINGS:
        profiles.show_picture(session, member, pictures.draw(drawings.file_of(name)), by=by, at=at)


def _ring_from_now(town: Town, name: str, at: datetime) -> None:
    member, by = town.neighbours[name].membership, town.coordinators[JESS]
    wishes.choose(town.session, member, pace=Pace.BY_PHONE, asked=(), wanted=(), by=by, at=at)


def _help_in(town: Town, title: str) -> int | None:
    """The kind of help that somebody would choose for it; not everybody chooses one."""
    return town.categories[HELP_IN[title]].id if title in HELP_IN else None
