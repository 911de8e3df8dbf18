"""The soak for a few seconds, and that it would tell what it is there to tell."""

import pytest

from tests.ledger import soak
from tests.ledger.hands import wrong
from tests.ledger.work import a_book, a_post, a_reversal
from tests.ledger.writer import carry_out


def test_a_short_soak_finds_everything_there_once(empty_database, capsys):
    assert soak.main(["--minutes", "0.05", "--seed", "20260610", "--writers", "3", "--database", empty_database]) == 0

    told = capsys.readouterr().out
    assert "seed 20260610" in told
    assert told.count("; 0 differences") == 2


def test_a_soak_wants_an_empty_database(own_engine, own_url):
    book, _community, pair = a_book(own_engine, None, None)
    carry_out(own_engine, a_post(book, "exchange:1", *pair, 5))

    with pytest.raises(SystemExit, match="empty"):
        soak.soak(own_url, seed=1, minutes=0.01, writers=1)


@pytest.fixture
def notes(own_engine):
    """What was acknowledged of three transfers and a reversal."""
    book, _community, pair = a_book(own_engine, None, None)
    works = [a_post(book, f"exchange:{number}", *pair, 5) for number in range(3)]
    notes = [{"told": told, **carry_out(own_engine, told)} for told in works]
    back = a_reversal(notes[0]["transfers"][0])
    return [*notes, {"told": back, **carry_out(own_engine, back)}]


def test_what_is_there_as_acknowledged_reconciles(own_engine, notes):
    assert wrong(own_engine, notes) == []


def test_a_transfer_that_nobody_acknowledged_is_found(own_engine, notes):
    (found,) = wrong(own_engine, notes[1:])
    assert found.startswith("there, but nobody acknowledged it")


def test_an_acknowledged_transfer_that_is_not_there_is_found(own_engine, notes):
    lost = {**notes[1], "transfers": [999]}
    assert wrong(own_engine, [*notes, lost]) == ["acknowledged, but not there: 999"]


def test_a_transfer_that_stands_as_something_else_is_found(own_engine, notes):
    other = {**notes[1], "told": {**notes[1]["told"], "minutes": 6}}
    (found,) = wrong(own_engine, [notes[0], other, *notes[2:]])
    assert found.startswith("there as something else than was acknowledged")
