"""The pages of how someone stands: taking a break, being suspended, and who decides on whom."""

import pytest
from sqlalchemy import event, select

from tests.builders import (
    a_confirmed_exchange,
    a_coordinator,
    a_listing,
    a_member,
    a_person,
    a_proposed_exchange,
    a_timebank,
    an_administrator,
)
from timebank.care import standing
from timebank.members.models import AuditLine, MembershipStatus
from timebank.policy import Role

ME, PEOPLE = "/riverside/me", "/riverside/people"
LONG_AGO = {"until-day": "1", "until-month": "1", "until-year": "2020"}
IN_A_YEAR = {"until-day": "1", "until-month": "2", "until-year": "2027"}


def of(member, what):
    return f"{PEOPLE}/{member.id}/{what}"


def test_a_member_takes_a_break_and_comes_back_with_one_tap(as_, session, ana, ben):
    listing = a_listing(session, ana)
    visitor = as_(ana)
    assert "Take a break" in visitor.get(f"{ME}/standing").words
    answer = visitor.post(f"{ME}/pause", {"how_long": "until", **IN_A_YEAR})
    assert answer.response.location == f"{ME}/standing"
    assert "You are taking a break until 1 February 2027." in visitor.get(f"{ME}/standing").words
    home = visitor.get("/riverside/").words
    assert "You are taking a break until 1 February 2027. Nobody can propose anything new to you." in home
    assert "I am back" in home
    assert listing.title not in as_(ben).get("/riverside/board").words

    visitor.post(f"{ME}/back", from_=f"{ME}/standing")
    assert "Welcome back!" in visitor.get("/riverside/").words
    assert listing.title in as_(ben).get("/riverside/board").words


def test_a_break_without_a_day(as_, session, ana):
    visitor = as_(ana)
    visitor.post(f"{ME}/pause", {"how_long": "open"})

    session.expire_all()
    assert (ana.status, ana.paused_until) == (MembershipStatus.PAUSED, None)
    assert "You are taking a break. Nobody can propose anything new" in visitor.get("/riverside/").words


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Write the day on which it all comes back"),
        ({"how_long": "until"}, "Write the day on which it all comes back"),
        ({"how_long": "until", **LONG_AGO}, "Choose the day on which they are back: tomorrow or later"),
        ({"how_long": "until", **IN_A_YEAR, "until-day": "31"}, "There is no such day."),
        ({"how_long": "until", **IN_A_YEAR, "until-day": "💐"}, "Write the day, month and year"),
        ({"how_long": "ever"}, "Choose for how long"),
    ],
)
def test_a_wrong_day_is_told_at_its_field_and_kept(as_, session, ana, sent, said):
    page = as_(ana).post(f"{ME}/pause", sent, 422)

    assert said in page.words
    session.expire_all()
    assert ana.status == MembershipStatus.ACTIVE


def test_a_coordinator_writes_down_that_somebody_is_away_and_back(as_, session, ana, jess):
    visitor = as_(jess)
    visitor.post(of(ana, "pause"), {"how_long": "until", **IN_A_YEAR, "word": "You asked me to"})
    assert "Ana Alder is away, and back on 1 February 2027." in visitor.get(of(ana, "standing")).words

    visitor.post(of(ana, "back"), from_=of(ana, "standing"))
    assert "Ana Alder takes part." in visitor.get(of(ana, "standing")).words
    assert [line.deed for line in session.scalars(select(AuditLine))] == ["paused", "came back"]


def test_who_is_suspended_reads_whom_to_call_wherever_they_go(as_, session, ana, jess):
    as_(jess).post(of(ana, "suspend"), {"word": "Let us talk first"})
    visitor = as_(ana)

    assert visitor.get("/", 302).response.location == "/riverside/"
    for path in ("/riverside/", "/riverside/board", f"{ME}/standing", "/riverside/give"):
        page = visitor.get(path, 403)
        assert "You cannot take part here just now" in page.h1
        assert "Call Jess on 01632 960 123" in page.words
    visitor.post(f"{ME}/back", status=403, from_="/riverside/")
    session.expire_all()
    assert ana.status == MembershipStatus.SUSPENDED


def test_a_suspension_is_lifted_and_all_is_as_before(as_, session, ana, jess):
    visitor = as_(jess)
    visitor.post(of(ana, "suspend"), {"word": "Let us talk first"})
    page = visitor.get(of(ana, "standing"))
    assert "Ana Alder is suspended." in page.words
    visitor.post(of(ana, "lift"), from_=of(ana, "standing"))

    as_(ana).get("/riverside/")
    assert "Ana Alder takes part." in visitor.get(of(ana, "standing")).words


@pytest.mark.parametrize("word", ["", "   ", "x" * 10_000])
def test_a_suspension_without_a_word_or_with_too_many_is_not_done(as_, session, ana, jess, word):
    as_(jess).post(of(ana, "suspend"), {"word": word}, 422)

    session.expire_all()
    assert ana.status == MembershipStatus.ACTIVE


def test_who_decides_on_whom(as_, session, timebank, ana, ben, jess):
    ada = an_administrator(session, timebank)
    bea = an_administrator(session, timebank, "Bea Beech")
    coordinator = as_(jess)
    for whom in (jess, ada):
        for what in ("suspend", "leave", "pause", "died", "merge", "data"):
            coordinator.get(of(whom, what), 403)
        assert "Somebody else decides here" in coordinator.get(of(whom, "standing")).words
    as_(ada).post(of(bea, "suspend"), {"word": "We talked"})
    session.expire_all()
    assert bea.status == MembershipStatus.SUSPENDED
    for what in ("standing", "suspend", "leave", "pause", "died", "merge", "data", "erase", "rejoin"):
        as_(ben).get(of(ana, what), 403)


def test_nobody_of_another_timebank_is_found(as_, session, timebank, jess):
    stranger = a_member(session, a_timebank(session, "hillside", "Hillside Timebank"), "Sol Spruce")
    visitor = as_(jess)
    for what in ("standing", "suspend", "leave", "pause", "died", "merge", "data", "erase", "rejoin"):
        visitor.get(of(stranger, what), 404)


def test_a_form_that_is_sent_twice_is_done_once(as_, session, ana, jess):
    visitor, sent = as_(jess), {"word": "Let us talk", "key": "once"}
    visitor.post(of(ana, "suspend"), sent)
    standing.lift(session, ana, by=jess, at=session.scalars(select(AuditLine.at)).one())
    session.commit()
    visitor.post(of(ana, "suspend"), sent, from_=of(ana, "standing"))

    assert "This was sent before, and was done then." in visitor.get(of(ana, "standing")).words
    session.expire_all()
    assert ana.status == MembershipStatus.ACTIVE


def test_a_button_that_had_grown_old_does_nothing(as_, session, ana):
    visitor = as_(ana)
    visitor.post(f"{ME}/pause", {"how_long": "open"})
    visitor.post(f"{ME}/back", {"csrf_token": "old"})

    assert "Press the button once more" in visitor.get("/riverside/").words
    session.expire_all()
    assert ana.status == MembershipStatus.PAUSED


def test_who_coordinates_and_is_a_member_sees_their_own_place(as_, session, timebank):
    bo = a_person(session, timebank, "Bo Box", Role.MEMBER, Role.COORDINATOR)
    a_coordinator(session, timebank, "Jo Judas")

    assert "My membership" in as_(bo).get(f"{ME}/standing").h1


def test_what_somebody_offers_who_is_away_suspended_or_gone_is_not_there(as_, session, ana, ben, jess):
    listing = a_listing(session, ana)
    reader, coordinator = as_(ben), as_(jess)
    path = f"/riverside/board/{listing.id}"
    reader.get(path)
    coordinator.post(of(ana, "pause"), {"how_long": "open"})
    reader.get(path, 404)
    coordinator.post(of(ana, "suspend"), {"word": "x"})
    reader.get(path, 404)
    coordinator.post(of(ana, "leave"), {})
    reader.get(path, 404)
    assert listing.title not in reader.get("/riverside/board").words


def test_however_much_they_did_the_database_is_asked_at_most_twelve_times(as_, session, timebank, ana, ben, jess):
    for number in range(25):
        a_confirmed_exchange(session, ana, ben, title=f"Garden {number}")
        a_proposed_exchange(session, ana, ben, title=f"Bread {number}")
        a_member(session, timebank, f"Neighbour{number} Nemo", email="")
    asked, member, coordinator = [], as_(ana), as_(jess)
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    own = [(member, f"{ME}/{what}") for what in ("standing", "pause", "leave", "data")]
    others = ("standing", "suspend", "leave", "pause", "died", "merge", "data")
    for visitor, path in [*own, *((coordinator, of(ana, what)) for what in others)]:
        asked.clear()
        visitor.client.get(path)
        told = [one for one in asked if one.lstrip().upper().startswith("SELECT")]
        assert 0 < len(told) <= 12, f"{path}: {len(told)}"


def test_from_how_somebody_stands_it_is_a_step_to_their_page_their_card_and_the_audit_log(as_, session, timebank, ana):
    ada, jess = an_administrator(session, timebank), a_coordinator(session, timebank)
    page, card = f'href="/riverside/members/{ana.id}"', f'href="/riverside/people/{ana.id}/card"'
    log = f'href="/riverside/audit-log?about={ana.id}"'
    texts = [as_(one).client.get(f"/riverside/people/{ana.id}/standing").get_data(as_text=True) for one in (jess, ada)]

    assert all(link in texts[0] for link in (page, card, log))
    assert all(link in texts[1] for link in (card, log))
    assert page not in texts[1]
