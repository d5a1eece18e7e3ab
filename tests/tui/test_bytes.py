"""What the ledger sends to the terminal, counted: over a slow link bytes are what a person waits for."""

from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

import pytest
from rich.text import Text
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot
from textual.widgets import DataTable, Input

from tests.tui.conftest import BLINKING, MakeApp
from tests.tui.fake_provider import FakeProvider, transactions
from tests.tui.looking import settled, until
from tests.tui.reading import at_rest, press, screen_text
from tui.domain import Transaction
from tui.terminal.screen_buffer import ScreenBuffer

PAGES = 5


class CountingDriver(HeadlessDriver):
    """A terminal that nobody looks at; it counts what is sent to it."""

    sent = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.shown = ScreenBuffer()

    @property
    def is_headless(self) -> bool:
        """No: the app shall paint."""
        return False

    def write(self, data: str) -> None:
        """Count the bytes."""
        type(self).sent += len(data.encode())


class WholeDriver(CountingDriver):
    """Counts what Textual sends by itself."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        del self.shown


class StockTable(App[None]):
    """The same rows in Textual's own table."""

    def __init__(self, rows: tuple[Transaction, ...]) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("time", "type", "amount", "status", "use case", "source", "id", "reference")
        for row in self._rows:
            cells = (f"{row.at:%d %b %H:%M:%S}", row.direction, row.amount.digits, row.status)
            more = (row.usecase, row.source, row.id, row.reference or "")
            table.add_row(*map(Text, (*cells, *more)))


async def counted(
    app: App[Any], work: Callable[[Pilot[Any]], Awaitable[None]], driver: type[CountingDriver] = CountingDriver
) -> None:
    """Run `app` in front of a counter."""
    driver.sent = 0
    app.driver_class = driver

    async def then_leave(pilot: Pilot[Any]) -> None:
        await work(pilot)
        app.exit()

    await app.run_async(size=(120, 40), auto_pilot=then_leave)


async def bytes_of_page_downs(pilot: Pilot[Any]) -> list[int]:
    """What each page down sends."""
    found = []
    for _ in range(PAGES):
        before = CountingDriver.sent
        await pilot.press("pagedown")
        await at_rest(pilot)
        found.append(CountingDriver.sent - before)
    return found


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("COLORTERM", "truecolor"), ("TERM", "xterm-256color")):
        monkeypatch.setenv(name, value)


async def test_a_start_sends_a_fraction_of_what_textual_sends_by_itself(make_app: MakeApp) -> None:
    async def start(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await at_rest(pilot)

    await counted(make_app(), start, WholeDriver)
    await counted(make_app(), start)
    assert 0 < CountingDriver.sent <= 0.60 * WholeDriver.sent
    assert CountingDriver.sent <= 30_000


async def test_a_filter_that_waits_for_the_next_key_sends_nothing(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Input, "cursor_blink", BLINKING)

    async def wait(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await press(pilot, "2", "slash", "t")
        await until(pilot, lambda: "type:" in screen_text(pilot.app))
        before = CountingDriver.sent
        await pilot.pause(0.7)  # cursors blink each half second
        assert CountingDriver.sent == before

    await counted(make_app(), wait)


async def test_a_page_down_sends_a_quarter_of_what_the_stock_table_sends(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.rows, provider.page_size = transactions(400), 400
    ours: list[int] = []
    stock: list[int] = []

    async def page_ours(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await pilot.press("2")
        await until(pilot, lambda: "txn_9995" in screen_text(pilot.app) and " · in " in screen_text(pilot.app))
        await at_rest(pilot)
        ours.extend(await bytes_of_page_downs(pilot))
        idle = CountingDriver.sent
        await at_rest(pilot)
        assert CountingDriver.sent == idle

    async def page_stock(pilot: Pilot[Any]) -> None:
        await at_rest(pilot)
        stock.extend(await bytes_of_page_downs(pilot))

    await counted(make_app(), page_ours)
    await counted(StockTable(provider.rows), page_stock)
    assert median(ours) <= 0.25 * median(stock)
