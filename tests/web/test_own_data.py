"""The file of all that is kept of someone: what is in it, what is not, and who makes it."""

import io
import json
from zipfile import ZipFile

import pytest
from sqlalchemy import event, select

from tests.builders import NOON, a_funder, a_listing, a_picture_file, a_timebank, an_approved_exchange
from timebank.care.models import SafeguardingNote, Vetting, VettingKind
from timebank.exchanges import concerns, thanking
from timebank.exchanges.models import Concern, Exchange, Message
from timebank.exchanges.thanking import Said
from timebank.members import pictures, profiles
from timebank.members.models import AuditLine
from timebank.notices import outbox
from timebank.notices.models import NoticeKind

MINE = "/riverside/me/data"


def file_of(visitor, path=MINE):
    """The ZIP that a press of the button makes."""
    token = visitor.token(path)
    answer = visitor.client.post(path, data={"csrf_token": token})
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return ZipFile(io.BytesIO(answer.data))


@pytest.fixture
def whole(session, timebank, ana, ben, jess):
    exchange = an_approved_exchange(session, ana, ben, approved_by=jess, title="=1+1", hours="2:00")
    a_listing(session, ana, description="I drive on Tuesdays")
    session.add_all(
        [
            Message(exchange_id=exchange.id, membership_id=ben.id, key="1", text="See you on Friday", at=NOON),
            Vetting(membership_id=ana.id, kind=VettingKind.REFERENCE, note="Spoke well", seen_on=NOON.date(), at=NOON),
            SafeguardingNote(membership_id=ana.id, text="A secret of the lead", at=NOON),
            Concern(timebank_id=timebank.id, by_id=ben.id, about_id=ana.id, text="A word in confidence", at=NOON),
        ]
    )
    ben.person.phone = "01632 960 999"
    profiles.show_picture(session, ana, pictures.draw(a_picture_file()), by=ana, at=NOON)
    session.flush()
    return ana


def test_everything_is_in_it_as_figures_and_words(as_, whole):
    files = file_of(as_(whole))
    data = json.loads(files.read("all.json"))

    assert (data["person"][0]["name"], data["person"][0]["email"]) == ("Ana Alder", "ana@example.org")
    assert data["membership"][0]["number"] == 1
    exchange = data["exchanges"][0]
    assert (exchange["who_gave"], exchange["who_received"], exchange["minutes"]) == ("Ana Alder", "Ben Birch", 120)
    assert [step["step"] for step in data["exchange_history"]] == ["record", "confirm", "approve"]
    assert [(one["from"], one["to"], one["minutes"]) for one in data["hours_that_moved"]] == [
        ("Ben Birch", "Ana Alder", 120)
    ]
    assert data["messages"][0]["text"] == "See you on Friday"
    assert data["listings"][0]["description"] == "I drive on Tuesdays"
    assert data["vetting"][0]["note"] == "Spoke well"
    assert {"README.txt", "exchanges.csv", "hours_that_moved.csv", "vetting.csv"} <= set(files.namelist())
    assert [name for name in files.namelist() if name.startswith("pictures/")]
    assert "What Riverside Timebank keeps of Ana Alder, number 1" in files.read("README.txt").decode()


def test_it_holds_neither_how_to_reach_others_nor_what_protects_them_and_runs_nothing(as_, whole):
    files = file_of(as_(whole))
    everything = b"".join(files.read(name) for name in files.namelist()).decode(errors="replace")

    for secret in ("01632 960 999", "ben@example.org", "A secret of the lead", "A word in confidence", "argon2"):
        assert secret not in everything
    assert "'=1+1" in files.read("exchanges.csv").decode()


def test_how_it_was_for_the_other_one_is_not_in_it(as_, session, whole, ben):
    exchange = session.scalars(select(Exchange)).one()
    thanking.thank(session, exchange.id, Said(word="Lovely.", may_quote=True, satisfaction=2), by=ben, at=NOON)
    thanking.thank(session, exchange.id, Said(satisfaction=4), by=whole, at=NOON)
    thanks = json.loads(file_of(as_(whole)).read("all.json"))["thanks"]

    told = [(one["by"], one["word"], one["may_quote"], one["satisfaction"]) for one in thanks]
    assert sorted(told) == [("Ana Alder", "", False, 4), ("Ben Birch", "Lovely.", None, None)]


def test_what_was_said_in_confidence_is_in_no_file_that_a_coordinator_makes(as_, session, whole, jess):
    exchange = session.scalars(select(Exchange)).one()
    concerns.about_member(session, jess.id, "Jess was rude to me", by=whole, at=NOON)
    message = {"exchange_id": exchange.id, "other": "Ben Birch", "title": "", "text": "My door code"}
    outbox.tell(session, NoticeKind.MESSAGE, whole, key="m", at=NOON, **message)
    own = file_of(as_(whole)).read("all.json").decode()
    made = file_of(as_(jess), f"/riverside/people/{whole.id}/data").read("all.json").decode()

    for secret in ("See you on Friday", "Jess was rude to me", "My door code"):
        assert secret in own
        assert secret not in made


def test_a_coordinator_makes_it_for_a_member_and_the_log_says_so(as_, session, whole, jess):
    path = f"/riverside/people/{whole.id}/data"
    assert "The audit log says that you made it." in as_(jess).get(path).words
    assert "all.json" in file_of(as_(jess), path).namelist()

    line = session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert (line.deed, line.about_id, line.by_id) == ("data given", whole.id, jess.person_id)


def test_everyone_who_is_known_here_gets_theirs_and_nobody_else_does(as_, session, timebank, ana):
    fay = a_funder(session, timebank)
    assert json.loads(file_of(as_(fay)).read("all.json"))["person"][0]["name"] == "Fay Fir"
    a_timebank(session, "hillside", "Hillside Timebank")
    as_(ana).get("/hillside/me/data", 404)


def test_without_a_token_there_is_no_file(as_, ana):
    page = as_(ana).post(MINE, {"csrf_token": "old"}, 422)
    assert page.response.mimetype == "text/html"


def test_however_much_there_is_the_database_is_asked_as_often(as_, session, whole, ben, jess):
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    visitor = as_(whole)
    file_of(visitor)
    few, _ = len(asked), asked.clear()
    for _number in range(10):
        an_approved_exchange(session, whole, ben, approved_by=jess, hours="0:05")
    session.commit()
    asked.clear()
    file_of(visitor)
    assert 20 < len(asked) <= few
