"""Plans: what runs, what is on offer, and what cannot be subscribed to now."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, subscriptions, text, usd
from tests.tui.reading import assert_told, line_with, press, screen_lines, screen_text, toasts
from tui.account.state import Snapshot
from tui.app.billing_app import BillingApp
from tui.domain import Plan, PlanCatalog, Price, Purpose, SafeText, SubscriptionState
from tui.providers.base import Capability
from tui.providers.errors import NetworkTrouble

Loaded = Callable[[BillingApp, object], Awaitable[None]]


def plan(name: str, category: str, price: str = "9.00") -> Plan:
    return Plan(f"plan_{name}", text(name), text(category), (Price(usd(price), text("monthly")),), (text(f"{name}!"),))


async def test_what_runs_stands_on_top_and_trouble_comes_first(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "3")
        lines = screen_lines(app)
        late, fine = line_with(app, "past due"), line_with(app, "renews 1 Dec")
        assert "Voice add-on" in late
        assert "19.00 USD monthly" in late
        assert "payment due" in late
        assert "Basic Enterprise" in fine
        assert lines.index(late) < lines.index(fine)
        assert late.index(".00") == fine.index(".00")


async def test_paying_as_you_go_names_the_minimum(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "3")
        line_with(app, "Pay as you go   from 10.00 USD, f adds funds")


async def test_plans_of_a_category_stand_together_under_its_name(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.running = ()
    provider.catalog = PlanCatalog((plan("one", "images"), plan("two", "voice"), plan("three", "images", "1200.00")))
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "3")
        line_with(app, "3 plans")
        rows = [line_with(app, f"{price} ") for price in ("9.00", "1,200.00")]
        assert "images" in rows[0]
        assert "three" in rows[1]
        assert "images" not in rows[1]
        assert rows[0].index(".00") == rows[1].index(".00")


async def test_the_plan_under_the_cursor_is_shown_in_full(make_app: MakeApp, loaded: Loaded) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "3")
        line_with(app, "249.00 USD monthly · 2,490.00 USD yearly · 10,000 credits included")
        line_with(app, "· Private models")
        await press(pilot, "down")
        line_with(app, "· All public models")
        assert "Private models" not in screen_text(app)


async def test_a_current_plan_says_so_and_cannot_be_bought_twice(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await loaded(app, pilot)
        await press(pilot, "3")
        line_with(app, "Basic Enterprise   current  active  renews 1 Dec")
        await press(pilot, "enter")
        assert toasts(app) == ["Basic Enterprise is already subscribed to."]
        assert provider.requests == []


async def test_an_ended_subscription_can_be_bought_again(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.running = tuple(replace(each, status=SubscriptionState("canceled")) for each in subscriptions())
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "3")
        line_with(app, "No subscription runs.")
        assert "current" not in screen_text(app)


async def test_subscribing_asks_for_a_link_for_that_plan(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "3", "down", "s")
        line_with(app, "Professional")
        line_with(app, "47.00")
        await press(pilot, "enter")
        await pilot.pause()
        assert [(each.purpose, each.plan_id) for each in provider.requests] == [(Purpose.SUBSCRIBE, "plan_pro")]


@pytest.mark.parametrize("key", ["enter", "s"])
async def test_a_provider_without_links_says_so(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider, key: str
) -> None:
    provider.capabilities -= {Capability.PLAN_LINK}
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await loaded(app, pilot)
        await press(pilot, "3", "down", key)
        assert toasts(app) == ["ModelsLab makes no payment links for this."]


async def test_plans_stay_when_subscriptions_cannot_be_read(
    make_app: MakeApp, loaded: Loaded, provider: FakeProvider
) -> None:
    provider.failing["subscriptions"] = NetworkTrouble(SafeText("No answer in 30 s"))
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "3")
        assert_told(app, "Could not read subscriptions. No answer in 30 s. Check the connection, then try again.")
        line_with(app, "Professional")


async def test_the_cursor_stays_on_its_plan(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "3", "down")
        items = provider.catalog.items
        provider.catalog = replace(provider.catalog, items=(plan("new", "enterprise"), *items))
        app.account_session.refresh(Snapshot.plans)
        await loaded(app, pilot)
        assert "Professional" in next(line for line in screen_lines(app) if line.lstrip().startswith("›"))


async def test_no_plans_at_all(make_app: MakeApp, loaded: Loaded, provider: FakeProvider) -> None:
    provider.catalog = PlanCatalog(())
    app = make_app()
    async with app.run_test() as pilot:
        await loaded(app, pilot)
        await press(pilot, "3")
        line_with(app, "ModelsLab offers no plans now.")
