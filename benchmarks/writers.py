"""Writers: real processes that take turns, round after round, and how long each turn took them."""

import math
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.connection import Connection
from statistics import median
from typing import Any, Protocol, TypeVar

from benchmarks.figures import milliseconds, number, percentile, ratio

SPAWNING = multiprocessing.get_context("spawn")
Found = TypeVar("Found")


class Pattern(StrEnum):
    """Between which accounts the turns of a round run."""

    SPREAD = "any two accounts"
    HOT = "one account pays or is paid each time"
    FIRST = "the first account"
    OTHERS = "any account but the first"


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing to do. Accounts are told by their place in the contender's own list, from 0."""

    payer: int
    payee: int
    minutes: int
    reference: str


class Actor(Protocol):
    """Who takes turns, within one process and with one connection."""

    def act(self, turn: Turn) -> None:
        """The turn is taken and committed."""
        ...

    def recover(self) -> None:
        """After a turn that failed the next one can be taken."""
        ...


@dataclass(frozen=True, slots=True)
class Contender:
    """One side of a comparison: `opens` makes its actor inside each writer's process, from the address.

    `turns` is how many a writer takes in a round, half as many where there are several writers; `each` is how many
    transfers are in one turn.
    """

    name: str
    opens: Callable[[str], Actor]
    url: str
    turns: int
    each: int = 1
    accounts: int = 200


@dataclass(frozen=True, slots=True)
class _Task:
    pattern: Pattern
    turns: int
    round: int
    start_at: float


@dataclass(frozen=True, slots=True)
class _Stint:
    finished_at: float
    seconds: list[float]
    errors: list[str]


@dataclass(slots=True)
class Series:
    """What one contender did in all rounds: its rate in each, every turn's time, and what went wrong."""

    name: str
    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The median rate, a second."""
        return median(self.rates)

    @property
    def deadlocks(self) -> int:
        """How many of the errors were deadlocks."""
        return sum("deadlock" in error.lower() for error in self.errors)

    def over(self, other: "Series") -> float:
        """How many times as fast as the other, as the median over the rounds."""
        return ratio(self.rates, other.rates)

    def row(self, base: "Series") -> tuple[str, ...]:
        """Its line in a table whose heads are ROW."""
        longest = max(self.seconds, default=math.nan)
        times = map(milliseconds, (percentile(self.seconds, 50), percentile(self.seconds, 99), longest))
        spread = f"{number(min(self.rates))} to {number(max(self.rates))}"
        share = f"{self.over(base):.2f}"
        return (self.name, number(self.rate), spread, share, *times, str(len(self.errors)), str(self.deadlocks))


def heads(of: str, base: str) -> tuple[str, ...]:
    """The heads above the rows of series."""
    times = ("p50 ms", "p99 ms", "longest ms")
    return ("Contender", f"{of} a second", "lowest to highest", f"x {base}", *times, "errors", "deadlocks")


class Crew:
    """The writers of one contender: processes that stay, each with its connection, and wait between rounds."""

    def __init__(self, contender: Contender, writers: int) -> None:
        self.contender = contender
        self._links: list[Connection] = []
        self._processes = []
        for writer in range(writers):
            link, far = SPAWNING.Pipe()
            process = SPAWNING.Process(target=_write, args=(contender, writer, far), daemon=True)
            process.start()
            far.close()
            self._links.append(link)
            self._processes.append(process)
        for link in self._links:
            link.recv()

    def work(self, pattern: Pattern, number: int, *, writers: int, into: Series | None) -> None:
        """So many of the writers have done a round, all from the same moment on; it counts if there is a series."""
        start_at = time.monotonic() + 0.1
        working = self._links[:writers]
        turns = self.contender.turns if writers == 1 else -(-self.contender.turns // 2)
        for link in working:
            link.send(_Task(pattern, turns, number, start_at))
        stints: list[_Stint] = [link.recv() for link in working]
        if into is None:
            return
        done = sum(len(stint.seconds) for stint in stints) * self.contender.each
        into.rates.append(done / (max(stint.finished_at for stint in stints) - start_at))
        for stint in stints:
            into.seconds += stint.seconds
            into.errors += stint.errors

    def leave(self) -> None:
        """The processes have ended."""
        for link in self._links:
            link.send(None)
        for process in self._processes:
            process.join()


@contextmanager
def crews(contenders: Sequence[Contender], *, writers: int) -> Iterator[list[Crew]]:
    """A crew for each contender, gone afterwards."""
    made = [Crew(contender, writers) for contender in contenders]
    try:
        yield made
    finally:
        for crew in made:
            crew.leave()


_rounds_so_far = iter(range(1_000_000_000))


def take_turns(made: Sequence[Crew], pattern: Pattern, *, rounds: int, writers: int = 1) -> list[Series]:
    """The crews worked one after the other in each round, another one first each time; a first round did not count."""
    series = [Series(crew.contender.name) for crew in made]
    for number_ in range(rounds + 1):
        order = list(range(len(made)))
        first = number_ % len(made)
        for place in order[first:] + order[:first]:
            into = series[place] if number_ else None
            made[place].work(pattern, next(_rounds_so_far), writers=writers, into=into)
    return series


def apart(function: Callable[..., Found], *given: Any) -> Found:  # noqa: ANN401 - whatever the function takes
    """What the function returns, called in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=SPAWNING) as alone:
        return alone.submit(function, *given).result()


def _write(contender: Contender, writer: int, link: Connection) -> None:
    actor = contender.opens(contender.url)
    link.send("ready")
    while (task := link.recv()) is not None:
        turns = _turns(task, writer, contender)
        while (left := task.start_at - time.monotonic()) > 0:
            time.sleep(left)
        link.send(_stint(actor, turns))


def _stint(actor: Actor, turns: Sequence[Turn]) -> _Stint:
    seconds, errors = [], []
    for turn in turns:
        began = time.monotonic()
        try:
            actor.act(turn)
        except Exception as error:  # whatever a contender raises is one error to count
            errors.append(f"{type(error).__name__}: {error}")
            actor.recover()
        else:
            seconds.append(time.monotonic() - began)
    return _Stint(time.monotonic(), seconds, errors)


def _turns(task: _Task, writer: int, contender: Contender) -> list[Turn]:
    """The writer's turns of a round, the same in every run."""
    chance = random.Random(f"{task.round} {writer}")  # noqa: S311 - the same each time, and no secret
    return [
        Turn(*_between(task.pattern, chance, contender.accounts, writer), 5, f"turn:{task.round}:{writer}:{place}")
        for place in range(task.turns)
    ]


def _between(pattern: Pattern, chance: random.Random, accounts: int, writer: int) -> tuple[int, int]:
    """Payer and payee; on the hot account every other writer pays and the rest are paid."""
    other = chance.randrange(1, accounts)
    if pattern is Pattern.SPREAD:
        payer, payee = chance.sample(range(accounts), 2)
        return payer, payee
    if pattern is Pattern.OTHERS:
        return other, 0
    return (0, other) if pattern is Pattern.FIRST or writer % 2 else (other, 0)
