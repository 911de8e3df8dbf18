"""The large install on which the pages are measured: it can be laid, its books are right, and its pages are there."""

import pytest
from sqlalchemy import create_engine, text

from benchmarks.pages import reading, towns

SIZE = towns.Size(towns=2, members=60, listings=40, exchanges=200)


@pytest.fixture(scope="module")
def url(postgresql_url):
    server = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE a_large_install"))
    server.dispose()
    laid = postgresql_url.replace("/postgres?", "/a_large_install?")
    towns.lay(laid, SIZE)  # it refuses what the audit finds something in
    return laid


@pytest.fixture(scope="module")
def counted(url):
    return reading.Counted(url)


@pytest.mark.parametrize(
    ("who", "place"),
    [
        (None, "/join"),
        ("member", "/"),
        ("member", "/statement"),
        (towns.TWOFOLD, "/"),
        ("coordinator", "/today"),
        ("coordinator", "/people"),
        ("administrator", "/rules"),
        ("funder", "/reports/"),
    ],
)
def test_a_large_install_is_laid_and_its_pages_answer(counted, who, place):
    assert counted.status(who, f"/{towns.slug(0)}{place}") == 200


def test_no_page_is_left_out(counted):
    assert counted.left_out() == []
