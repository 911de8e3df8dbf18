"""Every page in a browser: nothing for axe to find, nothing wider than the screen, nothing that the policy stops."""

import re
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.builders import PASSWORD
from timebank.policy import Permission, may
from timebank.web.access import EVERYONE, SIGNED_IN

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
ALL = {"rules": {"heading-order": {"enabled": False}}}
"""All of axe's rules. The kit puts the error summary and the banner, both with an h2, above the h1."""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
LOOKS = ((320, None, None), (390, "light", ALL), (1280, "dark", COLOURS))
"""In which widths a page is looked at, in which light, and by which rules; the smallest is only measured."""
READERS = ("member", "coordinator", "administrator", "safeguarding", "funder", None)
NOT_PAGES = {"pictures.show", "look.logo", "look.stylesheet"}
SHARES = 6


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


def addresses(place, share, shares=SHARES):
    """A share of all pages, each as the first of READERS for whom it opens; where one begins, as each of them."""
    for number, rule in enumerate(sorted(place.app.url_map.iter_rules(), key=lambda rule: rule.rule)):
        not_a_page = rule.endpoint.endswith(("csv", "json")) or rule.endpoint in NOT_PAGES
        if number % shares != share or rule.endpoint == "static" or "GET" not in rule.methods or not_a_page:
            continue
        whom = place.app.view_functions[rule.endpoint].opens_for
        readers = [who for who in READERS if _opens(place, whom, who)]
        begins = rule.endpoint in {"home.show", "reports.index", "people.index"}
        for who in readers if begins else readers[:1]:
            yield who, place.community.fill(rule.rule)


def _opens(place, whom, who):
    roles = place.community.people[who].roles if who else frozenset()
    return whom == EVERYONE or bool(who and (whom == SIGNED_IN or may(roles, Permission(whom))))


def walk(browser, place, share, shares=SHARES, **look):
    """The pages of a share, opened one after another, by each reader in turn."""
    told = sorted(addresses(place, share, shares), key=lambda one: str(one[0]))
    for who, paths in groupby(told, key=lambda one: one[0]):
        with reader(browser, place, who, **look) as page:
            for _, path in paths:
                yield page, path


def look_at(page, complaints):
    """What axe finds on the page, on a phone in the light and on a large screen in the dark; and what is too wide."""
    page.evaluate(AXE)
    where = page.url
    for width, scheme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        complaints += too_wide(page, f"{where} at {width}")
        if rules:
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
            complaints += [f"{where} {width} {scheme}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found]


def too_wide(page, where):
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{where}: {wide} px wider than the screen"] if wide > 0 else []


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_for_everyone(browser, place, share):
    complaints = []
    watched = set()
    for page, path in walk(browser, place, share):
        if page not in watched:
            watched.add(page)
            page.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)
        page.goto(place.address + path)
        look_at(page, complaints)
    assert watched
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


@pytest.mark.parametrize("share", range(3))
def test_every_page_fits_a_phone_with_text_twice_as_large(browser_with_large_letters, place, share):
    complaints = []
    phone = {"viewport": {"width": 390, "height": 844}}
    for page, path in walk(browser_with_large_letters, place, share, 3, **phone):
        page.goto(place.address + path)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        complaints += too_wide(page, path)
    assert complaints == []
