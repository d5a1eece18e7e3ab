"""What stands on the terminal, remembered, so that only cells which look different are sent.

Textual sends a widget again as a whole, and the whole screen several times at the start and whenever the focus or the
layout changes: 140 kB until the dashboard rests, which over a slow link is what a person waits for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from textual.strip import Strip

from tui.terminal.textual_compat import ChopsUpdate, CompositorUpdate, LayoutUpdate

if TYPE_CHECKING:
    from rich.console import Console
    from rich.style import Style
    from textual.geometry import Size

_WORTH_A_MOVE = 7
"""Equal cells from which on it is shorter to move the cursor over them than to send them again."""

Cell = tuple[str, str]
"""What a cell shows and what switches its look on; the cells a wide text goes on in show nothing themselves."""


class Differences(CompositorUpdate):
    """The part of an update that a terminal does not show yet."""

    def __init__(self, sequences: str) -> None:
        self._sequences = sequences

    def render_segments(self, console: Console) -> str:
        """What to write; `console` has had its say already."""
        return self._sequences


class ScreenBuffer:
    """The picture on the terminal, as far as it was sent. For one thread, except for `forget`."""

    def __init__(self) -> None:
        self._lines: list[list[Cell | None]] = []
        self._width = 0
        self._forgotten = False
        self._odd: set[int] = set()
        """Lines with text that is not one cell a character: how wide a terminal draws it, it alone knows."""
        self._looks: dict[Style, str] = {}
        self._ends: dict[str, str] = {}
        """What switches a look off again."""

    def forget(self) -> None:
        """The terminal may show anything: send the next update whole. May be called from any thread."""
        self._forgotten = True

    def differences(self, update: ChopsUpdate | LayoutUpdate, size: Size, console: Console) -> Differences | None:
        """What of an update of a screen of that size has to be sent; None when all of it is shown already."""
        if self._forgotten or (self._width, len(self._lines)) != size:
            self._forgotten = False
            self._width, self._lines = size.width, [[None] * size.width for _ in range(size.height)]
            self._odd.clear()
        colors = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)  # as Textual's own updates do
        pen = _AnsiWriter(self._ends)
        for y, x, strip in _of_layout(update) if isinstance(update, LayoutUpdate) else _of_chops(update):
            if y < size.height and x < size.width:
                self._put(pen, y, x, self._cells(strip, y, colors)[: size.width - x])
        sequences = pen.done()
        return Differences(sequences) if sequences else None

    def _put(self, pen: _AnsiWriter, y: int, x: int, cells: list[Cell]) -> None:
        line, stop = self._lines[y], x + len(cells)
        if y in self._odd:
            pen.write(y, x, cells)
        elif line[x:stop] != cells:
            for begin, end in _runs(line[x:stop], cells):
                pen.write(y, x + begin, cells[begin:end])
        line[x:stop] = cells

    def _cells(self, strip: Strip, y: int, colors: ColorSystem) -> list[Cell]:
        cells: list[Cell] = []
        for text, style, control in strip:
            if control:
                continue
            look = self._looks.get(style) if style else ""
            if look is None:
                look = self._look(style, colors) if style else ""
            if text.isascii() or all(get_character_cell_size(each) == 1 for each in text):
                cells += [(each, look) for each in text]
            elif width := cell_len(text):
                self._odd.add(y)
                cells += [(text, look), *[("", text)] * (width - 1)]
        return cells

    def _look(self, style: Style, colors: ColorSystem) -> str:
        """Find what switches `style` on and off."""
        look, _, end = Strip.render_style(style, "\0", colors).partition("\0")
        self._looks[style], self._ends[look] = look, end
        return look


class _AnsiWriter:
    """Writes cells with as few moves and changes of look as they need."""

    def __init__(self, ends: dict[str, str]) -> None:
        self._written: list[str] = []
        self._ends = ends
        self._look = ""
        self._at: tuple[int, int] | None = None

    def write(self, y: int, x: int, cells: Sequence[Cell]) -> None:
        """Write `cells` from column `x` of line `y` on."""
        write = self._written.append
        if self._at != (y, x):
            write(f"\x1b[{y + 1};{x + 1}H")
        for text, look in cells:
            if not text:
                continue
            if look != self._look:
                write(self._ends.get(self._look, "") + look)
                self._look = look
            write(text)
        self._at = (y, x + len(cells))

    def done(self) -> str:
        """Everything that was written, with the last look switched off."""
        return "".join(self._written) + self._ends.get(self._look, "")


def _runs(before: Sequence[Cell | None], cells: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Stretches of cells that differ; two that are near each other are one."""
    begin = end = -1
    for index, (old, new) in enumerate(zip(before, cells, strict=True)):
        if old == new:
            continue
        if begin >= 0 and index - end >= _WORTH_A_MOVE:
            yield begin, end
            begin = -1
        if begin < 0:
            begin = index
        end = index + 1
    if begin >= 0:
        yield begin, end


def _of_layout(update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The strips of a whole screen with where they go."""
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield y, x, strip
            x += strip.cell_length


def _of_chops(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The strips of the changed spans with where they go, picked as ChopsUpdate itself does."""
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= right and end > left:
                yield y, x, strip if end <= right else strip.crop(0, right - x)
