"""ModelsLab's objects as they are on the wire, with every name a source gives a field.

Sources: docs.modelslab.com/agents-api (billing-and-wallet, subscriptions, headless-flow) for what is documented; for
undocumented shapes the names its command-line client reads and Stripe's own.
"""

from typing import Annotated

from pydantic import AliasChoices, AliasPath, Field

from tui.domain import SafeText
from tui.domain.text import EMPTY
from tui.providers.wire import (
    Amount,
    Blank,
    Count,
    Flag,
    Id,
    Instant,
    OptionalAmount,
    OptionalId,
    Text,
    Unit,
    Url,
    WireModel,
)

DOLLARS = "USD"
"""The wallet's currency, and what an amount without one is in."""
_any = AliasChoices


class WireBalance(WireModel):
    """`/wallet/balance`, the `wallet` of other answers, or the flat `wallet_balance` of the overview."""

    expected = frozenset({"currency"})

    balance: Amount = Field(validation_alias=_any("balance", "wallet_balance"))
    currency: Unit = DOLLARS
    total_credited: OptionalAmount = None
    amount_used: OptionalAmount = None


class WireTransaction(WireModel):
    """A row of `/wallet/transactions`."""

    expected = frozenset({"type", "status", "usecase", "source", "transaction_id", "created_at"})

    id: Id
    amount: Amount
    type: Text = EMPTY
    status: Text = SafeText("unknown")
    usecase: Text = Field(default=EMPTY, validation_alias=_any("usecase", "description"))
    source: Text = EMPTY
    transaction_id: Text = EMPTY
    created_at: Instant = None
    currency: Unit | None = None


class WirePlan(WireModel):
    """A plan of `/subscriptions/plans`."""

    expected = frozenset({"name", "category", "period", "price"})

    id: Id
    name: Text = EMPTY
    category: Text = EMPTY
    period: Text = Field(default=EMPTY, validation_alias=_any("period", "interval"))
    price: OptionalAmount = None
    currency: Unit = DOLLARS
    description: Text = EMPTY


class WireAutoPayments(WireModel):
    """Whether the wallet can top up by itself."""

    supported: Flag = False


class WirePayAsYouGo(WireModel):
    """`pay_as_you_go` of `/subscriptions/plans`."""

    expected = frozenset({"available", "minimum_topup_usd", "auto_payments"})

    available: Flag = False
    description: Text = EMPTY
    currency: Unit = DOLLARS
    minimum_topup_usd: OptionalAmount = None
    auto_payments: Annotated[WireAutoPayments, Blank] = WireAutoPayments()


class WireSubscription(WireModel):
    """A row of `/subscriptions`, or the answer of `/subscriptions/{id}/status`."""

    expected = frozenset({"status", "period_end"})

    id: Id
    category: Text = Field(default=EMPTY, validation_alias=_any("category", "feature"))
    plan_id: OptionalId = Field(default=None, validation_alias=_any("plan_id", AliasPath("plan", "id")))
    plan_name: Text = Field(default=EMPTY, validation_alias=_any("plan_name", AliasPath("plan", "name"), "name"))
    status: Text = Field(
        default=SafeText("unknown"), validation_alias=_any("status", "stripe_status", "payment_status")
    )
    period_start: Instant = Field(default=None, validation_alias=_any("current_period_start", "start_date"))
    period_end: Instant = Field(
        default=None,
        validation_alias=_any("current_period_end", "next_billing_date", "renewal_date", "end_date", "ends_at"),
    )
    price: OptionalAmount = Field(default=None, validation_alias=_any("price", "amount", AliasPath("plan", "price")))
    currency: Unit = DOLLARS
    period: Text = Field(default=EMPTY, validation_alias=_any("period", "interval", AliasPath("plan", "period")))


class WireCard(WireModel):
    """A row of `/billing/payment-methods`: flat, or with Stripe's nested `card`."""

    expected = frozenset({"brand", "last4", "exp_month", "exp_year"})

    id: Id
    brand: Text = Field(default=SafeText("card"), validation_alias=_any("brand", AliasPath("card", "brand"), "type"))
    last4: Text = Field(default=EMPTY, validation_alias=_any("last4", AliasPath("card", "last4"), "last_four"))
    exp_month: Count = Field(default=None, validation_alias=_any("exp_month", AliasPath("card", "exp_month")))
    exp_year: Count = Field(default=None, validation_alias=_any("exp_year", AliasPath("card", "exp_year")))
    is_default: Flag = Field(default=False, validation_alias=_any("is_default", "default"))


class WireInvoiceLine(WireModel):
    """A line of an invoice."""

    description: Text = Field(default=EMPTY, validation_alias=_any("description", "name"))
    amount: Amount = Field(validation_alias=_any("amount", "total"))
    currency: Unit | None = None


class WireInvoice(WireModel):
    """A row of `/billing/invoices`, or the answer of `/billing/invoices/{id}`."""

    expected = frozenset({"status", "at"})

    id: Id
    number: Text = Field(default=EMPTY, validation_alias=_any("number", "invoice_number"))
    amount: Amount = Field(validation_alias=_any("amount", "total", "amount_due", "amount_paid"))
    currency: Unit = DOLLARS
    status: Text = SafeText("unknown")
    at: Instant = Field(default=None, validation_alias=_any("created_at", "created", "date"))
    period_start: Instant = None
    period_end: Instant = None
    due_at: Instant = Field(default=None, validation_alias=_any("due_at", "due_date"))
    description: Text = EMPTY


class WirePayment(WireModel):
    """`/payments/{id}/status`."""

    payment_intent_id: OptionalId = Field(default=None, validation_alias=_any("payment_intent_id", "id"))
    status: Text = SafeText("unknown")
    amount: OptionalAmount = None
    currency: Unit = DOLLARS


class WireLink(WireModel):
    """`POST /billing/payment-link`."""

    session_id: Id = Field(validation_alias=_any("session_id", "checkout_session_id"))
    payment_url: Url = Field(default=None, validation_alias=_any("payment_url", "checkout_url", "url"))
    expires_at: Instant = None


class WireAddress(WireModel):
    """An address, Stripe's names or the flat ones of `PUT /billing/info`."""

    line1: Text = Field(default=EMPTY, validation_alias=_any("line1", "address_line1"))
    line2: Text = Field(default=EMPTY, validation_alias=_any("line2", "address_line2"))
    city: Text = Field(default=EMPTY, validation_alias=_any("city", "address_city"))
    state: Text = Field(default=EMPTY, validation_alias=_any("state", "address_state"))
    postal_code: Text = Field(default=EMPTY, validation_alias=_any("postal_code", "address_postal_code"))
    country: Text = Field(default=EMPTY, validation_alias=_any("country", "address_country"))


class WireProfile(WireModel):
    """`/billing/info`, without its address."""

    name: Text = EMPTY
    email: Text = EMPTY
    tax_id: Text = EMPTY
    tax_id_type: Text = EMPTY
