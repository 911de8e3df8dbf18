"""Who has agreed an exchange with whom, in every state; and which pictures are for whom."""

import pytest

from tests import builders
from tests.builders import NOON, TODAY, a_picture_file
from timebank.exchanges import known, steps
from timebank.hours import Hours
from timebank.members import pictures, profiles
from timebank.members.choices import Readers
from timebank.members.page import Look, Shown
from timebank.refusals import NotFound


def proposed(session, ana, ben, jess):
    return builders.a_proposed_exchange(session, ana, ben, by=ben)


def agreed(session, ana, ben, jess):
    return steps.agree(session, proposed(session, ana, ben, jess).id, by=ana, at=NOON)


def declined(session, ana, ben, jess):
    return steps.decline(session, proposed(session, ana, ben, jess).id, by=ana, at=NOON)


def called_off(session, ana, ben, jess):
    return steps.cancel(session, agreed(session, ana, ben, jess).id, by=ana, at=NOON)


def told_by_the_reader(session, ana, ben, jess):
    return builders.a_recorded_exchange(session, ben, ana, by=ben)


def told_by_the_one_who_is_read(session, ana, ben, jess):
    return builders.a_recorded_exchange(session, ben, ana, by=ana)


def told_after_it_was_agreed(session, ana, ben, jess):
    from timebank.exchanges import telling

    exchange = agreed(session, ana, ben, jess)
    told = builders.shared(session, ana, ben)
    return telling.record_agreed(session, exchange.id, told, by=ben, for_=ben, at=NOON)


def disputed(session, ana, ben, jess):
    exchange = told_by_the_reader(session, ana, ben, jess)
    return steps.dispute(session, exchange.id, hours=Hours(30), by=ana, at=NOON)


def confirmed(session, ana, ben, jess):
    return builders.a_confirmed_exchange(session, ben, ana)


def approved(session, ana, ben, jess):
    return builders.an_approved_exchange(session, ben, ana, approved_by=jess)


def taken_back(session, ana, ben, jess):
    return steps.reverse(session, approved(session, ana, ben, jess).id, reason="twice", by=jess, at=NOON)


NEAR = {
    proposed: False,
    agreed: True,
    declined: False,
    called_off: False,
    told_by_the_reader: False,
    told_by_the_one_who_is_read: True,
    told_after_it_was_agreed: True,
    disputed: True,
    confirmed: True,
    approved: True,
    taken_back: False,
}


@pytest.mark.parametrize(("made", "near"), NEAR.items(), ids=[made.__name__ for made in NEAR])
def test_what_both_have_answered_brings_them_near(session, timebank, ana, ben, jess, made, near):
    made(session, ana, ben, jess)
    cleo = builders.a_member(session, timebank, "Cleo Cedar")

    assert known.has_agreed(session, ana, reader=ben) == near
    assert known.eyes_of(session, ana, reader=ben) == (Readers.AGREED if near else Readers.MEMBERS)
    assert known.eyes_of(session, ana, reader=cleo) == Readers.MEMBERS
    assert known.eyes_of(session, ana, reader=ana) == Readers.COORDINATORS
    assert known.eyes_of(session, ana, reader=jess) == Readers.COORDINATORS


def _seen_by(session, timebank, picture_id, *readers):
    told = []
    for reader in readers:
        try:
            known.picture_for(session, timebank, picture_id, reader=reader, today=TODAY)
            told.append(True)
        except NotFound:
            told.append(False)
    return told


@pytest.mark.parametrize(
    ("readers", "seen"),
    [
        (Readers.MEMBERS, [True, True, True, True, False, False]),
        (Readers.AGREED, [True, True, True, False, False, False]),
        (Readers.COORDINATORS, [True, True, False, False, False, False]),
    ],
)
def test_a_portrait_is_for_whom_its_member_chose(session, timebank, ana, ben, jess, readers, seen):
    cleo, fay = builders.a_member(session, timebank, "Cleo Cedar"), builders.a_funder(session, timebank)
    agreed(session, ana, ben, jess)
    profiles.show_picture(session, ana, pictures.draw(a_picture_file()), by=ana, at=NOON)
    profiles.choose_readers(session, ana, {Shown.PICTURE: readers}, by=ana, at=NOON)
    picture_id = profiles.page_of(session, ana).profile.picture_id

    assert _seen_by(session, timebank, picture_id, ana, jess, ben, cleo, fay, None) == seen


def test_a_picture_of_a_listing_is_for_who_sees_the_listing(session, timebank, ana, ben, jess):
    from timebank.listings import board

    fay, listing = builders.a_funder(session, timebank), builders.a_listing(session, ana)
    listing.picture_id = pictures.keep(session, timebank, a_picture_file(), by=ana, at=NOON).id
    session.flush()
    assert _seen_by(session, timebank, listing.picture_id, ana, jess, ben, fay, None) == [True] * 3 + [False] * 2

    board.close(session, listing.id, by=ana, at=NOON)

    assert _seen_by(session, timebank, listing.picture_id, ana, ben, None) == [True, False, False]


def test_a_logo_is_for_everyone_and_a_picture_that_stands_nowhere_for_nobody(session, timebank, ana, jess):
    picture = pictures.keep(session, timebank, a_picture_file(), by=ana, at=NOON)
    assert _seen_by(session, timebank, picture.id, ana, jess, None) == [False, False, False]

    session.add(Look(timebank_id=timebank.id, accent="", logo_id=picture.id))
    session.flush()

    assert _seen_by(session, timebank, picture.id, ana, jess, None) == [True, True, True]
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    assert _seen_by(session, elsewhere, picture.id, builders.a_coordinator(session, elsewhere), None) == [False, False]
