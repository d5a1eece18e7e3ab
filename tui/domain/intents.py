"""Money calls: what is sent, what came back, and our own record of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from tui.domain.claims import Claims, Subject
from tui.domain.lots import Lot
from tui.domain.money import Money
from tui.domain.states import State
from tui.domain.text import EMPTY, SafeText


class CallKind(StrEnum):
    """What a money call is for; what that means is in `tui.payments.kinds`."""

    FUND = "fund"
    TOP_UP = "top-up"
    SUBSCRIBE = "subscribe"
    RESTART = "restart"
    """A new billing period begins now."""
    REPAIR = "repair"
    """What a past-due subscription owes is paid."""
    COUPON = "coupon"
    WITHDRAWAL = "withdrawal"
    ADJUSTMENT = "adjustment"
    """Credits are given or taken by hand."""


@dataclass(frozen=True, slots=True)
class MoneyCall:
    """One request that moves money, byte for byte as it goes out, every time it goes out."""

    kind: CallKind
    method: str
    path: str
    """Below the account's base URL."""
    body: bytes
    about: tuple[tuple[Subject, str], ...] = ()
    """The ids it is about: an answer that names another is not the answer to it."""


class AnswerKind(StrEnum):
    """What one sending of a money call came to."""

    DONE = "done"
    REQUIRES_ACTION = "requires action"
    """The bank wants the card holder (3-D Secure): nothing is charged."""
    PROCESSING = "processing"
    ISSUING = "issuing"
    """Paid; what was bought is handed out a while later."""
    DECLINED = "declined"
    REFUSED = "refused"
    """The provider will not do this as it was asked."""
    NOT_AUTHENTICATED = "not authenticated"
    NOT_ALLOWED = "not allowed"
    """The token may not do this."""
    NOT_SENT = "not sent"
    """It never left this machine."""
    NOT_TRUSTED = "not trusted"
    """TLS failed: it never left, and trying again changes nothing."""
    LIMITED = "rate limited"
    """Turned away before anything was done."""
    IN_PROGRESS = "in progress"
    """The provider is still at work on the first sending."""
    LOST = "lost"
    """No answer, or none that can be read: it may have been done."""
    ANSWERED = "answered"
    """A readable success: what its claims prove is judged by `tui.payments.evidence`."""
    UNPROVEN = "unproven"
    """A readable success that says nothing of the outcome, or contradicts what was asked: it may have been done."""


@dataclass(frozen=True, slots=True)
class MoneyAnswer:
    """What the provider said to a money call, or that it said nothing."""

    kind: AnswerKind
    message: SafeText = EMPTY
    decline_code: SafeText | None = None
    payment_intent_id: str | None = None
    balance: Money | None = None
    request_id: SafeText | None = None
    retry_after: timedelta | None = None
    fields: dict[str, tuple[SafeText, ...]] = field(default_factory=dict)
    """Messages for single fields of the request."""
    advice: SafeText = EMPTY
    """What to do now, where the provider's own code calls for something of its own."""
    code: SafeText | None = None
    """The provider's own error code."""
    claims: Claims | None = None
    """What a readable success says; None for every other answer."""


class IntentState(State):
    """Where a money call stands in our journal, and what that means for everything that asks."""

    PREPARED = "prepared", "unanswered", "unsettled", "blocks_twin", "sendable", "dismissible", "uncharged"
    """Created, not sent."""
    SENT = "sent", "open", "unanswered", "unsettled", "blocks_twin"
    """On its way; what became of it is not known yet."""
    DONE = "done", "succeeded"
    FAILED = "failed", "uncharged"
    """Definitely not done."""
    REQUIRES_ACTION = "requires_action", "uncharged"
    """Not charged: the bank wants to authenticate the cardholder."""
    PROCESSING = "processing", "open", "unsettled", "blocks_twin", "watched", "dismissible"
    ISSUING = "issuing", "unsettled", "watched", "succeeded"
    """Paid; what was bought has not arrived in the account yet."""
    UNKNOWN = "unknown", "open", "in_doubt", "unsettled", "blocks_twin", "watched", "sendable", "dismissible"
    """It may have been done: to be found out by reading."""
    RECONCILED = "reconciled", "succeeded"
    """Was unknown; reading found that it was done."""
    DISMISSED = "abandoned", "dismissed"
    """A person stopped asking about it."""

    @property
    def unanswered(self) -> bool:
        """Whether the outcome of a sending has yet to come."""
        return "unanswered" in self.traits

    @property
    def unsettled(self) -> bool:
        """Whether it has not come to its end: such payments are listed first."""
        return "unsettled" in self.traits

    @property
    def in_doubt(self) -> bool:
        """Whether it may have been done, and only reading can tell."""
        return "in_doubt" in self.traits

    @property
    def blocks_twin(self) -> bool:
        """Whether an identical payment must not be made beside it."""
        return "blocks_twin" in self.traits

    @property
    def sendable(self) -> bool:
        """Whether it may be sent, for the first time or again."""
        return "sendable" in self.traits


@dataclass(frozen=True, slots=True)
class Intent:
    """Our own record of one money call, on disk before its first byte is sent."""

    intent_id: str
    account: str
    """Fingerprint of the account it was made for."""
    base_url: str
    title: SafeText
    """What it does, in words: "$25.00 to the wallet from visa ···· 4242"."""
    amount: Money
    payment_method_id: str | None
    call: MoneyCall
    key: str
    """The idempotency key of every sending."""
    created_at: datetime
    state: IntentState = IntentState.PREPARED
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    attempts: int = 0
    payment_intent_id: str | None = None
    request_id: SafeText | None = None
    note: SafeText = EMPTY
    """What is known of the outcome, in words."""
    balance: Money | None = None
    answer: AnswerKind | None = None
    """What the last sending came to."""
    decline_code: SafeText | None = None
    """The issuer's reason, as far as it may be shown."""
    retry_at: datetime | None = None
    """Before this the provider wants no other attempt."""
    advice: SafeText = EMPTY
    """What to do now, where the provider's answer calls for something of its own."""
    code: SafeText | None = None
    """The provider's own error code."""
    lots_before: tuple[Lot, ...] | None = None
    """The lots as they were read right before sending: what is new since then can be told apart."""
    balance_before: Money | None = None
    """The balance as it was read right before the first sending."""
    provider_sent_at: datetime | None = None
    """The first sending on the provider's clock, where that was known."""
    provider_lost_at: datetime | None = None
    """When the last sending ended without proof, on the provider's clock."""

    def with_(self, **changes: object) -> Self:
        """Return a copy with `changes` made."""
        # dataclasses.replace checks the names at run time; its type cannot be spelt for open keywords.
        return replace(self, **changes)  # type: ignore[arg-type]
