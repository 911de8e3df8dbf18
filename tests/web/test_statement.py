"""A member's statement: the same figures on page and in the spreadsheet, and nobody else's."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from tests.builders import NOON, a_funder, a_member, a_timebank, an_administrator, an_approved_exchange
from timebank.exchanges import steps
from timebank.hours import Hours
from timebank.members import moving

STATEMENT = "/riverside/statement"


def days(end, day, month):
    return f"{end}-day={day}&{end}-month={month}&{end}-year=2026"


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
    assert "10 June 2026 Taken back: Soup “Logged twice” Ben Birch +45 min −1 h 15" in page.words
    assert "10 June 2026 Soup taken back on 10 June 2026 Ben Birch −45 min −2 h" in page.words
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
        ["Day", "Written down", "What", "With", "Word", "Change in minutes", "Balance in minutes", "Remark"],
        ["2026-06-10", "2026-06-10", "Taken back: Soup", "Ben Birch", "Logged twice", "45", "-75", ""],
        ["2026-06-10", "2026-06-10", "Soup", "Ben Birch", "", "-45", "-120", "taken back on 10 June 2026"],
        ["2026-06-10", "2026-06-10", "A lift", "Ben Birch", "", "-165", "-75", ""],
        ["2026-06-10", "2026-06-10", "Digging", "Ben Birch", "", "90", "90", ""],
    ]


def test_no_text_in_the_spreadsheet_runs_as_a_formula_and_none_on_the_page_as_markup(as_, session, timebank, ana, jess):
    evil = a_member(session, timebank, "=cmd|' /C calc'!A0", email="")
    an_approved_exchange(session, ana, evil, approved_by=jess, title="<b>+SUM(1)</b>")
    an_approved_exchange(session, ana, evil, approved_by=jess, title="+SUM(1)")
    visitor = as_(ana)

    told = lines(visitor.get(f"{STATEMENT}.csv"))
    assert told[1][2:4] == ["'+SUM(1)", "'=cmd|' /C calc'!A0"]
    assert "<b>+SUM" not in visitor.get(STATEMENT).response.get_data(as_text=True)


def test_a_semicolon_in_a_text_begins_no_cell_of_its_own(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, title="Soup; bread;=1")

    page = as_(ana).get(f"{STATEMENT}.csv")
    assert ',"Soup; bread;\'=1","Ben Birch","",90,90,""\r\n' in page.response.get_data(as_text=True)


def test_hours_that_moved_without_an_exchange_say_why_from_whom_and_with_which_word(as_, session, ana, ben, jess):
    moving.welcome(session, ana, Hours(120), by=jess, at=NOON)
    moving.gift(session, ben, ana, hours=Hours(60), word="For <b>you</b>", key="g", by=ben.person, at=NOON)
    moving.opening(session, ana, Hours(-30), reason="Paper book", key="o", by=jess, at=NOON)
    moving.correction(session, ana, ben, hours=Hours(15), reason="Mixed up", key="c", by=jess, at=NOON)
    page = as_(ana).get(STATEMENT)

    assert "10 June 2026 Welcome hours the community +2 h 2 h" in page.words
    assert "10 June 2026 A gift “For <b>you</b>” Ben Birch +1 h 3 h" in page.words
    assert "10 June 2026 Hours from before “Paper book” the community −30 min 2 h 30" in page.words
    assert "10 June 2026 A correction “Mixed up” Ben Birch −15 min 2 h 15" in page.words
    assert "<b>you" not in page.response.get_data(as_text=True)


def test_what_was_given_and_received_is_help_and_the_rest_is_told_beside_the_balance(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    moving.gift(session, ana, ben, hours=Hours(180), word="", key="g", by=ana.person, at=NOON)
    for place in (STATEMENT, f"{STATEMENT}/print", "/riverside/"):
        words = as_(ana).get(place).words
        assert "2 h you have given 0 min you have received Your balance is 1 hour below zero." in words
        assert "3 hours went from you without an exchange: gifts, hours from before or corrections." in words
    words = as_(ben).get(STATEMENT).words
    assert "You have 1 hour. Let someone do you a good turn." in words
    assert "3 hours came to you without an exchange: welcome hours, gifts, hours from before or corrections." in words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "You have neither given nor received hours yet."),
        ((300,), "You have 5 hours. Let someone do you a good turn."),
        ((-300,), "Your balance is 5 hours below zero. That is what it is for."),
        ((300, -300), "Your hours come out even."),
    ],
)
def test_who_has_only_been_given_hours_has_not_given_more_than_they_received(as_, session, ana, jess, given, said):
    for number, minutes in enumerate(given):
        sides = (None, ana) if minutes > 0 else (ana, None)
        hours = Hours(abs(minutes))
        moving.correction(session, *sides, hours=hours, reason="Why", key=f"c{number}", by=jess, at=NOON)

    assert f"you have received {said}" in as_(ana).get(STATEMENT).words


def test_what_was_taken_back_says_when_and_why(as_, session, timebank, ana, ben, jess):
    given = moving.gift(session, ana, ben, hours=Hours(60), word="Thanks", key="g", by=ana.person, at=NOON)
    later = NOON + timedelta(days=2)
    moving.take_back(session, timebank, given.transfer_id, reason="Two taps", by=jess, at=later)
    page = as_(ben).get(STATEMENT)

    assert "12 June 2026 Taken back: A gift “Two taps” Ana Alder −1 h 0 min" in page.words
    assert "10 June 2026 A gift taken back on 12 June 2026 “Thanks” Ana Alder +1 h 1 h" in page.words


@pytest.fixture
def two_months(session, ana, ben, jess):
    """Help of 20 May written down on 10 June, a gift of 10 June, help of 9 June."""
    an_approved_exchange(
        session, ana, ben, approved_by=jess, hours="2:00", title="Digging", served_on=date(2026, 5, 20)
    )
    moving.gift(session, ana, ben, hours=Hours(30), word="", key="g", by=ana.person, at=NOON)
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="1:00", title="A lift", served_on=date(2026, 6, 9))


def test_both_dates_stand_on_a_line_where_they_differ(as_, ana, two_months):
    words = as_(ana).get(STATEMENT).words

    assert "20 May 2026 written down on 10 June 2026 Digging" in words
    assert "10 June 2026 A gift" in words


def test_certain_days_are_those_on_which_it_happened_and_the_balance_stays_that_of_the_whole(as_, ana, two_months):
    visitor = as_(ana)
    may = visitor.get(f"{STATEMENT}?{days('last', 31, 5)}").words
    june = visitor.get(f"{STATEMENT}?{days('first', 1, 6)}&{days('last', 9, 6)}").words

    assert "Until 31 May 2026. The balance counts everything from the beginning." in may
    assert "Digging Ben Birch +2 h 2 h" in may
    assert "A lift" not in may
    assert "From 1 June 2026 to 9 June 2026." in june
    assert "A lift Ben Birch +1 h 2 h 30" in june
    assert "Digging" not in june
    assert "A gift" not in june
    assert "3 h you have given" in june


def test_the_balance_at_the_end_of_a_day_is_told_by_either_date(as_, ana, two_months):
    visitor = as_(ana)
    words = visitor.get(f"{STATEMENT}?{days('last', 9, 6)}").words
    assert " 3 h balance at the end of 9 June 2026 by the day it happened" in words
    assert " 0 min balance at the end of 9 June 2026 by the day it was written down" in words
    words = visitor.get(f"{STATEMENT}?{days('last', 10, 6)}").words
    assert " 2 h 30 balance at the end of 10 June 2026 by the day it happened 2 h 30 balance" in words
    assert "balance at the end" not in visitor.get(f"{STATEMENT}?{days('first', 1, 6)}").words


def test_a_day_ends_where_the_timebank_is(as_, session, timebank, ana, ben):
    late = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)  # the 11th in London already
    moving.gift(session, ana, ben, hours=Hours(30), word="", key="g", by=ana.person, at=late)
    visitor = as_(ana)

    words = visitor.get(f"{STATEMENT}?{days('last', 10, 6)}").words
    assert " 0 min balance at the end of 10 June 2026 by the day it was written down" in words
    words = visitor.get(f"{STATEMENT}?{days('last', 11, 6)}").words
    assert "−30 min balance at the end of 11 June 2026 by the day it was written down" in words


def test_days_in_which_nothing_moved_say_so(as_, ana, two_months):
    words = as_(ana).get(f"{STATEMENT}?{days('first', 1, 7)}").words

    assert "No hours moved in these days." in words
    assert "Show all days" in words


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("first-day=31&first-month=2&first-year=2026", "There is no such day."),
        ("last-day=1", "Write the day, month and year"),
        ("last-day=1&last-month=1&last-year=9999", "There is no such day."),
        (
            "first-day=2&first-month=6&first-year=2026&last-day=1&last-month=6&last-year=2026",
            "The last day comes before the first.",
        ),
    ],
)
def test_days_that_make_no_sense_are_told_and_all_is_shown(as_, ana, two_months, asked, said):
    visitor = as_(ana)
    page = visitor.get(f"{STATEMENT}?{asked}", status=422)

    assert said in page.words
    assert "Digging" in page.words
    for paper in ("/print", ".csv"):
        assert visitor.get(f"{STATEMENT}{paper}?{asked}", status=302).response.location == f"{STATEMENT}?{asked}"


def test_paper_and_spreadsheet_keep_the_days_and_have_the_same_figures(as_, ana, two_months):
    visitor = as_(ana)
    asked = days("first", 1, 6)
    html = visitor.get(f"{STATEMENT}?{asked}").response.get_data(as_text=True).replace("&amp;", "&")
    for place in (f"{STATEMENT}.csv", f"{STATEMENT}/print"):
        assert f'href="{place}?{asked}"' in html

    paper = visitor.get(f"{STATEMENT}/print?{asked}")
    assert paper.h1 == "|Statement of Ana Alder"
    assert "Riverside Timebank" in paper.words
    assert "From 1 June 2026." in paper.words
    assert "A gift Ben Birch −30 min 1 h 30" in paper.words
    assert "Digging" not in paper.words
    assert lines(visitor.get(f"{STATEMENT}.csv?{asked}"))[1:] == [
        ["2026-06-09", "2026-06-10", "A lift", "Ben Birch", "", "60", "150", ""],
        ["2026-06-10", "2026-06-10", "A gift", "Ben Birch", "", "-30", "90", ""],
    ]


def test_a_statement_on_paper_that_has_no_lines_says_so(as_, ana):
    assert "No hours have moved yet." in as_(ana).get(f"{STATEMENT}/print").words


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
    assert "Ben Birch +15 min 15 min" in visitor.get(f"{STATEMENT}?page=3").words
    assert "not so many pages" in visitor.get(f"{STATEMENT}?page=4").words
    assert len(lines(visitor.get(f"{STATEMENT}.csv"))) == 52


def test_the_pages_keep_the_days_that_were_asked_for(as_, session, ana, ben, jess):
    for _number in range(21):
        an_approved_exchange(session, ana, ben, approved_by=jess, hours="0:15")
    visitor, asked = as_(ana), days("first", 10, 6)

    html = visitor.get(f"{STATEMENT}?{asked}").response.get_data(as_text=True).replace("&amp;", "&")
    assert f"{asked}&page=2" in html
    assert "Ben Birch +15 min 15 min" in visitor.get(f"{STATEMENT}?{asked}&page=2").words


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
        visitor.get(f"{STATEMENT}/print", status=403)
    cat = a_member(session, timebank, "Cat Cedar")
    assert "Digging" not in as_(cat).get(STATEMENT).words
    a_timebank(session, "hillside", "Hillside Timebank")
    as_(ana).get("/hillside/statement", status=404)
