"""Where the bars of a chart stand, for wide pages and for phones; pure geometry, the words are handed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WITHHELD = "*"

_WIDE, _WIDE_BARS, _ABOVE, _BELOW = 860, 300, 28, 34
_PHONE, _PHONE_BAR, _PHONE_GAP = 340, 22, 16
_LEFT = 56
_LETTER = 9  # how wide a figure of the chart's writing is, about
_WIDEST_BAR = 48


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of bars, and its name in the legend."""

    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class Group:
    """What stands side by side: a label, and a value for each series, None where it is withheld."""

    label: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across, and the value it stands for."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its value written beside it; a withheld one has no length."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    label: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a group."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawing of the chart; `left` is where its lines begin."""

    width: int
    height: int
    left: int
    ticks: tuple[Tick, ...]
    baseline: float
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart drawn twice, with a title, and a sentence that says what it shows."""

    id: str
    title: str
    finding: str
    series: tuple[Series, ...]
    wide: Picture
    phone: Picture


def draw(id_: str, series: Sequence[Series], groups: Sequence[Group], *, title: str, finding: str) -> Chart:
    """The chart of these groups: upright bars over a scale on wide pages, lying ones under each other on phones."""
    return Chart(id_, title, finding, tuple(series), _wide(series, groups), _phone(series, groups))


def scale(highest: int) -> list[int]:
    """Round numbers from 0 to the highest value or just above it, three to six of them."""
    steps = (figure * 10**power for power in range(12) for figure in (1, 2, 5))
    step = next(step for step in steps if 5 * step >= highest)
    return [step * number for number in range(max(2, -(-highest // step)) + 1)]


def _wide(series: Sequence[Series], groups: Sequence[Group]) -> Picture:
    ticks = scale(_highest(groups))
    baseline = _ABOVE + _WIDE_BARS
    room = (_WIDE - _LEFT) / max(1, len(groups))
    return Picture(
        width=_WIDE,
        height=baseline + _BELOW,
        left=_LEFT,
        ticks=tuple(Tick(_r(baseline - _WIDE_BARS * tick / ticks[-1]), str(tick)) for tick in ticks),
        baseline=baseline,
        bars=tuple(_upright(series, groups, room=room, top=ticks[-1])),
        labels=tuple(
            Label(_r(_LEFT + room * (place + 0.5)), baseline + 24, group.label) for place, group in enumerate(groups)
        ),
    )


def _upright(series: Sequence[Series], groups: Sequence[Group], *, room: float, top: int) -> Iterator[Bar]:
    """Bars side by side in the middle of their group; values are written where there is room for all of them."""
    step = min(_WIDEST_BAR + 4, 0.8 * room / max(1, len(series)))
    told = len(str(_highest(groups))) * _LETTER <= step + 2
    for place, group in enumerate(groups):
        x = _LEFT + room * (place + 0.5) - step * len(series) / 2
        for one, value in zip(series, group.values, strict=True):
            height = _WIDE_BARS * (value or 0) / top
            y = _ABOVE + _WIDE_BARS - height
            label = _written(value) if told or value is None else ""
            yield Bar(_r(x + 2), _r(y), _r(step - 4), _r(height), one.tone, label, _r(x + step / 2), _r(y - 8))
            x += step


def _phone(series: Sequence[Series], groups: Sequence[Group]) -> Picture:
    block = _PHONE_BAR * len(series) + _PHONE_GAP
    height = block * len(groups)
    return Picture(
        width=_PHONE,
        height=height + 2,
        left=_LEFT,
        ticks=(),
        baseline=height,
        bars=tuple(_lying(series, groups, block=block)),
        labels=tuple(
            Label(_LEFT / 2, _r(block * place + (block - _PHONE_GAP) / 2 + 6), group.label)
            for place, group in enumerate(groups)
        ),
    )


def _lying(series: Sequence[Series], groups: Sequence[Group], *, block: int) -> Iterator[Bar]:
    """Bars from the left, under each other, each with its value behind its end."""
    highest = max(1, _highest(groups))
    longest = _PHONE - _LEFT - 8 - _LETTER * len(str(highest))
    for place, group in enumerate(groups):
        for number, (one, value) in enumerate(zip(series, group.values, strict=True)):
            length, y, label = longest * (value or 0) / highest, block * place + _PHONE_BAR * number, _written(value)
            label_x = _LEFT + length + 6 + _LETTER * len(label) / 2
            yield Bar(_LEFT, _r(y + 2), _r(length), _PHONE_BAR - 4, one.tone, label, _r(label_x), _r(y + 17))


def _highest(groups: Sequence[Group]) -> int:
    return max((value or 0 for group in groups for value in group.values), default=0)


def _written(value: int | None) -> str:
    return WITHHELD if value is None else str(value)


def _r(number: float) -> float:
    """To a tenth, which is as fine as a screen can draw."""
    return round(number, 1)
