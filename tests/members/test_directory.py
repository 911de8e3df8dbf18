"""Who is in a timebank: who can be chosen, and who is found by name, number and role."""

import pytest

from tests.builders import NOON, a_coordinator, a_member, a_timebank, an_organisation
from timebank.members import directory, upkeep
from timebank.members.models import MembershipStatus
from timebank.policy import Role
from timebank.refusals import NotFound


def names(session, timebank, **more):
    people, count = directory.people_of(session, timebank, **{"limit": 50, "offset": 0, **more})
    return [one.name for one in people], count


@pytest.mark.parametrize("words", ["alder", "ALDER", " Ana ", "a al", "1"])
def test_someone_is_found_by_a_part_of_the_name_or_by_number(session, timebank, ana, ben, words):
    assert names(session, timebank, words=words) == (["Ana Alder"], 1)


@pytest.mark.parametrize(("words", "hit"), [("%", ["Per%cent"]), ("_", ["Under_score"]), ("\\", ["Back\\slash"])])
def test_signs_that_a_database_reads_as_any_letter_are_only_signs(session, timebank, words, hit):
    for name in ("Per%cent", "Under_score", "Back\\slash", "Plain"):
        a_member(session, timebank, name, email="")

    assert names(session, timebank, words=words)[0] == hit


@pytest.mark.parametrize("words", ["9999999999999999999999", "²", "-1", "1.0"])
def test_a_number_that_nobody_has_finds_nobody(session, timebank, ana, words):
    assert names(session, timebank, words=words) == ([], 0)


def test_organisations_are_found_too(session, timebank, ana):
    an_organisation(session, timebank, "Riverside Clinic")

    assert names(session, timebank, words="clinic") == (["Riverside Clinic"], 1)


def test_roles_and_words_go_together_a_page_at_a_time(session, timebank, ana, ben):
    a_coordinator(session, timebank, "Ann Coordinator")

    assert names(session, timebank, role=Role.MEMBER) == (["Ana Alder", "Ben Birch"], 2)
    assert names(session, timebank, role=Role.COORDINATOR, words="an") == (["Ann Coordinator"], 1)
    assert names(session, timebank, limit=1, offset=1) == (["Ben Birch"], 3)


def test_nobody_of_another_timebank_is_there(session, timebank, ana):
    other = a_timebank(session, "hillside", "Hillside Timebank")
    stranger = a_member(session, other, "Sam Spruce")

    assert names(session, timebank) == (["Ana Alder"], 1)
    assert [one.id for one in directory.names_of(session, timebank)] == [ana.id]
    with pytest.raises(NotFound):
        directory.membership_in(session, timebank, stranger.id)


def test_only_who_is_active_and_holds_an_account_can_be_chosen(session, timebank, ben, ana, jess):
    gone = a_member(session, timebank, "Gil Gone")
    gone.status = MembershipStatus.LEFT
    clinic = an_organisation(session, timebank)
    session.flush()

    assert [one.id for one in directory.names_of(session, timebank)] == [ana.id, ben.id, clinic.id]
    assert names(session, timebank)[1] == 5


def test_who_has_a_closed_account_is_among_the_people_and_cannot_be_chosen(session, timebank, ana, ben, jess):
    upkeep.close(session, ben, reason="Moved away", by=jess, at=NOON)

    assert [one.name for one in directory.names_of(session, timebank)] == ["Ana Alder"]
    assert "Ben Birch" in names(session, timebank)[0]


def test_a_namesake_has_just_this_name_whatever_its_accents_and_is_here_once(session, timebank, ana):
    first, double = (
        a_member(session, timebank, "Zoë Li"),
        a_member(session, timebank, "Zoe Li", email="zoe2@example.org"),
    )
    a_member(session, timebank, "Zoe Linden")
    a_member(session, a_timebank(session, "hillside", "Hillside Timebank"), "Zoe Li", email="zoe3@example.org")

    assert [one.id for one in directory.namesakes(session, timebank, " zoe  LI ")] == [first.id, double.id]
    double.merged_into_id = first.id
    session.flush()
    assert [one.id for one in directory.namesakes(session, timebank, "Zoë Li")] == [first.id]
