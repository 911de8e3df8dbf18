"""The worker as a machine's timetable calls it, over a community with one of everything and every kind of letter."""

import email
import email.policy
import logging
from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.community import lay
from tests.web.test_written import TOLD
from timebank.care import standing
from timebank.commands import main
from timebank.exchanges.models import Exchange
from timebank.exchanges.taking import is_silent
from timebank.listings.models import Listing
from timebank.members.choices import Pace
from timebank.members.models import Membership, MembershipStatus
from timebank.notices.models import Notice, NoticeKind, NoticeState

NOON = builders.NOON


@pytest.fixture
def community(own_engine):
    """Exchanges in every state, a board, letters of every kind; one is away, and silence says yes after 20 days."""
    with Session(own_engine) as session:
        people = lay(session).people
        ana, jess = people["member"], people["coordinator"]
        ana.timebank.silence_days = 20
        dora = builders.a_member(session, ana.timebank, "Dora Dale")
        builders.an_approved_exchange(session, ana, dora, approved_by=jess)
        standing.pause(session, dora, until=(NOON + timedelta(days=5)).date(), by=dora, at=NOON)
        jess.pace = Pace.DAILY
        for to in (ana, jess):
            for kind, values, _sentence in TOLD:
                builders.told(session, to, kind, **values)
        session.execute(update(Listing).values(expires_on=(NOON + timedelta(days=25)).date()))
        session.commit()


@pytest.fixture
def worker(own_url, tmp_path, monkeypatch):
    """A function that runs one round of the worker so many days later, and answers with what it said."""
    told = {"INSTANCE": str(tmp_path), "DATABASE_URL": own_url, "PRODUCTION": "false", "MAIL_FOLDER": "letters"}

    def one_round(days):
        with time_machine.travel(NOON + timedelta(days=days)):
            answer = CliRunner().invoke(main, ["worker", "--once"], env={f"TIMEBANK_{k}": v for k, v in told.items()})
        assert answer.exit_code == 0, answer.output
        return answer.output

    return one_round


def test_two_rounds_over_a_whole_community_fail_nowhere(own_engine, community, worker, tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        said = worker(18), worker(30)

    assert caplog.text == ""
    assert [one.splitlines()[0] for one in said] == ["One seal was made.", "0 seals were made."]
    with Session(own_engine) as session:
        notices = session.scalars(select(Notice)).all()
        assert NoticeState.WAITING not in {notice.state for notice in notices}
        assert {notice.kind for notice in notices if notice.state == NoticeState.SENT} == set(NoticeKind)
        assert [notice.state for notice in notices if notice.last_error] == [NoticeState.GIVEN_UP]  # since before
        assert any(is_silent(exchange) for exchange in session.scalars(select(Exchange)))
        away = select(Membership).where(Membership.status == MembershipStatus.PAUSED)
        assert session.scalars(away).all() == []
        assert len([notice for notice in notices if ":renewal:" in notice.key]) == 2


def test_who_chose_a_digest_gets_one_and_the_others_a_letter_for_each_thing(community, worker, tmp_path):
    worker(18)
    files = (tmp_path / "letters").iterdir()
    letters = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
    to = {name: [one["Subject"] for one in letters if f"{name}@" in one["To"]] for name in ("ana", "jess")}

    assert len(to["ana"]) >= len(TOLD)
    assert [one for one in to["ana"] if "things for you" in one] == []
    (digest,) = to["jess"]
    assert digest.startswith("Riverside Timebank: ")
    assert digest.endswith(" things for you")
