"""Wire models of /subscriptions."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tui.sandbox.wire import MAX_ID, NUMBER_ONLY, WHOLE, WHOLE_CENTS, Stamp, Usd, Wire, amount_schema

PlanId = Annotated[int, Field(ge=1, le=MAX_ID), WHOLE]
Identifier = Annotated[str, Field(min_length=1, max_length=255)]
CHARGE_FROM, CHARGE_TO = 5, 10_000


class PlanRow(Wire):
    """One plan; price in dollars per period, a limit of 0 means none."""

    id: int
    name: str
    category: str
    period: str
    type: str
    price: Usd
    api_call_limit: int
    rate_limit: int
    features: list[str]


class AutoPayments(Wire):
    """How automatic recharge is switched."""

    supported: bool
    description: str
    configure_endpoint: str
    disable_endpoint: str


class PayAsYouGo(Wire):
    """Paying from the wallet instead of by plan; minimum in dollars."""

    available: bool
    description: str
    minimum_topup_usd: Usd
    currency: str
    fund_endpoint: str
    auto_payments: AutoPayments


class PlanList(Wire):
    """The catalogue."""

    subscription_plans: list[PlanRow]
    pay_as_you_go: PayAsYouGo
    count: int


class SubscriptionRow(Wire):
    """One subscription; price in dollars."""

    id: int
    plan_id: int
    plan_name: str
    category: str
    feature: str
    status: str
    price: Usd
    currency: str
    period: str
    stripe_subscription_id: str
    current_period_start: Stamp
    current_period_end: Stamp
    next_billing_date: Stamp | None
    created_at: Stamp


class GroupedSubscriptions(Wire):
    """The documented grouping; ids are unique only within a group."""

    addon: list[SubscriptionRow]
    enterprise: list[SubscriptionRow]
    normal: list[SubscriptionRow]


class SubscriptionStatus(Wire):
    """The documented answer of the status endpoint."""

    id: int
    plan_id: int
    status: str
    stripe_subscription_id: str
    current_period_start: Stamp
    current_period_end: Stamp


class SubscribeRequest(Wire):
    """Without `payment_method_id` a checkout is opened; the two addresses are accepted then and not used."""

    plan_id: PlanId
    payment_method_id: Identifier | None = None
    success_url: Annotated[str, Field(max_length=5000)] | None = None
    cancel_url: Annotated[str, Field(max_length=5000)] | None = None


class CreatedSubscription(Wire):
    """The short form in the documented answer."""

    id: int
    plan_id: int
    feature: str
    status: str


class SubscribeAnswer(Wire):
    """A subscription that runs, or the address of a checkout for one."""

    omit_none: ClassVar[bool] = True

    message: str
    subscription: CreatedSubscription | None = None
    stripe_subscription_id: str | None = None
    status: str | None = None
    checkout_url: str | None = None
    session_id: str | None = None
    expires_at: Stamp | None = None


class ChangePlanRequest(Wire):
    """The plan to change to."""

    new_plan_id: PlanId


class RepairRequest(Wire):
    """Which of several subscriptions with the same id is meant."""

    plan_category: Literal["addon", "enterprise", "normal", "imagen"] | None = None
    stripe_subscription_id: Identifier | None = None


class SubscriptionAnswer(Wire):
    """What an action did; `charged` in dollars, null when nothing was."""

    omit_none: ClassVar[bool] = True

    message: str
    subscription: SubscriptionRow
    charged: Usd | None = None
    payment_intent_id: str | None = None


class ChargeRequest(Wire):
    """A custom amount in dollars."""

    amount: Annotated[
        Decimal,
        NUMBER_ONLY,
        Field(ge=CHARGE_FROM, le=CHARGE_TO),
        WHOLE_CENTS,
        amount_schema(CHARGE_FROM, CHARGE_TO),
    ]


class ChargeAnswer(Wire):
    """The custom amount was taken; in dollars."""

    message: str
    amount: Usd
    currency: str
    status: str
    payment_intent_id: str
