"""One of the soak's writers: random operations of every kind until the time is up, each noted once it is acknowledged.

`python -m tests.ledger.soaking URL JOURNAL SEED PLACES` says "ready", then reads orders from its standard input, a line
of JSON each: {"seconds": SECONDS} is worked off, and "done" is said at its end. PLACES are [book, [account, ...]] in
JSON, each book's community account first.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.ledger.work import AT, a_post, a_reversal, a_seal
from tests.ledger.writer import Told, carry_out, connected, note

SHARED = 400
"""Every so many operations of this writer, a reference that the others post too comes by."""


class Chooser:
    """Chooses what to do next; the same seed and the same answers make the same choices."""

    def __init__(self, seed: str, places: list[tuple[int, list[int]]]) -> None:
        self.seed, self.places = seed, places
        self.chance = random.Random(seed)
        self.number = 0
        self.own: list[Told] = []
        self.transfers: list[int] = []
        self.stood: tuple[int, int, int] | None = None

    def next(self) -> Told:
        """The next operation."""
        self.number += 1
        names, weights = zip(*_WEIGHTS.items(), strict=True)
        return self.chance.choices(names, weights)[0](self)

    def heard(self, told: Told, said: Told) -> None:
        """Remembers something of what was written, to post it again or to take it back."""
        if said["said"] == "Posted" and self.chance.random() < 0.2:
            self.transfers = [*self.transfers[-200:], said["transfers"][0]]
            if told["do"] == "post":
                self.own = [*self.own[-200:], told]
                self.stood = (told["book"], told["payee"], said["payee"])

    def post(self) -> Told:
        return self._any(self.chance, f"{self.seed}:{self.number}")

    def shared(self) -> Told:
        """What stands under a shared reference depends on the reference only, whoever posts it."""
        reference = f"shared:{self.number // SHARED}"
        return self._any(random.Random(reference), reference)

    def again(self) -> Told:
        return self.chance.choice(self.own) if self.own else self.post()

    def otherwise(self) -> Told:
        told = self.again()
        return {**told, "minutes": told["minutes"] + 1}

    def reverse(self) -> Told:
        return a_reversal(self.chance.choice(self.transfers)) if self.transfers else self.post()

    def bulk(self) -> Told:
        rows = range(self.chance.randint(1, 12))
        return {
            "do": "post_all",
            "at": AT,
            "postings": [self._any(self.chance, f"{self.seed}:{self.number}:{row}") for row in rows],
        }

    def settle(self) -> Told:
        """An account is brought to zero, as far as this writer knows, and then closed."""
        if self.stood is None:
            return self.post()
        book, account, balance = self.stood
        self.stood = (book, account, 0)
        if not balance:
            return {"do": "close", "account": account, "reason": "they left", "at": AT}
        sides = (account, dict(self.places)[book][0])
        payer, payee = sides if balance > 0 else sides[::-1]
        return a_post(book, f"{self.seed}:{self.number}", payer, payee, abs(balance), "correction")

    def change(self) -> Told:
        _book, accounts = self.chance.choice(self.places)
        what = self.chance.choice(["limit", "limit", "close", "reopen", "reopen", "reopen"])
        told = {"do": what, "account": self.chance.choice(accounts[1:]), "reason": "as agreed", "at": AT}
        return {**told, "minutes": self.chance.choice([0, 300, 1200, None])} if what == "limit" else told

    def seal(self) -> Told:
        return a_seal(self.chance.choice(self.places)[0])

    def _any(self, chance: random.Random, reference: str) -> Told:
        book, accounts = chance.choice(self.places)
        kind = chance.choices(["exchange", "gift", "welcome", "opening", "correction"], [8, 2, 2, 1, 1])[0]
        members = accounts[1:]
        payer, payee = chance.sample(members, 2)
        if kind == "welcome":
            payer = accounts[0]
        if kind == "gift":
            payee = accounts[0]
        return a_post(book, reference, payer, payee, chance.choice([15, 30, 60, 90, 240]), kind)


_WEIGHTS: dict[Callable[[Chooser], Told], int] = {
    Chooser.post: 60,
    Chooser.shared: 5,
    Chooser.again: 8,
    Chooser.otherwise: 3,
    Chooser.reverse: 8,
    Chooser.bulk: 6,
    Chooser.change: 8,
    Chooser.settle: 3,
    Chooser.seal: 1,
}


def main(url: str, journal_path: str, seed: str, places: str) -> None:
    """Work off orders until the standard input ends."""
    engine = connected(url)
    with engine.connect():
        print("ready", flush=True)
    chooser = Chooser(seed, json.loads(places))
    with Path(journal_path).open("a") as journal:
        for line in sys.stdin:
            until = time.monotonic() + json.loads(line)["seconds"]
            while time.monotonic() < until:
                told = chooser.next()
                said = carry_out(engine, told)
                note(journal, told, said)
                chooser.heard(told, said)
            print("done", flush=True)
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
