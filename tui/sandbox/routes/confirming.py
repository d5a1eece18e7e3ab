"""Both confirm-checkout calls. No source documents anything but success, so the rest is chosen here, once."""

from __future__ import annotations

from fastapi import Response

from tui.sandbox import checkouts, subscriptions, wallet
from tui.sandbox.call import Call
from tui.sandbox.checkouts import Checkout
from tui.sandbox.errors import ApiError, not_found
from tui.sandbox.models.wallet import ConfirmAnswer
from tui.sandbox.plans import PLANS
from tui.sandbox.wire import dollars

NOT_COMPLETED = "The checkout session has not been completed yet."


def confirm(call: Call, session_id: str, purpose: str) -> Response:
    """Fulfil a paid session and say so; every repetition gets the same answer.

    Raises:
        ApiError: 404 unknown or opened for the other purpose, 410 expired; not paid yet as the settings choose.

    """
    checkout = checkouts.find(call.world, session_id)
    if checkout is None or checkout.purpose != purpose:
        raise not_found("Checkout session", "checkout_not_found")
    if checkout.status == "expired":
        raise ApiError(410, "checkout_expired", "The checkout session expired unpaid. Create a new payment link.")
    if not checkout.paid:
        return _pending(call, checkout)
    mark = checkouts.fulfil(call.world, checkout)
    return call.ok(_funded(call, checkout) if checkout.plan_id is None else _subscribed(call, checkout, mark))


def _pending(call: Call, checkout: Checkout) -> Response:
    style = call.world.settings.confirm_pending_style
    if style in ("202", "200_pending"):
        return call.ok(ConfirmAnswer(status="pending", session_id=checkout.id), int(style[:3]))
    raise ApiError(int(style), "checkout_not_completed", NOT_COMPLETED)


def _funded(call: Call, checkout: Checkout) -> ConfirmAnswer:
    return ConfirmAnswer(
        status="paid",
        session_id=checkout.id,
        amount=dollars(checkout.amount),
        balance=dollars(wallet.read(call.world).balance),
        currency="USD",
    )


def _subscribed(call: Call, checkout: Checkout, mark: int) -> ConfirmAnswer:
    plan = PLANS[checkout.plan_id or 0]
    made = subscriptions.get(call.world, plan.group, mark)
    if made is None:
        raise not_found("Subscription", "subscription_not_found")
    return ConfirmAnswer(
        status=made.status,
        session_id=checkout.id,
        subscription={"id": made.id, "plan_id": made.plan_id, "feature": plan.category, "status": made.status},
        stripe_subscription_id=made.stripe_id,
    )
