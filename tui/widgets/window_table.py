"""A table over a result that lies elsewhere: it holds the rows around the cursor and asks for others when needed."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.events import Resize
from textual.message import Message

from tui.widgets.commands import ROW_COMMANDS, command
from tui.widgets.record_table import RecordTable

T = TypeVar("T")

_LEAST = 120
"""Rows asked for at once at least: asking costs more than a row does."""
_MOST = 2000
"""Rows held at most."""


class WindowTable(RecordTable[T], Generic[T], inherit_bindings=False):
    """Rows by their position in a result of any length.

    Posts Wanted for rows it does not hold; whoever has the result answers with `put`. A move to rows that are still on
    their way happens when they are here, so nothing half empty is ever painted; keys pressed meanwhile add up.
    """

    BINDING_GROUP_TITLE = "Table"
    BINDINGS: ClassVar[list[BindingType]] = [
        *ROW_COMMANDS,
        command("table.first", "home", "first row", action="jump(0)", show=False),
    ]

    class Wanted(Message):
        """Rows the table needs of the result it shows: `count` from position `start` on; answered with `put`."""

        def __init__(self, result: int, start: int, count: int) -> None:
            """Carry the positions, and which of the results shown one after the other is meant."""
            self.result, self.start, self.count = result, start, count
            super().__init__()

    _count = _result = 0
    _start = 0
    """Position of the first row that is held; the held ones follow each other."""
    _held: tuple[T, ...] = ()
    _asked = range(0)
    """Rows that are on their way."""
    _going: tuple[int, int] | None = None
    """The first visible row and the cursor of a move that waits for its rows."""
    to_end = False
    """Whether the last row was gone to since the result is shown: where that is may be told later."""

    # -- data ---------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many rows the result has."""
        return self._count

    @property
    def cursor(self) -> int:
        """The position of the row under the cursor."""
        return self._cursor

    @property
    def held(self) -> Sequence[T]:
        """The rows that are here, in order."""
        return self._held

    @property
    def waiting(self) -> bool:
        """Whether rows that were wanted are still on their way."""
        return bool(self._asked)

    @property
    def stretch(self) -> int:
        """Rows worth having around the cursor for a first picture."""
        return max(_LEAST, 3 * self._rows)

    def _at(self, index: int) -> T | None:
        at = index - self._start
        return self._held[at] if 0 <= at < len(self._held) else None

    def show_result(self, count: int, start: int, rows: Sequence[T], *, cursor: int, empty: str = "") -> None:
        """Show another result of `count` rows, of which `rows` from position `start` on are here.

        The cursor comes to position `cursor`; the row there stands where the cursor stood on the screen, except that
        from the top rows before it come into view.
        """
        before, current, top = self._cursor, self.current, self.scroll_offset.y
        held = tuple(rows)
        same = (count, start, held, cursor, empty) == (self._count, self._start, self._held, before, self._empty)
        self._asked, self._going, self.to_end = range(0), None, False
        self._result += 1
        if same:
            return
        self._count, self._start, self._held, self._empty = count, start, held, empty
        self._cursor = max(0, min(cursor, count - 1))
        self._fit()
        if top:
            self._scroll_to_row(top + self._cursor - before)
        self._show_cursor()
        self.refresh()
        self._look_ahead()
        if current is None or self.current is None or self._key(self.current) != self._key(current):
            self.post_message(self.Highlighted())

    def put(self, result: int, start: int, rows: Sequence[T]) -> None:
        """Take rows that were wanted, unless another result is shown by now; a move that waited for them happens."""
        if result != self._result:
            return
        stop = start + len(rows)
        in_sight = self._has(self.scroll_offset.y, self.scroll_offset.y + self._rows)
        if start <= self._asked.start and stop >= self._asked.stop:
            self._asked = range(0)
        if start <= self._end and stop >= self._start and max(stop, self._end) - min(start, self._start) <= _MOST:
            before, after = self._held[: max(0, start - self._start)], self._held[max(0, stop - self._start) :]
            self._start, self._held = min(start, self._start), (*before, *rows, *after)
        else:
            self._start, self._held = start, tuple(rows)
        if self._going is not None:
            self._travel(*self._going)
        else:
            if not in_sight:  # painting again what stands there already would double the bytes of a page
                self.refresh()
            self._look_ahead()

    def drop_wants(self) -> None:
        """What was wanted will not come: ask anew at the next move."""
        self._asked, self._going = range(0), None

    @property
    def _end(self) -> int:
        return self._start + len(self._held)

    # -- moving -------------------------------------------------------------------------------------------------

    @property
    def _rows(self) -> int:
        return max(1, self._page_rows)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        top, cursor = self._going or (self.scroll_offset.y, self._cursor)
        self._travel(top, cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor and what is shown by whole pages."""
        top, cursor = self._going or (self.scroll_offset.y, self._cursor)
        self._travel(top + by * self._rows, cursor + by * self._rows)

    def action_jump(self, index: int) -> None:
        """Move the cursor to the first (0) or last (-1) row."""
        super().action_jump(index)
        self.to_end = index == -1

    def centre(self) -> None:
        """Bring the row under the cursor to the middle of what is shown, so that what is around it is seen."""
        self._travel(self._cursor - self._rows // 2, self._cursor)

    def _go(self, index: int) -> None:
        self._travel(self.scroll_offset.y, index)

    def _travel(self, top: int, index: int) -> None:
        """Bring the cursor to `index` and `top` to the first line, now or when the rows are here."""
        self.to_end = False
        if not self._count:
            return
        index = max(0, min(index, self._count - 1))
        top = min(max(top, index - self._rows + 1, 0), index, max(0, self._count - self._rows))
        if not self._has(top, top + self._rows):
            self._going = (top, index)
            self._want(top)
            return
        self._going = None
        self._scroll_to_row(top)
        super()._go(index)
        self._look_ahead()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the rows the wheel or the bar came to."""
        super().watch_scroll_y(old_value, new_value)
        if self._going is None and not self._has(self.scroll_offset.y, self.scroll_offset.y + self._rows):
            self._want(self.scroll_offset.y)

    def on_resize(self, event: Resize) -> None:
        """Fit the columns into the new width; a taller table needs more rows."""
        super().on_resize(event)
        self._look_ahead()

    # -- asking -------------------------------------------------------------------------------------------------

    def _has(self, start: int, stop: int) -> bool:
        return self._start <= start and min(stop, self._count) <= self._end

    def _look_ahead(self) -> None:
        """Have one page before and after what is shown, before somebody goes there."""
        top = self._going[0] if self._going else self.scroll_offset.y
        if not self._has(max(0, top - self._rows), top + 2 * self._rows):
            self._want(top)

    def _want(self, top: int) -> None:
        """Ask for the rows around those shown from `top` on, unless they are on their way."""
        needed = range(max(0, top - self._rows), min(self._count, top + 2 * self._rows))
        if not needed or (needed.start >= self._asked.start and needed.stop <= self._asked.stop):
            return
        more = max(0, _LEAST - len(needed))
        self._asked = range(max(0, needed.start - more // 2), min(self._count, needed.stop + more // 2 + self._rows))
        self.post_message(self.Wanted(self._result, self._asked.start, len(self._asked)))
