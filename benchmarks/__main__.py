"""`python -m benchmarks`: measures, prints each table as it is done, and writes a full run to benchmarks/results.md."""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.books import Shelf
from benchmarks.databases import Host, SqliteHost, postgres
from benchmarks.figures import HOW_TO_READ, Section, page
from benchmarks.machine import described
from benchmarks.parts import audit, bulk, post, read, seal
from benchmarks.parts.bench import Bench

RESULTS = Path(__file__).with_name("results.md")
PARTS: dict[str, Callable[[Bench], Iterator[Section]]] = {
    "post": post.measure,
    "bulk": bulk.measure,
    "read": read.measure,
    "audit": audit.measure,
    "seal": seal.measure,
}


def main() -> None:
    """Every part that was asked for has been measured and printed."""
    asked = _asked()
    parts = asked.parts or list(PARTS)
    with tempfile.TemporaryDirectory() as made, postgres(Path(made)) as server:
        folder = Path(made)
        hosts: list[Host] = [SqliteHost(folder), server]
        machine = described(hosts, folder)
        sections = list(_measured(parts, Bench(hosts, Shelf(), asked.quick)))
    whole = page("How fast the book is", HOW_TO_READ, machine, sections)
    print(whole.partition("\n\n## Machine")[0])
    if asked.quick or set(parts) != set(PARTS):
        print("\nNot written: only a full run of all parts is.")
        return
    RESULTS.write_text(whole)
    print(f"\nWritten to {RESULTS}.")


def _asked() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    reader.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="part", help=f"of {', '.join(PARTS)}; all")
    reader.add_argument("--quick", action="store_true", help="a short trial with small numbers; nothing is written")
    return reader.parse_args()


def _measured(parts: list[str], bench: Bench) -> Iterator[Section]:
    for part in parts:
        began = time.monotonic()
        for section in PARTS[part](bench):
            print(section, flush=True)
            yield section
        print(f"({part}: {time.monotonic() - began:.0f} seconds)\n", flush=True)


if __name__ == "__main__":
    main()
