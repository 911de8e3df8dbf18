"""Every page in a browser: nothing for axe to find, nothing wider than the screen, nothing that the policy stops."""

from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.builders import PASSWORD
from timebank.policy import Permission, may
from timebank.web.access import EVERYONE, SIGNED_IN

LOOKS = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]
WITHOUT = "heading-order"  # the kit puts the error summary and the banner, both with an h2, above the h1


@contextmanager
def reader(browser, place, who=None, **look):
    context = browser.new_context(**look)
    context.set_default_timeout(15_000)
    page = context.new_page()
    if who:
        page.goto(place.address + "/sign-in")
        page.get_by_label("E-mail").fill(place.community.people[who].person.email)
        page.get_by_label("Password").fill(PASSWORD)
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


def look_at(page, address, complaints):
    page.goto(address)
    found = [one for one in Axe().run(page).response["violations"] if one["id"] != WITHOUT]
    complaints += [f"{address}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        complaints.append(f"{address}: {wide} px wider than the screen")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("who", [None, "member", "coordinator", "administrator", "funder"])
def test_every_page_is_for_everyone(browser, place, who, width, scheme):
    complaints = []
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with reader(browser, place, who, **look) as page:
        page.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)
        for path in addresses(place, who):
            look_at(page, place.address + path, complaints)
    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_form_with_errors_is_for_everyone_too(browser, place, width, scheme):
    complaints = []
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with reader(browser, place, "member", **look) as page:
        page.goto(place.address + "/riverside/log")
        page.get_by_role("button", name="Log this exchange").click()
        assert page.title().startswith("Error:")
        assert "need your attention" in page.evaluate("document.activeElement.innerText")
        found = [one for one in Axe().run(page).response["violations"] if one["id"] != WITHOUT]
        complaints += [f"{one['id']} {one['nodes'][0]['html'][:160]}" for one in found]
    assert complaints == []


def test_every_page_fits_320_pixels_and_text_twice_as_large(browser, place):
    complaints = []
    for who in ("member", "coordinator", "funder"):
        with reader(browser, place, who, viewport={"width": 320, "height": 640}) as page:
            for path in addresses(place, who):
                page.goto(place.address + path)
                for size in ("100%", "200%"):
                    page.evaluate("size => document.documentElement.style.fontSize = size", size)
                    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    if wide > 0 and (size == "100%" or wide > 40):
                        complaints.append(f"{path} at {size}: {wide} px wider than the screen")
    assert complaints == []
