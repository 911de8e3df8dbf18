"""What is changed about an account is written down, and the database carries it out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, TODAY, changes_of
from timebank.hours import Hours
from timebank.ledger import audit, balances
from timebank.ledger.accounts import (
    AccountClosed,
    NotAtZero,
    NotClosed,
    close_account,
    open_account,
    open_book,
    reopen_account,
    set_credit_limit,
)
from timebank.ledger.models import OPENED, Account, AccountKind, ChangeKind, TransferKind
from timebank.ledger.posting import OverCreditLimit, Posting, post
from timebank.refusals import NotFound, Unacceptable

WHY = {"entered_by": 7, "reason": " agreed with Ana ", "at": NOON}


@pytest.fixture
def book(session):
    return open_book(session, at=NOON)


@pytest.fixture
def ana(session, book):
    return open_account(session, book.id, AccountKind.MEMBER, credit_limit=Hours(120), at=NOON)


@pytest.fixture
def ben(session, book):
    return open_account(session, book.id, AccountKind.MEMBER, credit_limit=None, at=NOON)


def pays(session, payer, payee, minutes, reference):
    told = Posting(payer.book_id, reference, TransferKind.GIFT, payer.id, payee.id, Hours(minutes), TODAY)
    return post(session, told, at=NOON)


def logged(session, account):
    """What was logged since the account was opened."""
    return [told(one) for one in changes_of(session, account.id) if one.reason != OPENED]


def told(change):
    return (change.kind, change.before_minutes, change.after_minutes, change.entered_by, change.reason, change.at)


def test_a_book_begins_with_the_community_s_account_which_no_limit_binds(session, book):
    community = session.scalars(select(Account).where(Account.book_id == book.id)).one()

    assert (community.kind, community.credit_limit_minutes, community.balance_minutes) == (
        AccountKind.COMMUNITY,
        None,
        0,
    )


def test_an_account_is_opened_at_zero_with_its_limit(session, book, ana, ben):
    assert (ana.book_id, ana.kind, ana.credit_limit_minutes) == (book.id, AccountKind.MEMBER, 120)
    assert (ana.given_minutes, ana.received_minutes, ana.closed_at) == (0, 0, None)
    assert ben.credit_limit_minutes is None
    assert [told(one) for one in changes_of(session, ana.id)] == [(ChangeKind.LIMIT, None, 120, None, OPENED, NOON)]
    assert changes_of(session, ben.id) == []


def test_a_change_of_limit_is_logged_with_who_when_and_why(session, ana):
    set_credit_limit(session, ana.id, Hours(60), **WHY)
    set_credit_limit(session, ana.id, None, entered_by=None, reason="no limit", at=NOON + timedelta(days=1))

    assert ana.credit_limit_minutes is None
    assert logged(session, ana) == [
        (ChangeKind.LIMIT, 60, None, None, "no limit", NOON + timedelta(days=1)),
        (ChangeKind.LIMIT, 120, 60, 7, "agreed with Ana", NOON),
    ]
    assert list(audit.findings(session)) == []


def test_the_limit_that_stands_already_is_no_change(session, ana):
    set_credit_limit(session, ana.id, Hours(120), **WHY)

    assert logged(session, ana) == []


def test_a_limit_of_zero_is_a_limit(session, ana, ben):
    set_credit_limit(session, ana.id, Hours(0), **WHY)

    with pytest.raises(OverCreditLimit), session.begin_nested():
        pays(session, ana, ben, 1, "gift:1")


def test_a_limit_below_zero_is_refused(session, ana):
    with pytest.raises(Unacceptable) as no:
        set_credit_limit(session, ana.id, Hours(-1), **WHY)
    assert str(no.value) == "A credit limit is zero or more."
    assert logged(session, ana) == []


@pytest.mark.parametrize("change", [set_credit_limit, close_account, reopen_account])
def test_a_change_needs_a_reason(session, ana, change):
    more = [Hours(60)] if change is set_credit_limit else []
    with pytest.raises(Unacceptable) as no:
        change(session, ana.id, *more, entered_by=7, reason="  ", at=NOON)
    assert str(no.value) == "Say why."
    assert logged(session, ana) == []


@pytest.mark.parametrize("change", [set_credit_limit, close_account, reopen_account])
def test_an_account_that_is_not_there_is_not_changed(session, change):
    more = [Hours(60)] if change is set_credit_limit else []
    with pytest.raises(NotFound) as no:
        change(session, 999_999, *more, **WHY)
    assert str(no.value) == "There is no such account in this book."


def test_a_limit_lowered_below_the_balance_lets_it_move_towards_zero_only(session, ana, ben):
    pays(session, ana, ben, 100, "gift:1")
    set_credit_limit(session, ana.id, Hours(60), **WHY)

    assert (ana.credit_limit_minutes, ana.excess_minutes, ana.balance_minutes) == (60, 40, -100)
    with pytest.raises(OverCreditLimit) as no, session.begin_nested():
        pays(session, ana, ben, 1, "gift:2")
    assert no.value.room == Hours(0)
    assert pays(session, ben, ana, 10, "gift:3").payee_balance == Hours(-90)
    session.refresh(ana)
    assert ana.excess_minutes == 30
    assert list(audit.findings(session)) == []


def test_a_limit_taken_away_leaves_no_excess(session, ana, ben):
    pays(session, ana, ben, 100, "gift:1")
    set_credit_limit(session, ana.id, Hours(60), **WHY)
    set_credit_limit(session, ana.id, None, **WHY)

    assert (ana.credit_limit_minutes, ana.excess_minutes) == (None, 0)


def test_an_account_is_closed_at_zero_and_then_neither_gives_nor_gains(session, ana, ben):
    close_account(session, ana.id, **WHY)

    assert ana.closed_at == NOON
    assert logged(session, ana) == [(ChangeKind.CLOSE, None, None, 7, "agreed with Ana", NOON)]
    for payer, payee in ((ana, ben), (ben, ana)):
        with pytest.raises(AccountClosed), session.begin_nested():
            pays(session, payer, payee, 5, "gift:1")
    assert list(audit.findings(session)) == []


@pytest.mark.parametrize("minutes", [1, -1])
def test_an_account_that_is_not_at_zero_is_not_closed(session, ana, ben, minutes):
    pays(session, *((ana, ben) if minutes < 0 else (ben, ana)), 1, "gift:1")

    with pytest.raises(NotAtZero) as no:
        close_account(session, ana.id, **WHY)
    assert str(no.value) == f"An account is closed at zero. This one stands at {Hours(minutes)}."
    assert logged(session, ana) == []


def test_a_closed_account_is_closed_once_and_keeps_its_limit(session, ana):
    close_account(session, ana.id, **WHY)

    for change, more in ((close_account, ()), (set_credit_limit, (Hours(60),))):
        with pytest.raises(AccountClosed) as no:
            change(session, ana.id, *more, **WHY)
        assert str(no.value) == "This account is closed. Open it again first."
    assert [kind for kind, *_ in logged(session, ana)] == [ChangeKind.CLOSE]


def test_a_closed_account_is_opened_again(session, ana, ben):
    close_account(session, ana.id, **WHY)
    reopen_account(session, ana.id, **WHY)

    assert ana.closed_at is None
    assert pays(session, ana, ben, 5, "gift:1").payer_balance == Hours(-5)
    assert logged(session, ana)[0] == (ChangeKind.REOPEN, None, None, 7, "agreed with Ana", NOON)
    assert [kind for kind, *_ in logged(session, ana)] == [ChangeKind.REOPEN, ChangeKind.CLOSE]
    assert list(audit.findings(session)) == []


def test_an_open_account_is_not_opened_again(session, ana):
    with pytest.raises(NotClosed) as no:
        reopen_account(session, ana.id, **WHY)
    assert str(no.value) == "This account is open."


def test_the_log_is_each_account_s_own(session, ana, ben):
    set_credit_limit(session, ben.id, Hours(30), **WHY)

    assert logged(session, ana) == []
    assert len(logged(session, ben)) == 1


def test_the_room_that_is_left_follows_the_limit(session, ana, ben):
    assert pays(session, ana, ben, 50, "gift:1").room == Hours(70)
    set_credit_limit(session, ana.id, Hours(200), **WHY)
    assert pays(session, ana, ben, 50, "gift:2").room == Hours(100)
    assert pays(session, ben, ana, 50, "gift:3").room is None
    assert balances.balance(session, ana.id) == Hours(-50)
    assert changes_of(session, ana.id)[0].after_minutes == 200


def test_who_changes_an_account_waits_for_whoever_is_changing_it(own_engine):
    """Two coordinators change one limit at once: both changes stand, the second going on from the first."""
    with Session(own_engine) as session:
        account = open_account(
            session, open_book(session, at=NOON).id, AccountKind.MEMBER, credit_limit=Hours(120), at=NOON
        ).id
        session.commit()

    def second():
        with Session(own_engine) as session:
            started.set()
            set_credit_limit(session, account, Hours(30), **WHY)
            session.commit()

    started = Event()
    with ThreadPoolExecutor(1) as other, Session(own_engine) as session:
        set_credit_limit(session, account, Hours(60), **WHY)
        waits = other.submit(second)
        started.wait()
        with pytest.raises(TimeoutError):
            waits.result(timeout=0.3)
        session.commit()
        waits.result(timeout=20)
        limits = [(one.before_minutes, one.after_minutes) for one in changes_of(session, account)]
    assert limits == [(60, 30), (120, 60), (None, 120)]
