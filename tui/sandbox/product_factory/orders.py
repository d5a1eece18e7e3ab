"""Orders: made with a checkout, completed by the provider's event, failed when the checkout runs out."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox import checkouts
from tui.sandbox.clock import iso
from tui.sandbox.errors import not_found
from tui.sandbox.product_factory import balances
from tui.sandbox.product_factory.models import CheckoutRequest
from tui.sandbox.product_factory.plans import Plan, require
from tui.sandbox.wire import JsonValue
from tui.sandbox.world import World, unique

_COLUMNS = "id, user_id, type, amount, status, plan_id, channel, session_id, success_url, created_at, completed_at"
MONTH = 30 * 86_400
PURPOSE = "product_factory"


@dataclass(frozen=True)
class Order:
    """One order; amount in cents, status pending, completed, failed or refunded."""

    id: str
    user_id: str
    type: str
    amount: int
    status: str
    plan_id: str
    channel: str
    session_id: str | None
    success_url: str | None
    created_at: int
    completed_at: int | None

    def shown(self, id_field: str) -> dict[str, JsonValue]:
        """Return it as the wire has it."""
        return {
            id_field: self.id,
            "user_id": self.user_id,
            "type": self.type,
            "amount": self.amount,
            "status": self.status,
            "plan_id": self.plan_id,
            "channel": self.channel,
            "created_at": iso(self.created_at),
            "completed_at": None if self.completed_at is None else iso(self.completed_at),
        }


def place(world: World, user_id: str, wanted: CheckoutRequest, plan: Plan, session_id: str) -> None:
    """Add a pending order over a plan's monthly price."""
    order_id = unique("order_", 20)
    world.database.run(
        f"INSERT INTO pf_orders ({_COLUMNS}) VALUES (?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, NULL)",
        *(order_id, user_id, wanted.type, plan.price_monthly, plan.id, wanted.channel, session_id, wanted.success_url),
        world.clock.epoch(),
    )


def page(world: World, user_id: str, limit: int, offset: int) -> list[Order]:
    """Return a page of somebody's orders, newest first."""
    _lapse(world)
    sql = f"SELECT {_COLUMNS} FROM pf_orders WHERE user_id = ? ORDER BY created_at DESC, number DESC LIMIT ? OFFSET ?"
    return world.database.all(Order, sql, user_id, limit, offset)


def of_user(world: World, user_id: str, order_id: str) -> Order:
    """Return one of somebody's orders.

    Raises:
        ApiError: 404, there is none, or it is another's.

    """
    _lapse(world)
    sql = f"SELECT {_COLUMNS} FROM pf_orders WHERE id = ? AND user_id = ?"
    order = world.database.first(Order, sql, order_id, user_id)
    if order is None:
        raise not_found("Order", "ORDER_NOT_FOUND")
    return order


def of_session(world: World, session_id: str) -> Order | None:
    """Return the order that a checkout pays."""
    return world.database.first(Order, f"SELECT {_COLUMNS} FROM pf_orders WHERE session_id = ?", session_id)


def complete(world: World, order: Order) -> None:
    """Hand over what a paid order is for, once, however often its event comes."""
    with world.database.transaction():
        sql = "UPDATE pf_orders SET status = 'completed', completed_at = ? WHERE id = ? AND status <> 'completed'"
        if not world.database.run(sql, world.clock.epoch(), order.id):
            return
        world.database.run("UPDATE checkouts SET fulfilled = 1 WHERE id = ?", order.session_id)
        plan = require(world, order.plan_id)
        if order.type == "credits":
            balances.book(world, order.user_id, "purchase", plan.credits_included, f"{plan.name} credits")
            return
        world.database.run(
            "INSERT OR REPLACE INTO pf_subscriptions VALUES (?, ?, ?, ?)",
            *(order.user_id, plan.id, order.channel, world.clock.epoch() + MONTH),
        )
        balances.book(world, order.user_id, "subscription", plan.credits_included, f"{plan.name}, monthly credits")


def _lapse(world: World) -> None:
    """Fail the pending orders whose checkout ran out unpaid."""
    sql = "SELECT session_id FROM pf_orders WHERE status = 'pending' AND session_id IS NOT NULL"
    for session_id in world.database.all(str, sql):
        checkout = checkouts.find(world, session_id)
        if checkout is not None and checkout.status == "expired":
            world.database.run("UPDATE pf_orders SET status = 'failed' WHERE session_id = ?", session_id)
