"""A month of a timebank on a phone: somebody joins, offers, asks, shares hours, disagrees, is thanked, and leaves."""

import os
import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import builders
from tests.browser.test_line import book  # noqa: F401 - a fixture
from tests.browser.test_pages import reader, too_wide

PHONE = {"viewport": {"width": 390, "height": 844}}
PICTURES = os.environ.get("TIMEBANK_PICTURES")
PASSWORD = "seven slow snails"


class Walk:
    """The pages as they are come to; a picture of each where a folder for them is named."""

    def __init__(self):
        self.complaints, self.count = [], 0

    def see(self, page):
        page.wait_for_load_state()
        self.count += 1
        self.complaints += too_wide(page, page.url)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{self.count:02}.png", full_page=True)


def press(page, name):
    page.get_by_role("button", name=name).first.click()


def follow(page, name):
    page.get_by_role("link", name=name).first.click()


@pytest.fixture
def walk():
    walk = Walk()
    yield walk
    assert walk.complaints == []


def test_a_month_of_a_timebank_on_a_phone(browser, place, book, walk):  # noqa: F811
    _asks_to_join(browser, place, walk)
    link = _is_welcomed(browser, place, walk)
    _chooses_a_password(browser, place, walk, link)
    _offers_and_asks(browser, place, walk)
    _is_asked_and_agrees(browser, place, walk)
    _shares_an_hour_and_it_is_confirmed(browser, place, walk)
    _remember_two_times_and_it_is_settled(browser, place, walk)
    _leaves(browser, place, walk)
    assert book() == []


def _asks_to_join(browser, place, walk):
    with reader(browser, place, **PHONE) as page:
        page.goto(place.address + "/riverside/join")
        walk.see(page)
        press(page, "Ask to join")
        expect(page).to_have_title(re.compile("^Error:"))
        walk.see(page)
        page.get_by_label("What are you good at, or like doing?").fill("Baking bread\nListening")
        page.get_by_label("What would help you, now and then?").fill("Help with my phone")
        page.get_by_label("Your name").fill("Rosa Rowan")
        page.get_by_label("Your e-mail").fill("rosa@example.org")
        page.get_by_label("I have read the terms").check()
        press(page, "Ask to join")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
        walk.see(page)


def _is_welcomed(browser, place, walk):
    with reader(browser, place, "coordinator", **PHONE) as page:
        page.goto(place.address + "/riverside/today")
        walk.see(page)
        page.goto(place.address + "/riverside/applications")
        walk.see(page)
        follow(page, "Rosa Rowan")
        walk.see(page)
        press(page, "Welcome")
        walk.see(page)
        follow(page, "Print their sign-in card")
        press(page, "Put a link to choose a password on it")
        walk.see(page)
        return re.search(r"http://\S+/password/new/\S+", page.inner_text("main"))[0]


def _chooses_a_password(browser, place, walk, link):
    with reader(browser, place, **PHONE) as page:
        page.goto(place.address + "/" + link.split("/", 3)[3])
        page.locator("input[type=password]").first.fill(PASSWORD)
        walk.see(page)
        page.locator("main button[type=submit]").first.click()
        walk.see(page)


@contextmanager
def on_the_phone(browser, place, email, password=PASSWORD):
    with reader(browser, place, **PHONE) as page:
        page.goto(place.address + "/sign-in")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        press(page, "Sign in")
        yield page


def rosa(browser, place):
    return on_the_phone(browser, place, "rosa@example.org")


def ben(browser, place):
    return on_the_phone(browser, place, "ben@example.org", builders.PASSWORD)


def _offers_and_asks(browser, place, walk):
    with rosa(browser, place) as page:
        for kind, title in (("offer", "A loaf of sourdough"), ("request", "Help with my phone")):
            page.goto(place.address + f"/riverside/board/new?kind={kind}")
            walk.see(page)
            press(page, "Put it on the board")
            expect(page).to_have_title(re.compile("^Error:"))
            page.get_by_label("What is it, in a few words?").fill(title)
            page.get_by_label("What kind of help is it?").select_option(label="Baking and cakes")
            press(page, "Put it on the board")
            expect(page.get_by_role("alert")).to_contain_text("It is on the board now")
            walk.see(page)
        page.goto(place.address + "/riverside/me")
        walk.see(page)


def _is_asked_and_agrees(browser, place, walk):
    with ben(browser, place) as page:
        page.goto(place.address + "/riverside/board?q=sourdogh")
        walk.see(page)
        follow(page, "A loaf of sourdough")
        walk.see(page)
        follow(page, "Ask for this")
        walk.see(page)
        page.get_by_label("A word to begin with").fill("Could we bake on Saturday? 🍞")
        press(page, "I would like this")
        walk.see(page)
    with rosa(browser, place) as page:
        page.goto(place.address + "/riverside/")
        walk.see(page)
        page.get_by_role("link", name=re.compile("A loaf of sourdough")).first.click()
        expect(page.locator("main")).to_contain_text("Could we bake on Saturday?")
        expect(page.locator("main")).not_to_contain_text("ben@example.org")
        press(page, "I agree")
        expect(page.locator("main")).to_contain_text("ben@example.org")
        page.get_by_label("Write to Ben Birch").fill("Yes, come at ten.")
        press(page, "Send")
        walk.see(page)


def _shares_an_hour_and_it_is_confirmed(browser, place, walk):
    with rosa(browser, place) as page:
        page.goto(place.address + "/riverside/exchanges")
        walk.see(page)
        follow(page, "A loaf of sourdough")
        follow(page, "Log the time")
        walk.see(page)
        page.get_by_label("Today").check()
        page.get_by_label("Hours").fill("2")
        press(page, "Log")
        walk.see(page)
    with ben(browser, place) as page:
        page.goto(place.address + "/riverside/exchanges")
        follow(page, "A loaf of sourdough")
        follow(page, "Say whether it is right")
        page.get_by_text("Say thank you, or how it was").click()
        page.get_by_label("A word of thanks").fill("The best bread in years.")
        walk.see(page)
        press(page, "Yes, that is right")
        walk.see(page)
    _approves(browser, place, walk, "A loaf of sourdough")


def _remember_two_times_and_it_is_settled(browser, place, walk):
    with rosa(browser, place) as page:
        page.goto(place.address + "/riverside/log")
        walk.see(page)
        page.get_by_label("Someone gave time to me").check()
        page.get_by_label("Who was it with?").select_option(label="Ben Birch")
        page.get_by_label("What did you do together?").fill("My phone speaks again")
        page.get_by_label("Yesterday").check()
        page.get_by_label("Hours").fill("1h30")
        page.get_by_label("What kind of help was it?").select_option(label="Phones and computers (in general)")
        press(page, "Log this exchange")
        walk.see(page)
    with ben(browser, place) as page:
        page.goto(place.address + "/riverside/exchanges")
        follow(page, "My phone speaks again")
        follow(page, "Say whether it is right")
        page.get_by_label("Hours").fill("2")
        press(page, "Tell them")
        walk.see(page)
    with reader(browser, place, "coordinator", **PHONE) as page:
        page.goto(place.address + "/riverside/approvals?state=disputed")
        follow(page, "My phone speaks again")
        walk.see(page)
        page.get_by_label("Hours").fill("1")
        page.get_by_label("Minutes").fill("45")
        press(page, "Settle")
        expect(page.get_by_role("alert")).to_contain_text("1 hour 45 minutes")
        walk.see(page)
    _approves(browser, place, walk, "My phone speaks again")


def _approves(browser, place, walk, title):
    with reader(browser, place, "coordinator", **PHONE) as page:
        page.goto(place.address + "/riverside/approvals")
        walk.see(page)
        page.get_by_role("checkbox", name=title).check()
        press(page, "Look at what will be posted")
        walk.see(page)
        press(page, "Approve")
        expect(page.get_by_role("alert").first).to_contain_text("In the book")
        walk.see(page)


def _leaves(browser, place, walk):
    with rosa(browser, place) as page:
        page.goto(place.address + "/riverside/statement")
        walk.see(page)
        page.goto(place.address + "/riverside/thanks")
        expect(page.locator("main")).to_contain_text("The best bread in years.")
        walk.see(page)
        page.goto(place.address + "/riverside/me/leave")
        walk.see(page)
        page.locator("main form button[type=submit]").first.click()
        walk.see(page)
