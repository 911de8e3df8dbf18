"""Whom somebody means by what they typed: a number, a name, or a part of one; it forgives case and accents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from timebank.members.directory import Named
from timebank.members.folding import fold

_NUMBER = re.compile(r"(?:no\.? ?)?([0-9]{1,9})|.*\(([0-9]{1,9})\)", re.IGNORECASE)
_MARKS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class _Known:
    named: Named
    name: str
    words: tuple[str, ...]


class Names:
    """The members who can be meant, by number and by name."""

    def __init__(self, members: Sequence[Named]) -> None:
        self._by_number = {one.number: one for one in members}
        self._known = [_Known(one, " ".join(_words(one.name)), _words(one.name)) for one in members]

    def meant(self, typed: str) -> list[Named]:
        """Whom the words fit: none, the one, or several who would have to be told apart by their number.

        A number is that of a member, alone or in brackets after a name. A whole name goes before names of which only
        parts fit; each word is the beginning of one in the name, in their order: "Ana A" is Ana Alder.
        """
        number = _NUMBER.fullmatch(typed.strip())
        if number is not None:
            one = self._by_number.get(int(number.group(1) or number.group(2)))
            return [one] if one is not None else []
        sought = _words(typed)
        if not sought:
            return []
        whole = [known.named for known in self._known if known.name == " ".join(sought)]
        return whole or [known.named for known in self._known if _begins(known.words, sought)]


def told_apart(one: Named) -> str:
    """The name with the number behind it, as a list of names to choose from writes it."""
    return f"{one.name} ({one.number})"


def _words(text: str) -> tuple[str, ...]:
    return tuple(_MARKS.sub(" ", fold(text)).split())


def _begins(words: Sequence[str], sought: Sequence[str]) -> bool:
    """Whether each sought word is the beginning of a word, in this order."""
    rest = iter(words)
    return all(any(word.startswith(part) for word in rest) for part in sought)
