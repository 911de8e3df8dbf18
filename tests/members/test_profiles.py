"""A member's own page: who may write it, and for every reader and every field, who sees what."""

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.builders import NOON, a_picture_file
from timebank.members import audit_log, pictures, profiles
from timebank.members.choices import Readers
from timebank.members.models import MembershipStatus
from timebank.members.page import Part, Picture, Shown
from timebank.members.profiles import Words
from timebank.refusals import NotAllowed, NotFound

WORDS = Words(called="Annie", about="I bake.", district="Mill Lane", languages="English", phone="01632 960 001")
C, A, M = Readers.COORDINATORS, Readers.AGREED, Readers.MEMBERS

SEEN = [
    # who looks, who reads it, whether they see it
    (C, C, True),
    (C, A, True),
    (C, M, True),
    (A, C, False),
    (A, A, True),
    (A, M, True),
    (M, C, False),
    (M, A, False),
    (M, M, True),
]


@pytest.mark.parametrize(("eyes", "readers", "seen"), SEEN)
@pytest.mark.parametrize("field", list(Shown))
def test_each_reader_sees_of_each_field_what_was_chosen(session, ana, eyes, readers, seen, field):
    profiles.choose_readers(session, ana, {field: readers}, by=ana, at=NOON)

    assert profiles.page_of(session, ana).sees(eyes, field) == seen


USUALLY = {
    Shown.ABOUT: (True, True, True),
    Shown.PICTURE: (True, True, True),
    Shown.DISTRICT: (True, True, True),
    Shown.LANGUAGES: (True, True, True),
    Shown.TIMES: (True, True, True),
    Shown.ASSETS: (True, True, True),
    Shown.NEEDS: (True, True, True),
    Shown.PHONE: (True, True, False),
    Shown.EMAIL: (True, True, False),
}


def test_what_nobody_has_chosen_is_seen_as_usual(session, ana):
    page = profiles.page_of(session, ana)

    assert {field: tuple(page.sees(eyes, field) for eyes in (C, A, M)) for field in Shown} == USUALLY


def test_whom_one_agreed_with_sees_no_needs_where_they_do_not_see_what_one_can_bring(session, ana):
    profiles.choose_readers(session, ana, {Shown.ASSETS: C, Shown.NEEDS: M}, by=ana, at=NOON)

    page = profiles.page_of(session, ana)

    assert [page.sees(eyes, Shown.NEEDS) for eyes in (C, A, M)] == [True, False, False]


def test_as_whom_each_looks(session, timebank, ana, ben, jess):
    administrator = builders.an_administrator(session, timebank)
    both = builders.a_person(session, timebank, "Kim Kelp", *(*ben.roles, *jess.roles))
    told = {
        who.name: [profiles.eyes_of(who, ana, agreed=agreed) for agreed in (False, True)]
        for who in (ana, ben, jess, administrator, both)
    }

    assert told == {
        "Ana Alder": [C, C],
        "Ben Birch": [M, A],
        "Jess Juniper": [C, C],
        "Ada Ash": [M, A],
        "Kim Kelp": [C, C],
    }


def test_what_a_member_writes_stands_on_their_page(session, ana):
    profiles.write(session, ana, WORDS, by=ana, at=NOON)
    profiles.keep_times(session, ana, frozenset({(0, Part.MORNING), (6, Part.EVENING)}), by=ana, at=NOON)
    profiles.keep_times(session, ana, frozenset({(6, Part.EVENING)}), by=ana, at=NOON)

    page = profiles.page_of(session, ana)

    assert (page.profile.about, page.profile.district, page.profile.languages) == ("I bake.", "Mill Lane", "English")
    assert (ana.person.called, ana.person.phone) == ("Annie", "01632 960 001")
    assert page.times == {(6, Part.EVENING)}
    assert audit_log.lines_of(session, ana.timebank, limit=9, offset=0) == ([], 0)


def test_a_picture_is_replaced_and_the_one_before_is_gone(session, ana):
    first, second = pictures.draw(a_picture_file()), pictures.draw(a_picture_file((50, 50)))
    profiles.show_picture(session, ana, first, by=ana, at=NOON)
    profiles.show_picture(session, ana, second, by=ana, at=NOON)

    assert [(one.id, one.width) for one in session.scalars(select(Picture))] == [
        (profiles.page_of(session, ana).profile.picture_id, 50)
    ]

    profiles.show_picture(session, ana, None, by=ana, at=NOON)

    assert profiles.page_of(session, ana).profile.picture_id is None
    assert session.scalar(select(func.count()).select_from(Picture)) == 0


def test_a_coordinator_writes_the_page_of_a_member_without_e_mail_and_it_is_logged(session, timebank, jess):
    dora = builders.a_member(session, timebank, "Dora Dogwood", email="")
    profiles.write(session, dora, WORDS, by=jess, at=NOON)

    lines, count = audit_log.lines_of(session, timebank, limit=9, offset=0)
    assert profiles.page_of(session, dora).profile.about == "I bake."
    assert count == 1
    assert (lines[0].deed, lines[0].by_id, lines[0].about_id) == ("page changed", jess.person_id, dora.id)
    assert lines[0].told == '{"what": "about"}'


def test_what_a_supporter_writes_is_logged_as_theirs(session, ana, ben):
    ana.act_by(ben)
    profiles.keep_times(session, ana, frozenset(), by=ana, at=NOON)

    lines, _count = audit_log.lines_of(session, ana.timebank, limit=9, offset=0)
    assert [(one.by_id, one.about_id, one.told) for one in lines] == [(ben.person_id, ana.id, '{"what": "times"}')]


def test_nobody_else_writes_it(session, timebank, ana, ben):
    administrator = builders.an_administrator(session, timebank)
    for other in (ben, administrator):
        with pytest.raises(NotAllowed, match="someone else's page"):
            profiles.write(session, ana, WORDS, by=other, at=NOON)

    assert profiles.page_of(session, ana).profile.about == ""


def test_a_coordinator_of_another_timebank_finds_no_such_person(session, ana):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    otto = builders.a_coordinator(session, elsewhere, "Otto Oak")

    with pytest.raises(NotFound):
        profiles.write(session, ana, WORDS, by=otto, at=NOON)
    with pytest.raises(NotFound):
        profiles.page_for(session, elsewhere, ana.id, reader=otto)


@pytest.mark.parametrize("status", [one for one in MembershipStatus if one != MembershipStatus.ACTIVE])
def test_who_is_not_active_has_a_page_for_themselves_and_coordinators(session, timebank, ana, ben, jess, status):
    ana.status = status
    for reader in (ana, jess):
        assert profiles.page_for(session, timebank, ana.id, reader=reader).membership is ana
    with pytest.raises(NotFound, match="no such member here at the moment"):
        profiles.page_for(session, timebank, ana.id, reader=ben)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Alder", "AA"),
        ("Ana Maria Alder", "AA"),
        ("Cher", "C"),
        ("émile zola", "ÉZ"),
        ("王 小明", "王小"),
        ("(…) !", ""),
    ],
)
def test_initials(name, letters):
    assert profiles.initials(name) == letters
