"""What a person can do about a payment now."""

from datetime import datetime, timedelta
from enum import StrEnum

from tui.domain import AnswerKind, Intent, IntentState

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


class PaymentAction(StrEnum):
    """One thing to do about a payment."""

    CHECK = "check"
    """Find out by reading what became of it."""
    REPEAT = "repeat"
    """Send the same bytes with the same key: it is charged once at most."""
    SET_ASIDE = "set-aside"
    """Stop asking; it no longer stands in the way of the same payment."""


def choices(intent: Intent, now: datetime) -> tuple[PaymentAction, ...]:
    """Return what can be done about `intent` at `now`, the safest first; nothing for one that is settled."""
    found = []
    if intent.state.watched:
        found.append(PaymentAction.CHECK)
    if why_not_repeat(intent, now) is None:
        found.append(PaymentAction.REPEAT)
    if intent.state.dismissible:
        found.append(PaymentAction.SET_ASIDE)
    return tuple(found)


def why_not_repeat(intent: Intent, now: datetime) -> str | None:
    """Say why `intent` must not be sent (again) at `now`; None when it safely can be."""
    if intent.state is IntentState.SENT:
        return "It is being sent right now."
    if intent.state is IntentState.PROCESSING:
        return "The provider is processing it already."
    if not intent.state.sendable:
        return f"It is settled: {intent.state.value.replace('_', ' ')}."
    if intent.sent_at is None:
        return None
    if not intent.call.keyed:
        return "The provider knows no idempotency keys: sent again, it could be charged a second time."
    age = now - intent.sent_at
    if age < -_CLOCK_SLACK:
        return "This machine's clock was set back since it was sent, so nobody can tell whether its key still holds."
    if age >= REPEAT_WITHIN:
        hours = REPEAT_WITHIN.total_seconds() / 3600
        return f"It was sent more than {hours:.0f} hours ago: the provider may have forgotten its key and charge twice."
    return None


def may_start_over(intent: Intent) -> bool:
    """Whether an ended payment was never begun at the provider, so that its key is still good for a first sending."""
    if intent.state is IntentState.ABANDONED:
        return intent.sent_at is None
    return intent.state is IntentState.FAILED and intent.answer in _NEVER_BEGUN
