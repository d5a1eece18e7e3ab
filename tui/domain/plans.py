"""What can be bought: plans, and paying as you go."""

from dataclasses import dataclass

from tui.domain.money import Money
from tui.domain.text import SafeText


@dataclass(frozen=True, slots=True)
class Price:
    """What a plan costs a period."""

    amount: Money
    period: SafeText
    """`monthly`, `yearly`, … as the provider says it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A subscription on offer."""

    id: str
    name: SafeText
    category: SafeText
    prices: tuple[Price, ...]
    features: tuple[SafeText, ...] = ()
    credits_included: int | None = None
    description: SafeText | None = None


@dataclass(frozen=True, slots=True)
class PayAsYouGo:
    """Prepaid use without a plan."""

    available: bool
    description: SafeText | None = None
    auto_recharge: bool = False
    """Whether the provider can top up by itself."""


@dataclass(frozen=True, slots=True)
class PlanCatalog:
    """All a provider sells."""

    items: tuple[Plan, ...]
    minimum_top_up: Money | None = None
    """The smallest amount the wallet takes; None where the provider does not say."""
    pay_as_you_go: PayAsYouGo | None = None
    channels: tuple[SafeText, ...] = ()
    """The payment processors a plan can be paid through, where the provider leaves the choice."""
    page_names_price: bool = False
    """Whether only the payment page tells which of a plan's prices is asked for: a link cannot be made for one."""
