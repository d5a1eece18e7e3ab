"""What only an admin may do; the gateway asks for the role."""

from __future__ import annotations

from fastapi import Response

from tui.sandbox.call import CallDep
from tui.sandbox.errors import not_found
from tui.sandbox.product_factory import balances, coupons, people, plans
from tui.sandbox.product_factory.gateway import answers, gateway, ok
from tui.sandbox.product_factory.models import (
    Adjusted,
    Adjustment,
    AdminPlanView,
    AnyTransactionView,
    CheckInChange,
    CheckInConfig,
    CouponCreate,
    CouponView,
    PlanChange,
    PlanCreate,
)
from tui.sandbox.product_factory.reading import ItemId, Limit, Offset

router = gateway()


@router.get("/admin/billing/plans", responses=answers(AdminPlanView, listed=True))
async def all_plans(call: CallDep) -> Response:
    """Return all plans, those no longer sold too."""
    return ok(call, [plan.whole() for plan in plans.every(call.world)])


@router.post("/admin/billing/plans", responses=answers(AdminPlanView))
async def create_plan(call: CallDep, body: PlanCreate) -> Response:
    """Add a plan."""
    return ok(call, plans.create(call.world, body).whole())


@router.put("/admin/billing/plans/{id}", responses=answers(AdminPlanView, 404))
async def change_plan(call: CallDep, id: ItemId, body: PlanChange) -> Response:  # noqa: A002 - the documented name
    """Change what is given of a plan."""
    return ok(call, plans.change(call.world, id, body).whole())


@router.get("/admin/billing/coupons", responses=answers(CouponView, listed=True))
async def all_coupons(call: CallDep) -> Response:
    """Return all coupons."""
    return ok(call, [coupon.shown() for coupon in coupons.every(call.world)])


@router.post("/admin/billing/coupons", responses=answers(CouponView, 409))
async def create_coupon(call: CallDep, body: CouponCreate) -> Response:
    """Add a coupon."""
    return ok(call, coupons.create(call.world, body).shown())


@router.get("/admin/credits/transactions", responses=answers(AnyTransactionView, listed=True))
async def all_transactions(call: CallDep, limit: Limit = 20, offset: Offset = 0) -> Response:
    """Return a page of everybody's transactions, newest first."""
    return ok(call, [entry.whole() for entry in balances.page(call.world, None, limit, offset)])


@router.post("/admin/credits/manual", responses=answers(Adjusted, 404, 409))
async def adjust(call: CallDep, body: Adjustment) -> Response:
    """Give or take credits, with a reason; sent twice, it does so twice."""
    if people.find(call.world, body.user_id) is None:
        raise not_found("User", "USER_NOT_FOUND")
    entry = balances.adjust(call.world, body.user_id, body.amount, body.description)
    return ok(call, Adjusted(transaction=entry.whole(), balance=balances.balance(call.world, body.user_id)))


@router.get("/admin/checkin/config", responses=answers(CheckInConfig))
async def check_in_config(call: CallDep) -> Response:
    """Return how the daily check-in is set up."""
    return ok(call, balances.config(call.world))


@router.put("/admin/checkin/config", responses=answers(CheckInConfig))
async def configure_check_in(call: CallDep, body: CheckInChange) -> Response:
    """Change what is given of it."""
    return ok(call, balances.configure(call.world, body))
