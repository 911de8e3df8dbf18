"""The terms as a page shows them: headings, points and paragraphs, and which of them were not in the version before."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A heading, the points of a list, or a paragraph with its lines; `is_new` where it was not there before."""

    kind: str
    lines: tuple[str, ...]
    is_new: bool = False


def pieces(text: str, before: str | None = None) -> list[Piece]:
    """The text in pieces; with the version before, what is new in it is known."""
    told: list[Piece] = []
    for block in text.split("\n\n"):
        for kind, lines in _runs([line.strip() for line in block.split("\n") if line.strip()]):
            told.append(Piece(kind, tuple(lines)))
    if before is None:
        return told
    known = {(piece.kind, piece.lines) for piece in pieces(before)}
    return [Piece(one.kind, one.lines, is_new=(one.kind, one.lines) not in known) for one in told]


def _runs(lines: list[str]) -> list[tuple[str, list[str]]]:
    runs: list[tuple[str, list[str]]] = []
    for line in lines:
        kind = "heading" if line.startswith("#") else "points" if line.startswith("- ") else "paragraph"
        tidy = line.lstrip("#-").strip() or line
        if runs and runs[-1][0] == kind and kind != "heading":
            runs[-1][1].append(tidy)
        else:
            runs.append((kind, [tidy]))
    return runs
