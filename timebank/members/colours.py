"""Colours and how well they are read on one another, by WCAG's contrast; pure figures over "#rrggbb"."""

import colorsys
import re

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: text of ordinary size on what is behind it."""
_WRITTEN = re.compile(r"#?(?:[0-9a-f]{6}|[0-9a-f]{3})")
_STEPS = 400

LIGHT = ("#ffffff", "#fbf6ef")
"""What stands behind text by day: panels and the ground, as theme.css has them."""
DARK = ("#2a222e", "#1e1822")
"""What stands behind text at night."""


def read(text: str) -> str | None:
    """A colour as somebody writes it, "#6b2a5b", "6B2A5B" or "#62b"; None where it is none."""
    tidy = text.strip().lower()
    if not _WRITTEN.fullmatch(tidy):
        return None
    figures = tidy.removeprefix("#")
    return "#" + (figures if len(figures) == 6 else "".join(2 * figure for figure in figures))


def contrast(one: str, other: str) -> float:
    """How well one is read on the other, from 1 to 21. Source: WCAG 2.2, relative luminance and contrast ratio."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, behind: tuple[str, ...]) -> float:
    """How well the colour is read on the one of these on which it is read worst, and a tint of itself among them."""
    return min(contrast(colour, one) for one in (*behind, tint(colour, behind[0])))


def passes(colour: str, behind: tuple[str, ...], least: float = LEAST_CONTRAST) -> bool:
    """Whether text in this colour can be read on all of these, on a tint of itself, and the first of these on it."""
    return least_contrast(colour, behind) >= least


def nearest(colour: str, behind: tuple[str, ...], least: float = LEAST_CONTRAST) -> str:
    """The colour of the same hue, as little darker or lighter as it must be, that passes."""
    hue, light, strong = colorsys.rgb_to_hls(*_parts(colour))
    target = 1.0 if _luminance(behind[0]) < 0.5 else 0.0
    for step in range(_STEPS + 1):
        tried = _written(*colorsys.hls_to_rgb(hue, light + (target - light) * step / _STEPS, strong))
        if passes(tried, behind, least):
            return tried
    return "#ffffff" if target else "#000000"


def mixed(one: str, other: str, share: float) -> str:
    """So large a share of one in the other, from 0 to 1."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return _written(*(share * first + (1 - share) * second for first, second in pairs))


def tint(colour: str, ground: str) -> str:
    """A breath of the colour on the ground."""
    return mixed(colour, ground, 0.1)


def _luminance(colour: str) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _written(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue))
