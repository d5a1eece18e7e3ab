"""/subscriptions: the catalogue, what runs, and changing it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Response

from tui.sandbox import cards, checkouts, invoices, subscriptions
from tui.sandbox.call import Call, CallDep
from tui.sandbox.charging import Intent, Source, take
from tui.sandbox.clock import iso
from tui.sandbox.errors import ApiError, not_found
from tui.sandbox.models.common import EnvelopeList
from tui.sandbox.models.subscriptions import (
    AutoPayments,
    ChangePlanRequest,
    ChargeAnswer,
    ChargeRequest,
    CreatedSubscription,
    GroupedSubscriptions,
    PayAsYouGo,
    PlanList,
    PlanRow,
    RepairRequest,
    SubscribeAnswer,
    SubscribeRequest,
    SubscriptionAnswer,
    SubscriptionRow,
    SubscriptionStatus,
)
from tui.sandbox.models.wallet import ConfirmAnswer, ConfirmRequest
from tui.sandbox.plans import MINIMUM_TOP_UP, PLANS, Plan
from tui.sandbox.routes.base import MUTATION, SubscriptionId, answers, modelslab
from tui.sandbox.routes.confirming import confirm
from tui.sandbox.subscriptions import Subscription
from tui.sandbox.views import grouped, subscription_row
from tui.sandbox.wire import dollars, to_cents

router = modelslab()

PAY_AS_YOU_GO = PayAsYouGo(
    available=True,
    description="Fund your wallet and pay per API call. No subscription required.",
    minimum_topup_usd=dollars(MINIMUM_TOP_UP * 100),
    currency="USD",
    fund_endpoint="POST /api/agents/v1/wallet/fund",
    auto_payments=AutoPayments(
        supported=True,
        description="Recharge the wallet automatically when the balance falls below a threshold.",
        configure_endpoint="PUT /api/agents/v1/wallet/auto-funding",
        disable_endpoint="DELETE /api/agents/v1/wallet/auto-funding",
    ),
)


def _plan_row(plan: Plan) -> PlanRow:
    return PlanRow(
        id=plan.id,
        name=plan.name,
        category=plan.category,
        period=plan.period,
        type=plan.type,
        price=dollars(plan.price),
        api_call_limit=plan.api_call_limit,
        rate_limit=plan.rate_limit,
        features=list(plan.features),
    )


def _plan(plan_id: int) -> Plan:
    plan = PLANS.get(plan_id)
    if plan is None:
        raise not_found("Plan", "plan_not_found")
    return plan


@router.get("/subscriptions/plans", responses=answers(PlanList))
async def plans(call: CallDep) -> Response:
    """Return the catalogue and pay-as-you-go."""
    rows = [_plan_row(plan) for plan in PLANS.values()]
    return call.ok(PlanList(subscription_plans=rows, pay_as_you_go=PAY_AS_YOU_GO, count=len(rows)))


@router.get("/subscriptions", responses=answers(GroupedSubscriptions, other=EnvelopeList[SubscriptionRow]))
async def listing(call: CallDep) -> Response:
    """Return every subscription in its group, or in one list when the settings say so."""
    if call.world.settings.flat_subscriptions:
        return call.ok([subscription_row(one) for one in subscriptions.listing(call.world)])
    return call.ok(grouped(call.world))


@router.post("/subscriptions", responses=answers(SubscribeAnswer, 402, 404, 409), openapi_extra=MUTATION)
async def subscribe(call: CallDep, body: SubscribeRequest) -> Response:
    """Charge a card and begin a subscription; without a card, open a checkout."""
    plan = _plan(body.plan_id)
    if body.payment_method_id is None:
        checkout = checkouts.create(call.world, "subscribe", plan.price, plan.id, call.base)
        return call.ok(
            SubscribeAnswer(
                message="Open the checkout URL to complete the subscription.",
                checkout_url=checkout.url(call.base),
                session_id=checkout.id,
                expires_at=iso(checkout.expires_at),
            )
        )
    card = cards.require(call.world.database, body.payment_method_id)
    take(call.world, card, plan.price, Source(call.path, call.key))
    with call.world.database.transaction():
        made = subscriptions.start(call.world, plan, card.id)
        invoices.bill(call.world, f"{plan.name}, {plan.period}", plan.price, (made.period_start, made.period_end))
    created = CreatedSubscription(id=made.id, plan_id=plan.id, feature=plan.category, status=made.status)
    return call.ok(
        SubscribeAnswer(
            message="Subscription created.",
            subscription=created,
            stripe_subscription_id=made.stripe_id,
            status=made.status,
        )
    )


@router.post(
    "/subscriptions/confirm-checkout",
    responses=answers(ConfirmAnswer, 402, 404, 409, 410, 425, extra=[(202, ConfirmAnswer)]),
    openapi_extra=MUTATION,
)
async def confirm_checkout(call: CallDep, body: ConfirmRequest) -> Response:
    """Begin the subscription of a paid checkout, once."""
    return confirm(call, body.session_id, "subscribe")


@router.post("/subscriptions/charge-amount", responses=answers(ChargeAnswer, 402, 409), openapi_extra=MUTATION)
async def charge_amount(call: CallDep, body: ChargeRequest) -> Response:
    """Charge the default card with a custom amount and bill it; the wallet is not credited."""
    cents = to_cents(body.amount)
    intent = _charge(call, cents)
    invoices.bill(call.world, "Custom amount", cents, (intent.created_at, intent.created_at))
    return call.ok(
        ChargeAnswer(
            message="Amount charged.",
            amount=body.amount,
            currency="USD",
            status=intent.status,
            payment_intent_id=intent.id,
        )
    )


@router.get("/subscriptions/{id:int}/status", responses=answers(SubscriptionStatus, 404))
async def status(call: CallDep, id: SubscriptionId) -> Response:  # noqa: A002 - the documented name
    """Return a subscription's status and period."""
    one = subscriptions.pick(call.world, id)
    return call.ok(
        SubscriptionStatus(
            id=one.id,
            plan_id=one.plan_id,
            status=one.status,
            stripe_subscription_id=one.stripe_id,
            current_period_start=iso(one.period_start),
            current_period_end=iso(one.period_end),
        )
    )


@router.put("/subscriptions/{id:int}", responses=answers(SubscriptionAnswer, 404, 409), openapi_extra=MUTATION)
async def change_plan(call: CallDep, id: SubscriptionId, body: ChangePlanRequest) -> Response:  # noqa: A002 - the documented name
    """Change to another plan of the same group, without charging anything now."""
    plan = _plan(body.new_plan_id)
    one = subscriptions.pick(call.world, id, ("active", "trialing"))
    if plan.group != one.category:
        raise ApiError(409, "plan_category_mismatch", f"The plan must be one of the {one.category} plans.")
    if plan.id == one.plan_id:
        raise ApiError(409, "already_on_plan", "The subscription already has this plan.")
    return _done(call, "Subscription updated.", subscriptions.set_plan(call.world, one, plan))


@router.post("/subscriptions/{id:int}/pause", responses=answers(SubscriptionAnswer, 404, 409), openapi_extra=MUTATION)
async def pause(call: CallDep, id: SubscriptionId) -> Response:  # noqa: A002 - the documented name
    """Pause an active subscription."""
    one = _in_status(call, id, ("active", "trialing"))
    return _done(call, "Subscription paused.", subscriptions.set_status(call.world, one, "paused"))


@router.post("/subscriptions/{id:int}/resume", responses=answers(SubscriptionAnswer, 404, 409), openapi_extra=MUTATION)
async def resume(call: CallDep, id: SubscriptionId) -> Response:  # noqa: A002 - the documented name
    """Resume a paused subscription."""
    one = _in_status(call, id, ("paused",))
    return _done(call, "Subscription resumed.", subscriptions.set_status(call.world, one, "active"))


@router.post(
    "/subscriptions/{id:int}/reset-cycle", responses=answers(SubscriptionAnswer, 402, 404, 409), openapi_extra=MUTATION
)
async def reset_cycle(call: CallDep, id: SubscriptionId) -> Response:  # noqa: A002 - the documented name
    """Begin a new period now; it is charged now."""
    one = _in_status(call, id, ("active",))
    intent = _charge(call, one.plan.price)
    moved = subscriptions.restart_period(call.world, one)
    invoices.bill(call.world, f"{one.plan.name}, new cycle", one.plan.price, (moved.period_start, moved.period_end))
    return _done(call, "Billing cycle reset.", moved, intent)


@router.post(
    "/subscriptions/{id:int}/fix-payment", responses=answers(SubscriptionAnswer, 402, 404, 409), openapi_extra=MUTATION
)
async def fix_payment(
    call: CallDep,
    id: SubscriptionId,  # noqa: A002 - the documented name
    body: Annotated[RepairRequest | None, Body()] = None,
) -> Response:
    """Charge the default card with what a past-due subscription owes."""
    asked = body or RepairRequest()
    category = "normal" if asked.plan_category == "imagen" else asked.plan_category
    one = subscriptions.pick(call.world, id, ("past_due",), category, asked.stripe_subscription_id)
    if one.status != "past_due":
        raise ApiError(409, "nothing_to_fix", "The subscription has no failed payment.")
    owed = invoices.open_for(call.world, one.key)
    intent = _charge(call, owed.amount if owed else one.plan.price)
    if owed:
        invoices.mark_paid(call.world, owed)
    return _done(call, "Payment completed.", subscriptions.set_status(call.world, one, "active"), intent)


def _charge(call: Call, cents: int) -> Intent:
    return take(call.world, cards.default(call.world.database), cents, Source(call.path, call.key))


def _in_status(call: Call, number: int, wanted: tuple[str, ...]) -> Subscription:
    one = subscriptions.pick(call.world, number, wanted)
    if one.status not in wanted:
        raise ApiError(409, "subscription_status", f"The subscription is {one.status.replace('_', ' ')}.")
    return one


def _done(call: Call, message: str, one: Subscription, intent: Intent | None = None) -> Response:
    return call.ok(
        SubscriptionAnswer(
            message=message,
            subscription=subscription_row(one),
            charged=dollars(intent.amount) if intent else None,
            payment_intent_id=intent.id if intent else None,
        )
    )
