"""The rules of a timebank: what each may say, for whom it holds, who sets it, and what stands in the log."""

import json

import pytest

from tests import builders
from tests.builders import NOON, a_timebank
from timebank.hours import Hours
from timebank.members import audit_log, moving, policies, upkeep
from timebank.members.choices import Approval
from timebank.members.policies import NothingChanged, Rule
from timebank.refusals import NotAllowed, Unacceptable

WHY = {"reason": "As we agreed", "at": NOON}


@pytest.fixture
def ada(session, timebank):
    return builders.an_administrator(session, timebank)


def set_rules(session, timebank, by, *, also_existing=False, **said):
    rules = {Rule[name.upper()]: value for name, value in said.items()}
    return policies.set_rules(session, timebank, rules, also_existing=also_existing, by=by, at=NOON)


def log_of(session, timebank):
    lines, _count = audit_log.lines_of(session, timebank, limit=50, offset=0)
    return [(line.deed, json.loads(line.told), line.by.name) for line in lines]


def test_new_rules_are_for_who_joins_and_leave_the_others_alone(session, timebank, ana, ada):
    changes, accounts = set_rules(session, timebank, ada, credit_limit=600, warn_below=300, welcome=120)

    assert (len(changes), accounts) == (3, 0)
    assert (timebank.credit_limit_minutes, timebank.warn_below_minutes, timebank.welcome_minutes) == (600, 300, 120)
    ben = builders.a_member(session, timebank, "Ben Birch")
    assert (ana.account.credit_limit_minutes, ben.account.credit_limit_minutes) == (1200, 600)
    assert (ana.account.balance_minutes, ben.account.balance_minutes) == (0, 120)


def test_or_for_everyone_who_has_the_old_limit(session, timebank, ana, ben, jess, ada):
    clinic = builders.an_organisation(session, timebank)
    cat, dan = builders.a_member(session, timebank, "Cat Cedar"), builders.a_member(session, timebank, "Dan Dogwood")
    elsewhere = builders.a_member(session, a_timebank(session, "hillside", "Hillside Timebank"), "Sol Spruce")
    upkeep.change_limit(session, cat, None, by=jess, **WHY)
    upkeep.close(session, dan, by=jess, **WHY)

    assert set_rules(session, timebank, ada, credit_limit=None, also_existing=True)[1] == 3
    limits = [one.account.credit_limit_minutes for one in (ana, ben, clinic, dan, elsewhere)]
    assert limits == [None, None, None, 1200, 1200]
    assert builders.community_account(session, timebank).credit_limit_minutes is None
    assert upkeep.log_of(session, ana.account_id)[0][1] is ada.person

    assert set_rules(session, timebank, ada, credit_limit=600, also_existing=True)[1] == 4
    assert cat.account.credit_limit_minutes == 600


def test_every_rule_that_changed_stands_in_the_audit_log_with_before_and_after(session, timebank, ada):
    set_rules(session, timebank, ada, quiet=7, listing=timebank.listing_days, approval="none")

    assert log_of(session, timebank) == [
        ("policy changed", {"what": "approval", "before": "all", "after": "none"}, "Ada Ash"),
        ("policy changed", {"what": "quiet_days", "before": 14, "after": 7}, "Ada Ash"),
    ]
    assert (timebank.quiet_days, timebank.approval) == (7, Approval.NONE)


def test_what_says_the_same_as_before_is_no_change(session, timebank, ada):
    with pytest.raises(NothingChanged):
        set_rules(session, timebank, ada, quiet=14, silence=None, name=" Riverside Timebank ")
    assert log_of(session, timebank) == []


def test_only_an_administrator_of_this_timebank_sets_its_rules(session, timebank, ana, jess, ada):
    other = builders.an_administrator(session, a_timebank(session, "hillside", "Hillside Timebank"), "Otto Oak")
    for by in (ana, jess, other):
        with pytest.raises(NotAllowed):
            set_rules(session, timebank, by, quiet=7)
    assert timebank.quiet_days == 14


@pytest.mark.parametrize(
    ("rule", "most", "beyond"),
    [
        ("credit_limit", 60_000, 60_001),
        ("credit_limit", 0, -1),
        ("warn_below", 60_000, 60_001),
        ("welcome", 0, -1),
        ("silence", 3, 2),
        ("silence", 365, 366),
        ("quiet", 1, 0),
        ("quiet", 365, 366),
        ("listing", 7, 6),
        ("listing", 3660, 3661),
        ("outlier", 1, 0),
        ("far_balance", 60_000, 60_001),
        ("step", 15, 7),
        ("disclosure", 2, 1),
        ("disclosure", 100, 101),
        ("approval", "above", "perhaps"),
        ("joining", "nobody", ""),
        ("leaving", "at zero", None),
        ("balances_seen_by", "agreed", "everyone"),
        ("locale", "en_GB", "xx"),
        ("time_zone", "Asia/Tokyo", "Moon/Tranquility"),
        ("name", "x" * 120, "x" * 121),
        ("name", "Ελπίδα 🌻", " \u200b "),
        ("contact_phone", "x" * 40, "x" * 41),
        ("about", "x" * 4000, "x" * 4001),
    ],
)
def test_a_rule_says_what_makes_sense_and_nothing_beyond(rule, most, beyond):
    policies.check(Rule[rule.upper()], most)
    with pytest.raises(Unacceptable):
        policies.check(Rule[rule.upper()], beyond)


def test_each_rule_is_one_of_the_timebank_and_has_its_bounds(session, timebank):
    for rule in Rule:
        policies.check(rule, getattr(timebank, rule.value))


def test_how_many_stand_far_from_zero_on_either_side(session, timebank, ana, ben, jess):
    builders.a_member(session, timebank, "Cat Cedar")
    moving.correction(session, ana, ben, hours=Hours(600), key="c1", by=jess, **WHY)

    assert policies.standing_beyond(session, timebank, Hours(599)) == 2
    assert policies.standing_beyond(session, timebank, Hours(600)) == 0
    assert policies.standing_below(session, timebank, Hours(600)) == 1
    assert policies.standing_below(session, timebank, Hours(601)) == 0
