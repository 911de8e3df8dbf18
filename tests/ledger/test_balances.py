"""What the book says of an account, now and in the past, among others and beside other books."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from tests.builders import NOON
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.accounts import open_account, open_book
from timebank.ledger.balances import Tallies
from timebank.ledger.models import HELP, AccountKind, TransferKind
from timebank.ledger.posting import Posting, post, reverse

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 1)


@pytest.fixture
def book(session):
    return open_book(session, at=NOON)


@pytest.fixture
def people(session, book):
    """Three members of the book."""
    return [open_account(session, book.id, AccountKind.MEMBER, credit_limit=None, at=NOON).id for _ in range(3)]


def gives(session, book, payer, payee, minutes, reference, *, on=JUNE, kind=TransferKind.EXCHANGE, days=0):
    told = Posting(book.id, reference, kind, payer, payee, Hours(minutes), on)
    return post(session, told, at=NOON + timedelta(days=days)).transfer_id


@pytest.fixture
def history(session, book, people):
    """Of Ana: 10 and 20 received, 40 given, 5 given and taken back; beside her, others give 7 and 300."""
    ana, ben, cleo = people
    other = open_book(session, at=NOON)
    two = [open_account(session, other.id, AccountKind.MEMBER, credit_limit=None, at=NOON).id for _ in range(2)]
    made = [
        gives(session, book, ana, ben, 10, "one", on=MAY, days=1),
        gives(session, book, ana, cleo, 20, "two", days=2),
        gives(session, book, ben, cleo, 7, "beside", days=3),
        gives(session, other, *two, 300, "one", days=3),
        gives(session, book, ben, ana, 40, "three", days=4),
        gives(session, book, cleo, ana, 5, "four", on=MAY, days=5),
    ]
    back = reverse(session, made[-1], reason="twice", entered_by=None, on=JUNE, at=NOON + timedelta(days=6))
    return [*made, back.transfer_id]


def lines(session, account, **asked):
    return [
        (line.transfer.id, line.change.minutes, line.balance.minutes, line.reversed_later)
        for line in balances.statement(session, account, **asked)
    ]


def test_a_statement_runs_back_from_today_among_the_transfers_of_others(session, people, history):
    one, two, _beside, _elsewhere, three, four, back = history

    assert lines(session, people[0]) == [
        (back, -5, 10, False),
        (four, 5, 15, True),
        (three, 40, 10, False),
        (two, -20, -30, False),
        (one, -10, -10, False),
    ]


@pytest.mark.parametrize(("limit", "offset"), [(1, 0), (2, 1), (2, 4), (5, 0), (3, 9)])
def test_a_page_of_it_says_what_the_whole_says(session, people, history, limit, offset):
    whole = lines(session, people[0])

    assert lines(session, people[0], limit=limit, offset=offset) == whole[offset : offset + limit]


def test_a_page_has_fifty_lines_where_nothing_is_said(session, book, people):
    ana, ben, _cleo = people
    for number in range(52):
        gives(session, book, ana, ben, 1, f"more:{number}", on=MAY if number < 2 else JUNE)

    assert [line.balance.minutes for line in balances.statement(session, ben)] == list(range(52, 2, -1))
    assert [line.balance.minutes for line in balances.statement(session, ben, day_after=JUNE)] == [2, 1]


def test_the_days_leave_lines_out_and_the_balance_stays_that_of_the_whole(session, people, history):
    one, two, _beside, _elsewhere, three, four, back = history
    ana = people[0]

    assert lines(session, ana, day_after=JUNE) == [(four, 5, 15, True), (one, -10, -10, False)]
    assert lines(session, ana, first_day=JUNE) == [
        (back, -5, 10, False),
        (three, 40, 10, False),
        (two, -20, -30, False),
    ]
    assert lines(session, ana, first_day=JUNE, limit=1, offset=1) == [(three, 40, 10, False)]
    assert lines(session, ana, first_day=MAY, day_after=MAY + timedelta(days=2)) == lines(session, ana)
    assert lines(session, ana, first_day=JUNE, day_after=JUNE) == []


def test_the_number_of_lines_is_that_of_the_statement(session, book, people, history):
    ana = people[0]
    nobody = open_account(session, book.id, AccountKind.MEMBER, credit_limit=None, at=NOON).id

    for asked in ({}, {"first_day": JUNE}, {"day_after": JUNE}, {"first_day": MAY, "day_after": JUNE}):
        assert balances.transfers_of(session, ana, **asked) == len(lines(session, ana, **asked)), asked
    assert balances.transfers_of(session, nobody) == 0
    assert lines(session, nobody) == []


def test_a_page_reads_no_more_rows_however_long_the_history_is(session, book, people):
    """What SQLite or PostgreSQL is asked for ends with the page: the limit stands within each side of the account."""
    asked = []

    def note(*told):
        asked.append(told[2])

    event.listen(session.get_bind(), "before_cursor_execute", note)
    balances.statement(session, people[0], limit=50, offset=0)
    event.remove(session.get_bind(), "before_cursor_execute", note)

    assert asked[-1].upper().count("LIMIT") == 3
    assert asked[-1].upper().count("ORDER BY TRANSFER.ID DESC") == 3


def test_balances_of_the_past_by_either_date(session, people, history):
    ana = people[0]

    assert [balances.balance_at(session, ana, NOON + timedelta(days=days)).minutes for days in range(7)] == [
        0,
        -10,
        -30,
        -30,
        10,
        15,
        10,
    ]
    assert balances.balance_at(session, ana, NOON + timedelta(days=1, microseconds=-1)) == Hours(0)
    assert balances.balance_on(session, ana, MAY - timedelta(days=1)) == Hours(0)
    assert balances.balance_on(session, ana, MAY) == Hours(-5)
    assert balances.balance_on(session, ana, JUNE) == Hours(10)


def test_tallies_count_each_side_and_help_alone_where_it_is_asked_for(session, book, people, history):
    ana, ben, _cleo = people
    gives(session, book, ben, ana, 90, "gift", kind=TransferKind.GIFT)

    assert balances.tallies(session, ana) == Tallies(given=Hours(130), received=Hours(30))
    assert balances.tallies(session, ana).balance == balances.balance(session, ana) == Hours(100)
    assert balances.helped(session, ana) == Tallies(given=Hours(40), received=Hours(30))
    assert balances.helped(session, ben) == Tallies(given=Hours(10), received=Hours(47))


def test_of_who_has_neither_given_nor_received_everything_is_zero(session, book):
    new = open_account(session, book.id, AccountKind.MEMBER, credit_limit=None, at=NOON).id

    assert balances.helped(session, new) == balances.tallies(session, new) == Tallies(Hours(0), Hours(0))
    assert balances.balance_on(session, new, JUNE) == Hours(0)


def test_what_moved_in_a_book_is_its_own_and_what_was_taken_back_is_left_out(session, book, people, history):
    empty = open_book(session, at=NOON)

    assert balances.moved(session, book.id, HELP) == Hours(77)
    assert balances.moved(session, book.id, (TransferKind.GIFT,)) == Hours(0)
    assert balances.moved(session, empty.id, HELP) == Hours(0)
