"""An account that sells plans through a choice of processors: orders, check-in, portal, and no card anywhere."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.conftest import NOW, FixedClock
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource, text
from tests.tui.looking import settled, toasts, until
from tests.tui.reading import assert_told, line_with, press, screen_lines, screen_text
from tui.app.main_screen import MainScreen
from tui.domain import CREDITS, UNTOLD, CheckIn, Money, Order, OrderKind, OrderStatus, Plan, PlanCatalog, Price
from tui.providers.base import Capability
from tui.providers.errors import NetworkTrouble
from tui.providers.product_factory.client import CAPABILITIES

STRIPE_PORTAL = "https://billing.stripe.com/p/session/live_" + "YWNjdF8xTXo0" * 7


class FactoryProvider(FakeProvider):
    """What Product Factory can do, and nothing else."""

    def __init__(self) -> None:
        super().__init__(title="Product Factory")
        self.capabilities = CAPABILITIES - {Capability.SESSION, Capability.RIGHTS}
        prices = (
            Price(Money(Decimal("9.99"), UNTOLD), text("monthly")),
            Price(Money(Decimal("99.90"), UNTOLD), text("yearly")),
        )
        pro = Plan("plan_pro", text("Pro"), text(""), prices, credits_included=10_000)
        self.catalog = PlanCatalog((pro,), channels=(text("stripe"), text("creem")), page_names_price=True)
        self.bought = [order("o-2", "pending"), order("o-1", "completed", at=NOW - timedelta(days=30))]
        self.check_ins = [CheckIn(False, Money(Decimal(20), CREDITS)), CheckIn(True)]
        self.portal = STRIPE_PORTAL

    async def orders(self) -> tuple[Order, ...]:
        self._answer("orders")
        return tuple(self.bought)

    async def order(self, order_id: str) -> Order:
        self._answer("order")
        return next(each for each in self.bought if each.id == order_id)

    async def check_in(self) -> CheckIn:
        self._answer("check_in")
        return self.check_ins.pop(0)

    async def portal_link(self) -> str:
        self._answer("portal_link")
        return self.portal


def order(order_id: str, status: str, at: datetime = NOW) -> Order:
    amount = Money(Decimal("9.99"), UNTOLD)
    plain = Order(order_id, OrderKind("subscription"), OrderStatus(status), amount, NOW, "plan_pro", text("stripe"))
    return replace(plain, at=at)


@pytest.fixture
def factory() -> FactoryProvider:
    return FactoryProvider()


@pytest.fixture
def make(make_app: MakeApp, factory: FactoryProvider) -> MakeApp:
    def build(**options: object) -> object:
        return make_app(source=FakeSource(factory), **options)

    return build  # type: ignore[return-value]  # a closure that hands everything on


async def test_key_4_shows_orders_and_one_of_them_as_it_stands_now(make: MakeApp, factory: FactoryProvider) -> None:
    app = make()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "4 Orders" in screen_lines(app)[1]
        assert not {"Invoices", "Cards"} & set(screen_lines(app)[1].split())
        await press(pilot, "4")
        line_with(app, "2 orders · 1 pending")
        assert line_with(app, "20 Nov 2026").split()[-5:] == ["Pro", "9.99", "not", "told", "pending"]
        factory.bought[0] = order("o-2", "completed")
        await press(pilot, "enter")
        await until(pilot, lambda: "paid, and handed over" in screen_text(app))
        line_with(app, "Pro (plan_pro)")
        await press(pilot, "y")
        assert app.clipboard == "o-2"


async def test_orders_that_cannot_be_read_say_why(make: MakeApp, factory: FactoryProvider) -> None:
    factory.failing["order"] = factory.failing["orders"] = NetworkTrouble(text("No answer in 30 s"))
    app = make()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "4")
        assert_told(app, "Could not read orders No answer in 30 s.")


async def test_a_check_in_is_done_once_and_waits_for_tomorrow(
    make: MakeApp, factory: FactoryProvider, clock: FixedClock
) -> None:
    app = make()
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, "c")
        await until(pilot, lambda: "20 credits added" in toasts(app))
        await press(pilot, "c")
        await until(pilot, lambda: "The next one can be done tomorrow" in toasts(app))
        assert len(factory.check_ins) == 1
        clock.advance(timedelta(days=1))
        await press(pilot, "c")
        await until(pilot, lambda: "was done before; nothing was added" in toasts(app))


async def test_a_check_in_without_an_answer_says_so_and_can_be_tried_again(
    make: MakeApp, factory: FactoryProvider
) -> None:
    factory.failing["check_in"] = NetworkTrouble(text("No answer in 30 s"), hint=text("It may have been counted."))
    app = make()
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, "c")
        await until(
            pilot, lambda: "Check-in outcome unknown. No answer in 30 s. It may have been counted." in toasts(app)
        )
        factory.failing.clear()
        await press(pilot, "c")
        await until(pilot, lambda: "20 credits added" in toasts(app))


async def test_accounts_without_a_check_in_have_no_key_for_it(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "check in" not in screen_lines(app)[-1]
        await press(pilot, "c", "3", "p")
        assert isinstance(app.screen, MainScreen)


async def test_a_plan_is_paid_through_the_chosen_processor(make: MakeApp, factory: FactoryProvider) -> None:
    app = make()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "3")
        assert line_with(app, "› Pro").split()[1:] == ["Pro", "9.99", "monthly", "99.90", "yearly"]
        assert_told(app, "9.99 monthly · 99.90 yearly (currency not told) · 10,000 credits included")
        await press(pilot, "enter", "right")
        assert_told(app, "Pay through ‹ Creem ›")
        assert_told(app, "The payment page tells which of the two it is for")
        await press(pilot, "enter")
        await until(pilot, lambda: bool(factory.requests))
        assert [(each.plan_id, each.channel) for each in factory.requests] == [("plan_pro", "creem")]


async def test_funds_cannot_be_added(make: MakeApp) -> None:
    app = make()
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "add funds" not in screen_lines(app)[-1]
        await press(pilot, "f")
        assert isinstance(app.screen, MainScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_way_to_the_portal(make: MakeApp, size: tuple[int, int]) -> None:
    app = make()
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await press(pilot, "3", "p")
        await until(pilot, lambda: "goes to billing.stripe.com" in screen_text(app))
        assert ("▀▄" in screen_text(app)) is (size == (120, 40))
        await press(pilot, "y")
        assert app.clipboard == STRIPE_PORTAL


async def test_a_portal_elsewhere_is_shown_only_after_its_host_was_read(
    make: MakeApp, factory: FactoryProvider
) -> None:
    factory.portal = "https://portal.example.net/p/secret-path"
    app = make()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "3", "p")
        await until(pilot, lambda: "a host billtop does not know" in " ".join(screen_text(app).split()))
        assert "secret-path" not in screen_text(app)
        await press(pilot, "enter")
        assert_told(app, "goes to portal.example.net")
        await press(pilot, "y")
        assert app.clipboard == factory.portal


async def test_a_portal_link_that_is_none_is_never_shown(make: MakeApp, factory: FactoryProvider) -> None:
    factory.portal = "http://billing.stripe.com/p/secret-path"
    app = make()
    async with app.run_test() as pilot:
        await settled(pilot)
        await press(pilot, "3", "p")
        await until(pilot, lambda: "The link is not shown" in screen_text(app))
        await press(pilot, "enter", "y")
        assert "secret-path" not in screen_text(app) + str(app.clipboard)
