"""People leave, die, come back, are erased and made one, in any order: no audit finds anything, no total changes."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.builders import (
    NOON,
    a_confirmed_exchange,
    a_coordinator,
    a_listing,
    a_member,
    a_proposed_exchange,
    a_recorded_exchange,
    a_timebank,
    an_administrator,
    an_approved_exchange,
)
from tests.care.figures import balance, findings
from timebank.care import erasing, leaving, merging, standing
from timebank.exchanges import silence, steps, undoing
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import ENDED_EMPTY, WAITING, State
from timebank.hours import Hours
from timebank.ledger.models import Account
from timebank.members import doubles, moving, upkeep
from timebank.members.choices import Approval, Leaving
from timebank.members.models import Membership, MembershipStatus
from timebank.refusals import Refusal
from timebank.reports import releases
from timebank.reports.contribution import contribution_report
from timebank.reports.period import Period

MARCH = date(2026, 3, 3)
_OPEN = [state for state in State if state not in {*ENDED_EMPTY, State.APPROVED}]


class Town:
    """A timebank whose first quarter is released, and what may be done with the people in it, one after another."""

    def __init__(self, session, timebank, people):
        self.session, self.timebank = session, timebank
        self.jess = a_coordinator(session, timebank)
        an_administrator(session, timebank)
        self.at = NOON
        self.people = [a_member(session, timebank, name, email="") for name in people]
        for giver, receiver in zip(self.people, self.people[1:], strict=False):
            an_approved_exchange(session, giver, receiver, approved_by=self.jess, served_on=MARCH, hours="1:00")
        self.release = releases.release(session, timebank, Period.read("2026-Q1"), by=self.jess.person, at=NOON)
        self.document, self.first_quarter = self.release.document, self._first_quarter()

    def by(self, who=None):
        self.at += timedelta(minutes=1)
        return {"by": who or self.jess, "at": self.at}

    def leaves(self, who):
        leaving.leave(self.session, who, **self.by())

    def dies(self, who):
        leaving.write_down_death(self.session, who, on=None, **self.by())

    def lives(self, who):
        leaving.undo_death(self.session, who, **self.by())

    def rejoins(self, who):
        leaving.rejoin(self.session, who, **self.by())

    def is_erased(self, who):
        erasing.erase(self.session, who, called=f"A former member ({who.number})", **self.by())

    def is_made_one_with(self, double, kept):
        merging.merge(self.session, double, kept, **self.by())

    def is_right(self):
        """No audit finds anything, the book is even, what was released is as it was, nothing is open with nobody."""
        assert findings(self.session) == []
        tallies = select(func.sum(Account.given_minutes), func.sum(Account.received_minutes))
        given, received = self.session.execute(tallies.where(Account.book_id == self.timebank.book_id)).one()
        assert given == received
        assert self.release.document == self.document
        people, minutes, entries = self._first_quarter()
        assert (minutes, entries) == self.first_quarter[1:]
        assert people <= self.first_quarter[0]
        assert self._open_with_nobody() == []

    def _first_quarter(self):
        total = contribution_report(self.session, self.timebank, Period.read("2026-Q1")).total
        return total.people, total.minutes, total.entries

    def _open_with_nobody(self):
        """What waits for someone who has left, or is with oneself."""
        gone = select(Membership.id).where(Membership.status == MembershipStatus.LEFT)
        either = Exchange.provider_id.in_(gone) | Exchange.receiver_id.in_(gone)
        return self.session.scalars(select(Exchange.id).where(Exchange.state.in_(_OPEN), either)).all()


@pytest.fixture
def town(session, timebank):
    return Town(session, timebank, ["Ana Alder", "Ben Birch", "Cleo Cedar", "Anna Alder"])


def test_whoever_goes_and_comes_back_the_book_is_right_after_every_step(town):
    ana, ben, cleo, anna = town.people
    assert [balance(town.session, one) for one in town.people] == [60, 0, 0, -60]
    for act, *who in [
        (town.leaves, ana),
        (town.rejoins, ana),
        (town.leaves, ana),
        (town.rejoins, ana),
        (town.dies, ana),
        (town.lives, ana),
        (town.dies, ana),
        (town.lives, ana),
        (town.is_made_one_with, anna, ana),
        (town.leaves, ana),
        (town.rejoins, ana),
        (town.dies, ben),
        (town.is_erased, ben),
        (town.leaves, ana),
        (town.is_erased, ana),
        (town.dies, cleo),
        (town.lives, cleo),
    ]:
        act(*who)
        town.is_right()
    assert {one.name for one in (ana, anna)} == {"A former member (3)"}


@pytest.mark.parametrize("policy", Leaving)
@pytest.mark.parametrize("hours", ["2:00", "-2:00", "0:00"])
def test_each_way_of_settling_keeps_the_book_even(town, policy, hours):
    ana, ben = town.people[:2]
    moving.gift(town.session, ana, ben, hours=Hours(60), word="", key="even", by=ana.person, at=NOON)
    if hours != "0:00":
        sides = (ana, ben) if hours == "2:00" else (ben, ana)
        an_approved_exchange(town.session, *sides, approved_by=town.jess, hours="2:00")
    town.timebank.leaving = policy
    if policy == Leaving.AT_ZERO and hours != "0:00":
        with pytest.raises(Refusal, match="closed at zero"), town.session.begin_nested():
            town.leaves(ana)
        town.is_right()
        town.timebank.leaving = Leaving.SETTLE
    town.leaves(ana)
    town.is_right()
    assert balance(town.session, ana) == 0
    town.rejoins(ana)
    town.is_right()


def test_two_who_exchanged_with_one_another_are_made_one_once_it_is_taken_back(town):
    ana, ben, _cleo, anna = town.people
    mistake = an_approved_exchange(town.session, ana, anna, approved_by=town.jess)
    asked = a_proposed_exchange(town.session, ana, anna, by=anna)
    for _ in range(2):
        with pytest.raises(merging.NotTheSame), town.session.begin_nested():
            town.is_made_one_with(anna, ana)
        if mistake.state == State.APPROVED:
            steps.reverse(town.session, mistake.id, reason="One and the same", **town.by())
    steps.cancel(town.session, asked.id, **town.by(anna))
    an_approved_exchange(town.session, anna, ben, approved_by=town.jess)
    town.is_made_one_with(anna, ana)
    town.is_right()
    town.leaves(ana)
    town.is_erased(ana)
    town.is_right()


def test_what_was_called_off_is_not_opened_again_with_who_has_gone_since(town):
    ana, ben, cleo, anna = town.people
    asked = a_proposed_exchange(town.session, ana, ben, by=ben)
    logged = a_recorded_exchange(town.session, cleo, ana, by=cleo)
    between = a_recorded_exchange(town.session, ana, anna, by=ana)
    for exchange, who in ((asked, ben), (logged, cleo), (between, ana)):
        steps.cancel(town.session, exchange.id, **town.by(who))
    town.is_made_one_with(anna, ana)
    town.session.expire_all()
    assert not undoing.may_undo(between, ana, at=town.at)
    with pytest.raises(Refusal, match="Anna Alder does not give or receive"):
        undoing.undo(town.session, between.id, **town.by(ana))

    town.leaves(ana)
    for exchange, who in ((asked, ben), (logged, cleo)):
        assert not undoing.may_undo(exchange, who, at=town.at)
        with pytest.raises(Refusal, match="Ana Alder does not give or receive"):
            undoing.undo(town.session, exchange.id, **town.by(who))
    town.is_right()
    town.rejoins(ana)
    assert undoing.undo(town.session, asked.id, **town.by(ben)).state == State.PROPOSED


def test_hours_of_the_double_are_taken_back_as_the_documentation_tells(town):
    ana, ben, _cleo, anna = town.people
    wrong = an_approved_exchange(town.session, anna, ben, approved_by=town.jess, hours="2:00")
    town.is_made_one_with(anna, ana)
    with pytest.raises(Refusal, match="closed"), town.session.begin_nested():
        steps.reverse(town.session, wrong.id, reason="It did not happen", **town.by())
    upkeep.reopen(town.session, anna, reason="To take hours back", **town.by())
    steps.reverse(town.session, wrong.id, reason="It did not happen", **town.by())
    town.is_right()
    moving.correction(
        town.session, ana, anna, hours=Hours(120), reason="As before", key="even", **town.by()
    )  # fmt: skip
    upkeep.close(town.session, anna, reason="As before", **town.by())
    town.is_right()
    assert sum(balance(town.session, one) for one in (ana, anna)) == 0


class Walk(Town):
    """The same town, where anything happens to anyone at random; what a rule refuses leaves nothing behind."""

    def __init__(self, session, timebank, people, chance):
        super().__init__(session, timebank, people)
        self.chance, self.done = chance, Counter()
        self.acts = [
            *[self.share] * 3, *[self.begin] * 3, *[self.step] * 6, *[self.undo] * 3, *[self.account] * 2, self.reverse,
            self.give, self.keep_silent, self.stand, self.stand, self.newcomer, self.newcomer,
            *[self.someone(act) for act in (self.leaves, self.leaves, self.dies, self.lives, self.rejoins)],
            self.someone(self.rejoins), self.someone(self.is_erased), self.two_are_one,
        ]  # fmt: skip

    def someone(self, act):
        return lambda: act(self.chance.choice(self.people))

    def two(self):
        """Two who are here, mostly; a rule refuses the others."""
        here = [one for one in self.people if one.status == MembershipStatus.ACTIVE]
        among = here if len(here) > 1 and self.chance.random() < 0.8 else self.people
        return self.chance.sample(among, 2)

    def two_are_one(self):
        self.is_made_one_with(*self.two())

    def any(self, *states):
        found = self.session.scalars(
            select(Exchange).where(Exchange.state.in_(states), Exchange.served_on.is_distinct_from(MARCH))
        ).all()
        return self.chance.choice(found) if found else None

    def share(self):
        an_approved_exchange(self.session, *self.two(), approved_by=self.jess, hours="1:00")

    def begin(self):
        begin = self.chance.choice([a_proposed_exchange, a_recorded_exchange, a_confirmed_exchange])
        begin(self.session, *self.two(), hours="0:30")

    def step(self):
        exchange = self.any(*_OPEN)
        if exchange is None:
            return
        answers = [steps.agree, steps.decline, steps.cancel, steps.confirm]
        decide = exchange.state in WAITING and self.chance.random() < 0.6
        step = steps.approve if decide else self.chance.choice(answers)
        who = self.jess if decide else self.chance.choice([exchange.provider, exchange.receiver])
        step(self.session, exchange.id, **self.by(who))

    def undo(self):
        exchange = self.any(*_OPEN, *ENDED_EMPTY)
        if exchange is not None:
            who = self.chance.choice([exchange.provider, exchange.receiver])
            undoing.undo(self.session, exchange.id, **self.by(who))

    def reverse(self):
        exchange = self.any(State.APPROVED)
        if exchange is not None:
            steps.reverse(self.session, exchange.id, reason="A mistake", **self.by())

    def give(self):
        giver, to = self.two()
        key = f"gift-{self.at.isoformat()}"
        moving.gift(self.session, giver, to, hours=Hours(15), word="", key=key, by=giver.person, at=self.by()["at"])

    def keep_silent(self):
        self.timebank.silence_days = 1
        for _ in range(3):
            self.at += timedelta(hours=13)
            silence.confirm_silent(self.session, self.timebank, at=self.at)

    def account(self):
        change = self.chance.choice([upkeep.close, upkeep.reopen])
        change(self.session, self.chance.choice(self.people), reason="Just so", **self.by())

    def stand(self):
        step = self.chance.choice([standing.suspend, standing.lift, standing.come_back])
        word = {"word": "Why"} if step is standing.suspend else {}
        step(self.session, self.chance.choice(self.people), **word, **self.by())

    def newcomer(self):
        if len(self.people) < 12:
            self.people.append(a_member(self.session, self.timebank, f"Newcomer {len(self.people)}", email=""))
            a_listing(self.session, self.people[-1], "Bread")

    def happens(self):
        act = self.chance.choice(self.acts)
        self.at += timedelta(minutes=self.chance.choice([1, 30]))
        self.timebank.approval = self.chance.choice([Approval.ALL, Approval.NONE])
        self.timebank.leaving = self.chance.choice([Leaving.SETTLE, Leaving.SETTLE, Leaving.AT_ZERO])
        self.session.flush()
        try:
            with self.session.begin_nested():
                act()
        except Refusal as refusal:
            self.done[type(refusal).__name__] += 1
            self.session.expire_all()
        else:
            self.done["done"] += 1


@pytest.mark.parametrize("seed", [20260610, 20260611])
def test_whatever_happens_in_whatever_order_the_book_is_right(session, timebank, seed):
    walk = Walk(session, timebank, ["Ana Alder", "Ben Birch", "Cleo Cedar", "Dan Dale"], random.Random(seed))
    for number in range(80):
        walk.happens()
        if number % 4 == 0:
            walk.is_right()
    walk.is_right()
    assert walk.done["done"] > 30
    assert sum(len(doubles.doubles_of(session, one)) for one in walk.people) > 0


def test_the_book_of_another_timebank_is_left_alone(session, town):
    elsewhere = Town(session, a_timebank(session, "hillside", "Hillside"), ["Sol Spruce", "Tia Teak"])
    for one in town.people[:2]:
        town.leaves(one)
        town.is_erased(one)
    elsewhere.is_right()
    assert [balance(session, one) for one in elsewhere.people] == [60, -60]
