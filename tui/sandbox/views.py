"""State turned into wire models: the one place where cents become dollars and seconds become text."""

from __future__ import annotations

from tui.sandbox import subscriptions, wallet
from tui.sandbox.cards import Card
from tui.sandbox.clock import iso
from tui.sandbox.invoices import Invoice
from tui.sandbox.models.billing import CardRow, InvoiceRow, WalletSummary
from tui.sandbox.models.subscriptions import GroupedSubscriptions, SubscriptionRow
from tui.sandbox.models.wallet import TransactionRow
from tui.sandbox.subscriptions import Subscription
from tui.sandbox.wire import dollars
from tui.sandbox.world import World


def wallet_summary(world: World) -> WalletSummary:
    """Return the wallet's totals."""
    now = wallet.read(world)
    return WalletSummary(
        balance=dollars(now.balance), total_credited=dollars(now.credited), amount_used=dollars(now.used)
    )


def card_row(card: Card) -> CardRow:
    """Return a payment method."""
    return CardRow(
        id=card.id,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        is_default=bool(card.is_default),
    )


def transaction_row(row: wallet.Row) -> TransactionRow:
    """Return a row of the ledger."""
    return TransactionRow(
        id=row.id,
        source=row.source,
        transaction_id=row.transaction_id,
        type=row.type,
        amount=dollars(row.amount),
        status=row.status,
        usecase=row.usecase,
        created_at=iso(row.created_at),
    )


def invoice_row(invoice: Invoice) -> InvoiceRow:
    """Return an invoice as the list shows it."""
    return InvoiceRow(
        id=invoice.id,
        number=invoice.number,
        amount=dollars(invoice.amount),
        currency="usd",
        status=invoice.status,
        created_at=iso(invoice.created_at),
    )


def subscription_row(one: Subscription) -> SubscriptionRow:
    """Return a subscription with what it is subscribed to."""
    plan = one.plan
    return SubscriptionRow(
        id=one.id,
        plan_id=plan.id,
        plan_name=plan.name,
        category=one.category,
        feature=plan.category,
        status=one.status,
        price=dollars(plan.price),
        currency="USD",
        period=plan.period,
        stripe_subscription_id=one.stripe_id,
        current_period_start=iso(one.period_start),
        current_period_end=iso(one.period_end),
        next_billing_date=iso(one.period_end) if one.status == "active" else None,
        created_at=iso(one.created_at),
    )


def grouped(world: World) -> GroupedSubscriptions:
    """Return all subscriptions in the documented groups."""
    rows = [subscription_row(one) for one in subscriptions.listing(world)]
    return GroupedSubscriptions(
        addon=[row for row in rows if row.category == "addon"],
        enterprise=[row for row in rows if row.category == "enterprise"],
        normal=[row for row in rows if row.category == "normal"],
    )
