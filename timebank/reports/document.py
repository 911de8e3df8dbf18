"""The document of a release: a protected report as canonical JSON, and read back from it; it knows no database."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from timebank.reports.disclosure import ROUNDED_TO, SHARE_FROM_PEOPLE, Protected, Shown, Withheld
from timebank.reports.figures import Cell, Figure, Report, Row, Tally, in_figures
from timebank.reports.period import Period

FORMAT = "timebank contribution release"
EXACT_FORMAT = "timebank contribution report"
VERSION = 1

RULES = (
    "Figures about 1 to %(most)s people are withheld, with their hours, contributions and share.",
    "Where a withheld figure could be worked out from others, one of these is withheld as well.",
    "People and contributions are rounded to the nearest %(step)s, hours to the nearest %(step)s hours.",
    "Totals are rounded from the figures before rounding, so printed figures may not add up to them.",
    "Shares are worked out from rounded figures, where these speak of %(people)s people or more.",
    "People are counted once in each figure.",
    "Only approved hours are counted, in the month in which the help was given.",
)
"""How the figures of a release of this version were made, as sentences of the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A protected report and what is needed to read it: whose it is, when it was released, and by which threshold."""

    timebank: str
    released_at: datetime
    still_running: bool
    threshold: int
    report: Report[Protected]
    seal: tuple[int, str] | None = None
    """The number and the digest of the seal that covers all transfers behind the figures; None in a draft."""

    @property
    def fingerprint(self) -> str:
        """Told apart from any document that says something else; when it is released makes no difference."""
        undated = replace(self, released_at=datetime.fromtimestamp(0, UTC))
        return hashlib.sha256(undated.as_json().encode()).hexdigest()

    @property
    def withholds(self) -> bool:
        """Whether any cell is withheld."""
        return any(isinstance(cell, Withheld) for _, cell in self.report.walk())

    def as_json(self) -> str:
        """The document as text: keys sorted, whole numbers only, the same for the same report on every machine."""
        return _text(
            {
                "format": FORMAT,
                "version": VERSION,
                "timebank": self.timebank,
                "released_at": self.released_at.astimezone(UTC).isoformat(timespec="seconds"),
                "still_running": self.still_running,
                "threshold": self.threshold,
                "rounded_to": ROUNDED_TO,
                "rules": [sentence % values for sentence, values in rules(self.threshold)],
                **({"seal": {"number": self.seal[0], "digest": self.seal[1]}} if self.seal else {}),
                **_written_report(self.report, _written_cell),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Document":
        """The document that was written as this text."""
        told: dict[str, Any] = json.loads(text)
        return cls(
            timebank=told["timebank"],
            released_at=datetime.fromisoformat(told["released_at"]),
            still_running=told["still_running"],
            threshold=told["threshold"],
            seal=(told["seal"]["number"], told["seal"]["digest"]) if "seal" in told else None,
            report=Report(
                period=Period(date.fromisoformat(told["first_day"]), date.fromisoformat(told["day_after"])),
                total=_read_cell(told["total"]),
                capacities=_read_cells(told["capacities"]),
                stages=_read_rows(told["stages"]),
                months=_read_rows(told["months"]),
                categories=_read_rows(told["categories"]),
            ),
        )


def rules(threshold: int) -> list[tuple[str, dict[str, int]]]:
    """What was done to the figures, a sentence each with its values; pages translate them before they fill these in."""
    values = {"most": threshold - 1, "step": ROUNDED_TO, "people": SHARE_FROM_PEOPLE}
    return [(sentence, values) for sentence in RULES]


def exact_as_json(report: Report[Tally], *, timebank: str) -> str:
    """The exact report as text, for coordinators; who gave is not in it, only how many."""
    figures = in_figures(report)
    return _text(
        {"format": EXACT_FORMAT, "version": VERSION, "timebank": timebank, **_written_report(figures, _written_figure)}
    )


def _written_report(report: Report[Cell], write: Callable[[Cell], dict[str, Any]]) -> dict[str, Any]:
    written = report.changed(lambda cell, _: write(cell))
    return {
        "period": str(report.period),
        "first_day": report.period.first_day.isoformat(),
        "day_after": report.period.day_after.isoformat(),
        "total": written.total,
        "capacities": written.capacities,
        "stages": [{"label": row.label, "cells": row.cells} for row in written.stages],
        "months": [{"label": row.label, "cells": row.cells} for row in written.months],
        "categories": [{"label": row.label, "cells": row.cells} for row in written.categories],
    }


def _written_cell(cell: Protected) -> dict[str, Any]:
    if isinstance(cell, Withheld):
        return {"withheld": True}
    return {
        "people": cell.people,
        "hours": cell.hours,
        "contributions": cell.entries,
        "share_percent": cell.share_percent,
    }


def _written_figure(figure: Figure) -> dict[str, Any]:
    return {
        "people": figure.people,
        "minutes": figure.minutes,
        "contributions": figure.entries,
        "share_percent": figure.share_percent,
    }


def _text(written: dict[str, Any]) -> str:
    """Canonical JSON: the same for the same content on every machine."""
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _read_cell(told: dict[str, Any]) -> Protected:
    if told.get("withheld"):
        return Withheld()
    return Shown(told["people"], told["hours"], told["contributions"], told["share_percent"])


def _read_cells(told: dict[str, dict[str, Any]]) -> dict[str, Protected]:
    return {capacity: _read_cell(cell) for capacity, cell in told.items()}


def _read_rows(told: list[dict[str, Any]]) -> tuple[Row[Protected], ...]:
    return tuple(Row(row["label"], _read_cells(row["cells"])) for row in told)
