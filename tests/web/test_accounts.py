"""A coordinator looks after someone's account: what they see, each change with its question, and never their own."""

import pytest
from sqlalchemy import func, select

from tests.builders import (
    NOON,
    a_funder,
    a_member,
    a_person,
    a_timebank,
    an_administrator,
    an_approved_exchange,
)
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.models import AccountChange, Transfer, TransferKind
from timebank.members import moving, upkeep
from timebank.policy import Role

CHANGES = ("limit", "welcome", "from-before", "correction", "close", "reopen")


def account(member, change=""):
    return f"/riverside/people/{member.id}/account" + (f"/{change}" if change else "")


def balance(session, member):
    session.expire_all()
    return balances.balance(session, member.account_id).minutes


def written(session):
    return [session.scalar(select(func.count()).select_from(table)) for table in (Transfer, AccountChange)]


def give(session, giver, to, minutes=60, key="k"):
    return moving.gift(session, giver, to, hours=Hours(minutes), word="Thank you", key=key, by=giver.person, at=NOON)


@pytest.fixture
def sian(session, timebank):
    """A coordinator who is a member too."""
    return a_person(session, timebank, "Sian Sorrel", Role.MEMBER, Role.COORDINATOR)


def test_the_account_tells_help_balance_limit_lines_and_changes(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00", title="Digging")
    give(session, ana, ben, 180)
    upkeep.change_limit(session, ana, Hours(300), reason="As agreed", by=jess, at=NOON)
    page = as_(jess).get(account(ana))

    assert page.h1 == "|Account of Ana Alder"
    assert "2 h given 0 min received" in page.words
    assert "Balance 1 hour below zero" in page.words
    assert "May go down to 5 hours below zero" in page.words
    assert "What is left until then 4 hours" in page.words
    assert "A gift “Thank you” Take back A gift, 10 June 2026 Ben Birch −3 h −1 h" in page.words
    assert "Digging Ben Birch +2 h 2 h" in page.words
    log = "On 10 June 2026 Jess Juniper changed the limit from 20 hours below zero to 5 hours below zero. “As agreed”"
    assert log in page.words


def test_what_is_past_its_limit_and_what_has_none_is_told(as_, session, ana, ben, jess):
    give(session, ana, ben, 180)
    upkeep.change_limit(session, ana, Hours(60), reason="Why", by=jess, at=NOON)
    upkeep.change_limit(session, ben, None, reason="Why", by=jess, at=NOON)
    visitor = as_(jess)

    assert "Nothing. It is 2 hours past the limit, and can only move towards zero." in visitor.get(account(ana)).words
    assert "May go down to no limit" in visitor.get(account(ben)).words
    assert "from 20 hours below zero to no limit" in visitor.get(account(ben)).words


def test_the_list_of_people_leads_there_for_coordinators_only(as_, session, timebank, ana, jess):
    assert f'href="{account(ana)}"' in as_(jess).get("/riverside/people").response.get_data(as_text=True)
    assert account(ana) not in as_(an_administrator(session, timebank)).get("/riverside/people").response.get_data(
        as_text=True
    )
    assert "holds no account here" in as_(jess).get(account(jess), status=404).words


@pytest.mark.parametrize(
    ("change", "told", "would", "done", "after"),
    [
        (
            "welcome",
            {"hours-hours": "5"},
            "Ana Alder gets 5 hours from the community. The balance of Ana Alder will then be 5 hours.",
            "Ana Alder has the welcome hours now.",
            (300, 0),
        ),
        (
            "from-before",
            {"side": "below", "hours-minutes": "37", "reason": "Paper book"},
            "Ana Alder gives 37 minutes to the community. The balance of Ana Alder will then be 37 minutes below zero.",
            "The hours from before of Ana Alder are in the book.",
            (-37, 0),
        ),
        (
            "correction",
            {"side": "from", "other": "ben", "hours-hours": "1", "reason": "Mixed up"},
            "From Ana Alder to Ben Birch: 1 hour. The balance of Ana Alder will then be 1 hour below zero.",
            "It is put right.",
            (-60, 60),
        ),
        (
            "correction",
            {"side": "to", "other": "community", "hours-hours": "1", "reason": "Mixed up"},
            "From the community to Ana Alder: 1 hour. The balance of Ana Alder will then be 1 hour.",
            "It is put right.",
            (60, 0),
        ),
    ],
)
def test_hours_move_once_the_coordinator_has_seen_what_would_be(
    as_, session, ana, ben, jess, change, told, would, done, after
):
    visitor = as_(jess)
    told = {**told, "key": "k1"} | ({"other": str(ben.id)} if told.get("other") == "ben" else {})

    asked = visitor.post(account(ana, change), told, 200)
    assert would in asked.words
    assert written(session) == [0, 0]
    for _twice in range(2):
        answer = visitor.post(account(ana, change), {**told, "sure": "yes"})
        assert answer.response.location == account(ana)
    assert done in visitor.get(account(ana)).words
    assert (balance(session, ana), balance(session, ben)) == after
    assert written(session) == [1, 0]
    visitor.post(account(ana, change), {**told, "hours-hours": "9", "sure": "yes"}, 409)


def test_the_limit_is_changed_with_a_question_and_stands_in_the_log(as_, session, ana, jess):
    visitor, told = as_(jess), {"limited": "yes", "limit-hours": "5", "reason": "As agreed", "key": "k1"}

    page = visitor.get(account(ana, "limit"))
    assert "Until now: 20 hours below zero." in page.words
    asked = visitor.post(account(ana, "limit"), told, 200)
    assert "The limit of Ana Alder goes from 20 hours below zero to 5 hours below zero." in asked.words
    assert written(session) == [0, 0]
    visitor.post(account(ana, "limit"), {**told, "sure": "yes"})
    session.expire_all()
    assert ana.account.credit_limit_minutes == 300
    visitor.post(account(ana, "limit"), {"limited": "no", "reason": "Trusted", "key": "k2", "sure": "yes"})
    session.expire_all()
    assert ana.account.credit_limit_minutes is None
    assert "Until now: no limit." in visitor.get(account(ana, "limit")).words


@pytest.mark.parametrize(
    ("change", "told", "said"),
    [
        ("limit", {"limited": "yes", "limit-hours": "5", "reason": " "}, "Say why, in a few words"),
        ("limit", {"limited": "yes", "limit-hours": "", "limit-minutes": "", "reason": "Why"}, "Say how many hours"),
        ("limit", {"limited": "yes", "limit-hours": "1001", "reason": "Why"}, "Write at most 1000 hours."),
        ("welcome", {"hours-hours": "", "hours-minutes": ""}, "Say how many hours"),
        ("from-before", {"hours-hours": "1", "reason": "Book"}, "Choose how they stood"),
        ("from-before", {"side": "below", "hours-hours": "21", "reason": "Book"}, "At most 20 hours would still fit."),
        ("from-before", {"side": "above", "hours-hours": "1", "reason": ""}, "Say where that is written"),
        ("correction", {"side": "from", "other": "", "hours-hours": "1", "reason": "Why"}, "on the other side"),
        (
            "correction",
            {"side": "from", "other": "community", "hours-hours": "21", "reason": "Why"},
            "At most 20 hours",
        ),
        ("correction", {"side": "up", "other": "community", "hours-hours": "1", "reason": "Why"}, "Not a valid choice"),
        ("close", {"reason": ""}, "Say why, in a few words"),
        ("reopen", {"reason": "Why"}, "This account is open."),
    ],
)
def test_a_wrong_form_changes_nothing_and_keeps_what_was_written(as_, session, ana, jess, change, told, said):
    page = as_(jess).post(account(ana, change), {**told, "sure": "yes", "key": "k1"}, 422)

    assert said in page.words
    assert written(session) == [0, 0]
    assert told.get("hours-hours", "") in page.response.get_data(as_text=True)


def test_what_is_given_once_is_offered_once(as_, session, ana, jess):
    visitor = as_(jess)
    assert "Give welcome hours" in visitor.get(account(ana)).words
    visitor.post(account(ana, "welcome"), {"hours-hours": "5", "sure": "yes", "key": "k1"})
    opening = {"side": "above", "hours-hours": "1", "reason": "Book", "sure": "yes"}
    visitor.post(account(ana, "from-before"), {**opening, "key": "k2"})

    words = visitor.get(account(ana)).words
    assert "Give welcome hours" not in words
    assert "Enter hours from before" not in words
    page = visitor.post(account(ana, "welcome"), {"hours-hours": "5", "sure": "yes", "key": "k3"}, 422)
    assert "The welcome hours were given before." in page.words
    page = visitor.post(account(ana, "from-before"), {**opening, "key": "k4"}, 422)
    assert "Hours from before are there already." in page.words


def test_an_account_is_closed_at_zero_and_opened_again(as_, session, ana, ben, jess):
    give(session, ana, ben)
    visitor = as_(jess)
    page = visitor.post(account(ana, "close"), {"reason": "Moved away", "key": "k1"}, 422)
    assert "An account is closed at zero. This one stands at −1 hour." in page.words
    assert "Close the account" not in visitor.get(account(ana)).words
    give(session, ben, ana, key="k2")
    session.commit()

    visitor.post(account(ana, "close"), {"reason": "Moved away", "key": "k1"})
    words = visitor.get(account(ana)).words
    assert "The account of Ana Alder is closed." in words
    assert "This account is closed. It neither gives nor gains hours." in words
    assert "Change the limit" not in words
    visitor.post(account(ana, "reopen"), {"reason": "Is back", "key": "k3"})
    words = visitor.get(account(ana)).words
    assert "Jess Juniper opened the account again. “Is back”" in words
    assert "Change the limit" in words


def test_hours_that_were_no_help_are_taken_back_with_a_reason(as_, session, ana, ben, jess):
    number = give(session, ana, ben).transfer_id
    visitor, path = as_(jess), account(ana, f"{number}/take-back")

    page = visitor.get(path)
    assert "What A gift From Ana Alder To Ben Birch How many 1 hour Day 10 June 2026 Word Thank you" in page.words
    assert "Say why, in a few words" in visitor.post(path, {"reason": "", "key": "k1"}, 422).words
    answer = visitor.post(path, {"reason": "Given by mistake", "key": "k1"})
    assert answer.response.location == account(ana)
    assert (balance(session, ana), balance(session, ben)) == (0, 0)
    words = visitor.get(account(ana)).words
    assert "Taken back: A gift “Given by mistake” Ben Birch +1 h 0 min" in words
    assert "A gift taken back on" in words
    assert "Take back A gift" not in words
    assert "This was taken back before." in visitor.post(path, {"reason": "Again", "key": "k2"}, 422).words


def test_help_is_not_taken_back_here(as_, session, ana, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess)
    number = session.scalar(select(Transfer.id).where(Transfer.kind == TransferKind.EXCHANGE))
    visitor = as_(jess)

    assert "Take back" not in visitor.get(account(ana)).words
    page = visitor.post(account(ana, f"{number}/take-back"), {"reason": "Why", "key": "k"}, 422)
    assert "Take them back where the help was recorded." in page.words
    assert balance(session, ana) == 90


def test_what_was_spent_is_not_taken_back(as_, session, ana, ben, jess):
    number = give(session, ana, ben, 600).transfer_id
    upkeep.change_limit(session, ben, Hours(0), reason="Why", by=jess, at=NOON)
    give(session, ben, ana, 300, key="k2")
    page = as_(jess).post(account(ana, f"{number}/take-back"), {"reason": "Why", "key": "k"}, 422)

    assert "At most 5 hours would still fit." in page.words


def test_a_coordinator_sees_their_own_account_and_changes_nothing_on_it(as_, session, ana, sian):
    number = give(session, ana, sian).transfer_id
    visitor = as_(sian)
    page = visitor.get(account(sian))

    assert "This is your own account. Another coordinator looks after it." in page.words
    assert "Change the limit" not in page.words
    assert "Take back" not in page.words
    for change in CHANGES:
        visitor.get(account(sian, change), status=403)
        told = {"reason": "Why", "hours-hours": "1", "side": "to", "other": "community", "limited": "no"}
        visitor.post(account(sian, change), {**told, "sure": "yes", "key": change}, 403, from_="/")
    visitor.post(account(ana, f"{number}/take-back"), {"reason": "Why", "key": "k"}, 403, from_="/")
    told = {"side": "from", "other": str(sian.id), "hours-hours": "1", "reason": "Why", "sure": "yes", "key": "k"}
    visitor.post(account(ana, "correction"), told, 422)
    assert written(session) == [1, 0]


def test_nobody_else_opens_these_pages(as_, session, timebank, ana, ben):
    number = give(session, ana, ben).transfer_id
    for someone in (ana, an_administrator(session, timebank), a_funder(session, timebank)):
        visitor = as_(someone)
        for change in ("", *CHANGES, f"{number}/take-back"):
            visitor.get(account(ben, change), status=403)
            if change:
                told = {"reason": "Why", "hours-hours": "1", "sure": "yes", "key": "k", "balance": "500"}
                visitor.post(account(ben, change), told, 403, from_="/")
    assert written(session) == [1, 0]


def test_accounts_and_transfers_of_another_timebank_are_not_found(as_, session, ana, ben, jess):
    hillside = a_timebank(session, "hillside", "Hillside Timebank")
    sol, sam = a_member(session, hillside, "Sol Spruce"), a_member(session, hillside, "Sam Spruce")
    theirs, ours = give(session, sol, sam).transfer_id, give(session, ana, ben).transfer_id
    cat = a_member(session, ana.timebank, "Cat Cedar")
    visitor = as_(jess)

    visitor.get(account(sol), status=404)
    visitor.get(account(ana, f"{theirs}/take-back"), status=404)
    visitor.get(account(cat, f"{ours}/take-back"), status=404)


def test_certain_days_can_be_looked_at(as_, session, ana, ben, jess):
    give(session, ana, ben)
    visitor = as_(jess)

    days = "last-day=9&last-month=6&last-year=2026"
    page = visitor.get(f"{account(ana)}?{days}")
    assert "No hours moved in these days." in page.words
    assert "0 min balance at the end of 9 June 2026 by the day it happened" in page.words
    visitor.get(f"{account(ana)}?last-day=31&last-month=2&last-year=2026", status=422)
