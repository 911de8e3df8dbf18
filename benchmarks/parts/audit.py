"""The audit and the proof of the seals over whole books: how many transfers a second, and how much memory it takes."""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import median

from sqlalchemy.orm import Session

from benchmarks.books import NotClean, book_and_members
from benchmarks.databases import Host, engine
from benchmarks.figures import Goal, Section, number
from benchmarks.parts.bench import Bench
from benchmarks.writers import apart
from timebank.database import READS_ONLY
from timebank.ledger import audit, seals

_HEADS = ("What", "Transfers", "seconds", "Transfers a second", "Peak memory, MiB")
_WHAT: dict[str, Callable[[Session], Iterator[str]]] = {"audit": audit.findings, "seals": seals.findings}


def measure(bench: Bench) -> Iterator[Section]:
    """The sections of this part."""
    for host in bench.hosts:
        _, middle, large = bench.sizes
        sealed = {size: apart(seal_all, bench.shelf.filled(host, size)) for size in (middle, large)}
        rows, goals = [], []
        for name in _WHAT:
            runs = [(size, _look(bench, host, name, size)) for _ in range(bench.rounds(3)) for size in (middle, large)]
            times = {size: median(run[0] for of, run in runs if of == size) for size in (middle, large)}
            peaks = {size: median(run[1] for of, run in runs if of == size) for size in (middle, large)}
            rows += [
                (name, f"{size:,}", number(times[size]), number(size / times[size]), number(peaks[size]))
                for size in (middle, large)
            ]
            goals += [
                Goal(f"{host.kind}: {name}, transfers a second", large / times[large], least=300_000),
                Goal(
                    f"{host.kind}: {name}, peak memory, times the middling book's",
                    peaks[large] / peaks[middle],
                    most=1.1,
                ),
            ]
        rows += [("sealing", f"{size:,}", number(took), number(size / took), "") for size, took in sealed.items()]
        note = "Each look is by a process of its own; its peak memory is that of the whole process, Python included."
        yield Section(f"Proving whole books on {host.kind}", _HEADS, rows, [note], goals)


def seal_all(url: str) -> float:
    """Every transfer of the book is sealed.

    Returns:
        The seconds it took.
    """
    began = time.monotonic()
    with Session(engine(url)) as session:
        book, _ = book_and_members(session)
        session.rollback()
        seal_what_is_there(session, book)
    return time.monotonic() - began


def seal_what_is_there(session: Session, book_id: int) -> None:
    """Whatever was posted until now is sealed, each seal in a transaction of its own."""
    while seals.seal(session, book_id, at=datetime.now(UTC)):
        session.commit()
    session.commit()


def _look(bench: Bench, host: Host, name: str, size: int) -> tuple[float, float]:
    return apart(partial(look, name), bench.shelf.filled(host, size))


def look(name: str, url: str) -> tuple[float, float]:
    """The book has been looked through and nothing was found.

    Returns:
        The seconds it took, and the most memory that the process ever held, in MiB.

    Raises:
        NotClean: something was found.
    """
    with Session(engine(url).execution_options(**{READS_ONLY: True})) as session:
        session.connection()
        began = time.monotonic()
        found = list(chain(_WHAT[name](session)))
        took = time.monotonic() - began
    if found:
        raise NotClean(found[0])
    return took, _peak_memory()


def _peak_memory() -> float:
    """The most that this process held; on Linux without what it inherited from the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)
