"""Signing in and out, and passwords."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import NOON, PASSWORD, a_member, a_timebank
from timebank.members import passwords
from timebank.members.passwords import TRIES_BY_ACCOUNT, TRIES_BY_ADDRESS, TooManyTries, set_password
from timebank.refusals import NotFound, Unacceptable


@pytest.fixture
def known(session, timebank):
    member = a_member(session, timebank, "Ana Alder", password=PASSWORD)
    session.commit()
    return member


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(visit, known):
    wrong = visit.post("/sign-in", {"email": "ana@example.org", "password": "not this one"}, 422)
    unknown = visit.post("/sign-in", {"email": "nobody@example.org", "password": "not this one"}, 422)

    assert "do not fit together" in wrong.words
    assert wrong.words.replace("ana@example.org", "") == unknown.words.replace("nobody@example.org", "")


def test_who_signs_in_goes_on_to_where_they_wanted_to_be(visit, known):
    answer = visit.post("/sign-in", {"email": "ANA@example.org ", "password": PASSWORD, "wanted": "/riverside/log"})

    assert answer.response.location == "/riverside/log"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(visit, known, wanted):
    answer = visit.post("/sign-in", {"email": "ana@example.org", "password": PASSWORD, "wanted": wanted})

    assert answer.response.location == "/"


def test_who_is_not_signed_in_is_sent_to_sign_in(visit, known):
    answer = visit.client.get("/riverside/log")

    assert answer.location.startswith("/sign-in?next=")


def test_guessing_is_throttled_by_account_and_by_address(session, known):
    for attempt in range(TRIES_BY_ACCOUNT + 1):
        passwords.note_attempt(session, "ana@example.org", f"10.0.0.{attempt}", at=NOON)

    with pytest.raises(TooManyTries):
        passwords.sign_in(session, "ana@example.org", PASSWORD, "10.9.9.9", at=NOON)
    assert passwords.sign_in(session, "ana@example.org", PASSWORD, "10.9.9.9", at=NOON + timedelta(minutes=16))


def test_too_many_tries_are_told_in_a_page(visit, known):
    for _ in range(TRIES_BY_ACCOUNT):
        visit.post("/sign-in", {"email": "ana@example.org", "password": "not this one"}, 422)

    page = visit.post("/sign-in", {"email": "ana@example.org", "password": PASSWORD}, 429)
    assert "quarter of an hour" in page.words


def test_two_who_share_an_e_mail_each_sign_in_with_their_own_password(session, timebank):
    ana = a_member(session, timebank, "Ana Alder", email="both@example.org", password=PASSWORD)
    ben = a_member(session, timebank, "Ben Birch", email="both@example.org", password="four brown buckets")

    assert passwords.sign_in(session, "both@example.org", PASSWORD, "x", at=NOON) is ana.person
    assert passwords.sign_in(session, "both@example.org", "four brown buckets", "x", at=NOON) is ben.person
    with pytest.raises(Unacceptable):
        set_password(session, ben.person, PASSWORD)


@pytest.mark.parametrize("weak", ["short", "password123", "ana alder 1"])
def test_a_weak_password_is_refused(session, known, weak):
    with pytest.raises(Unacceptable):
        set_password(session, known.person, weak)


def test_a_mailed_link_sets_a_new_password_once(visit, known, capfd, app):
    page = visit.post("/password/forgotten", {"email": "ana@example.org"}, 200)
    assert "on its way" in page.words
    app.extensions["letters"].submit(lambda: None).result()
    link = re.search(r"http://127.0.0.1:8000(/password/new/\S+)", capfd.readouterr().err).group(1)

    assert visit.post(link, {"password": "short"}, 422)
    assert visit.post(link, {"password": "seven silver spoons"}).response.location == "/"
    for page in (visit.get(link, 404), visit.post(link, {"password": "eight silver spoons"}, 404)):
        assert "has been used" in page.words
        assert 'href="/password/forgotten"' in page.response.text
    visit.post("/sign-out")
    assert visit.post("/sign-in", {"email": "ana@example.org", "password": PASSWORD}, 422)


def test_nobody_learns_whether_an_address_is_known(visit, known, capfd, app):
    unknown = visit.post("/password/forgotten", {"email": "nobody@example.org"}, 200)
    known_one = visit.post("/password/forgotten", {"email": "ana@example.org"}, 200)
    app.extensions["letters"].submit(lambda: None).result()

    assert unknown.words.replace("nobody@", "") == known_one.words.replace("ana@", "")
    assert "nobody@example.org" not in capfd.readouterr().err


def test_a_link_grows_too_old(session, known):
    ((_, secret),) = passwords.password_links(session, "ana@example.org", at=NOON)

    with pytest.raises(NotFound):
        passwords.reset_password(session, secret, "seven silver spoons", at=NOON + timedelta(hours=2))


def test_a_changed_password_signs_other_devices_out(as_, known, app):
    phone, computer = as_(known), as_(known)
    told = {"current": PASSWORD, "password": "seven silver spoons"}

    assert "not your current" in phone.post("/password/change", {**told, "current": "no"}, 422).words
    assert phone.post("/password/change", told).response.location == "/"
    assert phone.client.get("/password/change").status_code == 200
    assert computer.client.get("/password/change").location.startswith("/sign-in")


def test_a_form_that_has_grown_old_keeps_what_was_written(visit, known):
    page = visit.post("/sign-in", {"email": "ana@example.org", "csrf_token": "old"}, 422)

    assert "grown old" in page.words
    assert 'value="ana@example.org"' in page.response.get_data(as_text=True)


def test_what_was_written_outlives_a_sign_in(visit, known):
    page = visit.post("/riverside/board/new", {"title": "<b>é", "description": "long"}, 401, from_="/sign-in")
    told = page.forms[-1]["fields"]
    kept = visit.post("/sign-in", {**told, "email": "ana@example.org", "password": PASSWORD}, 200)

    assert "We kept what you wrote" in kept.words
    fields = kept.forms[-1]["fields"]
    assert (fields["title"], fields["kept_draft"]) == ("<b>é", "1")
    again = visit.post("/riverside/board/new", fields, 200)
    assert again.forms[-1]["fields"]["title"] == "<b>é"


def test_a_draft_outlives_a_wrong_password_and_too_many_tries(visit, known):
    page = visit.post("/riverside/board/new", {"title": "A lift"}, 401, key=False, from_="/sign-in")
    told = {**page.forms[-1]["fields"], "email": "ana@example.org", "password": "not this one"}
    for _ in range(TRIES_BY_ACCOUNT):
        told = {**told, **visit.post("/sign-in", told, 422).forms[-1]["fields"], "password": "not this one"}

    page = visit.post("/sign-in", told, 429)
    assert page.forms[-1]["fields"]["draft"] == "title=A+lift"
    assert "will be here again" in page.words


def test_a_password_is_never_carried_through_a_page(visit, known):
    page = visit.post("/password/change", {"current": "abc", "password": "secret words"}, 401, from_="/sign-in")

    assert "secret" not in page.response.get_data(as_text=True)


def test_a_link_is_spent_by_a_newer_one_and_by_a_changed_password(session, known):
    ((_, older),) = passwords.password_links(session, "ana@example.org", at=NOON)
    ((_, newer),) = passwords.password_links(session, "ana@example.org", at=NOON)
    with pytest.raises(NotFound):
        passwords.link_owner(session, older, at=NOON)
    passwords.change_password(session, known.person, PASSWORD, "seven silver spoons")
    with pytest.raises(NotFound):
        passwords.link_owner(session, newer, at=NOON)


def test_right_sign_ins_from_one_hall_close_no_door(session, known):
    for number in range(TRIES_BY_ADDRESS + 5):
        at = NOON + timedelta(seconds=number)
        passwords.note_attempt(session, "ana@example.org", "10.0.0.1", at=at)
        assert passwords.sign_in(session, "ana@example.org", PASSWORD, "10.0.0.1", at=at)


def test_asking_for_a_new_password_keeps_nobody_from_signing_in(visit, known, app):
    for _ in range(TRIES_BY_ACCOUNT):
        visit.post("/password/forgotten", {"email": "ana@example.org"}, 200)
    visit.post("/password/forgotten", {"email": "ana@example.org"}, 429)
    app.extensions["letters"].submit(lambda: None).result()

    assert visit.post("/sign-in", {"email": "ana@example.org", "password": PASSWORD}).response.location == "/"


def test_the_current_password_cannot_be_guessed_at_leisure(as_, known):
    visitor = as_(known)
    for _ in range(TRIES_BY_ACCOUNT):
        visitor.post("/password/change", {"current": "no", "password": "seven silver spoons"}, 422)

    visitor.post("/password/change", {"current": PASSWORD, "password": "seven silver spoons"}, 429)


def test_a_letter_s_link_never_leads_where_the_browser_says(visit, known, capfd, app):
    token = visit.token("/password/forgotten")
    told = {"email": "ana@example.org", "csrf_token": token}
    visit.client.post("/password/forgotten", data=told, headers={"X-Forwarded-Host": "evil.example"})
    visit.client.post("/password/forgotten", data=told, base_url="http://evil.example", headers={"Host": "localhost"})
    app.extensions["letters"].submit(lambda: None).result()

    assert "http://127.0.0.1:8000/password/new/" in capfd.readouterr().err


def test_someone_of_two_timebanks_chooses(session, as_, known):
    other = a_timebank(session, "hillside", "Hillside Timebank")
    from timebank.members.models import GivenRole, Membership, MembershipStatus
    from timebank.policy import Role

    session.add(
        Membership(
            timebank=other,
            person=known.person,
            number=1,
            status=MembershipStatus.ACTIVE,
            joined_on=datetime.now(UTC).date(),
            given_roles=[GivenRole(role=Role.FUNDER)],
        )
    )
    page = as_(known).get("/")
    assert "Riverside Timebank" in page.words
    assert "Hillside Timebank" in page.words


def test_where_somebody_signs_in_they_read_whom_to_call(visit, session, known):
    assert "Call Jess on 01632 960 123" in visit.get("/sign-in").words

    a_timebank(session, "hillside", "Hillside Timebank")
    assert "Call Jess" not in visit.get("/sign-in").words
