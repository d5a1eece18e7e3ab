"""A frozen picture of an account: what is known, how old it is, and what went wrong reading it.

`Snapshot` has one entry a capability that can be read: from it alone follow what is loaded, how it is kept, what
people call it, and what `billtop doctor --contract` checks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar, overload

from tui.providers.base import (
    PAYING,
    Capability,
    HasAdmin,
    HasBalance,
    HasBillingProfile,
    HasInvoices,
    HasLedger,
    HasLots,
    HasOrders,
    HasPaymentMethods,
    HasPlans,
    HasSession,
    HasSubscriptions,
    TransactionQuery,
    having,
)

if TYPE_CHECKING:
    from tui.domain import (
        AccountRef,
        Balance,
        CheckoutSession,
        Intent,
        Mode,
        Money,
        SafeText,
        Transaction,
    )
    from tui.ledger.insights.spending import Spending
    from tui.ledger.sync.progress import SyncProgress
    from tui.providers.base import Provider
    from tui.providers.errors import BillingError

P = TypeVar("P")
T = TypeVar("T")

_SAMPLE = 50
"""Transactions that a check of the contract looks at."""


class Phase(StrEnum):
    """How a part of the picture stands; every screen says it in words."""

    LOADING = "loading"
    FAILED = "failed"
    """Nothing was ever read, and the last try failed."""
    STALE = "stale"
    """The last try failed; what is shown is older."""
    FRESH = "fresh"


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


async def _newest(ledger: HasLedger) -> LedgerRows:
    """Read the newest transactions alone; the session has all of them read, page by page."""
    page = await ledger.transactions(TransactionQuery(limit=_SAMPLE))
    return LedgerRows(page.items, page.total, page.balance)


class Section(Generic[T]):
    """One part of an account, read on its own; as an attribute of a Snapshot it is that part's latest value."""

    def __init__(
        self,
        capability: Capability,
        protocol: type[P],
        load: Callable[[P], Awaitable[T]],
        *,
        title: str | None = None,
        each: Callable[[P], Sequence[Callable[[str], Awaitable[object]]]] = lambda _: (),
        live: bool = False,
        paid_for: bool = False,
    ) -> None:
        """Read it with `load` from an account that has `capability` and so keeps to `protocol`.

        `each` names what can be read of one of several by its id, for a check of the contract. What is `live` is read
        again every minute, what is `paid_for` after each payment. The title is the capability's unless one is given.
        """
        self.capability = capability
        self.title = title or capability.value
        self.live = live
        self.paid_for = paid_for
        self._protocol = protocol
        self._load: Callable[[Any], Awaitable[T]] = load
        self._each: Callable[[Any], Sequence[Callable[[str], Awaitable[object]]]] = each

    def load(self, provider: Provider) -> Awaitable[T]:
        """Read it. Raises BillingError."""
        return self._load(having(provider, self._protocol))

    def each(self, provider: Provider) -> Sequence[Callable[[str], Awaitable[object]]]:
        """What can be read of one of several by its id. Raises BillingError, BadId."""
        return self._each(having(provider, self._protocol))

    @overload
    def __get__(self, snapshot: None, owner: object) -> Section[T]: ...
    @overload
    def __get__(self, snapshot: Snapshot, owner: object) -> Resource[T]: ...
    def __get__(self, snapshot: Snapshot | None, owner: object) -> Section[T] | Resource[T]:
        return self if snapshot is None else snapshot.part(self)


class _Known(NamedTuple):
    """What is known of an account; a Snapshot without its names for the parts.

    A named tuple: making the class of a frozen dataclass takes the start four times as long.
    """

    name: SafeText
    provider_title: str
    mode: Mode
    account: AccountRef | None = None
    """None until connected."""
    capabilities: frozenset[Capability] = frozenset()
    connect_error: BillingError | None = None
    """Why there is no connection at all."""
    parts: Mapping[Section[Any], Resource[Any]] = MappingProxyType({})
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


class Snapshot(_Known):
    """Everything a screen may show of one account; each part that is read is declared here and nowhere else."""

    __slots__ = ()

    balance = Section(Capability.BALANCE, HasBalance, lambda it: it.balance(), live=True, paid_for=True)
    lots = Section(Capability.LOTS, HasLots, lambda it: it.lots(), live=True, paid_for=True)
    ledger = Section(Capability.LEDGER, HasLedger, _newest, title="transactions", live=True, paid_for=True)
    plans = Section(Capability.PLANS, HasPlans, lambda it: it.plans())
    subscriptions = Section(
        Capability.SUBSCRIPTIONS,
        HasSubscriptions,
        lambda it: it.subscriptions(),
        each=lambda it: (it.subscription_status,),
        paid_for=True,
    )
    invoices = Section(
        Capability.INVOICES,
        HasInvoices,
        lambda it: it.invoices(),
        each=lambda it: (it.invoice, it.invoice_links),
        paid_for=True,
    )
    orders = Section(Capability.ORDERS, HasOrders, lambda it: it.orders(), each=lambda it: (it.order,), paid_for=True)
    payment_methods = Section(Capability.PAYMENT_METHODS, HasPaymentMethods, lambda it: it.payment_methods())
    profile = Section(Capability.BILLING_PROFILE, HasBillingProfile, lambda it: it.billing_profile())
    admin = Section(Capability.ADMIN, HasAdmin, lambda it: it.admin_books(), title="the shop", paid_for=True)
    session = Section(Capability.SESSION, HasSession, lambda it: it.session(), title="login")

    @classmethod
    def sections(cls) -> tuple[Section[Any], ...]:
        """All parts there are."""
        return tuple(each for each in vars(cls).values() if isinstance(each, Section))

    def part(self, section: Section[T]) -> Resource[T]:
        """What is known of one part."""
        return self.parts[section] if section in self.parts else Resource()

    def with_part(self, section: Section[T], part: Resource[T]) -> Snapshot:
        """The snapshot with another state of one part."""
        return self._replace(parts={**self.parts, section: part})

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
