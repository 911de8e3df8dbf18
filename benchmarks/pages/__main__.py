"""`python -m benchmarks.pages`: every page as every role in a large install: its median, and how often it asks."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.databases import postgres
from benchmarks.figures import Goal, Section, milliseconds, page
from benchmarks.machine import described
from benchmarks.pages import reading, towns

RESULTS = Path(__file__).parents[1] / "pages.md"
MOST_ASKED, MOST_SECONDS = 12, 0.150


def main() -> None:
    """Every page has been read and printed, and a full run is written to benchmarks/pages.md."""
    asked = _asked()
    size = towns.Size(towns=asked.towns, exchanges=asked.exchanges)
    with tempfile.TemporaryDirectory() as made, postgres(Path(made)) as server:
        url = server.fresh("towns")
        began = time.monotonic()
        towns.lay(url, size)
        print(f"(laid in {time.monotonic() - began:.0f} seconds)", flush=True)
        machine = described([server], Path(made))
        counted = reading.Counted(url)
        with _served(url, Path(made)) as address:
            read = list(_read(address, counted, asked.times, asked.only))
    told = page("How fast the pages are", _how(size, asked.times), machine, [_section(read, counted.left_out())])
    print(told.partition("\n\n## Machine")[0])
    if size == towns.Size() and not asked.only:
        RESULTS.write_text(told)
        print(f"\nWritten to {RESULTS}.")


def _asked() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    reader.add_argument("--towns", type=int, default=towns.Size.towns, help="how many timebanks")
    reader.add_argument("--exchanges", type=int, default=towns.Size.exchanges, help="exchanges in each")
    reader.add_argument("--times", type=int, default=15, help="how often each page is read")
    reader.add_argument("--only", default="", help="only addresses that hold this")
    return reader.parse_args()


def _read(address: str, counted: reading.Counted, times: int, only: str) -> Iterator[reading.Read]:
    for who in (None, "member", towns.TWOFOLD, *towns.STAFF):
        visitor = reading.Visitor(address, who)
        for path in counted.paths(who):
            if only in path:
                one = reading.Read(who or "visitor", path, *visitor.read(path, times), *counted.asked(who, path))
                print(one, flush=True)
                yield one


def _how(size: towns.Size, times: int) -> str:
    return (
        f"Written by `make bench-pages`: {size.towns} timebanks in one PostgreSQL, each with {size.members:,} members,"
        f" {size.listings:,} listings and {size.exchanges:,} exchanges; `timebank serve` (waitress, one process). Each"
        f" page was read {times} times over a connection that stays open; the figures are of the whole answer."
    )


def _section(read: list[reading.Read], left_out: list[str]) -> Section:
    pages = [one for one in read if one.status == 200]
    rows = [
        (one.who, one.path, milliseconds(one.median), milliseconds(one.slowest), str(one.asked), f"{one.size:,}")
        for one in sorted(pages, key=lambda one: -one.median)
    ]
    slowest = max(pages, key=lambda one: one.median)
    goals = [
        Goal("Slowest page's median, in ms", 1000 * slowest.median, most=1000 * MOST_SECONDS),
        Goal("Most questions of one page to the database", max(one.asked for one in pages), most=MOST_ASKED),
        Goal("Pages above the median", sum(one.median > MOST_SECONDS for one in pages), most=0),
        Goal("Pages that ask more often", sum(one.asked > MOST_ASKED for one in pages), most=0),
    ]
    elsewhere = sorted({f"{one.path} as {one.who}: {one.status}" for one in read if one.status != 200})
    notes = [f"{len(pages)} pages. Answered otherwise than with a page: {'; '.join(elsewhere) or 'none'}."]
    notes.append(f"Left out, for want of an example: {', '.join(left_out) or 'none'}.")
    heads = ("Who", "Page", "Median, ms", "Slowest, ms", "Asked", "Bytes")
    return Section("Every page", heads, rows, notes, goals)


class _served:  # noqa: N801 - used as the context manager that it is
    """The program itself, serving this database in a process of its own; its address."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def __enter__(self) -> str:
        told = {
            "TIMEBANK_INSTANCE": str(self.folder / "instance"),
            "TIMEBANK_PRODUCTION": "false",
            "TIMEBANK_HTTPS": "false",
            "TIMEBANK_DATABASE_URL": self.url,
        }
        program = [sys.executable, "-c", "from timebank.commands import main; main()", "serve", "--port", "0"]
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            program, env={**os.environ, **told}, stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline() if self.process.stdout else ""
        found = re.search(r"http://\S+?(?=/ )", line)
        if found is None:
            raise RuntimeError(f"The pages are not served: {line!r}")
        return found[0]

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)


if __name__ == "__main__":
    main()
