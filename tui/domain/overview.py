"""An account at a glance, as the provider tells it in one answer."""

from dataclasses import dataclass

from tui.domain.payment_methods import PaymentMethod
from tui.domain.subscriptions import Subscription
from tui.domain.wallet import Balance


@dataclass(frozen=True, slots=True)
class Overview:
    """The provider's own summary; parts it leaves out are None."""

    balance: Balance | None = None
    subscriptions: tuple[Subscription, ...] | None = None
    payment_methods: tuple[PaymentMethod, ...] | None = None
    invoice_count: int | None = None
