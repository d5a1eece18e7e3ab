"""`billtop plans`, `subscriptions`, `invoices`, `cards` and `lots`."""

from collections.abc import Sequence
from datetime import datetime

from tui.cli import documents
from tui.cli.connection import on_account
from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import local_day, table
from tui.domain import (
    CardExpiry,
    CreditLots,
    Invoice,
    PaymentMethod,
    PlanCatalog,
    Subscription,
    SystemClock,
    expiry_words,
)
from tui.providers.base import (
    Capability,
    HasInvoices,
    HasLots,
    HasPaymentMethods,
    HasPlans,
    HasSubscriptions,
    Provider,
    having,
)


def run(options: Options, out: Output) -> ExitCode:
    """Print the list the command is named after."""
    work, needed = {
        "plans": (_plans, Capability.PLANS),
        "subscriptions": (_subscriptions, Capability.SUBSCRIPTIONS),
        "invoices": (_invoices, Capability.INVOICES),
        "cards": (_cards, Capability.PAYMENT_METHODS),
        "lots": (_lots, Capability.LOTS),
    }[options.command or ""]

    async def listed(provider: Provider) -> ExitCode:
        await work(provider, out)
        return ExitCode.DONE

    return on_account(options, listed, needed)


async def _plans(provider: Provider, out: Output) -> None:
    catalog = await having(provider, HasPlans).plans()
    out.result(documents.plans(catalog), plan_lines(catalog))


async def _subscriptions(provider: Provider, out: Output) -> None:
    items = await having(provider, HasSubscriptions).subscriptions()
    out.result({"items": [documents.subscription(each) for each in items]}, subscription_lines(items))


async def _invoices(provider: Provider, out: Output) -> None:
    items = await having(provider, HasInvoices).invoices()
    out.result({"items": [documents.invoice(each) for each in items]}, invoice_lines(items))


async def _cards(provider: Provider, out: Output) -> None:
    items = await having(provider, HasPaymentMethods).payment_methods()
    out.result({"items": [documents.card(each) for each in items]}, card_lines(items, SystemClock().now()))


async def _lots(provider: Provider, out: Output) -> None:
    held = await having(provider, HasLots).lots()
    items = [documents.lot(each) for each in held.items]
    out.result({"items": items, "usable": held.usable}, lot_lines(held, SystemClock().now()))


def plan_lines(catalog: PlanCatalog) -> list[str]:
    """Plans as a table, the smallest top-up below."""
    sorted_in = any(plan.category for plan in catalog.items)
    rows = [
        [
            plan.id,
            plan.name,
            *([plan.category] if sorted_in else []),
            ", ".join(f"{price.amount} {price.period}" for price in plan.prices),
        ]
        for plan in catalog.items
    ]
    heads = ["Id", "Plan", *(["Category"] if sorted_in else []), "Price"]
    lines = table(heads, rows, right=frozenset({len(heads) - 1})) if rows else ["No plans on offer."]
    if catalog.minimum_top_up is not None:
        lines += ["", f"Smallest top-up: {catalog.minimum_top_up}"]
    return lines


def subscription_lines(items: Sequence[Subscription]) -> list[str]:
    """Subscriptions as a table."""
    if not items:
        return ["No subscriptions."]
    rows = [(each.key, each.plan_name, each.status.label, local_day(each.period_end)) for each in items]
    return table(("Subscription", "Plan", "Status", "Period ends"), rows)


def invoice_lines(items: Sequence[Invoice]) -> list[str]:
    """Invoices as a table."""
    if not items:
        return ["No invoices yet."]
    rows = [(each.id, each.number, local_day(each.at), each.status.label, str(each.amount)) for each in items]
    return table(("Id", "Number", "Date", "Status", "Amount"), rows, right=frozenset({4}))


def card_lines(items: Sequence[PaymentMethod], now: datetime) -> list[str]:
    """Cards as a table; how one stands is told in words when it matters."""
    if not items:
        return ["No cards on file."]
    rows = []
    for each in items:
        expiry = each.expiry(now)
        words = ["default"] if each.is_default else []
        words += [] if expiry is CardExpiry.VALID else [expiry.value]
        rows.append((each.id, each.brand, f"···· {each.last4}", each.expires, ", ".join(words)))
    return table(("Id", "Card", "Number", "Expires", ""), rows)


def lot_lines(held: CreditLots, now: datetime) -> list[str]:
    """Lots as a table, the one that expires first on top; below it whether they may be spent."""
    lines = ["No credits: no lot is open."]
    if held.items:
        rows = [
            (
                each.kind,
                each.remaining.digits,
                each.allocated.digits,
                local_day(each.expires_at),
                expiry_words(each.expires_at, now),
            )
            for each in held.by_expiry
        ]
        lines = table(("Lot", "Left", "Of", "Expires", ""), rows, right=frozenset({1, 2}))
    if held.usable is False:
        lines += ["", "The provider does not let these credits be used now."]
    return lines
