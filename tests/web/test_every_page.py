"""Every page as everyone: what the permission table says is what the door does; nobody meets an error of ours."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from tests import builders
from tests.community import lay
from timebank.members.models import MembershipStatus
from timebank.policy import BY_SUPPORTERS, Permission, may
from timebank.web.access import EVERYONE, SIGNED_IN

INSIDE = ("member", "coordinator", "administrator", "funder", "safeguarding")


@pytest.fixture
def community(session):
    return lay(session)


def pages(app, method):
    for rule in app.url_map.iter_rules():
        if method in rule.methods and rule.endpoint != "static":
            yield rule, app.view_functions[rule.endpoint].opens_for


@pytest.mark.parametrize("who", INSIDE)
def test_a_page_opens_just_for_whom_the_table_says(app, community, as_, who):
    visitor = as_(community.people[who])
    roles = community.people[who].roles
    for rule, whom in pages(app, "GET"):
        path = community.fill(rule.rule)
        answer = visitor.client.get(path)
        stopped = answer.status_code == 403 and "This page is for someone else." in answer.get_data(as_text=True)
        open_to_them = whom in (EVERYONE, SIGNED_IN) or may(roles, Permission(whom))
        assert stopped != open_to_them, f"{who} {path}: {answer.status_code}"
        assert answer.status_code < 500, f"{who} {path}: {answer.status_code}"


@pytest.mark.parametrize("who", INSIDE)
def test_what_opens_is_a_whole_page(app, community, as_, who):
    visitor = as_(community.people[who])
    seen = 0
    for rule, whom in pages(app, "GET"):
        if whom in (EVERYONE, SIGNED_IN) or may(community.people[who].roles, Permission(whom)):
            page = visitor.client.get(community.fill(rule.rule))
            if page.status_code == 200:
                visitor.get(community.fill(rule.rule))
                seen += 1
    assert seen >= 4


def test_who_is_away_opens_what_they_opened_before(app, community, as_):
    ana = community.people["member"]
    ana.status = MembershipStatus.PAUSED
    visitor = as_(ana)
    for rule, whom in pages(app, "GET"):
        answer = visitor.client.get(community.fill(rule.rule))
        stopped = answer.status_code == 403 and "This page is for someone else." in answer.get_data(as_text=True)
        open_to_them = whom in (EVERYONE, SIGNED_IN) or may(ana.roles, Permission(whom))
        assert stopped != open_to_them, rule.rule
        assert answer.status_code < 500, rule.rule


@pytest.mark.parametrize("status", [MembershipStatus.SUSPENDED, MembershipStatus.LEFT])
@pytest.mark.parametrize("who", ["member", "coordinator"])
def test_who_is_suspended_or_has_left_reads_only_how_they_stand(app, community, session, as_, who, status):
    visitor = as_(community.people[who])
    token = visitor.token("/password/change")
    community.people[who].status = status
    session.commit()
    before = _everything(session)
    for rule, whom in pages(app, "GET"):
        if whom not in (EVERYONE, SIGNED_IN):
            assert visitor.client.get(community.fill(rule.rule)).status_code == 403, rule.rule
    for rule, whom in pages(app, "POST"):
        if whom not in (EVERYONE, SIGNED_IN):
            told = {"csrf_token": token, "name": "x", "ids": "1"}
            assert visitor.client.post(community.fill(rule.rule), data=told).status_code == 403, rule.rule
    assert _everything(session) == before


def test_who_acts_for_a_member_opens_what_a_supporter_may_and_nothing_else(app, community, session, as_):
    ana, now = community.people["member"], datetime.now(UTC)
    sy, in_a_month = builders.a_coordinator(session, ana.timebank, "Sy Sorrel"), (now + timedelta(days=30)).date()
    relation = builders.a_supporter(session, ana, sy, last_day=in_a_month, at=now)
    visitor = as_(sy)
    visitor.post(f"/riverside/supporters/{relation.id}/act", from_="/riverside/supporters")
    token = visitor.token("/riverside/")
    before = _everything(session)
    for rule, whom in [*pages(app, "GET"), *pages(app, "POST")]:
        view, path = app.view_functions[rule.endpoint], community.fill(rule.rule)
        open_to_them = whom in BY_SUPPORTERS and not getattr(view, "for_themselves", False)
        if whom in (EVERYONE, SIGNED_IN):
            continue
        if "GET" in rule.methods:
            words = visitor.client.get(path).get_data(as_text=True)
            stopped = "This page is for someone else." in words or "This is for Ana Alder alone." in words
            assert stopped != open_to_them, rule.rule
        if "POST" in rule.methods and not open_to_them:
            told = {"csrf_token": token, "name": "x", "ids": "1"}
            assert visitor.client.post(path, data=told).status_code == 403, rule.rule
    assert _everything(session) == before


def test_someone_of_another_timebank_finds_nothing_here(app, community, as_):
    visitor = as_(community.people["stranger"])
    for rule, whom in pages(app, "GET"):
        if "<slug>" in rule.rule and whom != EVERYONE:
            assert visitor.client.get(community.fill(rule.rule)).status_code == 404, rule.rule


def test_things_of_one_timebank_are_not_at_another_s_address(app, community, session, as_):
    from tests import builders

    elsewhere = community.people["stranger"].timebank
    officer = builders.a_coordinator(session, elsewhere, "Otto Oak", email="otto@example.org")
    visitor = as_(officer)
    for rule, _whom in pages(app, "GET"):
        if "<slug>" in rule.rule and "<int:" in rule.rule:
            path = community.fill(rule.rule).replace("/riverside/", "/hillside/")
            assert visitor.client.get(path).status_code in (403, 404), path


def test_who_is_not_signed_in_is_asked_to(app, community, visit, session):
    session.commit()
    for rule, whom in pages(app, "GET"):
        if whom != EVERYONE:
            answer = visit.client.get(community.fill(rule.rule))
            assert answer.location is not None, rule.rule
            assert answer.location.startswith("/sign-in"), rule.rule


@pytest.mark.parametrize("who", [*INSIDE, "stranger", None])
def test_nothing_is_written_without_a_token(app, community, visit, as_, session, who):
    session.commit()
    visitor = as_(community.people[who]) if who else visit
    before = _everything(session)
    for rule, _whom in pages(app, "POST"):
        answer = visitor.client.post(community.fill(rule.rule), data={"name": "x", "minutes": "5", "ids": "1"})
        assert answer.status_code < 500, rule.rule
        assert answer.status_code >= 300 or answer.mimetype == "text/html", rule.rule
    assert _everything(session) == before


@pytest.mark.parametrize("who", [*INSIDE, "stranger"])
def test_what_the_table_does_not_grant_changes_nothing_even_with_a_token(app, community, as_, session, who):
    visitor = as_(community.people[who])
    token = visitor.token("/password/change")
    before = _everything(session)
    for rule, whom in pages(app, "POST"):
        if "<slug>" not in rule.rule or whom in (EVERYONE, SIGNED_IN):
            continue
        if who != "stranger" and may(community.people[who].roles, Permission(whom)):
            continue
        answer = visitor.client.post(community.fill(rule.rule), data={"csrf_token": token, "name": "x", "ids": "1"})
        assert answer.status_code == (404 if who == "stranger" else 403), rule.rule
    assert _everything(session) == before


def test_a_funder_sees_no_name_anywhere(app, community, as_, session):
    visitor = as_(community.people["funder"])
    names = {"Ana", "Alder", "Ben", "Birch", "Cléo", "Juniper", "Nora", "Spruce"}
    for rule, whom in pages(app, "GET"):
        if whom in (EVERYONE, SIGNED_IN, Permission.SEE_RELEASES):
            text = visitor.client.get(community.fill(rule.rule)).get_data(as_text=True)
            assert not [name for name in names if name in text], rule.rule


def test_the_headers_let_a_page_do_only_what_it_must(visit, community):
    answer = visit.client.get("/sign-in")

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "status"), [("/riverside/nothing-here", 404), ("/nowhere/", 404), ("/riverside/board/1/close", 405)]
)
def test_a_no_has_a_page_in_the_house_style(visit, community, session, path, status):
    session.commit()
    page = visit.get(path, status)
    assert "Everyone’s hour is worth the same." in page.words


def test_signs_in_an_address_that_nobody_can_read_are_refused_with_a_page(community, as_):
    visitor, unreadable = as_(community.people["member"]), {"QUERY_STRING": "q=\xff"}
    for place in ("board", "statement.csv", "statement/print"):
        answer = visitor.client.get(f"/riverside/{place}", environ_overrides=unreadable)
        assert answer.status_code == 422
        assert "There is a sign in it that cannot be kept." in answer.get_data(as_text=True)


def test_signs_in_a_form_that_cannot_be_kept_are_refused_wherever_they_stand(community, as_):
    visitor = as_(community.people["member"])
    for told in ({"title": "a\x00"}, {"ids": ["1", "2\x00"]}):
        page = visitor.post("/riverside/board/new", told, 422)
        assert "There is a sign in it that cannot be kept." in page.words


def test_too_much_is_refused_with_a_page(visit, community, session):
    session.commit()
    page = visit.post("/sign-in", {"email": "x" * 300_000}, 413)
    assert "Everyone’s hour" in page.words


def _everything(session):
    from sqlalchemy import func, select

    from timebank.members.models import PasswordLink, SignInAttempt
    from timebank.schema import metadata

    session.expire_all()
    passing = (SignInAttempt.__tablename__, PasswordLink.__tablename__)
    tables = [table for table in metadata().sorted_tables if table.name not in passing]
    counts = {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}
    exchange = metadata().tables["exchange"]
    counts["states"] = tuple(session.execute(select(exchange.c.id, exchange.c.state).order_by(exchange.c.id)).all())
    return counts


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"email": 5, "password": ["x"]}},
        {"json": ["x"]},
        {"data": "{", "content_type": "application/json"},
        {"data": "<a/>", "content_type": "application/xml"},
        {"data": b"x", "content_type": "application/octet-stream"},
    ],
)
@pytest.mark.parametrize("who", ["member", None])
def test_a_page_takes_forms_only(app, community, visit, as_, session, who, sent):
    session.commit()
    visitor = as_(community.people[who]) if who else visit
    before = _everything(session)
    for rule, _whom in pages(app, "POST"):
        answer = visitor.client.post(community.fill(rule.rule), **sent)
        assert answer.status_code == 422, rule.rule
        assert "Our pages take what is written in their forms, and nothing else." in answer.get_data(as_text=True)
    assert _everything(session) == before


def test_a_page_takes_no_files(app, community, as_, session):
    visitor = as_(community.people["coordinator"])
    for rule, _whom in pages(app, "POST"):
        if getattr(app.view_functions[rule.endpoint], "takes_files", False):
            continue
        for name in ("email", "to", "reason", "hours-hours", "key", "csrf_token"):
            told = {"csrf_token": "x", name: (BytesIO(b"x"), "a.txt")}
            answer = visitor.client.post(community.fill(rule.rule), data=told)
            assert answer.status_code == 422, rule.rule


def test_what_a_json_body_says_is_not_done_whatever_token_it_shows(community, as_, session):
    visitor = as_(community.people["member"])
    told = {"to": "community", "hours-hours": "1", "sure": "yes", "key": "k1", "csrf_token": visitor.token("/")}
    before = _everything(session)

    assert visitor.client.post("/riverside/give", json=told).status_code == 422
    assert _everything(session) == before
