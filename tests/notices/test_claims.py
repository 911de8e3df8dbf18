"""Which letters leave now: each is claimed once, digests gather what waits, and what fails comes back later."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests import builders
from tests.web.test_asking import asked
from timebank.members.choices import Pace
from timebank.notices import claims, outbox, wishes
from timebank.notices.claims import LEASE
from timebank.notices.models import Notice, NoticeKind, NoticeState
from timebank.notices.paces import PAUSES

NOON = builders.NOON
DIGEST = datetime(2026, 6, 11, 7, 0, tzinfo=UTC)
MONDAY = datetime(2026, 6, 15, 7, 0, tzinfo=UTC)


def tell(session, to, key="one", *, at=NOON, kind=NoticeKind.THANKS):
    outbox.tell(session, kind, to, key=key, at=at, exchange_id=1, other="Ben", title="Bread", word="")


def claimed(session, at):
    return [sorted(parcel.ids) for parcel in claims.claim(session, at=at).parcels]


def notices(session):
    session.expire_all()
    return session.scalars(select(Notice).order_by(Notice.id)).all()


def test_what_was_claimed_is_nobody_elses_until_the_claim_runs_out(session, ana):
    tell(session, ana)
    (notice,) = notices(session)

    assert claims.anything_due(session, at=NOON)
    assert claimed(session, NOON) == [[notice.id]]
    assert claimed(session, NOON + LEASE - timedelta(seconds=1)) == []
    assert not claims.anything_due(session, at=NOON + LEASE - timedelta(seconds=1))
    assert claimed(session, NOON + LEASE) == [[notice.id]]


def test_what_was_sent_is_never_claimed_again_and_what_it_told_is_gone(session, ana):
    tell(session, ana)
    (notice,) = notices(session)
    claimed(session, NOON)
    claims.sent(session, [notice.id], at=NOON)

    (notice,) = notices(session)
    assert (notice.state, notice.sent_at, notice.told) == (NoticeState.SENT, NOON, "{}")
    assert claimed(session, NOON + timedelta(days=30)) == []
    tell(session, ana)
    assert len(notices(session)) == 1


def test_what_is_due_later_waits(session, ana):
    tell(session, ana, at=NOON + timedelta(hours=1))

    assert claimed(session, NOON + timedelta(minutes=59)) == []
    assert len(claimed(session, NOON + timedelta(hours=1))) == 1


@pytest.mark.parametrize(("pace", "leaves"), [(Pace.DAILY, DIGEST), (Pace.WEEKLY, MONDAY)])
def test_a_digest_gathers_all_that_waits_and_leaves_at_its_hour(session, ana, pace, leaves):
    ana.pace = pace
    for number in range(3):
        tell(session, ana, f"{number}", at=NOON + timedelta(minutes=number))
        assert claimed(session, NOON + timedelta(minutes=number)) == []
    tell(session, ana, "just before", at=leaves - timedelta(seconds=1))

    assert claimed(session, leaves - timedelta(seconds=1)) == []
    assert claimed(session, leaves) == [[notice.id for notice in notices(session)]]


def test_what_comes_after_the_digest_waits_for_the_next(session, ana):
    ana.pace = Pace.DAILY
    tell(session, ana, at=DIGEST + timedelta(seconds=1))

    assert claimed(session, DIGEST + timedelta(hours=3)) == []
    assert len(claimed(session, DIGEST + timedelta(days=1))) == 1


def test_what_waits_follows_a_new_pace(session, ana):
    ana.pace = Pace.WEEKLY
    tell(session, ana)
    assert claimed(session, NOON) == []

    wishes.set_pace(session, ana, Pace.DAILY, at=NOON)
    assert claimed(session, NOON) == []
    assert notices(session)[0].due_at == DIGEST
    wishes.set_pace(session, ana, Pace.AT_ONCE, at=NOON)
    assert len(claimed(session, NOON)) == 1


def test_what_was_to_be_told_by_phone_is_written_once_they_want_letters(session, ana):
    ana.pace = Pace.BY_PHONE
    tell(session, ana)
    assert claimed(session, NOON) == []
    assert notices(session)[0].state == NoticeState.PHONE

    wishes.set_pace(session, ana, Pace.AT_ONCE, at=NOON)
    assert len(claimed(session, NOON)) == 1


def test_what_nobody_wants_to_read_is_dropped_with_what_it_told(session, ana):
    wishes.stop(session, ana.id, NoticeKind.THANKS)
    tell(session, ana)

    assert claims.claim(session, at=NOON).decided == 1
    assert [(one.state, one.told) for one in notices(session)] == [(NoticeState.DROPPED, "{}")]


def test_a_refused_letter_is_tried_again_after_growing_pauses_and_then_given_up(session, ana):
    tell(session, ana)
    (notice,), at, rests = notices(session), NOON, []
    for _ in range(len(PAUSES)):
        assert claimed(session, at) == [[notice.id]]
        claims.refused(session, [notice.id], "550 no such\nmailbox", at=at)
        (notice,) = notices(session)
        rests.append(notice.due_at - at)
        assert claimed(session, notice.due_at - timedelta(seconds=1)) == []
        at = notice.due_at
    assert rests == list(PAUSES)
    assert claimed(session, at) == [[notice.id]]
    claims.refused(session, [notice.id], "550 no such\nmailbox", at=at)

    (notice,) = notices(session)
    assert (notice.state, notice.last_error) == (NoticeState.GIVEN_UP, "550 no such mailbox")
    assert "Bread" in notice.told
    assert claimed(session, at + timedelta(days=30)) == []


def test_while_no_server_answers_nothing_is_given_up_and_nobody_waits_for_more_than_two_hours(session, ana):
    tell(session, ana)
    (notice,), at, rests = notices(session), NOON, []
    for _ in range(50):
        assert claimed(session, at) == [[notice.id]]
        claims.unreachable(session, [notice.id], "Connection refused", at=at)
        (notice,) = notices(session)
        rests.append(notice.due_at - at)
        at = notice.due_at

    assert rests[:4] == list(PAUSES[:4])
    assert set(rests[4:]) == {timedelta(hours=2)}
    assert at - NOON > timedelta(days=3)
    assert notice.state == NoticeState.WAITING


def test_a_digest_that_was_refused_does_not_wait_for_the_next_day(session, ana):
    ana.pace = Pace.DAILY
    tell(session, ana)
    claimed(session, NOON)
    (ids,) = claimed(session, DIGEST)
    claims.refused(session, ids, "451 later", at=DIGEST)

    assert claimed(session, DIGEST + PAUSES[0]) == [ids]


def test_what_a_worker_has_not_come_to_is_free_again(session, ana):
    tell(session, ana)
    (ids,) = claimed(session, NOON)
    claims.put_back(session, ids, at=NOON)

    assert [one.tries for one in notices(session)] == [0]
    assert claimed(session, NOON) == [ids]


def test_a_claim_asks_the_database_as_often_for_twenty_people_as_for_two(session, timebank):
    def questions(number, first):
        for one in range(first, first + number):
            tell(session, builders.a_member(session, timebank, f"Ana{one} Alder"), f"{one}")
        session.flush()
        session.expunge_all()
        with asked(session.connection()) as statements:
            made = claims.claim(session, at=NOON)
            assert [parcel.to.name for parcel in made.parcels]
        return len(statements)

    assert questions(2, 0) == questions(20, 10)
