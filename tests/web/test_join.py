"""The page on which anybody reads what the timebank is and asks to join it."""

import pytest
from sqlalchemy import func, select

from tests.builders import (
    a_listing,
    a_member,
    a_timebank,
    an_administrator,
    an_invitation,
    published_terms,
)
from timebank.care import inviting, joining
from timebank.care.models import Application
from timebank.members.choices import Joining
from timebank.members.models import SignInAttempt

JOIN = "/riverside/join"
TOLD = {"name": "Dora Dale", "email": "dora@example.org", "good_at": "Baking"}


@pytest.fixture
def open_door(session, timebank):
    session.commit()
    return timebank


def applications(session):
    session.expire_all()
    return session.scalars(select(Application).order_by(Application.id)).all()


def now_invited(session, by, **more):
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    return an_invitation(session, by, at=now, last_day=(now + timedelta(days=30)).date(), **more)


def test_a_visitor_reads_what_it_is_what_happens_whom_to_call_and_no_name_of_a_member(visit, session, timebank, ana):
    timebank.about = "We meet on Thursdays.\nIn the library."
    a_listing(session, ana, category="Gardening")
    session.commit()
    page = visit.get(JOIN)

    assert "Neighbours help one another, and count the time." in page.words
    assert "We meet on Thursdays. In the library." in page.words
    assert "Members offer, among other things: Gardening" in page.words
    assert "We are fewer than 50 members" in page.words
    assert "Call Jess on 01632 960 123" in page.words
    assert "Ana" not in page.words


def test_the_form_asks_what_one_is_good_at_before_what_would_help(visit, open_door):
    words = visit.get(JOIN).words

    assert words.index("What are you good at") < words.index("What would help you") < words.index("Your name")


def test_who_asks_to_join_is_thanked_and_told_what_happens_next(visit, open_door, session, jess):
    session.commit()
    answer = visit.post(JOIN, {**TOLD, "would_help": "A lift", "district": "Harbour", "heard_from": "The library"})

    assert answer.response.location == f"{JOIN}/thank-you"
    assert "A coordinator reads what you wrote." in visit.get(answer.response.location).words
    (applied,) = applications(session)
    assert (applied.name, applied.good_at, applied.would_help) == ("Dora Dale", "Baking", "A lift")
    assert (applied.district, applied.heard_from, applied.person_id) == ("Harbour", "The library", None)


def test_a_double_tap_and_a_second_form_make_one_application_and_are_answered_alike(visit, open_door, session):
    answers = [visit.post(JOIN, {**TOLD, "key": key}).response for key in ("one", "one", "two")]

    assert {(answer.status_code, answer.location) for answer in answers} == {(302, f"{JOIN}/thank-you")}
    assert len(applications(session)) == 1


def test_a_known_e_mail_is_answered_as_an_unknown_one(visit, session, timebank, ana):
    session.commit()
    known = visit.post(JOIN, {**TOLD, "name": "Ana Alder", "email": "ana@example.org"})

    assert (known.status, known.response.location) == (302, f"{JOIN}/thank-you")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"good_at": " "}, "Write one thing that you are good at"),
        ({"good_at": "\u200b"}, "Write one thing that you are good at"),
        ({"good_at": "x" * 10_000}, "Use at most 2000 letters."),
        ({"would_help": "🌻" * 2001}, "Use at most 2000 letters."),
        ({"name": ""}, "Write your name"),
        ({"name": "x" * 121}, "Use at most 120 letters."),
        ({"email": ""}, "Write an e-mail or a phone number, so that we can reach you"),
        ({"email": "dora at home"}, "Write the e-mail like this: name@example.org"),
        ({"email": "", "phone": "ring twice"}, "Write the phone number in figures"),
        ({"phone": "0" * 41}, "Use at most 40 letters."),
        ({"district": "x" * 121}, "Use at most 120 letters."),
        ({"heard_from": "x" * 201}, "Use at most 200 letters."),
        ({"key": "k" * 61}, "The page had grown old."),
    ],
)
def test_a_wrong_form_applies_for_nobody_and_keeps_what_was_written(visit, open_door, session, wrong, said):
    page = visit.post(JOIN, {**TOLD, "would_help": "A <b>lift</b>", **wrong}, 422)

    assert said in page.words
    if "would_help" not in wrong:
        assert "A &lt;b&gt;lift&lt;/b&gt;" in page.response.get_data(as_text=True)
    assert applications(session) == []
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_other_scripts_and_emoji_are_kept(visit, open_door, session):
    visit.post(JOIN, {**TOLD, "name": "Łucja 李", "good_at": "烹饪 🍲\nгитара", "email": "", "phone": "٠١٦٣٢٩٦٠"}, 302)

    assert [(one.name, one.good_at) for one in applications(session)] == [("Łucja 李", "烹饪 🍲\nгитара")]


def test_a_form_without_its_token_applies_for_nobody(visit, open_door, session):
    visit.post(JOIN, {**TOLD, "csrf_token": "old"}, 422)

    assert applications(session) == []


def test_one_address_floods_nobody_and_loses_nothing_that_was_typed(visit, open_door, session, monkeypatch):
    monkeypatch.setattr(joining, "BY_ADDRESS_AN_HOUR", 2)
    for number in range(2):
        visit.post(JOIN, {**TOLD, "name": f"Somebody {number}"}, 302)
    page = visit.post(JOIN, TOLD, 429)

    assert "Many applications came from where you are. Try again tomorrow, or call us." in page.words
    assert "Baking" in page.response.get_data(as_text=True)
    assert len(applications(session)) == 2


@pytest.mark.parametrize(
    ("joins", "said"),
    [
        (Joining.NOBODY, "Riverside Timebank takes no new members at the moment."),
        (Joining.INVITED, "Riverside Timebank is joined by invitation. Ask a member, or call us."),
    ],
)
def test_where_not_everyone_may_apply_there_is_a_kind_sentence_and_no_form(visit, session, timebank, joins, said):
    timebank.joining = joins
    session.commit()

    page = visit.get(JOIN)
    assert said in page.words
    assert page.forms == []
    assert said in visit.post(JOIN, TOLD, 403).words
    assert applications(session) == []


def test_an_invitation_greets_and_lets_one_person_apply(visit, session, timebank, ana):
    timebank.joining = Joining.INVITED
    invitation = now_invited(session, ana, name="Dora")
    session.commit()
    place = f"{JOIN}/{invitation.code}"

    assert "Ana invites you, Dora. How good that you are here." in visit.get(place).words
    visit.post(place, {**TOLD, "key": "one"}, 302)
    assert applications(session)[0].invitation_id == invitation.id
    visit.post(place, {**TOLD, "key": "one"}, 302, from_="/sign-in")
    page = visit.get(place)
    assert "This invitation has been used or has ended. Ask for a new one, or call us." in page.words
    assert "Ana" not in page.words
    assert "used or has ended" in visit.post(place, {**TOLD, "name": "Else"}, 409, from_="/sign-in").words
    assert len(applications(session)) == 1


@pytest.mark.parametrize("code", ["no-such-code-12345", "x" * 400, "%00", "🌻", "' OR 1=1 --"])
def test_an_unknown_code_is_told_kindly_and_where_anyone_joins_the_form_is_there(visit, open_door, code):
    answer = visit.client.get(f"{JOIN}/{code}")

    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        page = visit.get(f"{JOIN}/{code}")
        assert "We do not know this invitation." in page.words
        assert "I would like to join" in page.words


def test_an_invitation_that_was_ended_says_so(visit, session, timebank, ana):
    from datetime import UTC, datetime

    invitation = now_invited(session, ana)
    inviting.end(session, timebank, invitation.id, by=ana, at=datetime.now(UTC))
    session.commit()

    assert "has been used or has ended" in visit.get(f"{JOIN}/{invitation.code}").words


def test_where_there_are_terms_they_are_read_and_agreed_to(visit, session, timebank):
    ada = an_administrator(session, timebank)
    old = published_terms(session, ada)
    session.commit()
    page = visit.post(JOIN, {**TOLD, "terms": str(old.id)}, 422)
    assert "Read the terms and say that you agree to them" in page.words

    published_terms(session, ada, "Be kinder.")
    session.commit()
    page = visit.post(JOIN, {**TOLD, "terms": str(old.id), "agree": "y"}, 409)
    assert "The terms have changed in the meantime." in page.words
    fields = next(form for form in page.forms if "good_at" in form["fields"])["fields"]
    visit.post(JOIN, {**TOLD, "terms": fields["terms"], "agree": "y"}, 302)
    assert applications(session)[0].terms_id == int(fields["terms"])


def test_a_member_is_told_that_they_belong_and_who_is_of_another_timebank_applies_as_themselves(
    as_, session, timebank, ana
):
    sol = a_member(session, a_timebank(session, "hillside", "Hillside"), "Sol Spruce")
    assert "You belong here already" in as_(ana).get(JOIN).words

    visitor = as_(sol)
    assert 'value="sol@example.org"' in visitor.get(JOIN).response.get_data(as_text=True)
    visitor.post(JOIN, {**TOLD, "name": "Sol Spruce", "email": "sol@example.org"}, 302)
    assert applications(session)[0].person_id == sol.person_id
