"""The outbox: what is told once, what coordinators tell by phone, and what could not be sent."""

import pytest
from sqlalchemy import select

from tests import builders
from timebank.members.choices import Pace
from timebank.members.models import AuditLine
from timebank.notices import claims, outbox, wishes
from timebank.notices.models import LetterStop, Notice, NoticeKind, NoticeState
from timebank.notices.outbox import ToldBefore
from timebank.refusals import NotAllowed, NotFound

NOON = builders.NOON


def tell(session, to, key="one", kind=NoticeKind.THANKS):
    outbox.tell(session, kind, to, key=key, at=NOON, exchange_id=1, other="Ben", title="Bread", word="")


def notices(session):
    session.expire_all()
    return session.scalars(select(Notice).order_by(Notice.id)).all()


@pytest.fixture
def to_call(session, ana):
    """Something that Ana wants to be told by phone."""
    ana.pace = Pace.BY_PHONE
    tell(session, ana)
    claims.claim(session, at=NOON)
    (notice,) = notices(session)
    return notice


@pytest.fixture
def given_up(session, ana):
    """A letter to Ana that could not be sent."""
    tell(session, ana)
    (notice,) = notices(session)
    notice.state, notice.tries, notice.last_error = NoticeState.GIVEN_UP, 7, "550 no such mailbox"
    session.flush()
    return notice


def test_what_was_told_under_a_key_is_told_once_in_a_timebank_and_apart_in_another(session, ana):
    elsewhere = builders.a_member(session, builders.a_timebank(session, "hillside"), "Sol Spruce")
    for to in (ana, ana, elsewhere):
        tell(session, to)

    assert [notice.membership_id for notice in notices(session)] == [ana.id, elsewhere.id]


def test_a_coordinator_sees_whom_to_call_and_says_so_once_they_have(session, timebank, ana, jess, to_call):
    assert outbox.to_tell_by_phone(session, timebank, limit=20, offset=0) == ([to_call], 1)

    outbox.told_by_phone(session, to_call.id, by=jess, at=NOON)
    assert outbox.to_tell_by_phone(session, timebank, limit=20, offset=0) == ([], 0)
    assert (to_call.state, to_call.sent_at, to_call.told) == (NoticeState.SENT, NOON, "{}")
    line = session.scalars(select(AuditLine)).one()
    assert (line.about_id, line.deed, line.by_id, line.told) == (
        ana.id,
        "told by phone",
        jess.person_id,
        '{"what": "thanks"}',
    )


def test_nobody_is_told_twice(session, jess, to_call):
    outbox.told_by_phone(session, to_call.id, by=jess, at=NOON)

    with pytest.raises(ToldBefore):
        outbox.told_by_phone(session, to_call.id, by=jess, at=NOON)


def test_members_and_coordinators_of_another_timebank_tell_nobody_here(session, ben, to_call):
    otto = builders.a_coordinator(session, builders.a_timebank(session, "hillside"), "Otto Oak")

    with pytest.raises(NotAllowed):
        outbox.told_by_phone(session, to_call.id, by=ben, at=NOON)
    with pytest.raises(NotFound):
        outbox.told_by_phone(session, to_call.id, by=otto, at=NOON)
    with pytest.raises(NotAllowed):
        outbox.try_all_again(session, by=ben, at=NOON)
    assert outbox.try_all_again(session, by=otto, at=NOON) == 0


def test_a_letter_that_was_given_up_is_tried_again_at_once_also_for_who_reads_digests(
    session, timebank, ana, jess, given_up
):
    ana.pace = Pace.WEEKLY
    assert outbox.given_up(session, timebank, limit=20, offset=0) == ([given_up], 1)

    outbox.try_again(session, given_up.id, by=jess, at=NOON)
    assert outbox.given_up(session, timebank, limit=20, offset=0) == ([], 0)
    assert [parcel.ids for parcel in claims.claim(session, at=NOON).parcels] == [[given_up.id]]
    with pytest.raises(ToldBefore):
        outbox.try_again(session, given_up.id, by=jess, at=NOON)


def test_all_letters_that_were_given_up_are_tried_again(session, jess, given_up):
    assert outbox.try_all_again(session, by=jess, at=NOON) == 1
    assert notices(session)[0].state == NoticeState.WAITING


def test_what_could_not_be_sent_may_be_told_by_phone(session, jess, given_up):
    outbox.told_by_phone(session, given_up.id, by=jess, at=NOON)

    assert notices(session)[0].state == NoticeState.SENT


def test_how_the_letters_of_a_timebank_stand(session, timebank, ana, ben):
    tell(session, ana)
    tell(session, ben, "two")
    assert outbox.sending(session, timebank) == outbox.Sending(2, 0, None, "")

    (parcel, _other) = claims.claim(session, at=NOON).parcels
    claims.unreachable(session, parcel.ids, "Connection refused", at=NOON)
    assert outbox.sending(session, timebank) == outbox.Sending(2, 1, NOON, "Connection refused")


def test_a_member_chooses_how_often_and_which(session, ana):
    asked = (NoticeKind.THANKS, NoticeKind.MATCH)
    wishes.choose(session, ana, pace=Pace.DAILY, asked=asked, wanted={NoticeKind.THANKS}, by=ana, at=NOON)

    assert (ana.pace, wishes.stopped_by(session, ana)) == (Pace.DAILY, {NoticeKind.MATCH})
    wishes.choose(session, ana, pace=Pace.DAILY, asked=asked, wanted=set(asked), by=ana, at=NOON)
    assert wishes.stopped_by(session, ana) == set()
    assert session.scalars(select(AuditLine)).all() == []


def test_what_was_not_asked_about_stays_declined_and_what_must_be_told_cannot_be(session, ana):
    wishes.stop(session, ana.id, NoticeKind.APPLICATION)
    asked = (NoticeKind.THANKS, NoticeKind.TERMS)
    wishes.choose(session, ana, pace=Pace.AT_ONCE, asked=asked, wanted=set(), by=ana, at=NOON)

    assert set(session.scalars(select(LetterStop.kind))) == {NoticeKind.APPLICATION, NoticeKind.THANKS}


def test_a_coordinator_chooses_for_a_member_and_it_is_written_down(session, timebank, ana, ben, jess):
    wishes.choose(session, ana, pace=Pace.BY_PHONE, asked=(), wanted=(), by=jess, at=NOON)

    line = session.scalars(select(AuditLine)).one()
    assert (line.about_id, line.deed, line.told) == (ana.id, "page changed", '{"what": "letters", "pace": "by phone"}')
    with pytest.raises(NotAllowed):
        wishes.choose(session, ana, pace=Pace.NEVER, asked=(), wanted=(), by=ben, at=NOON)
    otto = builders.a_coordinator(session, builders.a_timebank(session, "hillside"), "Otto Oak")
    with pytest.raises(NotFound):
        wishes.choose(session, ana, pace=Pace.NEVER, asked=(), wanted=(), by=otto, at=NOON)
    assert ana.pace == Pace.BY_PHONE
