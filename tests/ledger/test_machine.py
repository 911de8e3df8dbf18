"""Any sequence of operations, on both databases: the book answers each as the plain one foretold, and stays right.

The suite runs the same few examples each time, and shows one that fails at its full length. With EXAMPLES=500 in the
environment there are more, and one that fails is made as short as it can be; `--hypothesis-seed=N` chooses others, and
the same again for the same N.
"""

import os
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import changes_of
from tests.ledger.plain import BETWEEN, Plain
from tests.ledger.writer import do, refused
from timebank.hours import Hours
from timebank.ledger import audit, balances, seals
from timebank.ledger.accounts import open_account, open_book
from timebank.ledger.models import Account, AccountKind, Transfer
from timebank.refusals import Refusal

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
KINDS = [
    (AccountKind.MEMBER, 120),
    (AccountKind.MEMBER, 0),
    (AccountKind.ORGANISATION, None),
    (AccountKind.PARTNER, 60),
]
SIDES = ("payer", "payee", "account")

minutes = strategies.sampled_from([30, 1, 60, 61, 120, 121, 300]) | strategies.integers(-1, 400)
reasons = strategies.sampled_from(["as agreed", "as agreed", "as agreed", " "])
which = strategies.integers(0, 200)
days = strategies.integers(-3, 3)


class Machine(RuleBasedStateMachine):
    """Two books and their accounts, in a transaction that is rolled back; every operation in a savepoint of its own."""

    def __init__(self, engine):
        super().__init__()
        self.connection = engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.plain = Plain()
        self.books = []
        self.digests = {}
        self.references = 0
        self.concerned = set()

    def teardown(self):
        try:
            for account in self.plain.accounts:
                self.statement_is_right(account)
        finally:
            self.session.close()
            self.outer.rollback()
            self.connection.close()

    @initialize()
    def open_two_books(self):
        for _ in range(2):
            book = open_book(self.session, at=NOON).id
            community = self.session.scalar(select(Account.id).where(Account.book_id == book))
            self.books.append(book)
            self.digests[book] = ["0" * 64]
            self.plain.open_book(book)
            self.plain.open_account(community, book, "community", None)
            for kind, limit in KINDS:
                hours = None if limit is None else Hours(limit)
                account = open_account(self.session, book, kind, credit_limit=hours, at=NOON).id
                self.plain.open_account(account, book, kind.value, limit)
        self.session.commit()

    def ask(self, told):
        """The real book and the plain one answer alike."""
        answer, expected = self.answered(told), self.plain.do(told)
        tries = 0
        while expected.get("seals") and not answer.get("seals") and tries < 60:
            # PostgreSQL cleans the table when it likes to, and a seal leaves it to the next try to wait for that.
            answer, tries = self.answered(told), tries + 1
        ids, transfers = answer.pop("transfers", []), expected.pop("transfers", [])
        chain = answer.pop("chain", [])
        assert answer == expected, told
        self.plain.hear(transfers, ids)
        sides = [posting.get(side) for posting in (told, *(one.told for one in transfers)) for side in SIDES]
        self.concerned = set(sides) & self.plain.accounts.keys()
        for previous, digest in chain:
            assert previous == self.digests[told["book"]][-1]
            self.digests[told["book"]].append(digest)

    def answered(self, told):
        try:
            answer = do(self.session, told)
            self.session.commit()
        except Refusal as refusal:
            self.session.rollback()
            return refused(refusal)
        return answer

    def account(self, book, number):
        """An account of the book, the community's first."""
        own = [account.id for account in self.plain.accounts.values() if account.book == book]
        return own[number % len(own)]

    def any_account(self, number):
        return list(self.plain.accounts)[number % len(self.plain.accounts)]

    def any_transfer(self, number):
        written = [transfer for book in self.books for transfer in self.plain.transfers[book]]
        return written[number % len(written)]

    def has_transfers(self):
        return any(self.plain.transfers.values())

    def new(self, book, kind, payer, payee, minutes, day, reference=None):
        self.references += 1
        at = NOON + timedelta(days=day, minutes=self.references)
        return {
            "do": "post",
            "book": book,
            "reference": reference or f"{kind}:{self.references}",
            "kind": kind,
            "payer": payer,
            "payee": payee,
            "minutes": minutes,
            "on": (NOON + timedelta(days=2 * day)).date().isoformat(),
            "at": at.isoformat(),
        }

    @rule(book=which, payer=which, payee=which, minutes=minutes, day=days)
    def exchange(self, book, payer, payee, minutes, day):
        book = self.books[book % 2]
        self.ask(self.new(book, "exchange", self.account(book, payer), self.account(book, payee), minutes, day))

    @rule(book=which, payee=which, minutes=minutes, day=days)
    def welcome(self, book, payee, minutes, day):
        book = self.books[book % 2]
        self.ask(self.new(book, "welcome", self.account(book, 0), self.account(book, payee), minutes, day))

    @rule(kind=strategies.sampled_from(sorted(set(BETWEEN) - {"reversal"})), payer=which, payee=which, minutes=minutes)
    def any_kind_between_any_two(self, kind, payer, payee, minutes):
        book = self.plain.accounts[self.any_account(payer)].book
        self.ask(self.new(book, kind, self.any_account(payer), self.any_account(payee), minutes, 0))

    @rule(book=which, payer=which, payee=which, minutes=minutes, kind=strategies.sampled_from(["gift", "opening"]))
    def gift_or_opening(self, book, payer, payee, minutes, kind):
        book = self.books[book % 2]
        self.ask(self.new(book, kind, self.account(book, 1 + payer % 3), self.account(book, payee), minutes, 0))

    @precondition(has_transfers)
    @rule(number=which, change=strategies.sampled_from([None, "minutes", "on", "reason", "payer", "kind"]))
    def post_again(self, number, change):
        told = {**self.any_transfer(number).told, "do": "post"}
        others = {
            "minutes": {"minutes": told["minutes"] + 1},
            "on": {"on": "2026-01-01"},
            "reason": {"reason": "another"},
            "payer": {"payer": self.account(told["book"], 1)},
            "kind": {"kind": "correction", "reverses": None},
        }
        self.ask({**told, **others.get(change, {})})

    @precondition(has_transfers)
    @rule(number=which, payer=which, payee=which)
    def the_same_reference_in_the_other_book(self, number, payer, payee):
        told = self.any_transfer(number).told
        book = next(book for book in self.books if book != told["book"])
        sides = (self.account(book, payer), self.account(book, payee))
        self.ask(self.new(book, "exchange", *sides, 15, 0, told["reference"]))

    @precondition(has_transfers)
    @rule(number=which, reason=reasons, day=days)
    def reverse(self, number, reason, day):
        at = NOON + timedelta(days=day)
        transfer = self.any_transfer(number).id if number else 2**31 - 1
        self.ask(
            {"do": "reverse", "transfer": transfer, "reason": reason, "on": at.date().isoformat(), "at": at.isoformat()}
        )

    @precondition(has_transfers)
    @rule(number=which, minutes=strategies.sampled_from([0, 0, 1]), turned=strategies.booleans())
    def reverse_by_hand(self, number, minutes, turned):
        """A posting of kind reversal that nobody's reverse() made: it must mirror what it takes back."""
        original = self.any_transfer(number)
        payer, payee = original.told["payee"], original.told["payer"]
        if turned:
            payer, payee = payee, payer
        told = self.new(original.told["book"], "reversal", payer, payee, original.told["minutes"] + minutes, 0)
        self.ask({**told, "reverses": original.id, "reason": "by hand"})

    @rule(
        rows=strategies.lists(strategies.tuples(which, which, which, minutes), max_size=4),
        twice=strategies.booleans(),
        again=which,
    )
    def bulk(self, rows, twice, again):
        postings = [
            self.new(
                self.books[book % 2], "exchange", *(self.account(self.books[book % 2], side) for side in sides), most, 0
            )
            for book, *sides, most in rows
        ]
        if twice:
            postings += postings[:1]
        if again > 150 and self.has_transfers():
            postings.insert(0, self.any_transfer(again).told)
        self.ask({"do": "post_all", "postings": postings, "at": NOON.isoformat()})

    @rule(account=which, limit=strategies.sampled_from([None, 0, 30, 120, 500, -1]), reason=reasons)
    def limit(self, account, limit, reason):
        account = self.any_account(account)
        self.ask({"do": "limit", "account": account, "minutes": limit, "reason": reason, "at": NOON.isoformat()})

    @rule(account=which, what=strategies.sampled_from(["close", "reopen", "reopen"]), reason=reasons)
    def close_or_reopen(self, account, what, reason):
        self.ask({"do": what, "account": self.any_account(account), "reason": reason, "at": NOON.isoformat()})

    @rule(book=which)
    def seal(self, book):
        self.ask({"do": "seal", "book": self.books[book % 2], "at": NOON.isoformat()})

    @invariant()
    def audit_and_seals_find_nothing(self):
        assert list(audit.findings(self.session)) == []
        assert list(seals.findings(self.session)) == []

    @invariant()
    def every_account_stands_as_foretold_and_each_book_adds_up_to_zero(self):
        self.session.expire_all()
        balances_of = dict.fromkeys(self.books, 0)
        for real in self.session.scalars(select(Account)):
            account = self.plain.accounts[real.id]
            assert (real.given_minutes, real.received_minutes) == account.tallies()
            assert (real.credit_limit_minutes, real.excess_minutes) == (account.limit, account.excess)
            assert (real.closed_at is not None) == account.closed
            balances_of[real.book_id] += real.balance_minutes
        assert not any(balances_of.values())

    @invariant()
    def every_transfer_is_there_and_no_other(self):
        there = {transfer.id: transfer for written in self.plain.transfers.values() for transfer in written}
        columns = (Transfer.id, Transfer.reference, Transfer.payer_id, Transfer.payee_id, Transfer.minutes)
        rows = self.session.execute(select(*columns).order_by(Transfer.id)).all()
        words = ("reference", "payer", "payee", "minutes")
        assert [tuple(row) for row in rows] == [
            (one, *(there[one].told[word] for word in words)) for one in sorted(there)
        ]

    @invariant()
    def the_statements_of_whom_it_concerned_run_as_foretold(self):
        """All statements at every step would take most of the time; the rest are read when the run ends."""
        for account in self.concerned:
            self.statement_is_right(account)
        self.concerned = set()

    def statement_is_right(self, number):
        session, account = self.session, self.plain.accounts[number]
        lines = balances.statement(session, number, limit=1000)
        told = [(line.transfer.id, line.change.minutes, line.balance.minutes, line.reversed_later) for line in lines]
        assert told == account.statement()
        assert balances.transfers_of(session, number) == len(told)
        tallies = balances.tallies(session, number)
        assert (tallies.given.minutes, tallies.received.minutes) == account.tallies()
        changes = changes_of(session, number)
        assert [(one.kind, one.before_minutes, one.after_minutes) for one in changes] == account.changes[::-1]
        for days in (-2, 1):
            moment = NOON + timedelta(days=days)
            assert balances.balance_at(session, number, moment).minutes == self.plain.balance_at(number, moment)
            on = balances.balance_on(session, number, moment.date()).minutes
            assert on == self.plain.balance_on(number, moment.date())


def test_whatever_is_done_each_answer_is_foretold_and_the_books_stay_right(engine, request):
    many = os.environ.get("EXAMPLES")
    chosen = settings(
        max_examples=int(many or 6),
        stateful_step_count=25,
        phases=tuple(Phase) if many else (Phase.generate,),
        derandomize=request.config.getoption("--hypothesis-seed") is None,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Machine(engine), settings=chosen)
