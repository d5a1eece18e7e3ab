"""How each part of the picture of an account is read; the ledger, which comes in pages, belongs to the session."""

from collections.abc import Awaitable, Callable

from tui.account.state import Section
from tui.providers.base import (
    HasAdmin,
    HasBalance,
    HasBillingProfile,
    HasInvoices,
    HasLots,
    HasOrders,
    HasPaymentMethods,
    HasPlans,
    HasSession,
    HasSubscriptions,
    Provider,
    having,
)

READERS: dict[Section, Callable[[Provider], Awaitable[object]]] = {
    Section.BALANCE: lambda provider: having(provider, HasBalance).balance(),
    Section.LOTS: lambda provider: having(provider, HasLots).lots(),
    Section.PLANS: lambda provider: having(provider, HasPlans).plans(),
    Section.SUBSCRIPTIONS: lambda provider: having(provider, HasSubscriptions).subscriptions(),
    Section.INVOICES: lambda provider: having(provider, HasInvoices).invoices(),
    Section.ORDERS: lambda provider: having(provider, HasOrders).orders(),
    Section.PAYMENT_METHODS: lambda provider: having(provider, HasPaymentMethods).payment_methods(),
    Section.ADMIN: lambda provider: having(provider, HasAdmin).admin_books(),
    Section.PROFILE: lambda provider: having(provider, HasBillingProfile).billing_profile(),
    Section.SESSION: lambda provider: having(provider, HasSession).session(),
}
"""What is called for a part; the account must have the capability that `SECTIONS` names. Each raises BillingError."""
