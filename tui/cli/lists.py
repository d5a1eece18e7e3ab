"""`billtop plans`, `subscriptions`, `invoices`, `orders`, `cards` and `lots`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from tui.account.state import Section, Snapshot
from tui.cli import documents
from tui.cli.connection import on_account
from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import local_day, table
from tui.domain import CardExpiry, CreditLots, PaymentMethod, PlanCatalog, SystemClock, expiry_words
from tui.providers.base import Provider


@dataclass(frozen=True, slots=True)
class ItemTable:
    """How items of one kind are listed for people; `row` is given an item and the time now."""

    headings: tuple[str, ...]
    row: Callable[[Any, datetime], Sequence[str]]
    empty: str
    right: frozenset[int] = frozenset()

    def lines(self, items: Sequence[Any], now: datetime) -> list[str]:
        """The items as a table."""
        return table(self.headings, [self.row(each, now) for each in items], self.right) if items else [self.empty]


SUBSCRIPTIONS = ItemTable(
    ("Subscription", "Plan", "Status", "Period ends"),
    lambda each, now: (each.key, each.plan_name, each.status.label, local_day(each.period_end)),
    "No subscriptions.",
)
INVOICES = ItemTable(
    ("Id", "Number", "Date", "Status", "Amount"),
    lambda each, now: (each.id, each.number, local_day(each.at), each.status.label, str(each.amount)),
    "No invoices yet.",
    right=frozenset({4}),
)
ORDERS = ItemTable(
    ("Id", "Date", "For", "Plan", "Status", "Amount"),
    lambda each, now: (
        each.id,
        local_day(each.at),
        each.kind.label,
        each.plan_id or "–",
        each.status.label,
        str(each.amount or "–"),
    ),
    "No orders yet.",
    right=frozenset({5}),
)


def _card(each: PaymentMethod, now: datetime) -> Sequence[str]:
    """One row of the cards, with a warning when the card has expired or soon will."""
    expiry = each.expiry(now)
    words = ["default"] if each.is_default else []
    words += [] if expiry is CardExpiry.VALID else [expiry.value]
    return each.id, each.brand, f"···· {each.last4}", each.expires, ", ".join(words)


CARDS = ItemTable(("Id", "Card", "Number", "Expires", ""), _card, "No cards on file.")
LOTS = ItemTable(
    ("Lot", "Left", "Of", "Expires", ""),
    lambda each, now: (
        each.kind,
        each.remaining.digits,
        each.allocated.digits,
        local_day(each.expires_at),
        expiry_words(each.expires_at, now),
    ),
    "No credits: no lot is open.",
    right=frozenset({1, 2}),
)


def run(options: Options, out: Output) -> ExitCode:
    """Print the list the command is named after."""
    section, document, lines = _LISTS[options.command or ""]

    async def listed(provider: Provider) -> ExitCode:
        found = await section.load(provider)
        out.result(document(found), lines(found, SystemClock().now()))
        return ExitCode.DONE

    return on_account(options, listed, section.capability)


def _plan_lines(catalog: PlanCatalog, now: datetime) -> list[str]:
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


def lot_lines(held: CreditLots, now: datetime) -> list[str]:
    """Lots as a table, the one that expires first on top; below it whether they may be spent."""
    lines = LOTS.lines(held.by_expiry, now)
    if held.usable is False:
        lines += ["", "The provider does not let these credits be used now."]
    return lines


_LISTS: dict[str, tuple[Section[Any], Callable[[Any], documents.Document], Callable[[Any, datetime], list[str]]]] = {
    "plans": (Snapshot.plans, documents.plans, _plan_lines),
    "subscriptions": (
        Snapshot.subscriptions,
        partial(documents.items, document=documents.subscription),
        SUBSCRIPTIONS.lines,
    ),
    "invoices": (Snapshot.invoices, partial(documents.items, document=documents.invoice), INVOICES.lines),
    "orders": (Snapshot.orders, partial(documents.items, document=documents.order), ORDERS.lines),
    "cards": (Snapshot.payment_methods, partial(documents.items, document=documents.card), CARDS.lines),
    "lots": (Snapshot.lots, documents.lots, lot_lines),
}
"""What is read for each command, and how it is written as a document and for people."""
