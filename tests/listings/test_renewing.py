"""What is about to leave the board: its owner is told once, fourteen days before, and one step keeps it there."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import NOON, TODAY, a_listing
from timebank.listings import board
from timebank.listings.board import TakenDown
from timebank.listings.renewing import remind
from timebank.members.models import MembershipStatus
from timebank.notices.models import Notice, NoticeKind


@pytest.fixture
def timebank(timebank):
    timebank.listing_days = 180
    return timebank


def after(days):
    return NOON + timedelta(days=days)


def notices(session):
    return session.scalars(select(Notice).where(Notice.kind == NoticeKind.RENEWAL).order_by(Notice.id)).all()


@pytest.mark.parametrize(("days", "told"), [(165, 0), (166, 1), (180, 1), (181, 0)])
def test_the_owner_is_told_in_the_last_fourteen_days(session, timebank, ana, days, told):
    a_listing(session, ana)

    assert remind(session, timebank, at=after(days)) == told


def test_it_is_told_once_each_time_and_says_what_and_until_when(session, timebank, ana):
    listing = a_listing(session, ana)

    assert [remind(session, timebank, at=after(day)) for day in (166, 166, 170, 180)] == [1, 0, 0, 0]
    notice = notices(session)[0]
    last_day = (TODAY + timedelta(days=180)).isoformat()
    assert json.loads(notice.told) == {"listing_id": listing.id, "title": "A lift to the clinic", "last_day": last_day}
    assert notice.membership_id == ana.id
    board.renew(session, listing.id, by=ana, at=after(170))
    assert remind(session, timebank, at=after(171)) == 0
    assert remind(session, timebank, at=after(170 + 166)) == 1


def test_what_is_off_the_board_or_ends_anyway_is_not_asked_about(session, timebank, ana, ben):
    closed = a_listing(session, ana)
    board.close(session, closed.id, by=ana, at=NOON)
    a_listing(session, ana, "Ends", ends_on=TODAY + timedelta(days=170))
    a_listing(session, ana, "Ends that very day", ends_on=TODAY + timedelta(days=180))
    a_listing(session, ben, "Away")
    ben.status = MembershipStatus.PAUSED
    session.flush()

    assert remind(session, timebank, at=after(169)) == 0


def test_where_listings_stand_for_days_only_they_are_not_asked_about_at_once(session, timebank, ana):
    timebank.listing_days = 10
    a_listing(session, ana)

    assert [remind(session, timebank, at=after(day)) for day in (0, 4, 5)] == [0, 0, 1]


def test_what_came_before_days_were_counted_is_given_a_last_day(session, timebank, ana):
    listing = a_listing(session, ana)
    listing.expires_on = None
    session.flush()

    assert remind(session, timebank, at=after(400)) == 0
    session.refresh(listing)
    assert listing.expires_on == TODAY + timedelta(days=580)


def test_what_is_renewed_stands_for_as_long_again(session, timebank, ana):
    listing = a_listing(session, ana)
    board.renew(session, listing.id, by=ana, at=after(200))

    assert listing.expires_on == TODAY + timedelta(days=380)
    assert board.stands(listing, TODAY + timedelta(days=380))
    assert not board.stands(listing, TODAY + timedelta(days=381))


def test_what_a_coordinator_took_down_is_put_back_by_a_coordinator_only(session, timebank, ana, jess):
    listing = a_listing(session, ana)
    board.take_down(session, listing.id, word="It sells something.", by=jess, at=NOON)

    with pytest.raises(TakenDown):
        board.renew(session, listing.id, by=ana, at=NOON)
    assert not board.stands(listing, TODAY)
    board.renew(session, listing.id, by=jess, at=NOON)
    assert (board.stands(listing, TODAY), listing.taken_down_word) == (True, "")
