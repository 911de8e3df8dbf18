"""The pages of who is here: the list, the welcome, and the roles."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.builders import (
    PASSWORD,
    a_funder,
    a_member,
    a_timebank,
    an_administrator,
    an_approved_exchange,
    an_organisation,
)
from timebank.members import passwords
from timebank.members.models import Membership, MembershipStatus, PasswordLink, Person
from timebank.policy import Role

PEOPLE = "/riverside/people"


def members(session):
    return session.scalars(select(Membership).order_by(Membership.number)).all()


def sent(app, capfd):
    app.extensions["letters"].submit(lambda: None).result()
    return capfd.readouterr().err


def test_the_list_tells_name_number_roles_and_status_and_no_balance(as_, session, timebank, ana, jess):
    an_organisation(session, timebank)
    page = as_(jess).get(PEOPLE)

    assert "3 people and organisations" in page.words
    assert "Ana Alder 1 Member active" in page.words
    assert "Riverside Clinic 3 Organisation active" in page.words
    assert "Change roles" not in page.words
    assert "h 00" not in page.words


def test_a_search_by_name_number_and_role_stands_in_the_address(as_, session, timebank, ana, ben, jess):
    visitor = as_(jess)

    assert "Ben Birch" not in visitor.get(f"{PEOPLE}?q=ALDER").words
    assert "Ana Alder" not in visitor.get(f"{PEOPLE}?q=2").words
    page = visitor.get(f"{PEOPLE}?role=coordinator")
    assert "1 found" in page.words
    assert "Ana Alder" not in page.words
    assert "Nobody here fits" in visitor.get(f"{PEOPLE}?q=%25").words
    assert "Ana Alder" in visitor.get(f"{PEOPLE}?role=nonsense&q=%00").words


def test_a_coordinator_welcomes_a_member_without_e_mail(as_, session, timebank, jess, app, capfd):
    visitor = as_(jess)
    answer = visitor.post(f"{PEOPLE}/new", {"name": " Ana  Alder ", "email": ""})

    assert answer.response.location == PEOPLE
    assert "Welcome, Ana Alder! Their number is 2." in visitor.get(PEOPLE).words
    ana = members(session)[-1]
    assert (ana.name, ana.roles, ana.person.email) == ("Ana Alder", {Role.MEMBER}, None)
    assert ana.account.credit_limit_minutes == 1200
    assert sent(app, capfd) == ""


def test_who_is_welcomed_gets_the_welcome_hours_with_the_welcome_or_with_the_role(as_, session, timebank, jess):
    timebank.welcome_minutes = 300
    as_(jess).post(f"{PEOPLE}/new", {"name": "Ana Alder"})
    as_(an_administrator(session, timebank)).post(f"{PEOPLE}/{jess.id}/roles", {"roles": ["member", "coordinator"]})

    session.expire_all()
    ana = next(one for one in members(session) if one.name == "Ana Alder")
    assert (ana.account.balance_minutes, jess.account.balance_minutes) == (300, 300)


def test_a_member_with_an_e_mail_gets_a_letter_and_chooses_a_password(as_, visit, session, timebank, jess, app, capfd):
    coordinator = as_(jess)
    coordinator.post(f"{PEOPLE}/new", {"name": "Ana Alder", "email": "ana@example.org"})
    letter = sent(app, capfd)

    assert "on its way to ana@example.org" in coordinator.get(PEOPLE).words
    assert "To: ana@example.org" in letter
    assert "welcome to Riverside Timebank" in letter
    assert "The link works once, within two weeks." in letter
    assert "http://127.0.0.1:8000/password/forgotten" in letter
    link = re.search(r"http://127.0.0.1:8000(/password/new/\S+)", letter).group(1)
    assert visit.post(link, {"password": PASSWORD}).response.location == "/"
    assert "Hello Ana Alder" in visit.get("/riverside/").words


def test_who_shares_the_e_mail_of_the_newcomer_gets_no_letter(as_, session, timebank, jess, app, capfd):
    a_member(session, timebank, "Ben Birch", email="both@example.org")
    as_(jess).post(f"{PEOPLE}/new", {"name": "Ana Alder", "email": "both@example.org"})

    letter = sent(app, capfd)
    assert letter.count("To: ") == 1
    assert "Dear Ana Alder" in letter


def test_a_coordinator_makes_members_and_nothing_else(as_, session, timebank, jess):
    as_(jess).post(f"{PEOPLE}/new", {"name": "Ana Alder", "roles": "administrator", "role": "administrator"})

    assert members(session)[-1].roles == {Role.MEMBER}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Write the name"),
        ({"name": "x" * 121}, "Use at most 120 letters."),
        ({"email": "ana at home"}, "Write the e-mail like this: name@example.org"),
        ({"email": "a@example.org\r\nBcc: b@example.org"}, "Write the e-mail like this: name@example.org"),
    ],
)
def test_a_wrong_form_enrols_nobody_and_keeps_what_was_written(as_, session, timebank, jess, wrong, said):
    page = as_(jess).post(f"{PEOPLE}/new", {"name": "Ana <b>", "email": "ana@example.org", **wrong}, 422)

    assert said in page.words
    html = page.response.get_data(as_text=True)
    assert "Ana &lt;b&gt;" in html or "ana@example.org" in html
    assert len(members(session)) == 1


def test_nobody_is_enrolled_twice_by_mistake(as_, session, timebank, ana, jess):
    visitor = as_(jess)
    page = visitor.post(f"{PEOPLE}/new", {"name": "ana alder"}, 422)

    assert "Ana Alder is here already, as number 1." in page.words
    assert len(members(session)) == 2
    visitor.post(f"{PEOPLE}/new", {"name": "Ana Alder", "another": "y"})
    assert [one.name for one in members(session)] == ["Ana Alder", "Jess Juniper", "Ana Alder"]


def test_without_a_token_nobody_is_enrolled(as_, session, timebank, jess):
    as_(jess).post(f"{PEOPLE}/new", {"name": "Ana", "csrf_token": "old"}, 422)

    assert len(members(session)) == 1
    assert session.scalars(select(PasswordLink)).all() == []


def test_an_administrator_gives_roles(as_, session, timebank, ana):
    ada = an_administrator(session, timebank)
    visitor, path = as_(ada), f"{PEOPLE}/{ana.id}/roles"

    page = visitor.get(path)
    assert page.h1 == "|What may Ana Alder do here?"
    assert "Reads released reports, without any names, and nothing else." in page.words
    assert page.response.get_data(as_text=True).count(" checked") == 1
    answer = visitor.post(path, {"roles": ["member", "coordinator"]})
    assert answer.response.location == PEOPLE
    assert "Ana Alder has these roles now: Member, Coordinator." in visitor.get(PEOPLE).words
    session.expire_all()
    assert ana.roles == {Role.MEMBER, Role.COORDINATOR}


def test_the_last_administrator_is_told_so_in_the_form(as_, session, timebank):
    ada = an_administrator(session, timebank)
    page = as_(ada).post(f"{PEOPLE}/{ada.id}/roles", {"roles": ["member"]}, 422)

    assert "Someone must stay administrator." in page.words
    session.expire_all()
    assert ada.roles == {Role.ADMINISTRATOR}
    assert ada.account is None


def test_who_gives_up_the_role_goes_where_they_may_still_be(as_, session, timebank):
    ada, _bea = an_administrator(session, timebank), an_administrator(session, timebank, "Bea Beech")
    answer = as_(ada).post(f"{PEOPLE}/{ada.id}/roles", {"roles": ["member"]})

    assert answer.response.location == "/"


@pytest.mark.parametrize("roles", [["funder", "member"], ["owner"]])
def test_roles_that_do_not_go_together_or_do_not_exist_are_refused(as_, session, timebank, ana, roles):
    ada = an_administrator(session, timebank)
    as_(ada).post(f"{PEOPLE}/{ana.id}/roles", {"roles": roles}, 422)

    session.expire_all()
    assert ana.roles == {Role.MEMBER}


def test_an_organisation_has_no_roles_to_give(as_, session, timebank):
    ada, clinic = an_administrator(session, timebank), an_organisation(session, timebank)
    visitor = as_(ada)

    visitor.get(f"{PEOPLE}/{clinic.id}/roles", status=404)
    visitor.post(f"{PEOPLE}/{clinic.id}/roles", {"roles": ["administrator"]}, 404, from_=PEOPLE)
    assert clinic.roles == frozenset()


def test_a_coordinator_gives_no_roles_not_even_to_themselves(as_, session, timebank, jess):
    visitor, path = as_(jess), f"{PEOPLE}/{jess.id}/roles"

    visitor.get(path, status=403)
    visitor.post(path, {"roles": ["administrator"]}, 403, from_=PEOPLE)
    assert jess.roles == {Role.COORDINATOR}


def test_members_and_funders_do_not_see_who_is_here(as_, session, timebank, ana):
    for someone in (ana, a_funder(session, timebank)):
        visitor = as_(someone)
        for path in ("", "/new", f"/{ana.id}/roles"):
            visitor.get(PEOPLE + path, status=403)
        visitor.post(f"{PEOPLE}/new", {"name": "Nobody"}, 403, from_="/")

    assert session.scalars(select(Person).where(Person.name == "Nobody")).all() == []


def test_people_of_another_timebank_are_not_found(as_, session, timebank):
    ada = an_administrator(session, timebank)
    stranger = a_member(session, a_timebank(session, "hillside", "Hillside Timebank"), "Sam Spruce")
    visitor = as_(ada)

    assert "Sam Spruce" not in visitor.get(PEOPLE).words
    visitor.get(f"{PEOPLE}/{stranger.id}/roles", status=404)
    visitor.post(f"{PEOPLE}/{stranger.id}/roles", {"roles": ["administrator"]}, 404, from_=PEOPLE)
    visitor.get("/hillside/people", status=404)
    assert stranger.roles == {Role.MEMBER}


def test_names_are_text_and_never_markup(as_, session, timebank, jess):
    a_member(session, timebank, "<b>Ana</b>", email="")

    assert "&lt;b&gt;Ana&lt;/b&gt;" in as_(jess).get(PEOPLE).response.get_data(as_text=True)


def test_filters_stand_in_the_address_and_so_does_the_order(as_, session, timebank, ana, ben, jess):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    cleo.status = MembershipStatus.PAUSED
    visitor = as_(jess)

    page = visitor.get(f"{PEOPLE}?no_email=y")
    assert "1 found" in page.words
    assert "Cleo Cedar 4 Member away" in page.words
    assert "Cleo Cedar" in visitor.get(f"{PEOPLE}?status=paused&joined=&sort=balance").words
    assert "2 found" in visitor.get(f"{PEOPLE}?role=member&status=active&still=30").words
    assert "Ben Birch" in visitor.get(f"{PEOPLE}?q=BEN%40example").words
    assert "3 people" not in visitor.get(f"{PEOPLE}?beyond=5&role=member").words
    for wrong in ("joined=x", "still=-1", "beyond=99", "sort=zz", "status=gone", "no_email=", "q=" + "x" * 10_000):
        visitor.get(f"{PEOPLE}?{wrong}")


def test_ready_searches_lead_to_their_filters(as_, session, timebank, ana, jess):
    visitor = as_(jess)
    html = visitor.get(PEOPLE).response.get_data(as_text=True)

    for query in ("no_email=y&amp;status=active", "still=90&amp;status=active", "joined=30", "supported=y"):
        assert f'href="{PEOPLE}?{query}"' in html
        visitor.get(f"{PEOPLE}?{query.replace('&amp;', '&')}")


def test_who_keeps_no_accounts_finds_nobody_by_their_balance(as_, session, timebank, ana, ben, jess):
    an_approved_exchange(session, ana, ben, hours="6:00", approved_by=jess)
    ada = an_administrator(session, timebank)

    assert "2 found" in as_(jess).get(f"{PEOPLE}?beyond=5").words
    page = as_(ada).get(f"{PEOPLE}?beyond=5")
    assert "4 people and organisations" in page.words
    assert "Furthest" not in page.words or "hours from zero" not in page.words
    assert "Write to them" not in page.words


def test_several_are_chosen_and_what_is_done_with_them_knows_the_filters(as_, session, timebank, ana, ben, jess):
    page = as_(jess).get(f"{PEOPLE}?role=member&page=1")
    html = page.response.get_data(as_text=True)
    fields = page.forms[-1]["fields"]

    assert (fields["role"], fields["everyone"]) == ("member", "y")
    assert f'name="ids" value="{ana.id}"' in html
    for place in ("/people/letter", "/people/people.csv", "/sheets", "/cards"):
        assert f'formaction="/riverside{place}"' in html
    assert "All of them, 2 people" in page.words


def test_all_on_the_page_are_ticked_without_script_by_loading_it_once_more(as_, session, timebank, ana, ben, jess):
    visitor = as_(jess)
    html = visitor.get(f"{PEOPLE}?role=member").response.get_data(as_text=True)
    assert 'href="?role=member&amp;tick=all"' in html
    assert " checked" not in html

    html = visitor.get(f"{PEOPLE}?role=member&tick=all").response.get_data(as_text=True)
    assert html.count('name="ids"') == html.count(" checked") == 2


def test_names_in_the_address_that_mean_something_to_the_program_break_no_page(as_, session, timebank, jess):
    for number in range(25):
        a_member(session, timebank, f"Neighbour {number}", email="")
    page = as_(jess).get(f"{PEOPLE}?endpoint=x&_external=y&_scheme=z&_anchor=a&page=2")

    assert "Neighbour 24" in page.words


def test_a_link_of_who_shares_the_e_mail_is_not_spent_by_the_welcome_of_another(as_, session, timebank, ana, jess):
    at = datetime.now(UTC)
    ana.person.email = ana.person.email_folded = "shared@example.org"
    secret = passwords.mailed_link(session, ana.person, at=at)
    as_(jess).post(f"{PEOPLE}/new", {"name": "Bert Alder", "email": "shared@example.org"}, 302)

    assert passwords.link_owner(session, secret, at=at) is ana.person


def test_who_has_no_page_of_a_member_leads_to_how_they_stand(as_, session, timebank, jess):
    fay = a_funder(session, timebank)

    text = as_(jess).client.get(PEOPLE).get_data(as_text=True)
    assert f'href="{PEOPLE}/{fay.id}/standing">Fay Fir</a>' in text
