"""A supporter acts for a member once both have agreed, until the last day, or until one of them ends it."""

import json
from datetime import date, timedelta

import pytest

from tests import builders
from tests.builders import NOON, TODAY
from timebank.members import audit_log, supporters
from timebank.members.models import MembershipStatus
from timebank.members.supporters import WrongLastDay, WrongSupporter
from timebank.policy import Role
from timebank.refusals import Conflict, NotAllowed, NotFound

LAST = date(2026, 12, 31)


def logged(session, timebank):
    lines, _count = audit_log.lines_of(session, timebank, limit=20, offset=0)
    return [(one.deed, one.by_id, json.loads(one.told)) for one in reversed(lines)]


def test_it_holds_once_both_have_agreed(session, ana, ben):
    relation = supporters.ask(session, ana, ben.id, LAST, by=ana, at=NOON)
    assert (relation.member_agreed_at, relation.supporter_agreed_at, relation.on_paper) == (NOON, None, False)
    assert not supporters.holds(relation, TODAY)

    supporters.agree(session, relation.id, by=ben, at=NOON)

    assert supporters.holds(relation, TODAY)
    assert logged(session, ana.timebank) == [
        ("supporter agreed", ben.person_id, {"other_id": ben.id, "last_day": "2026-12-31", "what": "agreed"})
    ]


def test_it_ends_by_itself_after_the_last_day(session, ana, ben):
    relation = builders.a_supporter(session, ana, ben)

    assert supporters.holds(relation, LAST)
    assert not supporters.holds(relation, LAST + timedelta(days=1))


@pytest.mark.parametrize(("who", "what"), [("ana", "their own"), ("ben", "as the supporter"), ("jess", "for them")])
def test_the_member_the_supporter_and_a_coordinator_end_it_at_any_time(session, ana, ben, jess, who, what):
    by = {"ana": ana, "ben": ben, "jess": jess}[who]
    relation = builders.a_supporter(session, ana, ben)

    supporters.end(session, relation.id, by=by, at=NOON)
    supporters.end(session, relation.id, by=by, at=NOON)

    assert not supporters.holds(relation, TODAY)
    assert logged(session, ana.timebank)[1:] == [
        ("supporter ended", by.person_id, {"other_id": ben.id, "last_day": "2026-12-31", "what": what})
    ]
    assert supporters.standing_of(session, ana, today=TODAY).for_them == ()
    with pytest.raises(Conflict):
        supporters.agree(session, relation.id, by=ben, at=NOON)


@pytest.mark.parametrize(
    ("member", "supporter", "holds"),
    [("active", "active", True), ("paused", "active", True), ("active", "paused", False)]
    + [(status, "active", False) for status in ("left", "suspended", "applied")]
    + [("active", status, False) for status in ("left", "suspended", "applied")],
)
def test_it_holds_while_both_are_here(session, ana, ben, member, supporter, holds):
    relation = builders.a_supporter(session, ana, ben)
    ana.status, ben.status = MembershipStatus(member), MembershipStatus(supporter)

    assert supporters.holds(relation, TODAY) == holds


def test_a_coordinator_sets_it_up_with_consent_on_paper_and_the_other_agrees(session, timebank, ben, jess):
    dora = builders.a_member(session, timebank, "Dora Dogwood", email="")
    relation = supporters.ask(session, dora, ben.id, LAST, by=jess, at=NOON)
    assert (relation.on_paper, supporters.holds(relation, TODAY)) == (True, False)
    assert logged(session, timebank) == [
        ("supporter agreed", jess.person_id, {"other_id": ben.id, "last_day": "2026-12-31", "what": "on paper"})
    ]

    supporters.agree(session, relation.id, by=ben, at=NOON)

    assert supporters.holds(relation, TODAY)


def test_who_shares_an_e_mail_may_support_the_other(session, timebank, ana):
    pat = builders.a_member(session, timebank, "Pat Pine", email="ana@example.org")

    assert supporters.holds(builders.a_supporter(session, ana, pat), TODAY)


def test_nobody_agrees_for_another(session, timebank, ana, ben, jess):
    relation = supporters.ask(session, ana, ben.id, LAST, by=ana, at=NOON)
    for other in (ana, jess):
        with pytest.raises(NotAllowed):
            supporters.agree(session, relation.id, by=other, at=NOON)
    cleo = builders.a_member(session, timebank, "Cleo Cedar")
    for step in (supporters.agree, supporters.end):
        with pytest.raises(NotAllowed):
            step(session, relation.id, by=cleo, at=NOON)

    assert not supporters.holds(relation, TODAY)


@pytest.mark.parametrize(
    ("last_day", "sentence"),
    [
        (TODAY - timedelta(days=1), "That day has passed"),
        (TODAY + timedelta(days=367), "within a year"),
    ],
)
def test_the_last_day_is_today_at_the_earliest_and_a_year_ahead_at_the_latest(session, ana, ben, last_day, sentence):
    with pytest.raises(WrongLastDay, match=sentence):
        supporters.ask(session, ana, ben.id, last_day, by=ana, at=NOON)


@pytest.mark.parametrize("days", [0, 365, 366])
def test_a_last_day_within_a_year_will_do(session, ana, ben, days):
    relation = supporters.ask(session, ana, ben.id, TODAY + timedelta(days=days), by=ana, at=NOON)

    assert relation.last_day == TODAY + timedelta(days=days)


def test_who_cannot_be_a_supporter(session, timebank, ana, ben):
    builders.a_supporter(session, ana, ben)
    paused = builders.a_member(session, timebank, "Pia Pine")
    paused.status = MembershipStatus.PAUSED
    unsuited = {
        "Nobody is their own supporter": ana,
        "has been asked already": ben,
        "does not sign in here": builders.a_member(session, timebank, "Dora Dogwood", email=""),
        "is not active here": paused,
        "Riverside Clinic is not active here": builders.an_organisation(session, timebank),
        "Fay Fir is not active here": builders.a_funder(session, timebank),
    }
    for sentence, one in unsuited.items():
        with pytest.raises(WrongSupporter, match=sentence):
            supporters.ask(session, ana, one.id, LAST, by=ana, at=NOON)
    offered = [one.name for one in supporters.candidates(session, timebank, ana)]
    assert offered == ["Ben Birch"]


def test_who_may_not_ask(session, timebank, ana, ben, jess):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    sol = builders.a_member(session, elsewhere, "Sol Spruce")
    otto = builders.a_coordinator(session, elsewhere, "Otto Oak")
    for no, member, supporter, by in (
        (NotAllowed, ana, ben, ben),
        (NotFound, ana, sol, ana),
        (NotFound, ana, ben, otto),
        (WrongSupporter, ana, jess, jess),
        (WrongSupporter, jess, ben, jess),
    ):
        with pytest.raises(no):
            supporters.ask(session, member, supporter.id, LAST, by=by, at=NOON)


def test_a_supporter_changes_nothing_about_who_supports(session, timebank, ana, ben):
    relation = builders.a_supporter(session, ana, ben)
    other = supporters.ask(session, ben, ana.id, LAST, by=ben, at=NOON)
    cleo = builders.a_member(session, timebank, "Cleo Cedar")
    ana.act_by(ben)
    for step in (
        lambda: supporters.ask(session, ana, cleo.id, LAST, by=ana, at=NOON),
        lambda: supporters.agree(session, other.id, by=ana, at=NOON),
        lambda: supporters.end(session, relation.id, by=ana, at=NOON),
    ):
        with pytest.raises(NotAllowed, match="for Ana Alder alone"):
            step()


def test_the_relation_that_stands_is_found_before_those_that_ended(session, ana, ben):
    ended = builders.a_supporter(session, ana, ben, last_day=TODAY + timedelta(days=300))
    supporters.end(session, ended.id, by=ana, at=NOON)
    assert supporters.relation_of(session, ben, ana.id).id == ended.id

    stands = builders.a_supporter(session, ana, ben, last_day=TODAY)

    assert supporters.relation_of(session, ben, ana.id).id == stands.id
    assert supporters.relation_of(session, ana, ben.id) is None


def test_a_coordinator_who_is_no_member_may_support(session, timebank, ana, jess):
    assert Role.MEMBER not in jess.roles

    assert supporters.holds(builders.a_supporter(session, ana, jess), TODAY)
