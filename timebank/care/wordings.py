"""What someone wrote of themselves when they applied, taken apart into lines and words; it keeps nothing."""

import re

from timebank.members.folding import fold

MOST_PARTS, LONGEST_PART = 10, 120
_MOST_WORDS, _SHORTEST = 12, 4
_LINES, _CLAUSES = re.compile(r"[\r\n]+"), re.compile(r"[;,.•]\s+|[;•]|\.$")
_MARKS = " \t-–—*•·.,;:"
_WORD = re.compile(r"\w+")
_SAY_LITTLE = (
    " about also anything been bits could doing else even every everything from getting good have help helping hours"
    " into just know like likes little love lots make many more most much need needs nice often other others people"
    " some someone something sometimes such than that them then there they things this those time very want what"
    " when where which with would your "
)


def parts(text: str) -> list[str]:
    """The things that a text names, one a line, or a clause each where it is all one line; without doubles.

    At most ten, each of at most 120 signs.
    """
    lines = [line for line in _LINES.split(text) if line.strip(_MARKS)]
    if len(lines) == 1:
        lines = _CLAUSES.split(lines[0])
    told: dict[str, str] = {}
    for line in lines:
        tidy = _cut(" ".join(line.split()).strip(_MARKS))
        if len(tidy) > 1:
            told.setdefault(fold(tidy), tidy)
    return list(told.values())[:MOST_PARTS]


def stems(text: str) -> dict[str, str]:
    """The words of a text that say something, each under the folded beginning by which another form of it is found."""
    found: dict[str, str] = {}
    for word in _WORD.findall(text):
        folded = fold(word)
        if len(folded) >= _SHORTEST and f" {folded} " not in _SAY_LITTLE and not folded.isdecimal():
            found.setdefault(folded[: max(_SHORTEST, len(folded) - 3)], word)
    return dict(list(found.items())[:_MOST_WORDS])


def _cut(line: str) -> str:
    """The line, or as many whole words of it as fit."""
    if len(line) <= LONGEST_PART:
        return line
    head = line[: LONGEST_PART - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(_MARKS) + "…"
