"""The worker's rounds against a real mail server: each letter once, whatever fails, however many workers there are."""

import logging
import time
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from tests import builders
from tests.notices.postbox import Postbox, free_port, html_of, standing, text_of
from timebank import create_app
from timebank.commands import mailing, rounds
from timebank.ledger.models import Seal
from timebank.members.choices import Pace
from timebank.members.models import Membership
from timebank.notices import claims, outbox
from timebank.notices.claims import LEASE
from timebank.notices.models import Notice, NoticeKind, NoticeState
from timebank.notices.paces import PAUSES

NOON = builders.NOON


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def app(own_engine, own_url, tmp_path, port):
    """The application, whose letters go to the postbox."""
    settings = Settings(
        instance=tmp_path / "instance",
        production=False,
        database_url=own_url,
        address="https://hours.example.org",
        mail_server="127.0.0.1",
        mail_port=port,
        mail_starttls=False,
        mail_sender="letters@example.org",
    )
    return create_app(settings)


@pytest.fixture
def box(port):
    with standing(Postbox(), port) as box:
        yield box


@pytest.fixture
def people(own_engine):
    """Three members, by name."""
    with Session(own_engine, expire_on_commit=False) as session:
        timebank = builders.a_timebank(session)
        timebank.contact_hours = "weekdays 9 to 4"
        made = {
            name: builders.a_member(session, timebank, f"{name} Alder").id for name in ("Ana", "Ben", "Cléo", "Dora")
        }
        session.commit()
    return made


def tell(own_engine, membership_id, *keys, at=NOON, kind=NoticeKind.THANKS, **more):
    told = {"exchange_id": 1, "other": "Ben Birch", "title": "Bread & <b>butter</b>", "word": "Lovely.\nThank you!"}
    with Session(own_engine) as session:
        to = session.get_one(Membership, membership_id)
        for key in keys:
            outbox.tell(session, kind, to, key=key, at=at, **{**told, **more})
        session.commit()


def change(own_engine, membership_id, **to):
    with Session(own_engine) as session:
        membership = session.get_one(Membership, membership_id)
        for name, value in to.items():
            setattr(membership.person if name in ("email", "called", "language") else membership, name, value)
        session.commit()


def notices(own_engine):
    with Session(own_engine) as session:
        return session.scalars(select(Notice).order_by(Notice.id)).all()


def states(own_engine):
    return [notice.state for notice in notices(own_engine)]


def test_a_letter_is_sent_once_and_says_who_from_what_why_and_how_to_stop(own_engine, app, box, people):
    change(own_engine, people["Ana"], called="Annie")
    tell(own_engine, people["Ana"], "one")
    for _ in range(3):
        mailing.send_due(own_engine, app, at=NOON)

    (letter,) = box.letters
    assert states(own_engine) == [NoticeState.SENT]
    assert (str(letter["To"]), str(letter["From"])) == (
        "Ana Alder <ana@example.org>",
        "Riverside Timebank <letters@example.org>",
    )
    assert letter["Subject"] == "Ben Birch says thank you"
    assert letter["Date"].datetime == NOON
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "en-GB"
    stop = str(letter["List-Unsubscribe"]).strip("<>")
    assert stop.startswith("https://hours.example.org/letters/stop/")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for said in (
        "Dear Annie,\n\nBen Birch says thank you for “Bread & <b>butter</b>”.\n\n> Lovely.\n> Thank you!\n",
        "See the exchange:\nhttps://hours.example.org/riverside/exchanges/1\n",
        "Warm wishes,\nJess, Riverside Timebank\nTelephone 01632 960 123, weekdays 9 to 4\n",
        "This letter is for Ana Alder, number 1 of Riverside Timebank.\n",
        "\nYou get this letter because you helped someone.\n",
        f"No more such letters: {stop}\n",
        "How often you get letters, and which: https://hours.example.org/riverside/letters",
    ):
        assert said in text_of(letter)
    for said in (
        "<p>Dear Annie,</p>",
        "for “Bread &amp; &lt;b&gt;butter&lt;/b&gt;”.",
        "<p>Lovely.</p><p>Thank you!</p>",
        '<a href="https://hours.example.org/riverside/exchanges/1">See the exchange</a>',
        f'<a href="{stop}">',
    ):
        assert said in html_of(letter)


def test_two_who_share_an_e_mail_each_get_a_letter_with_their_name(own_engine, app, box, people):
    change(own_engine, people["Ben"], email="ana@example.org")
    tell(own_engine, people["Ana"], "one")
    tell(own_engine, people["Ben"], "two")
    mailing.send_due(own_engine, app, at=NOON)

    assert box.to() == ["ana@example.org"] * 2
    assert [text_of(letter).splitlines()[0] for letter in box.letters] == ["Dear Ana Alder,", "Dear Ben Alder,"]
    assert len({letter["Message-ID"] for letter in box.letters}) == 2


def test_a_digest_tells_all_that_waited_in_one_letter(own_engine, app, box, people):
    change(own_engine, people["Ana"], pace=Pace.DAILY)
    tell(own_engine, people["Ana"], "one", title="Bread")
    tell(own_engine, people["Ana"], "two", title="Jam", kind=NoticeKind.TO_CONFIRM, minutes=90, gave=True)
    mailing.send_due(own_engine, app, at=NOON)
    assert box.got == []
    mailing.send_due(own_engine, app, at=NOON + timedelta(days=1))

    (letter,) = box.letters
    assert letter["Subject"] == "Riverside Timebank: 2 things for you"
    text = text_of(letter)
    assert "2 things are new at Riverside Timebank." in text
    assert "* Ben Birch says thank you for “Bread”." in text
    assert "* Ben Birch logged that they gave you 1 hour 30 minutes: “Jam”. Is that right?" in text
    assert text.count("https://hours.example.org/riverside/exchanges/1") == 2
    assert "You get all that is new in one letter, as you chose." in text
    assert states(own_engine) == [NoticeState.SENT] * 2


def test_someone_who_asked_to_join_is_answered_at_the_address_they_gave(own_engine, app, box, people):
    with Session(own_engine) as session:
        timebank = session.get_one(Membership, people["Ana"]).timebank
        outbox.tell_address(
            session,
            NoticeKind.APPLICATION_DECLINED,
            timebank,
            "eve@example.org",
            key="application:1",
            at=NOON,
            name="Eve Elm",
            word="",
        )
        session.commit()
    mailing.send_due(own_engine, app, at=NOON)

    (letter,) = box.letters
    assert str(letter["To"]) == "Eve Elm <eve@example.org>"
    assert text_of(letter).startswith("Dear Eve Elm,\n\nThank you for asking to join Riverside Timebank.")
    assert "List-Unsubscribe" not in letter
    assert [(one.email, one.told) for one in notices(own_engine)] == [("", "{}")]


def test_a_refused_receiver_holds_up_nobody_and_is_given_up_in_the_end(own_engine, app, box, people):
    box.refuses = {"ana@example.org"}
    tell(own_engine, people["Ana"], "one")
    tell(own_engine, people["Ben"], "two")
    at = NOON
    for rests in (*PAUSES, timedelta()):
        mailing.send_due(own_engine, app, at=at)
        at += rests

    assert box.to() == ["ben@example.org"]
    assert states(own_engine) == [NoticeState.GIVEN_UP, NoticeState.SENT]
    assert notices(own_engine)[0].last_error == "550 no such mailbox"


def test_a_server_that_is_down_loses_nothing(own_engine, app, port, people, caplog):
    tell(own_engine, people["Ana"], "one")
    tell(own_engine, people["Ben"], "two")
    at, rests = NOON, []
    for _ in range(6):
        assert not mailing.send_due(own_engine, app, at=at).goes_on
        due = {notice.due_at for notice in notices(own_engine)}
        assert len(due) == 1
        rests.append(min(due) - at)
        at = min(due)
    assert rests == [*PAUSES[:4], timedelta(hours=2), timedelta(hours=2)]
    assert "cannot be reached, and 2 letters wait" in caplog.text

    with standing(Postbox(), port) as box:
        mailing.send_due(own_engine, app, at=at)
        assert sorted(box.to()) == ["ana@example.org", "ben@example.org"]
    assert states(own_engine) == [NoticeState.SENT] * 2


def test_a_letter_that_cannot_be_written_holds_up_nobody(own_engine, app, box, people, caplog):
    with Session(own_engine) as session:
        outbox.tell(session, NoticeKind.GIFT, session.get_one(Membership, people["Ana"]), key="bare", at=NOON)
        session.commit()
    tell(own_engine, people["Ben"], "two")
    mailing.send_due(own_engine, app, at=NOON)

    assert box.to() == ["ben@example.org"]
    assert states(own_engine) == [NoticeState.WAITING, NoticeState.SENT]
    assert "could not be written" in notices(own_engine)[0].last_error


def test_two_workers_at_once_send_each_letter_once_and_never_half_a_digest(own_engine, app, box, people):
    change(own_engine, people["Cléo"], pace=Pace.DAILY)
    change(own_engine, people["Dora"], pace=Pace.WEEKLY)
    for number in range(30):
        for name, membership_id in people.items():
            tell(own_engine, membership_id, f"{name}:{number}")
    together, at = Barrier(2), NOON + timedelta(days=30)

    def one_worker():
        together.wait()
        for _ in range(40):
            mailing.send_due(own_engine, app, at=at)

    workers = [Thread(target=one_worker) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for _ in range(3):
        mailing.send_due(own_engine, app, at=at + timedelta(days=8))

    assert set(states(own_engine)) == {NoticeState.SENT}
    assert len({letter["Message-ID"] for letter in box.letters}) == len(box.letters) == 62
    assert [subject for subject in box.subjects() if "things" in subject] == [
        "Riverside Timebank: 30 things for you"
    ] * 2


def test_a_worker_killed_before_it_handed_in_leaves_the_letter_for_the_next(own_engine, app, box, people):
    tell(own_engine, people["Ana"], "one")
    with Session(own_engine) as session:
        assert len(claims.claim(session, at=NOON).parcels) == 1
        session.commit()
    mailing.send_due(own_engine, app, at=NOON + LEASE - timedelta(seconds=1))
    assert box.got == []
    mailing.send_due(own_engine, app, at=NOON + LEASE)

    assert len(box.got) == 1


def test_a_worker_killed_after_it_handed_in_sends_the_same_message_again(own_engine, app, box, people, monkeypatch):
    class Killed(BaseException):
        pass

    def dies(*_told, **_more):
        raise Killed

    tell(own_engine, people["Ana"], "one")
    with monkeypatch.context() as patched:
        patched.setattr(claims, "sent", dies)
        with pytest.raises(Killed):
            mailing.send_due(own_engine, app, at=NOON)
    mailing.send_due(own_engine, app, at=NOON + LEASE)
    mailing.send_due(own_engine, app, at=NOON + 2 * LEASE)

    assert len(box.got) == 2
    assert len({letter["Message-ID"] for letter in box.letters}) == 1
    assert states(own_engine) == [NoticeState.SENT]


def test_the_chores_are_done_for_each_timebank_and_one_that_fails_stops_no_other(
    own_engine, people, monkeypatch, caplog
):
    with Session(own_engine) as session:
        builders.a_timebank(session, "hillside", "Hillside")
        session.commit()
    seen = []

    def fails(session, timebank, *, at):
        timebank.name = "half done"
        session.flush()
        raise RuntimeError(timebank.slug)

    def works(session, timebank, *, at):
        seen.append((timebank.slug, timebank.name, at))
        return 1

    monkeypatch.setattr(rounds, "CHORES", (fails, works))
    assert rounds.chores(own_engine, at=NOON) == 2
    assert seen == [("riverside", "Riverside Timebank", NOON), ("hillside", "Hillside", NOON)]
    assert caplog.text.count("it is tried again") == 2


def test_every_chore_of_the_house_can_be_done(own_engine, people):
    assert len(rounds.CHORES) == 3
    assert rounds.chores(own_engine, at=NOON) == 0


def test_an_idle_round_asks_the_database_one_question(own_engine, app, people):
    from tests.web.test_asking import asked

    with asked(own_engine) as statements:
        assert mailing.send_due(own_engine, app, at=NOON).decided == 0

    assert len([one for one in statements if "notice" in one]) == len(statements) == 1


def test_the_worker_sends_and_seals_until_it_is_stopped(own_engine, app, box, people):
    tell(own_engine, people["Ana"], "one", at=datetime.now(UTC))
    with Session(own_engine) as session:
        ana, ben = (session.get_one(Membership, people[name]) for name in ("Ana", "Ben"))
        jess = builders.a_coordinator(session, ana.timebank)
        builders.an_approved_exchange(session, ana, ben, approved_by=jess)
        session.commit()
    stop = Event()
    worker = Thread(target=rounds.work, args=(own_engine, app, stop))
    worker.start()
    ends = time.monotonic() + 20
    while not box.got and time.monotonic() < ends:
        time.sleep(0.05)
    stop.set()
    worker.join(timeout=20)

    assert not worker.is_alive()
    assert "ana@example.org" in box.to()
    with Session(own_engine) as session:
        assert len(session.scalars(select(Seal)).all()) == 1


def test_the_worker_goes_on_after_a_failure(own_engine, app, people, caplog):
    with own_engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE seal RENAME TO elsewhere")
        connection.exec_driver_sql("ALTER TABLE notice RENAME TO elsewhere_too")
    stop = Event()
    worker = Thread(target=rounds.work, args=(own_engine, app, stop))
    with caplog.at_level(logging.ERROR):
        worker.start()
        ends = time.monotonic() + 20
        while caplog.text.count("A round of work failed") < 2 and time.monotonic() < ends:
            time.sleep(0.05)

    assert worker.is_alive()
    stop.set()
    worker.join(timeout=20)
    assert not worker.is_alive()
    assert caplog.text.count("A round of work failed; it is tried again.") == 2
