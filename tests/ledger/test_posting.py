"""The book's only writer, and the database that holds its rules whoever writes."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from tests.builders import NOON, TODAY, unguarded
from timebank.hours import Hours
from timebank.ledger import audit, balances, posting
from timebank.ledger.accounts import AccountClosed, close_account, open_account, open_book, set_credit_limit
from timebank.ledger.models import AccountKind, Transfer, TransferKind
from timebank.ledger.posting import (
    AlreadyReversed,
    OverCreditLimit,
    Posting,
    ReferenceTaken,
    post,
    reverse,
)
from timebank.refusals import NotFound, Unacceptable


@pytest.fixture
def book(session):
    return open_book(session, at=NOON)


@pytest.fixture
def ana(session, book):
    return open_account(session, book.id, AccountKind.MEMBER, credit_limit=Hours(120)).id


@pytest.fixture
def ben(session, book):
    return open_account(session, book.id, AccountKind.MEMBER, credit_limit=Hours(120)).id


def posted(session, book, payer, payee, minutes, reference="exchange:1", **more):
    return post(session, made(book, payer, payee, minutes, reference, **more), at=NOON).transfer_id


def made(book, payer, payee, minutes, reference="exchange:1", kind=TransferKind.EXCHANGE, **more):
    return Posting(
        book_id=book.id,
        reference=reference,
        kind=kind,
        payer_id=payer,
        payee_id=payee,
        hours=Hours(minutes),
        occurred_on=more.pop("occurred_on", TODAY),
        **more,
    )


def by_hand(session, statement, **values):
    with session.begin_nested():
        session.execute(text(statement), values)


def both(session, *accounts):
    return [balances.balance(session, account).minutes for account in accounts]


def test_the_payer_gives_and_the_payee_gains(session, book, ana, ben):
    posted(session, book, ana, ben, 90)

    assert both(session, ana, ben) == [-90, 90]
    assert balances.tallies(session, ana) == balances.Tallies(given=Hours(0), received=Hours(90))
    assert balances.tallies(session, ben) == balances.Tallies(given=Hours(90), received=Hours(0))


def test_the_credit_limit_itself_may_be_reached(session, book, ana, ben):
    posted(session, book, ana, ben, 120)

    assert both(session, ana, ben) == [-120, 120]


def test_one_minute_past_the_credit_limit_nothing_moves(session, book, ana, ben):
    with pytest.raises(OverCreditLimit), session.begin_nested():
        posted(session, book, ana, ben, 121)

    assert both(session, ana, ben) == [0, 0]


def test_past_a_lowered_limit_an_account_moves_towards_zero_only(session, book, ana, ben):
    posted(session, book, ana, ben, 100, "exchange:1")
    set_credit_limit(session, ana, Hours(60), entered_by=None, reason="agreed with Ana", at=NOON)

    with pytest.raises(OverCreditLimit), session.begin_nested():
        posted(session, book, ana, ben, 1, "exchange:2")
    posted(session, book, ben, ana, 30, "exchange:3")
    with pytest.raises(OverCreditLimit), session.begin_nested():
        posted(session, book, ana, ben, 1, "exchange:4")
    posted(session, book, ben, ana, 40, "exchange:5")
    posted(session, book, ana, ben, 30, "exchange:6")

    assert both(session, ana, ben) == [-60, 60]


def test_an_account_without_a_limit_goes_as_low_as_it_must(session, book, ben):
    community = open_account(session, book.id, AccountKind.COMMUNITY, credit_limit=None).id
    posted(session, book, community, ben, 100_000, kind=TransferKind.WELCOME)

    assert both(session, community, ben) == [-100_000, 100_000]


def test_the_same_posting_twice_is_written_once(session, book, ana, ben):
    first = posted(session, book, ana, ben, 90)
    second = posted(session, book, ana, ben, 90)

    assert first == second
    assert both(session, ana, ben) == [-90, 90]


@pytest.mark.parametrize("change", [{"minutes": 91}, {"occurred_on": date(2026, 6, 9)}])
def test_the_same_reference_for_something_else_is_refused(session, book, ana, ben, change):
    posted(session, book, ana, ben, 90)

    with pytest.raises(ReferenceTaken):
        posted(
            session, book, ana, ben, change.get("minutes", 90), **{k: v for k, v in change.items() if k != "minutes"}
        )


def test_a_reversal_takes_both_tallies_back_and_stays_readable(session, book, ana, ben):
    transfer = posted(session, book, ana, ben, 90)
    reversal = reverse(session, transfer, reason="logged twice", entered_by=7, on=TODAY, at=NOON).transfer_id

    assert balances.tallies(session, ana) == balances.Tallies(Hours(0), Hours(0))
    assert balances.tallies(session, ben) == balances.Tallies(Hours(0), Hours(0))
    lines = balances.statement(session, ben)
    assert [(line.transfer.id, line.change.minutes, line.balance.minutes, line.reversed_later) for line in lines] == [
        (reversal, -90, 0, False),
        (transfer, 90, 90, True),
    ]


def test_a_transfer_is_reversed_once(session, book, ana, ben):
    transfer = posted(session, book, ana, ben, 90)
    reverse(session, transfer, reason="logged twice", entered_by=None, on=TODAY, at=NOON)

    with pytest.raises(AlreadyReversed):
        reverse(session, transfer, reason="logged twice", entered_by=None, on=TODAY, at=NOON)


def test_a_reversal_needs_a_reason_and_cannot_be_reversed(session, book, ana, ben):
    transfer = posted(session, book, ana, ben, 90)
    with pytest.raises(Unacceptable):
        reverse(session, transfer, reason="  ", entered_by=None, on=TODAY, at=NOON)
    reversal = reverse(session, transfer, reason="logged twice", entered_by=None, on=TODAY, at=NOON).transfer_id

    with pytest.raises(Unacceptable), session.begin_nested():
        reverse(session, reversal, reason="no, it was right", entered_by=None, on=TODAY, at=NOON)


def test_what_was_spent_in_the_meantime_cannot_be_taken_back(session, book, ana, ben):
    cleo = open_account(session, book.id, AccountKind.MEMBER, credit_limit=Hours(120)).id
    transfer = posted(session, book, ana, ben, 90)
    posted(session, book, ben, cleo, 200, "exchange:2")

    with pytest.raises(OverCreditLimit), session.begin_nested():
        reverse(session, transfer, reason="logged twice", entered_by=None, on=TODAY, at=NOON)


def test_a_closed_account_neither_gives_nor_gains(session, book, ana, ben):
    close_account(session, ben, entered_by=None, reason="Ben moved away", at=NOON)

    with pytest.raises(AccountClosed), session.begin_nested():
        posted(session, book, ana, ben, 5)


def test_an_account_of_another_book_fails(session, book, ana):
    other = open_book(session, at=NOON)
    stranger = open_account(session, other.id, AccountKind.MEMBER, credit_limit=None).id

    with pytest.raises(NotFound), session.begin_nested():
        posted(session, book, ana, stranger, 5)


def test_welcome_hours_come_from_the_community_account_only(session, book, ana, ben):
    with pytest.raises(Unacceptable), session.begin_nested():
        posted(session, book, ana, ben, 60, kind=TransferKind.WELCOME)


@pytest.mark.parametrize(("minutes", "payer_too"), [(0, False), (-10, False), (10, True)])
def test_nothing_less_than_a_minute_and_nothing_to_oneself(session, book, ana, ben, minutes, payer_too):
    with pytest.raises(Unacceptable), session.begin_nested():
        posted(session, book, ana, ana if payer_too else ben, minutes)


def test_balances_at_a_past_moment_and_on_a_past_day(session, book, ana, ben):
    post(session, made(book, ana, ben, 30, "exchange:1", occurred_on=date(2026, 6, 1)), at=NOON.replace(day=5))
    post(session, made(book, ana, ben, 20, "exchange:2", occurred_on=date(2026, 5, 1)), at=NOON.replace(day=8))

    assert balances.balance_at(session, ben, NOON.replace(day=4)) == Hours(0)
    assert balances.balance_at(session, ben, NOON.replace(day=5)) == Hours(30)
    assert balances.balance_at(session, ben, NOON.replace(day=8)) == Hours(50)
    assert balances.balance_on(session, ben, date(2026, 4, 30)) == Hours(0)
    assert balances.balance_on(session, ben, date(2026, 5, 1)) == Hours(20)
    assert balances.balance_on(session, ana, date(2026, 6, 1)) == Hours(-50)


def test_a_statement_runs_in_pages_and_its_balance_runs_on(session, book, ana, ben):
    for number in range(5):
        posted(session, book, ana, ben, 10, f"exchange:{number}")

    assert [line.balance.minutes for line in balances.statement(session, ben, limit=2, offset=1)] == [40, 30]
    assert balances.transfers_of(session, ben) == 5


INSERT = (
    "INSERT INTO transfer (book_id, reference, kind, payer_id, payee_id, minutes, occurred_on, posted_at, reverses_id,"
    " reason) VALUES (:book, :reference, :kind, :payer, :payee, :minutes, '2026-06-10', '2026-06-10 12:00:00',"
    " :reverses, 'by hand')"
)


def insert_by_hand(session, book, payer, payee, minutes, **more):
    told = {"reference": "hand:1", "kind": "exchange", "reverses": None, **more}
    by_hand(session, INSERT, book=book.id, payer=payer, payee=payee, minutes=minutes, **told)


def test_a_transfer_typed_by_hand_moves_the_tallies_too(session, book, ana, ben):
    insert_by_hand(session, book, ana, ben, 15)

    assert both(session, ana, ben) == [-15, 15]
    assert list(audit.findings(session)) == []


@pytest.mark.parametrize(
    "told",
    [
        {"minutes": 121},
        {"minutes": 0},
        {"minutes": -5},
        {"minutes": 5, "kind": "welcome"},
        {"minutes": 5, "kind": "whim"},
        {"minutes": 5, "kind": "reversal"},
        {"minutes": 5, "payee": 0},
    ],
)
def test_what_may_not_be_is_refused_to_hand_written_sql_too(session, book, ana, ben, told):
    told = {"payee": ben, **told}
    with pytest.raises(IntegrityError):
        insert_by_hand(session, book, ana, told.pop("payee"), told.pop("minutes"), **told)

    assert both(session, ana, ben) == [0, 0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transfer SET minutes = 1",
        "UPDATE transfer SET reason = 'nicer'",
        "DELETE FROM transfer",
        "UPDATE account SET credit_limit_minutes = 10 WHERE id = :ana",
        "DELETE FROM account WHERE id = :ana",
    ],
)
def test_the_database_refuses_to_change_what_is_written(session, book, ana, ben, statement):
    posted(session, book, ana, ben, 90)

    with pytest.raises(DatabaseError):
        by_hand(session, statement, **({"ana": ana} if ":ana" in statement else {}))
    assert both(session, ana, ben) == [-90, 90]
    assert list(audit.findings(session)) == []


def test_a_replace_on_sqlite_cannot_take_a_row_away(session, book, ana, ben):
    if session.get_bind().dialect.name != "sqlite":
        return
    posted(session, book, ana, ben, 90)
    session.execute(text("PRAGMA recursive_triggers = OFF"))
    replace = INSERT.replace("INSERT INTO", "INSERT OR REPLACE INTO")
    by_hand(
        session,
        replace,
        book=book.id,
        reference="exchange:1",
        kind="exchange",
        payer=ben,
        payee=ana,
        minutes=50,
        reverses=None,
    )
    with pytest.raises(IntegrityError):
        by_hand(
            session,
            replace.replace("(book_id", "(id, book_id").replace("(:book", "(1, :book"),
            book=book.id, reference="hand:2", kind="exchange", payer=ben, payee=ana, minutes=50, reverses=None,
        )  # fmt: skip

    assert session.scalars(select(Transfer.minutes)).all() == [90]
    assert both(session, ana, ben) == [-90, 90]


def test_truncate_on_postgresql_is_refused(session, book, ana, ben):
    if session.get_bind().dialect.name != "postgresql":
        return
    posted(session, book, ana, ben, 90)

    with pytest.raises(DatabaseError):
        by_hand(session, "TRUNCATE transfer CASCADE")


def test_the_audit_finds_a_tally_changed_by_hand(session, book, ana, ben):
    posted(session, book, ana, ben, 90)
    unguarded(session, "account")
    by_hand(session, "UPDATE account SET given_minutes = 95 WHERE id = :ben", ben=ben)

    said = " ".join(audit.findings(session))
    assert f"account {ben}: given is kept as 1 hour 35 minutes" in said
    assert "not to zero" in said


def test_the_audit_finds_a_trigger_that_is_gone(session, book):
    drop = {
        "sqlite": "DROP TRIGGER transfer_is_never_changed",
        "postgresql": "DROP TRIGGER transfer_is_never_changed ON transfer",
    }
    session.execute(text(drop[session.get_bind().dialect.name]))

    assert any("transfer_is_never_changed" in finding for finding in audit.findings(session))


def test_the_audit_counts_reversals_right(session, book, ana, ben):
    transfer = posted(session, book, ana, ben, 90)
    posted(session, book, ben, ana, 20, "exchange:2")
    posting.reverse(session, transfer, reason="logged twice", entered_by=None, on=TODAY, at=NOON)

    assert list(audit.findings(session)) == []
    assert balances.moved(session, book.id, (TransferKind.EXCHANGE,)) == Hours(20)
