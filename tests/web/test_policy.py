"""The rules about hours: what an administrator sets, for whom, and who may not."""

import pytest

from tests.builders import a_funder, a_member, an_administrator
from timebank.ledger import balances

POLICY = "/riverside/policy"
RULES = {"limited": "yes", "limit-hours": "10", "warn_below-hours": "5", "welcome-hours": "2", "key": "k1"}


@pytest.fixture
def ada(session, timebank):
    return an_administrator(session, timebank)


def test_the_rules_as_they_are_stand_in_the_form(as_, timebank, ana, ada):
    page = as_(ada).get(POLICY)

    fields = next(form["fields"] for form in page.forms if "limit-hours" in form["fields"])
    assert (fields["limit-hours"], fields["warn_below-hours"], fields["welcome-hours"]) == ("20", "10", "0")
    assert "1 account has the timebank’s limit now." in page.words
    assert f'href="{POLICY}"' in as_(ada).get("/riverside/").response.get_data(as_text=True)


def test_new_rules_are_asked_about_and_then_hold_for_who_joins(as_, session, timebank, ana, ada):
    visitor = as_(ada)
    asked = visitor.post(POLICY, RULES, 200)
    assert "The limit of new members: 10 hours below zero. New members begin with 2 hours." in asked.words
    assert "Who has a limit is told how much is left from 5 hours below zero." in asked.words
    assert "Who is here already keeps the limit they have." in asked.words
    session.expire_all()
    assert timebank.credit_limit_minutes == 1200

    visitor.post(POLICY, {**RULES, "sure": "yes"})
    assert "These rules hold from now on." in visitor.get(POLICY).words
    session.expire_all()
    assert (timebank.credit_limit_minutes, timebank.warn_below_minutes, timebank.welcome_minutes) == (600, 300, 120)
    ben = a_member(session, timebank, "Ben Birch")
    assert (ana.account.credit_limit_minutes, ben.account.credit_limit_minutes) == (1200, 600)
    assert balances.balance(session, ben.account_id).minutes == 120


def test_with_a_tick_they_hold_for_who_has_the_old_limit(as_, session, timebank, ana, ben, ada):
    visitor, told = as_(ada), {**RULES, "limited": "no", "limit-hours": "", "also_existing": "y"}
    asked = visitor.post(POLICY, {**told, "welcome-hours": "0"}, 200)
    assert "The limit of new members: no limit. New members begin at zero." in asked.words
    assert "2 accounts get the new limit." in asked.words
    visitor.post(POLICY, {**told, "sure": "yes"})
    assert "2 accounts have the new limit." in visitor.get(POLICY).words
    visitor.post(POLICY, {**told, "sure": "yes"})
    again = visitor.get(POLICY).words

    session.expire_all()
    assert ana.account.credit_limit_minutes is ben.account.credit_limit_minutes is None
    assert timebank.credit_limit_minutes is None
    assert "This was sent before, and was done then. Nothing has changed now: here you see the rules" in again
    assert "the new limit." not in again
    visitor.post(POLICY, {**told, "welcome-hours": "7", "sure": "yes"}, 409)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"limit-hours": "", "limit-minutes": ""}, "Say how many hours"),
        ({"warn_below-hours": "", "warn_below-minutes": ""}, "Say how many hours"),
        ({"welcome-hours": "two"}, "in figures"),
        ({"limit-hours": "1001"}, "Write at most 1000 hours."),
        ({"limited": "perhaps"}, "Choose whether there is a limit"),
    ],
)
def test_rules_that_make_no_sense_are_refused(as_, session, timebank, ada, wrong, said):
    page = as_(ada).post(POLICY, {**RULES, **wrong, "sure": "yes"}, 422)

    assert said in page.words
    session.expire_all()
    assert timebank.credit_limit_minutes == 1200


def test_only_administrators_set_the_rules(as_, session, timebank, ana, jess, ada):
    for someone in (ana, jess, a_funder(session, timebank)):
        visitor = as_(someone)
        visitor.get(POLICY, status=403)
        visitor.post(POLICY, {**RULES, "sure": "yes"}, 403, from_="/")
    as_(ada).post(POLICY, {**RULES, "sure": "yes", "csrf_token": "old"}, 422)
    session.expire_all()
    assert timebank.credit_limit_minutes == 1200


def test_told_from_zero_on_is_said_in_words_that_make_sense(as_, ada):
    asked = as_(ada).post(POLICY, {**RULES, "warn_below-hours": "0"}, 200)

    assert "Who has a limit is told how much is left as soon as they stand at zero." in asked.words
