"""The admin side's wire. No page shows a body of it: names are those of the lists users read, with likely others."""

from pydantic import AliasChoices, Field

from tui.domain import SafeText
from tui.providers.product_factory.models import WirePlan, WireTransaction
from tui.providers.wire import Amount, Count, Flag, Id, Instant, OptionalAmount, Text, WireModel

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
