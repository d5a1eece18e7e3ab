"""What the payment providers tell about a paid checkout: their events, their signatures, and checking these."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any

from tui.sandbox.errors import ApiError
from tui.sandbox.product_factory import orders
from tui.sandbox.product_factory.orders import Order
from tui.sandbox.world import World, unique

TOLERANCE = 300  # seconds; what Stripe's own libraries allow
STRIPE, CREEM = "stripe", "creem"


@dataclass(frozen=True)
class Event:
    """One event: the bytes as text, how often it was sent, and the HTTP status it met last."""

    id: str
    channel: str
    body: str
    created_at: int
    attempts: int
    status: int | None

    @property
    def taken(self) -> bool:
        """Whether it need not be sent again."""
        return self.status is not None and 200 <= self.status < 300


def note(world: World, order: Order) -> None:
    """Keep the event of a paid order for sending."""
    event_id = unique("evt_1", 23)
    document = _stripe(world, event_id, order) if order.channel == STRIPE else _creem(world, event_id, order)
    world.database.run(
        "INSERT INTO pf_events VALUES (?, ?, ?, ?, 0, NULL)",
        *(event_id, order.channel, json.dumps(document), world.clock.epoch()),
    )


def every(world: World) -> list[Event]:
    """Return every event, oldest first."""
    return world.database.all(Event, "SELECT * FROM pf_events ORDER BY rowid")


def _stripe(world: World, event_id: str, order: Order) -> dict[str, Any]:
    session = {
        "id": order.session_id,
        "object": "checkout.session",
        "mode": "subscription" if order.type == "subscription" else "payment",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": order.amount,
        "currency": "usd",
        "client_reference_id": order.id,
        "metadata": {"order_id": order.id},
    }
    return {
        "id": event_id,
        "object": "event",
        "created": world.clock.epoch(),
        "livemode": False,
        "type": "checkout.session.completed",
        "data": {"object": session},
    }


def _creem(world: World, event_id: str, order: Order) -> dict[str, Any]:
    paid = {
        "object": "order",
        "id": unique("ord_", 22),
        "amount": order.amount,
        "currency": "USD",
        "status": "paid",
        "type": "recurring" if order.type == "subscription" else "onetime",
    }
    checkout = {
        "id": order.session_id,
        "object": "checkout",
        "request_id": order.id,
        "mode": "test",
        "status": "completed",
        "order": paid,
        "metadata": {"order_id": order.id},
    }
    return {
        "id": event_id,
        "eventType": "checkout.completed",
        "created_at": world.clock.epoch() * 1000,
        "object": checkout,
    }


def _digest(world: World, channel: str, signed: bytes) -> str:
    return hmac.new(world.secret(f"product_factory_{channel}").encode(), signed, hashlib.sha256).hexdigest()


def sign(world: World, channel: str, body: bytes) -> dict[str, str]:
    """Return the signature header of a body sent now, as the channel's provider writes it."""
    if channel == CREEM:
        return {"creem-signature": _digest(world, CREEM, body)}
    now = world.clock.epoch()
    return {"Stripe-Signature": f"t={now},v1={_digest(world, STRIPE, f'{now}.'.encode() + body)}"}


def check_stripe(world: World, header: str, body: bytes) -> None:
    """Check `t=…,v1=…[,v1=…]` (docs.stripe.com/webhooks/signature).

    Raises:
        ApiError: 401, no signature fits, or it is older than the tolerance.

    """
    pairs = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name.strip() == "t"]
    given = [value.encode() for name, _, value in pairs if name.strip() == "v1"]
    at = times[0] if len(times) == 1 else ""
    fits = _digest(world, STRIPE, f"{at}.".encode() + body).encode()
    if not any(hmac.compare_digest(fits, one) for one in given) or not re.fullmatch("[0-9]{1,15}", at):
        raise _refused()
    if abs(world.clock.epoch() - int(at)) > TOLERANCE:
        raise _refused()


def check_creem(world: World, header: str, body: bytes) -> None:
    """Check the hex digest over the raw body.

    Raises:
        ApiError: 401, it does not fit.

    """
    if not hmac.compare_digest(_digest(world, CREEM, body).encode(), header.encode()):
        raise _refused()


def _refused() -> ApiError:
    return ApiError(401, "INVALID_SIGNATURE", "The signature does not fit the body.")


def take(world: World, channel: str, body: bytes) -> None:
    """Complete the order that a checked event says is paid; any other event is left alone.

    Raises:
        ApiError: 400, the body is no event.

    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise ApiError(400, "INVALID_PAYLOAD", "The body is no event.")
    session_id, cents = _paid_stripe(document) if channel == STRIPE else _paid_creem(document)
    order = orders.of_session(world, session_id)
    if order is not None and order.amount == cents:
        orders.complete(world, order)


def _part(document: object, *names: str) -> Any:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _paid_stripe(event: dict[str, Any]) -> tuple[str, int | None]:
    session = _part(event, "data", "object")
    if event.get("type") != "checkout.session.completed" or _part(session, "payment_status") != "paid":
        return "", None
    return str(_part(session, "id")), _part(session, "amount_total")


def _paid_creem(event: dict[str, Any]) -> tuple[str, int | None]:
    checkout = event.get("object")
    if event.get("eventType") != "checkout.completed" or _part(checkout, "order", "status") != "paid":
        return "", None
    return str(_part(checkout, "id")), _part(checkout, "order", "amount")
