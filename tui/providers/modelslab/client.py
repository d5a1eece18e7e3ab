"""The client of ModelsLab's Agents API: every reading endpoint of billing, and payment links."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import quote
from uuid import uuid4

from tui import domain
from tui.domain import CheckoutSession, SafeText, checked_id
from tui.providers.base import Capability, TransactionQuery
from tui.providers.claims import require_no_denial
from tui.providers.client import ProviderClient, about
from tui.providers.errors import BillingError, NotAllowed, NotAuthenticated, ProtocolError
from tui.providers.modelslab import coupons, funding
from tui.providers.modelslab import subscription_calls as calls
from tui.providers.modelslab.card_setup import StripeAccess, after_lost_answer, attach_body, tokenize
from tui.providers.modelslab.confirm import classify
from tui.providers.modelslab.customer import to_cards, to_profile
from tui.providers.modelslab.envelope import unwrap
from tui.providers.modelslab.invoices import to_invoice, to_invoice_links, to_invoices
from tui.providers.modelslab.links import dollars, link_body, to_link
from tui.providers.modelslab.overview import to_overview
from tui.providers.modelslab.plans import to_catalog
from tui.providers.modelslab.settings import profile_body, recharge_body
from tui.providers.modelslab.subscriptions import to_report, to_subscriptions
from tui.providers.modelslab.wallet import to_balance, to_page, to_payment
from tui.providers.stripe.cards import CardDetails
from tui.providers.transport import Json, Reply, Transport

_CONFIRM_PATHS = {
    domain.Purpose.FUND: "/wallet/confirm-checkout",
    domain.Purpose.SUBSCRIBE: "/subscriptions/confirm-checkout",
}

CAPABILITIES = frozenset(
    {
        Capability.OVERVIEW,
        Capability.BALANCE,
        Capability.LEDGER,
        Capability.PLANS,
        Capability.SUBSCRIPTIONS,
        Capability.INVOICES,
        Capability.PAYMENT_METHODS,
        Capability.BILLING_PROFILE,
        Capability.PAYMENT_STATUS,
        Capability.PAYMENT_LINK,
        Capability.PLAN_LINK,
        Capability.FUND,
        Capability.SUBSCRIPTION_CHANGES,
        Capability.PROFILE_CHANGES,
        Capability.AUTO_RECHARGE,
        Capability.COUPONS,
        Capability.WITHDRAWAL,
        Capability.REVOCATION,
    }
)
"""What every ModelsLab account can do."""

Value = TypeVar("Value")


class ModelsLabClient(ProviderClient):
    """One ModelsLab account. Amounts are dollars unless an answer names another currency."""

    page_size = 200
    """Rows of one ledger page, the API's maximum."""
    reads_per_minute = 120
    """Reads of the general limit (docs.modelslab.com, Agents API headless flow: agent-general)."""
    fund_call = staticmethod(funding.fund_call)
    subscribe_call = staticmethod(calls.subscribe_call)
    redeem_call = staticmethod(coupons.redeem_call)
    withdraw_call = staticmethod(coupons.withdraw_call)

    def __init__(self, account: domain.AccountRef, transport: Transport, stripe: StripeAccess | None = None) -> None:
        """Take the account; without `stripe` no card can be added."""
        super().__init__(account, transport, CAPABILITIES | ({Capability.CARD_SETUP} if stripe else frozenset()))
        self.stripe_base_url = stripe.base_url if stripe else ""
        self._stripe = stripe
        self._reading_rows = asyncio.Lock()

    async def overview(self) -> domain.Overview:
        return await self._get("/billing/overview", to_overview)

    async def balance(self) -> domain.Balance:
        return await self._get("/wallet/balance", to_balance)

    async def transactions(self, query: TransactionQuery) -> domain.TransactionPage:
        """Read one page of the wallet's ledger, at most 200 rows. Raises BillingError."""
        offset = max(0, query.offset)
        asked = {"limit": str(min(max(1, query.limit), self.page_size)), "offset": str(offset)}
        if query.direction:
            asked["type"] = query.direction
        reply = await self._transport.request("GET", "/wallet/transactions", query=asked)
        # One after the other: the first of several that came together is not kept waiting for the last.
        async with self._reading_rows:
            with about(reply):
                return await to_page(_data(reply), offset)

    async def plans(self) -> domain.PlanCatalog:
        return await self._get("/subscriptions/plans", to_catalog)

    async def subscriptions(self) -> tuple[domain.Subscription, ...]:
        return await self._get("/subscriptions", to_subscriptions)

    async def subscription_status(self, subscription_id: str) -> domain.SubscriptionReport:
        return await self._get(f"/subscriptions/{_segment(subscription_id)}/status", to_report)

    async def change_plan(self, subscription: domain.Subscription, plan_id: str) -> None:
        await self._meant(subscription)
        await self._change("PUT", calls.path_of(subscription), calls.change_body(plan_id))

    async def pause_subscription(self, subscription: domain.Subscription) -> None:
        await self._meant(subscription)
        await self._change("POST", calls.path_of(subscription, "pause"))

    async def resume_subscription(self, subscription: domain.Subscription) -> None:
        await self._meant(subscription)
        await self._change("POST", calls.path_of(subscription, "resume"))

    async def restart_call(self, subscription: domain.Subscription) -> domain.MoneyCall:
        await self._meant(subscription)
        return calls.restart_call(subscription)

    async def repair_call(self, subscription: domain.Subscription) -> domain.MoneyCall:
        return calls.repair_call(subscription)

    async def proof_of(self, call: domain.MoneyCall, sent_at: datetime) -> SafeText | None:
        match call.kind:
            case domain.CallKind.SUBSCRIBE:
                return calls.begun(call, await self.subscriptions(), sent_at)
            case domain.CallKind.REPAIR:
                return calls.repaired(call, await self.subscriptions())
            case domain.CallKind.RESTART:
                return calls.restarted(await self.subscription_status(calls.subscription_id(call)), sent_at)
        return None

    async def _meant(self, subscription: domain.Subscription) -> None:
        """Ask what ModelsLab means by the number of a subscription; numbers repeat across categories."""
        calls.check_meant(subscription, await self.subscription_status(subscription.id))

    async def invoices(self) -> tuple[domain.Invoice, ...]:
        return await self._get("/billing/invoices", to_invoices)

    async def invoice(self, invoice_id: str) -> domain.Invoice:
        return await self._get(f"/billing/invoices/{_segment(invoice_id)}", to_invoice)

    async def invoice_links(self, invoice_id: str) -> domain.InvoiceLinks:
        reply = await self._transport.request("GET", f"/billing/invoices/{_segment(invoice_id)}/pdf")
        return to_invoice_links(reply.json)

    async def payment_methods(self) -> tuple[domain.PaymentMethod, ...]:
        return await self._get("/billing/payment-methods", to_cards)

    async def save_card(self, card: CardDetails, *, make_default: bool) -> str:
        """Save a card at Stripe, attach it and return its id; ModelsLab never sees its data.

        Raises CardRefused, TokenizationRefused, CardNotSaved, BillingError.
        """
        if self._stripe is None:
            raise NotAllowed(SafeText("Cards cannot be added with this account."))
        saved = await tokenize(card, self._change, self._stripe)
        try:
            await self._change("POST", "/billing/payment-methods", attach_body(saved, make_default=make_default))
        except BillingError as trouble:
            await after_lost_answer(saved, trouble, self.payment_methods)
        return saved

    async def make_default_card(self, payment_method_id: str) -> None:
        await self._change("PUT", f"/billing/payment-methods/{_segment(payment_method_id)}/default")

    async def remove_card(self, payment_method_id: str) -> None:
        await self._change("DELETE", f"/billing/payment-methods/{_segment(payment_method_id)}")

    async def billing_profile(self) -> domain.BillingProfile:
        return await self._get("/billing/info", to_profile)

    async def change_profile(self, change: domain.ProfileChange) -> None:
        await self._change("PUT", "/billing/info", profile_body(change))

    async def set_auto_recharge(self, rule: domain.AutoRecharge) -> None:
        await self._change("PUT", "/wallet/auto-funding", recharge_body(rule))

    async def stop_auto_recharge(self) -> None:
        await self._change("DELETE", "/wallet/auto-funding")

    async def coupon(self, code: str, purchase: domain.Money | None) -> domain.CouponOffer:
        asked = coupons.checked_code(code)
        query = {"coupon_code": asked} | ({"purchase_amount": dollars(purchase)} if purchase else {})
        return await self._get("/wallet/coupons/validate", lambda data: coupons.to_offer(data, asked), query)

    async def payment_status(self, payment_intent_id: str) -> domain.PaymentReport:
        asked = checked_id(payment_intent_id)
        return await self._get(f"/payments/{_segment(asked)}/status", lambda data: to_payment(data, asked))

    async def create_payment_link(self, request: domain.LinkRequest, idempotency_key: str) -> domain.PaymentLink:
        reply = await self._transport.request(
            "POST",
            "/billing/payment-link",
            body=link_body(request),
            headers={"Idempotency-Key": idempotency_key},
        )
        return _read(reply, to_link)

    async def confirm_checkout(self, session: CheckoutSession) -> domain.ConfirmAnswer:
        """Ask whether a session was paid; every answer and every failure is classified. Raises BadId.

        No idempotency key goes with it: a stored "not yet" would be repeated for ever.
        """
        body = json.dumps({"session_id": checked_id(session.session_id)}).encode()
        try:
            reply = await self._transport.exchange("POST", _CONFIRM_PATHS[session.request.purpose], body=body)
        except BillingError as trouble:
            return domain.ConfirmAnswer(domain.ConfirmKind.TRANSIENT, trouble.message, request_id=trouble.request_id)
        return classify(reply)

    async def send(self, call: domain.MoneyCall, key: str, deadline: timedelta) -> domain.MoneyAnswer:
        classify = funding.classify_payment if call.kind is domain.CallKind.FUND else calls.classify_change
        return await self._send_once(call, deadline, classify, {"Idempotency-Key": key})

    async def revoke(self) -> None:
        try:
            await self._change("POST", "/auth/logout")
        except NotAuthenticated:
            return

    async def _change(self, method: str, path: str, body: bytes | None = None) -> Json:
        """Send a change that moves no money, once, and return what was answered, perhaps nothing."""
        # ModelsLab promises to replay a key on every billing mutation; a read needs none and is given none.
        key = {"Idempotency-Key": str(uuid4())} if method != "GET" else {}
        reply = await self._transport.request(method, path, body=body, headers=key)
        require_no_denial(reply)
        return reply.json

    async def _get(self, path: str, convert: Callable[[Json], Value], query: Mapping[str, str] | None = None) -> Value:
        return _read(await self._transport.request("GET", path, query=query), convert)


def _read(reply: Reply, convert: Callable[[Json], Value]) -> Value:
    """Convert the data of a reply."""
    with about(reply):
        return convert(_data(reply))


def _data(reply: Reply) -> Json:
    """The data of a reply. Raises ProtocolError."""
    if reply.json is None:
        # Not an empty list: a list that is empty says so.
        raise ProtocolError(SafeText(f"The answer of {reply.host} is empty."))
    return unwrap(reply.json)


def _segment(raw: str) -> str:
    """Return an id as one segment of a path. Raises BadId."""
    return quote(checked_id(raw), safe="")
