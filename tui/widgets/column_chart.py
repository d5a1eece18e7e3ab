"""Columns over time with axes, drawn by plotext and coloured here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import ModuleType

from textual.content import Content
from textual.geometry import Size

from tui.widgets.format import DIM, WAIT, lines

MARK = "!"
"""Stands above a marked column; its colour says the same."""
_STEPS = tuple(map(Decimal, ("1", "1.2", "1.6", "2", "2.4", "3", "4", "5", "6", "8", "10")))
"""Round numbers whose half is round too."""
_GAP = 3
"""Blanks between two labels at least."""
_TALL = 7
"""Lines from which on the axis has a number in the middle too."""


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """One column; `value` is not below zero."""

    value: Decimal
    label: str
    """What stands below it, where there is room."""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class _Scale:
    """The axis of values: from zero to `top`, told by `ticks`."""

    top: Decimal
    ticks: tuple[tuple[Decimal, str], ...]

    @property
    def width(self) -> int:
        return max(len(label) for _, label in self.ticks)


def columns_that_fit(width: int) -> int:
    """How many columns, with a blank between two, have room in `width` cells beside an axis of ordinary amounts."""
    return (width - 8) // 2


def column_chart(chart: Sequence[ChartColumn], space: Size) -> Content:
    """Draw `chart` as large as `space` allows, over an axis of labels; nothing where it has no room.

    Columns have whole cells in width, so that equal ones look equal, and half cells in height.
    """
    if not chart or space.height < 3:
        return Content()
    scale = _scale(max(column.value for column in chart), middle=space.height >= _TALL)
    slot = (space.width - scale.width - 1) // len(chart)
    if slot < 1:
        return Content()
    wide = max(1, slot - max(1, slot // 4)) if slot > 1 else 1
    axis = scale.width + 1
    drawn = _drawn(chart, scale, slot, wide, space.height - 1)
    labels = Content.styled(_labels(chart, axis, slot, wide), DIM)
    return lines([*(_coloured(line, axis, slot, chart) for line in drawn), labels])


def _drawn(chart: Sequence[ChartColumn], scale: _Scale, slot: int, wide: int, height: int) -> list[str]:
    """The lines plotext draws, without colours.

    Positions are half cells, as its marker "hd" has them, so that each column covers cells exactly. Amounts become
    floats only here, where a cell is the finest that can be seen.
    """
    import plotext

    axis = scale.width + 1
    halves, middle = 2 * slot, wide - 0.5
    shown = [(halves * at + middle, float(column.value)) for at, column in enumerate(chart) if column.value > 0]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.frame(False)
    plotext.limit_size(False, False)  # it would ask the process's own terminal how large it is
    plotext.plot_size(slot * len(chart) + axis, height)
    plotext.xlim(0, halves * len(chart) - 1)
    plotext.ylim(0, float(scale.top))
    plotext.yticks([float(value) for value, _ in scale.ticks], [f"{label:>{scale.width}} " for _, label in scale.ticks])
    if shown:
        _draw_columns(plotext, shown, 2 * wide - 1)
    plotext.xticks([])
    _draw_marks(plotext, chart, scale, halves, middle, height)
    drawn = plotext.uncolorize(plotext.build()).split("\n")
    return [str(line) for line in drawn[:height]]


def _draw_columns(plotext: ModuleType, shown: list[tuple[float, float]], breadth: int) -> None:
    """Draw columns `breadth` half cells broad, middle to edge; plotext counts it in mean distances of columns."""
    places = [place for place, _ in shown]
    distance = (places[-1] - places[0]) / (len(places) - 1) if len(places) > 1 else 1
    plotext.bar(places, [value for _, value in shown], width=breadth / distance, marker="hd")


def _draw_marks(
    plotext: ModuleType, chart: Sequence[ChartColumn], scale: _Scale, halves: int, middle: float, height: int
) -> None:
    a_line = float(scale.top) / (height - 1)
    for at, column in enumerate(chart):
        if column.marked:
            above = min(float(column.value) + a_line, float(scale.top))
            plotext.text(MARK, x=halves * at + middle, y=above, alignment="center")


def _labels(chart: Sequence[ChartColumn], axis: int, slot: int, wide: int) -> str:
    """The line below the columns: as many labels as have room, evenly, counted from the last column, which is now.

    Each stands under the middle of its column; plotext would shift them by a cell from one time to the next.
    """
    width = axis + slot * len(chart)
    every = -(-(max(len(column.label) for column in chart) + _GAP) // slot)
    line = [" "] * width
    for at in range(len(chart) - 1, -1, -every):
        label = chart[at].label
        start = min(axis + slot * at + (wide - len(label)) // 2, width - len(label))
        if start >= 0:
            line[start : start + len(label)] = label
    return "".join(line)


def _coloured(line: str, axis: int, slot: int, chart: Sequence[ChartColumn]) -> Content:
    """A line of the chart: numbers dim, columns in the colour of bars, marked ones in that of warnings."""
    parts: list[Content | tuple[str, str]] = [(line[:axis], DIM)]
    start = axis
    for at in range(1, len(chart) + 1):
        if at == len(chart) or chart[at].marked != chart[at - 1].marked:
            end = axis + at * slot
            parts.append((line[start:end], WAIT if chart[at - 1].marked else "$bar"))
            start = end
    return Content.assemble(*parts)


def _scale(largest: Decimal, *, middle: bool) -> _Scale:
    """An axis that ends on a round number at or above `largest`."""
    if largest <= 0:
        return _Scale(Decimal(1), ((Decimal(0), "0"),))
    power = Decimal(1).scaleb(largest.adjusted())
    top = next(step * power for step in _STEPS if step * power >= largest)
    values = (Decimal(0), top / 2, top) if middle else (Decimal(0), top)
    return _Scale(top, tuple((value, _number(value)) for value in values))


def _number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
