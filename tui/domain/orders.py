"""What was ordered."""

from dataclasses import dataclass
from datetime import datetime

from tui.domain.money import Money
from tui.domain.text import EMPTY, OpenEnum, SafeText


class OrderStatus(OpenEnum):
    """Product Factory's order states (pending, completed, failed, refunded), and whatever else a provider says."""

    __slots__ = ()


class OrderKind(OpenEnum):
    """What an order is for; known: credits, subscription."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase, from the first click on to its end."""

    id: str
    kind: OrderKind
    status: OrderStatus
    amount: Money | None = None
    """What was paid or is to be paid; None where it is not told, or not so that it could be read for sure."""
    at: datetime | None = None
    plan_id: str | None = None
    channel: SafeText = EMPTY
    """The payment processor: stripe, creem, …"""
    session_ids: frozenset[str] = frozenset()
    """The checkout sessions the order names as its own."""
    credits: int | None = None
    """Credits that came with it."""
