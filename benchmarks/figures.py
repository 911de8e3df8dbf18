"""Medians, ratios and goals, and the page they are written on; no database is known here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

HOW_TO_READ = (
    "Written by `make bench`. Rates are medians over rounds in which the contenders took turns; a ratio is the median"
    " of the ratios within each round, so that a slow minute of the machine slows both sides of it."
)


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that a figure ought to reach, or ought not to pass."""

    says: str
    measured: float
    least: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the figure is where it ought to be."""
        reaches = self.least is None or self.measured >= self.least
        return reaches and (self.most is None or self.measured <= self.most)

    @property
    def bound(self) -> str:
        """Where it ought to be, in words."""
        return f"at least {number(self.least)}" if self.least is not None else f"at most {number(self.most or 0)}"


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the page, with what is to be said about it and the goals it answers."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)

    def __str__(self) -> str:
        """The section in Markdown."""
        parts = [f"## {self.title}", table(self.heads, self.rows), *self.notes]
        if self.goals:
            parts.append("\n".join(f"- {goal.says}: {number(goal.measured)}, {_word(goal)}." for goal in self.goals))
        return "\n\n".join(parts) + "\n"


def page(title: str, how_to_read: str, machine: Sequence[tuple[str, str]], sections: Sequence[Section]) -> str:
    """The whole page in Markdown: goals first, then the machine, then every table."""
    goals = [goal for section in sections for goal in section.goals]
    met = sum(goal.is_met for goal in goals)
    judged = [(goal.says, goal.bound, number(goal.measured), _word(goal)) for goal in goals]
    return "\n\n".join(
        [
            f"# {title}",
            how_to_read,
            f"## Goals: {met} of {len(goals)} met",
            table(("Goal", "Wanted", "Measured", "Result"), judged),
            "## Machine",
            table(("What", "Which"), machine),
            *map(str, sections),
        ]
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns also line up as plain text."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (heads, rule, *rows)
    )


def number(value: float) -> str:
    """A figure with about three digits, and thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) < 1:
        return f"{value:.3g}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def milliseconds(seconds: float) -> str:
    """A time in milliseconds."""
    return f"{1000 * seconds:.2f}"


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many in a hundred do not pass; not a number where there are no values."""
    if len(values) < 2:
        return values[0] if values else float("nan")
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios within each round; not a number where either side did nothing."""
    pairs = [one / other for one, other in zip(ours, theirs, strict=True) if other]
    return median(pairs) if pairs else float("nan")


def _word(goal: Goal) -> str:
    return "met" if goal.is_met else "MISSED"
