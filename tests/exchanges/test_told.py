"""What stands behind the lines of a statement, of all days or of some."""

from datetime import date

import pytest

from tests.builders import NOON, an_approved_exchange
from timebank.exchanges import steps, told
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.models import TransferKind
from timebank.members import moving

MAY, JUNE, LATE_JUNE = date(2026, 5, 20), date(2026, 6, 1), date(2026, 6, 9)


@pytest.fixture
def ana_s_lines(session, ana, ben, jess):
    """Help of May, of late June and of the first of June, written down in this order; a gift between."""
    for title, day in (("Digging", MAY), ("A lift", LATE_JUNE)):
        an_approved_exchange(session, ana, ben, approved_by=jess, hours="1:00", title=title, served_on=day)
    moving.gift(session, ana, ben, hours=Hours(15), word="Thanks", key="g", by=ana.person, at=NOON)
    return an_approved_exchange(session, ben, ana, approved_by=jess, hours="0:30", title="Soup", served_on=JUNE)


def lines(session, member, limit=50, offset=0, **days):
    found = told.statement_of(session, member, limit=limit, offset=offset, **days)
    return [(one.exchange.title if one.exchange else one.why, one.line.balance.minutes) for one in found]


def test_the_balance_of_chosen_days_is_that_of_the_whole_book(session, ana, ana_s_lines):
    assert lines(session, ana) == [("Soup", 75), (TransferKind.GIFT, 105), ("A lift", 120), ("Digging", 60)]
    assert lines(session, ana, first_day=JUNE) == [("Soup", 75), (TransferKind.GIFT, 105), ("A lift", 120)]
    assert lines(session, ana, day_after=JUNE) == [("Digging", 60)]
    assert lines(session, ana, first_day=JUNE, day_after=LATE_JUNE) == [("Soup", 75)]
    assert lines(session, ana, first_day=MAY, day_after=MAY) == []


def test_chosen_days_come_in_pages_and_are_counted(session, ana, ana_s_lines):
    assert lines(session, ana, limit=1, offset=1, first_day=JUNE) == [(TransferKind.GIFT, 105)]
    assert lines(session, ana, limit=2, offset=2, first_day=JUNE) == [("A lift", 120)]
    assert balances.transfers_of(session, ana.account_id, first_day=JUNE) == 3
    assert balances.transfers_of(session, ana.account_id, first_day=JUNE, day_after=LATE_JUNE) == 1
    assert balances.transfers_of(session, ana.account_id) == 4


def test_each_line_tells_the_other_side_why_and_what_took_it_back(session, timebank, ana, ben, jess, ana_s_lines):
    moving.welcome(session, ana, Hours(60), by=jess, at=NOON)
    steps.reverse(session, ana_s_lines.id, reason="Logged twice", by=jess, at=NOON)
    back, welcome, soup, gift, *_others = told.statement_of(session, ana, limit=50, offset=0)

    assert (welcome.partner, welcome.why, welcome.taken_back) == (None, TransferKind.WELCOME, None)
    assert (gift.partner, gift.exchange, gift.why) == (ben, None, TransferKind.GIFT)
    assert (back.partner, back.why, back.exchange) == (ben, TransferKind.EXCHANGE, ana_s_lines)
    assert soup.taken_back is back.line.transfer
    assert back.taken_back is None


def test_a_statement_that_is_longer_than_a_question_may_be_is_told_whole(session, ana, ana_s_lines, monkeypatch):
    whole = told.statement_of(session, ana, limit=50, offset=0)
    monkeypatch.setattr(told, "_AT_ONCE", 3)

    assert told.statement_of(session, ana, limit=50, offset=0) == whole
    assert len(whole) == 4


def test_who_holds_no_account_has_no_lines(session, jess):
    assert told.statement_of(session, jess, limit=50, offset=0) == []
