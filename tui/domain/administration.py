"""What whoever runs a shop may see and change: its plans, coupons, everybody's credits, the daily check-in."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tui.domain.money import Money
from tui.domain.text import EMPTY, SafeText
from tui.domain.wallet import Transaction


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What can be set on a plan; None where the provider does not tell it, and then it is not sent either."""

    name: SafeText
    description: SafeText = EMPTY
    monthly: Money | None = None
    yearly: Money | None = None
    credits: int | None = None
    """Credits that come with it each month."""
    features: tuple[SafeText, ...] = ()
    stripe_monthly: SafeText = EMPTY
    """Stripe's price id; empty where there is none, and the plan cannot be subscribed to through Stripe."""
    stripe_yearly: SafeText = EMPTY
    creem_product: SafeText = EMPTY
    """Creem's product id; empty where there is none, and the plan cannot be bought through Creem."""
    active: bool | None = None
    """Whether it is on offer."""


@dataclass(frozen=True, slots=True)
class AdminPlan:
    """A plan as its shop sees it, those no longer on offer too."""

    id: str
    terms: PlanTerms


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """What can be set on a coupon."""

    code: SafeText
    percent: bool
    """Whether `value` is percent of the price; an amount off it otherwise, in the unit of the plans' prices."""
    value: Decimal
    max_uses: int | None = None
    """None for no limit."""
    expires_at: datetime | None = None
    """None for no end."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon and how often it was used."""

    id: str
    terms: CouponTerms
    used: int | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckInTerms:
    """Whether a daily check-in is offered, and the credits it brings."""

    enabled: bool
    daily: int


@dataclass(frozen=True, slots=True)
class OwnedTransaction:
    """A transaction and whose it is."""

    user_id: str
    row: Transaction


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Credits to give (above zero) or take (below), and why."""

    user_id: str
    amount: Money
    reason: SafeText
    reference: str
    """Goes with the reason, so that this very adjustment can be found again."""

    @property
    def description(self) -> str:
        """The reason as the provider keeps it."""
        return f"{self.reason} [{self.reference}]"


@dataclass(frozen=True, slots=True)
class AdminBooks:
    """Everything for the one who runs the shop, as read at one time."""

    plans: tuple[AdminPlan, ...]
    coupons: tuple[Coupon, ...]
    check_in: CheckInTerms
    transactions: tuple[OwnedTransaction, ...]
    """Everybody's newest."""
    page_size: int
    """How many of them one page has at most: fewer mean that there are no older ones."""
