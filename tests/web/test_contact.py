"""The pages of a name and an e-mail: a coordinator is asked first, and one's own e-mail takes the password."""

import pytest

from tests.builders import a_coordinator, a_member
from tests.web.conftest import PASSWORD

OWN = "/riverside/me/contact"


def of(member):
    return f"/riverside/people/{member.id}/contact"


def test_a_coordinator_is_asked_and_the_old_e_mail_is_told(as_, session, ana, jess, posted):
    visitor = as_(jess)
    assert "Their name and e-mail" in visitor.get(f"/riverside/people/{ana.id}/standing").words
    sent = {"name": "Ana Ash", "email": "new@example.org"}
    page = visitor.post(of(ana), sent, 200)
    assert "Change the e-mail of Ana Alder?" in page.words
    assert "Letters to Ana Alder go to new@example.org, and they sign in with it." in page.words
    assert (ana.person.name, posted()) == ("Ana Alder", [])
    answer = visitor.post(of(ana), {**sent, "sure": "yes"})

    assert answer.response.location == f"/riverside/people/{ana.id}/standing"
    session.expire_all()
    assert (ana.person.name, ana.person.email) == ("Ana Ash", "new@example.org")
    assert [(str(one["To"]), one["Subject"]) for one in posted()] == [
        ("Ana Alder <ana@example.org>", "Your e-mail was changed"),
        ("Ana Ash <new@example.org>", "Choose your password"),
    ]
    assert (
        "Jess Juniper changed the page of Ana Ash: the name and the e-mail."
        in visitor.get("/riverside/audit-log").words
    )


def test_a_name_alone_is_changed_at_once(as_, session, ana, jess, posted):
    as_(jess).post(of(ana), {"name": "Ana Ash", "email": "ana@example.org"}, 302)

    session.expire_all()
    assert (ana.person.name, posted()) == ("Ana Ash", [])


def test_who_has_no_e_mail_any_more_is_told_by_phone(as_, session, ana, jess, posted):
    page = as_(jess).post(of(ana), {"name": "Ana Alder", "email": ""}, 200)

    assert "Ana Alder gets no more letters, and is told by phone what must be told." in page.words
    assert "They can no longer sign in by themselves." in page.words


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "email": ""}, "Write the name"),
        ({"name": "x" * 10_000, "email": ""}, "Use at most 120 letters."),
        ({"name": "Ana", "email": "ana at home"}, "Write the e-mail like this: name@example.org"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_kept(as_, ana, jess, sent, said):
    page = as_(jess).post(of(ana), sent, 422)
    assert said in page.words


def test_no_coordinator_takes_over_another(as_, session, timebank, jess):
    other = a_coordinator(session, timebank, "Kit Kale")
    page = as_(jess).post(of(other), {"name": "Kit Kale", "email": "jess@example.org"}, 403)

    assert "Kit Kale is more than a member here. An administrator changes their e-mail." in page.words


def test_one_s_own_e_mail_takes_the_password(as_, session, ana, posted):
    visitor = as_(ana)
    sent = {"name": "Ana Ash", "email": "new@example.org"}
    assert "Write your password, so that we know" in visitor.post(OWN, sent, 422).words
    assert "That is not your current password." in visitor.post(OWN, {**sent, "current": "wrong"}, 422).words
    visitor.post(OWN, {**sent, "current": PASSWORD}, 302)

    session.expire_all()
    assert (ana.person.name, ana.person.email) == ("Ana Ash", "new@example.org")
    assert [(str(one["To"]), one["Subject"]) for one in posted()] == [
        ("Ana Alder <ana@example.org>", "Your e-mail was changed"),
        ("Ana Ash <new@example.org>", "Your e-mail at Riverside Timebank"),
    ]
    assert "new@example.org" in visitor.get("/riverside/me/standing").words


def test_one_s_own_name_takes_no_password_and_the_e_mail_is_not_lost(as_, session, ana):
    visitor = as_(ana)
    visitor.post(OWN, {"name": "Ana Ash", "email": "ana@example.org"}, 302)
    assert "without one you could not come in" in visitor.post(OWN, {"name": "Ana", "email": ""}, 422).words

    session.expire_all()
    assert (ana.person.name, ana.person.email) == ("Ana Ash", "ana@example.org")


def test_a_coordinator_s_own_takes_the_password_too(as_, session, jess):
    visitor = as_(jess)
    for told in ({}, {"sure": "yes"}):
        answer = visitor.post(of(jess), {"name": "Jess Juniper", "email": "new@example.org", **told}, from_=OWN)
        assert answer.response.location == OWN

    session.expire_all()
    assert jess.person.email == "jess@example.org"


def test_a_coordinator_who_is_no_member_is_led_home(as_, jess, posted):
    visitor = as_(jess)
    visitor.get("/riverside/me/standing", 403)
    answer = visitor.post(OWN, {"name": "Jess Jay", "email": "jess@example.org"}, 302)

    assert "It is changed." in visitor.get(answer.response.location).words


def test_guessing_the_password_is_held_back(as_, ana):
    visitor, sent = as_(ana), {"name": "Ana", "email": "new@example.org", "current": "wrong"}
    said = [visitor.post(OWN, sent).status for _time in range(10)]
    assert said[:8] == [422] * 8
    assert 422 not in said[8:]


def test_nobody_else_opens_them(as_, session, timebank, ana, ben):
    as_(ben).get(of(ana), 403)
    mia = a_member(session, timebank, "Mia May")
    as_(mia).get(of(ana), 403)


def test_a_password_is_not_carried_along_where_the_session_has_ended(as_, ana):
    visitor = as_(ana)
    token = visitor.token(OWN)
    visitor.client.delete_cookie("timebank")
    sent = {"csrf_token": token, "key": "k", "name": "Ana Ash", "email": "new@example.org", "current": PASSWORD}
    page = visitor.client.post(OWN, data=sent).get_data(as_text=True)

    assert "new%40example.org" in page
    assert PASSWORD.split()[-1] not in page


def test_who_shares_an_e_mail_from_now_on_stays_signed_in(as_, session, ana, ben, posted):
    visitor = as_(ana)
    visitor.post(OWN, {"name": "Ana Alder", "email": "ben@example.org", "current": PASSWORD}, 302)

    assert "ben@example.org" in visitor.get("/riverside/me/standing").words


def test_two_of_one_e_mail_never_have_one_password(as_, session, ana, ben):
    as_(ben)
    page = as_(ana).post(OWN, {"name": "Ana Alder", "email": "ben@example.org", "current": PASSWORD}, 422)

    assert "Please choose another password first, and then change the e-mail." in page.words
    session.expire_all()
    assert ana.person.email == "ana@example.org"


def test_who_has_no_e_mail_any_more_is_signed_out(as_, ana, jess):
    visitor = as_(ana)
    as_(jess).post(of(ana), {"name": "Ana Alder", "email": "", "sure": "yes"}, 302)

    assert visitor.client.get("/riverside/").location.startswith("/sign-in")


def test_who_has_a_password_reads_at_the_new_e_mail_that_it_is_as_it_was(as_, ana, jess, posted):
    as_(ana)
    as_(jess).post(of(ana), {"name": "Ana Alder", "email": "new@example.org", "sure": "yes"}, 302)

    last = posted()[-1]
    assert (str(last["To"]), last["Subject"]) == ("Ana Alder <new@example.org>", "Your e-mail at Riverside Timebank")
    assert "Your password is as it was." in last.get_body(("plain",)).get_content()
