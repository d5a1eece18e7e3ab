"""Wire models of /wallet and /payments."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from tui.sandbox.models.billing import MAX_TOP_UP, AutoFunding, Identifier, TopUp, WalletSummary
from tui.sandbox.wire import NUMBER_ONLY, WHOLE_CENTS, Stamp, Usd, Wire, amount_schema

SessionId = Annotated[str, Field(min_length=1, max_length=255)]


class Balance(Wire):
    """The quick check, flat."""

    balance: Usd
    currency: str = "USD"


class NestedBalance(Wire):
    """The same with the wallet as an object of its own, as the provider's command line reads it."""

    wallet: Balance


class TransactionRow(Wire):
    """One row of the ledger; the amount in dollars is positive, `type` gives its direction."""

    id: int
    source: str
    transaction_id: str | None
    type: str
    amount: Usd
    status: str
    usecase: str
    created_at: Stamp


class TransactionPage(Wire):
    """A page: `count` rows of `total`."""

    items: list[TransactionRow]
    count: int
    total: int
    wallet: WalletSummary


class FundRequest(Wire):
    """Dollars to add; without a payment method a checkout is opened."""

    amount: TopUp
    payment_method_id: Identifier | None = None


class PaymentState(Wire):
    """An attempt to charge."""

    status: str
    payment_intent_id: str
    client_secret: str | None = None


class FundAnswer(Wire):
    """Charged, or the address of a checkout."""

    omit_none: ClassVar[bool] = True

    message: str
    payment: PaymentState | None = None
    amount: Usd
    balance: Usd
    currency: str = "USD"
    checkout_url: str | None = None
    session_id: str | None = None
    expires_at: Stamp | None = None


class ActionRequired(Wire):
    """Nothing has been charged: the cardholder must authenticate."""

    omit_none: ClassVar[bool] = True

    payment: PaymentState
    message: str


class ConfirmRequest(Wire):
    """The session of a payment link."""

    session_id: SessionId


class ConfirmAnswer(Wire):
    """A paid checkout; amounts in dollars."""

    omit_none: ClassVar[bool] = True

    status: str
    session_id: str
    amount: Usd | None = None
    balance: Usd | None = None
    currency: str | None = None
    subscription: dict[str, int | str] | None = None
    stripe_subscription_id: str | None = None


class AutoFundingRequest(Wire):
    """Charge `auto_charge_amount` dollars when the balance is below `charge_threshold` dollars."""

    auto_charge_amount: Annotated[
        Decimal, NUMBER_ONLY, Field(ge=5, le=MAX_TOP_UP), WHOLE_CENTS, amount_schema(5, MAX_TOP_UP)
    ]
    charge_threshold: Annotated[
        Decimal, NUMBER_ONLY, Field(ge=1, le=MAX_TOP_UP), WHOLE_CENTS, amount_schema(1, MAX_TOP_UP)
    ]


class AutoFundingAnswer(Wire):
    """The setting as it is now."""

    message: str
    auto_funding: AutoFunding


class WithdrawRequest(Wire):
    """Dollars to take out."""

    amount: Annotated[Decimal, NUMBER_ONLY, Field(ge=1, le=MAX_TOP_UP), WHOLE_CENTS, amount_schema(1, MAX_TOP_UP)]


class Coupon(Wire):
    """What a coupon gives; amounts in dollars. A bonus coupon charges a card when it is redeemed."""

    valid: bool
    coupon_code: str
    type: str
    description: str
    discount_amount: Usd | None
    bonus_percent: int | None
    requires_payment_method: bool
    expires_at: Stamp


class RedeemRequest(Wire):
    """A bonus coupon needs both the card and the amount to charge (dollars)."""

    coupon_code: Annotated[str, Field(min_length=1, max_length=64)]
    payment_method_id: Identifier | None = None
    purchase_amount: TopUp | None = None


class RedeemAnswer(Wire):
    """What reached the wallet; amounts in dollars."""

    message: str
    credited: Usd
    charged: Usd
    balance: Usd
    currency: str = "USD"
    payment_intent_id: str | None = None


class PaymentStatus(Wire):
    """An attempt by its id: succeeded, pending or failed; amount in dollars, the currency in lower case."""

    status: str
    payment_intent_id: str
    amount: Usd
    currency: str = "usd"
