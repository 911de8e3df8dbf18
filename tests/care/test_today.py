"""What waits for a coordinator today: what is there and what is not, on both sides of each edge."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from tests import builders
from tests.builders import (
    NOON,
    a_confirmed_exchange,
    a_coordinator,
    a_listing,
    a_member,
    a_proposed_exchange,
    a_recorded_exchange,
    a_timebank,
    an_approved_exchange,
    an_organisation,
)
from timebank.care import today
from timebank.care.models import Application, ApplicationState, Vetting, VettingKind
from timebank.care.outliers import Why
from timebank.care.waits import Asked, Group
from timebank.exchanges import steps
from timebank.exchanges.models import Concern
from timebank.hours import Hours
from timebank.listings.models import ListingKind
from timebank.members.choices import Pace
from timebank.members.models import MembershipStatus
from timebank.notices import outbox
from timebank.notices.models import Notice, NoticeKind, NoticeState


def waiting(session, by, *, days=0, seconds=0):
    session.flush()
    return today.waiting(session, Asked(by.timebank, by, NOON + timedelta(days=days, seconds=seconds)))


def lines(session, by, group, **when):
    few = waiting(session, by, **when).groups.get(group)
    return [] if few is None else few.lines


def an_application(session, timebank, name="Dee Dogwood", **more):
    told = {"timebank_id": timebank.id, "key": name, "state": ApplicationState.OPEN, "name": name, "at": NOON}
    application = Application(**{**told, "good_at": "Baking", **more})
    session.add(application)
    session.flush()
    return application


def vetted(session, member, *, expires_on, kind=VettingKind.BACKGROUND, **more):
    seen = date(2025, 6, 1)
    session.add(Vetting(membership_id=member.id, kind=kind, seen_on=seen, expires_on=expires_on, at=NOON, **more))
    session.flush()


def test_nothing_waits_in_a_timebank_in_which_nothing_has_happened(session, ana, jess):
    assert waiting(session, jess).is_empty


def test_an_open_application_waits_to_be_welcomed_and_a_decided_one_does_not(session, timebank, jess):
    an_application(session, timebank)
    an_application(session, timebank, "Eve Elm", state=ApplicationState.DECLINED)

    [line] = lines(session, jess, Group.WELCOME)
    assert (line.words, line.at) == ("Dee Dogwood", NOON)


def test_what_was_recorded_with_somebody_who_reads_no_letters_waits_for_a_call(session, timebank, ana, ben, jess):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    ben.pace = Pace.BY_PHONE
    dan = a_member(session, timebank, "Dan Dogwood")
    clinic = an_organisation(session, timebank)
    for other in (cleo, ben, dan, clinic):
        a_recorded_exchange(session, ana, other, hours="0:45")

    told = lines(session, jess, Group.CONFIRM)
    assert [(line.one, line.other, line.amount) for line in told] == [(one, ana, 45) for one in (cleo, ben, clinic)]


def test_the_one_who_is_asked_is_called_whoever_gave(session, timebank, ana, jess):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    a_recorded_exchange(session, cleo, ana, by=ana)
    a_recorded_exchange(session, cleo, ana, by=jess, for_=cleo)

    [line] = lines(session, jess, Group.CONFIRM)
    assert line.one is cleo


def test_what_is_confirmed_waits_to_be_approved_and_what_is_disputed_to_be_settled(session, ana, ben, jess):
    a_confirmed_exchange(session, ana, ben)
    disputed = a_recorded_exchange(session, ana, ben, hours="3:00")
    steps.dispute(session, disputed.id, hours=Hours(60), by=ben, at=NOON)

    assert [line.amount for line in lines(session, jess, Group.APPROVE)] == [90]
    assert [line.id for line in lines(session, jess, Group.DISPUTED)] == [disputed.id]


def test_a_coordinator_does_not_see_to_what_they_are_part_of(session, timebank, ana, ben, jess):
    moss = builders.a_person(session, timebank, "Moss Maple", *ana.roles, *jess.roles)
    a_confirmed_exchange(session, moss, ben)
    a_confirmed_exchange(session, ana, moss)

    assert lines(session, moss, Group.APPROVE) == []
    assert len(lines(session, jess, Group.APPROVE)) == 2


def test_nor_to_what_the_organisation_is_part_of_that_they_work_for(session, timebank, ana, jess):
    clinic = an_organisation(session, timebank)
    a_recorded_exchange(session, ana, clinic)
    assert len(lines(session, jess, Group.CONFIRM)) == 1

    jess.works_for_id = clinic.organisation_id
    assert lines(session, jess, Group.CONFIRM) == []


def test_an_exchange_has_gone_quiet_once_its_days_have_passed(session, timebank, ana, ben, jess):
    proposed = a_proposed_exchange(session, ana, ben)

    assert lines(session, jess, Group.QUIET, days=timebank.quiet_days) == []
    assert [one.id for one in lines(session, jess, Group.QUIET, days=14, seconds=1)] == [proposed.id]


def test_what_was_agreed_or_recorded_goes_quiet_too_and_what_waits_for_a_call_does_not(
    session, timebank, ana, ben, jess
):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    agreed = a_proposed_exchange(session, ana, ben)
    steps.agree(session, agreed.id, by=ana, at=NOON)
    recorded = a_recorded_exchange(session, ana, ben)
    a_recorded_exchange(session, ana, cleo)
    a_confirmed_exchange(session, ana, ben)

    assert [one.id for one in lines(session, jess, Group.QUIET, days=15)] == [agreed.id, recorded.id]


def test_an_offer_was_never_taken_up_after_sixty_days(session, ana, ben, jess):
    never = a_listing(session, ana, "A lift to the clinic")
    taken = a_listing(session, ana, "Mending bikes")
    a_proposed_exchange(session, ana, ben, listing_id=taken.id)

    assert lines(session, jess, Group.OFFERS, days=60) == []
    [line] = lines(session, jess, Group.OFFERS, days=60, seconds=1)
    assert (line.id, line.words, line.one) == (never.id, "A lift to the clinic", ana)


def test_a_request_waits_until_somebody_has_begun_to_meet_it(session, ana, ben, jess):
    waits = a_listing(session, ana, "Someone to read with", kind=ListingKind.REQUEST)
    met = a_listing(session, ana, "A shelf to put up", kind=ListingKind.REQUEST)
    refused = a_listing(session, ana, "A lift on Monday", kind=ListingKind.REQUEST)
    a_proposed_exchange(session, ben, ana, by=ben, listing_id=met.id)
    declined = a_proposed_exchange(session, ben, ana, by=ben, listing_id=refused.id)
    steps.decline(session, declined.id, by=ana, at=NOON)

    assert lines(session, jess, Group.REQUESTS, days=14) == []
    told = lines(session, jess, Group.REQUESTS, days=14, seconds=1)
    assert [line.id for line in told] == [waits.id, refused.id]


def test_what_is_off_the_board_or_whose_owner_is_away_waits_for_nobody(session, ana, ben, jess):
    gone, past, over = (a_listing(session, ana, f"Help {one}") for one in range(3))
    gone.closed_at, past.ends_on, over.expires_on = NOON, date(2026, 6, 20), date(2026, 6, 20)
    a_listing(session, ben)
    ben.status = MembershipStatus.PAUSED

    assert lines(session, jess, Group.OFFERS, days=61) == []


def test_a_balance_is_far_from_zero_either_way_beyond_what_the_policy_says(session, timebank, ana, ben, jess):
    timebank.far_balance_minutes = 120
    an_approved_exchange(session, ana, ben, hours="2:00", approved_by=jess)
    assert lines(session, jess, Group.BALANCES) == []

    an_approved_exchange(session, ana, ben, hours="0:05", approved_by=jess)
    told = lines(session, jess, Group.BALANCES)
    assert {(line.one.name, line.amount) for line in told} == {("Ana Alder", 125), ("Ben Birch", -125)}


def test_vetting_runs_out_within_thirty_days_and_stays_until_it_is_seen_again(session, ana, ben, jess):
    vetted(session, ana, expires_on=date(2026, 7, 10))
    vetted(session, ben, expires_on=date(2026, 7, 11))
    [line] = lines(session, jess, Group.VETTING)
    assert (line.one, line.words, line.on) == (ana, "background", date(2026, 7, 10))
    assert len(lines(session, jess, Group.VETTING, days=60)) == 2

    vetted(session, ana, expires_on=date(2028, 7, 10))
    vetted(session, ben, expires_on=None)
    assert lines(session, jess, Group.VETTING, days=60) == []


def test_vetting_of_another_kind_or_that_was_ended_does_not_stand_for_it(session, ana, jess):
    vetted(session, ana, expires_on=date(2026, 7, 1))
    vetted(session, ana, expires_on=None, kind=VettingKind.IDENTITY)
    vetted(session, ana, expires_on=None, ended_at=NOON)

    assert len(lines(session, jess, Group.VETTING)) == 1


def test_a_concern_waits_and_not_with_the_coordinator_whom_it_is_about(session, timebank, ana, ben, jess):
    for about in (ben, jess, None):
        told = {"about_id": about.id if about else None, "text": "I felt uneasy.", "at": NOON}
        session.add(Concern(timebank_id=timebank.id, by_id=ana.id, **told))
    session.add(Concern(timebank_id=timebank.id, by_id=ana.id, text="Settled.", at=NOON, closed_at=NOON))
    other = a_coordinator(session, timebank, "Otto Oak")

    assert [line.other for line in lines(session, jess, Group.CONCERNS)] == [ben, None]
    assert len(lines(session, other, Group.CONCERNS)) == 3


def test_what_is_to_be_told_by_phone_stands_once_for_each_person(session, ana, ben, jess):
    for number, to in enumerate((ana, ana, ben, ana)):
        outbox.tell(session, NoticeKind.BULK, to, key=f"letter:{number}", at=NOON, subject="Tea", text="Come")
    for notice in session.query(Notice).order_by(Notice.id).limit(3):
        notice.state = NoticeState.PHONE

    told = lines(session, jess, Group.TELL)
    assert [(line.one, line.amount) for line in told] == [(ana, 2), (ben, 1)]


def test_somebody_is_away_longer_than_planned_the_day_after(session, ana, jess):
    ana.status, ana.paused_until = MembershipStatus.PAUSED, date(2026, 6, 10)
    assert lines(session, jess, Group.AWAY) == []

    [line] = lines(session, jess, Group.AWAY, days=1)
    assert (line.one, line.on) == (ana, date(2026, 6, 10))


def test_hours_worth_a_look_come_from_what_is_recorded_and_what_counts(session, ana, ben, jess):
    a_recorded_exchange(session, ana, ben, hours="10:05")
    looked_at = an_approved_exchange(session, ana, ben, hours="11:00", approved_by=jess)
    gone = a_recorded_exchange(session, ana, ben, hours="12:00")
    steps.cancel(session, gone.id, by=ana, at=NOON)

    day = waiting(session, jess)
    assert [(one.why, one.minutes) for one in day.unusual] == [(Why.LONG, 605)]
    assert day.people[ana.id] is ana
    assert looked_at.contribution.approved_by_id == jess.person_id
    assert waiting(session, jess, days=30).unusual == []


def test_much_is_held_against_the_half_year_before(session, timebank, ana, ben, jess):
    others = [a_member(session, timebank, f"Neighbour {one}") for one in range(4)]
    for one in others:
        a_recorded_exchange(session, one, ben, hours="2:00")
    for days_ago in (31, 61, 91, 121, 151, 181):
        on = builders.TODAY - timedelta(days=days_ago)
        a_recorded_exchange(session, ana, ben, hours="3:00", served_on=on)
    for days_ago in (1, 2, 3):
        a_recorded_exchange(session, ana, ben, hours="6:00", served_on=builders.TODAY - timedelta(days=days_ago))

    [one] = waiting(session, jess).unusual
    assert (one.why, one.member_id, one.minutes) == (Why.MUCH, ana.id, 1080)
    assert (one.usual_minutes, one.others_minutes) == (180, 120)


def test_of_each_kind_the_page_has_five_and_tells_how_many_there_are(session, ana, ben, jess):
    for _ in range(7):
        a_confirmed_exchange(session, ana, ben)

    few = waiting(session, jess).groups[Group.APPROVE]
    assert (len(few.lines), few.count) == (5, 7)


def test_all_of_a_kind_come_a_page_at_a_time(session, ana, ben, jess):
    made = [a_confirmed_exchange(session, ana, ben).id for _ in range(7)]
    asked = Asked(jess.timebank, jess, NOON)

    rows, count = today.all_of(session, asked, Group.APPROVE, limit=3, offset=3)
    assert ([line.id for line in rows], count) == (made[3:6], 7)
    assert today.all_of(session, asked, Group.APPROVE, limit=3, offset=9) == ([], 0)


def test_nothing_of_another_timebank_is_there(session, timebank, ana, ben, jess):
    elsewhere = a_timebank(session, "hillside", "Hillside Timebank")
    officer = a_coordinator(session, elsewhere, "Otto Oak")
    an_application(session, timebank)
    a_confirmed_exchange(session, ana, ben)
    a_recorded_exchange(session, ana, ben, hours="12:00")
    vetted(session, ana, expires_on=date(2026, 6, 12))
    a_listing(session, ana)

    assert waiting(session, officer, days=61).is_empty


@pytest.mark.parametrize("many", [1, 20])
def test_the_day_takes_four_questions_however_much_waits(session, timebank, ana, ben, jess, many):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    for number in range(many):
        an_application(session, timebank, f"Dee Dogwood {number}")
        a_recorded_exchange(session, ana, cleo)
        a_recorded_exchange(session, a_member(session, timebank, f"Neighbour {number}"), ben, hours="12:00")
        a_listing(session, ana)
    session.flush()
    session.expire_all()
    asked = Asked(timebank, jess, NOON + timedelta(days=3))
    assert (asked.by.id, asked.today) == (jess.id, date(2026, 6, 13))
    asked_for = []
    event.listen(session.connection(), "before_cursor_execute", lambda *told: asked_for.append(told[2]))

    day = today.waiting(session, asked)
    assert day.groups[Group.WELCOME].count == many
    assert len(asked_for) == 4
