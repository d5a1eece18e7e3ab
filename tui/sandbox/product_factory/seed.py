"""An invented workspace: its people, half a year of credits that add up, the orders behind them, plans, coupons."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from tui.sandbox.database import Database, Value

USER, ADMIN, COLLEAGUE, BANNED = "user_ada", "user_grace", "user_linus", "user_mallory"
PASSWORD = "sandbox"
PEOPLE = (
    (USER, "ada@lovelace-studio.example", "Ada King", "user", 0),
    (ADMIN, "grace@lovelace-studio.example", "Grace Hopper", "admin", 0),
    (COLLEAGUE, "linus@lovelace-studio.example", "Linus Pauling", "user", 0),
    (BANNED, "mallory@lovelace-studio.example", "Mallory Quick", "user", 1),
)
DAYS = 180
CHECK_IN = 20
WELCOME = 500

# id, name, description, cents a month, cents a year, credits, features, Stripe prices, Creem product, active
PLANS = (
    ("plan_starter", "Starter", "For trying things out", 499, 4990, 4000, ("AI chat", "Email support"), True, True, 1),
    (
        *("plan_pro", "Pro", "For growing teams", 999, 9990, 10_000),
        *(("Unlimited AI chat", "Priority support"), True, True, 1),
    ),
    (
        *("plan_team", "Team", "For a whole studio", 2999, 29_990, 40_000),
        *(("Unlimited AI chat", "10 seats", "Shared credits", "Usage reports"), True, False, 1),
    ),
    ("plan_legacy", "Founder", "No longer sold", 299, 2990, 2500, ("AI chat",), True, False, 0),
)
COUPONS = (
    ("coupon_welcome", "WELCOME20", "percent", 20, 500, 137, 30),
    ("coupon_spring", "SPRING5", "amount", 500, None, 42, -40),
)
USES = (
    ("AI chat completion (gpt-4)", 20, 90),
    ("AI chat completion (gpt-4-mini)", 1, 12),
    ("Ticket summary", 5, 15),
    ("Image generation", 40, 160),
    ("Article draft", 30, 120),
)

Rows = list[tuple[str, str, int, str, int]]  # user, type, amount, description, time


@dataclass(frozen=True)
class Customer:
    """Somebody with a subscription: plan, its name, cents and credits a month, through which provider."""

    user: str
    plan: str
    name: str
    cents: int
    credits: int
    channel: str


CUSTOMERS = (
    Customer(USER, "plan_pro", "Pro", 999, 10_000, "stripe"),
    Customer(ADMIN, "plan_starter", "Starter", 499, 4000, "creem"),
)


class _Sheet:
    """Rows by the statement that writes them."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Value, ...]]] = {}

    def run(self, sql: str, *values: Value) -> None:
        """Add a row."""
        self.rows.setdefault(sql, []).append(values)


def fill(database: Database, seed: int, now: datetime) -> None:
    """Write the workspace into empty tables; its history ends at the last midnight (UTC)."""
    for sql, rows in _invented(seed, now.replace(hour=0, minute=0, second=0, microsecond=0)).rows.items():
        database.many(sql, rows)


@lru_cache(maxsize=2)
def _invented(seed: int, midnight: datetime) -> _Sheet:
    """Invent the workspace; kept, because tests return to it before each of them."""
    rng, sheet = random.Random(seed), _Sheet()
    begun = int((midnight - timedelta(days=DAYS)).timestamp())
    for person in PEOPLE:
        sheet.run("INSERT INTO pf_users VALUES (?, ?, ?, ?, ?, ?)", *person, begun)
    config = json.dumps({"enabled": True, "daily_credits": CHECK_IN})
    sheet.run("INSERT OR REPLACE INTO meta VALUES ('product_factory_checkin', ?)", config)
    _plans(sheet, rng)
    _coupons(sheet, midnight)
    rows: Rows = [(COLLEAGUE, "bonus", WELCOME, "Welcome bonus", begun)]
    rows.append((COLLEAGUE, "manual", 250, "Goodwill after an outage", begun + 40 * 86_400))
    for customer in CUSTOMERS:
        bought = _orders(sheet, rng, midnight, customer)
        rows += _history(sheet, rng, begun, customer.user, bought)
    rows.sort(key=lambda row: row[4])
    sql = "INSERT INTO pf_transactions (id, user_id, type, amount, description, created_at) VALUES (?, ?, ?, ?, ?, ?)"
    for row in rows:
        sheet.run(sql, f"txn_{rng.getrandbits(80):020x}", *row)
    return sheet


def _plans(sheet: _Sheet, rng: random.Random) -> None:
    for plan_id, name, text, month, year, included, features, stripe, creem, active in PLANS:
        prices = [f"price_1{rng.getrandbits(88):022x}" if stripe else None for _ in range(2)]
        product = f"prod_{rng.getrandbits(84):021x}" if creem else None
        sheet.run(
            "INSERT INTO pf_plans VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(plan_id, name, text, month, year, included, json.dumps(features), *prices, product, active),
        )


def _coupons(sheet: _Sheet, midnight: datetime) -> None:
    made = int((midnight - timedelta(days=120)).timestamp())
    for coupon_id, code, kind, value, uses, used, days in COUPONS:
        end = int((midnight + timedelta(days=days)).timestamp())
        sheet.run(
            "INSERT INTO pf_coupons VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(coupon_id, code, kind, value, uses, used, end, made),
        )


def _orders(sheet: _Sheet, rng: random.Random, midnight: datetime, customer: Customer) -> Rows:
    """Write a subscription's orders, a month apart, and a few others; return the credits they brought."""
    monthly = ("subscription", customer.cents, "completed", customer.plan, customer.channel)
    orders = [(175 - 30 * month, *monthly) for month in range(6)]
    orders += [
        (140, "credits", 499, "completed", "plan_starter", "creem"),
        (139, "credits", 499, "refunded", "plan_starter", "creem"),
        (62, "subscription", 2999, "failed", "plan_team", "stripe"),
    ]
    brought: Rows = []
    for days, kind, cents, status, plan, channel in sorted(orders, reverse=True):
        at = int((midnight - timedelta(days=days)).timestamp()) + rng.randint(8, 18) * 3600 + rng.randint(0, 3599)
        done = at + 95 if status != "failed" else None
        order_id = f"order_{rng.getrandbits(80):020x}"
        sheet.run(
            "INSERT INTO pf_orders VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?)",
            *(order_id, customer.user, kind, cents, status, plan, channel, at, done),
        )
        if done and kind == "subscription":
            brought.append((customer.user, "subscription", customer.credits, f"{customer.name}, monthly credits", done))
        elif done and status == "completed":
            brought.append((customer.user, "purchase", 4000, "Starter credits", done))
    end = int((midnight + timedelta(days=5)).timestamp())
    sheet.run("INSERT INTO pf_subscriptions VALUES (?, ?, ?, ?)", customer.user, customer.plan, customer.channel, end)
    return brought


def _history(sheet: _Sheet, rng: random.Random, begun: int, user: str, bought: Rows) -> Rows:
    """Use credits day by day, never more than there are; check in on most days."""
    rows: Rows = [(user, "bonus", WELCOME, "Welcome bonus", begun)]
    waiting = sorted(bought, key=lambda row: row[4])
    left = WELCOME
    for day in range(DAYS):
        midnight = begun + day * 86_400
        while waiting and waiting[0][4] < midnight:  # credits bought on a day are used from the next one on
            left += waiting[0][2]
            rows.append(waiting.pop(0))
        for _ in range(rng.randint(0, 3) if (day + 3) % 7 > 4 else rng.randint(3, 7)):
            text, low, high = rng.choice(USES)
            cost = rng.randint(low, high)
            if cost <= left - 600:
                left -= cost
                rows.append((user, "ai_usage", -cost, text, midnight + rng.randint(7 * 3600, 86_399)))
        if rng.random() < 0.7:
            left += CHECK_IN
            rows.append((user, "checkin", CHECK_IN, "Daily check-in", midnight + rng.randint(60, 7 * 3600 - 1)))
            label = datetime.fromtimestamp(midnight, UTC).strftime("%Y-%m-%d")
            sheet.run("INSERT INTO pf_checkins VALUES (?, ?)", user, label)
    return rows + waiting


def open_sessions(database: Database, tokens: dict[str, str], now: int, seconds: int) -> None:
    """Sign a user and an admin in with given tokens, from now on."""
    for role, token in tokens.items():
        database.run(
            "INSERT OR REPLACE INTO pf_sessions VALUES (?, ?, ?, ?, ?)",
            *(f"session_{role}", token, ADMIN if role == "admin" else USER, now, now + seconds),
        )
