"""Who is looked for: by words, by what they are, and by what waits with them, each on both sides of its edge."""

from datetime import date, timedelta

import pytest

from tests.builders import (
    NOON,
    TODAY,
    a_coordinator,
    a_funder,
    a_member,
    a_recorded_exchange,
    a_supporter,
    a_timebank,
    an_approved_exchange,
    an_organisation,
)
from timebank.care import finding
from timebank.care.finding import Sort, Sought
from timebank.care.models import Terms, TermsAccepted
from timebank.exchanges import steps
from timebank.members.models import MembershipStatus
from timebank.members.page import Profile
from timebank.policy import Role


def found(session, timebank, **sought):
    session.flush()
    ids = finding.ids_of(session, timebank, Sought(**sought), today=TODAY)
    return [one.name for one in finding.of_ids(session, timebank, ids)]


@pytest.mark.parametrize("words", ["alder", "ÁLDER", " Ana ", "a al", "1", "ana@EXAMPLE", "old TOWN"])
def test_someone_is_found_by_name_number_e_mail_or_district(session, timebank, ana, ben, words):
    session.add(Profile(membership_id=ana.id, district="Old Town"))

    assert found(session, timebank, words=words) == ["Ana Alder"]


@pytest.mark.parametrize("words", ["%", "_", "9" * 30, "ana birch", "🙂", "x" * 10_000, "ana old"])
def test_what_fits_nobody_finds_nobody(session, timebank, ana, ben, words):
    assert found(session, timebank, words=words) == []


def test_without_any_wish_everybody_is_there_by_number(session, timebank, ben, ana):
    an_organisation(session, timebank)

    assert found(session, timebank) == ["Ben Birch", "Ana Alder", "Riverside Clinic"]


def test_role_and_status(session, timebank, ana, ben, jess):
    ben.status = MembershipStatus.PAUSED

    assert found(session, timebank, role=Role.COORDINATOR) == ["Jess Juniper"]
    assert found(session, timebank, status=MembershipStatus.PAUSED) == ["Ben Birch"]
    assert found(session, timebank, role=Role.MEMBER, status=MembershipStatus.ACTIVE) == ["Ana Alder"]


def test_without_e_mail_are_people_and_no_organisations(session, timebank, ana):
    a_member(session, timebank, "Cleo Cedar", email="")
    an_organisation(session, timebank)

    assert found(session, timebank, without_email=True) == ["Cleo Cedar"]


def test_who_joined_on_the_day_or_later(session, timebank, ana, ben):
    ana.joined_on = date(2026, 5, 1)
    ben.joined_on = date(2026, 4, 30)

    assert found(session, timebank, joined_since=date(2026, 5, 1)) == ["Ana Alder"]


def test_who_had_no_exchange_since_a_day(session, timebank, ana, ben, jess):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    dan = a_member(session, timebank, "Dan Dogwood")
    a_recorded_exchange(session, ana, ben, served_on=TODAY - timedelta(days=30))
    gone = a_recorded_exchange(session, cleo, dan, served_on=TODAY)
    steps.cancel(session, gone.id, by=cleo, at=NOON)

    since = TODAY - timedelta(days=30)
    assert found(session, timebank, still_since=since) == ["Cleo Cedar", "Dan Dogwood"]
    assert len(found(session, timebank, still_since=since + timedelta(days=1))) == 4


def test_a_balance_beyond_either_way(session, timebank, ana, ben, jess):
    a_member(session, timebank, "Cleo Cedar", email="")
    an_approved_exchange(session, ana, ben, hours="2:00", approved_by=jess)

    assert found(session, timebank, beyond_minutes=119) == ["Ana Alder", "Ben Birch"]
    assert found(session, timebank, beyond_minutes=120) == []


def test_who_has_a_supporter_while_it_holds(session, timebank, ana, ben):
    relation = a_supporter(session, ana, ben, last_day=TODAY)
    assert found(session, timebank, with_supporter=True) == ["Ana Alder"]

    relation.ended_at = NOON
    assert found(session, timebank, with_supporter=True) == []


def test_a_supporter_of_yesterday_is_none_and_nor_is_one_who_has_not_agreed(session, timebank, ana, ben):
    relation = a_supporter(session, ana, ben, last_day=TODAY)
    relation.last_day = TODAY - timedelta(days=1)
    assert found(session, timebank, with_supporter=True) == []

    relation.last_day, relation.supporter_agreed_at = TODAY, None
    assert found(session, timebank, with_supporter=True) == []


def test_whose_terms_are_open_have_not_agreed_to_the_newest(session, timebank, ana, ben, jess):
    a_funder(session, timebank)
    assert found(session, timebank, terms_open=True) == []

    first, second = (Terms(timebank_id=timebank.id, version=one, text="Be kind.", at=NOON) for one in (1, 2))
    session.add_all([first, second])
    session.flush()
    session.add(TermsAccepted(membership_id=ana.id, terms_id=second.id, at=NOON))
    session.add(TermsAccepted(membership_id=ben.id, terms_id=first.id, at=NOON))
    assert found(session, timebank, terms_open=True) == ["Ben Birch"]


def test_the_orders(session, timebank, jess):
    zoe, elodie, ben = (a_member(session, timebank, name) for name in ("Zoë Yew", "Élodie Elm", "ben birch"))
    elodie.joined_on = date(2026, 6, 11)
    an_approved_exchange(session, zoe, ben, hours="2:00", approved_by=jess)
    an_approved_exchange(session, elodie, ben, hours="0:30", approved_by=jess)

    assert found(session, timebank, role=Role.MEMBER, sort=Sort.NAME) == ["ben birch", "Élodie Elm", "Zoë Yew"]
    assert found(session, timebank, role=Role.MEMBER, sort=Sort.JOINED)[0] == "Élodie Elm"
    assert found(session, timebank, role=Role.MEMBER, sort=Sort.BALANCE) == ["ben birch", "Zoë Yew", "Élodie Elm"]


def test_nobody_of_another_timebank_is_found_or_loaded(session, timebank, ana):
    elsewhere = a_timebank(session, "hillside", "Hillside Timebank")
    officer = a_coordinator(session, elsewhere, "Otto Oak")

    assert found(session, timebank) == ["Ana Alder"]
    assert finding.of_ids(session, timebank, [officer.id, ana.id, ana.id, 999_999]) == [ana]
