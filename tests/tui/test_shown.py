"""What the terminal shows when only differences are sent: the same as when everything is."""

from typing import Any

import pyte
import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.strip import Strip

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, transactions
from tests.tui.looking import settled, until
from tests.tui.reading import at_rest, screen_text
from tui.terminal.screen_buffer import ScreenBuffer

SIZE = (100, 30)
KEYS = "2 pagedown end up home / p e n d escape escape 1 3 down ? escape 2 m 4 f escape 7 w 1"


class Emulator(HeadlessDriver):
    """A terminal with a picture of its own, on which only differences arrive."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.shown = ScreenBuffer()
        self.screen = pyte.Screen(*SIZE)
        self._stream = pyte.Stream(self.screen)

    @property
    def is_headless(self) -> bool:
        """No: the app shall paint."""
        return False

    def write(self, data: str) -> None:
        """Take in what is sent."""
        self._stream.feed(data)


def whole(app: App[Any]) -> pyte.Screen:
    """The picture as Textual itself would send it to a terminal that shows nothing yet."""
    screen = pyte.Screen(*SIZE)
    pyte.Stream(screen).feed(app.screen._compositor.render_full_update().render_segments(app.console))
    return screen


def assert_shown(app: App[Any]) -> None:
    assert isinstance(app._driver, Emulator)
    found, wanted = app._driver.screen, whole(app)
    assert found.display == wanted.display
    for y in range(SIZE[1]):
        assert dict(found.buffer[y]) == dict(wanted.buffer[y]), f"line {y}: {wanted.display[y]}"


async def looked_at(app: App[Any], look: Any) -> None:
    app.driver_class = Emulator

    async def then_leave(pilot: Pilot[Any]) -> None:
        await look(pilot)
        app.exit()

    await app.run_async(size=SIZE, auto_pilot=then_leave)


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("COLORTERM", "truecolor"), ("TERM", "xterm-256color")):
        monkeypatch.setenv(name, value)


async def test_after_any_key_the_terminal_shows_what_the_screen_has(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.rows, provider.page_size = transactions(400), 400
    app = make_app()

    async def look(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        for key in KEYS.split():
            await pilot.press(key)
            await at_rest(pilot)
            assert_shown(app)
        app.theme = "billtop-light"
        await until(pilot, lambda: not app.current_theme.dark)
        await at_rest(pilot)
        assert_shown(app)

    await looked_at(app, look)


def test_wide_and_combining_text_is_sent_again_as_a_whole() -> None:
    screen, shown, console = pyte.Screen(30, 1), ScreenBuffer(), Console(color_system="truecolor")
    stream = pyte.Stream(screen)
    for words in (
        "plain text before, 11",
        "日本語 and 12.50 behind",
        "日本x and 13.50 behind",
        "cafe\u0301 and 14.50 behind",
        "plain text again, 15",
    ):
        strip = Strip([Segment(words, Style(bold=True))]).extend_cell_length(30)
        found = shown.differences(LayoutUpdate([[strip]], Region(0, 0, 30, 1)), Size(30, 1), console)
        assert found is not None
        stream.feed(found.render_segments(console))
        alone = pyte.Screen(30, 1)
        pyte.Stream(alone).feed(strip.render(console))
        assert screen.display == alone.display


async def test_ctrl_l_repairs_what_something_else_wrote_on_the_screen(make_app: MakeApp) -> None:
    app = make_app()

    async def look(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        driver = app._driver
        assert isinstance(driver, Emulator)
        driver.write("\x1b[5;10HBroadcast message from root\x1b[1;1H")
        assert "Broadcast" in "\n".join(driver.screen.display)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "Broadcast" not in "\n".join(driver.screen.display))
        assert_shown(app)
        assert "Balance" in screen_text(app)

    await looked_at(app, look)
