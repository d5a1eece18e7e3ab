"""Product Factory's wire: prices in integer cents, credits as integers, times in ISO 8601 with `Z`.

Documented are the envelope, balance, transaction, plan and session; every other field was chosen here.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from tui.sandbox.models.control import moment
from tui.sandbox.wire import WHOLE, Flag, Stamp, Wire

D = TypeVar("D", bound=BaseModel)

Cents = Annotated[int, Field(ge=0, le=100_000_000), WHOLE]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Url = Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=5000)]
PriceId = Annotated[str, Field(pattern="^[A-Za-z0-9_]{1,100}$")]
_STRICT = ConfigDict(frozen=True, hide_input_in_errors=True)


class Data(Wire, Generic[D]):
    """A successful answer; which of the flags is there is a setting."""

    success: bool = True
    ok: bool = True
    data: D


class DataList(Wire, Generic[D]):
    """A successful answer with a bare list."""

    success: bool = True
    ok: bool = True
    data: list[D]


class Problem(Wire):
    """What went wrong, with a code in upper snake case."""

    code: str
    message: str


class Failure(Wire):
    """An answer other than success."""

    success: bool = False
    ok: bool = False
    error: Problem | str


class SignIn(Wire):
    """Email and password."""

    email: Annotated[str, Field(max_length=255)]
    password: Annotated[str, Field(max_length=255)]


class UserView(Wire):
    """Who is signed in."""

    id: str
    email: str
    name: str
    role: str


class SessionView(Wire):
    """A sign-in, in the camel case of the library that makes it."""

    id: str
    userId: str  # noqa: N815 - the documented name
    expiresAt: Stamp  # noqa: N815 - the documented name


class SignedIn(Wire):
    """A new sign-in; its cookie is in the header."""

    redirect: bool = False
    token: str
    user: UserView


class WhoAmI(Wire):
    """The session that a cookie stands for."""

    session: SessionView
    user: UserView


class BalanceView(Wire):
    """Credits left."""

    balance: int


class TransactionView(Wire):
    """Credits that came or went: a signed amount and an open type."""

    id: str
    type: str
    amount: int
    description: str
    created_at: Stamp


class AnyTransactionView(TransactionView):
    """The same with whose credits they are, for an admin."""

    user_id: str


class PlanView(Wire):
    """A plan as it is offered."""

    id: str
    name: str
    description: str
    price_monthly: int
    price_yearly: int
    credits_included: int
    features: list[str]


class AdminPlanView(PlanView):
    """A plan with what the payment providers call it, and whether it is offered."""

    stripe_price_id_monthly: str | None
    stripe_price_id_yearly: str | None
    creem_product_id: str | None
    is_active: bool


class PlanCreate(Wire):
    """A plan to add."""

    name: Text
    description: Annotated[str, Field(max_length=1000)] = ""
    price_monthly: Cents
    price_yearly: Cents
    credits_included: Cents
    features: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    stripe_price_id_monthly: PriceId | None = None
    stripe_price_id_yearly: PriceId | None = None
    creem_product_id: PriceId | None = None
    is_active: Flag = True


class PlanChange(Wire):
    """What of a plan to change; what is not given stays."""

    name: Text | None = None
    description: Annotated[str, Field(max_length=1000)] | None = None
    price_monthly: Cents | None = None
    price_yearly: Cents | None = None
    credits_included: Cents | None = None
    features: Annotated[list[Text], Field(max_length=50)] | None = None
    stripe_price_id_monthly: PriceId | None = None
    stripe_price_id_yearly: PriceId | None = None
    creem_product_id: PriceId | None = None
    is_active: Flag | None = None


class CouponView(Wire):
    """A coupon: percent of a price, or an amount in cents, off it."""

    id: str
    code: str
    discount_type: str
    discount_value: int
    max_uses: int | None
    used_count: int
    expires_at: Stamp | None
    created_at: Stamp


class CouponCreate(Wire):
    """A coupon to add; it ends at some moment, or never."""

    code: Annotated[str, Field(pattern="^[A-Z0-9_-]{3,40}$")]
    discount_type: Literal["percent", "amount"]
    discount_value: Annotated[int, Field(ge=1, le=1_000_000), WHOLE]
    max_uses: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] | None = None
    expires_at: Annotated[AwareDatetime, BeforeValidator(moment)] | None = None


class Adjustment(Wire):
    """Credits to give to somebody, or to take: signed, never zero, with the reason."""

    user_id: Text
    amount: Annotated[int, Field(ge=-10_000_000, le=10_000_000), WHOLE]
    description: Annotated[str, Field(min_length=1, max_length=500)]


class Adjusted(Wire):
    """The transaction that was made, and what that person has now."""

    transaction: AnyTransactionView
    balance: int


class CheckInConfig(Wire):
    """Whether a daily check-in is offered, and how many credits it brings."""

    enabled: Flag
    daily_credits: Annotated[int, Field(ge=1, le=100_000), WHOLE]


class CheckInChange(Wire):
    """What of it to change."""

    enabled: Flag | None = None
    daily_credits: Annotated[int, Field(ge=1, le=100_000), WHOLE] | None = None


class CheckedIn(Wire):
    """What a check-in brought."""

    credits: int
    balance: int
    checked_in_at: Stamp


class OrderView(Wire):
    """An order; its id is called `id` or `order_id` by a setting. The amount is in cents."""

    id: str = ""
    order_id: str = ""
    user_id: str
    type: str
    amount: int
    status: str
    plan_id: str
    channel: str
    created_at: Stamp
    completed_at: Stamp | None


class CheckoutRequest(Wire):
    """What to pay for and by which provider."""

    model_config = _STRICT

    channel: Literal["stripe", "creem"]
    type: Literal["subscription", "credits"]
    plan_id: Text
    success_url: Url
    cancel_url: Url


class PortalRequest(Wire):
    """Where to return to."""

    return_url: Url


class Redirect(Wire):
    """Where to go; under which name is a setting."""

    url: str = ""
    checkout_url: str = ""
    redirect_url: str = ""
    session_url: str = ""
    portal_url: str = ""


class Received(Wire):
    """An event was taken."""

    received: bool
