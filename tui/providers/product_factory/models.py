"""Product Factory's wire: names as its API page has them, with those of its guides beside them.

The guides name some fields otherwise (`order_id`, `price`, `credits`); the API page wins where both are there.
"""

from typing import Annotated

from pydantic import AliasChoices, AliasPath, Field, PlainValidator

from tui.domain import SafeText
from tui.domain.claims import UNREADABLE
from tui.providers.wire import Amount, Count, Flag, Id, Instant, OptionalAmount, Text, Unit, WireModel, exact_id


class WireBalance(WireModel):
    """Credits left."""

    balance: Amount = Field(validation_alias=AliasChoices("balance", "credits"))


class WireTransaction(WireModel):
    """Credits that came or went: a signed amount, an open type."""

    expected = frozenset({"type", "description", "created_at"})

    id: Id
    amount: Amount
    type: Text = SafeText()
    description: Text = SafeText()
    created_at: Instant = None


class WirePlan(WireModel):
    """A plan; prices in integer minor units, the currency seldom told."""

    expected = frozenset({"name", "description", "price_monthly", "price_yearly", "credits_included"})

    id: Id
    name: Text = SafeText()
    description: Text = SafeText()
    price_monthly: OptionalAmount = Field(default=None, validation_alias=AliasChoices("price_monthly", "price"))
    price_yearly: OptionalAmount = None
    currency: Unit | None = None
    credits_included: Count = Field(default=None, validation_alias=AliasChoices("credits_included", "credits"))


def _named(raw: object) -> str:
    """Return an id that is only compared; one that cannot be an id is still there, and is nobody's."""
    try:
        return exact_id(raw)
    except ValueError:
        return UNREADABLE


class WireOrder(WireModel):
    """An order; only id, type, amount and status are told of it, by a guide."""

    expected = frozenset({"type", "status", "amount"})

    id: Id = Field(validation_alias=AliasChoices("id", "order_id", "orderId"))
    type: Text = SafeText()
    status: Text = SafeText()
    amount: OptionalAmount = None
    currency: Unit | None = None
    plan_id: Annotated[str | None, PlainValidator(_named)] = Field(
        default=None, validation_alias=AliasChoices("plan_id", "planId")
    )
    channel: Text = Field(default=SafeText(), validation_alias=AliasChoices("channel", "provider", "payment_provider"))
    credits: Count = None
    created_at: Instant = Field(default=None, validation_alias=AliasChoices("created_at", "createdAt"))


class WireCheckIn(WireModel):
    """What a check-in brought: no source shows its answer."""

    awarded: OptionalAmount = Field(
        default=None,
        validation_alias=AliasChoices("credits", "credits_awarded", "awarded", "reward", "amount", "daily_credits"),
    )
    balance: OptionalAmount = Field(default=None, validation_alias=AliasChoices("balance", "new_balance"))
    message: Text = SafeText()


class WireSession(WireModel):
    """Who is logged in and until when, as Better Auth tells it."""

    expected = frozenset({"expires_at", "email", "role"})

    expires_at: Instant = Field(
        default=None,
        validation_alias=AliasChoices(AliasPath("session", "expiresAt"), AliasPath("session", "expires_at")),
    )
    email: Text = Field(default=SafeText(), validation_alias=AliasPath("user", "email"))
    name: Text = Field(default=SafeText(), validation_alias=AliasPath("user", "name"))
    role: Text = Field(default=SafeText(), validation_alias=AliasPath("user", "role"))


# The admin side: no page shows a body of it. Names are those of the lists users read, with likely others.

_CAMEL = {
    "stripe_price_id_monthly": AliasChoices("stripe_price_id_monthly", "stripePriceIdMonthly", "stripe_price_id"),
    "stripe_price_id_yearly": AliasChoices("stripe_price_id_yearly", "stripePriceIdYearly"),
    "creem_product_id": AliasChoices("creem_product_id", "creemProductId"),
}


class WireAdminPlan(WirePlan):
    """A plan with its ids at the payment providers; only `creem_product_id` is named by a page."""

    stripe_monthly: Text = Field(default=SafeText(), validation_alias=_CAMEL["stripe_price_id_monthly"])
    stripe_yearly: Text = Field(default=SafeText(), validation_alias=_CAMEL["stripe_price_id_yearly"])
    creem_product: Text = Field(default=SafeText(), validation_alias=_CAMEL["creem_product_id"])
    active: Flag | None = Field(default=None, validation_alias=AliasChoices("is_active", "active", "isActive"))


class WireCoupon(WireModel):
    """A coupon."""

    id: Id
    code: Text = SafeText()
    kind: Text = Field(default=SafeText(), validation_alias=AliasChoices("discount_type", "type", "discountType"))
    value: Amount = Field(validation_alias=AliasChoices("discount_value", "value", "discountValue", "percent_off"))
    max_uses: Count = Field(default=None, validation_alias=AliasChoices("max_uses", "maxUses", "max_redemptions"))
    used: Count = Field(default=None, validation_alias=AliasChoices("used_count", "usedCount", "times_redeemed"))
    expires_at: Instant = Field(default=None, validation_alias=AliasChoices("expires_at", "expiresAt"))
    created_at: Instant = Field(default=None, validation_alias=AliasChoices("created_at", "createdAt"))


class WireOwnedTransaction(WireTransaction):
    """A transaction and whose it is."""

    user_id: Id = Field(validation_alias=AliasChoices("user_id", "userId"))


class WireCheckInConfig(WireModel):
    """How the daily check-in is set up."""

    enabled: Flag = Field(default=True, validation_alias=AliasChoices("enabled", "is_active", "is_enabled", "active"))
    daily: Amount = Field(
        validation_alias=AliasChoices("daily_credits", "dailyCredits", "credits", "reward", "base_credits", "amount")
    )


class WireAdjusted(WireModel):
    """What an adjustment came to; every field may be missing."""

    balance: OptionalAmount = Field(default=None, validation_alias=AliasChoices("balance", "new_balance"))
