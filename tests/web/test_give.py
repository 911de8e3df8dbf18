"""Giving hours away: what is asked first, what is done once, and every no at its field with nothing lost."""

import json

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.builders import NOON, a_funder, a_member, a_timebank, an_administrator, an_organisation
from timebank.hours import Hours
from timebank.ledger import balances
from timebank.ledger.models import Transfer
from timebank.members import moving, upkeep
from timebank.members.models import MembershipStatus
from timebank.notices.models import Notice
from timebank.web.asked import Asked, _tried_out
from timebank.web.database import db
from timebank.web.once import Answer

GIVE = "/riverside/give"


def filled(to, hours="2", minutes="", word="For the soup", **more):
    told = {"to": to if isinstance(to, str) else str(to.id), "hours-hours": hours, "hours-minutes": minutes}
    return {**told, "word": word, "key": "k1", **more}


def balance(session, member):
    return balances.balance(session, member.account_id).minutes


def posted(session):
    return session.scalar(select(func.count()).select_from(Transfer))


def test_before_anything_is_done_the_page_says_what_would_be(as_, session, ana, ben):
    page = as_(ana).post(GIVE, filled(ben), 200)

    assert page.h1 == "|Give 2 hours to Ben Birch?"
    assert "Nothing is done yet." in page.words
    assert "You give 2 hours to Ben Birch." in page.words
    assert "They read your word: “For the soup”" in page.words
    assert "Your balance will then be 2 hours below zero." in page.words
    assert posted(session) == 0


def test_what_is_tried_out_is_undone(app, session, ana, ben):
    def give(session):
        moving.gift(session, ana, ben, hours=Hours(60), word="", key="k", by=ana.person, at=NOON)
        return Asked("Give?", [str(posted(session))], "Yes")

    session.commit()
    with app.test_request_context():
        assert _tried_out(give).would == ["1"]
        assert posted(db()) == 0


def test_the_page_that_asks_holds_all_that_was_typed(as_, session, ana, ben):
    page = as_(ana).post(GIVE, filled(ben, word="a <b> & “c”"), 200)

    fields = next(form["fields"] for form in page.forms if "to" in form["fields"])
    sent = {name: text for name, text in fields.items() if name not in ("csrf_token", "sure")}
    assert sent == {"to": str(ben.id), "hours-hours": "2", "hours-minutes": "", "word": "a <b> & “c”", "key": "k1"}


def test_once_it_is_said_yes_to_the_hours_are_someone_elses(as_, session, ana, ben):
    visitor = as_(ana)
    answer = visitor.post(GIVE, filled(ben, sure="yes"))

    assert answer.response.location == "/riverside/statement"
    words = visitor.get("/riverside/statement").words
    assert "Thank you. You have given 2 hours to Ben Birch." in words
    assert "Your balance is 2 hours below zero." in words
    assert "A gift “For the soup” Ben Birch −2 h −2 h" in words
    assert "A gift “For the soup” Ana Alder +2 h 2 h" in as_(ben).get("/riverside/statement").words


def test_who_changes_something_finds_the_form_as_it_was(as_, session, ana, ben):
    page = as_(ana).post(GIVE, filled(ben, hours="1", minutes="30", sure="no"), 200)

    assert page.h1 == "|Give hours to someone"
    html = page.response.get_data(as_text=True)
    assert 'value="30"' in html
    assert "For the soup" in html
    assert f'value="{ben.id}" selected' in html
    assert posted(session) == 0


def test_hours_can_go_to_the_community(as_, session, timebank, ana):
    visitor = as_(ana)
    assert "You give 2 hours to the community." in visitor.post(GIVE, filled("community"), 200).words
    visitor.post(GIVE, filled("community", sure="yes"))

    assert builders.community_account(session, timebank).balance_minutes == 120
    assert "A gift “For the soup” the community −2 h" in visitor.get("/riverside/statement").words


def test_sent_twice_it_is_given_once_and_with_something_else_it_is_refused(as_, session, ana, ben):
    visitor = as_(ana)
    first, second = (visitor.post(GIVE, filled(ben, sure="yes")) for _time in range(2))

    assert first.response.location == second.response.location == "/riverside/statement"
    assert posted(session) == 1
    page = visitor.post(GIVE, filled(ben, hours="3", sure="yes"), 409)
    assert "This form was sent before, with something else in it." in page.words
    assert balance(session, ben) == 120


@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}])
def test_sent_again_after_the_hours_were_taken_back_it_does_not_say_that_they_are_given(
    as_, session, timebank, ana, ben, jess, sure
):
    visitor = as_(ana)
    visitor.post(GIVE, filled(ben, sure="yes"))
    number = session.scalar(select(Transfer.id))
    moving.take_back(session, timebank, number, reason="Two taps", by=jess, at=NOON)
    session.commit()
    visitor.get("/riverside/statement")

    words = visitor.get(visitor.post(GIVE, filled(ben, **sure)).response.location).words
    assert "This was sent before, and its hours were taken back on 10 June 2026. Nothing has moved now." in words
    assert "You have given 2 hours" not in words
    assert (posted(session), balance(session, ben)) == (2, 0)


@pytest.mark.parametrize(
    ("wrong", "said", "place"),
    [
        ({"to": ""}, "Choose who shall have the hours", "#to"),
        ({"to": "99999"}, "Choose who shall have the hours", "#to"),
        ({"hours-hours": "", "hours-minutes": ""}, "Say how many hours, for example", "#hours-hours"),
        ({"hours-hours": "0"}, "Say how many hours, for example", "#hours-hours"),
        ({"hours-hours": "24", "hours-minutes": "5"}, "Write at most 24 hours at once.", "#hours-hours"),
        ({"hours-minutes": "3"}, "Round the time to steps of 5 minutes.", "#hours-hours"),
        ({"hours-hours": "-2"}, "Write the hours and the minutes in figures", "#hours-hours"),
        ({"hours-hours": "20", "hours-minutes": "5"}, "At most 20 hours would still fit.", "#hours-hours"),
        ({"word": "x" * 501}, "Use at most 500 letters.", "#word"),
    ],
)
@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}])
def test_a_no_stands_at_its_field_and_nothing_is_lost(as_, session, ana, ben, wrong, said, place, sure):
    page = as_(ana).post(GIVE, filled(ben) | wrong | sure, 422)

    html = page.response.get_data(as_text=True)
    assert said in page.words
    assert f'href="{place}"' in html
    assert "word" in wrong or "For the soup" in html
    assert posted(session) == 0


def test_someone_who_pauses_or_whose_account_is_closed_is_given_nothing(as_, session, ana, ben, jess):
    visitor = as_(ana)
    upkeep.close(session, ben, reason="Moved away", by=jess, at=NOON)
    page = visitor.post(GIVE, filled(ben), 422)
    assert "Choose who shall have the hours" in page.words
    ben.status = MembershipStatus.PAUSED
    session.commit()
    visitor.post(GIVE, filled(ben), 422)
    assert "Ben Birch" not in visitor.get(GIVE).words
    assert posted(session) == 0


def test_nobody_can_choose_themselves_or_someone_elsewhere_and_organisations_can_be_chosen(as_, session, timebank, ana):
    an_organisation(session, timebank)
    stranger = a_member(session, a_timebank(session, "hillside", "Hillside Timebank"), "Sol Spruce")
    visitor = as_(ana)

    words = visitor.get(GIVE).words
    assert "Riverside Clinic" in words
    assert "Ana Alder" not in words.split("Who shall have them?")[1]
    visitor.post(GIVE, filled(ana, sure="yes"), 422)
    visitor.post(GIVE, filled(stranger, sure="yes"), 422)
    assert posted(session) == 0


def test_the_page_never_tells_anothers_balance(as_, session, ana, ben, jess):
    moving.correction(session, None, ben, hours=Hours(777), reason="Why", key="c", by=jess, at=NOON)
    visitor = as_(ana)
    for page in (visitor.get(GIVE), visitor.post(GIVE, filled(ben), 200)):
        assert "12 hours 57" not in page.words
        assert "14 hours 57" not in page.words


def test_home_and_statement_lead_there(as_, ana):
    visitor = as_(ana)
    for place in ("/riverside/", "/riverside/statement"):
        assert 'href="/riverside/give"' in visitor.get(place).response.get_data(as_text=True)


def test_only_members_give_and_nothing_without_a_token(as_, session, timebank, ana, ben, jess):
    for someone in (jess, a_funder(session, timebank), an_administrator(session, timebank)):
        visitor = as_(someone)
        visitor.get(GIVE, status=403)
        visitor.post(GIVE, filled(ben, sure="yes"), 403, from_="/")
    as_(ana).post(GIVE, filled(ben, sure="yes", csrf_token="old"), 422)
    assert posted(session) == 0


def test_a_form_sent_again_after_going_back_is_answered_like_the_first_or_refused(session, as_, ana, ben):
    visit, path = as_(ana), "/riverside/give"
    told = {"to": str(ben.id), "hours-hours": "1", "hours-minutes": "0", "key": "went-back"}
    visit.post(path, {**told, "sure": "yes"}, 302)

    again = visit.get(visit.post(path, told, 302).response.location)
    other = visit.post(path, {**told, "hours-hours": "2"}, 409)

    assert "You have given 1 hour to Ben Birch" in again.words
    assert "This form was sent before, with something else in it." in other.words


@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}])
@pytest.mark.parametrize("key", [{}, {"key": ""}, {"key": "x" * 61}])
def test_a_form_without_its_key_is_refused_each_time_and_comes_back_with_one_that_is_good(
    as_, session, ana, ben, key, sure
):
    visitor, told = as_(ana), {name: text for name, text in filled(ben, **sure).items() if name != "key"}
    for _twice in range(2):
        page = visitor.post(GIVE, told | key, 422, key=False)
        assert "The page had grown old. Nothing is lost" in page.words
        assert "For the soup" in page.response.get_data(as_text=True)
        assert posted(session) == 0

    fresh = next(form["fields"]["key"] for form in page.forms if "key" in form["fields"])
    for _twice in range(2):
        visitor.post(GIVE, {**told, "key": fresh, "sure": "yes"}, 302)
    assert posted(session) == 1


def test_what_would_still_fit_is_told_in_steps_that_the_form_takes(as_, session, ana, ben, jess):
    moving.correction(session, ana, ben, hours=Hours(20 * 60 - 23), reason="Why", key="c", by=jess, at=NOON)
    page = as_(ana).post(GIVE, filled(ben), 422)
    assert "At most 20 minutes would still fit." in page.words

    moving.correction(session, ana, ben, hours=Hours(20), reason="Why", key="d", by=jess, at=NOON)
    page = as_(ana).post(GIVE, filled(ben), 422)
    assert "Nothing can go from this account until it gains hours." in page.words


def test_who_has_a_closed_account_cannot_be_chosen(as_, session, ana, ben, jess):
    upkeep.close(session, ben, reason="Moved away", by=jess, at=NOON)
    visitor = as_(ana)

    assert "Ben Birch" not in visitor.get(GIVE).words
    assert "Ben Birch" not in visitor.get("/riverside/log").words


def test_near_the_limit_the_page_says_how_much_is_left(as_, session, ana, ben, jess):
    visitor = as_(ana)
    left = "before it is your turn to give again."
    for page in (GIVE, "/riverside/statement"):
        assert left not in visitor.get(page).words
    moving.correction(session, ana, ben, hours=Hours(19 * 60), reason="Why", key="c", by=jess, at=NOON)
    session.commit()
    for page in (GIVE, "/riverside/statement"):
        assert f"You can receive 1 hour more {left}" in visitor.get(page).words


def test_a_form_sent_with_something_else_in_it_was_used_before_and_nobody_was_quicker(as_, session, ana, ben):
    visitor = as_(ana)
    visitor.post(GIVE, filled(ben, sure="yes"))

    assert visitor.post(GIVE, filled(ben, hours="3", sure="yes"), 409).h1 == "|This form was used before"


@pytest.mark.parametrize("moved", ["null", "7", "[7]"])
def test_an_answer_that_was_kept_before_there_were_several_transfers_in_it_can_be_read(moved):
    kept = f'{{"where": "/riverside/", "told": [["Done.", "message"]], "moved": {moved}}}'

    assert Answer.of_kept(kept).moved == ([] if moved == "null" else [7])
    assert Answer.of_kept(Answer.of_kept(kept).kept()) == Answer.of_kept(kept)


def test_who_is_given_hours_is_told_once_and_not_by_looking(as_, session, ana, ben):
    visitor = as_(ana)
    visitor.post(GIVE, filled(ben))
    assert session.scalars(select(Notice)).all() == []

    for _ in range(2):
        visitor.post(GIVE, filled(ben, sure="yes"))
    (notice,) = session.scalars(select(Notice))
    assert (notice.kind, notice.membership_id, json.loads(notice.told)["other"]) == ("gift", ben.id, "Ana Alder")
