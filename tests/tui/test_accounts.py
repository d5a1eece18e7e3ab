"""Several accounts side by side: switching, what all of them have in common, and trouble that stays with its own."""

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource, text, usd
from tests.tui.looking import running_text, settled, toasts, until
from tests.tui.reading import press, screen_lines, screen_text
from tui.app.billing_app import BillingApp
from tui.app.main_screen import MainScreen
from tui.domain import Balance, ConfirmAnswer, ConfirmKind, Mode, Money
from tui.providers.base import Capability
from tui.providers.errors import NotAuthenticated
from tui.screens.payments.checkout import CheckoutDialog


def account(name: str, balance: Money, *, mode: Mode = Mode.LIVE, title: str = "ModelsLab") -> FakeSource:
    provider = FakeProvider(mode, name, title)
    provider.account = provider.account._replace(fingerprint=f"{name:0>16}")
    provider.wallet = Balance(balance)
    return FakeSource(provider)


@pytest.fixture
def sources() -> list[FakeSource]:
    """Two with real money, one with credits in a sandbox."""
    play = account("play", Money(Decimal(4000), "credits"), mode=Mode.SANDBOX, title="Olostep")
    play.provider.capabilities = frozenset({Capability.BALANCE, Capability.LEDGER, Capability.PAYMENT_LINK})
    play.theme = "billtop-light"
    home = account("home", usd("20.00"))
    home.low_balance = Decimal(25)
    home.provider.running = ()
    return [account("work", usd("75.50")), home, play]


def row_of(app: BillingApp, name: str) -> str:
    """An account's row in the table, which begins below top line and tabs."""
    return next(line for line in screen_lines(app)[3:] if line.split()[:1] == [name] or line.split()[:2] == ["›", name])


@pytest.fixture
def app(make_app: MakeApp, sources: list[FakeSource]) -> BillingApp:
    return make_app(sources=sources)


async def test_a_shows_another_account_with_its_badge_theme_and_views(app: BillingApp) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        usual = app.theme
        await press(pilot, "5")
        await until(pilot, lambda: "mastercard" in screen_text(app))
        await press(pilot, "a", "down", "down", "enter")
        await until(pilot, lambda: "play · Olostep" in screen_lines(app)[0])
        top, tabs = screen_lines(app)[:2]
        assert "SANDBOX" in top
        assert "4,000 credits" in top
        assert "LIVE" not in top
        assert "Cards" not in tabs, "the view shown before is one this account does not have"
        assert "mastercard" not in screen_text(app)
        assert app.theme == "billtop-light"
        await press(pilot, "a", "up", "up", "enter")
        await until(pilot, lambda: "work · ModelsLab" in screen_lines(app)[0])
        assert "LIVE" in screen_lines(app)[0]
        assert app.theme == usual


async def test_the_overview_of_all_has_a_row_each_and_adds_no_different_units(app: BillingApp) -> None:
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert "0 All accounts" in screen_lines(app)[1]
        await press(pilot, "0")
        await until(pilot, lambda: "4,000 credits" in screen_text(app))
        work, home = row_of(app, "work"), row_of(app, "home")
        assert "LIVE" in work
        assert "past due +2" in work, "two cards that expire besides"
        assert "18:24:05" in work
        assert "low balance +2" in home
        assert "Together LIVE $95.50" in running_text(app)
        assert "4,095" not in screen_text(app)
        await press(pilot, "down")
        assert "$20.00 left, below the $25.00 set for this account." in running_text(app)
        await press(pilot, "f")
        assert isinstance(app.screen, MainScreen), "money would go to the account shown, not the one under the cursor"
        assert "enter shows home first" in toasts(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "home · ModelsLab" in screen_lines(app)[0] and "Runway" in screen_text(app))
        await press(pilot, "0")
        assert row_of(app, "home").split()[0] == "›", "it begins on the account shown"
        await press(pilot, "enter")
        await until(pilot, lambda: "Runway" in screen_text(app))


async def test_an_account_added_before_the_others_start_is_connected_once(
    make_app: MakeApp, sources: list[FakeSource]
) -> None:
    app = make_app(sources=sources[:1])
    async with app.run_test() as pilot:
        app.put_account(sources[1], instead_of=None)
        app.accounts.start()
        await settled(pilot)
        await until(pilot, lambda: sources[1].connections > 0)
    assert [each.connections for each in sources[:2]] == [1, 1]


async def test_a_slow_and_a_refused_account_hold_nobody(app: BillingApp, sources: list[FakeSource]) -> None:
    slow, refused = sources[1], sources[2]
    never = asyncio.Event()

    async def wait_for_ever() -> Balance:
        await never.wait()
        raise AssertionError

    slow.provider.balance = wait_for_ever  # type: ignore[method-assign]  # the account's server hangs
    refused.error = NotAuthenticated(text("Unauthenticated."), request_id=text("req_9"))
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert "$75.50" in screen_lines(app)[0]
        await press(pilot, "0")
        await until(pilot, lambda: "token refused" in screen_text(app))
        assert "$75.50" in row_of(app, "work")
        await press(pilot, "down", "down")
        assert "req_9" in running_text(app)
        refused.error = None
        await press(pilot, "r")
        await until(pilot, lambda: "4,000 credits" in screen_text(app))
        assert "token refused" not in screen_text(app)


async def test_a_link_of_an_account_that_is_not_shown_is_watched_and_told_with_its_name(
    app: BillingApp, sources: list[FakeSource]
) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, "f", "enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
        await press(pilot, "escape", "a", "down", "enter")
        await until(pilot, lambda: "home · ModelsLab" in screen_lines(app)[0])
        assert "1 waiting" not in screen_lines(app)[0]
        await press(pilot, "0")
        assert "1 waiting" in row_of(app, "work")
        sources[0].provider.answer = ConfirmAnswer(ConfirmKind.PAID, balance=usd("100.50"))
        work = app.accounts.account_session("work")
        assert work is not None
        work.check_now("cs_test_1")
        await until(pilot, lambda: "work (ModelsLab): Paid: $25.00" in toasts(app))
        assert sources[1].provider.looks == 0


async def test_with_one_account_there_is_no_tab_for_all(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "All accounts" not in screen_lines(app)[1]


async def test_quitting_waits_for_a_payment_of_any_account(app: BillingApp, sources: list[FakeSource]) -> None:
    gate = sources[0].provider.gate = asyncio.Event()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "f", "enter")
        await until(pilot, lambda: app.accounts.paying)
        await press(pilot, "escape")
        app.accounts.show("home")
        await press(pilot, "q")
        assert app.return_code is None
        gate.set()
        await until(pilot, lambda: app.return_code is not None)
    assert all(source.closed for source in sources)


@pytest.mark.parametrize(("size", "theme"), [((80, 24), "billtop-dark"), ((120, 40), "billtop-light")])
def test_picture_of_all_accounts(
    snap_compare: Callable[..., bool],
    make_app: MakeApp,
    sources: list[FakeSource],
    size: tuple[int, int],
    theme: str,
) -> None:
    async def all_read(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, BillingApp)
        await settled(pilot)
        await until(pilot, lambda: all(each.wallet and each.ledger.value for each in app.accounts.snapshots))
        await press(pilot, "0", "down")

    assert snap_compare(make_app(sources=sources, theme=theme), terminal_size=size, run_before=all_read)
