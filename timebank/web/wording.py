"""What all letters are made of: a sentence that stands alone, more of it, someone's own words, and where it leads."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from timebank.notices.models import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One thing that someone is told; `sentence` says it all by itself, as in a digest or on the telephone.

    `quote` are the words of somebody else, kept apart from ours. `values` are those of the page's address.
    """

    subject: str
    sentence: str
    more: list[str] = field(default_factory=list)
    quote: str = ""
    link: str = ""
    endpoint: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where the thing is to be seen; "" where there is no page of it."""
        return url_for(self.endpoint, **self.values) if self.endpoint else ""

    @property
    def quoted(self) -> list[str]:
        """The words of somebody else, line by line."""
        return [line.rstrip() for line in self.quote.strip().splitlines()]


def told_in(notice: Notice) -> dict[str, Any]:
    """The values that the notice holds."""
    told: dict[str, Any] = json.loads(notice.told)
    return told
