"""The client with what an admin may do; who is one, the session tells."""

import asyncio
from datetime import timedelta
from urllib.parse import quote

from tui.domain import (
    AccountRef,
    AdminBooks,
    AdminPlan,
    CheckInTerms,
    Coupon,
    CouponTerms,
    MoneyAnswer,
    MoneyCall,
    OwnedTransaction,
    PlanTerms,
    checked_id,
)
from tui.providers.base import Capability
from tui.providers.product_factory import adjusting
from tui.providers.product_factory.admin_mapping import (
    check_in_body,
    coupon_body,
    plan_body,
    to_admin_plan,
    to_admin_plans,
    to_check_in_terms,
    to_coupon,
    to_coupons,
    to_owned,
)
from tui.providers.product_factory.client import CAPABILITIES, ProductFactoryClient
from tui.providers.transport import Transport


class ProductFactoryAdmin(ProductFactoryClient):
    """One account whose session may be an admin's; implements HasAdmin and HasRights."""

    adjust_call = staticmethod(adjusting.adjust_call)

    def __init__(self, account: AccountRef, transport: Transport, currency: str | None = None) -> None:
        super().__init__(account, transport, currency)
        self.capabilities = CAPABILITIES | {Capability.RIGHTS}

    async def rights(self) -> frozenset[Capability]:
        """Ask for the session's role and return what it adds. Raises BillingError."""
        session = await self.session()
        return frozenset({Capability.ADMIN}) if session.role.lower() == "admin" else frozenset()

    async def admin_books(self) -> AdminBooks:
        """Read plans, coupons, check-in and the newest transactions side by side. Raises BillingError."""
        plans = asyncio.ensure_future(self.call("GET", "/admin/billing/plans", to_admin_plans))
        coupons = asyncio.ensure_future(self.call("GET", "/admin/billing/coupons", to_coupons))
        check_in = asyncio.ensure_future(self.call("GET", "/admin/checkin/config", to_check_in_terms))
        newest = asyncio.ensure_future(self.all_transactions(0))
        # One that fails must not leave the others running behind the caller's back.
        await asyncio.gather(plans, coupons, check_in, newest, return_exceptions=True)
        return AdminBooks(plans.result(), coupons.result(), check_in.result(), newest.result(), self.page_size)

    async def all_transactions(self, offset: int) -> tuple[OwnedTransaction, ...]:
        """Read a page of everybody's transactions, newest first. Raises BillingError."""
        return await self._page("/admin/credits/transactions", self.page_size, offset, to_owned)

    async def create_plan(self, terms: PlanTerms) -> AdminPlan:
        """Add a plan; sent once. Raises BillingError."""
        return await self.call("POST", "/admin/billing/plans", to_admin_plan, body=plan_body(terms))

    async def change_plan(self, plan: AdminPlan, terms: PlanTerms) -> AdminPlan:
        """Change what differs of a plan; sent once. Raises BillingError, BadId."""
        path = f"/admin/billing/plans/{quote(checked_id(plan.id), safe='')}"
        return await self.call("PUT", path, to_admin_plan, body=plan_body(terms, plan.terms))

    async def create_coupon(self, terms: CouponTerms) -> Coupon:
        """Add a coupon; sent once. Raises BillingError."""
        return await self.call("POST", "/admin/billing/coupons", to_coupon, body=coupon_body(terms))

    async def change_check_in(self, terms: CheckInTerms) -> CheckInTerms:
        """Set the daily check-in up; sent once. Raises BillingError."""
        return await self.call("PUT", "/admin/checkin/config", to_check_in_terms, body=check_in_body(terms))

    async def send(self, call: MoneyCall, key: str, deadline: timedelta) -> MoneyAnswer:
        """Send an adjustment once, byte for byte; no key goes with it, for none is known. Never raises."""
        return await self._send_once(call, deadline, adjusting.classify_adjustment)
