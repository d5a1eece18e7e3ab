"""Balance, lots and plan from Olostep's one reading endpoint; raises ProtocolError for what cannot be read.

`credits` at the top is the balance and decides; `active_subscription.credits` is what the plan grants.
"""

from decimal import Decimal

from tui.domain import CREDITS, Balance, CreditLots, Lot, LotKind, Money, SafeText, Subscription, SubscriptionState
from tui.providers.olostep.models import FALLBACK_PLAN, WireCredits
from tui.providers.transport import Json
from tui.providers.wire import read

_RUNNING = SubscriptionState("active")
_NO_PLAN = SubscriptionState("no_active_plan")
_CATEGORY = SafeText("plan")


def to_balance(body: Json) -> Balance:
    """Read what is left over all lots."""
    return Balance(_credits(_read(body).credits))


def to_lots(body: Json) -> CreditLots:
    """Read the lots, and whether the team may spend them."""
    wire = _read(body)
    lots = tuple(
        Lot(
            LotKind(each.purchase_kind),
            _credits(each.allocated_units),
            _credits(each.remaining_units),
            each.expiry_date,
        )
        for each in wire.breakdown
    )
    return CreditLots(lots, wire.allow_usage)


def to_subscriptions(body: Json) -> tuple[Subscription, ...]:
    """Read the one plan of the team; the fallback is told as what it is, no plan that runs."""
    plan = _read(body).active_subscription
    fallback = plan.id == FALLBACK_PLAN
    return (
        Subscription(
            id=str(plan.id),
            category=_CATEGORY,
            plan_id=str(plan.id),
            plan_name=plan.display_name or plan.id,
            status=_NO_PLAN if fallback else _RUNNING,
            period_start=plan.created_at,
            included=None if fallback or plan.credits is None else _credits(plan.credits),
        ),
    )


def _read(body: Json) -> WireCredits:
    return read(WireCredits, body, "credits")


def _credits(amount: Decimal) -> Money:
    return Money(amount, CREDITS)
