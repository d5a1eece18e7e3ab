"""What a provider can do: one small protocol a capability, asked for before anything is shown."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from tui import domain


class Capability(StrEnum):
    """Something an account can do or show; the protocol of that name says what it takes."""

    OVERVIEW = "overview"
    BALANCE = "balance"
    LEDGER = "ledger"
    PLANS = "plans"
    SUBSCRIPTIONS = "subscriptions"
    INVOICES = "invoices"
    PAYMENT_METHODS = "payment methods"
    BILLING_PROFILE = "billing profile"
    PAYMENT_STATUS = "payment status"
    PAYMENT_LINK = "payment link for an amount"
    """A hosted page adds an amount to the wallet."""
    PLAN_LINK = "payment link for plans"
    """A hosted page subscribes to a plan."""
    FUND = "fund"
    CARD_SETUP = "card setup"
    SUBSCRIPTION_CHANGES = "subscription changes"
    PROFILE_CHANGES = "billing profile changes"
    AUTO_RECHARGE = "automatic recharge"
    COUPONS = "coupons"
    WITHDRAWAL = "withdrawal"
    ORDERS = "orders"
    CHECK_IN = "check-in"
    PORTAL = "billing portal"
    SESSION = "login session"
    REVOCATION = "logout at the provider"
    LOTS = "lots"
    TOP_UP = "top-up"
    RIGHTS = "rights by role"
    ADMIN = "administration"


PAYING = frozenset({Capability.PAYMENT_LINK, Capability.PLAN_LINK, Capability.FUND, Capability.TOP_UP})
"""The ways to pay; --read-only takes them away."""

CHANGING = frozenset(
    {
        Capability.CARD_SETUP,
        Capability.SUBSCRIPTION_CHANGES,
        Capability.PROFILE_CHANGES,
        Capability.AUTO_RECHARGE,
        Capability.COUPONS,
        Capability.WITHDRAWAL,
        Capability.CHECK_IN,
        Capability.PORTAL,
        Capability.RIGHTS,
        Capability.ADMIN,
    }
)
"""What changes the account without paying, or lets somebody change it; --read-only takes it away too."""


class TransactionQuery(NamedTuple):
    """Which stretch of the ledger to read."""

    direction: domain.Direction | None = None
    limit: int = 50
    """Rows wanted; a provider may give fewer."""
    offset: int = 0


class HasAccount(Protocol):
    """Belongs to one account."""

    account: domain.AccountRef


@runtime_checkable
class HasServerTime(Protocol):
    """Knows what time it is at the provider."""

    @property
    def server_offset(self) -> timedelta:
        """How far the provider's clock is ahead of ours, from its last answer; zero before the first."""


class Connection(HasAccount, HasServerTime, Protocol):
    """One account at one provider."""


@runtime_checkable
class HasOverview(Protocol):
    """Tells an account at a glance."""

    async def overview(self) -> domain.Overview:
        """Read the provider's own summary. Raises BillingError."""


@runtime_checkable
class HasBalance(Protocol):
    """Tells what is left."""

    async def balance(self) -> domain.Balance:
        """Read the balance. Raises BillingError."""


@runtime_checkable
class HasLedger(Protocol):
    """Lists transactions."""

    page_size: int
    """The most rows one page may have."""

    async def transactions(self, query: TransactionQuery) -> domain.TransactionPage:
        """Read one page, newest first. Raises BillingError."""


@runtime_checkable
class HasPace(Protocol):
    """Says how many reads it allows."""

    reads_per_minute: int
    """Reads the provider documents as allowed in a minute."""


@runtime_checkable
class HasPlans(Protocol):
    """Lists what can be bought."""

    async def plans(self) -> domain.PlanCatalog:
        """Read all plans and the terms of paying as you go. Raises BillingError."""


@runtime_checkable
class HasSubscriptions(Protocol):
    """Lists what is subscribed to."""

    async def subscriptions(self) -> tuple[domain.Subscription, ...]:
        """Read all subscriptions, ended ones too where the provider lists them. Raises BillingError."""

    async def subscription_status(self, subscription_id: str) -> domain.SubscriptionReport:
        """Ask about one subscription. Raises BillingError, BadId."""


@runtime_checkable
class HasInvoices(Protocol):
    """Lists invoices."""

    async def invoices(self) -> tuple[domain.Invoice, ...]:
        """Read all invoices, newest first. Raises BillingError."""

    async def invoice(self, invoice_id: str) -> domain.Invoice:
        """Read one invoice with its lines. Raises BillingError, BadId."""

    async def invoice_links(self, invoice_id: str) -> domain.InvoiceLinks:
        """Ask where an invoice can be seen. Raises BillingError, BadId."""


@runtime_checkable
class HasSession(Protocol):
    """Has a login that ends."""

    async def session(self) -> domain.LoginSession:
        """Ask who is logged in and until when. Raises BillingError; NotAuthenticated when it has ended."""


@runtime_checkable
class HasOrders(Protocol):
    """Lists orders."""

    async def orders(self) -> tuple[domain.Order, ...]:
        """Read the newest orders, newest first. Raises BillingError."""

    async def order(self, order_id: str) -> domain.Order:
        """Read one order. Raises BillingError, BadId."""


@runtime_checkable
class HasCheckIn(Protocol):
    """Gives credits once a day to whoever asks."""

    async def check_in(self) -> domain.CheckIn:
        """Ask for today's credits; sent once. A day that had its check-in is an answer. Raises BillingError."""


@runtime_checkable
class HasPortal(Connection, Protocol):
    """Has pages of its own, or of its payment processor, where subscriptions are managed."""

    async def portal_link(self) -> str:
        """Ask for a link to them: a bearer link that soon dies. Raises BillingError."""


@runtime_checkable
class HasPaymentMethods(Protocol):
    """Lists cards on file."""

    async def payment_methods(self) -> tuple[domain.PaymentMethod, ...]:
        """Read all saved cards. Raises BillingError."""


@runtime_checkable
class HasBillingProfile(Protocol):
    """Tells who is billed."""

    async def billing_profile(self) -> domain.BillingProfile:
        """Read name, address and tax id. Raises BillingError."""


@runtime_checkable
class HasPaymentStatus(Protocol):
    """Tells how a payment stands."""

    async def payment_status(self, payment_intent_id: str) -> domain.PaymentReport:
        """Ask about one payment intent. Raises BillingError, BadId."""


@runtime_checkable
class HasPaymentLink(Connection, Protocol):
    """Makes hosted payment pages and says whether they were paid; only `tui.payments` calls this."""

    async def create_payment_link(self, request: domain.LinkRequest, idempotency_key: str) -> domain.PaymentLink:
        """Make a payment page; sent once. Raises BillingError."""

    async def confirm_checkout(self, session: domain.CheckoutSession) -> domain.ConfirmAnswer:
        """Ask whether a session was paid; never raises for an answer, every one is classified. Raises BadId."""


@runtime_checkable
class HasMoneyCalls(HasAccount, Protocol):
    """Sends calls that move money; only `tui.payments` has them sent."""

    async def send(self, call: domain.MoneyCall, key: str, deadline: timedelta) -> domain.MoneyAnswer:
        """Send a money call once, byte for byte; never raises for what came back or did not."""


@runtime_checkable
class HasFund(HasMoneyCalls, Protocol):
    """Charges saved cards."""

    def fund_call(self, amount: domain.Money, payment_method_id: str) -> domain.MoneyCall:
        """Put together the request that charges a saved card; nothing is sent. Raises Invalid, BadId."""


@runtime_checkable
class HasLots(Protocol):
    """Lists credits lot by lot."""

    async def lots(self) -> domain.CreditLots:
        """Read all lots that have not expired. Raises BillingError."""


@runtime_checkable
class HasTopUp(HasMoneyCalls, Protocol):
    """Sells credits in set sizes, paid from the card on file."""

    top_up_sizes: tuple[domain.Money, ...]
    """What can be bought, smallest first."""

    def top_up_call(self, size: domain.Money) -> domain.MoneyCall:
        """Put together the request that buys `size`; nothing is sent. Raises Invalid for a size not on offer."""


@runtime_checkable
class HasRights(Protocol):
    """Knows what the credential's role allows beyond what every account can do."""

    async def rights(self) -> frozenset[Capability]:
        """Ask which capabilities the role adds. Raises BillingError."""


@runtime_checkable
class HasAdmin(HasMoneyCalls, Protocol):
    """Manages a shop: what it sells, and everybody's credits."""

    async def admin_books(self) -> domain.AdminBooks:
        """Read everything an admin sees, with the newest transactions. Raises BillingError."""

    async def all_transactions(self, offset: int) -> tuple[domain.OwnedTransaction, ...]:
        """Read a page of everybody's transactions, newest first. Raises BillingError."""

    async def create_plan(self, terms: domain.PlanTerms) -> domain.AdminPlan:
        """Add a plan. Raises BillingError."""

    async def change_plan(self, plan: domain.AdminPlan, terms: domain.PlanTerms) -> domain.AdminPlan:
        """Change what differs of a plan. Raises BillingError, BadId."""

    async def create_coupon(self, terms: domain.CouponTerms) -> domain.Coupon:
        """Add a coupon. Raises BillingError."""

    async def change_check_in(self, terms: domain.CheckInTerms) -> domain.CheckInTerms:
        """Set the daily check-in up. Raises BillingError."""

    def adjust_call(self, wanted: domain.Adjustment) -> domain.MoneyCall:
        """Put together the request that gives or takes credits; nothing is sent. Raises Invalid, BadId."""


class Provider(Connection, Protocol):
    """A connected account; what it can do beyond this is in `capabilities`, each with a protocol of its own."""

    capabilities: frozenset[Capability]

    async def aclose(self) -> None:
        """Close the connections."""


P = TypeVar("P")


def having(provider: object, protocol: type[P]) -> P:
    """Return `provider` as one that keeps to `protocol`; ask `capabilities` first. Raises TypeError."""
    if not isinstance(provider, protocol):
        raise TypeError(f"{type(provider).__name__} is no {protocol.__name__}")
    return provider
