"""A letter to several, and a spreadsheet of people: whom they are about, whom a letter reaches, and each told once."""

import csv
import io
import json

import pytest
from sqlalchemy import func, select

from tests.builders import NOON, a_coordinator, a_member, a_timebank, an_approved_exchange, an_organisation
from timebank.care import writing
from timebank.members.audit_log import Deed
from timebank.members.choices import Pace
from timebank.members.models import AuditLine, MembershipStatus
from timebank.members.page import Profile
from timebank.notices.models import LetterStop, Notice, NoticeKind
from timebank.refusals import NotAllowed

LETTER = "/riverside/people/letter"
CSV = "/riverside/people/people.csv"
WORDS = {"subject": "Summer tea", "text": "Come on Friday at three.\nThere is cake."}


def notices(session):
    session.expire_all()
    return session.scalars(select(Notice).order_by(Notice.id)).all()


def test_whom_a_letter_reaches_is_told_before_it_is_written(as_, session, timebank, ana, ben, jess):
    cleo, dan, eve, gil = (
        a_member(session, timebank, name, email=email)
        for name, email in [("Cleo Cedar", ""), ("Dan Dogwood", None), ("Eve Elm", None), ("Gil Gorse", None)]
    )
    ben.pace, dan.pace, gil.status = Pace.BY_PHONE, Pace.NEVER, MembershipStatus.LEFT
    session.add(LetterStop(membership_id=eve.id, kind=NoticeKind.BULK))
    an_organisation(session, timebank)
    page = as_(jess).get(f"{LETTER}?everyone=y")

    assert "Write to 3 people" in page.words
    assert "2 people get it by e-mail. One is told by phone: Ben Birch." in page.words
    assert "One has no e-mail, so call or bring it on paper: Cleo Cedar." in page.words
    assert "2 want no such letters." in page.words
    assert "2 are organisations, have left or are suspended, and are not written to." in page.words
    assert cleo.person.email is None


def test_a_letter_is_looked_over_first_and_then_each_is_told_once(as_, session, timebank, ana, ben, jess):
    visitor, path = as_(jess), f"{LETTER}?ids={ana.id}&ids={ben.id}"
    page = visitor.post(path, WORDS, 200)
    assert "Write to 2 people? Nothing is done yet." in page.words
    assert "Summer tea: Come on Friday at three." in page.words
    assert notices(session) == []

    told = {**WORDS, "sure": "yes", "key": "tea"}
    first, second = visitor.post(path, told), visitor.post(path, told)
    assert first.response.location == second.response.location == "/riverside/people"
    made = notices(session)
    assert [(one.kind, one.membership_id, json.loads(one.told)) for one in made] == [
        (NoticeKind.BULK, one.id, WORDS) for one in (ana, ben)
    ]
    assert made[0].key == f"{timebank.id}:bulk:{jess.person_id}:tea:{ana.id}"
    assert "Your letter is on its way to 2 people." in visitor.get("/riverside/people").words
    [line] = session.scalars(select(AuditLine)).all()
    assert (line.deed, line.by_id, json.loads(line.told)) == (
        Deed.LETTER_SENT.value,
        jess.person_id,
        {"number": 2, "subject": "Summer tea"},
    )


def test_all_that_a_search_fits_are_meant_whatever_is_ticked(as_, session, timebank, ana, ben, jess):
    page = as_(jess).get(f"{LETTER}?everyone=y&q=alder&ids={ben.id}&page=7")

    assert "Write to one person" in page.words
    as_(jess).post(f"{LETTER}?everyone=y&q=alder&ids={ben.id}", {**WORDS, "sure": "yes"})
    assert [one.membership_id for one in notices(session)] == [ana.id]


@pytest.mark.parametrize(
    "query", ["", "ids=", "ids=x", "ids=999999", "ids=99999999999999", "ids=-1", "everyone=y&q=zz"]
)
def test_where_nobody_is_meant_nobody_is_written_to(as_, session, timebank, ana, jess, query):
    visitor = as_(jess)

    assert "This would reach nobody." in visitor.get(f"{LETTER}?{query}").words
    page = visitor.post(f"{LETTER}?{query}", {**WORDS, "sure": "yes"}, 422)
    assert "This letter would reach nobody." in page.words
    assert notices(session) == []


def test_nobody_of_another_timebank_is_written_to(as_, session, timebank, ana, jess):
    stranger = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol Spruce")

    assert "This would reach nobody." in as_(jess).get(f"{LETTER}?ids={stranger.id}").words
    with pytest.raises(NotAllowed):
        writing.write_to(session, [stranger], **WORDS, key="k", by=jess, at=NOON)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"subject": ""}, "Say what it is about, in a few words"),
        ({"subject": "x" * 121}, "Use at most 120 letters."),
        ({"text": " \n "}, "Write the letter"),
        ({"text": "x" * 10_000}, "Use at most 5000 letters."),
    ],
)
def test_a_wrong_letter_is_told_at_its_field_and_kept(as_, session, timebank, ana, jess, wrong, said):
    page = as_(jess).post(f"{LETTER}?ids={ana.id}", {**WORDS, **wrong, "sure": "yes"}, 422)

    assert said in page.words
    assert "Summer tea" in page.response.get_data(as_text=True) or "There is cake." in page.words
    assert notices(session) == []


def test_only_coordinators_write_to_members(as_, session, timebank, ana):
    as_(ana).get(LETTER, 403)
    as_(ana).get(CSV, 403)


def test_a_letter_to_many_takes_no_more_questions_than_one_to_few(session, timebank, ana, jess):
    from tests.web.test_asking import asked

    people = [a_member(session, timebank, f"Neighbour {number}") for number in range(60)]
    session.flush()
    counts = []
    for key, few in (("few", people[:2]), ("many", people)):
        with asked(session.connection()) as statements:
            writing.write_to(session, few, **WORDS, key=key, by=jess, at=NOON)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert session.scalar(select(func.count()).select_from(Notice)) == 62


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_a_spreadsheet_tells_of_each_how_to_reach_them_and_what_they_gave(as_, session, timebank, ana, ben, jess):
    an_approved_exchange(session, ana, ben, hours="1:30", approved_by=jess)
    ana.person.phone = "+44 1632 960 777"
    session.add(Profile(membership_id=ana.id, district="Old Town"))
    answer = as_(jess).client.get(f"{CSV}?ids={ana.id},{ben.id}")

    header, first, second = rows_of(answer)
    assert header[:5] == ["Number", "Name", "Here as", "Status", "Joined"]
    contact = ["ana@example.org", "'+44 1632 960 777", "Old Town"]
    assert first == ["1", "Ana Alder", "Member", "active", "2026-06-10", *contact, "90", "0", "90"]
    assert second[1:3] + second[-3:] == ["Ben Birch", "Member", "0", "90", "-90"]
    assert "riverside-people.csv" in answer.headers["Content-Disposition"]


def test_a_name_that_would_run_as_a_formula_is_only_a_name(as_, session, timebank, jess):
    a_member(session, timebank, "=HYPERLINK(1)", email="")
    a_coordinator(session, timebank, "Otto Oak")
    answer = as_(jess).client.get(f"{CSV}?everyone=y&role=member")

    assert [row[1] for row in rows_of(answer)] == ["Name", "'=HYPERLINK(1)"]
