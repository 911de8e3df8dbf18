"""What every part is handed: the databases, the filled books, and how much to do; it measures nothing itself."""

from dataclasses import dataclass

from benchmarks.books import Shelf
from benchmarks.databases import POSTGRESQL, Host


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and how much is measured."""

    hosts: list[Host]
    shelf: Shelf
    quick: bool

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many transfers are in a small, a middling and a large book."""
        return (1_000, 10_000, 40_000) if self.quick else (1_000, 100_000, 1_000_000)

    def rounds(self, full: int) -> int:
        """How many rounds to take, of so many in a full run."""
        return 2 if self.quick else full

    def turns(self, full: int) -> int:
        """How many turns a round, of so many in a full run."""
        return max(full // 10, 5) if self.quick else full


def has_hordak(host: Host) -> bool:
    """Whether django-hordak runs there; its triggers are not written for SQLite."""
    return host.kind == POSTGRESQL
