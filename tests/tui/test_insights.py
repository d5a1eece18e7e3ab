"""The Insights view: what it adds up, what it marks, and what it says when there is nothing to tell."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from textual.geometry import Size
from textual.pilot import Pilot

from tests.conftest import NOW
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource, text, usd
from tests.tui.looking import settled, until
from tests.tui.reading import assert_told, line_with, press, screen_text
from tui.app.billing_app import BillingApp
from tui.domain import DEBIT, Transaction, TransactionStatus
from tui.screens.overview.money import MoneyPicture, balance_card


def cost(days_ago: int, amount: str, usecase: str = "image_generation") -> Transaction:
    at = NOW - timedelta(days=days_ago)
    money, status = usd(amount), TransactionStatus("success")
    return Transaction(f"t{days_ago}", at, DEBIT, money, status, text(usecase), text("wallet"))


async def known(pilot: Pilot[Any]) -> None:
    """Wait until the balance and all transactions were read."""
    app = pilot.app
    assert isinstance(app, BillingApp)

    def read() -> bool:
        ledger = app.snapshot.ledger
        done = ledger.value is not None and ledger.value.all_here and ledger.value.progress is None
        return done and not ledger.reading and app.snapshot.balance.value is not None

    await until(pilot, read)


async def opened(pilot: Pilot[Any]) -> BillingApp:
    await known(pilot)
    await press(pilot, "7")
    assert isinstance(pilot.app, BillingApp)
    return pilot.app


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_spend_by_day_week_and_month(make_app: MakeApp, provider: FakeProvider, size: tuple[int, int]) -> None:
    provider.rows, provider.page_size = tuple(cost(day, "2.00") for day in range(100)), 100
    async with make_app().run_test(size=size) as pilot:
        app = await opened(pilot)
        await until(pilot, lambda: "$60.00" in screen_text(app))
        assert line_with(app, "Spend by day").split() == ["Spend", "by", "day", "last", "30", "days", "$60.00"]
        await press(pilot, "w")
        assert line_with(app, "Spend by week").endswith("$200.00")
        await press(pilot, "m")
        assert line_with(app, "Spend by month").endswith("$200.00")
        assert "image_generation" in line_with(app, "100 %")
        assert "2.00 a day" in line_with(app, "last 7 days")
        assert "about 37 days" in line_with(app, "lasts")
        assert "27 Dec 2026" in line_with(app, "until")
        assert "No day of the last 90 was unlike the others." in screen_text(app)
        assert all(label in screen_text(app) for label in ("Nov 26", "by day", "by week", "by month"))


async def test_all_parts_tell_of_the_same_time(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.rows = tuple(cost(day, "3.00") for day in range(0, 750, 15))
    async with make_app().run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        for key in "dwm":
            await press(pilot, key)
            total = line_with(app, "Spend by").split()[-1]
            assert f"{total[1:]} " in line_with(app, "100 %")


async def test_an_unusual_day_is_marked_and_told(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.rows = tuple(cost(day, "40.00" if day == 9 else "2.00") for day in range(40))
    async with make_app().run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        await until(pilot, lambda: "unusual" in screen_text(app))
        assert "! unusual  11 Nov 40.00   usually 2.00 a day" in screen_text(app)
        assert screen_text(app).count("!") == 2  # beside the words, and above the column


async def test_the_warning_an_account_set_is_told_here_and_on_the_overview(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    source = FakeSource(provider)
    source.low_balance = Decimal(80)
    async with make_app(source=source).run_test(size=(80, 24)) as pilot:
        await known(pilot)
        assert "! below $80.00" in line_with(pilot.app, "Balance")
        app = await opened(pilot)
        await until(pilot, lambda: "Pace and runway" in screen_text(app))
        assert_told(app, "! below $80.00: f adds funds")
        narrow = balance_card(MoneyPicture(app.snapshot, None, None), Size(25, 2), compact=True)
        assert narrow.plain.split("\n")[0] == "Balance  $75.50     ! low", "the balance itself is never cut"


async def test_amounts_are_whole_at_the_smallest_size(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.rows = tuple(cost(day, "1234.56") for day in range(9))
    async with make_app().run_test(size=(60, 20)) as pilot:
        app = await opened(pilot)
        await until(pilot, lambda: "image_gene…   11,111.04" in screen_text(app))


async def test_without_transactions_it_says_so(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.rows = ()
    async with make_app().run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        assert_told(app, "No transactions yet, so there is nothing to tell from them.")


async def test_what_a_server_calls_a_use_is_shown_as_it_is(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.rows = tuple(cost(day, "2.00")._replace(usecase=text("[@click=app.quit]x[/]")) for day in range(9))
    async with make_app().run_test(size=(120, 40)) as pilot:
        app = await opened(pilot)
        await until(pilot, lambda: "[@click=app.quit]x[/]" in screen_text(app))


@pytest.mark.parametrize(("size", "theme"), [((80, 24), "billtop-dark"), ((120, 40), "billtop-light")])
def test_picture(
    snap_compare: Callable[..., bool], make_app: MakeApp, provider: FakeProvider, size: tuple[int, int], theme: str
) -> None:
    provider.rows = tuple(
        cost(
            day, "9.40" if day == 11 else f"{1 + day * 7 % 10 / 4:.2f}", ("image_generation", "training")[day % 3 // 2]
        )
        for day in range(60)
    )

    async def shown(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        app = await opened(pilot)
        await until(pilot, lambda: "unusual" in screen_text(app))
        await until(pilot, lambda: "a account" in screen_text(app))

    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=shown)
