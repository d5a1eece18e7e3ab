"""The look of a QR code: black on white whatever surrounds it, in the style that was chosen."""

import pytest
from textual.app import App
from textual.theme import BUILTIN_THEMES

from tests.tui.looking import ANSI_THEMES
from tests.tui.qr_stage import Billing, Dialog, assert_absent, assert_good, link, reasons, settle, verdict
from tui.qr.ladder import Glyphs, Rung
from tui.widgets.qr_code import Missing, QrCode


async def test_it_is_black_on_white_in_every_theme() -> None:
    async with Billing(QrCode(link(51))).run_test(size=(60, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        for theme in sorted(BUILTIN_THEMES):
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
        app.theme = ANSI_THEMES[0]
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
