"""Twenty exchanges logged at once: who is meant, what is wrong and where, one batch, all or nothing."""

import re
from datetime import date

import pytest
import time_machine
from sqlalchemy import event, func, select

from tests.builders import NOON, a_category, a_member, a_person, an_organisation
from timebank.exchanges import steps
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import State, Step
from timebank.members.audit_log import Deed
from timebank.members.choices import Approval
from timebank.members.models import AuditLine, MembershipStatus
from timebank.notices.models import Notice, NoticeKind

TOGETHER = "/riverside/log/together"


@pytest.fixture(autouse=True)
def _now():
    """It is noon of the builders' day."""
    with time_machine.travel(NOON, tick=False):
        yield


def a_row(number, gave, received, hours="1", minutes="30", **more):
    """The boxes of one row, which is counted from 1."""
    boxes = {"gave": gave, "received": received, "time-hours": hours, "time-minutes": minutes, **more}
    return {f"rows-{number - 1}-{name}": text for name, text in boxes.items()}


@pytest.fixture
def told(session, timebank):
    """What is alike for all rows."""
    return {"title": "Coffee morning", "served_on": "yesterday", "category": str(a_category(session, timebank).id)}


def exchanges(session):
    session.expire_all()
    return session.scalars(select(Exchange).order_by(Exchange.id)).all()


def send(visitor, told, *rows, status=None, sure="yes", **more):
    whole = {name: text for row in rows for name, text in row.items()}
    return visitor.post(TOGETHER, {**told, **whole, **({"sure": sure} if sure else {}), **more}, status)


def test_what_is_written_down_says_who_gave_to_whom_and_the_other_one_is_asked(as_, session, ana, ben, jess, told):
    visitor = as_(jess)
    answer = send(visitor, told, a_row(1, "ana", "2"), a_row(3, "Ben Birch (2)", "ALDER", "0", "45"))

    assert answer.response.location == "/riverside/today"
    page = visitor.get("/riverside/today")
    assert "2 exchanges are logged, and the others are asked." in page.words, page.words
    one, other = exchanges(session)
    assert (one.provider, one.receiver, one.minutes, one.title) == (ana, ben, 90, "Coffee morning")
    assert (other.provider, other.receiver, other.minutes) == (ben, ana, 45)
    assert {one.state, other.state} == {State.RECORDED}
    assert {one.served_on, other.served_on} == {date(2026, 6, 9)}
    assert one.recorded_by_id == jess.person_id
    assert [(step.step, step.by_id, step.for_id) for step in one.steps] == [(Step.RECORD, jess.person_id, ana.id)]
    kinds = session.execute(select(Notice.kind, Notice.membership_id).order_by(Notice.id)).all()
    assert kinds == [(NoticeKind.TO_CONFIRM, ben.id), (NoticeKind.TO_CONFIRM, ana.id)]
    lines = session.scalars(select(AuditLine).where(AuditLine.deed == Deed.LOGGED.value).order_by(AuditLine.id)).all()
    assert [(line.by_id, line.about_id) for line in lines] == [(jess.person_id, ana.id), (jess.person_id, ben.id)]


def test_before_it_is_done_every_row_is_told_and_nothing_is_written(as_, session, timebank, ana, ben, jess, told):
    page = send(as_(jess), told, a_row(1, "ana", "ben"), a_row(2, "ben", "ana", "11", ""), sure=None, status=200)

    assert "Log these 2 exchanges?" in page.words
    assert "Ana Alder gave Ben Birch 1 hour 30 minutes on 9 June 2026: Coffee morning." in page.words
    assert "Ben Birch gave Ana Alder 11 hours on 9 June 2026: Coffee morning. That is unusually long." in page.words
    assert "All together: 12 hours 30 minutes." in page.words
    assert exchanges(session) == []


def test_who_would_rather_change_something_finds_everything_as_it_was(as_, session, ana, ben, jess, told):
    row = a_row(20, "ana", "ben", "1", "30", kind="Gardening", title="Cakes", day="1 6")
    page = send(as_(jess), told, row, sure="no", status=200)

    fields = page.forms[-1]["fields"]
    assert {name: fields[name] for name in row} == row
    assert fields["title"] == "Coffee morning"
    assert exchanges(session) == []


def test_what_both_told_is_confirmed_by_the_other_s_word_and_waits_for_a_coordinator(
    as_, session, timebank, ana, ben, jess, told
):
    timebank.approval = Approval.NONE
    visitor = as_(jess)
    send(visitor, told, a_row(1, "ana", "ben"), both_told="y")

    assert "One exchange is logged and waits to be approved." in visitor.get("/riverside/today").words
    [one] = exchanges(session)
    assert (one.state, one.confirmed_by_id) == (State.CONFIRMED, ben.person_id)
    assert [(step.step, step.by_id, step.for_id) for step in one.steps] == [
        (Step.RECORD, jess.person_id, ana.id),
        (Step.CONFIRM, jess.person_id, ben.id),
    ]
    assert session.scalar(select(func.count()).select_from(Notice)) == 0
    assert steps.approve(session, one.id, by=jess, at=NOON).contribution.confirmed_by_id == ben.person_id


def test_an_organisation_is_not_asked_where_the_other_one_can_be(as_, session, timebank, ana, jess, told):
    clinic = an_organisation(session, timebank)
    send(as_(jess), told, a_row(1, "ana", "riverside"), a_row(2, "riverside", "ana"))

    one, other = exchanges(session)
    assert (one.provider, one.told_by, one.asked_id) == (ana, clinic, ana.id)
    assert (other.provider, other.told_by, other.asked_id) == (clinic, clinic, ana.id)


def test_a_row_may_have_its_own_day_kind_and_words(as_, session, timebank, ana, ben, jess, told):
    rows = (
        a_row(1, "ana", "ben", title="A cake", kind="COOKING and meals", day="1/6/2026"),
        a_row(2, "ana", "ben", day="11.6"),
    )
    send(as_(jess), told, *rows)

    own, last_year = exchanges(session)
    assert (own.title, own.category.name, own.served_on) == ("A cake", "Cooking and meals", date(2026, 6, 1))
    assert (last_year.title, last_year.served_on) == ("Coffee morning", date(2025, 6, 11))
    assert last_year.category.name == "Gardening"


def test_time_may_be_written_out(as_, session, ana, ben, jess, told):
    send(as_(jess), told, a_row(1, "ana", "ben", "1h30", ""), a_row(2, "ana", "ben", "", "90"))

    assert [one.minutes for one in exchanges(session)] == [90, 90]


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ({"gave": ""}, "gave", "Write who gave"),
        ({"received": ""}, "received", "Write to whom"),
        ({"gave": "Nobody"}, "gave", "Nobody here is called that. Write a name or a number"),
        ({"received": "be"}, "received", "These fit: Bea Beech (4), Ben Birch (2). Write the number"),
        ({"received": "ana"}, "received", "Choose two different people."),
        ({"time-hours": "", "time-minutes": ""}, "time", "Say how long it took, for example 1 hour 30 minutes"),
        ({"time-hours": "25"}, "time", "Write at most 24 hours."),
        ({"time-minutes": "31"}, "time", "Round the time to steps of 5 minutes."),
        ({"time-hours": "many"}, "time", "Write the hours and the minutes in figures"),
        ({"day": "31 2"}, "day", "There is no such day. Check the day and the month"),
        ({"day": "soon"}, "day", "Write the day in figures, for example 27 3 or 27 3 2026"),
        ({"day": "11 6 2026"}, "day", "be in the future."),
        ({"day": "1 1 2020"}, "day", "That is more than two years ago."),
        ({"kind": "Nothing known"}, "kind", "Choose a kind of help from the list"),
        ({"title": "x" * 121}, "title", "Use at most 120 letters."),
        ({"gave": "y" * 10_000}, "gave", "Use at most 200 letters."),
        ({"gave": "🙂 é 中文"}, "gave", "Nobody here is called that."),
    ],
)
def test_what_is_wrong_is_said_at_its_row_and_field_and_nothing_is_written(
    as_, session, timebank, ana, ben, jess, told, row, field, said
):
    a_member(session, timebank, "Bea Beech", email="")
    right, wrong = (
        a_row(1, "ana", "ben"),
        a_row(4, "ana", "ben") | {f"rows-3-{name}": text for name, text in row.items()},
    )
    page = send(as_(jess), told, right, wrong, status=422)

    html = page.response.get_data(as_text=True)
    assert "Nearly there. One thing needs your attention" in page.words
    assert re.search(rf'<p class="govuk-error-message" id="rows-3-{field}-error">.*?{re.escape(said[:40])}', html)
    assert re.search(rf'<a href="#rows-3-{field}(-hours)?">Row 4: ', html)
    assert page.forms[-1]["fields"]["rows-0-gave"] == "ana"
    assert exchanges(session) == []


def test_what_is_wrong_for_all_is_said_above_once(as_, session, timebank, ana, ben, jess, told):
    rows = a_row(1, "ana", "ben"), a_row(2, "ben", "ana")
    page = send(
        as_(jess),
        {**told, "served_on": "other", "served_on-day": "1", "served_on-month": "1", "served_on-year": "2020"},
        *rows,
        status=422,
    )
    assert page.words.count("That is more than two years ago.") == 2

    page = send(as_(jess), {**told, "title": "", "category": "", "served_on": ""}, *rows, status=422)
    for said in ("Choose the kind of help", "Choose today, yesterday or another day", "Say what it was, here or above"):
        assert said in page.words
    assert exchanges(session) == []


def test_an_empty_page_says_so(as_, session, ana, ben, jess, told):
    page = send(as_(jess), told, status=422)

    assert "Fill in at least one row" in page.words


def test_a_row_in_which_the_coordinator_is_a_part_is_refused(as_, session, timebank, ana, ben, jess, told):
    moss = a_person(session, timebank, "Moss Maple", *ana.roles, *jess.roles)
    page = send(as_(moss), told, a_row(1, "ana", "ben"), a_row(2, "moss", "ben"), a_row(3, "ana", "moss"), status=422)

    html = page.response.get_data(as_text=True)
    assert page.words.count("You are part of this one. Ask another coordinator to log it.") == 4
    assert 'id="rows-1-gave-error"' in html
    assert 'id="rows-2-received-error"' in html
    assert exchanges(session) == []


def test_who_is_away_or_of_another_timebank_is_not_to_be_found(as_, session, timebank, ana, ben, jess, told):
    ben.status = MembershipStatus.PAUSED
    page = send(as_(jess), told, a_row(1, "ana", "ben"), status=422)

    assert "Nobody here is called that." in page.words


def test_the_double_tap_makes_one_batch(as_, session, ana, ben, jess, told):
    visitor = as_(jess)
    whole = {**told, **a_row(1, "ana", "ben"), **a_row(2, "ben", "ana"), "sure": "yes", "key": "tapped-twice"}
    first, second = visitor.post(TOGETHER, whole), visitor.post(TOGETHER, whole)

    assert first.response.location == second.response.location == "/riverside/today"
    assert len(exchanges(session)) == 2


def test_only_coordinators_log_for_others(as_, session, ana, ben, told):
    as_(ana).get(TOGETHER, 403)


def test_the_people_of_twenty_rows_are_asked_for_at_once(as_, session, timebank, ana, jess, told):
    people = [a_member(session, timebank, f"Neighbour {number}", email="") for number in range(60)]
    visitor = as_(jess)
    counts = []
    for many in (1, 20):
        rows = [a_row(one + 1, str(ana.number), str(people[one].number)) for one in range(many)]
        whole = {**told, **{name: text for row in rows for name, text in row.items()}, "sure": "yes", "both_told": "y"}
        whole["csrf_token"] = visitor.token(TOGETHER)
        session.expire_all()
        asked = []

        def one_more(*told_of, kept=asked):
            kept.append(told_of[2])

        connection = session.connection()
        event.listen(connection, "before_cursor_execute", one_more)
        assert visitor.post(TOGETHER, whole, 302).response.location == "/riverside/today"
        event.remove(connection, "before_cursor_execute", one_more)
        counts.append(len([one for one in asked if not one.startswith(("SAVEPOINT", "RELEASE"))]))
    assert len(exchanges(session)) == 21
    # One more for each further row, its line in the audit log, which SQLite writes one by one.
    assert counts[1] - counts[0] <= 19
    assert counts[0] <= 24
