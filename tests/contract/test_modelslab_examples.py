"""Every published answer of ModelsLab is understood, and requests are the published ones."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.contract.foreign import checkout, client_for, client_reading, example, json_answer
from tests.contract.judging import confirmed
from tui.domain import ConfirmKind, LinkRequest, Money, Purpose, Transaction
from tui.domain.wallet import CREDIT
from tui.providers.base import TransactionQuery
from tui.providers.errors import Declined, Invalid, NotAllowed
from tui.providers.modelslab.envelope import unwrap
from tui.providers.transport.documents import parse_json


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


async def test_wallet_balance() -> None:
    client, foreign = client_for(json_answer(example("wallet_balance")))
    balance = await client.balance()
    assert balance.available == usd("75.50")
    assert str(foreign.last.url) == "https://modelslab.com/api/agents/v1/wallet/balance"
    assert foreign.last.headers["authorization"] == "Bearer tok-secret"
    assert foreign.last.headers["accept"] == "application/json"


async def test_wallet_transactions() -> None:
    client, foreign = client_for(json_answer(example("wallet_transactions")))
    page = await client.transactions(TransactionQuery(direction=CREDIT, limit=20))
    assert str(foreign.last.url).endswith("/wallet/transactions?limit=20&offset=0&type=credit")
    assert page.items == (
        Transaction(
            id="456",
            at=datetime(2026, 2, 15, 10, tzinfo=UTC),
            direction=CREDIT,
            amount=usd("25.00"),
            status=page.items[0].status,
            usecase=page.items[0].usecase,
            source=page.items[0].source,
            reference=page.items[0].reference,
        ),
    )
    row = page.items[0]
    assert (row.status, row.usecase, row.source, row.reference) == ("success", "wallet_funding", "stripe", "pi_xxx")
    assert page.total == 12
    assert page.balance is not None
    assert (page.balance.available, page.balance.credited, page.balance.used) == (
        usd("75.50"),
        usd("150.00"),
        usd("74.50"),
    )


async def test_payment_status() -> None:
    client, foreign = client_for(json_answer(example("payment_status")))
    report = await client.payment_status("pi_xxx")
    assert (report.payment_intent_id, report.status, report.amount) == ("pi_xxx", "succeeded", usd("25.00"))
    assert foreign.last.url.path.endswith("/payments/pi_xxx/status")


async def test_payment_link_to_fund() -> None:
    client, foreign = client_for(json_answer(example("payment_link")))
    link = await client.create_payment_link(LinkRequest(Purpose.FUND, amount=usd("25")), "key-1")
    assert link.url == "https://checkout.stripe.com/c/pay/cs_live_..."
    assert link.session_id == "cs_live_..."
    assert link.expires_at == datetime(2026, 2, 20, 12, 30, tzinfo=UTC)
    assert json.loads(foreign.last.content) == {"purpose": "fund", "amount": 25}
    assert foreign.last.headers["idempotency-key"] == "key-1"
    assert foreign.last.headers["content-type"] == "application/json"


async def test_payment_link_to_subscribe() -> None:
    client, foreign = client_for(json_answer(example("payment_link"), status=201))
    await client.create_payment_link(LinkRequest(Purpose.SUBSCRIBE, plan_id="10"), "key-2")
    assert json.loads(foreign.last.content) == {"purpose": "subscribe", "plan_id": 10}


@pytest.mark.parametrize(
    ("purpose", "path"),
    [(Purpose.FUND, "/wallet/confirm-checkout"), (Purpose.SUBSCRIBE, "/subscriptions/confirm-checkout")],
)
async def test_confirm_checkout_sends_the_session_and_no_key(purpose: Purpose, path: str) -> None:
    client, foreign = client_for(json_answer("{}"))
    await client.confirm_checkout(checkout("cs_live_...", purpose))
    assert foreign.last.method == "POST"
    assert foreign.last.url.path.endswith(path)
    assert json.loads(foreign.last.content) == {"session_id": "cs_live_..."}
    assert "idempotency-key" not in foreign.last.headers


def test_stripe_config_is_bare() -> None:
    data = unwrap(parse_json(example("stripe_config")))
    assert isinstance(data, dict)
    assert data["publishable_key"] == "pk_live_51JfPKxSDo1BGXG2x..."


async def test_plans() -> None:
    catalog = await client_reading(example("plans")).plans()
    (plan,) = catalog.items
    assert (plan.id, plan.name, plan.category, plan.features) == (
        "10",
        "Basic Enterprise",
        "enterprise",
        ("Unlimited Images",),
    )
    assert [(price.amount, price.period) for price in plan.prices] == [(usd("249.0"), "monthly")]
    assert catalog.minimum_top_up == usd("10.00")
    assert catalog.pay_as_you_go is not None
    assert catalog.pay_as_you_go.available
    assert catalog.pay_as_you_go.auto_recharge


async def test_subscription_status() -> None:
    report = await client_reading(example("subscription_status")).subscription_status("45")
    assert (report.id, report.plan_id, report.status) == ("45", "10", "active")
    assert report.period_end == datetime(2026, 3, 20, tzinfo=UTC)


async def test_a_declined_payment_tells_why() -> None:
    with pytest.raises(Declined) as caught:
        await client_reading(example("payment_declined"), 402).balance()
    assert caught.value.decline_code == "insufficient_funds"
    assert caught.value.details["payment_intent_id"] == "pi_xxx"
    assert str(caught.value) == "Your card was declined."


async def test_a_missing_scope_is_named() -> None:
    with pytest.raises(NotAllowed) as caught:
        await client_reading(example("insufficient_scope"), 403).balance()
    assert "wallet:read" in caught.value.next_step
    assert caught.value.request_id == "5f0c1c1e-6a55-4c2f-9a57-0d5f3d1f2b11"


async def test_refused_fields_are_named() -> None:
    with pytest.raises(Invalid) as caught:
        await client_reading(example("validation_error"), 422).balance()
    assert caught.value.fields == {"amount": ("The amount must be at least 10.",)}
    assert "The amount must be at least 10." in caught.value.next_step


async def test_a_payment_that_needs_more_is_not_paid() -> None:
    answer = await confirmed(client_reading(example("requires_action"), 202), checkout("cs_1"))
    assert answer.kind is ConfirmKind.PENDING
