"""Adding funds: the amount is checked in words, one press makes one link, a refusal keeps what was typed."""

import asyncio

import pytest
from textual.widgets import Input

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text, usd
from tests.tui.looking import running_text, settled, toasts, until
from tests.tui.reading import line_with, screen_text
from tui.app.main_screen import MainScreen
from tui.domain import Money, PlanCatalog, Purpose
from tui.providers.errors import Invalid, NotSent
from tui.screens.payments.add_funds import AddFundsDialog, presets
from tui.screens.payments.checkout import CheckoutDialog


async def test_the_dialog_names_the_account_and_that_money_is_real(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f")
        said = running_text(app)
    assert "Add funds to the wallet of work · ModelsLab, LIVE" in said
    assert "At least $10.00." in said
    assert "Making a link charges nothing" in said


@pytest.mark.parametrize(
    ("typed", "objection"),
    [
        ("", "Enter an amount"),
        ("abc", "Use digits and a point only"),
        ("12.345", "At most two decimals"),
        ("0", "above zero"),
        ("9.99", "The smallest amount is $10.00."),
    ],
)
async def test_an_amount_that_cannot_be_is_refused_in_words(
    make_app: MakeApp, provider: FakeProvider, typed: str, objection: str
) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f")
        app.screen.query_one(Input).value = typed
        await pilot.press("enter")
        await pilot.pause()
        assert objection in running_text(app)
        assert app.screen.query_one(Input).value == typed
    assert provider.requests == []


async def test_a_preset_fills_the_field(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f")
        await pilot.click("#preset-100")
        await pilot.pause()
        assert app.screen.query_one(Input).value == "100"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
    assert provider.requests[0].purpose is Purpose.FUND
    assert provider.requests[0].amount == usd("100")


async def test_only_presets_that_fit_whole_are_offered(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        await pilot.press("f")
        await pilot.pause()
        assert line_with(app, "USD").split()[3:] == ["10", "25", "50"]
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: line_with(app, "USD").split()[3:] == ["10", "25", "50", "100", "250"])


def test_presets_stay_above_the_minimum() -> None:
    assert presets(None) == (10, 25, 50, 100, 250)
    assert presets(usd("30.00")) == (50, 100, 250, 500, 1000)


async def test_pressing_twice_makes_one_link(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.gate = asyncio.Event()
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f", "2", "5", "enter", "enter")
        dialog = app.screen
        assert isinstance(dialog, AddFundsDialog)
        dialog.action_make()
        await pilot.pause()
        assert "Asking ModelsLab for a payment link…" in running_text(app)
        provider.gate.set()
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
    assert len(provider.requests) == 1


async def test_closing_while_the_link_is_made_keeps_the_link(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.gate = asyncio.Event()
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("f", "2", "5", "enter", "escape")
        await pilot.pause()
        assert isinstance(app.screen, MainScreen)
        assert "it will be in 6 Activity" in toasts(app)
        provider.gate.set()
        await until(pilot, lambda: len(app.snapshot.checkouts) == 1)
        await pilot.press("6")
        await until(pilot, lambda: "$25.00 to the wallet" in screen_text(app))


async def test_quitting_while_the_link_is_made_keeps_the_link(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.gate = asyncio.Event()
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f", "2", "5", "enter")
        asyncio.get_running_loop().call_later(0.05, provider.gate.set)
        await pilot.press("ctrl+q")
    again = make_app()
    async with again.run_test() as pilot:
        await until(pilot, lambda: len(again.snapshot.checkouts) == 1)


async def test_the_providers_objection_stands_beside_the_field(make_app: MakeApp, provider: FakeProvider) -> None:
    refused = Invalid(text("The given data was invalid."), fields={"amount": (text("The amount is too large"),)})
    provider.failing = {"create_payment_link": refused}
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f", *"5000", "enter")
        await until(pilot, lambda: "The amount is too large." in running_text(app))
        field = app.screen.query_one(Input)
        assert field.value == "5000"
        assert field.has_focus


async def test_a_link_that_could_not_be_asked_for_says_why_and_can_be_tried_again(
    make_app: MakeApp, provider: FakeProvider
) -> None:
    provider.failing = {"create_payment_link": NotSent(text("No connection."), request_id=text("req_5"))}
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f", *"50", "enter")
        await until(pilot, lambda: "No link was made. No connection." in running_text(app))
        assert "req_5" in running_text(app)
        provider.failing = {}
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))


async def test_a_link_that_is_no_payment_page_is_refused(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.url = "http://pay.example/c/1"
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f", *"50", "enter")
        await until(pilot, lambda: "not https" in running_text(app))
        assert isinstance(app.screen, AddFundsDialog)
    assert app.snapshot.checkouts == ()


async def test_the_unit_is_that_of_the_account(make_app: MakeApp, provider: FakeProvider) -> None:
    provider.catalog = PlanCatalog((), minimum_top_up=Money(usd("5").amount, "EUR"))
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f", *"20", "enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
        assert "€20.00" in screen_text(app)


async def test_subscribing_names_plan_and_price_and_makes_one_link(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        app.open_subscribe(provider.catalog.items[1])
        await pilot.pause()
        said = running_text(app)
        assert "Subscribe to Professional" in said
        assert "$47.00 monthly" in said
        assert "LIVE" in said
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
        assert "Subscribe to Professional subscription for work" in running_text(app)
    assert [(each.purpose, each.plan_id) for each in provider.requests] == [(Purpose.SUBSCRIBE, "plan_pro")]
