"""From modules to character cells, and cells as plain terminal lines."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from tui.qr.ladder import LOWER_HALF, UPPER_HALF, Fit, Glyphs
from tui.qr.matrix import QrMatrix

_Grid = tuple[tuple[bool, ...], ...]


class Cell(NamedTuple):
    """One character with its two colours, dark (black) or light (white), which always differ."""

    char: str
    fg_dark: bool
    bg_dark: bool


def cells(matrix: QrMatrix, quiet: int, glyphs: Glyphs) -> tuple[tuple[Cell, ...], ...]:
    """Return the whole code, quiet zone of at least 1 module included, as rows of cells of one length.

    A cell of one colour is a space on that background, without a glyph that a font could draw short of the edge.
    """
    padded = _padded(matrix, quiet)
    if glyphs is Glyphs.SPACES:
        return tuple(tuple(cell for dark in row for cell in (_space(dark),) * 2) for row in padded)
    if len(padded) % 2:
        padded = (*padded, (False,) * len(padded))
    columns = range(len(padded[0]))
    return tuple(tuple(_half(padded, y, x) for x in columns) for y in range(0, len(padded), 2))


def ansi_lines(fit: Fit, *, color: bool) -> list[str]:
    """Return the code as lines for a terminal, black on white whatever its theme, each ending in a reset.

    Colours are set twice, as one of 16 and then as indices 16 and 231 of the 256, which palettes leave alone; a
    terminal that knows only the first keeps it. Without colour (NO_COLOR, `TERM=dumb`, not a terminal) the list is
    empty: half blocks in the terminal's own colours may come out light on dark, which many readers refuse, so only
    the link is printed then. There is no line end in a line.
    """
    if not color:
        return []
    return [_ansi_line(row) for row in cells(fit.matrix, fit.rung.quiet, fit.rung.glyphs)]


def _padded(matrix: QrMatrix, quiet: int) -> _Grid:
    edge = ((False,) * (matrix.side + 2 * quiet),) * quiet
    side = (False,) * quiet
    return (*edge, *((*side, *row, *side) for row in matrix.modules), *edge)


def _space(dark: bool) -> Cell:
    # The unseen foreground differs from the background so that a minimum contrast setting has nothing to correct.
    return Cell(" ", not dark, dark)


def _half(grid: _Grid, y: int, x: int) -> Cell:
    top, bottom = grid[y][x], grid[y + 1][x]
    if top == bottom:
        return _space(top)
    if _draws_upper(grid, y, x):
        return Cell(UPPER_HALF, top, bottom)
    return Cell(LOWER_HALF, bottom, top)


def _draws_upper(grid: _Grid, y: int, x: int) -> bool:
    """Choose the half whose glyph touches fewer neighbours of its colour.

    A font's block may fall a pixel short of the cell; the hairline then lies on a change of colour and not inside a
    dark or light run. The quiet zone keeps mixed cells off the edges of the grid.
    """
    top, bottom = grid[y][x], grid[y + 1][x]
    upper = 2 * (grid[y - 1][x] == top) + (grid[y][x - 1] == top) + (grid[y][x + 1] == top)
    lower = 2 * (grid[y + 2][x] == bottom) + (grid[y + 1][x - 1] == bottom) + (grid[y + 1][x + 1] == bottom)
    return top if upper == lower else upper < lower


def _ansi_line(row: Iterable[Cell]) -> str:
    runs = groupby(row, key=lambda cell: (cell.fg_dark, cell.bg_dark))
    return "".join(_sgr(*colors) + "".join(cell.char for cell in run) for colors, run in runs) + "\x1b[0m"


def _sgr(fg_dark: bool, bg_dark: bool) -> str:
    base = f"\x1b[{30 if fg_dark else 97};{40 if bg_dark else 107}m"
    return base + f"\x1b[38;5;{16 if fg_dark else 231};48;5;{16 if bg_dark else 231}m"
