"""The client of Product Factory: everything a user or an admin of it can read and do about billing."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote

from tui import domain
from tui.domain import CheckoutSession, SafeText, checked_id
from tui.providers import errors
from tui.providers.base import Capability, TransactionQuery
from tui.providers.client import ProviderClient, about
from tui.providers.errors import BillingError
from tui.providers.product_factory import adjusting
from tui.providers.product_factory import admin_mapping as mapping
from tui.providers.product_factory.confirm import claims_of, new_order
from tui.providers.product_factory.credits import already_done, to_balance, to_check_in, to_page
from tui.providers.product_factory.envelope import data_of
from tui.providers.product_factory.links import address_in, portal_body, session_body, session_name
from tui.providers.product_factory.orders import to_order, to_orders
from tui.providers.product_factory.plans import to_catalog
from tui.providers.product_factory.session import session_ended, to_session
from tui.providers.transport import Json, Reply, Transport

CAPABILITIES = frozenset(
    {
        Capability.BALANCE,
        Capability.LEDGER,
        Capability.PLANS,
        Capability.ORDERS,
        Capability.CHECK_IN,
        Capability.PLAN_LINK,
        Capability.PORTAL,
        Capability.SESSION,
        Capability.RIGHTS,
    }
)
"""What every Product Factory account can do."""

_EXAMPLE_LIMIT = 20
"""The page of the published examples; no page tells the largest one."""
_MOST_ORDERS = 1000
_MAY_EXIST = SafeText("A link may have been made all the same; a link alone charges nothing. Make another.")
_MAY_COUNT = SafeText("It may have been counted: the balance tells. Asking again cannot give twice.")

Value = TypeVar("Value")


class ProductFactoryClient(ProviderClient):
    """One Product Factory account. Balances are credits."""

    page_size = 100
    """Rows of one page, until the server wants fewer."""

    adjust_call = staticmethod(adjusting.adjust_call)

    def __init__(self, account: domain.AccountRef, transport: Transport, currency: str | None = None) -> None:
        """Take the account; `currency` is what prices are in where an answer does not say, None when nobody knows."""
        super().__init__(account, transport, CAPABILITIES)
        self._currency = currency or domain.UNTOLD

    # -- reading ------------------------------------------------------------------------------------------------

    async def session(self) -> domain.LoginSession:
        return await self.call("GET", "/auth/get-session", to_session)

    async def balance(self) -> domain.Balance:
        return await self.call("GET", "/credits/balance", to_balance)

    async def transactions(self, query: TransactionQuery) -> domain.TransactionPage:
        """Read one page; the server cannot filter, so rows of the other direction are left out here."""
        offset = max(0, query.offset)
        page = await self._page("/credits/transactions", query.limit, offset, lambda data: to_page(data, offset))
        if query.direction is None:
            return page
        kept = tuple(row for row in page.items if row.direction == query.direction)
        return domain.TransactionPage(kept, offset, None)

    async def plans(self) -> domain.PlanCatalog:
        return await self.call("GET", "/subscription/plans", lambda data: to_catalog(data, self._currency))

    async def orders(self) -> tuple[domain.Order, ...]:
        """Read the orders, at most 1,000; a page without a new one is the end, since no total is told."""
        known: dict[str, domain.Order] = {}
        while len(known) < _MOST_ORDERS:
            page = await self._orders(len(known))
            before = len(known)
            known.update((order.id, order) for order in page)
            if len(known) == before:
                break
        return tuple(known.values())

    async def order(self, order_id: str) -> domain.Order:
        return await self.call(
            "GET", f"/orders/{quote(checked_id(order_id), safe='')}", lambda data: to_order(data, self._currency)
        )

    # -- doing --------------------------------------------------------------------------------------------------

    async def check_in(self) -> domain.CheckIn:
        try:
            reply = await self._transport.exchange("POST", "/checkin")
            with _judged(reply):
                return to_check_in(reply, data_of(reply))
        except BillingError as error:
            done = already_done(error)
            if done is not None:
                return done
            if isinstance(error, errors.ProtocolError):
                error = errors.Unproven(error.message, request_id=error.request_id, status=error.status)
            if error.maybe_executed:
                error.hint = _MAY_COUNT
            raise error from None

    async def portal_link(self) -> str:
        return await self.call("POST", "/subscription/portal", address_in, body=portal_body(self.account.base_url))

    async def create_payment_link(self, request: domain.LinkRequest, idempotency_key: str) -> domain.PaymentLink:
        """Make a checkout; sent once. The key is not used: Product Factory knows none. Raises BillingError, BadId.

        The orders before and after tell which one belongs to it; its id then names the checkout.
        """
        body = session_body(request, self.account.base_url)
        before = await self._orders()
        try:
            data = await self.call("POST", "/payment/create-session", lambda data: data, body=body)
            url = address_in(data)
        except BillingError as error:
            if error.maybe_executed:
                error.hint = _MAY_EXIST
            raise
        try:
            order = new_order(before, await self._orders(), request)
        except BillingError:
            # The link is there and can be paid: it must not be lost because its order could not be looked up.
            order = None
        return domain.PaymentLink(order.id if order else session_name(data, url), url, None)

    async def confirm_checkout(self, session: CheckoutSession) -> domain.ConfirmAnswer:
        """Look for the order of a checkout; every failure is classified. Raises BadId."""
        checked_id(session.session_id)
        try:
            answer = claims_of(await self._orders(), session)
        except (errors.NotAuthenticated, errors.NotAllowed) as refused:
            return domain.ConfirmAnswer(domain.ConfirmKind.AUTH, refused.message, request_id=refused.request_id)
        except BillingError as trouble:
            return domain.ConfirmAnswer(
                domain.ConfirmKind.TRANSIENT,
                trouble.message,
                retry_after=trouble.retry_after,
                request_id=trouble.request_id,
            )
        if answer.claims is None or domain.Word.DONE not in answer.claims.words:
            return answer
        try:
            held = await self.balance()
        except BillingError:
            return answer
        return replace(answer, claims=replace(answer.claims, balance=held.available))

    # -- administration -----------------------------------------------------------------------------------------

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

    # -- helpers ------------------------------------------------------------------------------------------------

    async def call(
        self,
        method: str,
        path: str,
        convert: Callable[[Json], Value],
        *,
        body: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Value:
        """Call and convert the data of the answer; a refused session says what it needs. Raises BillingError."""
        reply = await self._transport.exchange(method, path, body=body, query=query)
        if method == "GET" and reply.status == 202:
            # Accepted is not read: an order in such an answer may not be what it will be.
            unfinished = SafeText(f"{reply.host} answered 202: it has not finished.")
            raise errors.ServerTrouble(unfinished, status=reply.status)
        with _judged(reply):
            return convert(data_of(reply))

    async def _orders(self, offset: int = 0) -> tuple[domain.Order, ...]:
        return await self._page("/orders", self.page_size, offset, lambda data: to_orders(data, self._currency))

    async def _page(self, path: str, limit: int, offset: int, convert: Callable[[Json], Value]) -> Value:
        """Read a page; a server that refuses its length is asked for the one of the published examples from then on."""
        wanted = min(max(1, limit), self.page_size)
        try:
            return await self.call("GET", path, convert, query={"limit": str(wanted), "offset": str(offset)})
        except errors.Invalid:
            if wanted <= _EXAMPLE_LIMIT:
                raise
        self.page_size = _EXAMPLE_LIMIT
        return await self._page(path, wanted, offset, convert)


@contextmanager
def _judged(reply: Reply) -> Iterator[None]:
    """A refused session says what it needs; what cannot be read names the request."""
    try:
        with about(reply):
            yield
    except errors.NotAuthenticated as refused:
        raise session_ended(refused) from None
