"""A member's statement: the same figures on page and in the spreadsheet, and nobody else's."""

import csv
import io

import pytest
from sqlalchemy import event

from tests import builders
from tests.builders import (
    NOON,
    TODAY,
    a_funder,
    a_member,
    a_timebank,
    an_administrator,
    an_approved_exchange,
)
from timebank.exchanges import steps
from timebank.hours import Hours
from timebank.ledger import posting
from timebank.ledger.models import TransferKind
from timebank.ledger.posting import Posting

STATEMENT = "/riverside/statement"


def lines(page):
    assert page.response.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(page.response.get_data().decode("utf-8-sig"))))


@pytest.fixture
def a_busy_week(session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="1:30", title="Digging")
    an_approved_exchange(session, ben, ana, approved_by=jess, hours="2:45", title="A lift")
    twice = an_approved_exchange(session, ben, ana, approved_by=jess, hours="0:45", title="Soup")
    steps.reverse(session, twice.id, reason="Logged twice", by=jess, at=NOON)


def test_every_line_tells_what_with_whom_the_change_and_the_balance_after_it(as_, ana, a_busy_week):
    page = as_(ana).get(STATEMENT)

    assert "1 h 30 you have given 2 h 45 you have received" in page.words
    assert "You have received a little more than you have given: 1 hour 15 minutes." in page.words
    assert "10 June 2026 Taken back: Soup Ben Birch +45 min −1 h 15" in page.words
    assert "10 June 2026 Soup taken back Ben Birch −45 min −2 h" in page.words
    assert "10 June 2026 A lift Ben Birch −2 h 45 −1 h 15" in page.words
    assert "10 June 2026 Digging Ben Birch +1 h 30 1 h 30" in page.words


def test_the_other_side_reads_the_same_with_other_signs(as_, ben, a_busy_week):
    words = as_(ben).get(STATEMENT).words

    assert "2 h 45 you have given 1 h 30 you have received" in words
    assert "10 June 2026 A lift Ana Alder +2 h 45 1 h 15" in words


def test_the_spreadsheet_has_the_same_figures(as_, ana, a_busy_week):
    page = as_(ana).get(f"{STATEMENT}.csv")

    assert page.response.headers["Content-Disposition"] == 'attachment; filename="riverside-statement.csv"'
    assert lines(page) == [
        ["Day", "What", "With", "Change in minutes", "Balance in minutes", "Remark"],
        ["2026-06-10", "Taken back: Soup", "Ben Birch", "45", "-75", ""],
        ["2026-06-10", "Soup", "Ben Birch", "-45", "-120", "taken back later"],
        ["2026-06-10", "A lift", "Ben Birch", "-165", "-75", ""],
        ["2026-06-10", "Digging", "Ben Birch", "90", "90", ""],
    ]


def test_no_text_in_the_spreadsheet_runs_as_a_formula_and_none_on_the_page_as_markup(as_, session, timebank, ana, jess):
    evil = a_member(session, timebank, "=cmd|' /C calc'!A0", email="")
    an_approved_exchange(session, ana, evil, approved_by=jess, title="<b>+SUM(1)</b>")
    an_approved_exchange(session, ana, evil, approved_by=jess, title="+SUM(1)")
    visitor = as_(ana)

    told = lines(visitor.get(f"{STATEMENT}.csv"))
    assert told[1][1:3] == ["'+SUM(1)", "'=cmd|' /C calc'!A0"]
    assert "<b>+SUM" not in visitor.get(STATEMENT).response.get_data(as_text=True)


def test_hours_that_moved_without_an_exchange_say_why(as_, session, timebank, ana):
    gift = Posting(
        book_id=timebank.book_id,
        reference="welcome:1",
        kind=TransferKind.WELCOME,
        payer_id=builders.community_account(session, timebank).id,
        payee_id=ana.account_id,
        hours=Hours(120),
        occurred_on=TODAY,
        entered_by=None,
    )
    posting.post(session, gift, at=NOON)

    assert "10 June 2026 Welcome hours – +2 h 2 h" in as_(ana).get(STATEMENT).words


def test_a_newcomers_statement_says_what_comes_next(as_, ana):
    visitor = as_(ana)
    page = visitor.get(STATEMENT)

    assert "No hours have moved yet." in page.words
    assert "Log time you shared" in page.words
    assert len(lines(visitor.get(f"{STATEMENT}.csv"))) == 1


def test_a_long_statement_has_pages_and_the_balance_goes_on(as_, session, ana, ben, jess):
    for _number in range(51):
        an_approved_exchange(session, ana, ben, approved_by=jess, hours="0:15")
    visitor = as_(ana)

    assert "page=2" in visitor.get(STATEMENT).response.get_data(as_text=True)
    assert "Ben Birch +15 min 15 min" in visitor.get(f"{STATEMENT}?page=2").words
    assert "not so many pages" in visitor.get(f"{STATEMENT}?page=3").words
    assert len(lines(visitor.get(f"{STATEMENT}.csv"))) == 52


def test_names_are_read_in_one_question(as_, session, timebank, ana, jess, engine):
    def asked(visitor):
        count = []
        event.listen(engine, "before_cursor_execute", listener := lambda *_told: count.append(1))
        visitor.get(STATEMENT)
        event.remove(engine, "before_cursor_execute", listener)
        return len(count)

    others = [a_member(session, timebank, f"Member{number}") for number in range(6)]
    an_approved_exchange(session, ana, others[0], approved_by=jess)
    visitor = as_(ana)
    few = asked(visitor)
    for other in others:
        an_approved_exchange(session, ana, other, approved_by=jess)
    session.commit()
    session.expunge_all()

    assert asked(visitor) <= few


def test_only_a_member_has_a_statement_and_only_their_own(as_, session, timebank, ana, ben, jess, a_busy_week):
    for someone in (jess, a_funder(session, timebank), an_administrator(session, timebank)):
        visitor = as_(someone)
        visitor.get(STATEMENT, status=403)
        visitor.get(f"{STATEMENT}.csv", status=403)
    cat = a_member(session, timebank, "Cat Cedar")
    assert "Digging" not in as_(cat).get(STATEMENT).words
    a_timebank(session, "hillside", "Hillside Timebank")
    as_(ana).get("/hillside/statement", status=404)
