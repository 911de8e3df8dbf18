"""Lists in pages: the page number from the address, and the links to the others; the filters stay in the address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to one page of a list, or a gap where `ellipsis` is true."""

    number: int
    href: str
    current: bool = False
    ellipsis: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of a list is shown, of how many, and the way to the others."""

    number: int
    count: int
    previous_href: str | None
    next_href: str | None
    items: tuple[PageLink, ...]


def page_number() -> int:
    """The page that the address asks for; the first where it says nothing sensible."""
    told = request.args.get("page", "1")
    return max(1, int(told)) if told.isascii() and told.isdecimal() and len(told) < 7 else 1


def numbers_asked(name: str, *, most: int) -> list[int]:
    """The numbers that the address asks for, one after another or with commas between; what is none is left out."""
    told = [text.strip() for one in request.args.getlist(name) for text in one.split(",")]
    numbers = [number for number in map(number_of, told) if number is not None]
    return list(dict.fromkeys(numbers))[:most]


def number_of(told: object) -> int | None:
    """The number that an address or a hidden field carries; None where it carries none that the database could hold."""
    text = str(told or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def offset(per_page: int = PER_PAGE) -> int:
    """How many rows come before this page."""
    return (page_number() - 1) * per_page


def pages(total: int, per_page: int = PER_PAGE) -> Pages:
    """The pages of a list of so many rows."""
    count = max(1, -(-total // per_page))
    number = min(page_number(), count)
    shown = sorted({1, count, *range(max(1, number - 1), min(count, number + 1) + 1)})
    items: list[PageLink] = []
    for before, this in zip([0, *shown], shown, strict=False):
        if this - before > 1:
            items.append(PageLink(0, "", ellipsis=True))
        items.append(PageLink(this, _href(this), current=this == number))
    return Pages(
        number,
        count,
        _href(number - 1) if number > 1 else None,
        _href(number + 1) if number < count else None,
        tuple(items),
    )


def _href(number: int) -> str:
    # Not by url_for, which would read names such as "endpoint" from the address as its own.
    told = [(name, text) for name, text in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*told, ('page', number)])}"
