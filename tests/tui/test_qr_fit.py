"""The room for a QR code: whole and read back by the oracle, or absent with the size it needs."""

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tests.qr_oracle import judge, looks_like_a_code, screen_cells
from tests.tui.qr_stage import Billing, assert_absent, assert_good, link, reasons, resize, settle, shown_text, verdict
from tui.qr.ladder import Rung
from tui.widgets.qr_code import Missing, QrCode

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


async def test_a_link_that_no_code_holds_is_told_apart_from_a_small_terminal() -> None:
    qr_code = QrCode("https://checkout.stripe.com/" + "x" * 3000)
    async with Billing(qr_code).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(pilot.app, Billing)
        assert_absent(pilot.app, Missing.TOO_LONG)
        assert qr_code.terminal_needed is None


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
