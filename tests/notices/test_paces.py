"""When digests leave, where the timebank is, and how the pauses between tries grow."""

from datetime import UTC, datetime, timedelta

import pytest

from timebank.members.choices import Pace
from timebank.notices.paces import PAUSES, digest_at, pause


@pytest.mark.parametrize(
    ("pace", "moment", "leaves"),
    [
        (Pace.DAILY, datetime(2026, 6, 10, 6, 59, tzinfo=UTC), datetime(2026, 6, 10, 7, 0, tzinfo=UTC)),
        (Pace.DAILY, datetime(2026, 6, 10, 7, 0, tzinfo=UTC), datetime(2026, 6, 10, 7, 0, tzinfo=UTC)),
        (Pace.DAILY, datetime(2026, 6, 10, 7, 1, tzinfo=UTC), datetime(2026, 6, 11, 7, 0, tzinfo=UTC)),
        (Pace.DAILY, datetime(2026, 12, 10, 7, 30, tzinfo=UTC), datetime(2026, 12, 10, 8, 0, tzinfo=UTC)),
        (Pace.WEEKLY, datetime(2026, 6, 10, 12, 0, tzinfo=UTC), datetime(2026, 6, 15, 7, 0, tzinfo=UTC)),
        (Pace.WEEKLY, datetime(2026, 6, 15, 7, 0, tzinfo=UTC), datetime(2026, 6, 15, 7, 0, tzinfo=UTC)),
        (Pace.WEEKLY, datetime(2026, 6, 15, 7, 1, tzinfo=UTC), datetime(2026, 6, 22, 7, 0, tzinfo=UTC)),
    ],
)
def test_digests_leave_at_eight_where_the_timebank_is(pace, moment, leaves):
    assert digest_at(pace, "Europe/London", moment) == leaves


def test_eight_in_the_morning_is_another_moment_elsewhere():
    assert digest_at(Pace.DAILY, "Pacific/Auckland", datetime(2026, 6, 10, 12, tzinfo=UTC)) == datetime(
        2026, 6, 10, 20, tzinfo=UTC
    )


def test_pauses_grow_and_then_the_letter_is_given_up():
    pauses = [pause(tries) for tries in range(1, 8)]

    assert pauses[:-1] == list(PAUSES)
    assert pauses[:-1] == sorted(set(PAUSES))
    assert pauses[-1] is None
    assert sum(PAUSES, timedelta()) > timedelta(days=1)
