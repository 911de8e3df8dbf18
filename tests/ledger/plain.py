"""The book once more, as plain as it can be: lists and sums in memory, to foretell every answer of the real one.

It knows nothing of databases and imports nothing from the ledger. Operations and answers are the bare figures that
writer.py speaks; a transfer's id is the one thing that it cannot foretell, so it is told, and asks that ids rise.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Told = dict[str, Any]

ANYBODY = {"member", "organisation", "community", "partner"}
HELPERS = {"member", "organisation", "partner"}
PEOPLE = {"member", "organisation"}
GROUPS = {"community", "organisation"}
BETWEEN = {
    "exchange": (ANYBODY, HELPERS),
    "activity": (GROUPS, PEOPLE),
    "allocation": (GROUPS, PEOPLE),
    "welcome": ({"community"}, PEOPLE),
    "gift": (PEOPLE, ANYBODY),
    **dict.fromkeys(("opening", "correction", "reversal"), (ANYBODY, ANYBODY)),
}
STRETCH = 10_000


class No(Exception):
    """The plain book refuses, with the name of the refusal and, past a limit, with the room there was."""

    def __init__(self, said: str, room: int | None = None) -> None:
        super().__init__(said)
        self.answer = {"said": said, **({} if room is None else {"room": room})}


@dataclass
class Transfer:
    """One transfer; `id` is 0 until it is heard."""

    told: Told
    id: int = 0
    reversed_by: "Transfer | None" = None


@dataclass
class Account:
    """One account; every figure but the excess is added up anew from its transfers each time."""

    id: int
    book: int
    kind: str
    limit: int | None
    excess: int = 0
    closed: bool = False
    transfers: list[Transfer] = field(default_factory=list)
    changes: list[tuple[str, int | None, int | None]] = field(default_factory=list)

    def tallies(self) -> tuple[int, int]:
        """Given and received; a reversed transfer and its reversal count for nothing."""
        given = received = 0
        for transfer in self.transfers:
            if transfer.reversed_by is None and transfer.told["kind"] != "reversal":
                given += transfer.told["minutes"] if transfer.told["payee"] == self.id else 0
                received += transfer.told["minutes"] if transfer.told["payer"] == self.id else 0
        return given, received

    def balance(self) -> int:
        """Given less received."""
        given, received = self.tallies()
        return given - received

    def room(self) -> int | None:
        """How much it could still give."""
        return None if self.limit is None else max(0, self.balance() + self.limit)

    def change_by(self, transfer: Transfer) -> int:
        """What a transfer changes for it."""
        return transfer.told["minutes"] * (1 if transfer.told["payee"] == self.id else -1)

    def statement(self) -> list[tuple[int, int, int, bool]]:
        """(transfer, change, balance after it, whether it was reversed later), newest first."""
        lines, after = [], 0
        for transfer in self.transfers:
            after += self.change_by(transfer)
            lines.append((transfer.id, self.change_by(transfer), after, transfer.reversed_by is not None))
        return lines[::-1]

    def take(self, transfer: Transfer) -> None:
        """The transfer is one of its own, and its excess never more than what is left of it."""
        self.transfers.append(transfer)
        self.excess = max(0, min(self.excess, -self.balance() - (self.limit or 0)))


class Plain:
    """Books, their accounts, and all that was written."""

    def __init__(self) -> None:
        self.accounts: dict[int, Account] = {}
        self.transfers: dict[int, list[Transfer]] = {}
        self.seals: dict[int, list[list[int]]] = {}
        self.newest = 0

    def open_book(self, book: int) -> None:
        """A book with nothing in it."""
        self.transfers[book], self.seals[book] = [], []

    def open_account(self, account: int, book: int, kind: str, limit: int | None) -> None:
        """An account at zero, whose limit is the first change of its log."""
        first = [] if limit is None else [("limit", None, limit)]
        self.accounts[account] = Account(account, book, kind, limit, changes=first)

    def do(self, told: Told) -> Told:
        """What the book must answer; `transfers` are the transfers themselves, for hear() to be told their ids."""
        try:
            return getattr(self, f"_{told['do']}")(told)
        except No as no:
            return no.answer

    def hear(self, transfers: list[Transfer], ids: list[int]) -> None:
        """The ids that the real book gave to these transfers: one that is new is above all before it."""
        for transfer, number in zip(transfers, ids, strict=True):
            if not transfer.id:
                assert number > self.newest, (number, self.newest)
                transfer.id = self.newest = number
            assert transfer.id == number

    def balance_at(self, account: int, moment: datetime) -> int:
        """The balance of what was posted until that moment, by the time it was told."""
        return self._balance_where(account, lambda told: datetime.fromisoformat(told["at"]) <= moment)

    def balance_on(self, account: int, day: date) -> int:
        """The balance of what occurred until the end of that day."""
        return self._balance_where(account, lambda told: date.fromisoformat(told["on"]) <= day)

    def _balance_where(self, account: int, counts: Callable[[Told], bool]) -> int:
        kept = self.accounts[account]
        return sum(kept.change_by(transfer) for transfer in kept.transfers if counts(transfer.told))

    def _post(self, told: Told) -> Told:
        transfer, written = self._written(told)
        payer, payee = self._sides(told)
        return {
            "said": "Posted",
            "transfers": [transfer],
            "payer": payer.balance(),
            "payee": payee.balance(),
            "room": payer.room(),
            "written": written,
        }

    def _post_all(self, told: Told) -> Told:
        before = {book: list(transfers) for book, transfers in self.transfers.items()}
        excesses = {account.id: account.excess for account in self.accounts.values()}
        try:
            transfers = [self._written({**one, "at": told["at"]})[0] for one in told["postings"]]
        except No:
            for account in self.accounts.values():
                account.transfers = [one for one in account.transfers if one in before[account.book]]
                account.excess = excesses[account.id]
            self.transfers = before
            raise
        return {"said": "Posted", "transfers": transfers}

    def _reverse(self, told: Told) -> Told:
        transfer = self._original({"reverses": told["transfer"]})
        if transfer is None:
            raise No("NotFound")
        if transfer.told["kind"] == "reversal" or not told["reason"].strip():
            raise No("Unacceptable")
        if transfer.reversed_by:
            raise No("AlreadyReversed")
        original = transfer.told
        mirror = {
            "book": original["book"],
            "reference": f"reversal:{transfer.id}",
            "kind": "reversal",
            "payer": original["payee"],
            "payee": original["payer"],
            "minutes": original["minutes"],
            "on": told["on"],
            "at": told["at"],
            "reason": told["reason"].strip(),
            "reverses": transfer.id,
        }
        return self._post(mirror)

    def _limit(self, told: Told) -> Told:
        account = self._found(told)
        if told["minutes"] is not None and told["minutes"] < 0:
            raise No("Unacceptable")
        if told["minutes"] == account.limit:
            return {"said": "Done"}
        _may_change(account, told)
        account.changes.append(("limit", account.limit, told["minutes"]))
        account.limit = told["minutes"]
        account.excess = 0 if account.limit is None else max(0, -account.balance() - account.limit)
        return {"said": "Done"}

    def _close(self, told: Told) -> Told:
        account = self._found(told)
        _may_change(account, told)
        if account.balance():
            raise No("NotAtZero")
        account.closed = True
        account.changes.append(("close", None, None))
        return {"said": "Done"}

    def _reopen(self, told: Told) -> Told:
        account = self._found(told)
        if not told["reason"].strip():
            raise No("Unacceptable")
        if not account.closed:
            raise No("NotClosed")
        account.closed = False
        account.changes.append(("reopen", None, None))
        return {"said": "Done"}

    def _seal(self, told: Told) -> Told:
        seals = self.seals[told["book"]]
        after = seals[-1][2] if seals else 0
        stretch = [transfer.id for transfer in self.transfers[told["book"]] if transfer.id > after][:STRETCH]
        new = [[len(seals) + 1, after, stretch[-1], len(stretch)]] if stretch else []
        seals.extend(new)
        return {"said": "Sealed", "seals": new}

    def _sides(self, told: Told) -> tuple[Account, Account]:
        return self.accounts[told["payer"]], self.accounts[told["payee"]]

    def _found(self, told: Told) -> Account:
        if told["account"] not in self.accounts:
            raise No("NotFound")
        return self.accounts[told["account"]]

    def _written(self, told: Told) -> tuple[Transfer, bool]:
        """The transfer under the posting's reference, and whether it was written only now."""
        _check(told)
        standing = self._standing(told)
        if standing:
            if _content(standing.told) != _content(told):
                raise No("ReferenceTaken")
            return standing, False
        self._asked(told)
        transfer = Transfer(told)
        self.transfers[told["book"]].append(transfer)
        original = self._original(told)
        if original:
            original.reversed_by = transfer
        for account in self._sides(told):
            account.take(transfer)
        return transfer, True

    def _standing(self, told: Told) -> Transfer | None:
        under = (one for one in self.transfers[told["book"]] if one.told["reference"] == told["reference"])
        return next(under, None)

    def _original(self, told: Told) -> Transfer | None:
        """What a reversal reverses."""
        every = (one for written in self.transfers.values() for one in written)
        return next((one for one in every if one.id and one.id == told.get("reverses")), None)

    def _asked(self, told: Told) -> None:
        """Whether the posting may be written; what stands first is told first."""
        original = self._original(told)
        if original and original.reversed_by:
            raise No("AlreadyReversed")
        payer, payee = (self.accounts.get(told[side]) for side in ("payer", "payee"))
        if payer is None or payee is None or not payer.book == payee.book == told["book"]:
            raise No("NotFound")
        if payer.closed or payee.closed:
            raise No("AccountClosed")
        payers, payees = BETWEEN[told["kind"]]
        if payer.kind not in payers or payee.kind not in payees:
            raise No("Unacceptable")
        if told["kind"] == "reversal" and not _mirrors(told, original):
            raise No("Unacceptable")
        room = payer.room()
        if room is not None and told["minutes"] > room:
            raise No("OverCreditLimit", room)


def _may_change(account: Account, told: Told) -> None:
    if not told["reason"].strip():
        raise No("Unacceptable")
    if account.closed:
        raise No("AccountClosed")


def _mirrors(told: Told, original: Transfer | None) -> bool:
    if original is None or original.told["kind"] == "reversal":
        return False
    was = original.told
    same = (was["book"], was["payee"], was["payer"], was["minutes"])
    return same == (told["book"], told["payer"], told["payee"], told["minutes"])


def _check(told: Told) -> None:
    if told["minutes"] <= 0 or told["payer"] == told["payee"]:
        raise No("Unacceptable")


def _content(told: Told) -> tuple[Any, ...]:
    kept = ("kind", "payer", "payee", "minutes", "on")
    return (*(told[word] for word in kept), told.get("reason", ""), told.get("reverses"))
