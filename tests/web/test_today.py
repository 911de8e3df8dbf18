"""The coordinator's page of today: what waits with the act beside it, all of one kind, and a call written down."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests import builders
from tests.builders import NOON, a_confirmed_exchange, a_listing, a_member, a_person, a_recorded_exchange
from tests.care.test_today import an_application, vetted
from timebank.exchanges import steps
from timebank.exchanges.models import Concern, Exchange
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.listings.models import ListingKind
from timebank.members.models import MembershipStatus
from timebank.notices.models import Notice, NoticeKind, NoticeState

TODAY = "/riverside/today"


@pytest.fixture
def travel():
    """Go to a moment so many days after the builders' noon."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield lambda days: traveller.move_to(NOON + timedelta(days=days))


def links(page, path):
    return f'href="{path}"' in page.response.get_data(as_text=True)


def test_an_empty_day_says_so(as_, session, timebank, jess, travel):
    page = as_(jess).get(TODAY)

    assert "Nothing waits for you today. Have a cuppa." in page.words


def test_today_stands_first_in_the_coordinator_s_menu_and_in_nobody_else_s(as_, session, timebank, ana, jess, travel):
    assert " Today Home " in as_(jess).get(TODAY).words
    assert " Today " not in as_(ana).get("/riverside/").words
    as_(ana).get(TODAY, 403)


def test_each_kind_stands_there_with_how_many_and_the_act_beside_it(as_, session, timebank, ana, ben, jess, travel):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    cleo.person.phone = "01632 960 777"
    applied = an_application(session, timebank)
    told = {"by_id": ana.id, "about_id": ben.id, "text": "I felt uneasy.", "at": NOON}
    concern = Concern(timebank_id=timebank.id, **told)
    session.add(concern)
    by_phone = a_recorded_exchange(session, ana, cleo)
    confirmed = a_confirmed_exchange(session, ana, ben)
    disputed = a_recorded_exchange(session, ana, ben, hours="3:00", title="A long walk")
    steps.dispute(session, disputed.id, hours=Hours(60), by=ben, at=NOON)
    quiet = builders.a_proposed_exchange(session, ben, ana)
    offer = a_listing(session, ana)
    request = a_listing(session, ana, "Someone to read with", kind=ListingKind.REQUEST)
    vetted(session, ana, expires_on=(NOON + timedelta(days=80)).date())
    ana.status, ana.paused_until = MembershipStatus.ACTIVE, None
    told = {"kind": NoticeKind.BULK, "told": "{}", "at": NOON, "due_at": NOON, "state": NoticeState.PHONE}
    session.add(Notice(timebank_id=timebank.id, membership_id=cleo.id, key="1:tea", **told))
    travel(61)
    page = as_(jess).get(TODAY)

    for said, path in [
        (
            "One person would like to join Dee Dogwood, since 10 June 2026 Read and welcome",
            f"applications/{applied.id}",
        ),
        (
            "One thing was told in confidence Ana Alder told us something about Ben Birch on 10 June 2026",
            f"concerns/{concern.id}",
        ),
        (
            "Cleo Cedar is asked: An hour in the garden, with Ana Alder, 1 hour 30 minutes on 10 June 2026 01632",
            f"today/by-phone/{by_phone.id}",
        ),
        ("One person to tell by phone Cleo Cedar: one thing to tell, since 10 June 2026 01632", "letters/by-phone"),
        (
            "In one exchange two times were told A long walk, Ben Birch and Ana Alder, since 10 June 2026 Settle it",
            f"approvals/{disputed.id}",
        ),
        (
            "One exchange is ready to approve An hour in the garden, Ben Birch and Ana Alder, 1 hour 30 minutes",
            f"approvals/{confirmed.id}",
        ),
        (
            "A call often helps. An hour in the garden, Ben Birch and Ana Alder: nothing since 10 June 2026 Have",
            f"exchanges/{quiet.id}",
        ),
        ("Ana Alder: background check, until 29 August 2026", f"people/{ana.id}/vetting"),
        ("One request has waited a while Someone to read with, Ana Alder, since 10 June 2026", f"board/{request.id}"),
        ("A lift to the clinic, Ana Alder, since 10 June 2026", f"board/{offer.id}"),
    ]:
        assert said in page.words, page.words
        assert links(page, f"/riverside/{path}"), path
    assert "I felt uneasy" not in page.words


def test_balances_and_hours_worth_a_look_are_told_without_blame(as_, session, timebank, ana, ben, jess, travel):
    timebank.far_balance_minutes = 60
    builders.an_approved_exchange(session, ana, ben, hours="2:00", approved_by=jess)
    a_recorded_exchange(session, ana, ben, hours="11:00")
    page = as_(jess).get(TODAY)

    assert "2 balances are far from zero A balance far from zero is no fault." in page.words
    assert "Ana Alder has given 2 hours more than they received" in page.words
    assert "Ben Birch has received 2 hours more than they gave" in page.words
    assert "Hours worth a look, once These are unlike the others of the last 30 days." in page.words
    assert "Ana Alder gave Ben Birch 11 hours at once, on 10 June 2026." in page.words


def test_who_is_away_too_long_is_told(as_, session, timebank, ana, jess, travel):
    ana.status, ana.paused_until = MembershipStatus.PAUSED, NOON.date()
    travel(1)
    page = as_(jess).get(TODAY)

    assert "One person is away longer than planned Ana Alder meant to be back on 10 June 2026" in page.words
    assert links(page, f"/riverside/people/{ana.id}/standing")


def test_beyond_five_there_is_a_page_with_all_of_them(as_, session, timebank, ana, ben, jess, travel):
    for number in range(21):
        a_confirmed_exchange(session, ana, ben, title=f"Garden {number:02}")
    visitor = as_(jess)
    page = visitor.get(TODAY)

    assert "21 exchanges are ready to approve" in page.words
    assert "Garden 04" in page.words
    assert "Garden 05" not in page.words
    assert "See all 21" in page.words
    first, second = (visitor.get(f"{TODAY}/all?of=approve&page={number}").words for number in (1, 2))
    assert "Garden 19" in first
    assert "Garden 20" not in first
    assert "Garden 20" in second


def test_all_hours_worth_a_look_have_their_page(as_, session, timebank, ana, ben, jess, travel):
    for number in range(6):
        a_recorded_exchange(session, ana, ben, hours="11:00", title=f"Long {number}")
    visitor = as_(jess)

    assert "See all 6" in visitor.get(TODAY).words
    assert visitor.get(f"{TODAY}/all?of=unusual").words.count("gave Ben Birch 11 hours at once") == 12


@pytest.mark.parametrize("of", ["", "nonsense", "Approve", "%00", "🙂"])
def test_a_kind_that_there_is_not_leads_back_to_today(as_, session, timebank, jess, of):
    answer = as_(jess).client.get(f"{TODAY}/all", query_string={"of": of.replace("%00", "x")})

    assert answer.location == TODAY


def test_a_kind_of_which_there_is_nothing_says_so(as_, session, timebank, jess):
    assert "There is nothing of this kind here." in as_(jess).get(f"{TODAY}/all?of=welcome&page=7").words


def test_what_somebody_said_on_the_telephone_is_confirmed_by_their_word(as_, session, timebank, ana, jess, travel):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    cleo.person.phone = "01632 960 777"
    exchange = a_recorded_exchange(session, ana, cleo)
    visitor, path = as_(jess), f"{TODAY}/by-phone/{exchange.id}"
    page = visitor.get(path)
    assert "Call Cleo Cedar" in page.words
    assert "01632 960 777" in page.words

    told = {"seen": page.forms[-1]["fields"]["seen"], "note": "On Monday."}
    assert visitor.post(path, told).response.location == f"/riverside/approvals/{exchange.id}"
    page = visitor.get(f"/riverside/approvals/{exchange.id}")
    assert "It is written down that Cleo Cedar said so." in page.words
    assert "On 10 June 2026 Jess Juniper said for Cleo Cedar that it is right. “By phone. On Monday.”" in page.words
    session.expire_all()
    assert (exchange.state, exchange.confirmed_by_id) == (State.CONFIRMED, cleo.person_id)
    assert "to confirm by phone" not in visitor.get(TODAY).words


def test_what_was_changed_since_it_was_shown_is_not_confirmed(as_, session, timebank, ana, jess, travel):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    exchange = a_recorded_exchange(session, ana, cleo)
    page = as_(jess).post(f"{TODAY}/by-phone/{exchange.id}", {"seen": "1 60 2026-06-10"}, 409)

    assert "This was changed in the meantime." in page.words
    session.expire_all()
    assert exchange.state == State.RECORDED


def test_a_word_that_is_too_long_is_said_at_its_field_and_kept(as_, session, timebank, ana, ben, jess, travel):
    exchange = a_recorded_exchange(session, ana, ben)
    page = as_(jess).post(f"{TODAY}/by-phone/{exchange.id}", {"seen": "x", "note": "y" * 10_000}, 422)

    assert "Use at most 480 letters." in page.words


def test_what_has_moved_on_is_not_asked_about(as_, session, timebank, ana, ben, jess, travel):
    exchange = a_confirmed_exchange(session, ana, ben)

    assert "This has moved on" in as_(jess).get(f"{TODAY}/by-phone/{exchange.id}", 409).words


def test_who_is_part_of_it_writes_down_nobody_s_word(as_, session, timebank, ana, ben, jess, travel):
    moss = a_person(session, timebank, "Moss Maple", *ana.roles, *jess.roles)
    own, asked = a_recorded_exchange(session, moss, ben), a_recorded_exchange(session, ana, moss)
    visitor = as_(moss)
    for exchange in (own, asked):
        visitor.get(f"{TODAY}/by-phone/{exchange.id}", 403)
        visitor.post(f"{TODAY}/by-phone/{exchange.id}", {"seen": "x"}, 403)
    session.expire_all()
    assert set(session.scalars(select(Exchange.state))) == {State.RECORDED}


def test_nobody_s_call_is_written_down_in_another_timebank(as_, session, timebank, ana, ben, travel):
    exchange = a_recorded_exchange(session, ana, ben)
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    officer = builders.a_coordinator(session, elsewhere, "Otto Oak")

    as_(officer).get(f"/hillside/today/by-phone/{exchange.id}", 404)


def test_where_no_telephone_number_is_known_it_is_a_step_to_write_it_down(as_, session, timebank, ana, jess):
    cleo = a_member(session, timebank, "Cleo Cedar", email="")
    exchange = a_recorded_exchange(session, ana, cleo)
    text = as_(jess).client.get(f"{TODAY}/by-phone/{exchange.id}").get_data(as_text=True)

    assert f'href="/riverside/members/{cleo.id}/about">Write it on their page</a>' in text
