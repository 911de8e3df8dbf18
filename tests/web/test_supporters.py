"""A supporter is asked, agrees, acts for the member with every act marked, and stops; and what stays closed to them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests import builders
from tests.builders import NOON
from timebank.exchanges.models import Exchange
from timebank.exchanges.workflow import State
from timebank.listings.models import Listing, ListingKind
from timebank.members import audit_log, supporters
from timebank.members.models import MembershipStatus, Supporter
from timebank.members.page import Profile
from timebank.notices.models import Notice
from timebank.policy import BY_SUPPORTERS, Permission, Role

HERE = "/riverside/supporters"
TODAY = datetime.now(UTC).date()
LATER = TODAY + timedelta(days=60)


@pytest.fixture
def sam(session, timebank):
    return builders.a_member(session, timebank, "Sam Sorrel")


@pytest.fixture
def agreed(session, ana, sam):
    return builders.a_supporter(session, ana, sam, last_day=LATER, at=datetime.now(UTC))


def a_day(day, name="last_day"):
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def acting(as_, sam, relation):
    visitor = as_(sam)
    assert visitor.post(f"{HERE}/{relation.id}/act", from_=HERE).response.location == "/riverside/"
    return visitor


def told(session):
    return [(one.membership_id, one.told) for one in session.scalars(select(Notice).order_by(Notice.id))]


def test_a_member_asks_and_the_other_agrees(as_, session, ana, sam):
    visitor = as_(ana)
    visitor.post(f"{HERE}/ask", {"supporter": str(sam.id), **a_day(LATER)})
    page = visitor.get(HERE)
    assert "Sam Sorrel is asked now, and can act as soon as they agree." in page.words
    assert "Sam Sorrel asked Until" in page.words

    theirs = as_(sam)
    assert "Ana Alder asks you" in theirs.get(HERE).words
    relation = session.scalars(select(Supporter)).one()
    theirs.post(f"{HERE}/{relation.id}/agree", from_=HERE)

    assert "You may act for Ana Alder" in theirs.get(HERE).words
    assert "Sam Sorrel agreed Until" in visitor.get(HERE).words
    day = LATER.isoformat()
    assert told(session) == [
        (sam.id, f'{{"other": "Ana Alder", "what": "asked", "last_day": "{day}"}}'),
        (ana.id, f'{{"other": "Sam Sorrel", "what": "agreed", "last_day": "{day}"}}'),
    ]


def test_a_double_tap_asks_once(as_, session, ana, sam):
    visitor, said = as_(ana), {"supporter": str(sam.id), "key": "tapped", **a_day(LATER)}
    for _time in range(2):
        assert visitor.post(f"{HERE}/ask", said).response.location == HERE

    assert len(session.scalars(select(Supporter)).all()) == 1
    assert len(told(session)) == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose a person"),
        ({"supporter": "nobody"}, "Choose a person"),
        ({"supporter": "sam", "last_day-day": "x" * 10_000}, "Write the day, month and year"),
        ({"supporter": "sam", **a_day(TODAY - timedelta(days=2))}, "That day has passed"),
        ({"supporter": "sam", **a_day(TODAY + timedelta(days=400))}, "Choose a day within a year"),
        ({"supporter": "ana", **a_day(LATER)}, "Choose a person"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(as_, session, ana, sam, said, sentence):
    numbers = {"sam": str(sam.id), "ana": str(ana.id)}
    page = as_(ana).post(f"{HERE}/ask", {**said, "supporter": numbers.get(said.get("supporter"), "")}, 422)

    assert sentence in page.words
    assert session.scalars(select(Supporter)).all() == []


def test_a_coordinator_sets_it_up_once_the_member_has_agreed_on_paper(as_, session, timebank, sam, jess):
    dora = builders.a_member(session, timebank, "Dora Dogwood", email="")
    visitor, its = as_(jess), f"/riverside/members/{dora.id}/supporters"
    said = {"supporter": str(sam.id), **a_day(LATER)}
    assert "Ask them first" in visitor.post(its, said, 422).words

    visitor.post(its, {**said, "on_paper": "y"})

    relation = session.scalars(select(Supporter)).one()
    assert (relation.membership_id, relation.on_paper) == (dora.id, True)
    assert "Sam Sorrel asked" in visitor.get(its).words
    theirs = as_(sam)
    theirs.post(f"{HERE}/{relation.id}/agree", from_=HERE)
    theirs.post(f"{HERE}/{relation.id}/act", from_=HERE)
    assert "You act for Dora Dogwood." in theirs.get("/riverside/board").words

    visitor.post(f"{HERE}/{relation.id}/end", from_=its)

    assert "You no longer act for Dora Dogwood." in theirs.get("/riverside/board").words


def test_while_acting_every_page_says_for_whom_and_leads_back(as_, session, ana, sam, agreed):
    visitor = acting(as_, sam, agreed)
    for place in ("/riverside/", "/riverside/board", "/riverside/me", "/riverside/exchanges", "/riverside/give"):
        page = visitor.get(place, 403 if place.endswith("give") else 200)
        assert "You act for Ana Alder." in page.words, place
        assert "Stop acting for Ana Alder" in page.words, place
    assert "What I can bring" in visitor.get("/riverside/me").words

    visitor.post(f"{HERE}/stop", from_="/riverside/board")

    page = visitor.get("/riverside/board")
    assert "You are yourself again." in page.words
    assert "You act for Ana Alder" not in page.words


def test_a_member_who_is_away_is_spoken_of_as_somebody_else(as_, session, ana, sam, agreed):
    ana.status = MembershipStatus.PAUSED
    visitor = acting(as_, sam, agreed)
    page = visitor.get("/riverside/")
    assert "They are taking a break. Nobody can propose anything new to them." in page.words
    assert "I am back" not in page.words

    visitor.post("/riverside/me/back", from_="/riverside/")
    session.expire_all()
    assert ana.status == MembershipStatus.ACTIVE


def test_who_gave_is_asked_by_name_of_whoever_acts_for_them(as_, session, ana, ben, sam, agreed):
    page = acting(as_, sam, agreed).get("/riverside/log")

    assert "Ana Alder gave their time" in page.words
    assert "Someone gave time to Ana Alder" in page.words
    assert "I gave my time" not in page.words
    assert "I gave my time" in as_(ana).get("/riverside/log").words


def test_what_is_done_is_done_for_the_member_and_says_by_whom(as_, session, timebank, ana, ben, sam, agreed):
    exchange = builders.a_recorded_exchange(session, ben, ana, by=ben)
    visitor = acting(as_, sam, agreed)
    category = builders.a_category(session, timebank)
    asked = visitor.get(f"/riverside/exchanges/{exchange.id}/confirm")
    whole = next(form["fields"] for form in asked.forms if "seen" in form["fields"])
    visitor.post(f"/riverside/exchanges/{exchange.id}/confirm", {"seen": whole["seen"]})
    said = {"kind": "request", "title": "Company on Mondays", "category": str(category.id)}
    visitor.post("/riverside/board/new", said)
    visitor.post(f"/riverside/members/{ana.id}/about", {"about": "I like tea.", "phone": ""})

    session.expire_all()
    assert (exchange.state, exchange.confirmed_by_id) == (State.CONFIRMED, sam.person_id)
    page = as_(ben).get(f"/riverside/exchanges/{exchange.id}")
    assert "Sam Sorrel said for Ana Alder that it is right." in page.words
    listing = session.scalars(select(Listing)).one()
    assert listing.membership_id == ana.id
    assert session.get(Profile, ana.id).about == "I like tea."
    assert session.get(Profile, sam.id) is None
    lines, _count = audit_log.lines_of(session, timebank, limit=9, offset=0)
    changed = [one for one in lines if one.deed == "page changed"]
    assert {(one.by_id, one.about_id) for one in changed} == {(sam.person_id, ana.id)}
    assert '{"what": "about"}' in {one.told for one in changed}


def ended_by_the_member(session, ana, sam, relation):
    supporters.end(session, relation.id, by=ana, at=NOON)


def over(session, ana, sam, relation):
    relation.last_day = TODAY - timedelta(days=2)


def member_left(session, ana, sam, relation):
    ana.status = MembershipStatus.LEFT


def supporter_paused(session, ana, sam, relation):
    sam.status = MembershipStatus.PAUSED


def consent_gone(session, ana, sam, relation):
    relation.member_agreed_at = None


@pytest.mark.parametrize("change", [ended_by_the_member, over, member_left, supporter_paused, consent_gone])
def test_once_it_no_longer_holds_nothing_more_is_done_for_them_nor_in_ones_own_name(
    as_, session, timebank, ana, ben, sam, agreed, change
):
    """A form that was opened for the member is not acted upon as the supporter's own."""
    visitor = acting(as_, sam, agreed)
    category = builders.a_category(session, timebank)
    said = {
        "side": "gave",
        "other": str(ben.id),
        "title": "A walk",
        "served_on": "today",
        "hours-hours": "1",
        "category": str(category.id),
        "csrf_token": visitor.token("/riverside/log"),
        "key": "opened before",
    }
    change(session, ana, sam, agreed)
    session.commit()

    page = visitor.post("/riverside/log", said, 422, token=False)

    assert "The page had grown old" in page.words
    assert "You no longer act for Ana Alder." in page.words
    assert session.scalars(select(Exchange)).all() == []
    assert "You act for Ana Alder" not in visitor.get("/riverside/").words


def test_a_form_opened_as_oneself_is_not_acted_upon_as_the_member(as_, session, ana, sam, agreed):
    visitor = as_(sam)
    token = visitor.token(f"/riverside/members/{sam.id}/about")
    visitor.post(f"{HERE}/{agreed.id}/act", from_=HERE)

    page = visitor.post(f"/riverside/members/{ana.id}/about", {"about": "x", "phone": "", "csrf_token": token}, 422)

    assert "The page had grown old" in page.words
    assert session.get(Profile, ana.id) is None


def test_acting_ends_with_the_sign_out(as_, session, ana, sam, agreed):
    visitor = acting(as_, sam, agreed)
    visitor.post("/sign-out", from_="/riverside/board")
    visitor.sign_in(sam)

    assert "You act for Ana Alder" not in visitor.get("/riverside/").words


def test_in_another_timebank_a_supporter_is_themselves(as_, session, ana, sam, agreed):
    from timebank.members.models import GivenRole, Membership

    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    session.add(
        Membership(
            timebank=elsewhere,
            person=sam.person,
            number=77,
            status=MembershipStatus.ACTIVE,
            joined_on=NOON.date(),
            given_roles=[GivenRole(role=Role.COORDINATOR)],
        )
    )
    visitor = acting(as_, sam, agreed)

    assert "You act for Ana Alder" in visitor.get("/riverside/board").words
    assert "You act for" not in visitor.get("/hillside/board").words
    assert "You act for Ana Alder" in visitor.get("/riverside/board").words


def test_a_paused_member_still_has_their_supporter(as_, session, ana, sam, agreed):
    ana.status = MembershipStatus.PAUSED

    assert "You act for Ana Alder" in acting(as_, sam, agreed).get("/riverside/me").words


def test_nobody_acts_without_a_relation_that_holds(as_, session, timebank, ana, ben, sam, agreed):
    asked = supporters.ask(session, ben, sam.id, LATER, by=ben, at=datetime.now(UTC))
    visitor = as_(sam)
    visitor.post(f"{HERE}/{asked.id}/act", status=403, from_=HERE)
    as_(ben).post(f"{HERE}/{agreed.id}/act", status=403, from_=HERE)
    as_(ana).post(f"{HERE}/{agreed.id}/act", status=403, from_=HERE)
    visitor.post(f"{HERE}/999999/act", status=404, from_=HERE)
    with visitor.client.session_transaction() as cookie:
        cookie["acting_for"] = ben.id

    assert "You act for" not in visitor.get("/riverside/").words


OPEN_TO_SUPPORTERS = {
    "home.show",
    "board.index",
    "members.index",
    "profile.me",
    "exchanges.log",
    "exchanges.index",
    "statement.show",
}
CLOSED_TO_SUPPORTERS = {
    "supporters.index",
    "supporters.ask",
    "give.show",
    "letters.show",
    "blocks.index",
}


def test_a_supporter_opens_what_the_table_says_and_never_the_members_own_affairs(app, as_, session, ana, sam, agreed):
    visitor, rules = acting(as_, sam, agreed), {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        whom = getattr(view, "opens_for", None)
        if "GET" in rule.methods and isinstance(whom, Permission) and rule.arguments == {"slug"}:
            closed = getattr(view, "for_themselves", False) or whom not in BY_SUPPORTERS
            rules[rule.endpoint] = closed
            answer = visitor.client.get(rule.rule.replace("<slug>", "riverside"))
            assert (answer.status_code == 403) == closed, rule.rule
    assert {endpoint for endpoint in OPEN_TO_SUPPORTERS if rules[endpoint]} == set()
    assert {endpoint for endpoint in CLOSED_TO_SUPPORTERS if not rules[endpoint]} == set()


def test_a_word_of_thanks_says_who_wrote_it(as_, session, ana, ben, sam, agreed):
    exchange = builders.a_recorded_exchange(session, ben, ana, by=ben)
    acting(as_, sam, agreed).post(f"/riverside/exchanges/{exchange.id}/thanks", {"word": "Lovely."})

    for path, who in ((f"exchanges/{exchange.id}", "Ana Alder, to you"), ("thanks", f"for: {exchange.title}")):
        assert f"{who}, written by Sam Sorrel" in as_(ben).get(f"/riverside/{path}").words


def test_whom_they_block_and_what_they_tell_in_confidence_is_the_members_own(as_, session, ana, ben, sam, agreed):
    exchange = builders.a_recorded_exchange(session, ben, ana, by=ben)
    listing = builders.a_listing(session, ben)
    visitor = acting(as_, sam, agreed)
    for path in (
        f"blocked/{ben.id}",
        f"concerns/about-member/{ben.id}",
        f"concerns/about-exchange/{exchange.id}",
        f"concerns/about-listing/{listing.id}",
    ):
        assert "This is for Ana Alder alone." in visitor.post(f"/riverside/{path}", {"text": "Hm"}, 403).words, path
    for path in (f"exchanges/{exchange.id}", "exchanges", f"members/{ben.id}", f"board/{listing.id}"):
        words = visitor.get(f"/riverside/{path}").words
        assert "Is something not right?" not in words, path
        assert "blocked" not in words, path


def test_the_supporter_of_a_coordinator_gets_no_more_than_a_member(as_, session, timebank, ben, sam):
    both = builders.a_person(session, timebank, "Kim Kelp", Role.MEMBER, Role.COORDINATOR)
    relation = builders.a_supporter(session, both, sam, last_day=LATER, at=datetime.now(UTC))
    visitor = acting(as_, sam, relation)
    for place in ("people", "approvals", f"members/{ben.id}/edit"):
        visitor.get(f"/riverside/{place}", 403)


def test_ending_is_asked_first_and_told_to_the_other(as_, session, ana, sam, agreed):
    visitor = as_(ana)
    page = visitor.get(f"{HERE}/{agreed.id}/end")
    assert "Shall Sam Sorrel no longer act for Ana Alder?" in page.words

    visitor.post(f"{HERE}/{agreed.id}/end")

    assert "Nobody at the moment." in visitor.get(HERE).words
    last = told(session)[-1]
    assert last == (sam.id, f'{{"other": "Ana Alder", "what": "ended", "last_day": "{LATER.isoformat()}"}}')


def test_what_is_between_others_is_not_ones_own_to_end(as_, session, ben, agreed):
    visitor = as_(ben)
    visitor.get(f"{HERE}/{agreed.id}/end", 403)
    visitor.post(f"{HERE}/{agreed.id}/end", status=403, from_=HERE)
    visitor.post(f"{HERE}/{agreed.id}/agree", status=403, from_=HERE)

    session.expire_all()
    assert agreed.ended_at is None


def test_at_home_a_supporter_reads_for_whom_they_are_there(as_, sam, agreed):
    page = acting(as_, sam, agreed).get("/riverside/")

    assert page.h1 == "|You are here for Ana Alder"
    assert "0 min they have given 0 min they have received" in page.words
    assert "You have" not in page.words


def test_a_supporter_reads_whose_an_offer_is(as_, session, ana, ben, sam, agreed):
    lift = builders.a_listing(session, ana, "A lift to town")
    builders.a_listing(session, ben, "To the shops", kind=ListingKind.REQUEST)
    visitor = acting(as_, sam, agreed)
    home = visitor.get("/riverside/").words

    assert "Beside their “A lift to town”" in home
    assert "One offer or request there is theirs" in home
    assert "Ana Alder offers this." in visitor.get(f"/riverside/board/{lift.id}").words
    assert "You offer this." in as_(ana).get(f"/riverside/board/{lift.id}").words


def test_below_more_a_supporter_finds_what_is_the_member_s_and_not_their_own_password(as_, sam, agreed):
    own = as_(sam).get("/riverside/").words
    acted = acting(as_, sam, agreed).get("/riverside/").words

    assert "About you My page" in own
    assert "Change password" in own
    assert "For Ana Alder My page" in acted
    assert "Change password" not in acted
