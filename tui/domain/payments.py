"""Paying: links, checkout sessions and what the provider says about them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from tui.domain.claims import Claims
from tui.domain.money import Money
from tui.domain.states import State
from tui.domain.text import EMPTY, OpenEnum, SafeText


class Purpose(StrEnum):
    """What a payment link is for."""

    FUND = "fund"
    SUBSCRIBE = "subscribe"


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A payment link to be made: an amount to fund, or a plan to subscribe to."""

    purpose: Purpose
    amount: Money | None = None
    plan_id: str | None = None
    plan_name: SafeText | None = None
    channel: SafeText | None = None
    """The payment processor to pay through, where the provider leaves the choice."""

    @property
    def title(self) -> str:
        """What is being bought, in words."""
        if self.purpose is Purpose.FUND:
            return f"{self.amount} to the wallet"
        return f"{self.plan_name or self.plan_id} subscription"


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """A hosted payment page the provider made: a bearer link, never logged whole."""

    session_id: str
    url: str
    """Byte for byte as the provider sent it; its fragment is part of it."""
    expires_at: datetime | None


class PaymentState(OpenEnum):
    """State of a payment intent at the processor: succeeded, pending, failed, processing, requires_action, …"""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What the provider says about one payment intent."""

    payment_intent_id: str
    status: PaymentState
    amount: Money | None


class ConfirmKind(StrEnum):
    """What one look at a checkout session said; only PAID means paid."""

    PAID = "paid"
    PENDING = "pending"
    EXPIRED = "expired"
    DECLINED = "declined"
    """The provider says this payment failed for good."""
    FAILED = "failed"
    """It failed for good, and the provider does not say whether it was declined or ran out."""
    UNKNOWN_SESSION = "unknown session"
    """The provider does not know the session."""
    REFUNDED = "refunded"
    """It was paid, and the money went back."""
    UNCLEAR = "unclear"
    """Something was paid that may be this or may be another; it stays open until the provider says which."""
    AUTH = "not allowed"
    """The token was refused: nothing is known about the payment."""
    TRANSIENT = "no answer"
    """Rate limit, server or network trouble, or an answer without meaning: nothing is known about the payment."""
    ANSWERED = "answered"
    """A readable success: what its claims prove is judged by `tui.payments.evidence`."""


@dataclass(frozen=True, slots=True)
class ConfirmAnswer:
    """One answer to "has this session been paid?"."""

    kind: ConfirmKind
    message: SafeText = EMPTY
    evidence: SafeText = EMPTY
    """What a "not yet" was read from, where the provider has no word on the session itself."""
    balance: Money | None = None
    retry_after: timedelta | None = None
    request_id: SafeText | None = None
    claims: Claims | None = None
    """What a readable success says; None for every other answer."""
    is_replay: bool = False
    """Whether the provider says that it repeats an earlier answer."""


class CheckoutState(State):
    """Where a checkout session stands in our journal, and what that means for everything that asks."""

    PENDING = "pending", "open", "watched", "dismissible"
    PAID = "paid", "succeeded"
    EXPIRED = "expired", "uncharged", "reopenable"
    FAILED = "failed", "uncharged", "reopenable"
    DISMISSED = "set_aside", "dismissed", "reopenable"
    """A person stopped the checks; nothing is known about the payment."""

    @property
    def closed(self) -> bool:
        """Whether nothing more is expected to happen."""
        return not self.open

    @property
    def reopenable(self) -> bool:
        """Whether it may be checked again although it has ended."""
        return "reopenable" in self.traits


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """Our own record of one payment link, on disk before its URL is shown."""

    session_id: str
    account: str
    """Fingerprint of the account it was made for."""
    base_url: str
    request: LinkRequest
    url: str | None
    """The payment page; forgotten once the session is closed."""
    created_at: datetime
    expires_at: datetime | None
    state: CheckoutState = CheckoutState.PENDING
    closed_at: datetime | None = None
    checks: int = 0
    """How often the provider was asked."""
    last_checked_at: datetime | None = None
    next_check_at: datetime | None = None
    note: SafeText = EMPTY
    """What the last look said, in words."""
    balance: Money | None = None
    """The balance the provider told together with "paid"."""
    balance_before: Money | None = None
    """The balance as it was read right before the link was made."""
    was_unpaid: bool = False
    """Whether the provider ever answered "not paid yet": then an answer without that word is news."""

    def with_(self, **changes: object) -> Self:
        """Return a copy with `changes` made."""
        # dataclasses.replace checks the names at run time; its type cannot be spelt for open keywords.
        return replace(self, **changes)  # type: ignore[arg-type]
