"""Whom somebody means by what they typed: numbers, names and parts of them."""

import pytest

from timebank.members.models import Membership, Organisation, Person
from timebank.members.naming import Names, told_apart

PEOPLE = [
    Membership(number=1, person=Person(name="Ana Alder")),
    Membership(number=2, person=Person(name="Ana Ash")),
    Membership(number=12, person=Person(name="Cléo O’Brien-Cedar")),
    Membership(number=13, organisation=Organisation(name="Riverside Clinic")),
    Membership(number=14, person=Person(name="Ana")),
    Membership(number=15, person=Person(name="Ольга Кузнецова")),
]


def meant(typed):
    return [one.number for one in Names(PEOPLE).meant(typed)]


@pytest.mark.parametrize("typed", ["12", " 12 ", "no. 12", "No 12", "Cléo O’Brien-Cedar (12)", "anything (12)"])
def test_a_number_is_a_member_s(typed):
    assert meant(typed) == [12]


@pytest.mark.parametrize("typed", ["cleo", "CLÉO", "cedar", "cleo c", "o'brien", "Cleo Brien Ced"])
def test_a_part_of_a_name_is_enough_whatever_its_case_and_accents(typed):
    assert meant(typed) == [12]


def test_the_beginnings_of_two_names_tell_people_apart():
    assert meant("Ana A") == [1, 2]
    assert meant("Ana Al") == [1]
    assert meant("a as") == [2]


def test_a_whole_name_goes_before_longer_ones():
    assert meant("ana") == [14]


def test_the_order_of_the_words_counts_and_so_does_where_they_begin():
    assert meant("Alder Ana") == []
    assert meant("lder") == []


def test_other_scripts_and_organisations_are_found():
    assert meant("ольга") == [15]
    assert meant("riverside") == [13]


@pytest.mark.parametrize("typed", ["", "  ", "...", "99", "²", "0", "🙂", "%", "(12", "-1", "9" * 50, "x" * 10_000])
def test_what_means_nobody_finds_nobody(typed):
    assert meant(typed) == []


def test_a_name_is_told_apart_by_its_number():
    assert told_apart(PEOPLE[0]) == "Ana Alder (1)"
