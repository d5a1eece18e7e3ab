"""The frame: starting, views, keys, sizes, and ending."""

import asyncio
import os

import pytest
from textual.widgets import Input

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource, text
from tests.tui.looking import ANSI_THEMES, running_text, settled, toasts, until
from tests.tui.reading import press, screen_lines, screen_text
from tui.app.main_screen import MainScreen
from tui.config.locations import user_themes_directory
from tui.domain import Balance, ConfirmAnswer, ConfirmKind, Mode
from tui.providers.base import PAYING, Capability
from tui.providers.errors import NotSent
from tui.providers.modelslab.client import CAPABILITIES
from tui.screens.payments.checkout import CheckoutDialog
from tui.screens.shared.help import HelpDialog
from tui.screens.shared.host import LONGEST_COPY


async def test_the_balance_appears_by_itself_with_the_time_it_was_read(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        top = screen_lines(app)[0]
    assert "work · ModelsLab" in top
    assert "LIVE" in top
    assert "$75.50" in top
    assert "as of 18:24:05" in top


async def test_a_sandbox_account_says_so(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app(source=FakeSource(FakeProvider(Mode.SANDBOX)))
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "SANDBOX" in screen_lines(app)[0]
        assert "LIVE" not in screen_text(app)


async def test_without_a_connection_it_says_why_and_r_tries_again(make_app: MakeApp, provider: FakeProvider) -> None:
    source = FakeSource(provider, NotSent(text("No connection to modelslab.com: name not known.")))
    app = make_app(source=source)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "No connection to modelslab.com: name not known." in running_text(app)
        assert "not connected" in screen_lines(app)[0]
        source.error = None
        await pilot.press("r")
        await settled(pilot)
        assert "$75.50" in screen_lines(app)[0]


async def test_a_stale_balance_is_not_shown_as_a_fresh_one(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        provider.failing = {
            "balance": NotSent(text("The connection was refused."), request_id=text("req_77")),
        }
        await pilot.press("r")
        await settled(pilot)
        assert "as of 18:24:05, stale" in screen_lines(app)[0]
        said = running_text(app)
    assert "Balance as of 18:24:05. The connection was refused." in said
    assert "req_77" in said


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2", "120 transactions"),
        ("3", "Professional"),
        ("4", "ML-2026-0140"),
        ("5", "mastercard"),
        ("6", "No payment links and no charges yet"),
        ("1", "Runway"),
    ],
)
async def test_a_number_key_shows_its_view(make_app: MakeApp, key: str, words: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("6" if key == "1" else "1", key)
        await until(pilot, lambda: words in screen_text(app))


async def test_what_the_account_cannot_do_has_no_tab(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.capabilities = CAPABILITIES - {Capability.INVOICES} - PAYING
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.snapshot.account is not None)
        tabs = screen_lines(app)[1]
        assert "Invoices" not in tabs
        assert "3 Plans" in tabs
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(app.screen, MainScreen)


async def test_a_view_can_be_clicked(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.click(offset=(screen_lines(app)[1].index("Activity"), 1))
        await until(pilot, lambda: "No payment links and no charges yet" in screen_text(app))


async def test_the_key_line_fits_80_columns_and_always_tells_help_and_quit(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for key in "123456":
            await pilot.press(key)
            line = screen_lines(app)[-1]
            assert len(line) <= 80
            assert "? keys" in line
            assert "q quit" in line


async def test_letters_go_to_a_field_first(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f")
        await pilot.press("q", "1", "question_mark")
        assert app.screen.query_one(Input).value == "q1?"
        assert app.is_running


async def test_q_over_the_views_closes_what_is_open_and_quits_nothing(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f", *"25", "enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
        await press(pilot, "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpDialog))
        assert "q what esc does" in running_text(app)
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        assert app.is_running
    assert len(provider.requests) == 1


async def test_the_help_lists_the_keys_that_work_here(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 40)) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        said = running_text(app)
        for words in ("1 Overview", "6 Activity", "r refresh", "f add funds", "q quit"):
            assert words in said
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, MainScreen)


async def test_the_help_says_once_why_keys_do_nothing_beside_the_keys(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "a", "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpDialog) and "remove" in screen_text(app))
        below = screen_lines(app)[next(y for y, line in enumerate(screen_lines(app)) if line.endswith("remove")) :]
        said, more = below[1], below[2]
        assert len(said) - len(said.lstrip()) == len(more) - len(more.lstrip()) == below[0].index("remove")
        assert screen_text(app).count(said.strip()) == 1


async def test_after_a_dialog_keys_go_to_the_view_that_is_shown(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await press(pilot, "2", "1", "question_mark", "escape", "2")
        await settled(pilot)
        assert "transactions" in screen_text(app)
        await press(pilot, "1")
        assert "/ filter" not in screen_lines(app)[-1], "the ledger is not shown"


async def test_below_60_by_20_one_line_says_so_and_a_form_keeps_its_draft(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("f", "4", "2")
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert "billtop needs at least 60 x 20 (now 40 x 12)" in running_text(app)
        assert "Amount" not in screen_text(app)
        await pilot.press("9")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.screen.query_one(Input).value == "42"


async def test_a_small_terminal_is_told_at_the_start(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(59, 24)) as pilot:
        await settled(pilot)
        assert "(now 59 x 24)" in running_text(app)
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: "Balance" in screen_text(app))


async def test_quitting_closes_the_account(make_app: MakeApp, provider: FakeProvider) -> None:
    source = FakeSource(provider)
    app = make_app(source=source)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("q")
    assert provider.closed
    assert source.closed
    assert not app.return_code


async def test_a_paid_link_is_announced_on_any_view(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("f", "5", "0", "enter")
        await until(pilot, lambda: bool(app.snapshot.checkouts))
        await pilot.press("escape", "3")
        provider.answer = ConfirmAnswer(ConfirmKind.PAID)
        app.account_session.check_now("cs_test_1")
        await until(pilot, lambda: "Paid: $50.00 to the wallet" in toasts(app))


async def test_an_unknown_theme_is_said_and_the_default_is_used(make_app: MakeApp) -> None:
    app = make_app(theme="no-such-theme")
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        assert app.theme == "billtop-dark"
        assert "There is no theme 'no-such-theme'" in toasts(app)


async def test_theme_files_of_every_kind_leave_the_dashboard_and_the_good_ones(make_app: MakeApp) -> None:
    folder = user_themes_directory()
    folder.mkdir(parents=True)
    colors = '[colors]\nbackground = "#ffffff"\nforeground = "#101010"\naccent = "#004488"\n'
    folder.joinpath("three.toml").write_text(f'name = "three"\n{colors}')
    folder.joinpath("deep.toml").write_text(f"x = {'[' * 5000}")
    folder.joinpath("wrong.toml").write_text('dark = true\nname = ["x"]\n')
    os.mkfifo(folder / "pipe.toml")
    for number in range(4):
        folder.joinpath(f"z{number}.toml").write_text("")
    app = make_app(theme="three")
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        assert app.theme == "three"
        assert "$75.50" in screen_text(app)
        told = toasts(app)
        for words in (
            "deep.toml, line 1: ",
            "pipe.toml is not a file",
            "wrong.toml, line 2: ",
            "4 more: billtop themes",
        ):
            assert words in told


async def test_what_no_terminal_takes_is_not_copied(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        app.copy_text("x" * LONGEST_COPY, "Text")
        assert app.clipboard == "x" * LONGEST_COPY
        for text in ("x" * (LONGEST_COPY + 1), "€" * (LONGEST_COPY // 2)):
            app.copy_text(text, "Text")
            assert app.clipboard == "x" * LONGEST_COPY
        await pilot.pause()
        assert toasts(app).count("Text sent to the terminal's clipboard.") == 1
        assert toasts(app).count("Not copied: terminals take 56,000 bytes at most.") == 2


@pytest.mark.parametrize("theme", ["textual-light", "nord", *ANSI_THEMES, "billtop-contrast"])
async def test_every_theme_can_be_used(make_app: MakeApp, theme: str) -> None:
    app = make_app(theme=theme)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("6", "f")
        assert app.theme == theme
        assert "Add funds" in screen_text(app)


async def test_a_crash_shows_no_values(make_app: MakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    app = make_app()

    def fail(secret: str) -> None:
        raise RuntimeError("broken")

    async def run() -> None:
        async with app.run_test() as pilot:
            await settled(pilot)
            app.call_later(fail, "tok_very_secret")
            await pilot.pause()

    with pytest.raises(RuntimeError, match="broken"):
        await run()
    shown = capsys.readouterr().err
    assert "broken" in shown
    assert "tok_very_secret" not in shown


async def test_the_palette_offers_the_views_and_adding_funds(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Go to Ledger", "Add funds", "Refresh", "Theme", "Keys", "Quit"} <= titles
        await pilot.press("ctrl+p")
        await pilot.press(*"go to activity", "enter")
        await until(pilot, lambda: "No payment links and no charges yet" in screen_text(app))


class HeldProvider(FakeProvider):
    """Keeps the balance back from the second reading on, until told."""

    def __init__(self) -> None:
        super().__init__()
        self.told = asyncio.Event()
        self.asked = 0

    async def balance(self) -> Balance:
        self.asked += 1
        if self.asked > 1:
            await self.told.wait()
        return await super().balance()


async def test_a_read_that_was_asked_for_is_told_until_it_is_done(make_app: MakeApp) -> None:
    provider = HeldProvider()
    app = make_app(source=FakeSource(provider))
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "Reading balance again…" in screen_text(app))
        provider.told.set()
        await settled(pilot)
        assert "again…" not in screen_text(app)


async def test_every_view_is_named_in_60_columns(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        assert "1 Overview 2 Ledger 3 Plans 4 Invoices 5 Cards 6 Activity" in screen_lines(app)[1]
        assert "work" in screen_lines(app)[0]
