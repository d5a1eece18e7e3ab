"""The invented Olostep team: a lot of each kind, one of them about to expire."""

from __future__ import annotations

from datetime import datetime, timedelta

from tui.sandbox.database import Database
from tui.sandbox.seed.account import month_start

PLAN_CREDITS = 10_000


def fill_olostep(database: Database, midnight: datetime) -> None:
    """Write the lots; `midnight` begins the day on which the team is looked at."""
    rows = (
        ("Top-up", 20_000, 4_000, midnight + timedelta(days=12, hours=18)),
        ("Subscription", PLAN_CREDITS, 8_500, month_start(midnight, 1)),
        ("Manual", 5_000, 5_000, midnight + timedelta(days=200)),
        ("Setup", 1_000, 250, midnight + timedelta(days=41)),
        ("Pending", 2_000, 0, midnight + timedelta(days=364)),
        ("Top-up", 10_000, 730, midnight - timedelta(days=3)),
    )
    for kind, allocated, remaining, expires in rows:
        issued = int((midnight - timedelta(days=90)).timestamp())
        database.run(
            "INSERT INTO olostep_lots (kind, allocated, remaining, expires_at, issued_at) VALUES (?, ?, ?, ?, ?)",
            *(kind, allocated, remaining, int(expires.timestamp()), issued),
        )
