"""What was looked at about a member: who writes it down, until when it holds, and what runs out soon."""

from datetime import date, timedelta

import pytest

from tests import builders
from tests.builders import NOON, TODAY
from timebank.care import vetting
from timebank.care.models import VettingKind
from timebank.care.vetting import EndedAlready, Seen, WrongDay, WrongEnd
from timebank.members import audit_log, enrol
from timebank.members.models import MembershipStatus
from timebank.members.rules import NotYourOwn
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound, Unacceptable


def seen(*, kind=VettingKind.BACKGROUND, on=TODAY, days=365, note="DBS 001"):
    return Seen(kind=kind, seen_on=on, expires_on=None if days is None else on + timedelta(days=days), note=note)


def add(session, membership, by, **more):
    return vetting.add(session, membership, seen(**more), by=by, at=NOON)


def expiring(session, timebank, today=TODAY):
    found, count = vetting.expiring(session, timebank, today=today, limit=20)
    assert len(found) == count
    return [(one.membership.name, one.kind.value, one.expires_on) for one in found]


def test_what_a_coordinator_looked_at_stands_there_and_in_the_audit_log(session, timebank, ana, jess):
    add(session, ana, jess)

    (one,) = vetting.about(session, ana)
    assert (one.kind, one.seen_on, one.expires_on, one.note) == (
        VettingKind.BACKGROUND, TODAY, date(2027, 6, 10), "DBS 001"
    )  # fmt: skip
    assert one.by is jess.person
    (line,), _count = audit_log.lines_of(session, timebank, limit=5, offset=0)
    assert (line.deed, line.about, line.told) == (
        "vetted", ana, '{"what": "background", "day": "2026-06-10", "until": "2027-06-10"}'
    )  # fmt: skip


def test_what_was_ended_stays_readable_and_is_ended_once(session, timebank, ana, jess):
    one = add(session, ana, jess)
    add(session, ana, jess, kind=VettingKind.REFERENCE, days=None)

    vetting.end(session, ana, one.id, by=jess, at=NOON)
    assert [(it.kind, it.ended_at) for it in vetting.about(session, ana)] == [
        (VettingKind.REFERENCE, None), (VettingKind.BACKGROUND, NOON)
    ]  # fmt: skip
    with pytest.raises(EndedAlready):
        vetting.end(session, ana, one.id, by=jess, at=NOON)


def test_what_runs_out_within_thirty_days_is_told_the_most_urgent_first(session, timebank, ana, ben, jess):
    add(session, ana, jess, days=31)
    add(session, ana, jess, kind=VettingKind.INSURANCE, days=30)
    add(session, ben, jess, on=TODAY - timedelta(days=10), days=9)
    add(session, ben, jess, kind=VettingKind.TRAINING, days=None)

    assert expiring(session, timebank) == [
        ("Ben Birch", "background", TODAY - timedelta(days=1)),
        ("Ana Alder", "insurance", TODAY + timedelta(days=30)),
    ]


def test_what_was_looked_at_anew_or_ended_is_not_told_nor_who_is_not_here(session, timebank, ana, ben, jess):
    cat = builders.a_member(session, timebank, "Cat Cedar")
    for one in (ana, ben, cat):
        add(session, one, jess, days=5)
    add(session, ana, jess, days=365)
    vetting.end(session, ben, vetting.about(session, ben)[0].id, by=jess, at=NOON)
    cat.status = MembershipStatus.SUSPENDED
    session.flush()

    assert expiring(session, timebank) == []


def test_what_holds_longer_counts_also_where_it_was_written_down_before(session, timebank, ana, jess):
    add(session, ana, jess, days=365)
    add(session, ana, jess, on=TODAY - timedelta(days=400), days=365)

    assert expiring(session, timebank) == []


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (seen(on=TODAY + timedelta(days=1)), WrongDay),
        (seen(on=date(1949, 12, 31)), WrongDay),
        (seen(days=-1), WrongEnd),
        (seen(days=31 * 366), WrongEnd),
        (seen(note="x" * 501), Unacceptable),
    ],
)
def test_days_and_notes_make_sense(session, ana, jess, wrong, refusal):
    with pytest.raises(refusal):
        vetting.add(session, ana, wrong, by=jess, at=NOON)
    assert vetting.about(session, ana) == []


def test_only_coordinators_write_it_down_and_never_about_themselves(session, timebank, ana, ben, jess):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    otto = builders.a_coordinator(session, elsewhere, "Otto Oak")
    enrol.give_roles(session, jess, frozenset({Role.MEMBER, Role.COORDINATOR}), at=NOON)
    ada = builders.an_administrator(session, timebank)
    for about, by, refusal in (
        (ana, ben, NotAllowed),
        (ana, ada, NotAllowed),
        (ana, otto, NotFound),
        (jess, jess, NotYourOwn),
    ):
        with pytest.raises(refusal):
            add(session, about, by)
    one = add(session, ana, jess)
    with pytest.raises(NotFound):
        vetting.end(session, ben, one.id, by=jess, at=NOON)
