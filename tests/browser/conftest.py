"""A real browser in front of a real server, each test with a community of its own on SQLite."""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
import waitress
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from config import Settings
from tests.community import lay
from timebank import create_app
from timebank.commands.upgrading import upgrade
from timebank.database import engine_options, prepare

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = next((path for path in map(shutil.which, _NAMES) if path), None)
REQUIRED = os.environ.get("TIMEBANK_BROWSER") == "required"


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.nodeid.replace("\\", "/"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def launch() -> Iterator[object]:
    """Starts Chromium, without a screen."""
    if CHROMIUM is None:
        if REQUIRED:
            pytest.fail("There is no Chromium here, and TIMEBANK_BROWSER says that it is required.")
        pytest.skip("Left out: there is no Chromium on this machine.")
    from playwright.sync_api import sync_playwright  # only where there is a browser

    with sync_playwright() as playwright:
        yield lambda *more: playwright.chromium.launch(executable_path=CHROMIUM, args=[*_QUIET, *more])


@pytest.fixture(scope="session")
def browser(launch) -> Iterator[object]:
    """A browser as most have it."""
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture
def browser_with_large_letters(launch) -> Iterator[object]:
    """A browser whose reader has set the text to twice its size."""
    browser = launch("--blink-settings=defaultFontSize=32")
    yield browser
    browser.close()


class Place:
    """A served community: its address, and its people."""

    def __init__(self, address, community, app):
        self.address, self.community, self.app = address, community, app


@pytest.fixture
def place(tmp_path, browser) -> Iterator[Place]:
    """The community of tests/community.py, served by waitress."""
    settings = Settings(instance=tmp_path, production=False, https=False)
    engine = create_engine(**engine_options(settings.database))
    prepare(engine)
    upgrade(engine)
    with Session(engine, expire_on_commit=False) as session:
        community = lay(session)
        session.commit()
        for someone in community.people.values():
            assert someone.person is not None  # read now, for the tests
            assert someone.roles
    app = create_app(settings)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Place(f"http://127.0.0.1:{server.effective_port}", community, app)
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)
    engine.dispose()
    app.extensions["letters"].shutdown()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
