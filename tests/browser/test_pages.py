"""Every page in a browser: nothing for axe to find, nothing wider than the screen, nothing that the policy stops."""

import re
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.builders import PASSWORD
from timebank.policy import Permission, may
from timebank.web.access import EVERYONE, SIGNED_IN

WIDTHS = (390, 1280)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {
    # All of axe's rules in the light; in the dark only colours are other ones. The kit puts the error summary and the
    # banner, both with an h2, above the h1, so the order of headings is left out.
    "light": {"rules": {"heading-order": {"enabled": False}}},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}


@contextmanager
def reader(browser, place, who=None, **look):
    # Still colours: a change from light to dark would otherwise be looked at while it fades.
    context = browser.new_context(reduced_motion="reduce", **look)
    context.set_default_timeout(15_000)
    page = context.new_page()
    if who:
        page.goto(place.address + "/sign-in")
        page.get_by_label("E-mail").fill(place.community.people[who].person.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()


def addresses(place, who):
    roles = place.community.people[who].roles if who else frozenset()
    for rule in place.app.url_map.iter_rules():
        if rule.endpoint == "static" or "GET" not in rule.methods or rule.endpoint.endswith(("csv", "json")):
            continue
        whom = place.app.view_functions[rule.endpoint].opens_for
        if whom == EVERYONE or (who and (whom == SIGNED_IN or may(roles, Permission(whom)))):
            yield place.community.fill(rule.rule)


def look_at(page, complaints):
    """What axe finds on the page in both widths, light and dark, and whether it is wider than the screen."""
    page.evaluate(AXE)
    where = page.url
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, rules in RULES.items():
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
            complaints += [f"{where} {width} {scheme}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found]
        complaints += too_wide(page, f"{where} at {width}")


def too_wide(page, where):
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{where}: {wide} px wider than the screen"] if wide > 0 else []


@pytest.mark.parametrize("who", [None, "member", "coordinator", "administrator", "funder"])
def test_every_page_is_for_everyone(browser, place, who):
    complaints = []
    with reader(browser, place, who) as page:
        page.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)
        for path in addresses(place, who):
            page.goto(place.address + path)
            look_at(page, complaints)
    assert complaints == []


@pytest.mark.parametrize("path", ["/riverside/log", "/riverside/board/new"])
def test_a_form_with_errors_is_for_everyone_too(browser, place, path):
    complaints = []
    with reader(browser, place, "member") as page:
        page.goto(place.address + path)
        page.locator("main form button[type=submit]").last.click()
        expect(page).to_have_title(re.compile("^Error:"))
        assert "need your attention" in page.evaluate("document.activeElement.innerText")
        look_at(page, complaints)
    assert complaints == []


@pytest.mark.parametrize("who", ["member", "coordinator", "funder"])
def test_every_page_fits_320_pixels(browser, place, who):
    complaints = []
    with reader(browser, place, who, viewport={"width": 320, "height": 640}) as page:
        for path in addresses(place, who):
            page.goto(place.address + path)
            complaints += too_wide(page, path)
    assert complaints == []


@pytest.mark.parametrize("who", ["member", "coordinator", "funder"])
def test_every_page_fits_a_phone_with_text_twice_as_large(browser_with_large_letters, place, who):
    complaints = []
    with reader(browser_with_large_letters, place, who, viewport={"width": 390, "height": 844}) as page:
        for path in addresses(place, who):
            page.goto(place.address + path)
            assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
            complaints += too_wide(page, path)
    assert complaints == []
