"""Credits: transactions that add up to every balance, and the daily check-in."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tui.sandbox.clock import iso
from tui.sandbox.errors import ApiError
from tui.sandbox.product_factory.models import AnyTransactionView, CheckInChange, CheckInConfig, TransactionView
from tui.sandbox.world import World, unique

_COLUMNS = "id, user_id, type, amount, description, created_at"
_NEWEST_FIRST = "ORDER BY created_at DESC, number DESC LIMIT ? OFFSET ?"


@dataclass(frozen=True)
class Entry:
    """One transaction; a signed amount of credits."""

    id: str
    user_id: str
    type: str
    amount: int
    description: str
    created_at: int

    def shown(self) -> TransactionView:
        """Return it as its owner sees it."""
        return TransactionView(
            id=self.id,
            type=self.type,
            amount=self.amount,
            description=self.description,
            created_at=iso(self.created_at),
        )

    def whole(self) -> AnyTransactionView:
        """Return it as an admin sees it."""
        return AnyTransactionView(**self.shown().model_dump(), user_id=self.user_id)


def balance(world: World, user_id: str) -> int:
    """Return what somebody has."""
    return world.database.number("SELECT SUM(amount) FROM pf_transactions WHERE user_id = ?", user_id)


def page(world: World, user_id: str | None, limit: int, offset: int) -> list[Entry]:
    """Return a page of somebody's transactions, or of everybody's, newest first."""
    where, values = ("WHERE user_id = ?", (user_id,)) if user_id is not None else ("", ())
    sql = f"SELECT {_COLUMNS} FROM pf_transactions {where} {_NEWEST_FIRST}"
    return world.database.all(Entry, sql, *values, limit, offset)


def book(world: World, user_id: str, kind: str, amount: int, description: str) -> Entry:
    """Add a transaction now."""
    entry = Entry(unique("txn_", 20), user_id, kind, amount, description, world.clock.epoch())
    world.database.run(
        f"INSERT INTO pf_transactions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        *(entry.id, user_id, kind, amount, description, entry.created_at),
    )
    return entry


def adjust(world: World, user_id: str, amount: int, description: str) -> Entry:
    """Give or take credits by hand.

    Raises:
        ApiError: 409, there are not as many to take, or the amount is nothing.

    """
    if amount == 0:
        raise ApiError(409, "NOTHING_TO_ADJUST", "The amount must not be zero.")
    if balance(world, user_id) + amount < 0:
        raise ApiError(409, "INSUFFICIENT_CREDITS", "The balance would fall below zero.")
    return book(world, user_id, "manual", amount, description)


def config(world: World) -> CheckInConfig:
    """Return how the daily check-in is set up."""
    text = world.database.first(str, "SELECT value FROM meta WHERE name = 'product_factory_checkin'")
    return CheckInConfig.model_validate_json(text or "{}")


def configure(world: World, change: CheckInChange) -> CheckInConfig:
    """Change what is given of it."""
    now = config(world).model_dump() | change.model_dump(exclude_none=True)
    world.database.run("UPDATE meta SET value = ? WHERE name = 'product_factory_checkin'", json.dumps(now))
    return config(world)


def check_in(world: World, user_id: str) -> Entry:
    """Give today's credits; the day is that of UTC.

    Raises:
        ApiError: 409, already collected today, or not offered.

    """
    offered = config(world)
    if not offered.enabled:
        raise ApiError(409, "CHECKIN_DISABLED", "Daily check-in is switched off.")
    today = world.clock.now().strftime("%Y-%m-%d")
    with world.database.transaction():
        sql = "INSERT OR IGNORE INTO pf_checkins VALUES (?, ?)"
        if not world.database.run(sql, user_id, today):
            raise ApiError(409, "ALREADY_CHECKED_IN", "You have already checked in today. Come back tomorrow.")
        return book(world, user_id, "checkin", offered.daily_credits, "Daily check-in")
