"""The invented account: reproducible from a seed and the day on the sandbox's clock."""

from __future__ import annotations

import random
from datetime import datetime

from tui.sandbox.database import Database
from tui.sandbox.schema import INDEXES
from tui.sandbox.seed.account import fill_account
from tui.sandbox.seed.ledger import fill_ledger
from tui.sandbox.seed.olostep import fill_olostep

__all__ = ["fill"]


def fill(database: Database, rng: random.Random, now: datetime, rows: int) -> None:
    """Write the account into empty tables. History ends at the last midnight (UTC), so a day always looks the same."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    fill_account(database, rng, midnight)
    fill_olostep(database, midnight)
    fill_ledger(database, rng, int(midnight.timestamp()), rows)
    for statement in filter(str.strip, INDEXES.split(";")):
        database.run(statement)
