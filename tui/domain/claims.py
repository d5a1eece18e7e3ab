"""What an answer says about a payment, in billtop's terms; whether that proves anything is judged elsewhere.

A provider's client collects the claims, since it alone knows the field names; `tui.payments.evidence` holds them
against what was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tui.domain.money import Money
from tui.domain.text import EMPTY, SafeText

UNREADABLE = "?"
"""Stands for an id or a currency that is there and cannot be one: no payment has it."""


class Word(StrEnum):
    """What one status word means, whichever provider uses it."""

    DONE = "done"
    """Paid, succeeded, complete."""
    RUNS = "runs"
    """A subscription is active or trialing."""
    OPEN = "open"
    """The payment page still takes a payment."""
    PENDING = "pending"
    ACTION = "requires action"
    """The bank wants the cardholder (3-D Secure)."""
    NEEDS_CARD = "requires payment method"
    DECLINED = "declined"
    FAILED = "failed"
    """It failed, and nobody says whether it was declined or ran out."""
    EXPIRED = "expired"
    REFUNDED = "refunded"
    UNRECOGNIZED = "unrecognized"


class Subject(StrEnum):
    """What an id in an answer names; the value is how a sentence calls it."""

    SESSION = "checkout session"
    PAYMENT_INTENT = "payment"
    PAYMENT_METHOD = "card"
    PLAN = "plan"
    SUBSCRIPTION = "subscription"
    USER = "user"
    COUPON = "coupon"


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything a readable success says about a payment, wherever in the answer it says it."""

    accepted_only: bool = False
    """Whether the status is 202: something is still to be done."""
    words: frozenset[Word] = frozenset()
    affirmed: bool = False
    """Whether a documented flag says that it worked (`success: true`)."""
    denials: tuple[SafeText, ...] = ()
    """What in the answer says that it did not work, as it stands there."""
    amounts: frozenset[Decimal | None] = frozenset()
    """Amounts said to be paid, charged or booked; None is one that cannot be read."""
    units: frozenset[str] = frozenset()
    ids: Mapping[Subject, frozenset[str]] = field(default_factory=dict)
    credited: Decimal | None = None
    """What is said to have been added to the wallet."""
    charged: Decimal | None = None
    """What is said to have been charged to a card."""
    balance: Money | None = None
    period_start: datetime | None = None
    has_payment_page: bool = False
    """Whether it sends the payer to a hosted page: then nothing has been charged."""
    message: SafeText = EMPTY
