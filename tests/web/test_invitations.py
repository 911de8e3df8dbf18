"""The pages of invitations: made, sent, printed, ended, and who came of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.builders import a_timebank, an_application, an_invitation
from timebank.care import welcoming
from timebank.care.models import Invitation

HERE = "/riverside/invitations"


def filled(**more):
    day = datetime.now(UTC).date() + timedelta(days=20)
    told = {"last_day-day": day.day, "last_day-month": day.month, "last_day-year": day.year, "count": "1"}
    return {**told, **more}


def made(session):
    session.expire_all()
    return session.scalars(select(Invitation).order_by(Invitation.id)).all()


def now_invited(session, by, **more):
    now = datetime.now(UTC)
    return an_invitation(session, by, at=now, last_day=(now + timedelta(days=30)).date(), **more)


def test_a_member_makes_a_card_with_a_link_and_a_picture_of_it(as_, session, timebank, ana):
    visitor = as_(ana)
    answer = visitor.post(f"{HERE}/new", filled(name="Flo"), 302)
    page = visitor.get(answer.response.location)

    (invitation,) = made(session)
    assert "Flo, you are invited!" in page.words
    html = page.response.get_data(as_text=True)
    assert f"http://127.0.0.1:8000/riverside/join/{invitation.code}" in html.replace("<wbr>", "")
    assert html.count('class="timebank-qr"') == 1
    assert "Jess: 01632 960 123" in page.words


def test_a_double_tap_makes_one(as_, session, timebank, ana):
    visitor = as_(ana)
    for _ in range(2):
        visitor.post(f"{HERE}/new", filled(key="one"), 302)

    assert len(made(session)) == 1


def test_eight_cards_stand_on_one_sheet(as_, session, timebank, ana):
    visitor = as_(ana)
    page = visitor.get(visitor.post(f"{HERE}/new", filled(count="8"), 302).response.location)

    assert page.h1 == "|8 invitations"
    assert page.response.get_data(as_text=True).count('class="timebank-qr"') == 8


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"count": ""}, "Write a number from 1 to 8"),
        ({"count": "9"}, "Write a number from 1 to 8"),
        ({"count": "many"}, "Write a whole number in figures"),
        ({"count": "2", "name": "Flo"}, "One name goes on one card."),
        ({"name": "x" * 121}, "Use at most 120 letters."),
        ({"last_day-year": "2020"}, "Choose a day from today on, within a year"),
        ({"last_day-year": "9999"}, "Choose a day from today on, within a year"),
        ({"last_day-month": "13"}, "There is no such day."),
        ({"last_day-day": "", "last_day-month": "", "last_day-year": ""}, "Write the day, month and year"),
    ],
)
def test_a_wrong_form_invites_nobody(as_, session, timebank, ana, wrong, said):
    assert said in as_(ana).post(f"{HERE}/new", filled(**wrong), 422).words
    assert made(session) == []


def test_the_list_tells_who_came_and_a_member_sees_their_own_only(as_, session, timebank, ana, ben, jess):
    used = now_invited(session, ana, name="Dora")
    now_invited(session, ben, name="Flo")
    an_invitation(session, ana, name="Gus", last_day=date(2026, 6, 10))
    application = an_application(session, timebank, code=used.code, at=datetime.now(UTC))

    mine = as_(ana).get(HERE)
    assert "2 invitations" in mine.words
    assert "its last day has passed" in mine.words
    assert "Flo" not in mine.words
    assert "Dora" in mine.words
    assert "used" in mine.words
    welcoming.welcome(session, timebank, application.id, by=jess, at=datetime.now(UTC))
    session.commit()
    assert "Dora Dale, number 4" in as_(ana).get(HERE).words
    assert "Flo Ben Birch" in as_(jess).get(HERE).words


def test_an_invitation_is_asked_about_and_ended_once(as_, session, timebank, ana):
    invitation = now_invited(session, ana)
    visitor = as_(ana)
    place = f"{HERE}/{invitation.id}/end"

    assert "This cannot be undone" in visitor.get(place).words
    visitor.post(place, {}, 302)
    assert "The invitation has ended." in visitor.get(HERE).words
    assert "has been used or has ended already" in visitor.post(place, {}, 422).words
    assert "These invitations have been used or have ended." in visitor.get(f"{HERE}/cards?ids={invitation.id}").words


def test_nobody_ends_or_prints_those_of_others_or_of_elsewhere(as_, session, timebank, ana, ben, jess):
    invitation = now_invited(session, ana)
    a_timebank(session, "hillside", "Hillside")
    visitor = as_(ben)

    visitor.get(f"{HERE}/{invitation.id}/end", 404)
    visitor.post(f"{HERE}/{invitation.id}/end", {}, 404, from_="/")
    assert invitation.code not in visitor.get(f"{HERE}/cards?ids={invitation.id}").words
    assert invitation.code in as_(jess).get(f"{HERE}/cards?ids={invitation.id}").words
    assert made(session)[0].ended_at is None


@pytest.mark.parametrize("ids", ["", "ids=", "ids=x", "ids=999999999999", "ids=-1,²", "ids=1&ids=1,1"])
def test_nonsense_in_the_address_prints_nothing(as_, session, timebank, ana, ids):
    assert "used or have ended" in as_(ana).get(f"{HERE}/cards?{ids}").words
