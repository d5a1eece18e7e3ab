"""The rest of the invented account: cards, subscriptions with ids that collide, invoices, billing profile."""

from __future__ import annotations

import json
import random
import string
from datetime import datetime, timedelta

from tui.sandbox.database import Database

EMAIL = "ada@lovelace-studio.example"
PASSWORD = "sandbox"
NAME = "Ada King"
COMPANY = "Lovelace Studio Ltd"

PROFILE = {
    "name": COMPANY,
    "email": "billing@lovelace-studio.example",
    "tax_id": "GB123456789",
    "tax_id_type": "gb_vat",
    "address_line1": "12 St James's Square",
    "address_line2": "",
    "address_city": "London",
    "address_state": "",
    "address_postal_code": "SW1Y 4JH",
    "address_country": "GB",
}


def month_start(at: datetime, months: int = 0) -> datetime:
    """Return the first midnight of the month `months` away from the one `at` lies in."""
    index = at.year * 12 + at.month - 1 + months
    return at.replace(year=index // 12, month=index % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


def fill_account(database: Database, rng: random.Random, midnight: datetime) -> None:
    """Write everything but the ledger; `midnight` begins the day on which the account is looked at."""
    _cards(database, rng, midnight)
    _subscriptions(database, rng, midnight)
    _invoices(database, rng, midnight)
    for name, value in (("profile", PROFILE), ("auto_funding", {})):
        database.run("INSERT INTO meta VALUES (?, ?)", name, json.dumps(value))


def _token(rng: random.Random, prefix: str) -> str:
    return prefix + "".join(rng.choices(string.ascii_letters + string.digits, k=24))


def _cards(database: Database, rng: random.Random, midnight: datetime) -> None:
    following = month_start(midnight, 1)
    rows = (
        ("visa", "4242", 12, midnight.year + 1, 1, 540),
        ("amex", "0005", following.month, following.year, 0, 410),
        ("mastercard", "4444", 8, midnight.year + 2, 0, 95),
    )
    for brand, last4, month, year, default, age in rows:
        created = int((midnight - timedelta(days=age)).timestamp())
        database.run(
            "INSERT INTO cards VALUES (?, ?, ?, ?, ?, 'ok', 1, ?, ?)",
            *(_token(rng, "pm_1"), brand, last4, month, year, default, created),
        )


def _subscriptions(database: Database, rng: random.Random, midnight: datetime) -> None:
    start, end = month_start(midnight), month_start(midnight, 1)
    week = timedelta(days=6)
    rows = (
        ("enterprise", 45, 10, "active", start, end, 540),
        ("addon", 45, 31, "past_due", midnight - week, midnight + timedelta(days=24), 370),
        ("normal", 12, 3, "paused", start, end, 200),
    )
    for category, number, plan, status, begins, ends, age in rows:
        times = (begins, ends, midnight - timedelta(days=age))
        begin, finish, created = (int(time.timestamp()) for time in times)
        database.run(
            "INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
            *(category, number, plan, status, _token(rng, "sub_1"), begin, finish, created),
        )


def _invoices(database: Database, rng: random.Random, midnight: datetime) -> None:
    """Write 18: one paid a month, and the open one of the add-on whose payment failed."""
    prefix = "".join(rng.choices(string.ascii_uppercase + string.digits, k=8))
    for back in range(17):
        start, end = month_start(midnight, -back), month_start(midnight, 1 - back)
        lines = [["Basic Enterprise, monthly", 24_900]]
        if back in range(1, 7):
            lines.append(["Imagen Premium, monthly", 4_700])
        if back in range(1, 13):
            lines.append(["Voice add-on, monthly", 1_900])
        _invoice(database, rng, f"{prefix}-{17 - back:04}", "paid", lines, start, start, end)
    opened = midnight - timedelta(days=6)
    end = opened + timedelta(days=30)
    _invoice(database, rng, f"{prefix}-0018", "open", [["Voice add-on, monthly", 1_900]], opened, opened, end)


def _invoice(
    database: Database,
    rng: random.Random,
    number: str,
    status: str,
    lines: list[list[str | int]] | list[list[object]],
    *times: datetime,
) -> None:
    created, start, end = (int(time.timestamp()) for time in times)
    amount = sum(int(str(line[1])) for line in lines)
    subscription = "addon:45" if status == "open" else None
    database.run(
        "INSERT INTO invoices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(_token(rng, "in_1"), number, status, amount, created, start, end, subscription, json.dumps(lines)),
    )
