"""An account in memory: a double of the foreign service, so that screens can be tested without a server."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from tests.conftest import NOW
from tui.domain import (
    CREDIT,
    DEBIT,
    AccountRef,
    AutoRecharge,
    Balance,
    BillingProfile,
    CallKind,
    CheckoutSession,
    ConfirmAnswer,
    ConfirmKind,
    CouponOffer,
    Invoice,
    InvoiceLine,
    InvoiceLinks,
    InvoiceStatus,
    LinkRequest,
    Mode,
    Money,
    MoneyAnswer,
    MoneyCall,
    Overview,
    PayAsYouGo,
    PaymentLink,
    PaymentMethod,
    PaymentReport,
    PaymentState,
    Plan,
    PlanCatalog,
    Price,
    ProfileChange,
    SafeText,
    Subscription,
    SubscriptionReport,
    SubscriptionState,
    Transaction,
    TransactionPage,
    TransactionStatus,
)
from tui.payments.intents.policy import UNCERTAIN
from tui.payments.schedule import DEADLINE
from tui.providers.base import Capability, Provider, TransactionQuery
from tui.providers.errors import BillingError
from tui.providers.modelslab.client import CAPABILITIES
from tui.providers.stripe.cards import CardDetails

CHECKOUT_URL = "https://checkout.stripe.com/c/pay/cs_test_a1B2c3D4#fidkdWxOYHwnPyd1blpxYHZxWjA0"


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


def text(raw: str | None) -> SafeText:
    return SafeText(raw or "")


def transactions(count: int = 120) -> tuple[Transaction, ...]:
    """A believable ledger, newest first, reaching back about 50 days from NOW."""
    usecases = ("image_generation", "image_generation", "video_generation", "training", "chat_completion")
    rows = []
    for index in range(count):
        credit = index % 40 == 7
        at = NOW - timedelta(minutes=22 + index * 601)
        rows.append(
            Transaction(
                id=f"txn_{10_000 - index}",
                at=at,
                direction=CREDIT if credit else DEBIT,
                amount=usd("50.00") if credit else usd(f"{(index * 37 % 190) / 100 + 0.05:.2f}"),
                status=TransactionStatus("failed" if index % 17 == 5 else "pending" if index == 0 else "success"),
                usecase=text("wallet_funding" if credit else usecases[index % len(usecases)]),
                source=text("stripe" if credit else "wallet"),
                reference=text(f"pi_3Q{index:06}") if credit else None,
            )
        )
    return tuple(rows)


class FakeProvider:
    """A provider whose answers are plain attributes; set `failing` to make a call raise."""

    page_size = 50

    def __init__(self, mode: Mode = Mode.LIVE, name: str = "work", title: str = "ModelsLab") -> None:
        self.account = AccountRef(
            text(name), "modelslab", title, "https://modelslab.example/api/agents/v1", mode, "0123456789abcdef"
        )
        self.capabilities = CAPABILITIES | {Capability.CARD_SETUP}
        self.server_offset = timedelta()
        self.failing: dict[str, BillingError] = {}
        self.gate: asyncio.Event | None = None
        """When set, making a link waits for it."""
        self.url = CHECKOUT_URL
        self.link_life = timedelta(minutes=21, seconds=40)
        self.requests: list[LinkRequest] = []
        self.answer = ConfirmAnswer(ConfirmKind.PENDING)
        self.looks = 0
        self.charge_answers: list[MoneyAnswer] = []
        """What each sending comes to, in order; the last one again when there are no more."""
        self.charge_gate: asyncio.Event | None = None
        """When set, a sending waits for it."""
        self.charges: list[tuple[bytes, str]] = []
        """The body and the key of each sending."""
        self.stripe_base_url = "https://api.stripe.com"
        self.saving: list[tuple[str, bool]] = []
        """The last four digits of each card to be saved, and whether it becomes the default one."""
        self.card_gate: asyncio.Event | None = None
        """When set, saving a card waits for it."""
        self.profile_changes: list[ProfileChange] = []
        self.recharges: list[AutoRecharge | None] = []
        """The rules of the automatic recharge in order; None is off."""
        self.coupon_needs_purchase = False
        self.proof: SafeText | None = None
        """What shows that a charge of a subscription was carried out."""
        self.closed = False
        self.wallet = Balance(usd("75.50"), usd("150.00"), usd("74.50"))
        self.rows = transactions()
        self.catalog = catalog()
        self.running = subscriptions()
        self.bills = invoices()
        self.cards = cards()
        self.profile = BillingProfile(
            text("Example Labs GmbH"),
            text("billing@example.com"),
            text("DE123456789"),
            text("eu_vat"),
            (text("Lindenstr. 4"), text("10969 Berlin"), text("DE")),
        )
        self.links = InvoiceLinks(
            "https://pay.stripe.com/invoice/acct_1/inv_1/pdf", "https://invoice.stripe.com/i/acct_1/inv_1"
        )

    def _answer(self, name: str) -> None:
        if name in self.failing:
            raise self.failing[name]

    async def overview(self) -> Overview:
        self._answer("overview")
        return Overview(self.wallet, self.running, self.cards, len(self.bills))

    async def balance(self) -> Balance:
        self._answer("balance")
        return self.wallet

    async def transactions(self, query: TransactionQuery) -> TransactionPage:
        self._answer("transactions")
        rows = [row for row in self.rows if query.direction in (None, row.direction)]
        stretch = tuple(rows[query.offset : query.offset + query.limit])
        return TransactionPage(stretch, query.offset, len(rows), self.wallet)

    async def plans(self) -> PlanCatalog:
        self._answer("plans")
        return self.catalog

    async def subscriptions(self) -> tuple[Subscription, ...]:
        self._answer("subscriptions")
        return self.running

    async def subscription_status(self, subscription_id: str) -> SubscriptionReport:
        found = next(each for each in self.running if each.id == subscription_id)
        return SubscriptionReport(found.id, found.status, found.plan_id, found.period_start, found.period_end)

    async def invoices(self) -> tuple[Invoice, ...]:
        self._answer("invoices")
        return self.bills

    async def invoice(self, invoice_id: str) -> Invoice:
        self._answer("invoice")
        return next(each for each in self.bills if each.id == invoice_id)

    async def invoice_links(self, invoice_id: str) -> InvoiceLinks:
        self._answer("invoice_links")
        return self.links

    async def payment_methods(self) -> tuple[PaymentMethod, ...]:
        self._answer("payment_methods")
        return self.cards

    async def save_card(self, card: CardDetails, *, make_default: bool) -> str:
        self.saving.append((card.last4, make_default))
        if self.card_gate is not None:
            await self.card_gate.wait()
        self._answer("save_card")
        self.cards += (PaymentMethod("pm_new", text("visa"), text(card.last4), card.exp_month, card.exp_year),)
        return "pm_new"

    async def make_default_card(self, payment_method_id: str) -> None:
        self._answer("make_default_card")
        self.cards = tuple(replace(each, is_default=each.id == payment_method_id) for each in self.cards)

    async def remove_card(self, payment_method_id: str) -> None:
        self._answer("remove_card")
        self.cards = tuple(each for each in self.cards if each.id != payment_method_id)

    async def change_plan(self, subscription: Subscription, plan_id: str) -> None:
        self._answer("change_plan")
        name = next(each.name for each in self.catalog.items if each.id == plan_id)
        self._turn(subscription, plan_id=plan_id, plan_name=name)

    async def pause_subscription(self, subscription: Subscription) -> None:
        self._answer("pause_subscription")
        self._turn(subscription, status=SubscriptionState("paused"))

    async def resume_subscription(self, subscription: Subscription) -> None:
        self._answer("resume_subscription")
        self._turn(subscription, status=SubscriptionState("active"))

    def _turn(self, subscription: Subscription, **changes: object) -> None:
        # dataclasses.replace checks the names at run time; its type cannot be spelt for open keywords.
        turned = replace(subscription, **changes)  # type: ignore[arg-type]
        self.running = tuple(turned if each.key == subscription.key else each for each in self.running)

    def subscribe_call(self, plan_id: str, payment_method_id: str) -> MoneyCall:
        body = f"{plan_id} {payment_method_id}".encode()
        return MoneyCall(CallKind.SUBSCRIBE, "POST", "/subscriptions", body)

    async def restart_call(self, subscription: Subscription) -> MoneyCall:
        self._answer("restart_call")
        path = f"/subscriptions/{subscription.id}/reset-cycle"
        return MoneyCall(CallKind.RESTART, "POST", path, b"{}")

    async def repair_call(self, subscription: Subscription) -> MoneyCall:
        path = f"/subscriptions/{subscription.id}/fix-payment"
        return MoneyCall(CallKind.REPAIR, "POST", path, b"{}")

    async def proof_of(self, call: MoneyCall, sent_at: datetime) -> SafeText | None:
        return self.proof

    async def change_profile(self, change: ProfileChange) -> None:
        self._answer("change_profile")
        self.profile_changes.append(change)
        self.profile = replace(self.profile, name=text(change.name or self.profile.name))

    async def set_auto_recharge(self, rule: AutoRecharge) -> None:
        self.recharges.append(rule)

    async def stop_auto_recharge(self) -> None:
        self.recharges.append(None)

    async def coupon(self, code: str, purchase: Money | None) -> CouponOffer:
        self._answer("coupon")
        return CouponOffer(code, text("A credit of 50 dollars."), self.coupon_needs_purchase, usd("50.00"))

    def redeem_call(self, offer: CouponOffer, purchase: Money | None, payment_method_id: str | None) -> MoneyCall:
        body = f"{offer.code} {purchase} {payment_method_id if purchase else None}".encode()
        return MoneyCall(CallKind.COUPON, "POST", "/wallet/coupons/redeem", body)

    def withdraw_call(self, amount: Money) -> MoneyCall:
        return MoneyCall(CallKind.WITHDRAWAL, "POST", "/wallet/withdraw", amount.wire.encode())

    async def billing_profile(self) -> BillingProfile:
        self._answer("billing_profile")
        return self.profile

    async def payment_status(self, payment_intent_id: str) -> PaymentReport:
        return PaymentReport(payment_intent_id, PaymentState("succeeded"), None)

    async def create_payment_link(self, request: LinkRequest, idempotency_key: str) -> PaymentLink:
        self.requests.append(request)
        if self.gate is not None:
            await self.gate.wait()
        self._answer("create_payment_link")
        return PaymentLink(f"cs_test_{len(self.requests)}", self.url, NOW + self.link_life)

    async def confirm_checkout(self, session: CheckoutSession) -> ConfirmAnswer:
        self.looks += 1
        return self.answer

    def fund_call(self, amount: Money, payment_method_id: str) -> MoneyCall:
        self._answer("fund_call")
        body = f'{{"amount": {amount.wire}, "payment_method_id": "{payment_method_id}"}}'.encode()
        return MoneyCall(CallKind.FUND, "POST", "/wallet/fund", body)

    async def send(self, call: MoneyCall, key: str, deadline: timedelta) -> MoneyAnswer:
        self.charges.append((call.body, key))
        if self.charge_gate is not None:
            await self.charge_gate.wait()
        answer = self.charge_answers[min(len(self.charges), len(self.charge_answers)) - 1]
        # It wants a longer pause than a charge may take: each sending a test sees is one that a person asked for.
        return replace(answer, retry_after=DEADLINE) if answer.kind in UNCERTAIN else answer

    async def aclose(self) -> None:
        self.closed = True


class FakeSource:
    """An account source that hands out a FakeProvider, or fails."""

    def __init__(self, provider: FakeProvider, error: BillingError | None = None) -> None:
        self.provider = provider
        self.error = error
        self.closed = False
        self.connections = 0
        self.name = provider.account.name
        self.provider_title = provider.account.provider_title
        self.mode = provider.account.mode
        self.theme: str | None = None
        self.low_balance: Decimal | None = None
        self.fingerprint: str | None = None

    def connect(self) -> Provider:
        if self.error is not None:
            raise self.error
        self.connections += 1
        return self.provider

    def close(self) -> None:
        self.closed = True


def moment(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def catalog() -> PlanCatalog:
    return PlanCatalog(
        items=(
            Plan(
                "plan_basic",
                text("Basic Enterprise"),
                text("enterprise"),
                (Price(usd("249.00"), text("monthly")), Price(usd("2490.00"), text("yearly"))),
                (text("10,000 images a month"), text("Private models"), text("Priority queue")),
                10_000,
                text("For teams that generate every day."),
            ),
            Plan(
                "plan_pro",
                text("Professional"),
                text("general"),
                (Price(usd("47.00"), text("monthly")),),
                (text("3,250 images a month"), text("All public models")),
                3_250,
            ),
            Plan(
                "plan_voice",
                text("Voice add-on"),
                text("voice"),
                (Price(usd("19.00"), text("monthly")),),
                (text("Voice cloning"), text("200,000 characters")),
            ),
        ),
        minimum_top_up=usd("10.00"),
        pay_as_you_go=PayAsYouGo(True, text("Pay for what you use from the wallet."), auto_recharge=True),
    )


def subscriptions() -> tuple[Subscription, ...]:
    def one(ident: str, plan: str, name: str, category: str, status: str, price: str) -> Subscription:
        start, end = moment("2026-11-01"), moment("2026-12-01")
        state = SubscriptionState(status)
        return Subscription(ident, text(category), plan, text(name), state, start, end, usd(price), text("monthly"))

    return (
        one("12", "plan_basic", "Basic Enterprise", "enterprise", "active", "249.00"),
        one("12", "plan_voice", "Voice add-on", "voice", "past_due", "19.00"),
    )


def cards() -> tuple[PaymentMethod, ...]:
    return (
        PaymentMethod("pm_1", text("visa"), text("4242"), 12, 2027, is_default=True),
        PaymentMethod("pm_2", text("amex"), text("0005"), 12, 2026),
        PaymentMethod("pm_3", text("mastercard"), text("4444"), 8, 2025),
    )


def invoices() -> tuple[Invoice, ...]:
    rows = []
    for index in range(14):
        month = 11 - index
        at = datetime(2026 + (month - 1) // 12, (month - 1) % 12 + 1, 1, 8, 30, tzinfo=NOW.tzinfo)
        status = "open" if index == 0 else "void" if index == 6 else "paid"
        line = (InvoiceLine(text("Basic Enterprise, one month"), usd("249.00")),)
        extra = (InvoiceLine(text("Voice add-on, one month"), usd("19.00")),) if index < 6 else ()
        total = usd("268.00") if extra else usd("249.00")
        number = text(f"ML-2026-{140 - index:04}")
        rows.append(
            Invoice(
                f"in_{140 - index}",
                number,
                total,
                InvoiceStatus(status),
                at,
                period_start=at - timedelta(days=30),
                period_end=at,
                lines=line + extra,
            )
        )
    return tuple(rows)
