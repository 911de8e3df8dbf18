"""The audit names whatever is wrong in the book, however it came about, and finds nothing where all is right."""

import pytest
from sqlalchemy import text

from tests.builders import NOON, TODAY, unguarded
from timebank.hours import Hours
from timebank.ledger import audit
from timebank.ledger.accounts import close_account, open_account, open_book, reopen_account, set_credit_limit
from timebank.ledger.models import AccountKind, TransferKind
from timebank.ledger.posting import Posting, post, reverse

TABLES = ("transfer", "account", "account_change")
CHECKS = {
    "transfer": ("minutes_positive", "payer_is_not_payee", "only_a_reversal_reverses", "a_reversal_has_a_reason"),
    "account": ("tallies_not_negative", "within_credit_limit", "closed_at_zero"),
}
KEYS = ("fk_transfer_payer_of_the_book", "fk_transfer_payee_of_the_book", "fk_transfer_reverses_id")


@pytest.fixture
def book(session):
    """Two books, of which the second is looked at: what is wrong in it is told of it alone."""
    open_book(session, at=NOON)
    return open_book(session, at=NOON).id


@pytest.fixture
def ana(session, book):
    return open_account(session, book, AccountKind.MEMBER, credit_limit=Hours(100), at=NOON).id


@pytest.fixture
def ben(session, book):
    return open_account(session, book, AccountKind.MEMBER, credit_limit=Hours(100), at=NOON).id


@pytest.fixture
def history(session, book, ana, ben):
    """One transfer that stands, and one that was taken back."""
    stands = posted(session, book, ana, ben, 60, "exchange:1")
    taken_back = posted(session, book, ben, ana, 20, "exchange:2")
    back = reverse(session, taken_back, reason="twice", entered_by=None, on=TODAY, at=NOON).transfer_id
    assert found(session) == []
    return {"stands": stands, "taken_back": taken_back, "back": back}


@pytest.fixture
def by_hand(session):
    """Types a statement as someone with every right would, who first took all rules away."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    unguarded(session, *TABLES)
    if sqlite:
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        for table, names in CHECKS.items():
            for name in names:
                session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}"))
        for name in KEYS:
            session.execute(text(f"ALTER TABLE transfer DROP CONSTRAINT {name}"))

    def typed(statement, **values):
        session.execute(text(statement), values)
        session.expire_all()

    yield typed
    if sqlite:
        session.execute(text("PRAGMA ignore_check_constraints = OFF"))


def posted(session, book, payer, payee, minutes, reference, kind=TransferKind.EXCHANGE):
    told = Posting(book, reference, kind, payer, payee, Hours(minutes), TODAY)
    return post(session, told, at=NOON).transfer_id


def found(session):
    return list(audit.findings(session))


def told(session):
    """What is found beside the missing rules."""
    return [finding for finding in found(session) if "no longer guards" not in finding]


def test_transfers_and_accounts_are_counted(session, book, ana, ben, history):
    assert audit.counted(session) == (3, 4)


def test_where_there_is_nothing_nothing_is_counted(session):
    assert audit.counted(session) == (0, 0)


@pytest.mark.parametrize("tally", ["given", "received"])
def test_one_tally_alone_that_differs_is_told(session, book, ana, ben, history, by_hand, tally):
    by_hand(f"UPDATE account SET {tally}_minutes = {tally}_minutes + 1 WHERE id = :id", id=ana)

    assert f"account {ana}: {tally} is kept as" in told(session)[0]


def test_each_tally_that_differs_is_told_with_both_figures(session, book, ana, ben, history, by_hand):
    by_hand("UPDATE account SET given_minutes = 61, received_minutes = 5 WHERE id = :id", id=ben)

    assert told(session) == [
        f"Book {book}, account {ben}: given is kept as 1 hour 1 minute, but its transfers add up to 1 hour.",
        f"Book {book}, account {ben}: received is kept as 5 minutes, but its transfers add up to 0 minutes.",
        f"Book {book}: the balances add up to −4 minutes, not to zero.",
    ]


def test_differing_tallies_are_told_in_the_order_of_the_accounts(session, book, ana, ben, history, by_hand):
    by_hand("UPDATE account SET given_minutes = given_minutes + 1 WHERE id IN (:ben, :ana)", ana=ana, ben=ben)

    assert [finding.split(":")[0] for finding in told(session)][:2] == [
        f"Book {book}, account {ana}",
        f"Book {book}, account {ben}",
    ]


def test_an_account_past_its_limit_is_told(session, book, ana, ben, history, by_hand):
    def about_limits():
        return [finding for finding in told(session) if not finding.endswith(LOG)]

    by_hand("UPDATE account SET credit_limit_minutes = 60 WHERE id = :id", id=ana)
    assert about_limits() == []

    by_hand("UPDATE account SET credit_limit_minutes = 59 WHERE id = :id", id=ana)
    assert about_limits() == [f"Book {book}, account {ana}: it is past its credit limit, or closed and not at zero."]

    by_hand("UPDATE account SET excess_minutes = 1 WHERE id = :id", id=ana)
    assert about_limits() == []


@pytest.mark.parametrize("change", ["", "credit_limit_minutes = 59, ", "credit_limit_minutes = NULL, "])
def test_an_account_that_may_go_further_past_its_limit_than_it_is_is_told(
    session, book, ana, ben, history, by_hand, change
):
    excess = 2 if "59" in change else 1
    by_hand(f"UPDATE account SET {change}excess_minutes = {excess} WHERE id = :id", id=ana)

    further = "it may go further past its credit limit than it is past it now."
    assert f"Book {book}, account {ana}: {further}" in told(session)


def test_a_closed_account_that_is_not_at_zero_is_told(session, book, ana, ben, history, by_hand):
    by_hand("UPDATE account SET closed_at = '2026-06-10 12:00:00.000000' WHERE id = :id", id=ben)

    assert told(session) == [
        f"Book {book}, account {ben}: it is past its credit limit, or closed and not at zero.",
        f"Book {book}, account {ben}: {LOG}",
    ]


@pytest.mark.parametrize("others_follow", [False, True])
def test_an_account_whose_first_limit_is_gone_from_its_log_is_told(session, book, ana, ben, by_hand, others_follow):
    if others_follow:
        _log(session, ana, by_hand)
    by_hand("DELETE FROM account_change WHERE account_id = :id AND before_minutes IS NULL AND kind = 'limit'", id=ana)

    assert told(session) == [f"Book {book}, account {ana}: {LOG}"]


@pytest.mark.parametrize(
    "change", ["credit_limit_minutes = 60000", "last_change_id = 7", "closed_at = '2026-06-10 12:00:00.000000'"]
)
def test_an_account_without_a_log_that_was_changed_is_told(session, book, ana, ben, by_hand, change):
    community = min(session.scalars(text(f"SELECT id FROM account WHERE book_id = {book}")))
    by_hand(f"UPDATE account SET {change} WHERE id = :id", id=community)

    assert told(session) == [f"Book {book}, account {community}: {LOG}"]


LOG = "its limit, or that it is closed, is not as its log leaves it."


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET credit_limit_minutes = 300 WHERE id = :ana",
        "UPDATE account SET last_change_id = last_change_id + 1 WHERE id = :ana",
        "UPDATE account SET last_change_id = 0 WHERE id = :ana",
        "UPDATE account SET closed_at = '2026-06-10 12:00:00.000000' WHERE id = :ana",
        "UPDATE account_change SET before_minutes = 90 WHERE after_minutes = 150",
        "DELETE FROM account_change WHERE after_minutes = 150",
        "DELETE FROM account_change WHERE kind = 'reopen'",
        "UPDATE account_change SET kind = 'close' WHERE kind = 'reopen'",
        "UPDATE account_change SET account_id = :ben",
    ],
)
def test_an_account_that_is_not_as_its_log_leaves_it_is_told(session, book, ana, ben, by_hand, statement):
    _log(session, ana, by_hand)
    assert told(session) == []

    by_hand(statement, **{name: {"ana": ana, "ben": ben}[name] for name in ("ana", "ben") if f":{name}" in statement})

    assert f"Book {book}, account {ana}: {LOG}" in told(session)
    assert len(told(session)) == (2 if ":ben" in statement else 1)


def _log(session, account, by_hand):
    """A log of two limits, a closing and a reopening, and the account as it leaves it; the triggers are gone."""
    for number, (kind, before, after) in enumerate(
        (("limit", 100, 120), ("close", None, None), ("reopen", None, None), ("limit", 120, 150)), start=1
    ):
        by_hand(
            "INSERT INTO account_change (id, account_id, kind, before_minutes, after_minutes, at, reason)"
            " VALUES (:id, :account, :kind, :before, :after, '2026-06-10 12:00:00.000000', 'agreed')",
            id=9000 + number,
            account=account,
            kind=kind,
            before=before,
            after=after,
        )
    by_hand("UPDATE account SET credit_limit_minutes = 150, last_change_id = 9004 WHERE id = :id", id=account)


def test_a_log_as_it_is_written_is_right(session, book, ana, ben):
    why = {"entered_by": None, "reason": "agreed", "at": NOON}
    set_credit_limit(session, ana, Hours(120), **why)
    set_credit_limit(session, ben, None, **why)
    close_account(session, ana, **why)
    assert found(session) == []
    reopen_account(session, ana, **why)
    set_credit_limit(session, ana, Hours(50), **why)

    assert found(session) == []


BETWEEN = "it does not run between two accounts that it may run between."
MIRROR = "it is a reversal that does not mirror what it reverses."


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("kind = 'welcome' WHERE id = :stands", BETWEEN),
        ("kind = 'allocation' WHERE id = :stands", BETWEEN),
        ("kind = 'activity' WHERE id = :stands", BETWEEN),
        ("payee_id = 999999 WHERE id = :stands", BETWEEN),
        ("payer_id = 999999 WHERE id = :stands", BETWEEN),
        ("payee_id = payer_id WHERE id = :stands", BETWEEN),
        ("minutes = 0 WHERE id = :stands", BETWEEN),
        ("minutes = -1 WHERE id = :stands", BETWEEN),
        ("payee_id = (SELECT min(id) FROM account) WHERE id = :stands", BETWEEN),
        ("payer_id = (SELECT min(id) FROM account) WHERE id = :stands", BETWEEN),
        ("minutes = 21 WHERE id = :back", MIRROR),
        ("payer_id = payee_id, payee_id = payer_id WHERE id = :back", MIRROR),
        ("reverses_id = 999999 WHERE id = :back", MIRROR),
        ("reverses_id = id WHERE id = :back", MIRROR),
        ("reverses_id = :stands WHERE id = :back", MIRROR),
        ("reverses_id = NULL WHERE id = :back", MIRROR),
    ],
)
def test_a_transfer_that_may_not_be_is_named(session, book, ana, ben, history, by_hand, change, finding):
    values = {name: history[name] for name in history if f":{name}" in change}
    by_hand(f"UPDATE transfer SET {change}", **values)

    named = history["back" if finding == MIRROR else "stands"]
    assert [one for one in told(session) if one.endswith(finding)] == [f"Book {book}, transfer {named}: {finding}"]


@pytest.mark.parametrize("wrong", ["of a kind that is not welcomed", "of another book"])
def test_a_transfer_whose_payee_alone_is_wrong_is_named(session, book, ana, by_hand, wrong):
    community = min(session.scalars(text(f"SELECT id FROM account WHERE book_id = {book}")))
    payee = {
        "of a kind that is not welcomed": open_account(
            session, book, AccountKind.PARTNER, credit_limit=None, at=NOON
        ).id,
        "of another book": open_account(session, book - 1, AccountKind.MEMBER, credit_limit=None, at=NOON).id,
    }[wrong]
    transfer = posted(session, book, community, ana, 5, "welcome:1", TransferKind.WELCOME)
    by_hand("UPDATE transfer SET payee_id = :payee WHERE id = :id", payee=payee, id=transfer)

    assert f"Book {book}, transfer {transfer}: {BETWEEN}" in told(session)


@pytest.mark.parametrize(("column", "other"), [("payer_id", "payee_id"), ("payee_id", "payer_id")])
def test_a_reversal_mirrors_both_sides(session, book, ana, ben, history, by_hand, column, other):
    third = open_account(session, book, AccountKind.MEMBER, credit_limit=None, at=NOON).id
    by_hand(f"UPDATE transfer SET {column} = :third WHERE id = :back", third=third, back=history["back"])

    assert f"Book {book}, transfer {history['back']}: {MIRROR}" in told(session)


def test_a_reversal_of_a_reversal_and_one_across_books_are_named(session, book, ana, ben, history, by_hand):
    again = posted(session, book, ben, ana, 20, "gift:1", TransferKind.GIFT)
    by_hand(
        "UPDATE transfer SET kind = 'reversal', reverses_id = :back, reason = 'no' WHERE id = :again",
        back=history["back"],
        again=again,
    )
    assert f"Book {book}, transfer {again}: {MIRROR}" in told(session)

    by_hand("UPDATE transfer SET book_id = (SELECT min(id) FROM book) WHERE id = :id", id=history["taken_back"])
    assert f"Book {book}, transfer {history['back']}: {MIRROR}" in told(session)


def test_a_right_transfer_of_each_kind_is_right(session, book, ana, ben):
    community = min(session.scalars(text(f"SELECT id FROM account WHERE book_id = {book}")))
    for number, (kind, payer, payee) in enumerate(
        (
            (TransferKind.WELCOME, community, ana),
            (TransferKind.ACTIVITY, community, ben),
            (TransferKind.ALLOCATION, community, ana),
            (TransferKind.GIFT, ana, community),
            (TransferKind.OPENING, ben, community),
            (TransferKind.CORRECTION, ana, ben),
            (TransferKind.EXCHANGE, community, ben),
        )
    ):
        posted(session, book, payer, payee, 1, f"more:{number}", kind)

    assert found(session) == []


def test_a_rule_that_is_gone_is_told(session, book):
    if session.get_bind().dialect.name != "postgresql":
        return  # SQLite cannot take a rule out of a table that stands
    session.execute(text("ALTER TABLE transfer DROP CONSTRAINT uq_transfer_book_id_reference"))
    session.execute(text("ALTER TABLE account DROP CONSTRAINT ck_account_within_credit_limit"))

    assert found(session) == [
        "The database no longer guards account: the rule ck_account_within_credit_limit is gone.",
        "The database no longer guards transfer: the rule uq_transfer_book_id_reference is gone.",
    ]
