"""A table of records in which only the visible rows are ever formatted, so its length costs nothing.

Nothing in a text is read as markup: rows are made of segments, the title in the border of Content.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.binding import BindingType
from textual.content import Content
from textual.css.errors import UnresolvedVariableError
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from tui.widgets.commands import ROW_COMMANDS, command
from tui.widgets.format import DIM, fit

T = TypeVar("T")

_GAP = 2
_MARK = "› "
"""Marks the row with the cursor, so that it is not told by colour alone."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """How one field of a record is shown."""

    label: str
    width: int
    """Cells it has at least."""
    cell: Callable[[T], str]
    style: Callable[[T], str] | None = None
    """The style of the cell, for example `$status-bad`; None for the text colour."""
    right: bool = False
    grow: int = 0
    """Its share of the room that is left; 0 keeps the width."""
    most: int = 60
    """Cells it grows to at most."""
    wide: int = 0
    """Cells the table must have for the column to be shown."""


class RecordTable(ScrollView, Generic[T], can_focus=True):
    """Rows of records under a header, with a cursor that stays on its record when records arrive or leave.

    Posts Highlighted when the cursor comes to another record, Selected on a click on the row with the cursor (views
    bind enter, with words of their own), EndReached when the person arrives at, or pushes against, the last row.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"record-table--cursor", "record-table--cursor-blurred"}
    DEFAULT_CSS = """
    RecordTable { height: 1fr; text-wrap: nowrap; overflow-x: hidden; }
    RecordTable { scrollbar-size: 0 1; scrollbar-gutter: stable; }
    RecordTable > .record-table--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    RecordTable > .record-table--cursor-blurred {
        background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
    }
    """
    BINDING_GROUP_TITLE = "Table"
    BINDINGS: ClassVar[list[BindingType]] = [
        *ROW_COMMANDS,
        command("table.first", "home,g", "first row", action="jump(0)", show=False),
    ]

    class Highlighted(Message):
        """The cursor came to another record, or to none."""

    class Selected(Message):
        """The record under the cursor was chosen."""

    class EndReached(Message):
        """The person is at the last row."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        key: Callable[[T], str],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Show records by `columns`; `key` names a record, the same one before and after a refresh."""
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._key = key
        self._records: Sequence[T] = ()
        self._cursor = 0
        self._empty = self._title = ""
        self._layout: tuple[tuple[Column[T], int], ...] = ()
        self._across = self._filled = 0
        """Cells of a line, and those of them that the columns take."""
        self._cell_styles: dict[Style, dict[str, RichStyle]] = {}
        """What the styles of cells come to on a background; looking them up costs more than a cell does."""

    # -- data ---------------------------------------------------------------------------------------------------

    @property
    def records(self) -> Sequence[T]:
        """What is shown, in order."""
        return self._records

    @property
    def current(self) -> T | None:
        """The record under the cursor."""
        return self._at(self._cursor)

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self._records)

    def _at(self, index: int) -> T | None:
        """The record of a row; None when there is no such row, or it is not here."""
        return self._records[index] if index < len(self._records) else None

    def set_records(self, records: Sequence[T], *, empty: str = "") -> None:
        """Show `records`, or the lines of `empty` in their place when there are none.

        The cursor stays on its record, and the rows being read stay where they are on the screen.
        """
        if records == self._records and empty == self._empty:
            return
        before, current = self._cursor, self.current
        self._records, self._empty = records, empty
        self._cursor = self._find(current, before)
        self._fit()
        if self.scroll_offset.y:
            self._scroll_to_row(self.scroll_offset.y + self._cursor - before)
        self._show_cursor()
        self.refresh()
        if current is None or self.current is None or self._key(self.current) != self._key(current):
            self.post_message(self.Highlighted())

    def set_title(self, words: str) -> None:
        """Write `words` into the border, never read as markup; the same again paints nothing."""
        if words != self._title:
            self._title = words
            self.border_title = Content(f" {words} ")

    def set_columns(self, columns: Sequence[Column[T]]) -> None:
        """Show records by other columns."""
        self._columns = tuple(columns)
        self._lay_out()
        self.refresh()

    def _find(self, record: T | None, near: int) -> int:
        """Where `record` is now; without it, the row nearest to where it was."""
        index = None if record is None else self._index(self._key(record))
        return max(0, min(near, len(self._records) - 1)) if index is None else index

    def _index(self, key: str) -> int | None:
        return next((index for index, each in enumerate(self._records) if self._key(each) == key), None)

    # -- moving -------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor and what is shown by whole pages."""
        rows = max(1, self._page_rows)
        self._scroll_to_row(self.scroll_offset.y + by * rows)
        self._go(self._cursor + by * rows)

    def action_jump(self, index: int) -> None:
        """Move the cursor to the first (0) or last (-1) row."""
        self._go(index % self.count if self.count else 0)

    def go_to(self, key: str) -> None:
        """Move the cursor to the record named `key`, if it is there."""
        if (index := self._index(key)) is not None:
            self._go(index)

    def _go(self, index: int) -> None:
        last = self.count - 1
        if last < 0:
            return
        before, self._cursor = self._cursor, max(0, min(index, last))
        if self._cursor != before:
            self.refresh_lines(before + 1)
            self.refresh_lines(self._cursor + 1)
            self.post_message(self.Highlighted())
        self._show_cursor()
        if self._cursor == last and index >= before:
            self.post_message(self.EndReached())

    def on_click(self, event: Click) -> None:
        """Move the cursor to the row clicked; a click where it already is chooses the record."""
        index = self.scroll_offset.y + event.get_content_offset_capture(self).y - 1
        if event.get_content_offset_capture(self).y < 1 or index >= self.count:
            return
        if index == self._cursor:
            self.post_message(self.Selected())
        else:
            self._go(index)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Notice when somebody scrolls to the end with the wheel."""
        super().watch_scroll_y(old_value, new_value)
        if old_value < new_value and new_value >= self.max_scroll_y and self.count:
            self.post_message(self.EndReached())

    def on_resize(self, event: Resize) -> None:
        """Fit the columns into the new width."""
        self._lay_out()
        self._fit()
        self._show_cursor()

    @property
    def _page_rows(self) -> int:
        """Rows that are visible below the header."""
        return self.scrollable_content_region.height - 1

    def _show_cursor(self) -> None:
        rows, top = self._page_rows, self.scroll_offset.y
        if rows < 1:
            return
        if self._cursor < top:
            self._scroll_to_row(self._cursor)
        elif self._cursor >= top + rows:
            self._scroll_to_row(self._cursor - rows + 1)

    def _scroll_to_row(self, row: int) -> None:
        self.scroll_to(y=row, animate=False, force=True, immediate=True)

    def _fit(self) -> None:
        """Tell how much there is to scroll: the header, and the rows or the words in their place."""
        lines = self.count or self._empty.count("\n") + 1
        self.virtual_size = Size(self.size.width, lines + 1)
        # Textual finds this out itself, but only while laying out, which it then does once more.
        self.show_vertical_scrollbar = lines > self._page_rows > 0

    # -- drawing ------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        """Choose the columns that fit, the last going first, and share out the room that is left."""
        width = self._across = self.scrollable_content_region.width
        shown = [column for column in self._columns if width >= column.wide]
        while len(shown) > 1 and len(_MARK) + sum(column.width + _GAP for column in shown) - _GAP > width:
            shown.pop()
        self._layout = tuple(zip(shown, _shared(shown, width - len(_MARK)), strict=True))
        self._filled = len(_MARK) + sum(cells + _GAP for _, cells in self._layout) - _GAP

    def render_line(self, y: int) -> Strip:
        """One line: the header, a row, or nothing."""
        index = self.scroll_offset.y + y - 1
        if y == 0:
            return self._strip([(self._header(), DIM)], self._filled) if self.count else self._strip([])
        if index < self.count:
            record, cursor = self._at(index), index == self._cursor
            return self._strip([]) if record is None else self._strip(self._row(record, cursor), self._filled, cursor)
        words = [] if self.count else self._empty.split("\n")
        return self._strip([(words[y - 1], DIM)] if y <= len(words) else [])

    def watch_has_focus(self, has_focus: bool) -> None:
        """Nothing but the row under the cursor looks different: it chooses its style when it is drawn."""

    def notify_style_update(self) -> None:
        """Forget what the styles of cells come to: the theme may be another one."""
        super().notify_style_update()
        self._cell_styles.clear()

    def _strip(self, pieces: Iterable[tuple[str, str]], length: int | None = None, cursor: bool = False) -> Strip:
        """A line of text in styles, `length` cells long where that is known, in as few runs as it has styles.

        Made of what Rich writes rather than of Content, which takes six times as long.
        """
        component = "record-table--cursor" if self.has_focus else "record-table--cursor-blurred"
        base = self.get_visual_style(component) if cursor else self.visual_style
        known = self._cell_styles.setdefault(base, {})
        runs = [
            Segment("".join(text for text, _ in alike), known.get(style) or self._rich_style(base, style))
            for style, alike in groupby(pieces, itemgetter(1))
        ]
        return Strip(runs, length).adjust_cell_length(self._across, base.rich_style)

    def _rich_style(self, base: Style, style: str) -> RichStyle:
        try:
            found = (base + Style.parse(style) if style else base).rich_style
        except UnresolvedVariableError:  # an app without our colours: the text has its own
            found = base.rich_style
        self._cell_styles[base][style] = found
        return found

    def _header(self) -> str:
        return " " * len(_MARK) + (" " * _GAP).join(
            _aligned(each.label, width, each.right) for each, width in self._layout
        )

    def _row(self, record: T, cursor: bool) -> Iterable[tuple[str, str]]:
        """The cells of a record with their styles; the gap after a cell goes with it, as blanks have no colour."""
        texts = [_aligned(column.cell(record), width, column.right) for column, width in self._layout]
        if cursor:
            # One style for the whole row: legible on the cursor's colour, and few bytes.
            return [(_MARK + (" " * _GAP).join(texts), "")]
        styles = [column.style(record) if column.style else "" for column, _ in self._layout]
        gaps = [" " * _GAP] * (len(texts) - 1) + [""]
        return [(" " * len(_MARK), ""), *zip(map(str.__add__, texts, gaps), styles, strict=True)]


def _shared(columns: Sequence[Column[T]], width: int) -> list[int]:
    """Widths of `columns` in `width` cells: each its own, then the room that is left by their shares up to the most."""
    widths = [column.width for column in columns]
    room = width - sum(widths) - _GAP * (len(widths) - 1)
    while room > 0 and (growing := [each for each, column in enumerate(columns) if _grows(column, widths[each])]):
        shares, shared = sum(columns[each].grow for each in growing), room
        for each in growing:
            column = columns[each]
            more = min(room, column.most - widths[each], max(1, shared * column.grow // shares))
            widths[each] += more
            room -= more
    return widths


def _grows(column: Column[T], width: int) -> bool:
    return bool(column.grow) and width < column.most


def _aligned(text: str, width: int, right: bool) -> str:
    """`text` in exactly `width` cells; what stands at the right keeps its own trailing spaces."""
    return " " * (width - cell_len(text)) + text if right and cell_len(text) <= width else fit(text, width)
