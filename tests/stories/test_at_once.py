"""Two do at the same moment what cannot both be: one comes through, the other is told so in a sentence, or waits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Barrier, Event, get_ident

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.builders import (
    NOON,
    a_confirmed_exchange,
    a_coordinator,
    a_member,
    a_petition,
    a_proposed_exchange,
    a_recorded_exchange,
    a_timebank,
    an_administrator,
    an_application,
    an_approved_exchange,
    an_invitation,
    shared,
)
from tests.care.figures import findings
from timebank.care import erasing, inviting, joining, leaving, merging, welcoming
from timebank.care.models import Application
from timebank.care.standing import OnlyAdministrator
from timebank.exchanges import silence, steps, telling, undoing
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import ENDED_EMPTY, State, StepNotOpen
from timebank.hours import Hours
from timebank.ledger.models import Account, Transfer
from timebank.members import moving
from timebank.members.models import AuditLine, Membership, MembershipStatus, Person, Timebank
from timebank.refusals import Refusal

LATER = NOON + timedelta(days=20)
SECONDS_AHEAD = {"sqlite": 0.02, "postgresql": 0.1}
"""How long the first one waits before its end, so that the second one comes as far as it can; on SQLite not at all."""
_OPEN = [state for state in State if state not in {*ENDED_EMPTY, State.APPROVED}]


class Cast:
    """Who takes part, by name, and the one exchange that they have; each looks it up in a session of their own."""

    def __init__(self, engine, state=None, *, governed=False):
        self.engine = engine
        with Session(engine) as session:
            timebank = session.scalars(select(Timebank)).first() or a_timebank(session)
            timebank.silence_days = 10
            people = {name: a_member(session, timebank, f"{name.title()} Alder", email="") for name in MEMBERS}
            people |= {name: a_coordinator(session, timebank, name.title(), email="") for name in ("jess", "jo")}
            if governed:
                people |= {name: an_administrator(session, timebank, name.title(), email="") for name in ("ada", "bea")}
            session.flush()
            exchange = _exchange(session, state, people) if state else None
            session.commit()
            self.timebank_id = timebank.id
            self.exchange_id = exchange.id if exchange is not None else None
            self.ids = {name: one.id for name, one in people.items()}

    def be(self, session, name):
        return session.get_one(Membership, self.ids[name])

    def timebank(self, session):
        return session.get_one(Timebank, self.timebank_id)

    def check(self):
        """The audits find nothing, and nothing is open with somebody who is gone."""
        with Session(self.engine) as session:
            assert findings(session) == []
            gone = select(Membership.id).where(Membership.status == MembershipStatus.LEFT)
            with_them = Exchange.provider_id.in_(gone) | Exchange.receiver_id.in_(gone)
            assert session.scalars(select(Exchange.state).where(Exchange.state.in_(_OPEN), with_them)).all() == []
            left = select(Account.given_minutes - Account.received_minutes).where(Account.closed_at.is_not(None))
            assert set(session.scalars(left)) <= {0}

    def state(self):
        with Session(self.engine) as session:
            return session.get_one(Exchange, self.exchange_id).state


MEMBERS = ("ana", "anna", "ben")


def _exchange(session, state, people):
    ana, ben, jess = people["ana"], people["ben"], people["jess"]
    if state == State.RECORDED:
        return a_recorded_exchange(session, ben, ana)
    if state == State.CONFIRMED:
        return a_confirmed_exchange(session, ben, ana)
    if state == State.APPROVED:
        return an_approved_exchange(session, ben, ana, approved_by=jess)
    exchange = a_proposed_exchange(session, ben, ana, by=ben)
    if state == State.AGREED:
        steps.agree(session, exchange.id, by=ana, at=NOON)
    if state == State.CANCELLED:
        steps.cancel(session, exchange.id, by=ben, at=LATER)
    return exchange


def attempt(cast, act, before_commit=lambda: None):
    """What came of it: "won", or the refusal; anything else that is raised is a fault."""
    with Session(cast.engine) as session:
        try:
            act(session, cast)
        except Refusal as refusal:
            return refusal
        before_commit()
        session.commit()
    return "won"


def one_within_the_other(cast, first, second, *, before, times=1):
    """The second one begins when the first comes to such a statement, so many times, and comes as far as it can."""
    waiting, go, whose, seen = Event(), Event(), [], []

    def look(_connection, _cursor, statement, *_more):
        if whose == [get_ident()] and all(part in statement for part in before):
            seen.append(statement)
            if len(seen) == times:
                waiting.set()
                go.wait(30)

    def begin(session, cast):
        whose.append(get_ident())
        first(session, cast)

    event.listen(cast.engine, "before_cursor_execute", look)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(attempt, cast, begin)
        one.add_done_callback(lambda _: waiting.set())
        waiting.wait(30)
        other = pool.submit(attempt, cast, second)
        wait([other], timeout=SECONDS_AHEAD[cast.engine.dialect.name])
        go.set()
        answers = one.result(), other.result()
    event.remove(cast.engine, "before_cursor_execute", look)
    assert len(seen) >= times, "the first one never came there"
    return answers


def one_after_the_other(cast, first, second):
    """The second one begins when the first has done all but commit, and comes as far as it can before that."""
    done, go = Event(), Event()

    def hold():
        done.set()
        go.wait(30)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(attempt, cast, first, hold)
        one.add_done_callback(lambda _: done.set())
        done.wait(30)
        other = pool.submit(attempt, cast, second)
        wait([other], timeout=SECONDS_AHEAD[cast.engine.dialect.name])
        go.set()
        return one.result(), other.result()


def all_at_once(cast, *acts):
    """All begin at the same moment."""
    start = Barrier(len(acts))

    def begin(act):
        start.wait(30)
        return attempt(cast, act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


def confirms(session, cast):
    steps.confirm(session, cast.exchange_id, by=cast.be(session, "ana"), at=LATER)


def disputes(session, cast):
    steps.dispute(session, cast.exchange_id, hours=Hours(30), by=cast.be(session, "ana"), at=LATER)


def approves(session, cast):
    steps.approve(session, cast.exchange_id, by=cast.be(session, "jess"), at=LATER)


def declines(session, cast):
    steps.decline(session, cast.exchange_id, by=cast.be(session, "jo"), at=LATER, note="No")


def takes_it_back(session, cast):
    steps.reverse(session, cast.exchange_id, reason="No", by=cast.be(session, "jo"), at=LATER)


def changes_their_mind(session, cast):
    undoing.undo(session, cast.exchange_id, by=cast.be(session, "ana"), at=LATER)


def opens_it_again(session, cast):
    undoing.undo(session, cast.exchange_id, by=cast.be(session, "ben"), at=LATER)


def logs(session, cast):
    ana, ben = (cast.be(session, name) for name in ("ana", "ben"))
    telling.record(session, cast.timebank(session), shared(session, ana, ben), by=ben, for_=ben, at=LATER)


def proposes(session, cast):
    ana, ben = (cast.be(session, name) for name in ("ana", "ben"))
    told = shared(session, ana, ben, served_on=None)
    telling.propose(session, cast.timebank(session), told, by=ben, at=LATER)


def logs_what_was_agreed(session, cast):
    ana, ben = (cast.be(session, name) for name in ("ana", "ben"))
    telling.record_agreed(session, cast.exchange_id, shared(session, ben, ana), by=ben, for_=ben, at=LATER)


def leaves(session, cast):
    ana = cast.be(session, "ana")
    leaving.leave(session, ana, by=ana, at=LATER)


def dies(session, cast):
    leaving.write_down_death(session, cast.be(session, "ana"), on=None, by=cast.be(session, "jess"), at=LATER)


def comes_back(session, cast):
    ana = cast.be(session, "ana")
    known = ana.person  # as the page holds whom it asks about
    leaving.rejoin(session, ana, by=cast.be(session, "jess"), at=LATER)
    assert known is ana.person


def is_erased(session, cast):
    ana = cast.be(session, "ana")
    known = ana.person
    erasing.erase(session, ana, called="A former member", by=cast.be(session, "jo"), at=LATER)
    assert known is ana.person


def are_made_one(session, cast):
    double, kept = cast.be(session, "ana"), cast.be(session, "anna")
    merging.merge(session, double, kept, by=cast.be(session, "jess"), at=LATER)


def are_made_one_the_other_way(session, cast):
    double, kept = cast.be(session, "anna"), cast.be(session, "ana")
    merging.merge(session, double, kept, by=cast.be(session, "jo"), at=LATER)


def gives_to_the_community(session, cast):
    ana = cast.be(session, "ana")
    moving.gift(session, ana, None, hours=Hours(15), word="", key="g", by=ana.person, at=LATER)


def ada_leaves(session, cast):
    ada = cast.be(session, "ada")
    leaving.leave(session, ada, by=ada, at=LATER)


def bea_leaves(session, cast):
    bea = cast.be(session, "bea")
    leaving.leave(session, bea, by=bea, at=LATER)


ONE_WINS = [
    (State.RECORDED, confirms, confirms),
    (State.RECORDED, confirms, disputes),
    (State.RECORDED, approves, declines),
    (State.CONFIRMED, approves, approves),
    (State.APPROVED, takes_it_back, takes_it_back),
    (None, leaves, leaves),
    (None, leaves, logs),
    (None, are_made_one, are_made_one_the_other_way),
    (State.AGREED, leaves, logs_what_was_agreed),
    (State.AGREED, dies, logs_what_was_agreed),
]
"""Where it is, and what two do to it at once: whichever begins, the other one hears why it cannot be."""
BOTH_HOLD = [
    (None, leaves, proposes),
    (State.CANCELLED, leaves, opens_it_again),
    (None, are_made_one, logs),
    (State.CONFIRMED, approves, changes_their_mind),
    (State.CONFIRMED, leaves, approves),
    (State.APPROVED, leaves, takes_it_back),
    (None, leaves, gives_to_the_community),
    (State.CONFIRMED, are_made_one, approves),
    (State.RECORDED, are_made_one, confirms),
    (State.AGREED, are_made_one, logs_what_was_agreed),
    (State.CANCELLED, are_made_one, opens_it_again),
    (State.APPROVED, leaves, are_made_one),
]
"""What may come through one after the other, or not: whichever begins, whatever comes of it is right."""


def _named(pair):
    return pair.__name__ if callable(pair) else str(pair)


@pytest.mark.parametrize(("state", "one", "other"), ONE_WINS, ids=_named)
def test_one_comes_through_and_the_other_is_told_why_not(own_engine, state, one, other):
    for first, second in ((one, other), (other, one)) if one is not other else ((one, other),):
        cast = Cast(own_engine, state)
        won, refused = one_after_the_other(cast, first, second)
        assert (won, isinstance(refused, Refusal)) == ("won", True), (won, refused)
        assert str(refused)
    cast.check()


@pytest.mark.parametrize(("state", "one", "other"), BOTH_HOLD, ids=_named)
def test_whichever_comes_first_the_book_is_right_and_nobody_sees_a_fault(own_engine, state, one, other):
    for first, second in ((one, other), (other, one)):
        cast = Cast(own_engine, state)
        answers = one_after_the_other(cast, first, second)
        assert "won" in answers
    cast = Cast(own_engine, state)
    assert "won" in all_at_once(cast, one, other)
    cast.check()


@pytest.mark.parametrize(
    ("state", "first", "before", "second"),
    [
        (State.CONFIRMED, are_made_one, "UPDATE exchange", approves),
        (State.APPROVED, are_made_one, "UPDATE exchange", takes_it_back),
        (None, leaves, "UPDATE listing", gives_to_the_community),
        (State.AGREED, leaves, "UPDATE listing", logs_what_was_agreed),
        (State.CANCELLED, are_made_one, "UPDATE exchange", opens_it_again),
    ],
    ids=_named,
)
def test_two_who_lock_the_same_never_wait_for_each_other(own_engine, state, first, before, second):
    """The second one comes when the first has some of its locks; what one database calls a deadlock is a fault here."""
    cast = Cast(own_engine, state)
    assert "won" in one_within_the_other(cast, first, second, before=(before,))
    cast.check()


def test_one_administrator_stays(own_engine):
    cast = Cast(own_engine, governed=True)
    won, refused = one_after_the_other(cast, ada_leaves, bea_leaves)
    assert (won, type(refused)) == ("won", OnlyAdministrator)
    cast.check()


def silence_counts(session, cast):
    timebank = cast.timebank(session)
    silence.confirm_silent(session, timebank, at=LATER)


@pytest.mark.parametrize("answer", [confirms, disputes], ids=_named)
@pytest.mark.parametrize("member_first", [True, False])
def test_the_word_of_a_member_goes_before_their_silence(own_engine, answer, member_first):
    cast = Cast(own_engine, State.RECORDED)
    with Session(own_engine) as session:
        silence.confirm_silent(session, cast.timebank(session), at=NOON + timedelta(days=8))
        session.commit()
    acts = (answer, silence_counts) if member_first else (silence_counts, answer)
    assert one_after_the_other(cast, *acts) == ("won", "won")
    with Session(own_engine) as session:
        exchange = session.get_one(Exchange, cast.exchange_id)
        by_ana = session.get_one(Membership, cast.ids["ana"]).person_id
        assert exchange.steps[-1].by_id == by_ana
        assert len(exchange.steps) == (2 if member_first else 3)
    assert cast.state() == (State.CONFIRMED if answer is confirms else State.DISPUTED)
    cast.check()


def test_two_coordinators_and_the_worker_have_all_of_the_same_at_once(own_engine):
    """What was told last has the lowest number, so that the worker would come to it in the other order."""
    cast = Cast(own_engine)
    with Session(own_engine) as session:
        ana, ben, anna = (cast.be(session, name) for name in ("ana", "ben", "anna"))
        pairs = [(ana, ben), (ben, anna), (anna, ana), (ben, ana)] * 3
        made = [a_recorded_exchange(session, giver, to, hours="0:30") for giver, to in pairs]
        for hour, exchange in enumerate(made):
            exchange.moved_at = NOON - timedelta(hours=hour)
        silence.confirm_silent(session, cast.timebank(session), at=NOON + timedelta(days=8))
        session.commit()
        numbers = [exchange.id for exchange in made]
    done, told = Counter(), []
    within = {"before": ("FROM exchange", "FOR UPDATE"), "times": 2}  # the worker has one of them by then

    def approves_all(name):
        def act(session, cast):
            by = cast.be(session, name)
            came = steps.approve_each(session, dict.fromkeys(numbers, Hours(30)), by=by, at=LATER)
            done.update(exchange.id for exchange in came.done)
            told.extend(refusal for _exchange, refusal in came.refused)

        return act

    if own_engine.dialect.name == "postgresql":
        assert one_within_the_other(cast, silence_counts, approves_all("jess"), **within) == ("won", "won")
        assert attempt(cast, approves_all("jo")) == "won"
    else:
        assert all_at_once(cast, approves_all("jess"), silence_counts, approves_all("jo")) == ["won"] * 3
    assert done == Counter(numbers)
    assert {type(refusal) for refusal in told} == {StepNotOpen}
    assert len(told) == len(numbers)
    with Session(own_engine) as session:
        assert session.scalar(select(func.count()).select_from(Transfer)) == len(numbers)
    cast.check()


def test_who_is_erased_and_taken_back_at_once_is_one_of_the_two(own_engine):
    for first, second in ((is_erased, comes_back), (comes_back, is_erased), (is_erased, is_erased)):
        cast = Cast(own_engine)
        assert attempt(cast, leaves) == "won"
        won, refused = one_after_the_other(cast, first, second)
        assert (won, isinstance(refused, Refusal)) == ("won", True), (first, refused)
        with Session(own_engine) as session:
            ana = cast.be(session, "ana")
            erased = session.get_one(Person, ana.person_id).erased_at is not None
            assert erased == (first is is_erased)
            assert (ana.status == MembershipStatus.LEFT) == erased
            lines = select(func.count()).where(AuditLine.about_id == ana.id, AuditLine.deed == "erased")
            assert session.scalar(lines) == int(erased)
    cast.check()


def test_one_application_is_one_however_often_it_is_sent(own_engine):
    cast = Cast(own_engine)

    def sends(**more):
        return lambda session, cast: joining.apply(
            session, cast.timebank(session), a_petition(**more), person=None, at=NOON
        )

    same = sends(key="the-same")
    assert all_at_once(cast, same, same, sends(key="another"), same) == ["won"] * 4
    assert one_after_the_other(cast, sends(key="a", name="Eve Elm"), sends(key="b", name="Eve Elm")) == ("won", "won")
    with Session(own_engine) as session:
        assert sorted(session.scalars(select(Application.name))) == ["Dora Dale", "Eve Elm"]


def test_one_invitation_is_used_by_one(own_engine):
    cast = Cast(own_engine)
    with Session(own_engine) as session:
        code = an_invitation(session, cast.be(session, "ana")).code
        session.commit()

    def uses(name):
        petition = a_petition(key=name, name=name, email=f"{name}@example.org", code=code)
        return lambda session, cast: joining.apply(session, cast.timebank(session), petition, person=None, at=NOON)

    def ends(session, cast):
        timebank, ana = cast.timebank(session), cast.be(session, "ana")
        number = session.scalars(select(inviting.Invitation.id)).one()
        inviting.end(session, timebank, number, by=ana, at=NOON)

    won, refused = one_after_the_other(cast, uses("Eve"), uses("Fay"))
    assert (won, type(refused)) == ("won", inviting.InvitationSpent)
    assert type(attempt(cast, ends)) is inviting.InvitationSpent


def test_one_application_makes_one_member_whoever_answers_it(own_engine):
    def welcomes(name):
        def act(session, cast):
            welcoming.welcome(session, cast.timebank(session), number, by=cast.be(session, name), at=LATER)

        return act

    def turns_down(session, cast):
        welcoming.decline(session, cast.timebank(session), number, word="", by=cast.be(session, "jo"), at=LATER)

    welcome = welcomes("jess")
    for first, second in ((welcome, welcomes("jo")), (welcome, turns_down), (turns_down, welcome)):
        cast = Cast(own_engine)
        with Session(own_engine) as session:
            number = an_application(session, cast.timebank(session)).id
            before = session.scalar(select(func.count()).select_from(Membership))
            session.commit()
        won, refused = one_after_the_other(cast, first, second)
        assert (won, type(refused)) == ("won", welcoming.AnsweredAlready)
        with Session(own_engine) as session:
            more = session.scalar(select(func.count()).select_from(Membership)) - before
            assert more == (0 if first is turns_down else 1)
    cast.check()
