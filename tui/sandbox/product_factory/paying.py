"""Checkouts, the billing portal, and the events that the payment providers send."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from tui.sandbox import checkouts
from tui.sandbox.call import Call, CallDep
from tui.sandbox.errors import ApiError, not_found
from tui.sandbox.product_factory import events, orders, plans, portal
from tui.sandbox.product_factory.gateway import CallerDep, answers, gateway, ok
from tui.sandbox.product_factory.models import CheckoutRequest, PortalRequest, Received, Redirect
from tui.sandbox.product_factory.orders import PURPOSE
from tui.sandbox.product_factory.plans import Plan

router = gateway()
webhooks = gateway(secured=False)

_EVENT: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
}


def _to(call: Call, url: str) -> Response:
    return ok(call, {call.world.settings.redirect_field: url})


def _product(plan: Plan, channel: str, kind: str) -> str | None:
    """Return Creem's product, or None for Stripe, which names a price of the plan in its subscriptions.

    Raises:
        ApiError: 409, the plan has not been set up for that channel.

    """
    needed = plan.creem_product_id if channel == events.CREEM else plan.stripe_price_id_monthly
    if needed is None and (channel == events.CREEM or kind == "subscription"):
        raise ApiError(409, "PLAN_NOT_CONFIGURED", f"This plan cannot be bought through {channel.title()}.")
    if plan.price_monthly < 50:
        raise ApiError(409, "AMOUNT_TOO_SMALL", "Nothing under 0.50 can be paid by card.")
    return plan.creem_product_id if channel == events.CREEM else None


@router.post("/payment/create-session", responses=answers(Redirect, 404, 409))
async def create_session(call: CallDep, caller: CallerDep, body: CheckoutRequest) -> Response:
    """Open a checkout and a pending order, and say where to pay."""
    plan = plans.require(call.world, body.plan_id)
    if not plan.is_active:
        raise not_found("Plan", "PLAN_NOT_FOUND")
    product = _product(plan, body.channel, body.type)
    with call.world.database.transaction():
        made = checkouts.create(call.world, PURPOSE, plan.price_monthly, None, call.base, product=product)
        orders.place(call.world, caller.id, body, plan, made.id)
    return _to(call, made.url(call.base))


@router.post("/subscription/portal", responses=answers(Redirect, 404))
async def open_portal(call: CallDep, caller: CallerDep, body: PortalRequest) -> Response:
    """Open a portal session of the subscription's provider, and say where it is."""
    return _to(call, call.base + portal.open_session(call.world, caller.id, body.return_url))


@webhooks.post("/payment/webhook/stripe", responses=answers(Received), openapi_extra=_EVENT)
async def stripe(call: CallDep, request: Request) -> Response:
    """Take an event of Stripe whose signature fits."""
    body = await request.body()
    events.check_stripe(call.world, request.headers.get("stripe-signature", ""), body)
    events.take(call.world, events.STRIPE, body)
    return ok(call, Received(received=True))


@webhooks.post("/payment/webhook/creem", responses=answers(Received), openapi_extra=_EVENT)
async def creem(call: CallDep, request: Request) -> Response:
    """Take an event of Creem whose signature fits."""
    body = await request.body()
    events.check_creem(call.world, request.headers.get("creem-signature", ""), body)
    events.take(call.world, events.CREEM, body)
    return ok(call, Received(received=True))
