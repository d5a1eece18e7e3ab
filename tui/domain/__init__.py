"""The provider-neutral vocabulary of billing: frozen, pure, no input or output."""

from tui.domain.account import AccountRef, Mode
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
from tui.domain.clock import Clock, SystemClock, iso_z, parse_iso
from tui.domain.ids import BadId, checked_id
from tui.domain.intents import AnswerKind, Intent, IntentState, MoneyAnswer, MoneyCall
from tui.domain.invoices import Invoice, InvoiceLine, InvoiceLinks, InvoiceStatus
from tui.domain.lots import TOP_UP, CreditLots, Lot, LotKind, expiry_words
from tui.domain.money import CREDITS, UNTOLD, Money, UnitMismatch, parse_amount, zero
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
from tui.domain.text import OpenEnum, SafeText, clean
from tui.domain.wallet import CREDIT, DEBIT, Balance, Direction, Transaction, TransactionPage, TransactionStatus

__all__ = [
    "CREDIT",
    "CREDITS",
    "DEBIT",
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
    "CardExpiry",
    "CheckIn",
    "CheckInTerms",
    "CheckoutSession",
    "CheckoutState",
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
    "Subscription",
    "SubscriptionReport",
    "SubscriptionState",
    "SystemClock",
    "Transaction",
    "TransactionPage",
    "TransactionStatus",
    "UnitMismatch",
    "checked_id",
    "clean",
    "expiry_words",
    "iso_z",
    "parse_amount",
    "parse_iso",
    "zero",
]
