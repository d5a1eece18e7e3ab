"""The table over a result that lies elsewhere: few rows are ever asked for, and none is painted half."""

from textual import on
from textual.app import App, ComposeResult

from tests.tui.reading import press, screen_lines
from tui.widgets.record_table import Column
from tui.widgets.window_table import WindowTable

MANY = 1_000_000


class WindowApp(App[int]):
    """A window table, and a result that is answered when the test says so, or at once."""

    def __init__(self, count: int = MANY) -> None:
        super().__init__()
        self.table = WindowTable[int]((Column("row", 12, lambda row: f"row {row}"),), str)
        self.total = count
        self.asked: list[WindowTable.Wanted] = []
        self.held_back = False

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()
        self.show(0)

    def show(self, cursor: int, *, total: int | None = None) -> None:
        """Show a result of `total` rows, the cursor at a position."""
        self.total = self.total if total is None else total
        rows = range(max(0, cursor - 60), min(self.total, cursor + 60))
        self.table.show_result(self.total, rows.start, rows, cursor=cursor, empty="nothing")

    @on(WindowTable.Wanted)
    def wanted(self, event: WindowTable.Wanted) -> None:
        self.asked.append(event)
        if not self.held_back:
            self.answer(event)

    def answer(self, event: WindowTable.Wanted) -> None:
        self.table.put(event.result, event.start, range(event.start, event.start + event.count))


async def test_home_end_and_pages_ask_for_what_is_seen_and_little_more() -> None:
    app = WindowApp()
    async with app.run_test() as pilot:
        await press(pilot, "end")
        assert app.table.current == MANY - 1
        assert f"row {MANY - 1}" in screen_lines(app)[23]
        await press(pilot, "pageup", "pageup", "home")
        assert app.table.current == 0
        assert "row 0" in screen_lines(app)[1]
        await press(pilot, *["pagedown"] * 20)
        assert app.table.current == 20 * 23
        assert screen_lines(app)[23].split() == ["row", str(21 * 23 - 1)]
        assert sum(event.count for event in app.asked) < 1500


async def test_a_move_waits_for_its_rows_and_keys_add_up() -> None:
    app = WindowApp()
    async with app.run_test() as pilot:
        app.held_back = True
        before = screen_lines(app)
        await press(pilot, "end", "pageup", "up")
        assert screen_lines(app) == before
        app.answer(app.asked[-1])
        await pilot.pause()
        assert app.table.current == MANY - 1 - 23 - 1
        assert all("row" in line for line in screen_lines(app)[1:])


async def test_another_result_keeps_the_row_where_it_stands_on_the_screen() -> None:
    app = WindowApp(1000)
    async with app.run_test() as pilot:
        await press(pilot, "pagedown", "down", "down")
        line = next(index for index, text in enumerate(screen_lines(app)) if "›" in text)
        app.show(app.table.cursor + 7, total=1007)
        await pilot.pause()
        assert "›" in screen_lines(app)[line]
        app.show(0, total=0)
        await pilot.pause()
        assert screen_lines(app)[1] == "nothing"
        assert app.table.current is None


async def test_late_rows_of_a_result_that_is_gone_are_not_shown() -> None:
    app = WindowApp()
    async with app.run_test() as pilot:
        app.held_back = True
        await press(pilot, "end")
        late = app.asked[-1]
        app.show(0, total=3)
        await pilot.pause()
        shown = screen_lines(app)
        app.answer(late)
        await pilot.pause()
        assert screen_lines(app) == shown
        assert shown[1].split() == ["›", "row", "0"]
