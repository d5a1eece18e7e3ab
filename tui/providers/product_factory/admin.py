"""The client with what an admin may do; who is one, the session tells."""

import asyncio
from datetime import timedelta
from urllib.parse import quote

from tui import domain
from tui.domain import checked_id
from tui.providers.base import Capability
from tui.providers.product_factory import adjusting
from tui.providers.product_factory import admin_mapping as mapping
from tui.providers.product_factory.client import CAPABILITIES, ProductFactoryClient
from tui.providers.transport import Transport


class ProductFactoryAdmin(ProductFactoryClient):
    """One account whose session may be an admin's; implements HasAdmin and HasRights."""

    adjust_call = staticmethod(adjusting.adjust_call)

    def __init__(self, account: domain.AccountRef, transport: Transport, currency: str | None = None) -> None:
        super().__init__(account, transport, currency)
        self.capabilities = CAPABILITIES | {Capability.RIGHTS}

    async def rights(self) -> frozenset[Capability]:
        session = await self.session()
        return frozenset({Capability.ADMIN}) if session.role.lower() == "admin" else frozenset()

    async def admin_books(self) -> domain.AdminBooks:
        """Read plans, coupons, check-in and the newest transactions side by side. Raises BillingError."""
        plans = asyncio.ensure_future(self.call("GET", "/admin/billing/plans", mapping.to_admin_plans))
        coupons = asyncio.ensure_future(self.call("GET", "/admin/billing/coupons", mapping.to_coupons))
        check_in = asyncio.ensure_future(self.call("GET", "/admin/checkin/config", mapping.to_check_in_terms))
        newest = asyncio.ensure_future(self.all_transactions(0))
        # One that fails must not leave the others running behind the caller's back.
        await asyncio.gather(plans, coupons, check_in, newest, return_exceptions=True)
        return domain.AdminBooks(plans.result(), coupons.result(), check_in.result(), newest.result(), self.page_size)

    async def all_transactions(self, offset: int) -> tuple[domain.OwnedTransaction, ...]:
        return await self._page("/admin/credits/transactions", self.page_size, offset, mapping.to_owned)

    async def create_plan(self, terms: domain.PlanTerms) -> domain.AdminPlan:
        return await self.call("POST", "/admin/billing/plans", mapping.to_admin_plan, body=mapping.plan_body(terms))

    async def change_plan(self, plan: domain.AdminPlan, terms: domain.PlanTerms) -> domain.AdminPlan:
        path = f"/admin/billing/plans/{quote(checked_id(plan.id), safe='')}"
        return await self.call("PUT", path, mapping.to_admin_plan, body=mapping.plan_body(terms, plan.terms))

    async def create_coupon(self, terms: domain.CouponTerms) -> domain.Coupon:
        return await self.call("POST", "/admin/billing/coupons", mapping.to_coupon, body=mapping.coupon_body(terms))

    async def change_check_in(self, terms: domain.CheckInTerms) -> domain.CheckInTerms:
        return await self.call(
            "PUT", "/admin/checkin/config", mapping.to_check_in_terms, body=mapping.check_in_body(terms)
        )

    async def send(self, call: domain.MoneyCall, key: str, deadline: timedelta) -> domain.MoneyAnswer:
        """Send an adjustment once, byte for byte; no key goes with it, for none is known. Never raises."""
        return await self._send_once(call, deadline, adjusting.classify_adjustment)
