"""Olostep's credits: lots that appear when they are issued, are spent soonest expiry first, and vanish on expiry."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.world import World, unique

LIFETIME = 365 * 86_400
PRICES = {10_000: 1_000, 20_000: 1_900, 80_000: 7_200, 100_000: 8_500}
"""Cents charged for each size."""
_LAST_ATTEMPT = "olostep_last_attempt"


@dataclass(frozen=True)
class Lot:
    """A batch of credits; times in Unix seconds."""

    id: int
    kind: str
    allocated: int
    remaining: int
    expires_at: int
    issued_at: int


def listing(world: World) -> list[Lot]:
    """Return the lots that were issued and have not expired, soonest expiry first."""
    now = world.clock.epoch()
    sql = "SELECT * FROM olostep_lots WHERE issued_at <= ? AND expires_at > ? ORDER BY expires_at, id"
    return world.database.all(Lot, sql, now, now)


def total(world: World) -> int:
    """Return what is left over all lots."""
    return sum(lot.remaining for lot in listing(world))


def use(world: World, units: int) -> None:
    """Spend credits; more than there are spends them all."""
    with world.database.transaction():
        for lot in listing(world):
            spent = min(units, lot.remaining)
            units -= spent
            world.database.run("UPDATE olostep_lots SET remaining = remaining - ? WHERE id = ?", spent, lot.id)


def wait(world: World) -> int:
    """Return the seconds until another attempt is taken, 0 when one is."""
    sql = "SELECT value FROM meta WHERE name = ?"
    since = world.clock.epoch() - world.database.number(sql, _LAST_ATTEMPT)
    cooldown = world.settings.topup_cooldown_seconds
    return cooldown - since if 0 <= since < cooldown else 0


def begin_attempt(world: World) -> None:
    """Count an attempt: the next one has to wait."""
    world.database.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", _LAST_ATTEMPT, str(world.clock.epoch()))


def buy(world: World, size: int, path: str, delay: int) -> str:
    """Charge the team's card for a lot that is issued `delay` seconds from now; return the payment intent's id."""
    now, intent = world.clock.epoch(), unique("pi_3")
    with world.database.transaction():
        world.database.run(
            "INSERT INTO charges (amount, unit, path, idempotency_key, time, payment_intent_id, payment_method_id)"
            " VALUES (?, 'USD', ?, NULL, ?, ?, NULL)",
            *(PRICES[size], path, now, intent),
        )
        world.database.run(
            "INSERT INTO olostep_lots (kind, allocated, remaining, expires_at, issued_at)"
            " VALUES ('Top-up', ?, ?, ?, ?)",
            *(size, size, now + delay + LIFETIME, now + delay),
        )
    return intent
