"""A coordinator looks after someone's account: what they see, each change with its question, and never their own."""

import pytest
from markupsafe import escape
from sqlalchemy import func, select

from tests.builders import (
    NOON,
    a_funder,
    a_member,
    a_person,
    a_timebank,
    an_administrator,
    an_approved_exchange,
    an_organisation,
)
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.models import OPENED, AccountChange, Transfer, TransferKind
from timebank.members import moving, upkeep
from timebank.members.models import MembershipStatus
from timebank.policy import Role

WRITTEN = "Entered <twice>"
PUT_RIGHT = {"side": "from", "other": "community", "hours-hours": "1", "reason": WRITTEN}
CHANGES = ("limit", "welcome", "from-before", "correction", "close", "reopen")


def account(member, change=""):
    return f"/riverside/people/{member.id}/account" + (f"/{change}" if change else "")


def balance(session, member):
    session.expire_all()
    return balances.balance(session, member.account_id).minutes


def written(session):
    """How many transfers, and how many changes that somebody made."""
    changes = select(func.count()).select_from(AccountChange).where(AccountChange.entered_by.is_not(None))
    return [session.scalar(select(func.count()).select_from(Transfer)), session.scalar(changes)]


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
    assert "Limit 5 hours below zero" in page.words
    assert "Left until the limit 4 hours" in page.words
    assert "A gift “Thank you” Take back A gift, 10 June 2026 Ben Birch −3 h −1 h" in page.words
    assert "Digging Ben Birch +2 h 2 h" in page.words
    log = "On 10 June 2026 Jess Juniper changed the limit from 20 hours below zero to 5 hours below zero. “As agreed”"
    assert f"{log} The account was opened on 10 June 2026. Its limit: 20 hours below zero." in page.words


def test_a_change_with_the_reason_of_the_first_limit_still_tells_who_made_it(as_, session, ana, jess):
    upkeep.change_limit(session, ana, Hours(300), reason=OPENED, by=jess, at=NOON)

    page = as_(jess).get(account(ana))
    assert (
        "On 10 June 2026 Jess Juniper changed the limit from 20 hours below zero to 5 hours below zero." in page.words
    )


def test_what_is_past_its_limit_and_what_has_none_is_told(as_, session, ana, ben, jess):
    give(session, ana, ben, 180)
    upkeep.change_limit(session, ana, Hours(60), reason="Why", by=jess, at=NOON)
    upkeep.change_limit(session, ben, None, reason="Why", by=jess, at=NOON)
    visitor = as_(jess)

    assert "Nothing. It is 2 hours past the limit, and can only move towards zero." in visitor.get(account(ana)).words
    assert "Limit no limit" in visitor.get(account(ben)).words
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
            "From the community to Ana Alder: 5 hours. The balance of Ana Alder will then be 5 hours.",
            "Ana Alder has the welcome hours now.",
            (300, 0),
        ),
        (
            "from-before",
            {"side": "below", "hours-minutes": "37", "reason": "Paper book"},
            (
                "From Ana Alder to the community: 37 minutes. The balance of Ana Alder will then be"
                " 37 minutes below zero. This stays in the book for ever: “Paper book”"
            ),
            "The hours from before of Ana Alder are in the book.",
            (-37, 0),
        ),
        (
            "correction",
            {"side": "from", "other": "ben", "hours-hours": "1", "reason": "Mixed up"},
            (
                "From Ana Alder to Ben Birch: 1 hour. The balance of Ana Alder will then be 1 hour below zero."
                " The balance of Ben Birch will then be 1 hour. This stays in the book for ever: “Mixed up”"
            ),
            "It is put right.",
            (-60, 60),
        ),
        (
            "correction",
            {"side": "to", "other": "community", "hours-hours": "1", "reason": "Mixed up"},
            (
                "From the community to Ana Alder: 1 hour. The balance of Ana Alder will then be 1 hour."
                " This stays in the book for ever: “Mixed up”"
            ),
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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("welcome", {"hours-hours": "5"}),
        ("from-before", {"side": "above", "hours-hours": "5", "reason": "Paper book"}),
        ("correction", PUT_RIGHT),
    ],
)
def test_sent_again_after_the_hours_were_taken_back_it_does_not_say_that_they_stand(
    as_, session, timebank, ana, jess, change, told
):
    visitor, told = as_(jess), {**told, "key": "k1", "sure": "yes"}
    done = visitor.get(visitor.post(account(ana, change), told).response.location).words
    moving.take_back(session, timebank, session.scalar(select(Transfer.id)), reason="Mixed up", by=jess, at=NOON)
    session.commit()

    again = visitor.get(visitor.post(account(ana, change), told).response.location).words
    assert "This was sent before" not in done
    assert "This was sent before, and its hours were taken back on 10 June 2026. Nothing has moved now." in again
    assert (written(session), balance(session, ana)) == ([2, 0], 0)


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
    ("change", "told", "said", "place"),
    [
        ("limit", {"limit-hours": "5", "reason": " "}, "Say why, in a few words", "reason"),
        ("limit", {"limit-hours": "", "reason": WRITTEN}, "Say how many hours", "limit-hours"),
        ("limit", {"limit-hours": "1001", "reason": WRITTEN}, "Write at most 1000 hours.", "limit-hours"),
        ("limit", {"limit-hours": "20", "reason": WRITTEN}, "That is the limit already.", "limit-hours"),
        ("limit", {"limited": "perhaps", "limit-hours": "5"}, "Choose whether there is a limit", "limited"),
        ("welcome", {"hours-hours": ""}, "Say how many hours", "hours-hours"),
        ("welcome", {"hours-hours": "1001"}, "Write at most 1000 hours at once.", "hours-hours"),
        ("from-before", {"hours-hours": "1", "reason": WRITTEN}, "Choose how they stood", "side"),
        ("from-before", {"side": "below", "hours-hours": "21", "reason": WRITTEN}, "At most 20 hours", "hours-hours"),
        ("from-before", {"side": "above", "hours-hours": "1", "reason": ""}, "Say where that is written", "reason"),
        ("correction", PUT_RIGHT | {"other": ""}, "Choose who is on the other side", "other"),
        ("correction", PUT_RIGHT | {"other": "99999"}, "Choose who is on the other side", "other"),
        (
            "correction",
            PUT_RIGHT | {"hours-hours": "21"},
            "pass the credit limit of Ana Alder. At most 20 hours",
            "hours-hours",
        ),
        ("correction", PUT_RIGHT | {"side": "up"}, "Choose which way the hours go", "side"),
        ("correction", PUT_RIGHT | {"reason": ""}, "Say what is put right, in a few words", "reason"),
        ("correction", PUT_RIGHT | {"reason": WRITTEN + "x" * 500}, "Use at most 500 letters.", "reason"),
        ("close", {"reason": ""}, "Say why, in a few words", "reason"),
        ("reopen", {"reason": WRITTEN}, "This account is open.", None),
    ],
)
@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}])
def test_a_wrong_form_changes_nothing_tells_what_to_mend_and_keeps_what_was_written(
    as_, session, ana, jess, change, told, said, place, sure
):
    page = as_(jess).post(account(ana, change), {"limited": "yes", **told, **sure, "key": "k1"}, 422)

    html = page.response.get_data(as_text=True)
    assert said in page.words
    assert place is None or f'href="#{place}"' in html
    assert written(session) == [0, 0]
    fields = next(form["fields"] for form in page.forms if "key" in form["fields"])
    assert all(fields[name] == text for name, text in told.items() if name.endswith("-hours"))
    assert escape(told.get("reason", "").strip()) in html


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

    assert "That would pass the credit limit of Ben Birch. At most 5 hours would still fit." in page.words


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


def test_a_coordinator_changes_nothing_for_the_organisation_they_work_for(as_, session, timebank, ana, sian):
    clinic = an_organisation(session, timebank)
    sian.works_for_id = clinic.organisation_id
    number = give(session, ana, clinic).transfer_id
    visitor = as_(sian)

    words = visitor.get(account(clinic)).words
    assert "You work for Riverside Clinic. Another coordinator looks after its account." in words
    assert "Change the limit" not in words
    assert "Take back" not in words
    assert "Take back" not in visitor.get(account(ana)).words
    assert "Riverside Clinic" not in visitor.get(account(ana, "correction")).words
    for path in (account(clinic, "limit"), account(ana, f"{number}/take-back")):
        visitor.get(path, status=403)


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


def test_a_key_is_good_for_one_page_only(as_, session, ana, jess):
    visitor, told = as_(jess), {"reason": "Moved away", "key": "k1"}
    visitor.post(account(ana, "close"), told, 302)

    visitor.post(account(ana, "reopen"), told, 409)
    assert "This account is closed." in visitor.get(account(ana)).words
    assert written(session) == [0, 1]


def test_an_account_without_lines_says_so_and_a_page_beyond_the_last_leads_back(as_, session, ana, ben, jess):
    visitor = as_(jess)
    assert "No hours have moved on this account yet." in visitor.get(account(ana)).words

    give(session, ana, ben)
    session.commit()
    assert "There are not so many pages." in visitor.get(f"{account(ana)}?page=2").words


def test_certain_days_can_be_looked_at(as_, session, ana, ben, jess):
    give(session, ana, ben)
    visitor = as_(jess)

    days = "last-day=9&last-month=6&last-year=2026"
    page = visitor.get(f"{account(ana)}?{days}")
    assert "No hours moved in these days." in page.words
    assert " 0 min balance at the end of 9 June 2026 by the day it happened" in page.words
    visitor.get(f"{account(ana)}?last-day=31&last-month=2&last-year=2026", status=422)


def test_what_can_only_be_refused_is_refused_before_anything_is_asked(as_, session, timebank, ana, ben, jess):
    number = give(session, ana, ben).transfer_id
    visitor = as_(jess)
    page = visitor.get(account(ana, "close"), 422)
    assert "An account is closed at zero. This one stands at −1 hour." in page.words
    assert "This account is open." in visitor.get(account(ana, "reopen"), 409).words

    back = moving.take_back(session, timebank, number, reason="Why", by=jess, at=NOON).transfer_id
    moving.opening(session, ben, Hours(60), reason="Book", key="o", by=jess, at=NOON)
    moving.welcome(session, ben, Hours(60), by=jess, at=NOON)
    session.commit()
    page = visitor.get(account(ana, f"{number}/take-back"), 409)
    assert page.h1 == "|That was done already"
    page = visitor.get(account(ana, f"{back}/take-back"), 422)
    assert "What takes another transfer back cannot itself be taken back." in page.words
    assert "The welcome hours were given before." in visitor.get(account(ben, "welcome"), 409).words
    assert "Hours from before are there already." in visitor.get(account(ben, "from-before"), 409).words

    gift = give(session, ben, ana, key="k2").transfer_id
    give(session, ana, ben, key="k3")
    upkeep.close(session, ana, reason="Moved away", by=jess, at=NOON)
    session.commit()
    for change in ("limit", "close"):
        assert "This account is closed. Open it again first." in visitor.get(account(ana, change), 409).words
    for change in ("correction", "welcome", "from-before", f"{gift}/take-back"):
        assert "The account of Ana Alder is closed." in visitor.get(account(ana, change), 409).words
    assert "Take back A gift" not in visitor.get(account(ana)).words
    assert "Take back A gift" not in visitor.get(account(ben)).words
    ana.status = MembershipStatus.PAUSED
    session.commit()
    assert "does not give or receive hours" in visitor.get(account(ana, "welcome"), 422).words


def test_a_no_names_whose_account_it_is(as_, session, ana, ben, jess):
    number = give(session, ana, ben, 600).transfer_id
    upkeep.change_limit(session, ben, Hours(0), reason="Why", by=jess, at=NOON)
    give(session, ben, ana, 600, key="k2")
    visitor = as_(jess)
    page = visitor.post(account(ana, f"{number}/take-back"), {"reason": "Why"}, 422)
    no = "That would pass the credit limit of Ben Birch. Nothing can go from that account until it gains hours."
    assert no in page.words
    told = {"side": "to", "other": str(ben.id), "hours-hours": "1", "reason": "Why"}
    assert no in visitor.post(account(ana, "correction"), told, 422).words

    upkeep.close(session, ben, reason="Moved away", by=jess, at=NOON)
    session.commit()
    page = visitor.post(account(ana, f"{number}/take-back"), {"reason": "Why"}, 422)
    assert "The account of Ben Birch is closed." in page.words
    page = visitor.post(account(ben, "correction"), {**told, "other": str(ana.id)}, 422)
    assert "The account of Ben Birch is closed." in page.words
    assert "Ben Birch" not in visitor.get(account(ana, "correction")).words


@pytest.mark.parametrize(
    ("change", "told"),
    [("limit", {"limited": "yes", "limit-hours": "5"}), ("close", {})],
)
def test_a_change_sent_again_does_not_say_that_it_holds_still(as_, session, ana, jess, change, told):
    visitor, told = as_(jess), {**told, "reason": "Why", "key": "k1", "sure": "yes"}
    first = visitor.get(visitor.post(account(ana, change), told, 302).response.location).words
    again = visitor.get(visitor.post(account(ana, change), told, 302).response.location).words

    assert "This was sent before" not in first
    assert "This was sent before, and was done then. Nothing has changed now" in again
    assert "The limit of Ana Alder is changed." not in again
    assert "The account of Ana Alder is closed." not in again


def test_no_form_sets_a_balance_and_no_member_their_own_limit(as_, session, ana, jess):
    told = {"balance": "10", "balance_minutes": "600", "given_minutes": "600", "reason": "Because", "sure": "yes"}
    visitor = as_(jess)
    visitor.post(account(ana, "limit"), {**told, "limited": "yes", "limit-hours": "20"}, 422)
    visitor.post(account(ana, "close"), {**told, "reason": ""}, 422)
    as_(ana).post(account(ana, "limit"), {**told, "limited": "no"}, 403, from_="/")

    session.expire_all()
    assert (balance(session, ana), ana.account.credit_limit_minutes) == (0, 1200)
