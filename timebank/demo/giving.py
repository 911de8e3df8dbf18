"""Hours that move without help in the made-up community: gifts, welcome hours, hours from before, corrections."""

from datetime import datetime, timedelta
from functools import partial

from timebank.demo import words
from timebank.demo.calendar import in_office, moment_of
from timebank.demo.people import ADMINISTRATOR, JESS, NEIGHBOUR
from timebank.demo.town import Neighbour, Town
from timebank.hours import Hours
from timebank.members import moving, policies
from timebank.members.policies import Rule

_FROM_BEFORE, _MISREAD = 27, 34
"""How many days after the first one the paper book of before is entered, and what was misread in it is put right."""

_WELCOMED_SINCE = 300
"""How many days ago the administrator gave newcomers hours to begin with."""

_MEANT_FOR_ANOTHER, _GIVEN_TWICE = 205, 98
_OF_THE_READIEST, _LATE_TO_BE_WELCOMED = 6, 3
_WELCOME = Hours(120)


def expect_giving(town: Town) -> None:
    """All that moves without help will move in its time, a little now and then."""
    first = moment_of(town.calendar.first_day, 10)
    town.calendar.add(in_office(first + timedelta(days=_FROM_BEFORE)), partial(_enter_paper_book, town))
    town.calendar.add(in_office(first + timedelta(days=_MISREAD)), partial(_put_right_what_was_misread, town))
    town.calendar.add(in_office(_on_a_day(town, _WELCOMED_SINCE)), partial(_begin_to_welcome, town))
    for days, minutes, word in words.GIFTS:
        town.calendar.add(_on_a_day(town, days), partial(_give_to_a_friend, town, Hours(minutes), word))
    for days, minutes, word in words.DONATIONS:
        town.calendar.add(_on_a_day(town, days), partial(_donate, town, Hours(minutes), word))
    for days, act in (
        (words.TO_THE_MEMBER[0], _give_to_the_member),
        (words.OF_THE_MEMBER[0], _the_member_donates),
        (_MEANT_FOR_ANOTHER, _give_to_the_wrong_one),
        (_GIVEN_TWICE, _donate_twice),
    ):
        town.calendar.add(_on_a_day(town, days), partial(act, town))


def _on_a_day(town: Town, days_ago: int) -> datetime:
    """Some moment of that day at which people are up."""
    return town.calendar.until - timedelta(days=days_ago) + timedelta(minutes=town.aside.randrange(8 * 60, 21 * 60))


def _enter_paper_book(town: Town, at: datetime) -> None:
    """A few had shared hours before, and begin with what their paper book says."""
    for name, minutes in words.PAPER_BOOK.items():
        member, by, key = town.neighbours[name], town.coordinators[JESS], town.key()
        balance, reason = Hours(minutes), words.FROM_THE_PAPER_BOOK
        moving.opening(town.session, member.membership, balance, reason=reason, key=key, by=by, at=at)
        member.free_minutes += minutes


def _put_right_what_was_misread(town: Town, at: datetime) -> None:
    _correct(town, town.neighbours[words.MISREAD], None, Hours(60), words.MISREAD_BECAUSE, at)


def _begin_to_welcome(town: Town, at: datetime) -> None:
    """Newcomers have hours to begin with from now on, and those who came just before are given them by hand."""
    timebank = town.timebank
    by = town.staff[ADMINISTRATOR]
    policies.set_rules(town.session, timebank, {Rule.WELCOME: _WELCOME.minutes}, by=by, at=at)
    for late in list(town.neighbours.values())[-_LATE_TO_BE_WELCOMED:]:
        moving.welcome(town.session, late.membership, _WELCOME, by=town.coordinators[JESS], at=at)
        late.free_minutes += _WELCOME.minutes


def _give_to_a_friend(town: Town, hours: Hours, word: str, at: datetime) -> None:
    """Someone with many hours gives to the one among those they know who has the fewest."""
    giver = _ready_to_give(town)
    known = [one for one in town.present if one.membership.id in giver.helped]
    if known:
        _give(town, giver, min(known, key=lambda one: one.free_minutes), hours, word, at)


def _donate(town: Town, hours: Hours, word: str, at: datetime) -> None:
    _give(town, _ready_to_give(town), None, hours, word, at)


def _give_to_the_member(town: Town, at: datetime) -> None:
    """The member in whose name one looks around is given something."""
    _days, minutes, word = words.TO_THE_MEMBER
    member = town.neighbours[NEIGHBOUR]
    _give(town, _ready_to_give(town, member), member, Hours(minutes), word, at)


def _the_member_donates(town: Town, at: datetime) -> None:
    _days, minutes, word = words.OF_THE_MEMBER
    _give(town, town.neighbours[NEIGHBOUR], None, Hours(minutes), word, at)


def _give_to_the_wrong_one(town: Town, at: datetime) -> None:
    """A gift goes to one of two who share an e-mail, and a coordinator brings it to the other."""
    one, other = (town.neighbours[name] for name in words.MIXED_UP)
    hours = Hours(45)
    if _give(town, _ready_to_give(town, one, other), one, hours, words.TO_THE_OTHER, at):
        later = in_office(at + timedelta(days=1))
        town.calendar.add(later, lambda then: _correct(town, one, other, hours, words.MIXED_UP_BECAUSE, then))


def _donate_twice(town: Town, at: datetime) -> None:
    """A donation is made twice by mistake, and a coordinator takes the second one back."""
    giver, hours = _ready_to_give(town), Hours(60)

    def again(then: datetime) -> None:
        second = _give(town, giver, None, hours, "", then)
        if second is not None:
            town.calendar.add(in_office(then + timedelta(days=1)), partial(take_back, second))

    def take_back(second: int, then: datetime) -> None:
        by, reason = town.coordinators[JESS], words.GIVEN_TWICE
        moving.take_back(town.session, town.timebank, second, reason=reason, by=by, at=then)
        giver.free_minutes += hours.minutes

    _give(town, giver, None, hours, "", at)
    town.calendar.add(at + timedelta(minutes=2), again)


def _ready_to_give(town: Town, *but: Neighbour) -> Neighbour:
    """One of those who can best spare hours, and who writes for themselves."""
    writing = [one for one in town.present if one.writes_email and one not in but]
    readiest = sorted(writing, key=lambda one: one.free_minutes, reverse=True)
    return town.aside.choice(readiest[:_OF_THE_READIEST])


def _give(town: Town, giver: Neighbour, to: Neighbour | None, hours: Hours, word: str, at: datetime) -> int | None:
    """The transfer, where the giver has so many hours to spare, promises counted in."""
    by = giver.membership.person
    if by is None or giver.free_minutes < hours.minutes:
        return None
    side, key = to.membership if to else None, town.key()
    posted = moving.gift(town.session, giver.membership, side, hours=hours, word=word, key=key, by=by, at=at)
    _moved(giver, to, hours)
    return posted.transfer_id


def _correct(town: Town, payer: Neighbour, payee: Neighbour | None, hours: Hours, reason: str, at: datetime) -> None:
    """Put right by Jess, unless what is to go has been promised since."""
    if payer.free_minutes < hours.minutes:
        return
    sides = payer.membership, payee.membership if payee else None
    by, key = town.coordinators[JESS], town.key()
    moving.correction(town.session, *sides, hours=hours, reason=reason, key=key, by=by, at=at)
    _moved(payer, payee, hours)


def _moved(payer: Neighbour, payee: Neighbour | None, hours: Hours) -> None:
    payer.free_minutes -= hours.minutes
    if payee is not None:
        payee.free_minutes += hours.minutes
