"""The provider-neutral vocabulary of billing: frozen, pure, no input or output.

Each module is imported when one of its names is first asked for: the first paint needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.domain.account import *
    from tui.domain.administration import *
    from tui.domain.check_in import *
    from tui.domain.claims import *
    from tui.domain.clock import *
    from tui.domain.ids import *
    from tui.domain.intents import *
    from tui.domain.invoices import *
    from tui.domain.lots import *
    from tui.domain.money import *
    from tui.domain.orders import *
    from tui.domain.overview import *
    from tui.domain.payment_methods import *
    from tui.domain.payments import *
    from tui.domain.plans import *
    from tui.domain.session import *
    from tui.domain.subscriptions import *
    from tui.domain.text import *
    from tui.domain.wallet import *
else:
    _NAMES = {
        "account": "AccountRef Mode",
        "administration": "Adjustment AdminBooks AdminPlan CheckInTerms Coupon CouponTerms OwnedTransaction PlanTerms",
        "check_in": "CheckIn",
        "claims": "Claims Subject Word",
        "clock": "EARLIEST LATEST Clock SystemClock checked_time iso_z parse_iso",
        "ids": "BadId checked_id",
        "intents": "AnswerKind CallKind Intent IntentState MoneyAnswer MoneyCall",
        "invoices": "Invoice InvoiceLine InvoiceLinks InvoiceStatus",
        "lots": "TOP_UP CreditLots Lot LotKind expiry_words",
        "money": "CREDITS UNTOLD Money UnitMismatch parse_amount zero",
        "orders": "Order OrderKind OrderStatus",
        "overview": "Overview",
        "payment_methods": "AutoRecharge BillingProfile CardExpiry CouponOffer PaymentMethod ProfileChange",
        "payments": "CheckoutSession CheckoutState ConfirmAnswer ConfirmKind LinkRequest PaymentLink PaymentReport"
        " PaymentState Purpose",
        "plans": "PayAsYouGo Plan PlanCatalog Price",
        "session": "LoginSession",
        "subscriptions": "Subscription SubscriptionReport SubscriptionState",
        "text": "OpenEnum SafeText clean",
        "wallet": "CREDIT DEBIT Balance Direction Transaction TransactionPage TransactionStatus",
    }
    """What each module gives."""
    _MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}

    def __getattr__(name: str) -> object:
        """Import what is asked for the first time."""
        module = _MODULE_OF.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
        return value
