"""How things stand, in a word and a colour: transactions, invoices, subscriptions, cards."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Literal

from tui.providers.base import Capability
from tui.widgets.format import BAD, DIM, GOOD, WAIT, day, day_with_year

if TYPE_CHECKING:
    from tui.account.state import Snapshot
    from tui.domain import CardExpiry, Subscription
    from tui.domain.text import OpenEnum
    from tui.payments.text import Tone

_TONES = {"good": GOOD, "wait": WAIT, "bad": BAD, "dim": DIM}
_TRANSACTION = {"failed": BAD, "pending": WAIT, "refunded": WAIT, "canceled": DIM, "cancelled": DIM, "declined": BAD}
_SUBSCRIPTION = {"active": GOOD, "trialing": GOOD, "paused": WAIT, "past_due": BAD, "unpaid": BAD, "incomplete": BAD}
_STYLES = {
    "TransactionStatus": _TRANSACTION,
    "InvoiceStatus": {"open": WAIT, "uncollectible": BAD, "draft": DIM, "void": DIM},
    "OrderStatus": {"pending": WAIT, "failed": BAD, "refunded": WAIT},
    "SubscriptionState": {**_SUBSCRIPTION, "canceled": DIM, "incomplete_expired": DIM},
    "CardExpiry": {"expired": BAD, "expires this month": WAIT, "expires next month": WAIT, "no expiry given": DIM},
}
"""The colour of a status by its kind and word; what went well, and what nobody knows, has none."""


def way_to_pay(snapshot: Snapshot, before: str = "") -> str:
    """What brings more: `f adds funds`, or a plan where only those are sold; with `before` in front, or nothing."""
    way = ""
    if snapshot.can_pay:
        way = "f adds funds"
    elif Capability.PLAN_LINK in snapshot.capabilities:
        way = "3 has plans"
    return f"{before}{way}" if way else ""


def tone_style(tone: Tone) -> str:
    """The colour of a payment's state."""
    return _TONES[tone]


def severity(tone: Tone) -> Literal["information", "warning", "error"]:
    """How loudly a toast tells a payment's state."""
    return "information" if tone == "good" else "error" if tone == "bad" else "warning"


def status_style(status: OpenEnum | CardExpiry) -> str:
    """The colour of a status."""
    return _STYLES[type(status).__name__].get(status, "")


def subscription_outlook(subscription: Subscription, now: datetime, zone: tzinfo | None) -> str:
    """What comes next for a subscription: `renews 1 Dec`, `payment due`, `ends 1 Dec`; empty when nothing is known."""
    status, end = subscription.status, subscription.period_end
    if status.needs_payment:
        return "payment due"
    if end is None:
        return ""
    told = day(end, zone) if abs((end - now).days) < 300 else day_with_year(end, zone)
    if status.ended or end < now:
        return f"{'ended' if status.ended and end < now else 'ends' if status.ended else 'period ended'} {told}"
    words = {"active": "renews", "trialing": "trial until", "paused": "paid until"}
    return f"{words.get(status, 'until')} {told}"
