"""Seals: what was sealed and changed afterwards is found and named, whoever changed it."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event
from time import sleep

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.builders import NOON, unguarded
from timebank.hours import Hours
from timebank.ledger import accounts, audit, seals
from timebank.ledger.models import AccountKind, TransferKind
from timebank.ledger.posting import Posting, post, reverse
from timebank.refusals import Unacceptable


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch):
    monkeypatch.setattr(seals, "STRETCH", 3)


@pytest.fixture
def book(session):
    return accounts.open_book(session, at=NOON).id


@pytest.fixture
def ana(session, book):
    return accounts.open_account(session, book, AccountKind.MEMBER, credit_limit=None, at=NOON).id


@pytest.fixture
def ben(session, book):
    return accounts.open_account(session, book, AccountKind.MEMBER, credit_limit=None, at=NOON).id


def posted(session, book, payer, payee, many=1, **more):
    return [
        post(
            session,
            Posting(
                book_id=book,
                reference=f"exchange:{payer}-{number}",
                kind=TransferKind.EXCHANGE,
                payer_id=payer,
                payee_id=payee,
                hours=Hours(30),
                occurred_on=date(2026, 6, 1),
                **more,
            ),
            at=NOON,
        ).transfer_id
        for number in range(many)
    ]


def sealed(session, book):
    made = []
    while (one := seals.seal(session, book, at=NOON)) is not None:
        made.append(one)
    return made


def by_hand(session, statement, **values):
    session.execute(text(statement), values)
    session.expire_all()


def found(session, held=()):
    return list(seals.findings(session, held))


def test_a_book_in_which_nothing_moved_has_no_seal(session, book):
    assert seals.seal(session, book, at=NOON) is None
    assert seals.latest(session, book) is None
    assert found(session) == []


def test_stretches_follow_one_another_and_cover_all(session, book, ana, ben):
    transfers = posted(session, book, ana, ben, 7)

    made = sealed(session, book)

    assert [one.transfers for one in made] == [3, 3, 1]
    assert [one.number for one in made] == [1, 2, 3]
    assert [(one.after_id, one.up_to_id) for one in made] == [
        (0, transfers[2]),
        (transfers[2], transfers[5]),
        (transfers[5], transfers[6]),
    ]
    assert [one.previous_digest for one in made] == ["0" * 64, made[0].digest, made[1].digest]
    assert seals.latest(session, book) is made[-1]
    assert found(session) == []


def test_the_digest_is_the_one_that_is_written_down(session, book, ana, ben):
    """Built here by hand from what docs/ledger.md says, so that the two databases and the paper agree."""
    at = datetime(2026, 6, 10, 12, 0, 1, 5000, tzinfo=UTC)
    told = Posting(book, "exchange:ä|1", TransferKind.EXCHANGE, ana, ben, Hours(90), date(2026, 6, 1), "", 7)
    one = post(session, told, at=at).transfer_id
    two = reverse(session, one, reason="Zoë said:\ntwice | once", entered_by=None, on=date(2026, 6, 10), at=at)

    made = seals.seal(session, book, at=NOON)

    lines = [
        f"timebank seal 1|{book}|1|0|{two.transfer_id}|2|{'0' * 64}",
        f"{one}|exchange|{ana}|{ben}|90|2026-06-01|2026-06-10 12:00:01.005000|7||13:exchange:ä|1|0:",
        (
            f"{two.transfer_id}|reversal|{ben}|{ana}|90|2026-06-10|2026-06-10 12:00:01.005000||{one}"
            f"|{len(f'reversal:{one}')}:reversal:{one}|23:Zoë said:\ntwice | once"
        ),
    ]
    assert made.digest == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_each_book_has_a_chain_of_its_own(session, book, ana, ben):
    other = accounts.open_book(session, at=NOON).id
    carla, dan = (
        accounts.open_account(session, other, AccountKind.MEMBER, credit_limit=None, at=NOON).id for _ in range(2)
    )
    posted(session, book, ana, ben, 2)
    posted(session, other, carla, dan, 2)
    posted(session, book, ben, ana, 1)

    assert [(one.number, one.transfers) for one in sealed(session, book)] == [(1, 3)]
    assert [(one.number, one.transfers) for one in sealed(session, other)] == [(1, 2)]
    assert found(session) == []


@pytest.mark.parametrize(
    "change",
    [
        "minutes = minutes + 1",
        "occurred_on = '2026-05-31'",
        "posted_at = '2026-06-10 12:00:00.000001'",
        "reason = 'nicer'",
        "reference = 'exchange:other'",
        "entered_by = 12",
        "kind = 'gift'",
        "payer_id = payee_id, payee_id = payer_id",
    ],
)
def test_any_change_of_a_sealed_transfer_is_found_and_the_first_is_named(session, book, ana, ben, change):
    transfers = posted(session, book, ana, ben, 6)
    sealed(session, book)
    unguarded(session, "transfer")

    by_hand(session, f"UPDATE transfer SET {change} WHERE id = :id", id=transfers[4])

    assert found(session) == [
        f"Book {book}, seal 2 of 2026-06-10 12:00 UTC: transfer {transfers[4]} was altered after it was sealed."
    ]


def test_a_missing_transfer_is_named(session, book, ana, ben):
    transfers = posted(session, book, ana, ben, 4)
    sealed(session, book)
    unguarded(session, "transfer")

    by_hand(session, "DELETE FROM transfer WHERE id IN (:one, :two)", one=transfers[1], two=transfers[2])

    assert found(session) == [
        f"Book {book}, seal 1 of 2026-06-10 12:00 UTC: transfer {transfers[1]} is missing after it was sealed."
    ]


def test_a_transfer_put_in_afterwards_is_named(session, book, ana, ben):
    _first, gap, _last = posted(session, book, ana, ben, 3)
    unguarded(session, "transfer")
    by_hand(session, "DELETE FROM transfer WHERE id = :gap", gap=gap)
    sealed(session, book)

    by_hand(
        session,
        "INSERT INTO transfer (id, book_id, reference, kind, payer_id, payee_id, minutes, occurred_on, posted_at)"
        " VALUES (:gap, :book, 'put in', 'gift', :ana, :ben, 5, '2026-06-01', '2026-06-01 10:00:00.000000')",
        gap=gap,
        book=book,
        ana=ana,
        ben=ben,
    )

    assert found(session) == [
        f"Book {book}, seal 1 of 2026-06-10 12:00 UTC: transfer {gap} was put in after it was sealed."
    ]


@pytest.mark.parametrize("number", [0, -1])
def test_a_transfer_put_in_before_the_first_one_is_named(session, book, ana, ben, number):
    posted(session, book, ana, ben, 3)
    sealed(session, book)
    unguarded(session, "transfer")
    by_hand(session, "UPDATE transfer SET id = :number WHERE id = (SELECT max(id) FROM transfer)", number=number)

    named = f"Book {book}: transfer {number} was put in before the first one, where no seal can hold it."
    assert found(session)[0] == named


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("digest = '" + "0" * 64 + "'", "the seal itself was altered"),
        ("transfers = 2", "the seal itself was altered"),
        ("previous_digest = '" + "1" * 64 + "'", "it does not follow the seal before it"),
        ("after_id = 1", "it does not follow the seal before it"),
    ],
)
def test_a_seal_that_was_altered_is_found(session, book, ana, ben, change, finding):
    posted(session, book, ana, ben, 3)
    sealed(session, book)
    unguarded(session, "seal")

    by_hand(session, f"UPDATE seal SET {change}")

    assert finding in " ".join(found(session))


def test_a_seal_taken_out_of_the_chain_is_found(session, book, ana, ben):
    posted(session, book, ana, ben, 7)
    sealed(session, book)
    unguarded(session, "seal")

    by_hand(session, "DELETE FROM seal WHERE number = 2")

    assert found(session) == [f"Book {book}, seal 3: it does not follow the seal before it."]


def test_a_history_that_was_sealed_anew_is_found_by_what_was_kept_elsewhere(session, book, ana, ben):
    transfers = posted(session, book, ana, ben, 3)
    kept = sealed(session, book)[-1].digest
    assert found(session, [seals.Held(book, 1, kept[: seals.SHORTEST].upper())]) == []
    unguarded(session, "transfer", "seal", "account")
    by_hand(session, "UPDATE transfer SET minutes = 60 WHERE id = :id", id=transfers[0])
    by_hand(session, "UPDATE account SET received_minutes = received_minutes + 30 WHERE id = :ana", ana=ana)
    by_hand(session, "UPDATE account SET given_minutes = given_minutes + 30 WHERE id = :ben", ben=ben)
    by_hand(session, "DELETE FROM seal")
    sealed(session, book)

    assert found(session) == []  # the chain is whole again, and every tally fits
    assert all("guards" in finding for finding in audit.findings(session))
    (told,) = found(session, [seals.Held(book, 1, kept)])
    assert told.startswith(
        f"Book {book}, seal 1: its digest is not the one that was kept. Something up to it was altered"
    )


def test_a_seal_that_is_gone_is_found_by_what_was_kept_elsewhere(session, book):
    assert found(session, [seals.Held(book, 4, "8f3a " * 8)]) == [
        f"Book {book}, seal 4: a digest of it was kept elsewhere, but the seal is gone."
    ]


def test_too_little_of_a_digest_tells_nothing(session, book):
    with pytest.raises(Unacceptable) as no:
        found(session, [seals.Held(book, 1, "8f3a 1b2c 8f3a 1b2")])
    assert str(no.value) == "Give at least the first 16 letters of the digest."


def test_what_was_kept_is_held_against_its_own_book_and_number(session, book, ana, ben):
    other = accounts.open_book(session, at=NOON).id
    carla, dan = (
        accounts.open_account(session, other, AccountKind.MEMBER, credit_limit=None, at=NOON).id for _ in range(2)
    )
    posted(session, book, ana, ben, 6)
    posted(session, other, carla, dan, 2)
    first, second = sealed(session, book)
    (elsewhere,) = sealed(session, other)

    spaced = " ".join(first.digest[at : at + 4] for at in range(0, 64, 4))
    for one in (first, second, elsewhere):
        assert found(session, [seals.Held(one.book_id, one.number, one.digest)]) == []
    assert found(session, [seals.Held(book, 1, spaced)]) == []
    assert len(found(session, [seals.Held(book, 1, second.digest), seals.Held(other, 1, first.digest)])) == 2


@pytest.fixture
def two_who_give(own_engine):
    """A book of its own, and two pairs of accounts in it, so that neither who gives waits for the other."""
    with Session(own_engine) as session:
        book = accounts.open_book(session, at=NOON).id
        four = [
            accounts.open_account(session, book, AccountKind.MEMBER, credit_limit=None, at=NOON).id for _ in range(4)
        ]
        session.commit()
    return book, four[:2], four[2:]


def test_of_two_who_seal_at_once_the_second_finds_all_sealed(own_engine, two_who_give):
    book, pair, _other = two_who_give
    began = Event()

    def second():
        with Session(own_engine) as session:
            began.set()
            return seals.seal(session, book, at=NOON)

    with ThreadPoolExecutor(1) as other, Session(own_engine) as session:
        posted(session, book, *pair)
        session.commit()
        assert seals.seal(session, book, at=NOON).number == 1
        waits = other.submit(second)
        began.wait()
        with pytest.raises(TimeoutError):
            waits.result(timeout=0.3)
        session.commit()
        assert waits.result(timeout=20) is None


@pytest.mark.parametrize("own_engine", ["postgresql"], indirect=True)
def test_what_is_not_committed_yet_holds_the_seal_up_and_is_never_passed_over(own_engine, two_who_give):
    book, one, other = two_who_give
    with Session(own_engine) as early, Session(own_engine) as late, Session(own_engine) as sealer:
        first = posted(late, book, *other)
        late.commit()
        below = posted(early, book, *one)  # its id is given out, and it is not there yet
        above = posted(late, book, *reversed(other))
        late.commit()

        assert seals.seal(sealer, book, at=NOON) is None  # it has waited as long as it may
        sealer.rollback()

        early.commit()
        assert seals.seal(sealer, book, at=NOON).up_to_id == above[0]
        assert found(sealer) == []
    assert first < below < above


@pytest.mark.parametrize("own_engine", ["postgresql"], indirect=True)
def test_the_seal_waits_for_those_who_were_posting_and_not_for_those_who_began_since(
    own_engine, two_who_give, monkeypatch
):
    monkeypatch.setattr(seals, "_PATIENCE_SECONDS", 10)
    book, one, other = two_who_give
    with Session(own_engine) as early, Session(own_engine) as since, Session(own_engine) as sealer:
        (below,) = posted(early, book, *one)

        def meanwhile():
            sleep(0.15)
            posted(since, book, *other)
            early.commit()

        with ThreadPoolExecutor(1) as elsewhere, Session(own_engine) as settled:
            (above,) = posted(settled, book, *reversed(other))
            settled.commit()
            goes_on = elsewhere.submit(meanwhile)
            made = seals.seal(sealer, book, at=NOON)
            goes_on.result()
        assert (made.up_to_id, made.transfers) == (above, 2)
    assert below < above
