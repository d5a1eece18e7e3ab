"""Invoices: what was billed for subscriptions, line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tui.sandbox.world import World, unique


@dataclass(frozen=True)
class Invoice:
    """One invoice; amount in cents; `subscription` is `category:id` where it bills a single one."""

    id: str
    number: str
    status: str
    amount: int
    created_at: int
    period_start: int
    period_end: int
    subscription: str | None
    lines: str

    def items(self) -> list[tuple[str, int]]:
        """Return description and cents of every line."""
        return [(str(text), int(cents)) for text, cents in json.loads(self.lines)]


def listing(world: World) -> list[Invoice]:
    """Return all invoices, newest first."""
    return world.database.all(Invoice, "SELECT * FROM invoices ORDER BY created_at DESC, number DESC")


def find(world: World, invoice_id: str) -> Invoice | None:
    """Return an invoice by its id."""
    return world.database.first(Invoice, "SELECT * FROM invoices WHERE id = ?", invoice_id)


def bill(world: World, description: str, amount: int, period: tuple[int, int]) -> None:
    """Add a paid invoice of one line."""
    newest = world.database.first(str, "SELECT number FROM invoices ORDER BY number DESC LIMIT 1") or "SANDBOX0-0000"
    prefix, _, count = newest.rpartition("-")
    world.database.run(
        "INSERT INTO invoices VALUES (?, ?, 'paid', ?, ?, ?, ?, NULL, ?)",
        *(unique("in_1"), f"{prefix}-{int(count) + 1:04}", amount, world.clock.epoch(), *period),
        json.dumps([[description, amount]]),
    )


def open_for(world: World, subscription: str) -> Invoice | None:
    """Return the oldest unpaid invoice of a subscription."""
    sql = "SELECT * FROM invoices WHERE subscription = ? AND status = 'open' ORDER BY created_at"
    return world.database.first(Invoice, sql, subscription)


def mark_paid(world: World, invoice: Invoice) -> None:
    """Note that an invoice has been paid."""
    world.database.run("UPDATE invoices SET status = 'paid' WHERE id = ?", invoice.id)
