"""What the payments of an account announce: each change of a checkout session or a money call is one event."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from tui.domain import CheckoutSession, Intent

Payment = CheckoutSession | Intent
"""What can come to an outcome."""


P = TypeVar("P", bound=Payment, covariant=True)


@dataclass(frozen=True, slots=True)
class PaymentChanged(Generic[P]):
    """One payment as it is now; everything that is shown or announced of payments follows from these."""

    payment: P
    settled: bool = False
    """Whether it came to an outcome with this change, which is announced once."""
    recorded: bool = True
    """Whether the journal has it: a disk that fails now must not keep a payment secret."""


def payment_id(payment: Payment) -> str:
    """The id by which our own records know a payment."""
    return payment.session_id if isinstance(payment, CheckoutSession) else payment.intent_id
