"""The wallet: what was credited, what was used, and rows of the ledger that always add up to both."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.world import World


@dataclass(frozen=True)
class Wallet:
    """Totals in cents over all successful rows."""

    credited: int
    used: int

    @property
    def balance(self) -> int:
        """Return credited minus used, in cents."""
        return self.credited - self.used


@dataclass(frozen=True)
class Row:
    """One row of the ledger; amount in cents, always positive, its direction in `type`."""

    id: int
    source: str
    transaction_id: str | None
    type: str
    amount: int
    status: str
    usecase: str
    created_at: int


def read(world: World) -> Wallet:
    """Return the totals."""
    return world.database.first(Wallet, "SELECT credited, used FROM wallet") or Wallet(0, 0)


def write(
    world: World, kind: str, amount: int, usecase: str, source: str, reference: str | None, status: str = "success"
) -> int:
    """Add a row at the clock's time and return its id; only a successful one moves the totals."""
    with world.database.transaction():
        row = world.database.insert(
            "INSERT INTO transactions (source, transaction_id, type, amount, status, usecase, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(source, reference, kind, amount, status, usecase, world.clock.epoch()),
        )
        if status == "success":
            _move(world, kind, amount)
    return row


def credit(world: World, amount: int, usecase: str, source: str, reference: str | None) -> None:
    """Add `amount` cents to the wallet."""
    write(world, "credit", amount, usecase, source, reference)


def settle(world: World, row_id: int, status: str) -> bool:
    """Change a row's status and move the totals with it; False when there is no such row."""
    row = world.database.first(Row, "SELECT * FROM transactions WHERE id = ?", row_id)
    if row is None:
        return False
    with world.database.transaction():
        world.database.run("UPDATE transactions SET status = ? WHERE id = ?", status, row_id)
        _move(world, row.type, row.amount * ((status == "success") - (row.status == "success")))
    return True


def _move(world: World, kind: str, amount: int) -> None:
    column = "credited" if kind == "credit" else "used"
    world.database.run(f"UPDATE wallet SET {column} = {column} + ?", amount)  # one of two constants


def page(world: World, kind: str | None, limit: int, offset: int) -> tuple[list[Row], int]:
    """Return a page of rows, newest first, and how many there are in all."""
    where, values = ("WHERE type = ?", (kind,)) if kind else ("", ())
    rows = world.database.all(
        Row, f"SELECT * FROM transactions {where} ORDER BY id DESC LIMIT ? OFFSET ?", *values, limit, offset
    )
    return rows, world.database.number(f"SELECT COUNT(*) FROM transactions {where}", *values)
