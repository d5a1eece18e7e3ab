"""What a signed-in person reads, and the daily check-in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from tui.sandbox.call import CallDep
from tui.sandbox.clock import iso
from tui.sandbox.product_factory import balances, orders, plans
from tui.sandbox.product_factory.gateway import CallerDep, answers, gateway, ok
from tui.sandbox.product_factory.models import BalanceView, CheckedIn, OrderView, PlanView, TransactionView
from tui.sandbox.wire import MAX_ID

router = gateway()

Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=MAX_ID)]
ItemId = Annotated[str, Path(min_length=1, max_length=255)]


@router.get("/credits/balance", responses=answers(BalanceView))
async def balance(call: CallDep, caller: CallerDep) -> Response:
    """Return the credits left."""
    return ok(call, BalanceView(balance=balances.balance(call.world, caller.id)))


@router.get("/credits/transactions", responses=answers(TransactionView, listed=True))
async def transactions(call: CallDep, caller: CallerDep, limit: Limit = 20, offset: Offset = 0) -> Response:
    """Return a page of transactions, newest first, without a total."""
    return ok(call, [entry.shown() for entry in balances.page(call.world, caller.id, limit, offset)])


@router.get("/orders", responses=answers(OrderView, listed=True))
async def all_orders(call: CallDep, caller: CallerDep, limit: Limit = 20, offset: Offset = 0) -> Response:
    """Return a page of orders, newest first."""
    field = call.world.settings.order_id_field
    return ok(call, [order.shown(field) for order in orders.page(call.world, caller.id, limit, offset)])


@router.get("/orders/{id}", responses=answers(OrderView, 404))
async def one_order(call: CallDep, caller: CallerDep, id: ItemId) -> Response:  # noqa: A002 - the documented name
    """Return one order."""
    return ok(call, orders.of_user(call.world, caller.id, id).shown(call.world.settings.order_id_field))


@router.get("/subscription/plans", responses=answers(PlanView, listed=True))
async def all_plans(call: CallDep, caller: CallerDep) -> Response:
    """Return the plans on offer."""
    return ok(call, [plan.shown() for plan in plans.every(call.world) if plan.is_active])


@router.post("/checkin", responses=answers(CheckedIn, 409))
async def check_in(call: CallDep, caller: CallerDep) -> Response:
    """Give today's credits, once a day."""
    entry = balances.check_in(call.world, caller.id)
    left = balances.balance(call.world, caller.id)
    return ok(call, CheckedIn(credits=entry.amount, balance=left, checked_in_at=iso(entry.created_at)))
