"""The QR code on a screen: whole and read back by the oracle, or absent with the size it needs."""

import pytest
from textual.app import App, ComposeResult
from textual.containers import Container, Vertical
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget
from textual.widgets import Static

from tests.qr_oracle import Grid, Part, Seen, Verdict, judge, looks_like_a_code, screen_cells
from tui.qr import Fit, Glyphs, Rung, TooSmall
from tui.widgets.qr_code import Missing, QrCode

BODY = "a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ#fidkdWxOYHwnPyd1blpxYHZxWjA0"


def link(length: int) -> str:
    return ("https://checkout.stripe.com/c/pay/cs_live_" + BODY * 20)[:length]


class Dialog(ModalScreen[None]):
    """A checkout dialog with one row above and one below the code."""

    CSS = """
    Dialog { background: $background 60%; }
    #title, #keys { height: 1; }
    #stage { width: 1fr; height: 1fr; align: center middle; }
    #stage.faded { opacity: 50%; }
    """

    def __init__(self, qr_code: QrCode) -> None:
        super().__init__()
        self.qr_code = qr_code
        self.told: list[QrCode.Fitted] = []

    def compose(self) -> ComposeResult:
        yield Static("Add $50.00 to the wallet of work", id="title", markup=False)
        with Container(id="stage"):
            yield self.qr_code
        yield Static("y copy link  o open  esc keep waiting", id="keys", markup=False)

    def on_qr_code_fitted(self, message: QrCode.Fitted) -> None:
        self.told.append(message)
        needed = message.qr_code.terminal_needed
        keys = self.query_one("#keys", Static)
        keys.update("" if needed is None else f"needs {needed.width} x {needed.height}")


class Billing(App[None]):
    """A dashboard with text below the dialog."""

    def __init__(self, qr_code: QrCode) -> None:
        super().__init__()
        self.dialog = Dialog(qr_code)

    def compose(self) -> ComposeResult:
        yield Static("balance $75.50\n" * 60, markup=False)

    async def on_mount(self) -> None:
        await self.push_screen(self.dialog)


def verdict(app: Billing) -> Verdict:
    qr_code = app.dialog.qr_code
    return judge(screen_cells(app), qr_code.content_region, qr_code.url)


def assert_good(app: Billing) -> None:
    assert verdict(app).failed == frozenset()
    assert app.dialog.qr_code.fit is not None
    assert app.dialog.qr_code.missing is None
    assert app.dialog.told[-1].fit == app.dialog.qr_code.fit


def assert_absent(app: Billing, reason: Missing) -> None:
    assert not looks_like_a_code(screen_cells(app))
    assert app.dialog.qr_code.fit is None
    assert app.dialog.qr_code.missing is reason
    assert app.dialog.told[-1].missing is reason


async def resize(pilot: Pilot[None], width: int, height: int) -> None:
    await pilot.resize_terminal(width, height)
    await settle(pilot)


def shown_text(app: App[None]) -> str:
    return "\n".join("".join(cell.char for cell in row) for row in screen_cells(app))


async def settle(pilot: Pilot[None]) -> None:
    """Wait until a change has gone all the way: stylesheets, layout, the code judged, the dialog told, its layout."""
    for _ in range(3):
        await pilot.pause()


SIZES = [(60, 20), (80, 24), (100, 30), (120, 40), (200, 50)]
LENGTHS = [26, 36, 51, 78, 100, 359, 433, 487, 1000]
# From qr.md's table, less two rows of chrome: the greatest length that is drawn, and the greatest with 4 quiet modules.
DRAWN = {(60, 20): (51, 26), (80, 24): (100, 78), (100, 30): (100, 100), (120, 40): (359, 359), (200, 50): (487, 487)}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_at_every_size_each_link_is_whole_and_read_back_or_absent_with_its_need(size: tuple[int, int]) -> None:
    qr_code = QrCode(id="code")
    drawn_up_to, full_quiet_up_to = DRAWN[size]
    async with Billing(qr_code).run_test(size=size) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        for length in LENGTHS:
            qr_code.set_url(link(length))
            await settle(pilot)
            if length > drawn_up_to:
                assert_absent(app, Missing.TOO_SMALL)
                needed = qr_code.terminal_needed
                assert needed is not None
                assert f"needs {needed.width} x {needed.height}" in shown_text(app)
            else:
                assert_good(app)
                assert "needs" not in shown_text(app)
                assert verdict(app).quiet == (4 if length <= full_quiet_up_to else 2)


@pytest.mark.parametrize("length", [51, 433])
async def test_a_terminal_of_exactly_the_told_size_shows_the_code_and_one_less_does_not(length: int) -> None:
    qr_code = QrCode(link(length))
    async with Billing(qr_code).run_test(size=(30, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        needed = qr_code.terminal_needed
        assert needed is not None
        for width, height in ((needed.width - 1, needed.height), (needed.width, needed.height - 1)):
            await resize(pilot, width, height)
            assert_absent(app, Missing.TOO_SMALL)
        await resize(pilot, needed.width, needed.height)
        assert_good(app)


@pytest.mark.parametrize("length", [78, 359])
async def test_it_follows_the_terminal_while_open(length: int) -> None:
    qr_code = QrCode(link(length))
    async with Billing(qr_code).run_test(size=(120, 40)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        rungs = []
        for width, height in ((120, 40), (80, 24), (60, 20), (80, 24), (120, 38), (120, 40)):
            await resize(pilot, width, height)
            if qr_code.fit is None:
                assert_absent(app, Missing.TOO_SMALL)
            else:
                assert_good(app)
            rungs.append(qr_code.fit and qr_code.fit.rung)
    small, middle = (None, Rung.HALF_4) if length == 78 else (None, None)
    late = Rung.HALF_4 if length == 78 else Rung.HALF_2
    assert rungs == [Rung.HALF_4, middle, small, middle, late, Rung.HALF_4]


@pytest.mark.parametrize("theme", sorted(BUILTIN_THEMES))
async def test_it_is_black_on_white_in_every_theme(theme: str) -> None:
    async with Billing(QrCode(link(51))).run_test(size=(60, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        app.theme = theme
        await settle(pilot)
        assert_good(app)


async def test_no_color_keeps_it_black_on_white(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with Billing(QrCode(link(51))).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        assert_good(app)


async def test_no_color_under_a_theme_of_terminal_colors_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with Billing(QrCode(link(51))).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        app.theme = "ansi-dark"
        await settle(pilot)
        assert_absent(app, Missing.NO_COLOR)
        app.theme = "textual-light"
        await settle(pilot)
        assert_good(app)
        assert reasons(app) == [Rung.HALF_4, Missing.NO_COLOR, Rung.HALF_4]


async def test_no_color_from_a_start_in_terminal_colors_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Native(Billing):
        def __init__(self, qr_code: QrCode) -> None:
            App.__init__(self, ansi_color=True)
            self.dialog = Dialog(qr_code)

    monkeypatch.setenv("NO_COLOR", "1")
    async with Native(QrCode(link(51))).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        assert_absent(app, Missing.NO_COLOR)
        app.ansi_color = False  # the filter that strips colours stays for the life of the app
        app.dialog.qr_code.set_url(link(36))
        await settle(pilot)
        assert_absent(app, Missing.NO_COLOR)


def reasons(app: Billing) -> list[Missing | Rung]:
    return [told.fit.rung if told.fit else told.missing or Missing.EMPTY for told in app.dialog.told]


async def test_it_never_says_too_small_for_a_moment_while_it_fits() -> None:
    qr_code = QrCode(link(26))
    async with Billing(qr_code).run_test(size=(80, 40)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        assert reasons(app) == [Rung.HALF_4]
        qr_code.cycle_glyphs()
        await settle(pilot)
        qr_code.cycle_glyphs()
        await settle(pilot)
        qr_code.cycle_glyphs()
        await settle(pilot)
        assert reasons(app) == [Rung.HALF_4, Rung.SPACES_4, Missing.HIDDEN, Rung.HALF_4]
        qr_code.set_url(link(433))
        await settle(pilot)
        await resize(pilot, 120, 44)
        assert reasons(app)[4:] == [Missing.TOO_SMALL, Rung.HALF_4]
        qr_code.set_url("")
        await settle(pilot)
        qr_code.set_url(link(51))
        await settle(pilot)
        assert reasons(app)[-2:] == [Missing.EMPTY, Rung.HALF_4]


async def test_the_next_style_is_spaces_then_none_then_half_blocks() -> None:
    qr_code = QrCode(link(26))
    async with Billing(qr_code).run_test(size=(80, 40)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        assert not verdict(app).spaces
        qr_code.cycle_glyphs()
        await settle(pilot)
        assert_good(app)
        assert verdict(app).spaces
        qr_code.cycle_glyphs()
        await settle(pilot)
        assert_absent(app, Missing.HIDDEN)
        qr_code.cycle_glyphs()
        await settle(pilot)
        assert_good(app)
        assert not verdict(app).spaces


async def test_the_next_style_skips_spaces_where_they_do_not_fit() -> None:
    qr_code = QrCode(link(51))
    async with Billing(qr_code).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        qr_code.cycle_glyphs()
        await settle(pilot)
        assert isinstance(pilot.app, Billing)
        assert_absent(pilot.app, Missing.HIDDEN)
        assert qr_code.glyphs is None


async def test_a_remembered_style_is_used_from_the_start() -> None:
    async with Billing(QrCode(link(26), glyphs=Glyphs.SPACES)).run_test(size=(80, 40)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        assert_good(app)
        assert verdict(app).spaces


async def test_an_output_without_half_blocks_gets_spaces() -> None:
    async with Billing(QrCode(link(26), encoding_ok=False)).run_test(size=(80, 40)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        assert_good(app)
        assert verdict(app).spaces


async def test_another_link_of_the_same_size_replaces_the_code() -> None:
    qr_code = QrCode(link(51))
    async with Billing(qr_code).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        assert_good(app)
        qr_code.set_url(link(51)[::-1])
        await settle(pilot)
        assert_good(app)
        qr_code.set_url("")
        await settle(pilot)
        assert_absent(app, Missing.EMPTY)


async def test_a_link_that_no_code_holds_is_told_apart_from_a_small_terminal() -> None:
    qr_code = QrCode("https://checkout.stripe.com/" + "x" * 3000)
    async with Billing(qr_code).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(pilot.app, Billing)
        assert_absent(pilot.app, Missing.TOO_LONG)
        assert qr_code.terminal_needed is None


async def test_faded_surroundings_and_stylesheets_leave_its_contrast_alone() -> None:
    class Faded(Billing):
        CSS = "QrCode { opacity: 30%; text-opacity: 50%; tint: red 50%; }"

    async with Faded(QrCode(link(51))).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        app.dialog.query_one("#stage").add_class("faded")
        await settle(pilot)
        assert_good(app)


async def test_a_selection_neither_recolors_nor_copies_it() -> None:
    async with Billing(QrCode(link(51))).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await pilot.mouse_down("QrCode", offset=(2, 2))
        await pilot.hover("QrCode", offset=(20, 10))
        await pilot.mouse_up("QrCode", offset=(30, 15))
        assert app.dialog.qr_code not in app.dialog.selections
        app.dialog.text_select_all()
        await settle(pilot)
        assert_good(app)
        assert app.dialog.get_selected_text() == "Add $50.00 to the wallet of work"


async def test_it_takes_no_focus_from_the_dialog() -> None:
    async with Billing(QrCode(link(51))).run_test(size=(80, 24)) as pilot:
        await pilot.click("QrCode")
        await pilot.press("tab")
        assert pilot.app.focused is None


class Crowded(App[None]):
    """A code that shares a scrolling box with text which pushes it over the edge."""

    CSS = "#box { height: 20; overflow-y: auto; } #above { height: 1; }"

    def __init__(self, qr_code: QrCode) -> None:
        super().__init__()
        self.qr_code = qr_code

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Static("above", id="above")
            yield self.qr_code


async def test_the_first_layout_of_an_app_is_told_as_well() -> None:
    async with Crowded(QrCode(link(51))).run_test(size=(20, 10)) as pilot:
        await settle(pilot)
        assert isinstance(pilot.app, Crowded)
        assert pilot.app.qr_code.missing is Missing.TOO_SMALL


async def test_a_code_pushed_partly_out_of_its_box_is_not_painted_until_it_is_whole_again() -> None:
    qr_code = QrCode(link(51))
    async with Crowded(qr_code).run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        assert judge(screen_cells(pilot.app), qr_code.content_region, qr_code.url).failed == frozenset()
        above = pilot.app.query_one("#above")
        above.styles.height = 6
        await settle(pilot)
        assert not looks_like_a_code(screen_cells(pilot.app))
        await settle(pilot)
        assert qr_code.missing is Missing.TOO_SMALL
        pilot.app.query_one("#box").scroll_to(y=6, animate=False)
        await settle(pilot)
        assert judge(screen_cells(pilot.app), qr_code.content_region, qr_code.url).failed == frozenset()
        above.styles.height = 1
        await settle(pilot)
        assert judge(screen_cells(pilot.app), qr_code.content_region, qr_code.url).failed == frozenset()


# The oracle itself: each fault that a screen could show is caught, also where a reader would still decode it.


class Clipped(QrCode):
    """Draws on, however little of it is seen."""

    def _choose(self, space: Size) -> Fit | TooSmall | Missing:
        return super()._choose(Size(500, 500))


class Fading(QrCode):
    """Fades with its container."""

    opacity = Widget.opacity


async def broken(qr_code: QrCode, size: tuple[int, int] = (80, 24), **styles: float) -> Verdict:
    async with Billing(qr_code).run_test(size=size) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        for name, value in styles.items():
            setattr(qr_code.styles, name, value)
        await settle(pilot)
        return verdict(app)


@pytest.mark.parametrize(("length", "size"), [(100, (80, 22)), (433, (120, 40)), (433, (78, 44))])
async def test_the_oracle_catches_a_clipped_code(length: int, size: tuple[int, int]) -> None:
    failed = (await broken(Clipped(link(length)), size)).failed
    assert failed & {Part.ON_SCREEN, Part.MODULES, Part.QUIET_ZONE}


async def test_the_oracle_catches_text_opacity() -> None:
    assert Part.COLORS in (await broken(QrCode(link(51)), text_opacity=0.5)).failed


async def test_the_oracle_catches_faint_colors_that_decode() -> None:
    assert (await broken(Fading(link(51)), opacity=0.2)).failed == {Part.COLORS}


def altered(grid: Grid, x: int, y: int, cell: Seen) -> Grid:
    copy = [list(row) for row in grid]
    copy[y][x] = cell
    return copy


@pytest.mark.parametrize("spot", [(20, 10), (1, 5), (9, 20)])
async def test_the_oracle_catches_one_flipped_cell_that_decodes(spot: tuple[int, int]) -> None:
    qr_code = QrCode(link(78))
    async with Billing(qr_code).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        grid, region = screen_cells(pilot.app), qr_code.content_region
    x, y = region.x + spot[0], region.y + spot[1]
    old = grid[y][x]
    flipped = Seen(old.char, old.bg, old.fg)
    found = judge(altered(grid, x, y, flipped), region, qr_code.url).failed
    assert found & {Part.MODULES, Part.QUIET_ZONE}
    assert Part.DECODES not in found


async def test_the_oracle_catches_inverted_colors_and_another_link() -> None:
    qr_code = QrCode(link(78))
    async with Billing(qr_code).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        grid, region = screen_cells(pilot.app), qr_code.content_region
    inverted = [[Seen(cell.char, cell.bg, cell.fg) for cell in row] for row in grid]
    assert judge(inverted, region, qr_code.url).failed >= {Part.MODULES, Part.QUIET_ZONE, Part.DECODES}
    assert judge(grid, region, qr_code.url[:-1] + "x").failed == {Part.MODULES, Part.DECODES}
    shifted = Region(region.x + 1, region.y, region.width, region.height)
    assert Part.QUIET_ZONE in judge(grid, shifted, qr_code.url).failed
