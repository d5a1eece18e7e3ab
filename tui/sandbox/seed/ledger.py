"""Eighteen months of wallet history that adds up to the cent.

The walk goes backwards from a chosen balance: undoing a debit raises it, and when it is high enough the row before
is the top-up that made it so. Whatever is left at the first row is the opening credit.
"""

from __future__ import annotations

import random
import string
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from tui.sandbox.database import Database, Value

DAY = 86_400
DAYS = 548
BALANCE = 7_550
BUSY = 5_000  # rows above which the account is a large one and its balance grows with its pace
RUNWAY = 12  # days the balance of a large account lasts
AVERAGE = 34  # cents of a debit, about, over the use cases below
RECENT = 7  # days of a project under way, busier than the rest

# use case, share in a thousand, cents from, cents to (skewed towards the lower end)
USE_CASES = (
    ("image_generation", 560, 2, 45),
    ("llm", 140, 1, 30),
    ("text_to_speech", 120, 1, 18),
    ("video_generation", 110, 60, 260),
    ("upscaling", 45, 4, 30),
    ("training", 25, 250, 900),
)
NAMES = tuple(name for name, *_ in USE_CASES)
_PICK = bytes(index for index, (_, share, *_) in enumerate(USE_CASES) for _ in range(share))
FUNDING, AUTO_FUNDING, COUPON, REFUND, OPENING = (len(NAMES) + index for index in range(5))
CREDITS = {
    FUNDING: ("stripe", "wallet_funding"),
    AUTO_FUNDING: ("stripe", "auto_funding"),
    COUPON: ("coupon", "coupon"),
    REFUND: ("wallet", "refund"),
    OPENING: ("migration", "balance_transfer"),
}
SUCCESS, FAILED, PENDING = range(3)
STATUSES = ("success", "failed", "pending")


@dataclass
class _History:
    """Rows as columns of plain numbers, so that a million of them take little memory."""

    times: array[int]
    kinds: bytearray
    amounts: array[int]
    statuses: bytearray
    credited: int = 0
    used: int = 0
    intents: list[tuple[str, int, int, int]] = field(default_factory=list)


def fill_ledger(database: Database, rng: random.Random, midnight: int, rows: int) -> None:
    """Write exactly `rows` transactions that end before `midnight` (Unix seconds), and the wallet they add up to."""
    counts = _rows_of_days(rng, midnight, rows)
    times = array("q")
    for day, count in enumerate(counts):
        start = midnight - (DAYS - day) * DAY
        # The mean of two draws: most of the work falls between morning and evening.
        times.extend(sorted(start + 14_400 + int((rng.random() + rng.random()) * 35_000) for _ in range(count)))
    history = _History(times, bytearray(rows), array("q", bytes(8 * rows)), bytearray(rows))
    if rows:
        _walk_back(rng, history, _closing_balance(counts, rows))
    database.many("INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _as_rows(rng, history))
    database.many(
        "INSERT INTO payment_intents VALUES (?, ?, ?, NULL, '', NULL, ?)",
        (
            (intent, "succeeded" if status == SUCCESS else "failed", amount, time)
            for intent, status, amount, time in history.intents
        ),
    )
    database.run("INSERT INTO wallet VALUES (1, ?, ?)", history.credited, history.used)


def _rows_of_days(rng: random.Random, midnight: int, rows: int) -> list[int]:
    """Spread the rows over the days: slow growth, quiet weekends, a busy last week; the sum is exact."""
    weights = []
    for day in range(DAYS):
        weekday = (midnight // DAY - (DAYS - day) + 3) % 7  # day 0 of Unix time was a Thursday
        weight = (0.6 + 0.9 * day / DAYS) * (1.0, 1.05, 1.1, 1.05, 0.95, 0.5, 0.4)[weekday]
        weights.append(weight * rng.uniform(0.6, 1.4) * (2.2 if day >= DAYS - RECENT else 1.0))
    total, seen, placed = sum(weights), 0.0, 0
    counts = []
    for weight in weights:
        seen += weight
        due = round(rows * seen / total)
        counts.append(due - placed)
        placed = due
    return counts


def _closing_balance(counts: list[int], rows: int) -> int:
    if rows <= BUSY:
        return BALANCE
    return sum(counts[-RECENT:]) * AVERAGE // RECENT * RUNWAY


def _walk_back(rng: random.Random, history: _History, closing: int) -> None:
    scale = max(1, closing // BALANCE)
    balance = closing
    top_up, floor = 10_000 * scale, rng.randrange(300, 1_500) * scale
    last = len(history.times) - 1
    coupon_at = last * 6 // 10
    for index in range(last, 0, -1):
        draw = rng.random()
        if balance >= top_up + floor:
            balance -= top_up
            _credit(history, index, FUNDING if draw < 0.7 else AUTO_FUNDING, top_up)
            top_up, floor = rng.choice((2_500, 5_000, 5_000, 10_000)) * scale, rng.randrange(300, 1_500) * scale
        elif index == coupon_at and balance > 1_500:
            balance -= 1_000
            _credit(history, index, COUPON, 1_000)
        elif draw < 0.002 and balance > 1_500:
            amount = rng.randrange(50, 900)
            balance -= amount
            _credit(history, index, REFUND, amount)
        elif draw > 0.9995:
            history.kinds[index], history.amounts[index], history.statuses[index] = FUNDING, 5_000 * scale, FAILED
        else:
            balance += _debit(rng, history, index, pending=index > last - 3)
    _credit(history, 0, OPENING, balance)


def _credit(history: _History, index: int, kind: int, amount: int) -> None:
    history.kinds[index], history.amounts[index] = kind, amount
    history.credited += amount


def _debit(rng: random.Random, history: _History, index: int, *, pending: bool) -> int:
    """Write a debit and return what it took from the balance: nothing when it failed or is still pending."""
    kind = _PICK[int(rng.random() * 1_000)]
    _, _, low, high = USE_CASES[kind]
    draw = rng.random()
    amount = low + int(draw * draw * (high - low))
    history.kinds[index], history.amounts[index] = kind, amount
    if pending or rng.random() < 0.012:
        history.statuses[index] = PENDING if pending else FAILED
        return 0
    history.used += amount
    return amount


def _as_rows(rng: random.Random, history: _History) -> Iterator[tuple[Value, ...]]:
    letters = string.ascii_letters + string.digits
    columns = zip(history.times, history.kinds, history.amounts, history.statuses, strict=True)
    for number, (time, kind, amount, status) in enumerate(columns, 1):
        if kind < len(NAMES):
            yield number, "wallet", None, "debit", amount, STATUSES[status], NAMES[kind], time
            continue
        source, usecase = CREDITS[kind]
        token = "".join(rng.choices(letters, k=23))
        reference = {"stripe": f"pi_3{token}", "coupon": "LAUNCH10", "wallet": f"re_3{token}"}.get(source)
        if source == "stripe" and reference:
            history.intents.append((reference, status, amount, time))
        yield number, source, reference, "credit", amount, STATUSES[status], usecase, time
