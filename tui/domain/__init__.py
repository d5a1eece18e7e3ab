"""The provider-neutral vocabulary of billing: frozen, pure, no input or output.

What the first paint does not need is imported when it is first asked for: classes are made at some cost.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from tui.domain.account import AccountRef, Mode
from tui.domain.clock import EARLIEST, LATEST, Clock, SystemClock, checked_time, iso_z, parse_iso
from tui.domain.ids import BadId, checked_id
from tui.domain.money import CREDITS, UNTOLD, Money, UnitMismatch, parse_amount, zero
from tui.domain.text import OpenEnum, SafeText, clean
from tui.domain.wallet import CREDIT, DEBIT, Balance, Direction, Transaction, TransactionPage, TransactionStatus

if TYPE_CHECKING:
    from tui.domain.administration import (
        Adjustment,
        AdminBooks,
        AdminPlan,
        CheckInTerms,
        Coupon,
        CouponTerms,
        OwnedTransaction,
        PlanTerms,
    )
    from tui.domain.check_in import CheckIn
    from tui.domain.claims import Claims, Subject, Word
    from tui.domain.intents import AnswerKind, CallKind, Intent, IntentState, MoneyAnswer, MoneyCall
    from tui.domain.invoices import Invoice, InvoiceLine, InvoiceLinks, InvoiceStatus
    from tui.domain.lots import TOP_UP, CreditLots, Lot, LotKind, expiry_words
    from tui.domain.orders import Order, OrderKind, OrderStatus
    from tui.domain.overview import Overview
    from tui.domain.payment_methods import (
        AutoRecharge,
        BillingProfile,
        CardExpiry,
        CouponOffer,
        PaymentMethod,
        ProfileChange,
    )
    from tui.domain.payments import (
        CheckoutSession,
        CheckoutState,
        ConfirmAnswer,
        ConfirmKind,
        LinkRequest,
        PaymentLink,
        PaymentReport,
        PaymentState,
        Purpose,
    )
    from tui.domain.plans import PayAsYouGo, Plan, PlanCatalog, Price
    from tui.domain.session import LoginSession
    from tui.domain.subscriptions import Subscription, SubscriptionReport, SubscriptionState
else:
    _LATER = {
        "administration": (
            "Adjustment",
            "AdminBooks",
            "AdminPlan",
            "CheckInTerms",
            "Coupon",
            "CouponTerms",
            "OwnedTransaction",
            "PlanTerms",
        ),
        "check_in": ("CheckIn",),
        "claims": ("Claims", "Subject", "Word"),
        "intents": ("AnswerKind", "CallKind", "Intent", "IntentState", "MoneyAnswer", "MoneyCall"),
        "invoices": ("Invoice", "InvoiceLine", "InvoiceLinks", "InvoiceStatus"),
        "lots": ("TOP_UP", "CreditLots", "Lot", "LotKind", "expiry_words"),
        "orders": ("Order", "OrderKind", "OrderStatus"),
        "overview": ("Overview",),
        "payment_methods": (
            "AutoRecharge",
            "BillingProfile",
            "CardExpiry",
            "CouponOffer",
            "PaymentMethod",
            "ProfileChange",
        ),
        "payments": (
            "CheckoutSession",
            "CheckoutState",
            "ConfirmAnswer",
            "ConfirmKind",
            "LinkRequest",
            "PaymentLink",
            "PaymentReport",
            "PaymentState",
            "Purpose",
        ),
        "plans": ("PayAsYouGo", "Plan", "PlanCatalog", "Price"),
        "session": ("LoginSession",),
        "subscriptions": ("Subscription", "SubscriptionReport", "SubscriptionState"),
    }
    _MODULE_OF = {name: module for module, names in _LATER.items() for name in names}

    def __getattr__(name: str) -> object:
        """Import what is asked for the first time."""
        module = _MODULE_OF.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
        return value


__all__ = [
    "CREDIT",
    "CREDITS",
    "DEBIT",
    "EARLIEST",
    "LATEST",
    "TOP_UP",
    "UNTOLD",
    "AccountRef",
    "Adjustment",
    "AdminBooks",
    "AdminPlan",
    "AnswerKind",
    "AutoRecharge",
    "BadId",
    "Balance",
    "BillingProfile",
    "CallKind",
    "CardExpiry",
    "CheckIn",
    "CheckInTerms",
    "CheckoutSession",
    "CheckoutState",
    "Claims",
    "Clock",
    "ConfirmAnswer",
    "ConfirmKind",
    "Coupon",
    "CouponOffer",
    "CouponTerms",
    "CreditLots",
    "Direction",
    "Intent",
    "IntentState",
    "Invoice",
    "InvoiceLine",
    "InvoiceLinks",
    "InvoiceStatus",
    "LinkRequest",
    "LoginSession",
    "Lot",
    "LotKind",
    "Mode",
    "Money",
    "MoneyAnswer",
    "MoneyCall",
    "OpenEnum",
    "Order",
    "OrderKind",
    "OrderStatus",
    "Overview",
    "OwnedTransaction",
    "PayAsYouGo",
    "PaymentLink",
    "PaymentMethod",
    "PaymentReport",
    "PaymentState",
    "Plan",
    "PlanCatalog",
    "PlanTerms",
    "Price",
    "ProfileChange",
    "Purpose",
    "SafeText",
    "Subject",
    "Subscription",
    "SubscriptionReport",
    "SubscriptionState",
    "SystemClock",
    "Transaction",
    "TransactionPage",
    "TransactionStatus",
    "UnitMismatch",
    "Word",
    "checked_id",
    "checked_time",
    "clean",
    "expiry_words",
    "iso_z",
    "parse_amount",
    "parse_iso",
    "zero",
]
