"""Bars drawn with block characters, exact to an eighth of a cell. Pure text; numbers stand beside them, not in them."""

from collections.abc import Sequence
from decimal import Decimal

_RISING = " ▁▂▃▄▅▆▇█"
_GROWING = " ▏▎▍▌▋▊▉█"
_EIGHTHS = 8


def columns(values: Sequence[Decimal], rows: int = 1, gap: int = 0) -> list[str]:
    """Values as columns side by side, `rows` lines from the top down, `gap` blanks between columns.

    The largest value fills the height; zero is blank, anything above it shows at least an eighth.
    """
    largest = max(values, default=Decimal(0))
    levels = [_level(value, largest, rows * _EIGHTHS) for value in values]
    lines = []
    for row in reversed(range(rows)):
        cells = [_RISING[min(max(level - row * _EIGHTHS, 0), _EIGHTHS)] for level in levels]
        lines.append((" " * gap).join(cells))
    return lines


def bar(share: Decimal, width: int) -> str:
    """A share between 0 and 1 as a bar of at most `width` cells; anything above zero shows at least an eighth."""
    level = _level(share, Decimal(1), width * _EIGHTHS)
    full, rest = divmod(level, _EIGHTHS)
    return "█" * full + (_GROWING[rest] if rest else "")


def _level(value: Decimal, largest: Decimal, steps: int) -> int:
    if value <= 0 or largest <= 0:
        return 0
    return max(1, min(steps, int(value / largest * steps + Decimal("0.5"))))
