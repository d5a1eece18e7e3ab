"""/billing: overview, Stripe's key, cards, payment links and the billing profile."""

from __future__ import annotations

import json

from fastapi import Response

from tui.sandbox import cards, checkouts, invoices, wallet
from tui.sandbox.call import Call, CallDep
from tui.sandbox.clock import iso
from tui.sandbox.errors import invalid, not_found
from tui.sandbox.models.billing import (
    AttachRequest,
    AutoFunding,
    BillingInfo,
    BillingInfoChange,
    CardRow,
    Overview,
    PaymentLink,
    PaymentLinkRequest,
    RecentCharge,
    SetupIntentAnswer,
    StripeConfig,
)
from tui.sandbox.models.common import Message
from tui.sandbox.plans import PLANS
from tui.sandbox.routes.base import MUTATION, ItemId, answers, modelslab
from tui.sandbox.views import card_row, grouped, transaction_row, wallet_summary
from tui.sandbox.wire import dollars, to_cents
from tui.sandbox.world import World, unique

router = modelslab()

KEY_INSTRUCTIONS = (
    "Use this key to call the Stripe API directly to create PaymentMethods. Card data is sent to Stripe only — never "
    "to ModelsLab."
)
LINK_INSTRUCTIONS = (
    "Forward this URL to the user. They will complete payment on Stripe's hosted checkout page. After payment, they "
    "are redirected to ModelsLab's success page where the session_id is displayed for copy-to-clipboard. Use the "
    "session_id to confirm the payment via POST /wallet/confirm-checkout or POST /subscriptions/confirm-checkout."
)
SETUP_INSTRUCTIONS = "Confirm this SetupIntent with Stripe, then attach the payment method it returns."


def auto_funding(world: World) -> AutoFunding:
    """Return the automatic recharge as it is set."""
    text = world.database.first(str, "SELECT value FROM meta WHERE name = 'auto_funding'") or "{}"
    setting: dict[str, int] = json.loads(text)
    if not setting:
        return AutoFunding(enabled=False)
    return AutoFunding(
        enabled=True,
        auto_charge_amount=dollars(setting["amount"]),
        charge_threshold=dollars(setting["threshold"]),
    )


@router.get("/billing/overview", responses=answers(Overview))
async def overview(call: CallDep) -> Response:
    """Return wallet, cards, subscriptions, invoice count and recent charges."""
    summary = wallet_summary(call.world)
    groups = grouped(call.world)
    active = [row.plan_name for row in (*groups.enterprise, *groups.normal, *groups.addon) if row.status == "active"]
    recent, _ = wallet.page(call.world, "debit", 5, 0)
    rows = [transaction_row(row) for row in recent]
    return call.ok(
        Overview(
            wallet_balance=summary.balance,
            wallet=summary,
            payment_methods=[card_row(card) for card in cards.attached(call.world.database)],
            subscriptions=groups,
            active_subscription=active[0] if active else None,
            invoice_count=len(invoices.listing(call.world)),
            total_charges=summary.amount_used,
            total_deposits=summary.total_credited,
            recent_charges=[
                RecentCharge(id=row.id, amount=row.amount, usecase=row.usecase, created_at=row.created_at)
                for row in rows
            ],
            auto_funding=auto_funding(call.world),
        )
    )


@router.get("/billing/stripe-config", responses=answers(StripeConfig, bare=True))
async def stripe_config(call: CallDep) -> Response:
    """Return the key for making payment methods at Stripe."""
    return call.bare(StripeConfig(publishable_key=call.world.publishable_key, instructions=KEY_INSTRUCTIONS))


@router.post("/billing/setup-intent", responses=answers(SetupIntentAnswer, 409), openapi_extra=MUTATION)
async def setup_intent(call: CallDep) -> Response:
    """Begin to save a card without charging it."""
    intent = unique("seti_1")
    secret = f"{intent}_secret_{unique('')}"
    call.world.database.run(
        "INSERT INTO setup_intents VALUES (?, ?, 'requires_payment_method', NULL, ?)",
        *(intent, secret, call.world.clock.epoch()),
    )
    return call.ok(
        SetupIntentAnswer(
            setup_intent_id=intent,
            client_secret=secret,
            status="requires_payment_method",
            instructions=SETUP_INSTRUCTIONS,
        )
    )


@router.post("/billing/payment-link", responses=answers(PaymentLink, 404, 409, bare=True), openapi_extra=MUTATION)
async def payment_link(call: CallDep, body: PaymentLinkRequest) -> Response:
    """Open a hosted checkout and return its address."""
    amount, plan_id = _what_is_paid(body)
    checkout = checkouts.create(call.world, body.purpose, amount, plan_id, call.base)
    return call.bare(
        PaymentLink(
            payment_url=checkout.url(call.base),
            session_id=checkout.id,
            purpose=body.purpose,
            amount=dollars(amount) if plan_id is None else None,
            plan_id=plan_id,
            expires_at=iso(checkout.expires_at),
            instructions=LINK_INSTRUCTIONS,
        )
    )


def _what_is_paid(body: PaymentLinkRequest) -> tuple[int, int | None]:
    """Return cents and, when subscribing, the plan."""
    if body.purpose == "fund":
        if body.amount is None:
            raise invalid("amount", "The amount field is required when purpose is fund.")
        return to_cents(body.amount), None
    if body.plan_id is None:
        raise invalid("plan_id", "The plan id field is required when purpose is subscribe.")
    plan = PLANS.get(body.plan_id)
    if plan is None:
        raise not_found("Plan", "plan_not_found")
    return plan.price, plan.id


@router.get("/billing/payment-methods", responses=answers(CardRow, listed=True))
async def payment_methods(call: CallDep) -> Response:
    """Return the saved cards."""
    return call.ok([card_row(card) for card in cards.attached(call.world.database)])


@router.post("/billing/payment-methods", responses=answers(CardRow, 404, 409), openapi_extra=MUTATION)
async def attach(call: CallDep, body: AttachRequest) -> Response:
    """Save a card that was made at Stripe."""
    card = cards.require(call.world.database, body.payment_method_id)
    cards.attach(call.world.database, card, as_default=body.make_default)
    return call.ok(card_row(cards.require(call.world.database, card.id)))


def _saved(call: Call, card_id: str) -> cards.Card:
    card = cards.require(call.world.database, card_id)
    if not card.attached:
        raise not_found("Payment method", "payment_method_not_found")
    return card


@router.put("/billing/payment-methods/{id}/default", responses=answers(CardRow, 404, 409), openapi_extra=MUTATION)
async def set_default(call: CallDep, id: ItemId) -> Response:  # noqa: A002 - the documented name
    """Make a saved card the default one."""
    cards.make_default(call.world.database, _saved(call, id))
    return call.ok(card_row(_saved(call, id)))


@router.delete("/billing/payment-methods/{id}", responses=answers(Message, 404, 409), openapi_extra=MUTATION)
async def detach(call: CallDep, id: ItemId) -> Response:  # noqa: A002 - the documented name
    """Remove a saved card."""
    cards.detach(call.world.database, _saved(call, id))
    return call.ok(Message(message="Payment method removed."))


def profile(world: World) -> BillingInfo:
    """Return the billing profile as it is kept."""
    text = world.database.first(str, "SELECT value FROM meta WHERE name = 'profile'") or "{}"
    return BillingInfo.model_validate_json(text)


@router.get("/billing/info", responses=answers(BillingInfo))
async def info(call: CallDep) -> Response:
    """Return name, address and tax id."""
    return call.ok(profile(call.world))


@router.put("/billing/info", responses=answers(BillingInfo, 409), openapi_extra=MUTATION)
async def update_info(call: CallDep, body: BillingInfoChange) -> Response:
    """Change the fields that are given."""
    changed = profile(call.world).model_copy(update=body.model_dump(exclude_none=True))
    sql = "UPDATE meta SET value = ? WHERE name = 'profile'"
    call.world.database.run(sql, changed.model_dump_json())
    return call.ok(changed)
