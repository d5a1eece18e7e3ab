"""What a person can do about a payment now: the one answer for dialogs, Activity and the command line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from tui.domain import AnswerKind, CheckoutSession, Intent, IntentState
from tui.domain.clock import clock_time
from tui.payments.events import Payment
from tui.payments.kinds import PaymentAction, Resend, kind_of
from tui.payments.text import state_word
from tui.providers.base import Capability

REPEAT_WITHIN = timedelta(hours=23)
"""How long after its first sending a payment may be sent again with its key.

Stripe may forget a key after 24 h (docs.stripe.com/api/idempotent_requests); then the same key is a new payment. An
hour is left for clocks that differ.
"""
_CLOCK_SLACK = timedelta(minutes=5)

_NEVER_BEGUN = frozenset(
    {
        AnswerKind.NOT_SENT,
        AnswerKind.NOT_TRUSTED,
        AnswerKind.LIMITED,
        AnswerKind.NOT_AUTHENTICATED,
        AnswerKind.NOT_ALLOWED,
    }
)
"""Answers of a failed payment that came before the provider looked at it."""


@dataclass(frozen=True, slots=True)
class Actions:
    """What can be done, the safest first, and what cannot with the reason; what makes no sense is in neither."""

    possible: tuple[PaymentAction, ...] = ()
    refused: Mapping[PaymentAction, str] = field(default_factory=dict)

    def __contains__(self, action: object) -> bool:
        return action in self.possible


def actions(
    payment: Payment,
    now: datetime,
    able: Collection[Capability] = frozenset(Capability),
    zone: tzinfo | None = None,
) -> Actions:
    """Return what can be done about `payment` at `now` with an account that is `able` to do this; times in `zone`."""
    found = _of_link(payment) if isinstance(payment, CheckoutSession) else _of_call(payment, now, able, zone)
    return Actions(
        tuple(each for each in PaymentAction if found.get(each) == ""),
        {each: reason for each, reason in found.items() if reason},
    )


def _of_link(session: CheckoutSession) -> dict[PaymentAction, str]:
    """Each action that makes sense with why it cannot be done; "" where it can."""
    state = session.state
    found = {PaymentAction.CHECK: "" if state.watched or state.reopenable else "This link is paid: nothing to check."}
    if state.dismissible:
        found[PaymentAction.DISMISS] = ""
    if state.reopenable:
        found[PaymentAction.LINK] = ""
    return found


def _of_call(
    intent: Intent, now: datetime, able: Collection[Capability], zone: tzinfo | None
) -> dict[PaymentAction, str]:
    """The same of a money call."""
    kind, state = kind_of(intent), intent.state
    found = {PaymentAction.CHECK: "" if state.watched else _why_not_check(intent)}
    if state.dismissible:
        found[PaymentAction.DISMISS] = ""
    if kind.needs in able:
        found[PaymentAction.REPEAT] = why_not_send(intent, now) or ""
        if state is IntentState.FAILED:
            found |= _second_try(intent, now, zone)
    if state.uncharged and not state.unsettled and Capability.PAYMENT_LINK in able:
        found[PaymentAction.LINK] = ""
    return {action: reason for action, reason in found.items() if action in kind.actions}


def _second_try(intent: Intent, now: datetime, zone: tzinfo | None) -> dict[PaymentAction, str]:
    """Another attempt after one that failed: with another card where the provider looked at this one."""
    if intent.payment_method_id and not may_start_over(intent):
        return {PaymentAction.OTHER_CARD: ""}
    until = waits_until(intent, now)
    wait = f"The provider wants no other attempt before {clock_time(until, zone)}." if until else ""
    return {PaymentAction.TRY_AGAIN: wait}


def _why_not_check(intent: Intent) -> str:
    if intent.state is IntentState.SENT:
        return "It is being sent: its outcome is shown here as soon as it is known."
    if intent.state.unanswered:
        return "It was never sent: there is nothing to check."
    return "What became of this payment is known: there is nothing to check."


def why_not_send(intent: Intent, now: datetime) -> str | None:
    """Say why `intent` must not be sent (again) at `now`; None when it safely can be."""
    if intent.state is IntentState.SENT:
        return "It is being sent right now."
    if intent.state is IntentState.PROCESSING:
        return "The provider is processing it already."
    if not intent.state.sendable:
        return f"It is settled: {state_word(intent)[0]}."
    if intent.sent_at is None:
        return None
    if kind_of(intent).resend is Resend.NEVER:
        return "The provider knows no idempotency keys: sent again, it could be done twice."
    age = now - intent.sent_at
    if age < -_CLOCK_SLACK:
        return "This machine's clock was set back since it was sent, so its idempotency key may have expired."
    if age >= REPEAT_WITHIN:
        hours = REPEAT_WITHIN.total_seconds() / 3600
        return f"It was sent more than {hours:.0f} hours ago: the provider may have forgotten its key and charge twice."
    return None


def may_start_over(intent: Intent) -> bool:
    """Whether an ended payment was never begun at the provider, so that its key is still good for a first sending."""
    if intent.state.dismissed:
        return intent.sent_at is None
    return intent.state is IntentState.FAILED and intent.answer in _NEVER_BEGUN


def waits_until(intent: Intent, now: datetime) -> datetime | None:
    """Until when the provider wants no other attempt of a charge it turned away; None when it may be tried."""
    if not may_start_over(intent) or intent.retry_at is None or intent.retry_at <= now:
        return None
    return intent.retry_at
