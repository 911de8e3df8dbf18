import pytest
from sqlalchemy import func, select

from tests import builders
from timebank.imports.people import People, SeveralOfThatName
from timebank.members.models import Membership, MembershipStatus
from timebank.policy import Role


def test_a_member_is_found_by_number_and_by_name_however_it_is_written(session, timebank):
    zoe = builders.a_member(session, timebank, "Zoë Alder")
    people = People(session, timebank)

    for written in (str(zoe.number), f"00{zoe.number}", "zoë alder", "ZOE\u0308  ALDER"):
        assert people.find(written).membership_id == zoe.id
    assert people.unknown == {}


def test_a_name_must_be_the_whole_name_with_its_accents(session, timebank):
    builders.a_member(session, timebank, "Zoë Alder")
    people = People(session, timebank)

    assert [people.find(written) for written in ("Zoe Alder", "Zoë", "Alder, Zoë")] == [None] * 3
    assert list(people.unknown.values()) == ["Zoe Alder", "Zoë", "Alder, Zoë"]


def test_two_of_one_name_are_told_apart_by_number_only(session, timebank):
    builders.a_member(session, timebank, "Ana Alder")
    other = builders.a_member(session, timebank, "ana  alder")
    people = People(session, timebank)

    with pytest.raises(SeveralOfThatName, match="two people called Ana Alder"):
        people.find("Ana Alder")
    assert people.find(str(other.number)).membership_id == other.id


def test_nobody_of_another_timebank_is_found(session, timebank):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside")
    builders.a_member(session, timebank, "Ben Birch")
    ana = builders.a_member(session, elsewhere, "Ana Alder")
    builders.a_member(session, elsewhere, "Cai Cedar")
    people = People(session, timebank)

    assert people.find("Ana Alder") is None
    assert people.find("1").membership_id != ana.id
    assert people.find("2") is None


def test_an_organisation_is_found_and_is_no_person(session, timebank):
    clinic = builders.an_organisation(session, timebank, "Riverside Clinic")

    found = People(session, timebank).find("riverside clinic")

    assert (found.membership_id, found.person_id, found.has_account) == (clinic.id, None, True)


def test_someone_called_by_digits_is_not_taken_for_the_number(session, timebank):
    ana = builders.a_member(session, timebank, "Ana Alder")
    strange = builders.a_member(session, timebank, str(ana.number), email="x@example.org")
    people = People(session, timebank)

    assert people.find(str(ana.number)).membership_id == ana.id
    assert people.find(str(strange.number)).membership_id == strange.id


def test_who_does_not_take_part_is_known_as_such(session, timebank, ana, jess):
    ana.status = MembershipStatus.PAUSED
    session.flush()
    people = People(session, timebank)

    assert not people.find("Ana Alder").is_active
    assert people.find("Jess Juniper").is_active
    assert not people.find("Jess Juniper").has_account


def test_unknown_people_become_members_and_numbers_come_before_names(session, timebank, ana):
    people = People(session, timebank)
    for written in ("Ben Birch", "3", "ben  birch", "003", "2"):
        people.find(written)

    people.enrol_unknown(session, timebank, at=builders.NOON)

    joined = session.scalars(select(Membership).order_by(Membership.number)).all()
    assert [(one.number, one.name) for one in joined] == [
        (1, "Ana Alder"),
        (2, "Member 2"),
        (3, "Member 3"),
        (4, "Ben Birch"),
    ]
    assert all(one.roles == {Role.MEMBER} and one.account.balance_minutes == 0 for one in joined)
    assert people.unknown == {}
    assert people.known("ben birch").membership_id == joined[3].id
    assert people.known("3").membership_id == joined[2].id


def test_nobody_is_enrolled_by_looking(session, timebank, ana):
    People(session, timebank).find("Ben Birch")

    assert session.scalar(select(func.count()).select_from(Membership)) == 1


def test_nobody_stands_under_a_name_of_two(session, timebank):
    builders.a_member(session, timebank, "Ana Alder")
    builders.a_member(session, timebank, "ana alder")

    with pytest.raises(LookupError):
        People(session, timebank).known("ana alder")
