"""The whole line in a browser, with and without script: logged, confirmed, approved, posted, reported, audited."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.browser.test_pages import reader
from timebank.contributions import audit as contributions
from timebank.database import engine_options, prepare
from timebank.ledger import audit as ledger


@pytest.fixture
def book(place):
    """What the audit finds."""

    def findings():
        engine = create_engine(**engine_options(place.app.config["TIMEBANK"].database))
        prepare(engine)
        with Session(engine) as session:
            found = [*ledger.findings(session), *contributions.findings(session)]
        engine.dispose()
        return found

    return findings


@pytest.mark.parametrize("script", [True, False])
def test_an_hour_given_from_the_log_to_the_statement(browser, place, book, script):
    look = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": script}
    place.community.people["ben"] = _ben(place)
    with reader(browser, place, "member", **look) as ana:
        ana.goto(place.address + "/riverside/log")
        ana.get_by_label("I gave my time").check()
        ana.get_by_label("Who was it with?").select_option(label="Ben Birch")
        ana.get_by_label("What did you do together?").fill("A walk by the river")
        ana.get_by_label("Today").check()
        ana.get_by_label("Hours").fill("1")
        ana.get_by_label("Minutes").fill("30")
        ana.get_by_label("What kind of help was it?").select_option(label="Company and visits (in general)")
        ana.get_by_role("button", name="Log this exchange").click()
        assert "Ben" in ana.get_by_role("alert").inner_text()
    with reader(browser, place, "ben", **look) as ben:
        ben.goto(place.address + "/riverside/exchanges")
        ben.get_by_role("link", name="A walk by the river").first.click()
        if "/confirm" not in ben.url:
            ben.get_by_role("link", name="Say whether it is right").click()
        ben.get_by_role("button", name="Yes, that is right").click()
    with reader(browser, place, "coordinator", **look) as jess:
        jess.goto(place.address + "/riverside/approvals")
        jess.get_by_role("checkbox", name="A walk by the river").check()
        jess.get_by_role("button", name="Look at what will be posted").click()
        jess.get_by_role("button", name="Approve").click()
        assert "1 hour 30 minutes" in jess.get_by_role("alert").inner_text()
    for who, change in (("member", "+1 h 30"), ("ben", "−1 h 30")):
        with reader(browser, place, who, **look) as page:
            page.goto(place.address + "/riverside/statement")
            row = page.get_by_role("row", name="A walk by the river")
            assert change in row.inner_text()
    assert book() == []


def test_by_keyboard_alone(browser, place):
    with reader(browser, place, "member", viewport={"width": 1280, "height": 900}) as page:
        page.goto(place.address + "/riverside/log")
        page.keyboard.press("Tab")
        assert "Skip to main content" in page.evaluate("document.activeElement.innerText")
        page.keyboard.press("Enter")
        seen = []
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.name || document.activeElement.innerText"))
            outline = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle + s.boxShadow + getComputedStyle(document.activeElement.nextElementSibling"
                " || document.activeElement, '::before').boxShadow; })()"
            )
            assert outline != "nonenonenone", seen[-1]
            if seen[-1] == "Log this exchange":
                break
        assert seen[-1] == "Log this exchange"
        page.keyboard.press("Enter")
        expect(page).to_have_title(re.compile("^Error:"))


def _ben(place):
    engine = create_engine(**engine_options(place.app.config["TIMEBANK"].database))
    prepare(engine)
    from sqlalchemy import select
    from sqlalchemy.orm import joinedload

    from timebank.members.models import Membership, Person

    with Session(engine) as session:
        found = session.scalars(
            select(Membership).join(Person, Person.id == Membership.person_id).where(Person.name == "Ben Birch")
            .options(joinedload(Membership.person))
        ).one()  # fmt: skip
    engine.dispose()
    return found
