"""Product Factory's orders judged: paid is said of nothing but a completed order that is the checkout's own."""

from dataclasses import replace

import pytest

from tests.contract.factory import PRO, Answer, checkout, client_for, good, order
from tests.contract.judging import confirmed as ask
from tui.domain import CREDITS, ConfirmAnswer, ConfirmKind, SafeText


async def confirmed(orders: list[dict[str, object]], session_id: str = "o-1", channel: str = "stripe") -> ConfirmAnswer:
    client, _ = client_for({"GET /orders": good(orders), "GET /credits/balance": good({"balance": 11_500})})
    return await ask(client, checkout(session_id, replace(PRO, channel=SafeText(channel))))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("pending", ConfirmKind.PENDING),
        ("completed", ConfirmKind.PAID),
        ("failed", ConfirmKind.FAILED),
        ("refunded", ConfirmKind.REFUNDED),
        ("on_hold", ConfirmKind.TRANSIENT),
        ("", ConfirmKind.TRANSIENT),
    ],
)
async def test_the_state_of_its_own_order_decides(status: str, kind: ConfirmKind) -> None:
    answer = await confirmed([order("o-2"), order("o-1", status)])
    assert answer.kind is kind
    assert (answer.balance is not None) is (kind is ConfirmKind.PAID)


@pytest.mark.parametrize("field", ["session_id", "stripe_session_id", "checkout_id"])
async def test_an_order_that_names_the_checkout_is_its_own(field: str) -> None:
    assert (await confirmed([order("o-9", **{field: "cs_live_1"})], "cs_live_1")).kind is ConfirmKind.PAID


@pytest.mark.parametrize(
    "other",
    [
        order("o-2"),
        order("o-2", plan_id="plan-id", created_at="2026-11-20T18:24:06Z"),
        order("o-2", channel="stripe", created_at="2026-11-20T18:20:00Z"),
    ],
)
async def test_a_completed_order_that_may_be_another_s_claims_nothing(other: dict[str, object]) -> None:
    answer = await confirmed([other], "cs_live_1")
    assert answer.kind is ConfirmKind.UNCLEAR
    assert "o-2" in answer.message


@pytest.mark.parametrize(
    "other",
    [
        order("o-2", created_at="2026-11-19T00:00:00Z"),
        order("o-2", plan_id="another"),
        order("o-2", type="credits"),
        order("o-2", channel="creem"),
        order("o-2", session_id="cs_live_of_somebody_else"),
        order("o-2", "pending"),
    ],
)
async def test_orders_that_cannot_be_its_own_leave_it_pending(other: dict[str, object]) -> None:
    assert (await confirmed([other], "cs_live_1")).kind is ConfirmKind.PENDING


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((401, '{"error": {"code": "SESSION_EXPIRED"}}'), ConfirmKind.AUTH),
        ((403, "{}"), ConfirmKind.AUTH),
        ((429, "{}"), ConfirmKind.TRANSIENT),
        ((503, "{}"), ConfirmKind.TRANSIENT),
        ((0, ""), ConfirmKind.TRANSIENT),
        ((200, '{"success": true, "data": {"paid": true}}'), ConfirmKind.TRANSIENT),
    ],
)
async def test_no_answer_about_orders_is_no_payment(answer: Answer, kind: ConfirmKind) -> None:
    client, _ = client_for({"GET /orders": answer})
    assert (await ask(client, checkout("o-1"))).kind is kind


async def test_paid_stays_paid_when_the_balance_cannot_be_read() -> None:
    client, _ = client_for({"GET /orders": good([order("o-1")]), "GET /credits/balance": (500, "{}")})
    answer = await ask(client, checkout("o-1"))
    assert (answer.kind, answer.balance) == (ConfirmKind.PAID, None)


async def test_the_balance_with_it_is_in_credits() -> None:
    answer = await confirmed([order("o-1")])
    assert answer.balance is not None
    assert (answer.balance.unit, answer.balance.digits) == (CREDITS, "11,500")


@pytest.mark.parametrize("plan_id", ["another", "[b]pro[/b]", "x" * 300, 7, {}, []])
async def test_an_order_of_another_plan_pays_nothing(plan_id: object) -> None:
    assert (await confirmed([order("o-1", plan_id=plan_id)])).kind is ConfirmKind.UNCLEAR
