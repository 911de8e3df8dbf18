"""Two published data sets turned into exchange files: `python -m tests.real_data FOLDER_WITH_DATA OUT_FOLDER`.

See docs/real-data.md for what is assumed. The data themselves are not part of the project.
"""

import csv
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

GIFTS, TIES = "KosterLeckie_dyads.csv", "foodsharing_edges.csv"
GIFT_MINUTES, TIE_MINUTES = 15, 60
YEAR = 2025
TIE_DAY = date(YEAR, 6, 30)
COLUMNS = ("provider", "receiver", "minutes", "served_on", "told_by", "note", "reference")


def folder() -> Path | None:
    """Where the data lie: TIMEBANK_REAL_DATA, or ../shared/data beside the repository; None where they do not."""
    told = os.environ.get("TIMEBANK_REAL_DATA")
    place = Path(told) if told else Path(__file__).resolve().parents[2] / "shared" / "data"
    return place if (place / GIFTS).is_file() and (place / TIES).is_file() else None


def gifts(source: Path) -> Iterator[dict[str, object]]:
    """A row for each gift of food; the gifts of a pair are spread over the months, so from the 13th on, days repeat."""
    for pair in _table(source / GIFTS):
        for giver, receiver, given in (("hidA", "hidB", "giftsAB"), ("hidB", "hidA", "giftsBA")):
            for gift in range(int(pair[given])):
                yield {
                    "provider": f"Household {pair[giver]}",
                    "receiver": f"Household {pair[receiver]}",
                    "minutes": GIFT_MINUTES,
                    "served_on": date(YEAR, 1 + gift % 12, 1 + int(pair["did"]) % 28),
                    "told_by": "provider",
                    "note": "A gift of food",
                }


def ties(source: Path) -> Iterator[dict[str, object]]:
    """A row for each distinct tie, told by its giver, its receiver or both."""
    told: dict[tuple[str, str], set[str]] = {}
    for report in _table(source / TIES):
        told.setdefault((report["giver"], report["receiver"]), set()).add(report["reported_by"])
    words = {
        ("giver_report",): "provider",
        ("receiver_report",): "receiver",
        ("giver_report", "receiver_report"): "both",
    }
    for (giver, receiver), reports in told.items():
        yield {
            "provider": f"Adult {giver}",
            "receiver": f"Adult {receiver}",
            "minutes": TIE_MINUTES,
            "served_on": TIE_DAY,
            "told_by": words[tuple(sorted(reports))],
            "note": "Shared food",
            "reference": f"foodsharing:{giver}:{receiver}",
        }


def write(rows: Iterator[dict[str, object]], path: Path) -> Path:
    """The rows are an exchange file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    return path


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    source, out = Path(arguments[0]), Path(arguments[1])
    out.mkdir(parents=True, exist_ok=True)
    print(write(gifts(source), out / "gifts.csv"))
    print(write(ties(source), out / "ties.csv"))
    return 0


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
