"""The catalogue, which an admin may change."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tui.sandbox.errors import not_found
from tui.sandbox.product_factory.models import AdminPlanView, PlanChange, PlanCreate, PlanView
from tui.sandbox.world import World, unique

_COLUMNS = (
    "id, name, description, price_monthly, price_yearly, credits_included, features, stripe_price_id_monthly,"
    " stripe_price_id_yearly, creem_product_id, is_active"
)


@dataclass(frozen=True)
class Plan:
    """One plan; prices in cents."""

    id: str
    name: str
    description: str
    price_monthly: int
    price_yearly: int
    credits_included: int
    features: str
    stripe_price_id_monthly: str | None
    stripe_price_id_yearly: str | None
    creem_product_id: str | None
    is_active: bool

    def shown(self) -> PlanView:
        """Return it as it is offered."""
        return PlanView(
            id=self.id,
            name=self.name,
            description=self.description,
            price_monthly=self.price_monthly,
            price_yearly=self.price_yearly,
            credits_included=self.credits_included,
            features=json.loads(self.features),
        )

    def whole(self) -> AdminPlanView:
        """Return it as an admin sees it."""
        return AdminPlanView(
            **self.shown().model_dump(),
            stripe_price_id_monthly=self.stripe_price_id_monthly,
            stripe_price_id_yearly=self.stripe_price_id_yearly,
            creem_product_id=self.creem_product_id,
            is_active=bool(self.is_active),
        )


def every(world: World) -> list[Plan]:
    """Return all plans, in the order they were made."""
    return world.database.all(Plan, f"SELECT {_COLUMNS} FROM pf_plans ORDER BY number")


def require(world: World, plan_id: str) -> Plan:
    """Return a plan.

    Raises:
        ApiError: 404, there is none.

    """
    plan = world.database.first(Plan, f"SELECT {_COLUMNS} FROM pf_plans WHERE id = ?", plan_id)
    if plan is None:
        raise not_found("Plan", "PLAN_NOT_FOUND")
    return plan


def create(world: World, wanted: PlanCreate) -> Plan:
    """Add a plan."""
    plan_id = unique("plan_", 16)
    values = wanted.model_dump() | {"features": json.dumps(wanted.features)}
    world.database.run(
        f"INSERT INTO pf_plans ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", plan_id, *values.values()
    )
    return require(world, plan_id)


def change(world: World, plan_id: str, wanted: PlanChange) -> Plan:
    """Change what is given; a provider's id given as null is taken away.

    Raises:
        ApiError: 404, there is no such plan.

    """
    require(world, plan_id)
    given = wanted.model_dump(exclude_unset=True)
    removable = ("stripe_price_id_monthly", "stripe_price_id_yearly", "creem_product_id")
    with world.database.transaction():
        for name, value in given.items():
            if value is None and name not in removable:
                continue
            stored = json.dumps(value) if name == "features" else value
            world.database.run(f"UPDATE pf_plans SET {name} = ? WHERE id = ?", stored, plan_id)  # a model's field
    return require(world, plan_id)
