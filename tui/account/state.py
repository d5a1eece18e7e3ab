"""A frozen picture of an account: what is known, how old it is, and what went wrong reading it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from tui.providers.base import PAYING, Capability

if TYPE_CHECKING:
    from tui.domain import (
        AccountRef,
        AdminBooks,
        Balance,
        BillingProfile,
        CheckoutSession,
        CreditLots,
        Intent,
        Invoice,
        LoginSession,
        Mode,
        Money,
        Order,
        PaymentMethod,
        PlanCatalog,
        SafeText,
        Subscription,
        Transaction,
    )
    from tui.ledger.insights.spending import Spending
    from tui.ledger.sync.progress import SyncProgress
    from tui.providers.base import Provider
    from tui.providers.errors import BillingError

T = TypeVar("T")


class Phase(StrEnum):
    """How a part of the picture stands; every screen says it in words."""

    LOADING = "loading"
    FAILED = "failed"
    """Nothing was ever read, and the last try failed."""
    STALE = "stale"
    """The last try failed; what is shown is older."""
    FRESH = "fresh"


class Section(StrEnum):
    """The parts that are read one by one; values are fields of Snapshot."""

    BALANCE = "balance"
    LOTS = "lots"
    LEDGER = "ledger"
    PLANS = "plans"
    SUBSCRIPTIONS = "subscriptions"
    INVOICES = "invoices"
    ORDERS = "orders"
    PAYMENT_METHODS = "payment_methods"
    PROFILE = "profile"
    ADMIN = "admin"
    SESSION = "session"


SECTIONS: dict[Section, Capability] = {
    Section.BALANCE: Capability.BALANCE,
    Section.LOTS: Capability.LOTS,
    Section.LEDGER: Capability.LEDGER,
    Section.PLANS: Capability.PLANS,
    Section.SUBSCRIPTIONS: Capability.SUBSCRIPTIONS,
    Section.INVOICES: Capability.INVOICES,
    Section.ORDERS: Capability.ORDERS,
    Section.PAYMENT_METHODS: Capability.PAYMENT_METHODS,
    Section.PROFILE: Capability.BILLING_PROFILE,
    Section.ADMIN: Capability.ADMIN,
    Section.SESSION: Capability.SESSION,
}
"""What an account must be able to do for a part to be read."""


class Resource(NamedTuple, Generic[T]):
    """One part: its last good value and time, and the error of a later try."""

    value: T | None = None
    as_of: datetime | None = None
    error: BillingError | None = None
    reading: bool = False
    """Whether a read is under way."""

    @property
    def phase(self) -> Phase:
        """Loading, failed, stale or fresh."""
        if self.error is not None:
            return Phase.FAILED if self.value is None else Phase.STALE
        return Phase.LOADING if self.value is None else Phase.FRESH


class LedgerRows(NamedTuple):
    """The newest transactions read so far."""

    items: tuple[Transaction, ...]
    """The newest rows; all others are looked up in the local copy."""
    total: int | None
    """Rows the provider has; None where it does not count."""
    balance: Balance | None = None
    held: int = 0
    """Rows in the local copy."""
    all_here: bool = False
    """Whether the local copy has all there are."""
    version: int = 0
    """Grows when the local copy changes: what was looked up before may be out of date."""
    progress: SyncProgress | None = None
    """How far reading is while it goes on."""
    spending: Spending | None = None
    """What the days of the local copy cost."""
    note: SafeText | None = None
    """Why the local copy is not kept; None while it is."""

    @property
    def complete(self) -> bool:
        """Whether there are no older rows left to read."""
        return self.total is not None and len(self.items) >= self.total

    def reaches(self, moment: datetime) -> bool:
        """Whether everything since `moment` has been read."""
        oldest = next((row.at for row in reversed(self.items) if row.at), None)
        return self.complete or (oldest is not None and oldest < moment)


class Snapshot(NamedTuple):
    """Everything a screen may show of one account.

    A named tuple, as its parts are: making the class of a frozen dataclass takes the start four times as long.
    """

    name: SafeText
    provider_title: str
    mode: Mode
    account: AccountRef | None = None
    """None until connected."""
    capabilities: frozenset[Capability] = frozenset()
    connect_error: BillingError | None = None
    """Why there is no connection at all."""
    balance: Resource[Balance] = Resource()
    lots: Resource[CreditLots] = Resource()
    ledger: Resource[LedgerRows] = Resource()
    plans: Resource[PlanCatalog] = Resource()
    subscriptions: Resource[Sequence[Subscription]] = Resource()
    invoices: Resource[Sequence[Invoice]] = Resource()
    orders: Resource[Sequence[Order]] = Resource()
    payment_methods: Resource[Sequence[PaymentMethod]] = Resource()
    profile: Resource[BillingProfile] = Resource()
    admin: Resource[AdminBooks] = Resource()
    session: Resource[LoginSession] = Resource()
    checked_in_at: datetime | None = None
    """When the last daily check-in was done that is known of, on the provider's clock."""
    top_up_sizes: tuple[Money, ...] = ()
    """What can be bought in one step, smallest first."""
    checkouts: tuple[CheckoutSession, ...] = ()
    """Our own record of payment links, open ones first."""
    intents: tuple[Intent, ...] = ()
    """Our own record of money calls, open ones first."""
    watch_note: SafeText | None = None
    """Why open checkout sessions are not being looked at; None while they are."""
    journal_notice: SafeText | None = None
    """That a damaged journal was set aside, and what to do; None otherwise."""
    low_balance: Decimal | None = None
    """What is left when a warning is due, in the unit of the balance; None when nobody set it."""

    def part(self, section: Section) -> Resource[object]:
        """One part by its name."""
        part: Resource[object] = getattr(self, section.value)
        return part

    @property
    def wallet(self) -> Balance | None:
        """The balance, with what was credited and used when the ledger tells the same balance."""
        told = self.ledger.value.balance if self.ledger.value else None
        read = self.balance.value
        if read is None or told is None:
            return read or told
        if told.available == read.available:
            return told
        newer = (self.ledger.as_of, self.balance.as_of)
        return told if newer[0] and newer[1] and newer[0] > newer[1] else read

    @property
    def is_low(self) -> bool:
        """Whether less is left than the account's threshold."""
        wallet = self.wallet
        return self.low_balance is not None and wallet is not None and wallet.available.amount < self.low_balance

    @property
    def waiting(self) -> tuple[CheckoutSession, ...]:
        """Checkout sessions nobody has paid yet."""
        return tuple(each for each in self.checkouts if each.state.open)

    @property
    def unknown(self) -> tuple[Intent, ...]:
        """Charges that may have gone through without our knowing."""
        return tuple(each for each in self.intents if each.state.in_doubt)

    @property
    def pays(self) -> bool:
        """Whether the account can pay for anything by any of its ways."""
        return bool(self.capabilities & PAYING)

    @property
    def can_pay(self) -> bool:
        """Whether the account can add funds by any of its ways."""
        return bool(self.capabilities & {Capability.PAYMENT_LINK, Capability.FUND, Capability.TOP_UP})


class AccountSource(Protocol):
    """Where an account comes from: the configuration, or an embedded sandbox that is started first."""

    name: SafeText
    provider_title: str
    mode: Mode
    theme: str | None
    """The theme it is shown in; None for the usual one."""
    low_balance: Decimal | None
    fingerprint: str | None
    """Whose local copy of a ledger is the account's; None where only connecting tells."""
    """What is left when a warning is due, in the unit of its balance; None for no warning."""

    def connect(self) -> Provider:
        """Build the client; runs in a thread, may take a second. Raises BillingError with words for the person."""
        ...

    def close(self) -> None:
        """Let go of whatever `connect` started."""
        ...
