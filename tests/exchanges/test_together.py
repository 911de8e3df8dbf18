"""Several exchanges written down at once: all of them or none, and how many at most."""

import pytest
from sqlalchemy import select

from tests.builders import NOON, TODAY
from timebank.exchanges import together
from timebank.exchanges.models import Exchange
from timebank.exchanges.telling import WrongTime
from timebank.hours import Hours
from timebank.refusals import Unacceptable


def record(session, ana, ben, jess, *times):
    """Jess writes down that Ana gave Ben each of these times."""
    shared = {"provider": ana, "receiver": ben, "served_on": TODAY, "title": "Digging"}
    rows = [together.Row(number=number, hours=Hours(minutes), **shared) for number, minutes in enumerate(times, 1)]
    together.record_together(session, rows, key="k", both_told=False, by=jess, at=NOON)


def test_where_one_row_is_refused_none_is_written(session, ana, ben, jess):
    with pytest.raises(WrongTime, match="at most 24 hours"):
        record(session, ana, ben, jess, 24 * 60, 25 * 60)

    assert session.scalars(select(Exchange)).all() == []


def test_twenty_are_written_down_at_once_and_not_one_more(session, ana, ben, jess):
    with pytest.raises(Unacceptable, match="Log at most 20 at once"):
        record(session, ana, ben, jess, *[60] * 21)
    assert session.scalars(select(Exchange)).all() == []

    record(session, ana, ben, jess, *[60] * 20)
    assert len(session.scalars(select(Exchange)).all()) == 20
