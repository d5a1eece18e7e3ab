"""Wire models of /auth and /billing."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from tui.sandbox.models.subscriptions import GroupedSubscriptions
from tui.sandbox.plans import MINIMUM_TOP_UP
from tui.sandbox.wire import MAX_ID, NUMBER_ONLY, WHOLE, WHOLE_CENTS, Flag, Stamp, Usd, Wire, amount_schema

Identifier = Annotated[str, Field(min_length=1, max_length=255)]
Text = Annotated[str, Field(max_length=200)]
PlanId = Annotated[int, Field(ge=1, le=MAX_ID), WHOLE]
MAX_TOP_UP = 100_000
TopUp = Annotated[
    Decimal,
    NUMBER_ONLY,
    Field(ge=MINIMUM_TOP_UP, le=MAX_TOP_UP),
    WHOLE_CENTS,
    amount_schema(MINIMUM_TOP_UP, MAX_TOP_UP),
]


class LoginRequest(Wire):
    """`scopes` narrows the token; without it the token may do everything."""

    email: Annotated[str, Field(min_length=3, max_length=254)]
    password: Annotated[str, Field(min_length=1, max_length=200)]
    device_name: Text = "agent-control-plane"
    token_expiry: Literal["1_week", "1_month", "3_months", "6_months", "1_year", "never"] = "1_month"
    scopes: list[str] | None = Field(default=None, max_length=50)


class User(Wire):
    """Who logged in."""

    id: int
    name: str
    email: str
    username: str
    verified: bool


class LoginAnswer(Wire):
    """A new token; `expires_at` is null for one that never does."""

    access_token: str
    token_type: str
    token_expiry: str
    expires_at: Stamp | None
    user: User
    api_key: str | None
    scopes: list[str]
    token_lifetime_capped: bool


class WalletSummary(Wire):
    """The wallet as the ledger shows it; amounts in dollars, credited minus used is the balance."""

    balance: Usd
    currency: str = "USD"
    total_credited: Usd
    amount_used: Usd


class CardRow(Wire):
    """A payment method, in the flat shape."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    is_default: bool


class RecentCharge(Wire):
    """A late debit of the wallet."""

    id: int
    amount: Usd
    usecase: str
    created_at: Stamp


class AutoFunding(Wire):
    """The automatic recharge; amounts in dollars, null while it is off."""

    enabled: bool
    auto_charge_amount: Usd | None = None
    charge_threshold: Usd | None = None


class Overview(Wire):
    """Everything the sources ascribe to the overview, at once."""

    wallet_balance: Usd
    wallet: WalletSummary
    payment_methods: list[CardRow]
    subscriptions: GroupedSubscriptions
    active_subscription: str | None
    invoice_count: int
    total_charges: Usd
    total_deposits: Usd
    recent_charges: list[RecentCharge]
    auto_funding: AutoFunding


class StripeConfig(Wire):
    """Printed without an envelope."""

    publishable_key: str
    instructions: str


class SetupIntentAnswer(Wire):
    """What a card is saved with at the processor."""

    setup_intent_id: str
    client_secret: str
    status: str
    instructions: str


class PaymentLinkRequest(Wire):
    """`amount` (dollars) is required to fund, `plan_id` to subscribe."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "oneOf": [
                {"properties": {"purpose": {"const": "fund"}, "amount": {"type": "number"}}, "required": ["amount"]},
                {
                    "properties": {"purpose": {"const": "subscribe"}, "plan_id": {"type": "integer"}},
                    "required": ["plan_id"],
                },
            ]
        },
    )

    purpose: Literal["fund", "subscribe"]
    amount: TopUp | None = None
    plan_id: PlanId | None = None


class PaymentLink(Wire):
    """Printed without an envelope; `amount` only when funding, `plan_id` only when subscribing."""

    omit_none: ClassVar[bool] = True

    payment_url: str
    session_id: str
    purpose: str
    amount: Usd | None = None
    plan_id: int | None = None
    expires_at: Stamp
    instructions: str


class AttachRequest(Wire):
    """A payment method made at the processor; raw card data is never accepted."""

    payment_method_id: Identifier
    make_default: Flag = True


class BillingInfo(Wire):
    """The billing profile; the country is an ISO 3166 code of two letters."""

    name: Text = ""
    email: Text = ""
    tax_id: Text = ""
    tax_id_type: Text = ""
    address_line1: Text = ""
    address_line2: Text = ""
    address_city: Text = ""
    address_state: Text = ""
    address_postal_code: Text = ""
    address_country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""


class BillingInfoChange(Wire):
    """What is given is changed; `tax_id` needs `tax_id_type` beside it."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={"anyOf": [{"not": {"required": ["tax_id"]}}, {"required": ["tax_id_type"]}]},
    )

    name: Text | None = None
    email: Text | None = None
    tax_id: Text | None = None
    tax_id_type: Text | None = None
    address_line1: Text | None = None
    address_line2: Text | None = None
    address_city: Text | None = None
    address_state: Text | None = None
    address_postal_code: Text | None = None
    address_country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None

    @model_validator(mode="after")
    def _typed_tax_id(self) -> BillingInfoChange:
        given = self.model_fields_set
        if "tax_id" in given and "tax_id_type" not in given:
            raise ValueError("tax_id needs tax_id_type")
        return self


class InvoiceRow(Wire):
    """An invoice as the list shows it; amount in dollars."""

    id: str
    number: str
    amount: Usd
    currency: str
    status: str
    created_at: Stamp


class InvoiceLine(Wire):
    """What was billed; amount in dollars."""

    description: str
    quantity: int
    amount: Usd


class InvoiceDetail(InvoiceRow):
    """One invoice with its lines and where to look at it."""

    period_start: Stamp
    period_end: Stamp
    customer_name: str
    customer_email: str
    lines: list[InvoiceLine]
    amount_paid: Usd
    amount_due: Usd
    hosted_invoice_url: str
    invoice_pdf: str


class InvoiceLinks(Wire):
    """Where the document is; `receipt_url` is null until the invoice is paid."""

    invoice_id: str
    pdf_url: str
    hosted_invoice_url: str
    receipt_url: str | None
