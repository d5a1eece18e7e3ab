"""How a checkout ended, in words: the same in the toast, the dialog and the Activity view."""

from datetime import tzinfo
from typing import Literal

from tui.domain import CheckoutSession, CheckoutState, Purpose
from tui.widgets.format import clock_time, sentence, short_time

MAY_BE_PAID = "Whether it was paid is not known; balance and records tell."
"""What a link that is set aside leaves open."""


def outcome_text(session: CheckoutSession, zone: tzinfo | None) -> str:
    """What became of a checkout session that is closed."""
    when = f" at {clock_time(session.closed_at, zone)}" if session.closed_at else ""
    if session.state is CheckoutState.PAID:
        return _paid(session, when)
    if session.state is CheckoutState.EXPIRED:
        at = f" at {short_time(session.expires_at, zone)}" if session.expires_at else when
        return f"The link for {session.request.title} expired{at} unpaid. Nothing was charged."
    if session.state is CheckoutState.SET_ASIDE:
        return f"The link for {session.request.title} was set aside{when}: it is no longer looked at. {MAY_BE_PAID}"
    return f"The payment of {session.request.title} did not go through{when}. {sentence(session.note)}"


def _paid(session: CheckoutSession, when: str) -> str:
    balance = f" Balance {session.balance}." if session.balance else ""
    if session.request.purpose is Purpose.FUND:
        return f"Paid: {session.request.amount} reached the wallet{when}.{balance}"
    return f"Paid: the {session.request.title} was confirmed{when}.{balance}"


def severity(session: CheckoutSession) -> Literal["information", "warning", "error"]:
    """How loudly to tell it."""
    if session.state is CheckoutState.PAID:
        return "information"
    return "warning" if session.state in {CheckoutState.EXPIRED, CheckoutState.SET_ASIDE} else "error"
