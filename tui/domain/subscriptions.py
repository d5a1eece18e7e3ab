"""What is subscribed to."""

from dataclasses import dataclass
from datetime import datetime

from tui.domain.money import Money
from tui.domain.text import OpenEnum, SafeText


class SubscriptionState(OpenEnum):
    """Stripe's subscription states, and whatever else a provider says."""

    __slots__ = ()

    @property
    def needs_payment(self) -> bool:
        """Whether somebody has to pay before it runs again."""
        return str(self) in {"past_due", "unpaid", "incomplete"}

    @property
    def ended(self) -> bool:
        """Whether it no longer runs and will not by itself."""
        return str(self) in {"canceled", "incomplete_expired"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A plan that runs; ids repeat across categories, so `key` (category and id) names it."""

    id: str
    category: SafeText
    plan_id: str | None
    plan_name: SafeText
    status: SubscriptionState
    period_start: datetime | None = None
    period_end: datetime | None = None
    price: Money | None = None
    period: SafeText | None = None
    included: Money | None = None
    """What comes with each period, where the plan is told in credits."""

    @property
    def key(self) -> str:
        """Category and id, the only name that is unique."""
        return f"{self.category}:{self.id}"


@dataclass(frozen=True, slots=True)
class SubscriptionReport:
    """What the provider says about one subscription when asked for its status."""

    id: str
    status: SubscriptionState
    plan_id: str | None = None
    period_start: datetime | None = None
    period_end: datetime | None = None
