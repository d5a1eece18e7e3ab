"""Subscriptions: rows keyed by category and id, whose ids collide across categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tui.sandbox.errors import not_found
from tui.sandbox.plans import PLANS, Plan
from tui.sandbox.world import World, unique

GROUPS = ("enterprise", "normal", "addon")


@dataclass(frozen=True)
class Subscription:
    """One subscription; times in Unix seconds."""

    category: str
    id: int
    plan_id: int
    status: str
    stripe_id: str
    period_start: int
    period_end: int
    payment_method_id: str | None
    created_at: int

    @property
    def key(self) -> str:
        """Return the only name that is unique: category and id."""
        return f"{self.category}:{self.id}"

    @property
    def plan(self) -> Plan:
        """Return what is subscribed to."""
        return PLANS[self.plan_id]


def listing(world: World) -> list[Subscription]:
    """Return every subscription, oldest first."""
    return world.database.all(Subscription, "SELECT * FROM subscriptions ORDER BY created_at, category, id")


def get(world: World, category: str, number: int) -> Subscription | None:
    """Return one subscription by its full key."""
    sql = "SELECT * FROM subscriptions WHERE category = ? AND id = ?"
    return world.database.first(Subscription, sql, category, number)


def pick(
    world: World,
    number: int,
    wanted: Sequence[str] = (),
    category: str | None = None,
    stripe_id: str | None = None,
) -> Subscription:
    """Return the subscription that a bare id means.

    Category or Stripe id decide when given. Else one in a `wanted` status comes first, so that repairing finds the
    past-due one, then enterprise before normal before add-on.

    Raises:
        ApiError: 404, there is none.

    """
    found = [
        one
        for one in listing(world)
        if one.id == number and category in (None, one.category) and stripe_id in (None, one.stripe_id)
    ]
    if not found:
        raise not_found("Subscription", "subscription_not_found")
    return min(found, key=lambda one: (one.status not in wanted, GROUPS.index(one.category)))


def period(plan: Plan, start: datetime) -> datetime:
    """Return when a period that starts at `start` ends: the same day of the next month or year, or the last before."""
    months = 12 if plan.period == "yearly" else 1
    index = start.year * 12 + start.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC) - timedelta(days=1)
    return start.replace(year=year, month=month, day=min(start.day, last.day))


def start(world: World, plan: Plan, payment_method_id: str | None) -> Subscription:
    """Begin an active subscription now and return it."""
    now = world.clock.now()
    number = world.database.number("SELECT MAX(id) FROM subscriptions WHERE category = ?", plan.group) + 1
    made = Subscription(
        *(plan.group, number, plan.id, "active", unique("sub_1"), int(now.timestamp())),
        *(int(period(plan, now).timestamp()), payment_method_id, int(now.timestamp())),
    )
    world.database.run(
        "INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(made.category, made.id, made.plan_id, made.status, made.stripe_id),
        *(made.period_start, made.period_end, made.payment_method_id, made.created_at),
    )
    return made


def set_status(world: World, one: Subscription, status: str) -> Subscription:
    """Change a subscription's status and return it as it is now."""
    sql = "UPDATE subscriptions SET status = ? WHERE category = ? AND id = ?"
    world.database.run(sql, status, one.category, one.id)
    return get(world, one.category, one.id) or one


def set_plan(world: World, one: Subscription, plan: Plan) -> Subscription:
    """Change the plan; what is paid for runs on to the end of the period."""
    sql = "UPDATE subscriptions SET plan_id = ? WHERE category = ? AND id = ?"
    world.database.run(sql, plan.id, one.category, one.id)
    return get(world, one.category, one.id) or one


def restart_period(world: World, one: Subscription) -> Subscription:
    """Let a new period begin now."""
    now = world.clock.now()
    sql = "UPDATE subscriptions SET period_start = ?, period_end = ? WHERE category = ? AND id = ?"
    end = period(one.plan, now)
    world.database.run(sql, int(now.timestamp()), int(end.timestamp()), one.category, one.id)
    return get(world, one.category, one.id) or one
