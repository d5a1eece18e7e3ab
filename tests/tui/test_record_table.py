"""The table under every list: its length costs nothing, and its text is only text."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from tests.tui.reading import press, screen_lines
from tui.domain import SafeText
from tui.widgets.record_table import Column, RecordTable, _shared

NAME: Column[str] = Column("name", 10, lambda name: name, grow=1)
SIZE: Column[str] = Column("size", 6, lambda name: "1.00", right=True)
COLUMNS = (NAME, SIZE)


class TableApp(App[int]):
    """Nothing but a table."""

    def __init__(self, columns: tuple[Column[str], ...] = COLUMNS) -> None:
        super().__init__()
        self.table = RecordTable[str](columns, lambda name: name)
        self.ends = 0

    def compose(self) -> ComposeResult:
        yield self.table

    def on_record_table_end_reached(self) -> None:
        self.ends += 1

    def on_mount(self) -> None:
        self.table.focus()


def names(count: int, start: int = 0) -> tuple[str, ...]:
    return tuple(f"row {index}" for index in range(start, start + count))


@contextmanager
def counted() -> Iterator[tuple[tuple[Column[str], ...], list[str]]]:
    """Columns that note which records they were asked to show."""
    asked: list[str] = []

    def cell(name: str) -> str:
        asked.append(name)
        return name

    yield (Column("name", 10, cell),), asked


async def test_only_rows_that_are_seen_are_formatted() -> None:
    with counted() as (columns, asked):
        app = TableApp(columns)
        async with app.run_test() as pilot:
            app.table.set_records(names(100_000))
            await pilot.pause()
            await press(pilot, "pagedown", "end")
            assert app.table.current == "row 99999"
            assert len(set(asked)) <= 4 * 24


async def test_keys_move_through_all_of_it() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        app.table.set_records(names(100))
        await press(pilot, "down", "down", "up")
        assert app.table.current == "row 1"
        await press(pilot, "pagedown")
        assert app.table.current == "row 24"
        await press(pilot, "end")
        assert app.table.current == "row 99"
        assert "row 99" in screen_lines(app)[23]
        await press(pilot, "home")
        assert app.table.current == "row 0"
        assert "row 0" in screen_lines(app)[1]


async def test_the_end_is_told_when_it_is_reached_and_when_it_is_pushed_against() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        app.table.set_records(names(3))
        await press(pilot, "down")
        assert app.ends == 0
        await press(pilot, "down", "down")
        assert app.ends == 2


async def test_a_click_moves_the_cursor() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        app.table.set_records(names(5))
        await pilot.click(RecordTable, offset=(3, 3))
        assert app.table.current == "row 2"


async def test_a_record_that_leaves_hands_the_cursor_to_its_neighbour() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        app.table.set_records(names(5))
        await press(pilot, "end")
        app.table.set_records(names(3))
        await pilot.pause()
        assert app.table.current == "row 2"
        app.table.set_records((), empty="nothing\nat all")
        await pilot.pause()
        assert app.table.records == ()
        assert [line.strip() for line in screen_lines(app)[1:3]] == ["nothing", "at all"]


PAYLOADS = [
    "[/]",
    "[/red]",
    "a[/b]c",
    "[link='http://x]y",
    "ACME [test] Ltd",
    "[@click=app.quit]x[/]",
    "[$nope]x[/]",
    '[@click="]x',
    "[bad",
    "tail\\",
    "日本語日本語日本語",
]


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_text_is_shown_as_it_is(payload: str) -> None:
    app = TableApp((Column("name", 30, str, lambda name: "$error"),))
    async with app.run_test() as pilot:
        app.table.set_records(("first", SafeText(payload)))
        await pilot.pause()
        assert payload in screen_lines(app)[2]
        await pilot.click(RecordTable, offset=(3, 2))
        assert app.is_running
        app.table.set_records((), empty=payload)
        await pilot.pause()
        assert payload in screen_lines(app)[1]


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 5), st.integers(1, 60)), min_size=1, max_size=8),
    st.integers(0, 250),
)
def test_columns_never_take_more_than_there_is_unless_they_need_it(
    shapes: list[tuple[int, int, int]], width: int
) -> None:
    columns: list[Column[str]] = [Column("x", least, str, grow=grow, most=most) for least, grow, most in shapes]
    widths = _shared(columns, width)
    gaps = 2 * (len(columns) - 1)
    assert sum(widths) + gaps <= max(width, sum(column.width for column in columns) + gaps)
    assert all(
        column.width <= each <= max(column.width, column.most) for column, each in zip(columns, widths, strict=True)
    )


async def test_wide_characters_do_not_shift_the_columns() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        app.table.set_records(("plain", "日本語日本語日本語" * 9))
        await pilot.pause()
        first, second = screen_lines(app)[1:3]
        assert cell_len(first[: first.index("1.00")]) == cell_len(second[: second.index("1.00")])
