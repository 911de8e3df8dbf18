"""The book's only writer, and the database that holds its rules whoever writes."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from tests.builders import NOON, TODAY, unguarded
from timebank.database import straight
from timebank.hours import Hours
from timebank.ledger import audit, balances, posting
from timebank.ledger.accounts import AccountClosed, close_account, open_account, open_book, set_credit_limit
from timebank.ledger.models import HELP, Account, AccountKind, Transfer, TransferKind
from timebank.ledger.posting import (
    AlreadyReversed,
    OverCreditLimit,
    Posting,
    ReferenceTaken,
    post,
    post_all,
    reverse,
)
from timebank.refusals import NotFound, Unacceptable


@pytest.fixture
def book(session):
    return open_book(session, at=NOON)


@pytest.fixture
def ana(session, book):
    return open_account(session, book.id, AccountKind.MEMBER, credit_limit=Hours(120), at=NOON).id


@pytest.fixture
def ben(session, book):
    return open_account(session, book.id, AccountKind.MEMBER, credit_limit=Hours(120), at=NOON).id


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
    community = open_account(session, book.id, AccountKind.COMMUNITY, credit_limit=None, at=NOON).id
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
    cleo = open_account(session, book.id, AccountKind.MEMBER, credit_limit=Hours(120), at=NOON).id
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
    stranger = open_account(session, other.id, AccountKind.MEMBER, credit_limit=None, at=NOON).id

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


def test_the_audit_finds_a_trigger_that_is_not_ours_and_one_that_was_emptied(session, book):
    sqlite = session.get_bind().dialect.name == "sqlite"
    strange = (
        "CREATE TRIGGER strange AFTER INSERT ON transfer BEGIN SELECT 1; END"
        if sqlite
        else "CREATE TRIGGER strange AFTER INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION stays('no')"
    )
    session.execute(text(strange))
    unguarded(session, "seal")
    session.execute(
        text(
            "CREATE TRIGGER seal_is_never_changed BEFORE UPDATE ON seal BEGIN SELECT 1; END"
            if sqlite
            else "CREATE TRIGGER seal_is_never_changed BEFORE INSERT ON seal FOR EACH ROW EXECUTE FUNCTION stays('no')"
        )
    )

    found = list(audit.findings(session))
    assert "A trigger that is not ours stands on transfer: strange." in found
    assert "The database no longer guards seal: the trigger seal_is_never_changed was changed." in found


def test_the_audit_counts_reversals_right(session, book, ana, ben):
    transfer = posted(session, book, ana, ben, 90)
    posted(session, book, ben, ana, 20, "exchange:2")
    posting.reverse(session, transfer, reason="logged twice", entered_by=None, on=TODAY, at=NOON)

    assert list(audit.findings(session)) == []
    assert balances.moved(session, book.id, (TransferKind.EXCHANGE,)) == Hours(20)


def test_a_post_answers_with_the_transfer_both_balances_and_the_room_left(session, book, ana, ben):
    first = post(session, made(book, ana, ben, 90), at=NOON)
    second = post(session, made(book, ben, ana, 30, "exchange:2"), at=NOON)

    assert (first.payer_balance, first.payee_balance, first.room) == (Hours(-90), Hours(90), Hours(30))
    assert (second.payer_balance, second.payee_balance, second.room) == (Hours(60), Hours(-60), Hours(180))
    assert first.written
    assert session.get(Transfer, first.transfer_id).minutes == 90


def test_the_same_post_again_is_answered_like_the_first_and_says_so(session, book, ana, ben):
    first = post(session, made(book, ana, ben, 90), at=NOON)
    again = post(session, made(book, ana, ben, 90), at=NOON.replace(day=11))

    assert again == replace(first, written=False)


@pytest.mark.parametrize("minutes", [121, 100_000])
def test_a_refusal_tells_the_largest_amount_that_would_pass(session, book, ana, ben, minutes):
    posted(session, book, ana, ben, 20)

    with pytest.raises(OverCreditLimit) as no, session.begin_nested():
        posted(session, book, ana, ben, minutes, "exchange:2")

    assert no.value.room == Hours(100)
    assert str(no.value) == "That would pass the credit limit. At most 1 hour 40 minutes would still fit."
    posted(session, book, ana, ben, 100, "exchange:2")


def test_where_nothing_would_pass_the_refusal_says_so(session, book, ana, ben):
    posted(session, book, ana, ben, 120)

    with pytest.raises(OverCreditLimit) as no, session.begin_nested():
        posted(session, book, ana, ben, 1, "exchange:2")

    assert no.value.room == Hours(0)
    assert str(no.value).endswith("Nothing can go from this account until it gains hours.")


def test_where_the_limit_is_reached_or_is_zero_no_room_is_left(session, book, ana, ben):
    none = open_account(session, book.id, AccountKind.MEMBER, credit_limit=Hours(0), at=NOON).id

    assert post(session, made(book, ana, ben, 120), at=NOON).room == Hours(0)
    with pytest.raises(OverCreditLimit) as no, session.begin_nested():
        posted(session, book, none, ben, 1, "exchange:2")
    assert no.value.room == Hours(0)


def test_many_are_posted_in_the_order_they_are_given(session, book, ana, ben):
    before = posted(session, book, ana, ben, 10, "exchange:2")
    many = [made(book, ana, ben, 10, f"exchange:{number}") for number in range(4)]

    ids = post_all(session, many, at=NOON)

    assert ids[2] == before
    assert [session.get(Transfer, one).reference for one in ids] == [f"exchange:{number}" for number in range(4)]
    assert both(session, ana, ben) == [-40, 40]
    assert post_all(session, many, at=NOON) == ids
    assert post_all(session, [], at=NOON) == []


def test_many_are_posted_with_as_few_statements_as_one(session, book, ana, ben, monkeypatch):
    asked = []

    def noted(*told):
        asked.append(told)
        return straight(*told)

    monkeypatch.setattr(posting, "straight", noted)
    event.listen(session.get_bind(), "before_cursor_execute", note := lambda *told: asked.append(told[2]))
    ids = post_all(session, [made(book, ana, ben, 1, f"exchange:{number}") for number in range(50)], at=NOON)
    event.remove(session.get_bind(), "before_cursor_execute", note)

    assert len(asked) == 4  # the accounts are locked, and the transfers written between a savepoint and its release
    assert session.get(Transfer, ids[-1]).posted_at == NOON


def test_of_many_all_are_kept_or_none(session, book, ana, ben):
    many = [made(book, ana, ben, 50, f"exchange:{number}") for number in range(3)]

    with pytest.raises(OverCreditLimit) as no, session.begin_nested():
        post_all(session, many, at=NOON)

    assert no.value.room == Hours(20)
    assert both(session, ana, ben) == [0, 0]


def test_a_reversal_happens_on_the_day_it_is_told_and_answers_like_a_post(session, book, ana, ben):
    transfer = posted(session, book, ana, ben, 90, occurred_on=date(2026, 5, 1))

    answer = reverse(session, transfer, reason=" logged twice ", entered_by=7, on=date(2026, 6, 9), at=NOON)

    reversal = session.get(Transfer, answer.transfer_id)
    assert (reversal.occurred_on, reversal.posted_at, reversal.reason) == (date(2026, 6, 9), NOON, "logged twice")
    assert (reversal.kind, reversal.reverses_id, reversal.entered_by) == (TransferKind.REVERSAL, transfer, 7)
    assert (reversal.payer_id, reversal.payee_id, reversal.minutes) == (ben, ana, 90)
    assert (answer.payer_balance, answer.payee_balance, answer.room) == (Hours(0), Hours(0), Hours(120))


def test_what_is_not_there_is_not_reversed(session):
    with pytest.raises(NotFound, match="no such transfer"):
        reverse(session, 999_999, reason="why", entered_by=None, on=TODAY, at=NOON)


def test_gifts_donations_welcome_and_opening_hours_move_the_balance_and_are_never_help(session, book, ana, ben):
    community = session.scalars(select(Account.id).where(Account.kind == AccountKind.COMMUNITY)).all()[-1]
    for number, (kind, payer, payee) in enumerate(
        [
            (TransferKind.WELCOME, community, ana),
            (TransferKind.OPENING, community, ben),
            (TransferKind.GIFT, ana, ben),
            (TransferKind.GIFT, ben, community),
            (TransferKind.ALLOCATION, community, ana),
            (TransferKind.CORRECTION, ana, community),
        ]
    ):
        posted(session, book, payer, payee, 30, f"more:{number}", kind=kind)
    back = posted(session, book, ana, ben, 45, "exchange:1")
    posted(session, book, ana, ben, 15, "exchange:2")
    reverse(session, back, reason="logged twice", entered_by=None, on=TODAY, at=NOON)

    assert both(session, ana, ben) == [-15, 45]
    assert balances.helped(session, ana) == balances.Tallies(given=Hours(0), received=Hours(15))
    assert balances.helped(session, ben) == balances.Tallies(given=Hours(15), received=Hours(0))
    assert balances.moved(session, book.id, HELP) == Hours(15)
    assert list(audit.findings(session)) == []


SENTENCES = {
    "a minute at least": "A transfer moves at least one minute.",
    "to oneself": "Nobody can give hours to themselves.",
    "too much": "That is more than the book can hold.",
    "too long": "Use at most 500 letters.",
    "too long a reference": "Use at most 500 letters.",
    "no account": "There is no such account in this book.",
    "wrong kinds": "Hours of this kind do not move between these two accounts.",
    "not its mirror": "What takes another transfer back must mirror it.",
    "mirrors nothing": "What takes another transfer back must mirror it.",
    "no mirror": "What takes another transfer back must mirror it.",
    "no reason": "Say why it is taken back.",
    "taken": "Something else was posted under the reference exchange:1.",
}


@pytest.mark.parametrize("case", SENTENCES)
def test_each_no_is_a_sentence_and_nothing_is_kept(session, book, ana, ben, case):
    first = posted(session, book, ana, ben, 60)
    back = {"kind": TransferKind.REVERSAL, "reason": "twice", "reverses_id": first}
    wanted = {
        "a minute at least": made(book, ana, ben, 0, "x"),
        "to oneself": made(book, ana, ana, 5, "x"),
        "too much": made(book, ana, ben, 1_000_000_001, "x"),
        "too long": made(book, ana, ben, 5, "x", reason="w" * 501),
        "too long a reference": made(book, ana, ben, 5, "x" * 81),
        "no account": made(book, ana, 999_999, 5, "x"),
        "wrong kinds": made(book, ana, ben, 5, "x", kind=TransferKind.ALLOCATION),
        "not its mirror": made(book, ben, ana, 59, "x", **back),
        "mirrors nothing": made(book, ben, ana, 60, "x", **{**back, "reverses_id": 999_999}),
        "no mirror": made(book, ben, ana, 60, "x", kind=TransferKind.REVERSAL, reason="twice"),
        "no reason": made(book, ben, ana, 60, "x", **{**back, "reason": ""}),
        "taken": made(book, ana, ben, 61),
    }[case]

    with pytest.raises((Unacceptable, NotFound, ReferenceTaken)) as no, session.begin_nested():
        post(session, wanted, at=NOON)

    assert str(no.value) == SENTENCES[case]
    assert both(session, ana, ben) == [-60, 60]


def test_the_longest_and_the_largest_that_the_book_holds(session, book, ana, ben):
    community = session.scalars(select(Account.id).where(Account.kind == AccountKind.COMMUNITY)).all()[-1]
    largest = made(book, community, ben, 1_000_000_000, "x" * 80, kind=TransferKind.WELCOME, reason="w" * 500)

    assert post(session, largest, at=NOON).payee_balance == Hours(1_000_000_000)


def test_one_minute_of_room_is_told(session, book, ana, ben):
    posted(session, book, ana, ben, 119)

    with pytest.raises(OverCreditLimit) as no, session.begin_nested():
        posted(session, book, ana, ben, 2, "exchange:2")

    assert str(no.value) == "That would pass the credit limit. At most 1 minute would still fit."


def test_the_room_of_a_reversal_is_what_the_one_who_gained_can_still_give_back(session, book, ana, ben):
    transfer = posted(session, book, ana, ben, 90)
    cleo = open_account(session, book.id, AccountKind.MEMBER, credit_limit=None, at=NOON).id
    posted(session, book, ben, cleo, 170, "exchange:2")
    posted(session, book, cleo, ana, 7, "exchange:3")

    with pytest.raises(OverCreditLimit) as no, session.begin_nested():
        reverse(session, transfer, reason="logged twice", entered_by=None, on=TODAY, at=NOON)

    assert no.value.room == Hours(40)


@pytest.mark.parametrize("reason", ["logged twice", "another reason"])
def test_what_is_taken_back_twice_is_told_so_whatever_the_reason(session, book, ana, ben, reason):
    transfer = posted(session, book, ana, ben, 90)
    other = posted(session, book, ana, ben, 10, "exchange:2")
    reverse(session, transfer, reason="logged twice", entered_by=None, on=TODAY, at=NOON)

    with pytest.raises(AlreadyReversed) as no, session.begin_nested():
        reverse(session, transfer, reason=reason, entered_by=None, on=TODAY, at=NOON)
    assert str(no.value) == "This was taken back before. That can be done once only."
    mirror = made(book, ben, ana, 90, "hand:1", kind=TransferKind.REVERSAL, reason="again", reverses_id=transfer)
    with pytest.raises(AlreadyReversed), session.begin_nested():
        post(session, mirror, at=NOON)
    reverse(session, other, reason="logged twice", entered_by=None, on=TODAY, at=NOON)


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ("missing", "There is no such transfer in the book."),
        ("reversal", "What takes another transfer back cannot itself be taken back."),
        ("no reason", "Say why it is taken back."),
    ],
)
def test_a_reversal_that_cannot_be_is_a_sentence(session, book, ana, ben, about, sentence):
    transfer = posted(session, book, ana, ben, 90)
    reversal = reverse(session, transfer, reason="twice", entered_by=None, on=TODAY, at=NOON).transfer_id
    standing = posted(session, book, ana, ben, 5, "exchange:2")
    which = {"missing": 999_999, "reversal": reversal, "no reason": standing}[about]

    with pytest.raises((NotFound, Unacceptable)) as no, session.begin_nested():
        reverse(session, which, reason=" " if about == "no reason" else "why", entered_by=None, on=TODAY, at=NOON)

    assert str(no.value) == sentence


def test_the_same_reference_in_another_book_is_another_transfer(session, book, ana, ben):
    other = open_book(session, at=NOON)
    two = [open_account(session, other.id, AccountKind.MEMBER, credit_limit=None, at=NOON).id for _ in range(2)]
    elsewhere = posted(session, other, *two, 5)
    here = posted(session, book, ana, ben, 90)

    assert posted(session, book, ana, ben, 90) == here != elsewhere == posted(session, other, *two, 5)


def test_two_reversals_under_one_reference_are_two_things(session, book, ana, ben):
    one, two = (posted(session, book, ana, ben, 30, f"exchange:{number}") for number in range(2))
    told = {"kind": TransferKind.REVERSAL, "reason": "twice"}
    post(session, made(book, ben, ana, 30, "back", **told, reverses_id=one), at=NOON)

    first = post(session, made(book, ben, ana, 30, "back", **told, reverses_id=one), at=NOON)
    assert not first.written
    with pytest.raises(ReferenceTaken), session.begin_nested():
        post(session, made(book, ben, ana, 30, "back", **told, reverses_id=two), at=NOON)
    with pytest.raises(ReferenceTaken), session.begin_nested():
        post(session, made(book, ben, ana, 30, "back", **{**told, "reason": "other"}, reverses_id=one), at=NOON)


def test_a_closed_account_is_told_in_a_sentence(session, book, ana, ben):
    close_account(session, ben, entered_by=None, reason="Ben moved away", at=NOON)

    with pytest.raises(AccountClosed) as no, session.begin_nested():
        posted(session, book, ana, ben, 5)
    assert str(no.value) == "One of the two accounts is closed."


def test_what_is_more_than_the_book_can_hold_is_refused_and_nothing_is_logged(session, book, ana, ben, caplog):
    community = session.scalars(select(Account.id).where(Account.kind == AccountKind.COMMUNITY)).all()[-1]
    held, refusals = 0, []
    for number in range(3):
        told = made(book, community, ben, 1_000_000_000, f"more:{number}", kind=TransferKind.WELCOME)
        try:
            with session.begin_nested():
                held = post(session, told, at=NOON).payee_balance.minutes
        except Unacceptable as refusal:
            refusals.append(str(refusal))

    assert balances.balance(session, ben).minutes == held
    if session.get_bind().dialect.name == "sqlite":  # it keeps eight bytes, PostgreSQL four
        assert (held, refusals) == (3_000_000_000, [])
    else:
        assert (held, refusals) == (2_000_000_000, ["That is more than the book can hold."])
    assert caplog.text == ""
