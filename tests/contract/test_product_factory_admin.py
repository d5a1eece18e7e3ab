"""Product Factory's admin side: every endpoint against the sandbox, adjustments with lost answers, other shapes."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from tests.conftest import Sandboxes
from tests.contract.factory import ACCOUNT, BASE, good
from tests.contract.foreign import Foreign
from tests.contract.judging import sent
from tui.account.payments import PaymentsService
from tui.config.accounts import make_account
from tui.domain import (
    CREDITS,
    UNTOLD,
    Adjustment,
    AnswerKind,
    CheckInTerms,
    CouponTerms,
    IntentState,
    Money,
    MoneyAnswer,
    PlanTerms,
    SafeText,
    SystemClock,
)
from tui.payments.actions import actions
from tui.payments.intents.journal import Blocked
from tui.payments.kinds import PaymentAction
from tui.providers.base import Capability, having
from tui.providers.connect import connect
from tui.providers.errors import Invalid, NotAllowed
from tui.providers.product_factory.client import ProductFactoryClient
from tui.providers.transport import Transport
from tui.sandbox.harness import RunningSandbox

GIFT = SafeText("Goodwill")


def in_credits(amount: int) -> Money:
    return Money(Decimal(amount), CREDITS)


def price(text: str) -> Money:
    return Money(Decimal(text), UNTOLD)


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=20)


async def open_account(sandbox: RunningSandbox, token: str) -> ProductFactoryClient:
    url = sandbox.product_factory_url
    account = make_account(name="s", provider="product-factory", base_url=url, token=token)
    return having(await asyncio.to_thread(connect, account, SystemClock()), ProductFactoryClient)


@pytest.fixture
async def admin(sandbox: RunningSandbox) -> AsyncIterator[ProductFactoryClient]:
    sandbox.reset()
    connected = await open_account(sandbox, sandbox.product_factory_admin_token)
    yield connected
    await connected.aclose()


@pytest.fixture
async def payments(admin: ProductFactoryClient, tmp_path: Path) -> AsyncIterator[PaymentsService]:
    payments = await PaymentsService.open(admin, tmp_path / "journal.sqlite", SystemClock())
    yield payments
    await payments.drain()
    await payments.close()


async def manual_rows(admin: ProductFactoryClient) -> list[tuple[str, Decimal, str]]:
    rows = await admin.all_transactions(0)
    return [
        (each.user_id, each.row.amount.amount, str(each.row.source)) for each in rows if each.row.usecase == "manual"
    ]


async def test_only_an_admin_s_session_brings_the_rights(sandbox: RunningSandbox, admin: ProductFactoryClient) -> None:
    assert await admin.rights() == {Capability.ADMIN}
    user = await open_account(sandbox, sandbox.product_factory_token)
    assert await user.rights() == frozenset()
    with pytest.raises(NotAllowed):
        await user.admin_books()
    await user.aclose()


async def test_plans_are_made_and_only_what_differs_is_changed(
    sandbox: RunningSandbox, admin: ProductFactoryClient
) -> None:
    terms = PlanTerms(SafeText("Studio"), monthly=price("19.99"), yearly=price("199.90"), credits=25_000, active=True)
    made = await admin.create_plan(terms)
    # Somebody else renames it meanwhile; changing the price must not undo that.
    await admin.change_plan(made, PlanTerms(SafeText("Atelier"), monthly=price("19.99"), credits=25_000, active=True))
    changed = await admin.change_plan(
        made,
        PlanTerms(
            made.terms.name,
            monthly=price("17.99"),
            yearly=price("199.90"),
            credits=25_000,
            active=True,
            creem_product=SafeText("prod_1"),
        ),
    )
    assert (changed.terms.name, changed.terms.monthly) == ("Atelier", price("17.99"))
    assert changed.terms.creem_product == "prod_1"
    books = await admin.admin_books()
    assert changed in books.plans
    assert [plan.terms.name for plan in books.plans if not plan.terms.active] == ["Founder"]


async def test_coupons_and_the_check_in_are_set_up(admin: ProductFactoryClient) -> None:
    end = datetime(2027, 1, 31, tzinfo=UTC)
    made = await admin.create_coupon(
        CouponTerms(SafeText("AUTUMN5"), percent=False, value=Decimal("5.50"), expires_at=end)
    )
    assert (made.terms.value, made.terms.expires_at, made.terms.max_uses) == (Decimal("5.50"), end, None)
    with pytest.raises(Invalid, match="already a coupon"):
        await admin.create_coupon(made.terms)
    assert await admin.change_check_in(CheckInTerms(enabled=False, daily=35)) == CheckInTerms(enabled=False, daily=35)
    books = await admin.admin_books()
    assert made in books.coupons
    assert books.check_in == CheckInTerms(enabled=False, daily=35)


async def test_everybody_s_transactions_come_page_by_page(admin: ProductFactoryClient) -> None:
    first, second = await admin.all_transactions(0), await admin.all_transactions(100)
    assert len(first) == len(second) == 100
    assert not {each.row.id for each in first} & {each.row.id for each in second}


async def test_an_adjustment_is_booked_once_with_its_reason(
    admin: ProductFactoryClient, payments: PaymentsService
) -> None:
    done = await payments.execute(await payments.prepare_adjustment("user_linus", in_credits(-50), GIFT))
    assert (done.state, done.balance) == (IntentState.DONE, in_credits(700))
    assert str(done.title) == "-50 credits for user_linus"
    assert await manual_rows(admin) == [("user_linus", Decimal(50), f"Goodwill [billtop {done.key[:8]}]")]
    failed = await payments.execute(await payments.prepare_adjustment("user_linus", in_credits(-5000), GIFT))
    assert (failed.state, failed.answer) == (IntentState.FAILED, AnswerKind.REFUSED)
    assert "below zero" in failed.note


@pytest.mark.parametrize("booked", [True, False])
async def test_an_adjustment_whose_answer_is_lost_is_found_by_reading_and_never_sent_again(
    sandbox: RunningSandbox, admin: ProductFactoryClient, payments: PaymentsService, booked: bool
) -> None:
    sandbox.fault("/admin/credits/manual", status=502, after_commit=booked, times=None)
    lost = await payments.execute(await payments.prepare_adjustment("user_linus", in_credits(30), GIFT))
    sandbox.clear_faults()
    assert lost.state is IntentState.UNKNOWN
    assert PaymentAction.REPEAT not in actions(lost, SystemClock().now())
    with pytest.raises(Blocked):
        await payments.prepare_adjustment("user_linus", in_credits(30), SafeText("Another reason"))
    found = await payments.look_up(lost)
    assert found.state is (IntentState.RECONCILED if booked else IntentState.UNKNOWN)
    assert len(await manual_rows(admin)) == (1 if booked else 0)
    if not booked:
        assert "does not prove" in found.note
        await payments.dismiss(found)
        again = await payments.prepare_adjustment("user_linus", in_credits(30), GIFT)
        assert again.state is IntentState.PREPARED


async def test_what_is_no_whole_number_of_credits_is_not_sent(payments: PaymentsService) -> None:
    for amount in (in_credits(0), Money(Decimal("0.5"), CREDITS), price("5")):
        with pytest.raises(Invalid):
            await payments.prepare_adjustment("user_linus", amount, GIFT)


# -- shapes no page settles -----------------------------------------------------------------------------------------


def answering(status: int, body: str) -> tuple[ProductFactoryClient, Foreign]:
    foreign = Foreign(
        lambda request: httpx.Response(status, content=body, headers={"content-type": "application/json"})
    )
    transport = Transport(BASE, headers={}, clock=SystemClock(), http=httpx.MockTransport(foreign))
    return ProductFactoryClient(ACCOUNT, transport), foreign


async def adjusted(status: int, body: str) -> MoneyAnswer:
    client, _ = answering(status, body)
    call = client.adjust_call(Adjustment("u", in_credits(5), GIFT, "billtop 1"))
    return await sent(client, call, in_credits(5))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, '{"success": true, "data": {}}', AnswerKind.DONE),
        (201, '{"ok": true, "data": {"new_balance": 12}}', AnswerKind.DONE),
        (200, '{"success": false, "error": "no such user"}', AnswerKind.UNPROVEN),
        (200, '{"success": true, "data": {"transaction": {"user_id": "v"}}}', AnswerKind.UNPROVEN),
        (200, '{"success": true, "data": {"transaction": {"user_id": "u", "amount": -5}}}', AnswerKind.UNPROVEN),
        (200, '{"success": true, "data": {"transaction": {"user_id": "u", "amount": 5}}}', AnswerKind.DONE),
        (200, "{}", AnswerKind.UNPROVEN),
        (200, "<html>Log in</html>", AnswerKind.LOST),
        (302, "", AnswerKind.LOST),
        (408, '{"error": "timeout"}', AnswerKind.LOST),
        (503, '{"ok": false, "error": {"code": "X", "message": "down"}}', AnswerKind.LOST),
        (
            404,
            '{"success": false, "error": {"code": "USER_NOT_FOUND", "message": "User not found."}}',
            AnswerKind.REFUSED,
        ),
        (403, '{"success": false, "error": {"code": "FORBIDDEN", "message": "no"}}', AnswerKind.NOT_ALLOWED),
        (429, "{}", AnswerKind.LIMITED),
    ],
)
async def test_only_an_answer_that_says_so_books_an_adjustment(status: int, body: str, kind: AnswerKind) -> None:
    assert (await adjusted(status, body)).kind is kind


async def test_other_names_of_a_coupon_and_of_the_check_in_are_read() -> None:
    row = {"id": 7, "code": "X", "percent_off": 15, "times_redeemed": 3, "expiresAt": "2027-01-01T00:00:00Z"}
    client, _ = answering(*good({"coupon": row}, "ok"))
    coupon = await client.create_coupon(CouponTerms(SafeText("X"), percent=True, value=Decimal(15)))
    assert (coupon.id, coupon.terms.percent, coupon.terms.value, coupon.used) == ("7", True, Decimal(15), 3)
    client, foreign = answering(*good({"config": {"reward": "25", "active": 0}}))
    assert await client.change_check_in(CheckInTerms(enabled=True, daily=5)) == CheckInTerms(enabled=False, daily=25)
    assert json.loads(foreign.last.content) == {"enabled": True, "daily_credits": 5}
