"""The admin's view against the sandbox: who sees it, what can be made there, and credits given once."""

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Sandboxes
from tests.tui.looking import running_text, settled, toasts, until
from tests.tui.reading import line_with, press, screen_text, type_text
from tui.app.billing_app import BillingApp
from tui.cli.sources import ConfiguredAccount
from tui.config.accounts import make_account
from tui.domain import AdminPlan, IntentState, Money, PlanTerms, SafeText, SystemClock
from tui.providers.base import Capability
from tui.sandbox.harness import RunningSandbox
from tui.screens.admin.forms import plan_fields, read_plan
from tui.screens.shared.form import BadField

Open = Callable[..., BillingApp]


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=20)


@pytest.fixture
def open_shop(sandbox: RunningSandbox, tmp_path: Path) -> Open:
    sandbox.reset()

    def build(role: str = "admin", *, read_only: bool = False) -> BillingApp:
        tokens = {"admin": sandbox.product_factory_admin_token, "user": sandbox.product_factory_token}
        url = sandbox.product_factory_url
        account = make_account(name="shop", provider="product-factory", base_url=url, token=tokens[role])
        source = ConfiguredAccount(account, read_only=read_only)
        return BillingApp([source], tmp_path / "payments.sqlite3", SystemClock(), zone=UTC)

    return build


async def enter(app: BillingApp, pilot: Any) -> None:
    """Go to the admin's view once the role is known."""
    await until(pilot, lambda: Capability.ADMIN in app.snapshot.capabilities)
    await settled(pilot)
    await press(pilot, "9")
    await until(pilot, lambda: "Starter" in screen_text(app))


async def fill(pilot: Any, name: str, words: str) -> None:
    """Replace what stands in a field."""
    field = pilot.app.screen.query_one(f"#field-{name}")
    field.focus()
    field.clear()
    await type_text(pilot, words)


def manual(sandbox: RunningSandbox) -> list[tuple[str, int]]:
    """Every adjustment by hand among the newest transactions."""
    url = f"{sandbox.product_factory_url}/admin/credits/transactions"
    cookie = {"Cookie": f"better-auth.session_token={sandbox.product_factory_admin_token}"}
    rows = httpx.get(url, headers=cookie, trust_env=False).json()["data"]
    return [(row["user_id"], row["amount"]) for row in rows if row["type"] == "manual"]


@pytest.mark.parametrize(("role", "read_only"), [("user", False), ("admin", True)])
async def test_who_may_not_manage_sees_neither_tab_nor_key(open_shop: Open, role: str, read_only: bool) -> None:
    app = open_shop(role, read_only=read_only)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.snapshot.balance.value is not None)
        await until(pilot, lambda: Capability.RIGHTS not in app.snapshot.capabilities)
        await press(pilot, "9")
        assert "Admin" not in screen_text(app)
        line_with(app, "Latest")


async def test_a_plan_is_changed_and_what_is_wrong_is_said_beside_its_field(open_shop: Open) -> None:
    app = open_shop()
    async with app.run_test() as pilot:
        await enter(app, pilot)
        line_with(app, "p plans 4   c coupons 2   t transactions 100+   i check-in: 20 credits a day")
        assert "retired" in line_with(app, "Founder")
        await press(pilot, "enter")
        await fill(pilot, "monthly", "9.999")
        await press(pilot, "enter")
        line_with(app, "At most two decimals")
        await fill(pilot, "monthly", "5.49")
        await press(pilot, "enter")
        await until(pilot, lambda: "5.49" in screen_text(app) and "Starter is saved." in toasts(app))


async def test_coupons_are_made_and_one_of_the_same_code_is_refused_with_the_form_kept(open_shop: Open) -> None:
    app = open_shop()
    async with app.run_test() as pilot:
        await enter(app, pilot)
        await press(pilot, "c", "n")
        await fill(pilot, "code", "welcome20")
        await fill(pilot, "value", "15")
        await press(pilot, "enter")
        await until(pilot, lambda: "There is already a coupon with this code" in " ".join(screen_text(app).split()))
        await fill(pilot, "code", "winter15")
        await press(pilot, "enter")
        await until(pilot, lambda: "WINTER15" in screen_text(app) and "c coupons 3" in screen_text(app))
        assert "15 %" in line_with(app, "WINTER15")


async def test_the_check_in_is_set_up(open_shop: Open) -> None:
    app = open_shop()
    async with app.run_test() as pilot:
        await enter(app, pilot)
        await press(pilot, "i")
        await fill(pilot, "daily", "35")
        await press(pilot, "enter")
        await until(pilot, lambda: "check-in: 35 credits a day" in screen_text(app))


async def test_credits_are_given_only_after_going_over_to_yes_and_once(
    open_shop: Open, sandbox: RunningSandbox
) -> None:
    app = open_shop()
    async with app.run_test() as pilot:
        await enter(app, pilot)
        await press(pilot, "m")
        await fill(pilot, "user", "user_linus")
        await fill(pilot, "amount", "50")
        await fill(pilot, "reason", "Goodwill")
        await press(pilot, "enter")
        line_with(app, "Give 50 credits to user_linus?")
        await press(pilot, "enter")
        assert manual(sandbox) == []
        await press(pilot, "m")
        await fill(pilot, "user", "user_linus")
        await fill(pilot, "amount", "50")
        await fill(pilot, "reason", "Goodwill")
        await press(pilot, "enter", "right", "enter")
        await until(pilot, lambda: "Booked 50 credits for user_linus" in screen_text(app))
        assert manual(sandbox) == [("user_linus", 50)]


async def test_an_adjustment_nobody_answered_is_looked_for_and_not_offered_again(
    open_shop: Open, sandbox: RunningSandbox
) -> None:
    app = open_shop()
    async with app.run_test() as pilot:
        await enter(app, pilot)
        sandbox.fault("/admin/credits/manual", status=502, after_commit=True, times=None)
        sandbox.fault("/admin/credits/transactions", status=503, times=None)  # nothing can tell for now
        await press(pilot, "t", "enter")
        await fill(pilot, "amount", "-5")
        await fill(pilot, "reason", "Counted twice")
        await press(pilot, "enter", "right", "enter")
        await until(pilot, lambda: "It may have been booked." in running_text(app))
        assert "repeat" not in screen_text(app)
        sandbox.clear_faults()
        await press(pilot, "enter")
        await until(pilot, lambda: app.snapshot.intents[0].state is IntentState.RECONCILED)
        assert [amount for _, amount in manual(sandbox)] == [-5]


def test_what_the_provider_never_told_of_a_plan_stays_as_it_is() -> None:
    plan = AdminPlan("p", PlanTerms(SafeText("Old"), monthly=Money(Decimal("4.99"), "EUR")))
    typed = {field.name: field.value for field in plan_fields(plan)}
    assert read_plan(typed, plan) == plan.terms
    changed = read_plan({**typed, "yearly": "49.90", "active": "no"}, plan)
    assert (changed.yearly, changed.credits, changed.active) == (Money(Decimal("49.90"), "EUR"), None, False)
    with pytest.raises(BadField):
        read_plan(typed)
