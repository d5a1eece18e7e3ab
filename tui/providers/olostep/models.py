"""Olostep's billing wire (docs.olostep.com, api-reference/billing); times are Unix seconds."""

from typing import Annotated

from tui.domain import SafeText
from tui.providers.wire import Amount, Blank, Flag, Instant, OptionalAmount, Text, WireModel

FALLBACK_PLAN = "SUB_BASE"
"""What stands for the plan of a team without one."""


class WireLot(WireModel):
    """One entry of `breakdown`."""

    expected = frozenset({"purchase_kind", "expiry_date"})

    purchase_kind: Text = SafeText("lot")
    allocated_units: Amount
    remaining_units: Amount
    expiry_date: Instant = None


class WirePlan(WireModel):
    """`active_subscription`."""

    expected = frozenset({"id", "display_name", "credits"})

    id: Text = SafeText(FALLBACK_PLAN)
    display_name: Text = SafeText()
    credits: OptionalAmount = None
    created_at: Instant = None


class WireCredits(WireModel):
    """The answer of `GET /user/credits/info`; readers in the wild meet it without a plan and without allow_usage."""

    expected = frozenset({"breakdown", "active_subscription", "allow_usage"})

    credits: Amount
    breakdown: tuple[WireLot, ...] = ()
    active_subscription: Annotated[WirePlan, Blank] = WirePlan()
    allow_usage: Flag | None = None
