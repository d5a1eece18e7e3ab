"""Ledger files of any size with a believable history: the same rows for the same number."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from random import Random

from tui.domain import CREDIT, DEBIT, Money, SafeText, Transaction, TransactionStatus
from tui.ledger.store.store import LedgerStore

NEWEST = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
DAYS = 900
"""How far back rows reach, however many there are."""
_USES = [
    SafeText(f"{what}_generation") for what in ("image", "video", "audio", "text", "code", "music", "avatar", "3d")
]
_STATUSES = [TransactionStatus(each) for each in ("success",) * 17 + ("failed", "failed", "pending")]
_SOURCES = [SafeText(each) for each in ("wallet", "api", "stripe")]
_BATCH = 10_000


def history(rows: int) -> Iterator[Transaction]:
    """`rows` transactions, newest first."""
    random = Random(rows)
    apart = timedelta(days=DAYS) / max(1, rows)
    for number in range(rows):
        credit = number % 400 == 7
        cents = 5000 if credit else random.randrange(1, 900)
        yield Transaction(
            id=f"txn_{10_000_000 - number}",
            at=NEWEST - apart * number,
            direction=CREDIT if credit else DEBIT,
            amount=Money(Decimal(cents).scaleb(-2), "USD"),
            status=random.choice(_STATUSES),
            usecase=SafeText("wallet_funding") if credit else random.choice(_USES),
            source=_SOURCES[2] if credit else _SOURCES[number % 2],
            reference=SafeText(f"pi_3Q{number:08}") if credit else None,
        )


def make_store(path: Path, fingerprint: str, rows: int) -> None:
    """Write a ledger file with `rows` rows, unless it is there already."""
    store = LedgerStore(path, fingerprint)
    try:
        if store.count() == rows:
            return
        left = history(rows)
        while batch := list(islice(left, _BATCH)):
            store.add(batch)
    finally:
        store.close()
