"""The overview: everything at a glance, nothing cut, and the truth about what is not known."""

import re
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from textual.containers import VerticalScroll
from textual.geometry import Size

from tests.conftest import NOW
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text, transactions, usd
from tests.tui.looking import running_text, settled, until
from tests.tui.reading import line_with, screen_lines, screen_text
from tui.account.state import LedgerRows, Resource, Snapshot
from tui.domain import Balance, Mode, SubscriptionState
from tui.providers.errors import RateLimited
from tui.screens.overview.money import MoneyPicture, spend_card
from tui.screens.payments.checkout import CheckoutDialog
from tui.widgets.bars import bar, columns

EVERYTHING = (
    "$75.50",
    "150.00",
    "74.50",
    "about 34 days",
    "until Thu 24 Dec, at 2.22 a day",
    "Spend, last 30 days",
    "$65.00",
    "32.78",
    "50 %",
    "249.00 monthly",
    "active",
    "renews 1 Dec",
    "past due",
    "payment due",
    "visa ···· 4242",
    "default",
    "expires next month",
    "expired",
    "−0.05 debit",
    "pending",
)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (200, 50)])
async def test_everything_is_there_and_nothing_is_cut(make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        said = screen_text(app)
        assert [words for words in EVERYTHING if words not in said] == []
        assert "…" not in said
        assert app.screen.query_one("#page", VerticalScroll).max_scroll_y == 0


async def test_at_120_columns_there_are_two_columns(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        heads = line_with(app, "By use case")
    assert "Subscriptions" in heads


async def test_a_large_wallet_is_not_cut(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.wallet = Balance(usd("1234567.89"), usd("98765432.10"), usd("97530864.21"))
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        said = screen_text(app)
    for amount in ("$1,234,567.89", "98,765,432.10", "97,530,864.21"):
        assert amount in said


async def test_a_short_runway_warns(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.wallet = Balance(usd("9.00"), usd("150.00"), usd("141.00"))
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "about 4 days" in screen_text(app)
        assert "! below 14 days" in screen_text(app)


def test_spend_that_was_not_read_far_enough_says_since_when() -> None:
    rows = tuple(row for row in transactions() if row.at and NOW - row.at < timedelta(days=4, hours=12))
    known = LedgerRows(rows, total=26_000, held=len(rows))
    snapshot = Snapshot(text("work"), "ModelsLab", Mode.LIVE).with_part(Snapshot.ledger, Resource(known, NOW))
    picture = MoneyPicture.of(snapshot, NOW, UTC)
    assert spend_card(picture, Size(76, 0), compact=True).plain.startswith(
        f"Spend since 16 Nov, newest {len(rows)} rows"
    )


async def test_one_part_that_fails_takes_nothing_else_with_it(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.failing = {"subscriptions": RateLimited(text("Too many requests."), request_id=text("req_9"))}
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        said = running_text(app)
    assert "subscriptions could not be read" in said
    assert "Could not read subscriptions. Too many requests. Wait a moment, then try again. Request req_9." in said
    assert "$75.50" in said
    assert "visa ···· 4242" in said


async def test_an_empty_account_says_what_to_do(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.rows, provider.running, provider.cards = (), (), ()
    provider.wallet = Balance(usd("0.00"))
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        said = running_text(app)
    assert "no transactions yet: f adds funds" in said
    assert "no subscriptions: 3 lists the plans" in said
    assert "no card on file" in said


async def test_before_the_first_answer_it_says_that_it_reads(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        assert "Connecting to ModelsLab…" in screen_text(app) or "$75.50" in screen_text(app)
        await settled(pilot)
        assert "Connecting" not in screen_text(app)


async def test_enter_on_a_waiting_checkout_shows_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f", "5", "0", "enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
        await pilot.press("escape")
        await until(pilot, lambda: "payable until 18:45" in screen_text(app))
        assert "1 waiting" in screen_lines(app)[0]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))


def test_columns_fill_the_height_and_leave_nothing_blank_but_zero() -> None:
    values = [Decimal(0), Decimal("0.01"), Decimal(5), Decimal(10)]
    assert columns(values, 1) == [" ▁▄█"]
    assert columns(values, 2, gap=1) == ["      █", "  ▁ █ █"]
    assert columns([Decimal(0)] * 3, 1) == ["   "]


def test_a_bar_is_exact_to_an_eighth() -> None:
    assert bar(Decimal("0.5"), 4) == "██"
    assert bar(Decimal(1), 4) == "████"
    assert bar(Decimal("0.0001"), 4) == "▏"
    assert bar(Decimal(0), 4) == ""


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_in_a_narrow_terminal_a_large_wallet_is_not_cut(
    make_app: MakeApp, provider: FakeProvider, size: tuple[int, int]
) -> None:
    provider.wallet = Balance(usd("22384.56"), usd("387740.24"), usd("365355.68"))
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        said = screen_text(app)
    for words in ("$22,384.56", "credited 387,740.24", "used 365,355.68", "at 2.22 a day"):
        assert words in said


async def test_a_used_up_wallet_is_not_said_to_last(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.rows, provider.wallet = (), Balance(usd("0.00"))
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "nothing left" in line_with(app, "Runway")
        assert "no end in sight" not in screen_text(app)


async def test_a_day_in_another_year_is_told_with_its_year(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.wallet = Balance(usd("2220.00"))
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert re.search(r"until \d+ Aug 2029, at 2.22 a day", screen_text(app))


async def test_what_could_not_be_read_is_not_said_to_be_none(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.failing = {name: RateLimited(text("Too many requests.")) for name in ("balance", "transactions")}
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "balance unknown" in screen_lines(app)[0]
        assert "not known" in line_with(app, "Runway")


async def test_the_same_words_for_a_subscription_as_on_its_own_screen(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.running = (replace(provider.running[0], status=SubscriptionState("paused")),)
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "paid until 1 Dec" in screen_text(app)
        await pilot.press("3")
        await settled(pilot)
        assert "paid until 1 Dec" in screen_text(app)
