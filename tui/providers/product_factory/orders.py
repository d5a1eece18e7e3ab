"""Orders from Product Factory's wire; raises ProtocolError for what cannot be read."""

from tui.domain import UNTOLD, Order, OrderKind, OrderStatus
from tui.providers.product_factory.envelope import rows
from tui.providers.product_factory.models import WireOrder
from tui.providers.product_factory.plans import minor_units
from tui.providers.transport import Json
from tui.providers.wire import each, id_or_none, inner, read

_SESSION_KEYS = (
    "session_id",
    "checkout_session_id",
    "provider_session_id",
    "stripe_session_id",
    "stripe_checkout_session_id",
    "checkout_id",
    "creem_checkout_id",
)
"""Where an order may name the checkout it was paid by; no source shows one."""


def to_orders(data: Json, currency: str = UNTOLD) -> tuple[Order, ...]:
    """Read a page of orders as they came, in `currency` unless they name their own."""
    return each(rows(data, "orders"), lambda row, what: to_order(row, currency, what), "order")


def to_order(row: Json, currency: str = UNTOLD, what: str = "order") -> Order:
    """Read one order, bare or under `order`."""
    found = inner(row, "order")
    wire = read(WireOrder, found, what)
    return Order(
        id=wire.id,
        kind=OrderKind(wire.type.lower()),
        status=OrderStatus(wire.status.lower()),
        amount=minor_units(wire.amount, wire.currency or currency),
        at=wire.created_at,
        plan_id=wire.plan_id,
        channel=wire.channel,
        session_ids=_sessions(found),
        credits=wire.credits,
    )


def _sessions(row: Json) -> frozenset[str]:
    if not isinstance(row, dict):
        return frozenset()
    named = (id_or_none(raw) for key in _SESSION_KEYS if isinstance(raw := row.get(key), str))
    return frozenset(name for name in named if name)
