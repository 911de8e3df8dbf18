"""Many processes write into one book at once, and each answer is as if they had come one after the other."""

import random
import time
from collections import Counter

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from tests.builders import changes_of
from tests.ledger.hands import hands, said, wrong
from tests.ledger.work import AT, a_book, a_post, a_reversal, a_seal, balances_of, seal_all
from tests.ledger.writer import carry_out, connected, do
from timebank.commands.upgrading import upgrade
from timebank.ledger.models import Seal, Transfer

SEED = 20260610
HANDS = 8


@pytest.fixture(scope="module")
def url(postgresql_url):
    """A PostgreSQL database of this file's own; it is gone afterwards."""
    server = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE concurrency"))
    yield postgresql_url.replace("/postgres?", "/concurrency?")
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE concurrency WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="module")
def engine(url):
    engine = connected(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def fleet(url, engine, tmp_path_factory):
    with hands(url, tmp_path_factory.mktemp("journals"), HANDS) as fleet:
        yield fleet


@pytest.fixture(scope="module")
def noted():
    """All that was ever acknowledged in this database."""
    return []


@pytest.fixture
def at_once(engine, fleet, noted):
    """Give works to as many processes; afterwards nothing failed, there was no deadlock, and the book is right."""

    def at_once(works):
        before = _deadlocks(engine)
        answers = fleet.do(works)
        noted.extend(note for some in answers for note in some)
        failed = [note for some in answers for note in some if note["said"] == "Failed"]
        assert failed == []
        assert _deadlocks(engine) == before
        assert wrong(engine, noted) == []
        return answers

    return at_once


def _deadlocks(engine):
    """How many there have been; a server tells it a second late, but whom it sacrificed has failed at once."""
    with engine.connect() as connection:
        asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return connection.scalar(text(asked))


def test_at_the_limit_exactly_as_many_pass_as_fit(engine, at_once):
    chance = random.Random(SEED)
    book, _community, members = a_book(engine, 100, 100, 103, None, None)
    payers, payees = members[:3], members[3:]
    works = [
        [
            a_post(book, f"exchange:{hand}-{number}", payers[number % 3], chance.choice(payees), 5)
            for number in chance.sample(range(30), 30)
        ]
        for hand in range(HANDS)
    ]
    answers = at_once(works)

    passed = Counter(note["told"]["payer"] for some in answers for note in some if note["said"] == "Posted")
    assert [passed[payer] for payer in payers] == [20, 20, 20]
    assert said(answers) == {"Posted": 60, "OverCreditLimit": 30 * HANDS - 60}
    rooms = {(note["told"]["payer"], note["room"]) for some in answers for note in some if "payer" not in note}
    assert rooms == {(payers[0], 0), (payers[1], 0), (payers[2], 3)}
    assert balances_of(engine, payers) == [-100, -100, -100]


def test_each_answer_tells_the_balances_at_its_own_turn(engine, at_once):
    book, _community, (payer, payee) = a_book(engine, 1000, 0)
    answers = at_once([[a_post(book, f"{hand}-{n}", payer, payee, 5) for n in range(10)] for hand in range(HANDS)])

    told = sorted((note["payer"], note["payee"], note["room"]) for some in answers for note in some)
    assert told == [(-5 * n, 5 * n, 1000 - 5 * n) for n in range(10 * HANDS, 0, -1)]


def test_opposite_directions_wait_for_one_another_and_never_for_each_other(engine, at_once):
    book, _community, pair = a_book(engine, None, None)
    works = [
        [a_post(book, f"exchange:{hand}-{number}", *pair[:: 1 if hand % 2 else -1], 1 + hand) for number in range(50)]
        for hand in range(HANDS)
    ]
    assert said(at_once(works)) == {"Posted": 50 * HANDS}
    assert balances_of(engine, pair) == [-200, 200]


def test_one_reference_from_many_at_once_is_written_once_and_all_hear_the_same(engine, at_once):
    book, _community, pair = a_book(engine, None, None)
    works = [[a_post(book, f"exchange:{number}", *pair, 7) for number in range(40)]] * HANDS
    answers = at_once(works)

    for notes in zip(*answers, strict=True):
        assert len({note["transfers"][0] for note in notes}) == 1
        assert sum(note["written"] for note in notes) == 1
    assert balances_of(engine, pair) == [-280, 280]


def test_of_two_contents_under_one_reference_one_is_written_and_the_other_refused(engine, at_once):
    book, _community, pair = a_book(engine, None, None)
    works = [[a_post(book, f"exchange:{number}", *pair, 1 + hand % 2) for number in range(40)] for hand in range(HANDS)]
    answers = at_once(works)

    assert said(answers) == {"Posted": 20 * HANDS, "ReferenceTaken": 20 * HANDS}
    for notes in zip(*answers, strict=True):
        posted = [note for note in notes if note["said"] == "Posted"]
        assert len({note["told"]["minutes"] for note in posted}) == 1
        assert sum(note["written"] for note in posted) == 1


def test_one_transfer_is_reversed_once_by_many_at_once(engine, at_once):
    book, _community, pair = a_book(engine, None, None)
    (posted,) = at_once([[a_post(book, f"exchange:{number}", *pair, 7) for number in range(30)]])
    reasons = ["logged twice", *("logged twice" if hand % 2 else f"hand {hand} says so" for hand in range(1, HANDS))]
    answers = at_once([[a_reversal(note["transfers"][0], reason=reason) for note in posted] for reason in reasons])

    for notes in zip(*answers, strict=True):
        assert said([notes]) == {"Posted": 1, "AlreadyReversed": HANDS - 1}
    assert balances_of(engine, pair) == [0, 0]


def test_the_community_account_welcomes_many_at_once(engine, at_once):
    book, community, members = a_book(engine, *[0] * 40 * HANDS)
    works = [
        [a_post(book, f"welcome:{member}", community, member, 300, "welcome") for member in members[hand::HANDS]]
        for hand in range(HANDS)
    ]
    answers = at_once(works)

    assert said(answers) == {"Posted": 40 * HANDS}
    stood = sorted(note["payer"] for some in answers for note in some)
    assert stood == [-300 * n for n in range(40 * HANDS, 0, -1)]
    assert set(balances_of(engine, members)) == {300}


def test_bulk_posts_over_the_same_accounts_in_any_order_never_wait_in_a_ring(engine, at_once):
    chance = random.Random(SEED)
    book, _community, members = a_book(engine, *[None] * 12)

    def two():
        return chance.sample(members, 2)

    def a_bulk(name):
        rows = [a_post(book, f"{name}-{row}", *two(), 1 + row) for row in range(15)]
        return {"do": "post_all", "postings": rows, "at": AT}

    works = [
        [
            a_bulk(f"bulk:{hand}-{n}") if (hand + n) % 3 else a_post(book, f"one:{hand}-{n}", *two(), 5)
            for n in range(15)
        ]
        for hand in range(HANDS)
    ]
    assert said(at_once(works)) == {"Posted": 15 * HANDS}
    assert sum(balances_of(engine, members)) == 0


def test_a_seal_never_passes_over_a_transfer_that_was_still_on_its_way(engine, at_once):
    book, community, members = a_book(engine, *[0] * (HANDS - 1))
    works = [
        [a_post(book, f"welcome:{member}-{number}", community, member, 5, "welcome") for number in range(60)]
        for member in members
    ]
    seal = a_seal(book)
    answers = at_once([*works, [seal] * 40])

    assert said(answers) == {"Posted": 60 * len(members), "Sealed": 40}
    with Session(engine) as session:
        kept = session.scalars(select(Seal).where(Seal.book_id == book).order_by(Seal.number)).all()
        up_to = kept[-1].up_to_id if kept else 0
        below = select(func.count()).where(Transfer.book_id == book, Transfer.id <= up_to)
        assert sum(one.transfers for one in kept) == session.scalar(below)
        assert len(kept) > 1
    seal_all(engine, book)
    at_once([[seal]])


def test_a_seal_leaves_out_or_waits_for_what_is_not_committed_yet(engine, fleet, noted):
    """The lower id is written first and committed last."""
    book, _community, (ana, ben, cleo, dan) = a_book(engine, *[None] * 4)
    slow, quick = a_post(book, "slow", ana, ben, 5), a_post(book, "quick", cleo, dan, 5)
    with Session(engine) as session:
        answer = do(session, slow)
        noted.extend([{"told": slow, **answer}, {"told": quick, **carry_out(engine, quick)}])
        (sealing,) = fleet.begin([[a_seal(book)]])
        sealing.is_done(0.5)
        session.commit()
    sealing.hears("done")
    sealing.notes()

    seal_all(engine, book)
    assert wrong(engine, noted) == []


def test_limits_and_closings_change_while_others_post(engine, at_once):
    chance = random.Random(SEED)
    book, _community, members = a_book(engine, *[200] * 6)

    def a_change(what, number):
        return {"do": what, "account": members[number % 6], "reason": "as agreed", "at": AT}

    works = [
        [a_post(book, f"{hand}-{n}", *chance.sample(members, 2), chance.randint(1, 40)) for n in range(50)]
        for hand in range(HANDS - 2)
    ]
    limits = [{**a_change("limit", number), "minutes": (0, 60, 120, None)[number % 4]} for number in range(50)]
    closings = [a_change(chance.choice(["close", "reopen"]), number) for number in range(50)]
    answers = at_once([*works, limits, closings])

    assert said(answers[:-2]).keys() <= {"Posted", "OverCreditLimit", "AccountClosed"}
    assert said(answers[-2:-1]).keys() <= {"Done", "AccountClosed"}
    assert said(answers[-1:]).keys() <= {"Done", "NotAtZero", "NotClosed", "AccountClosed"}
    with Session(engine) as session:
        kept = sum(len(changes_of(session, member)) for member in members)
    assert kept == len(members) + said(answers[-2:])["Done"]  # the limit each was opened with, and what changed since


def test_on_sqlite_eight_writers_wait_their_turn(tmp_path):
    url = f"sqlite:///{tmp_path / 'timebank.db'}"
    engine = connected(url)
    upgrade(engine)
    book, community, members = a_book(engine, *[0] * HANDS)
    works = [
        [a_post(book, f"welcome:{member}-{number}", community, member, 5, "welcome") for number in range(15)]
        for member in members
    ]
    with hands(url, tmp_path, HANDS) as fleet:
        begun = time.monotonic()
        answers = fleet.do(works)
        took = time.monotonic() - begun

    assert said(answers) == {"Posted": 15 * HANDS}
    assert took < 10
    assert sorted(note["payer"] for some in answers for note in some) == [-5 * n for n in range(15 * HANDS, 0, -1)]
    assert wrong(engine, [note for some in answers for note in some]) == []
    engine.dispose()
