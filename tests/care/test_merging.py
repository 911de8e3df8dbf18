"""Who was written down twice is made one: the book stays right, nobody counts as two, and nothing is lost."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.builders import (
    NOON,
    PASSWORD,
    TODAY,
    a_confirmed_exchange,
    a_coordinator,
    a_listing,
    a_member,
    a_person,
    a_proposed_exchange,
    a_recorded_exchange,
    a_timebank,
    an_administrator,
    an_approved_exchange,
    an_organisation,
    told,
)
from tests.care.figures import balance, findings, report
from timebank.care import leaving, merging, standing
from timebank.care.merging import NotTheSame
from timebank.care.models import SafeguardingNote, Terms, TermsAccepted, Vetting, VettingKind
from timebank.care.standing import OnlyAdministrator
from timebank.exchanges import queues, steps
from timebank.exchanges.models import Block, Concern, Message, Thanks
from timebank.exchanges.queues import Group
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.models import Transfer, TransferKind
from timebank.listings import board
from timebank.listings.models import Asset, AssetKind, Need
from timebank.members import directory, doubles, upkeep
from timebank.members.choices import LeftBecause
from timebank.members.models import AuditLine, MembershipStatus, Supporter
from timebank.members.moving import OverCreditLimit
from timebank.members.page import Availability, FieldReaders, Part, Profile, Shown
from timebank.members.passwords import set_password, sign_in
from timebank.notices import claims
from timebank.notices.models import NoticeState
from timebank.policy import Role
from timebank.refusals import NotAllowed, NotFound
from timebank.reports import releases
from timebank.reports.contribution import contribution_report
from timebank.reports.period import Period

LATER = NOON + timedelta(days=1)
YEAR = Period.read("2026")


@pytest.fixture
def anna(session, timebank, ana):
    """Ana, written down a second time."""
    return a_member(session, timebank, "Anna Alder", email="")


def merge(session, double, kept, by):
    return merging.merge(session, double, kept, by=by, at=LATER)


def people_and_minutes(session, timebank):
    total = contribution_report(session, timebank, YEAR).total
    return total.people, total.minutes, total.entries


def test_the_hours_go_over_and_nobody_counts_as_two(session, timebank, ana, anna, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    an_approved_exchange(session, anna, ben, approved_by=jess, hours="3:00")
    an_approved_exchange(session, ben, anna, approved_by=jess, hours="0:30")
    assert people_and_minutes(session, timebank) == (3, 330, 3)

    assert merge(session, anna, ana, jess) == Hours(150)
    assert (balance(session, ana), balance(session, anna), balance(session, ben)) == (270, 0, -270)
    assert people_and_minutes(session, timebank) == (2, 330, 3)
    moved = session.scalars(select(Transfer).where(Transfer.kind == TransferKind.CORRECTION)).one()
    assert (moved.payer_id, moved.payee_id, moved.minutes) == (anna.account_id, ana.account_id, 150)
    assert moved.reason == f"Number {anna.number} and number {ana.number} are the same person."
    assert anna.account.closed_at == LATER
    assert (anna.status, anna.left_because, anna.merged_into_id) == (
        MembershipStatus.LEFT,
        LeftBecause.MERGED,
        ana.id,
    )
    assert findings(session) == []


def test_every_cell_of_the_report_counts_them_as_one_and_a_funder_is_told_of_no_more_people(
    session, timebank, ana, anna, ben, jess
):
    timebank.disclosure_threshold = 2
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    an_approved_exchange(session, anna, ben, approved_by=jess, hours="3:00")
    merge(session, anna, ana, jess)

    figures = [figure for _place, figure in report(session, timebank) if figure.entries]
    assert {(figure.people, figure.minutes, figure.entries) for figure in figures} == {(1, 300, 2)}
    draft = releases.draft_of(session, timebank, Period.read("2026-Q2"), at=LATER)
    assert type(draft.report.total).__name__ == "Withheld"


def test_what_they_gave_and_received_is_told_of_both(session, ana, anna, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    an_approved_exchange(session, ben, anna, approved_by=jess, hours="0:30")
    merge(session, anna, ana, jess)

    helped = balances.helped(session, *doubles.accounts_of(session, ana))
    assert (helped.given, helped.received, helped.balance) == (Hours(120), Hours(30), Hours(90))
    assert balance(session, ana) == 90
    assert len(queues.at_home(session, ana, awaiting=10, recent=10)[2]) == 2
    assert queues.of_member(session, ana, Group.DONE, limit=10, offset=0)[1] == 2
    assert doubles.ids_of(session, ana) == (ana.id, anna.id)


def test_a_balance_below_zero_goes_over_as_far_as_the_limit_lets_it(session, ana, anna, ben, jess):
    an_approved_exchange(session, ben, anna, approved_by=jess, hours="3:00")
    upkeep.change_limit(session, ana, Hours(179), reason="Agreed", by=jess, at=NOON)
    with pytest.raises(OverCreditLimit, match="Ana Alder"), session.begin_nested():
        merge(session, anna, ana, jess)
    session.expire_all()
    assert (anna.status, anna.merged_into_id, balance(session, anna)) == (MembershipStatus.ACTIVE, None, -180)

    upkeep.change_limit(session, ana, Hours(180), reason="Agreed", by=jess, at=NOON)
    assert merge(session, anna, ana, jess) == Hours(-180)
    assert (balance(session, ana), balance(session, anna)) == (-180, 0)
    assert findings(session) == []


def test_what_is_open_goes_on_with_the_one_who_is_kept(session, timebank, ana, anna, ben, jess):
    asked, logged = a_proposed_exchange(session, anna, ben, by=ben), a_recorded_exchange(session, ben, anna)
    waits = a_confirmed_exchange(session, anna, ben, hours="1:00")
    merge(session, anna, ana, jess)

    steps.agree(session, asked.id, by=ana, at=LATER)
    steps.confirm(session, logged.id, by=ana, at=LATER)
    steps.approve(session, logged.id, by=jess, at=LATER)
    steps.approve(session, waits.id, by=jess, at=LATER)
    assert (asked.state, balance(session, ana), balance(session, ben)) == (State.AGREED, -30, 30)
    assert findings(session) == []


def test_everything_goes_over_and_nothing_is_lost(session, timebank, ana, anna, ben, jess):
    terms = Terms(timebank_id=timebank.id, version=1, text="Be kind", at=NOON)
    both = Terms(timebank_id=timebank.id, version=2, text="Be kinder", at=NOON)
    session.add_all([terms, both])
    exchange = an_approved_exchange(session, anna, ben, approved_by=jess)
    a_listing(session, anna, "Bread")
    session.flush()
    theirs = {"membership_id": anna.id}
    session.add_all(
        [
            TermsAccepted(**theirs, terms_id=terms.id, at=NOON),
            TermsAccepted(**theirs, terms_id=both.id, at=NOON),
            TermsAccepted(membership_id=ana.id, terms_id=both.id, at=NOON),
            Asset(**theirs, kind=AssetKind.SKILL, title="Bread", folded="bread", created_at=NOON),
            Need(**theirs, title="A lift", created_at=NOON),
            Profile(**theirs, about="I bake", district="The hill"),
            Profile(membership_id=ana.id, about="I bake bread"),
            FieldReaders(**theirs, field=Shown.PHONE, readers="members"),
            FieldReaders(**theirs, field=Shown.EMAIL, readers="members"),
            FieldReaders(membership_id=ana.id, field=Shown.EMAIL, readers="coordinators"),
            Availability(**theirs, weekday=1, part=Part.MORNING),
            Availability(membership_id=ana.id, weekday=1, part=Part.MORNING),
            Vetting(**theirs, kind=VettingKind.REFERENCE, seen_on=TODAY, at=NOON),
            SafeguardingNote(**theirs, text="Fine", at=NOON),
            Concern(timebank_id=timebank.id, by_id=ben.id, about_id=anna.id, text="Late", at=NOON),
            Message(exchange_id=exchange.id, **theirs, key="1", text="Hello", at=NOON),
            Thanks(timebank_id=exchange.timebank_id, exchange_id=exchange.id, **theirs, word="Lovely", at=NOON),
            Block(**theirs, blocked_id=ben.id, at=NOON),
            Block(membership_id=ana.id, blocked_id=ben.id, at=NOON),
            Supporter(**theirs, supporter_id=ben.id, asked_at=NOON, last_day=date(2027, 1, 1)),
            Supporter(**theirs, supporter_id=ana.id, asked_at=NOON, last_day=date(2027, 1, 1)),
        ]
    )
    session.flush()
    merge(session, anna, ana, jess)

    for table in (Asset, Need, Profile, Availability, Vetting, SafeguardingNote, Message, Thanks, Block):
        assert session.scalars(select(table.membership_id)).all() == [ana.id], table
    assert [one.title for one in board.listings_of(session, ana)] == ["Bread"]
    profile = session.scalars(select(Profile)).one()
    assert (profile.about, profile.district) == ("I bake bread", "The hill")
    readers = select(FieldReaders.field, FieldReaders.readers).where(FieldReaders.membership_id == ana.id)
    assert dict(tuple(row) for row in session.execute(readers)) == {"phone": "members", "email": "coordinators"}
    assert session.scalars(select(Concern.about_id)).all() == [ana.id]
    agreed = select(TermsAccepted.terms_id).where(TermsAccepted.membership_id == ana.id)
    assert set(session.scalars(agreed)) == {terms.id, both.id}
    people = session.execute(select(Supporter.membership_id, Supporter.supporter_id, Supporter.ended_at)).all()
    assert {tuple(row) for row in people} == {(ana.id, ben.id, None), (anna.id, ana.id, LATER)}
    assert findings(session) == []


def test_who_exchanged_with_themselves_is_not_made_one_before_that_is_put_right(session, ana, anna, jess):
    mistake = an_approved_exchange(session, ana, anna, approved_by=jess)
    with pytest.raises(NotTheSame, match="nobody exchanges with themselves"):
        merge(session, anna, ana, jess)

    steps.reverse(session, mistake.id, reason="The same person", by=jess, at=NOON)
    merge(session, anna, ana, jess)
    assert (mistake.provider_id, mistake.receiver_id, mistake.state) == (ana.id, anna.id, State.REVERSED)
    assert findings(session) == []


def test_a_third_entry_is_one_with_the_first(session, timebank, ana, anna, ben, jess):
    third = a_member(session, timebank, "A. Alder", email="")
    for giver in (ana, anna, third):
        an_approved_exchange(session, giver, ben, approved_by=jess, hours="1:00")
    merge(session, third, anna, jess)
    merge(session, anna, ana, jess)

    assert (third.merged_into_id, balance(session, ana)) == (ana.id, 180)
    assert people_and_minutes(session, timebank) == (1, 180, 3)
    assert findings(session) == []


def test_who_had_left_and_was_welcomed_anew_is_one_again(session, timebank, ana, anna, ben, jess):
    an_approved_exchange(session, ana, ben, approved_by=jess, hours="1:00")
    leaving.leave(session, ana, by=ana, at=NOON)
    assert merge(session, ana, anna, jess) == Hours(0)

    assert (ana.merged_into_id, ana.left_because, ana.left_on) == (anna.id, LeftBecause.MERGED, TODAY)
    assert anna.joined_on == ana.joined_on
    assert findings(session) == []


def test_the_way_in_of_the_double_leads_to_who_is_kept_where_they_had_none(session, timebank, ben, jess):
    kept = a_member(session, timebank, "Cleo Cedar", email="")
    double = a_member(session, timebank, "Cleo Ceder", email="cleo@example.org")
    set_password(session, double.person, PASSWORD)
    merge(session, double, kept, jess)

    assert sign_in(session, "cleo@example.org", PASSWORD, "::1", at=LATER) is kept.person
    assert (double.person.email, double.person.password_hash) == (None, None)


def test_the_way_in_of_a_double_opens_no_place_of_trust(session, timebank, jess):
    kept = a_person(session, timebank, "Cleo Cedar", Role.MEMBER, Role.COORDINATOR)
    double = a_member(session, timebank, "Cleo Ceder", email="cleo@example.net")
    set_password(session, double.person, PASSWORD)
    merge(session, double, kept, jess)

    assert sign_in(session, "cleo@example.net", PASSWORD, "::1", at=LATER) is not kept.person


def test_who_is_kept_keeps_their_own_way_in(session, timebank, ana, jess):
    double = a_member(session, timebank, "Anna Alder", email="anna@example.org")
    set_password(session, ana.person, PASSWORD)
    set_password(session, double.person, "four blue teapots")
    merge(session, double, ana, jess)

    assert (ana.person.email, double.person.email) == ("ana@example.org", "anna@example.org")


def test_who_cannot_be_made_one(session, timebank, ana, anna, ben, jess):
    organisation, elsewhere = an_organisation(session, timebank), a_timebank(session, "hillside", "Hillside")
    stranger = a_member(session, elsewhere, "Sol Spruce")
    for double, kept, by, no in (
        (ana, ana, jess, NotTheSame),
        (organisation, ana, jess, NotTheSame),
        (ana, jess, jess, NotAllowed),
        (anna, ana, ben, NotAllowed),
        (stranger, ana, jess, NotFound),
        (ana, stranger, jess, NotFound),
    ):
        with pytest.raises(no):
            merge(session, double, kept, by)
    standing.suspend(session, anna, word="x", by=jess, at=NOON)
    with pytest.raises(NotTheSame, match="suspended"):
        merge(session, anna, ana, jess)
    standing.lift(session, anna, by=jess, at=NOON)
    merge(session, anna, ana, jess)
    for double, kept in ((anna, ana), (ana, anna), (ben, anna)):
        with pytest.raises(NotTheSame):
            merge(session, double, kept, jess)


def test_the_only_administrator_is_not_merged_away(session, timebank, ana, jess):
    ada = an_administrator(session, timebank)
    jo = a_coordinator(session, timebank, "Jo Juniper")
    jo.given_roles = [*jo.given_roles, *(type(one)(role=one.role) for one in ada.given_roles)]
    session.flush()
    merge_ = merging.check_merge
    merge_(session, ada, ana, by=jo)
    standing.pause(session, jo, until=None, by=jo, at=NOON)
    with pytest.raises(OnlyAdministrator):
        merge_(session, ada, ana, by=jo)


def test_lists_of_people_tell_of_one_and_the_log_of_both_numbers(session, timebank, ana, anna, jess):
    merge(session, anna, ana, jess)

    assert [one.id for one in directory.names_of(session, timebank)] == [ana.id]
    assert session.scalars(select(AuditLine.told)).one() == (
        f'{{"number": {anna.number}, "other_id": {anna.id}, "minutes": 0}}'
    )


def test_what_the_double_was_to_be_told_by_phone_is_decided_anew(session, ana, anna, jess):
    notice = told(session, anna)
    claims.claim(session, at=NOON)
    assert notice.state == NoticeState.PHONE
    merge(session, anna, ana, jess)

    assert (notice.membership_id, notice.state) == (ana.id, NoticeState.WAITING)
