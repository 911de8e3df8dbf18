"""The rules of the timebank: what an administrator reads and sets, what is told before, for whom, and who may not."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import builders
from tests.builders import a_funder, a_member, an_administrator
from timebank.ledger import balances
from timebank.policy import Permission
from timebank.web.permitted import MAY

RULES = "/riverside/rules"
HOURS = f"{RULES}/hours"
SAID = {
    "limited": "yes", "limit-hours": "10", "warn_below_minutes-hours": "5", "welcome_minutes-hours": "2", "key": "k1"
}  # fmt: skip
EXCHANGES = {
    "step_minutes": "5", "approval": "all", "approval_above_minutes-hours": "2", "silent": "no", "silence_days": ""
}  # fmt: skip
LOOKING = {"quiet_days": "14", "outlier_minutes-hours": "10", "far_balance_minutes-hours": "15", "listing_days": "3660"}
AS_THEY_STAND = {
    "community": {
        "name": "Riverside Timebank", "contact_name": "Jess", "contact_phone": "01632 960 123", "locale": "en_GB",
        "time_zone": "Europe/London",
    },
    "hours": {**SAID, "limit-hours": "20", "warn_below_minutes-hours": "10", "welcome_minutes-hours": "0"},
    "exchanges": EXCHANGES,
    "looking-after": LOOKING,
    "members": {"joining": "anyone", "leaving": "settle", "balances_seen_by": "coordinators"},
    "reports": {"disclosure_threshold": "8"},
}  # fmt: skip
SUBJECTS = tuple(AS_THEY_STAND)


@pytest.fixture
def ada(session, timebank):
    return an_administrator(session, timebank)


def fields_of(page, name):
    return next(form["fields"] for form in page.forms if name in form["fields"])


def test_all_rules_are_read_in_a_sentence_each_with_the_way_to_change_them(as_, timebank, ada):
    page = as_(ada).get(RULES)

    for told in (
        "The timebank is called Riverside Timebank.",
        "New members can receive until they stand at 20 hours below zero.",
        "Every exchange waits for a coordinator once both have said yes.",
        "An exchange waits for an answer however long it takes.",
        "Only the coordinators see how someone’s balance stands.",
        "A released report shows no figure about fewer than 8 people.",
    ):
        assert told in page.words
    text = page.response.get_data(as_text=True)
    assert all(f'href="{RULES}/{subject}"' in text for subject in SUBJECTS)


def test_the_rules_as_they_are_stand_in_the_form(as_, timebank, ana, ada):
    page = as_(ada).get(HOURS)

    fields = fields_of(page, "limit-hours")
    told = (fields["limit-hours"], fields["warn_below_minutes-hours"], fields["welcome_minutes-hours"])
    assert told == ("20", "10", "0")
    assert "1 account has the timebank’s limit now." in page.words


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_is_sent_as_it_stands_changes_nothing_and_says_so(as_, timebank, ada, subject):
    answer = as_(ada).post(f"{RULES}/{subject}", {**AS_THEY_STAND[subject], "sure": "yes"}, 422)

    assert "The rules say that already." in answer.words


def test_new_rules_are_asked_about_and_then_hold_for_who_joins(as_, session, timebank, ana, ada):
    visitor = as_(ada)
    asked = visitor.post(HOURS, SAID, 200)
    assert "New members can receive until they stand at 10 hours below zero." in asked.words
    assert "Everyone who is here already keeps the limit they have." in asked.words
    assert (
        "Members with a limit are told how much is left from 5 hours below zero. That is 0 accounts now." in asked.words
    )
    assert "New members begin with 2 hours." in asked.words
    session.expire_all()
    assert timebank.credit_limit_minutes == 1200

    visitor.post(HOURS, {**SAID, "sure": "yes"})
    assert "These rules hold from now on." in visitor.get(RULES).words
    session.expire_all()
    assert (timebank.credit_limit_minutes, timebank.warn_below_minutes, timebank.welcome_minutes) == (600, 300, 120)
    ben = a_member(session, timebank, "Ben Birch")
    assert (ana.account.credit_limit_minutes, ben.account.credit_limit_minutes) == (1200, 600)
    assert balances.balance(session, ben.account_id).minutes == 120


def test_with_a_tick_they_hold_for_who_has_the_old_limit(as_, session, timebank, ana, ben, ada):
    visitor, told = as_(ada), {**SAID, "limited": "no", "limit-hours": "", "also_existing": "y"}
    asked = visitor.post(HOURS, {**told, "welcome_minutes-hours": "0"}, 200)
    assert "New members can receive as much as they like, without a limit. 2 accounts get the new limit." in asked.words
    visitor.post(HOURS, {**told, "sure": "yes"})
    assert "2 accounts have the new limit." in visitor.get(RULES).words
    visitor.post(HOURS, {**told, "sure": "yes"})
    again = visitor.get(RULES).words

    session.expire_all()
    assert ana.account.credit_limit_minutes is ben.account.credit_limit_minutes is None
    assert timebank.credit_limit_minutes is None
    assert "This was sent before, and was done then. Nothing has changed now: here you see the rules" in again
    assert "the new limit." not in again
    visitor.post(HOURS, {**told, "welcome_minutes-hours": "7", "sure": "yes"}, 409)


def test_it_is_told_how_many_exchanges_would_have_waited_for_a_coordinator(as_, session, timebank, ana, ben, ada):
    for hours in ("1:00", "3:00", "4:00"):
        builders.a_confirmed_exchange(session, ana, ben, hours=hours).moved_at = datetime.now(UTC)
    asked = as_(ada).post(f"{RULES}/exchanges", {**EXCHANGES, "approval": "above"}, 200)

    assert "Exchanges of more than 2 hours wait for a coordinator once both have said yes." in asked.words
    assert "Of the 3 exchanges of the last 90 days, 2 would have waited for a coordinator." in asked.words


def test_it_is_told_what_silence_would_confirm(as_, session, timebank, ana, ben, ada):
    now = datetime.now(UTC)
    for days in (9, 1):
        builders.a_recorded_exchange(session, ana, ben).moved_at = now - timedelta(days=days)
    visitor, told = as_(ada), {**EXCHANGES, "silent": "yes", "silence_days": "7"}
    asked = visitor.post(f"{RULES}/exchanges", told, 200)

    assert "Who does not answer for 7 days is taken to agree. A coordinator then has a look" in asked.words
    days = (timebank.day_of(now + timedelta(days=ahead)) for ahead in (3, 6))
    soonest, last = (f"{one.day} {one:%B %Y}" for one in days)
    waits = f"Silence would confirm 1 of them on {soonest} at the soonest, and the last one on {last}."
    assert f"2 exchanges wait for an answer now. {waits} Whoever is asked is reminded before that." in asked.words
    visitor.post(f"{RULES}/exchanges", {**told, "sure": "yes"})
    session.expire_all()
    assert timebank.silence_days == 7


def test_it_is_told_how_many_stand_far_from_zero(as_, session, timebank, ana, ben, jess, ada):
    for _time in range(3):
        builders.an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    asked = as_(ada).post(f"{RULES}/looking-after", {**LOOKING, "far_balance_minutes-hours": "5"}, 200)

    assert (
        "A balance of more than 5 hours above or below zero counts as far from zero. That is 2 accounts now."
        in asked.words
    )


def test_fewer_people_in_a_report_are_warned_about_and_more_are_not(as_, timebank, ada):
    visitor = as_(ada)
    fewer = visitor.post(f"{RULES}/reports", {"disclosure_threshold": "7"}, 200)
    more = visitor.post(f"{RULES}/reports", {"disclosure_threshold": "9"}, 200)

    assert "may recognise somebody. Better leave it higher" in fewer.words
    assert "may recognise somebody" not in more.words
    assert "A released report shows no figure about fewer than 9 people." in more.words


@pytest.mark.parametrize(
    ("subject", "told", "wrong", "said"),
    [
        ("hours", SAID, {"limit-hours": "", "limit-minutes": ""}, "Say how many hours"),
        ("hours", SAID, {"warn_below_minutes-hours": "", "warn_below_minutes-minutes": ""}, "Say how many hours"),
        ("hours", SAID, {"welcome_minutes-hours": "two"}, "in figures"),
        ("hours", SAID, {"limit-hours": "1001"}, "Write at most 1000 hours."),
        ("hours", SAID, {"limited": "perhaps"}, "Choose whether there is a limit"),
        ("exchanges", EXCHANGES, {"approval": "sometimes"}, "Choose which exchanges wait"),
        ("exchanges", EXCHANGES, {"silent": "yes"}, "Write a number of days from 3 to 365."),
        ("exchanges", EXCHANGES, {"silent": "yes", "silence_days": "two"}, "Write a whole number in figures"),
        ("exchanges", EXCHANGES, {"step_minutes": "7"}, "Choose one of these"),
        ("looking-after", LOOKING, {"quiet_days": "0"}, "Write a number of days from 1 to 365."),
        ("looking-after", LOOKING, {"listing_days": ""}, "Write how many days"),
        ("looking-after", LOOKING, {"far_balance_minutes-hours": "0"}, "Say how many hours"),
        ("members", {}, {}, "Choose who may apply"),
        ("reports", {}, {"disclosure_threshold": "1"}, "Write a number of people from 2 to 100."),
        ("community", {}, {"name": " ", "locale": "en_GB", "time_zone": "Europe/London"}, "Write the name"),
        ("community", {}, {"name": "x" * 10_000, "locale": "en_GB"}, "Use at most 120 letters."),
        ("community", {}, {"name": "x", "about": "🌻" * 10_000, "locale": "xx"}, "Use at most 4000 letters."),
    ],
)
def test_rules_that_make_no_sense_are_refused_at_their_field(as_, session, timebank, ada, subject, told, wrong, said):
    page = as_(ada).post(f"{RULES}/{subject}", {**told, **wrong, "sure": "yes"}, 422)

    assert said in page.words
    session.expire_all()
    assert (timebank.name, timebank.credit_limit_minutes, timebank.quiet_days) == ("Riverside Timebank", 1200, 14)


def test_the_name_and_whom_to_call_stand_on_every_page_afterwards(as_, session, timebank, ada):
    visitor = as_(ada)
    told = {
        "name": "Ελπίδα & Co 🌻", "contact_name": "Sian", "contact_phone": "01632 960 999", "contact_hours": "Mondays",
        "about": "Come in.", "locale": "en_GB", "time_zone": "Asia/Tokyo", "sure": "yes",
    }  # fmt: skip
    visitor.post(f"{RULES}/community", told)
    page = visitor.get("/riverside/")

    assert "Ελπίδα & Co 🌻" in page.title
    assert "Call Sian on 01632 960 999 , Mondays." in page.words
    session.expire_all()
    assert (timebank.about, timebank.time_zone) == ("Come in.", "Asia/Tokyo")


def test_only_administrators_set_the_rules(as_, session, timebank, ana, jess, ada):
    for someone in (ana, jess, a_funder(session, timebank)):
        visitor = as_(someone)
        for subject in ("", *(f"/{one}" for one in SUBJECTS)):
            visitor.get(RULES + subject, status=403)
        visitor.post(HOURS, {**SAID, "sure": "yes"}, 403, from_="/")
    as_(ada).post(HOURS, {**SAID, "sure": "yes", "csrf_token": "old"}, 422)
    session.expire_all()
    assert timebank.credit_limit_minutes == 1200


def test_told_from_zero_on_is_said_in_words_that_make_sense(as_, ada):
    asked = as_(ada).post(HOURS, {**SAID, "warn_below_minutes-hours": "0"}, 200)

    assert "Members with a limit are told how much is left as soon as they stand at zero." in asked.words


def test_who_may_do_what_is_read_in_words(as_, ada):
    page = as_(ada).get(f"{RULES}/who-may-do-what")

    assert set(MAY) == set(Permission)
    assert "Read and write safeguarding notes Safeguarding lead" in page.words
    assert "Set the rules and the look Administrator" in page.words
    assert "Read released reports Member, Coordinator, Administrator, Funder" in page.words
