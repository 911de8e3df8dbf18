"""An address as a picture that a telephone's camera reads: drawn in the page, dark on light also in dark mode."""

import segno
from markupsafe import Markup


def picture(address: str, what: str) -> Markup:
    """The picture of the address; `what` is read out in its place."""
    drawn = segno.make(address, error="m", micro=False)
    # Without a size, a style or an id of its own: the style sheet says how large it is, and several stand on a page.
    svg = drawn.svg_inline(border=3, omitsize=True, dark="#000", light="#fff", svgclass="timebank-qr", title=what)
    return Markup(svg.replace("<svg ", '<svg role="img" focusable="false" ', 1))  # noqa: S704 - segno escapes the title
