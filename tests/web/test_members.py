"""Members find one another, and see of each other what is theirs to see; lists stay quick however long they are."""

import pytest
from sqlalchemy import event

from tests import builders
from tests.builders import NOON
from timebank.exchanges import steps
from timebank.listings import assets
from timebank.listings.assets import Told
from timebank.listings.models import AssetKind
from timebank.members import pictures, profiles
from timebank.members.choices import Readers
from timebank.members.models import MembershipStatus
from timebank.members.profiles import Words

MEMBERS = "/riverside/members"


def with_skill(session, member, title, district=""):
    words = Words(called="", about="", district=district, languages="", phone="")
    profiles.write(session, member, words, by=member, at=NOON)
    assets.add(session, member, Told(kind=AssetKind.SKILL, title=title), by=member, at=NOON)


def asked(session, visit, path):
    """How often the page at this address asks the database."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert visit.client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_the_list_shows_who_is_here_and_what_they_can_bring(as_, session, timebank, ana, ben):
    with_skill(session, ana, "Mending bikes", "Mill Lane")
    page = as_(ben).get(MEMBERS)

    assert "2 members and organisations" in page.words
    assert "Ana Alder Mill Lane Mending bikes" in page.words


def test_someone_is_found_by_what_they_can_bring_and_where_they_live(as_, session, ana, ben):
    with_skill(session, ana, "Mending bikes", "Mill Lane")
    visitor = as_(ben)

    assert "Ana Alder" in visitor.get(f"{MEMBERS}?q=BIKES&district=mill").words
    page = visitor.get(f"{MEMBERS}?q=bikes&district=harbour")
    assert "Nobody here fits" in page.words
    assert "Ana Alder" not in page.words


def test_the_pages_of_the_list_keep_what_is_looked_for(as_, session, timebank, ana):
    for number in range(22):
        builders.a_member(session, timebank, f"Robin Reed {number:02}", email="")
    visitor = as_(ana)

    page = visitor.get(f"{MEMBERS}?q=reed&page=2")

    assert "22 members and organisations" in page.words
    assert "Robin Reed 21" in page.words
    assert "Robin Reed 19" not in page.words
    assert "q=reed" in page.response.get_data(as_text=True)
    assert "There are not so many pages" in visitor.get(f"{MEMBERS}?page=9").words


@pytest.mark.parametrize("looked", ["?q=" + "x" * 9000, "?q=%F0%9F%99%82", "?page=-1&q=%25", "?district=%27%22"])
def test_whatever_is_looked_for_has_an_answer(as_, ana, looked):
    as_(ana).get(MEMBERS + looked)


HOURS = {
    # who sees balances: what a member, someone who agreed, a coordinator and oneself read
    Readers.COORDINATORS: (False, False, True, True),
    Readers.AGREED: (False, True, True, True),
    Readers.MEMBERS: (True, True, True, True),
}


@pytest.mark.parametrize(("seen_by", "read"), HOURS.items())
def test_hours_are_shown_to_whom_the_policy_says(as_, session, timebank, ana, ben, jess, seen_by, read):
    cleo = builders.a_member(session, timebank, "Cleo Cedar")
    builders.an_approved_exchange(session, ana, ben, approved_by=jess, hours="2:00")
    timebank.balances_seen_by = seen_by

    words = "Ana Alder has given 2 hours, and received nothing yet."
    assert tuple(words in as_(one).get(f"{MEMBERS}/{ana.id}").words for one in (cleo, ben, jess, ana)) == read


def test_a_members_page_leads_to_their_listings_and_to_logging_time_with_them(as_, session, ana, ben):
    listing = builders.a_listing(session, ana, "A lift to the clinic")
    visitor = as_(ben)
    text = visitor.get(f"{MEMBERS}/{ana.id}").response.get_data(as_text=True)

    assert f"/riverside/board/{listing.id}" in text
    assert f"/riverside/log?with={ana.id}" in text
    assert "Change this page" not in text


def test_a_coordinator_finds_the_way_to_look_after_them(as_, session, timebank, ana, jess):
    ana.status = MembershipStatus.PAUSED
    text = as_(jess).get(f"{MEMBERS}/{ana.id}").response.get_data(as_text=True)

    assert f"{MEMBERS}/{ana.id}/edit" in text
    assert f"{MEMBERS}/{ana.id}/supporters" in text
    assert "does not give or receive help here at the moment" in text


def test_who_is_not_active_or_elsewhere_is_not_there(as_, session, timebank, ana, ben):
    ana.status = MembershipStatus.PAUSED
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    sol = builders.a_member(session, elsewhere, "Sol Spruce")
    visitor = as_(ben)

    assert "Ana Alder" not in visitor.get(MEMBERS).words
    for nobody in (ana.id, sol.id, 2**31 - 1):
        visitor.get(f"{MEMBERS}/{nobody}", 404)


def test_the_pages_ask_the_database_at_most_twelve_times(as_, session, timebank, ana, ben, jess):
    timebank.balances_seen_by = Readers.MEMBERS
    for number in range(25):
        one = builders.a_member(session, timebank, f"Robin Reed {number:02}", email="")
        with_skill(session, one, f"Skill {number}", "Mill Lane")
        profiles.show_picture(session, one, pictures.draw(builders.a_picture_file()), by=one, at=NOON)
    with_skill(session, ana, "Mending bikes", "Mill Lane")
    assets.add_need(session, ana, "A walk", by=ana, at=NOON)
    for title in ("A lift", "Bread", "A walk"):
        builders.a_listing(session, ana, title)
    steps.agree(session, builders.a_proposed_exchange(session, ana, ben, by=ben).id, by=ana, at=NOON)
    relation = builders.a_supporter(session, ana, ben, at=NOON)
    picture_id = profiles.page_of(session, one).profile.picture_id
    member, keeper = as_(ben), as_(jess)

    for visitor, path in (
        (member, MEMBERS),
        (member, f"{MEMBERS}?q=skill&district=mill"),
        (member, f"{MEMBERS}/{ana.id}"),
        (member, "/riverside/me"),
        (member, f"{MEMBERS}/{ben.id}/preview"),
        (member, f"{MEMBERS}/{ben.id}/readers"),
        (member, "/riverside/supporters"),
        (member, "/riverside/supporters/ask"),
        (member, f"/riverside/supporters/{relation.id}/end"),
        (member, f"/riverside/pictures/{picture_id}"),
        (keeper, f"{MEMBERS}/{ana.id}"),
        (keeper, f"{MEMBERS}/{ana.id}/edit"),
        (keeper, f"{MEMBERS}/{ana.id}/supporters"),
    ):
        assert asked(session, visitor, path) <= 12, path


def test_two_who_share_an_e_mail_and_one_without_any_are_members_like_everyone(as_, session, timebank, ana, jess):
    pat = builders.a_member(session, timebank, "Pat Pine", email="ana@example.org")
    dora = builders.a_member(session, timebank, "Dora Dogwood", email="")
    for one in (pat, dora):
        with_skill(session, one, f"Knitting with {one.name}")
    builders.an_approved_exchange(session, pat, dora, approved_by=jess)
    timebank.balances_seen_by = Readers.MEMBERS
    visitor = as_(ana)

    page = visitor.get(f"{MEMBERS}?q=knitting")
    assert "2 members and organisations" in page.words
    assert "Pat Pine has given 1 hour 30 minutes" in visitor.get(f"{MEMBERS}/{pat.id}").words
    assert "Dora Dogwood has received 1 hour 30 minutes" in visitor.get(f"{MEMBERS}/{dora.id}").words
    others = visitor.get("/riverside/log").response.get_data(as_text=True)
    assert "Pat Pine" in others
    assert "Dora Dogwood" in others


def test_from_a_members_page_a_coordinator_finds_all_they_may_do_for_them(as_, session, ana, ben, jess):
    path = f"/riverside/members/{ana.id}"
    text = as_(jess).client.get(path).get_data(as_text=True)

    people = f"/riverside/people/{ana.id}"
    for address in (
        f"{path}/edit",
        f"{path}/supporters",
        f"/riverside/audit-log?about={ana.id}",
        *(f"{people}/{one}" for one in ("account", "card", "letters", "vetting", "standing")),
    ):
        assert f'href="{address}"' in text, address
    assert "For you as a coordinator" not in as_(ben).get(path).words
