"""Transactions as double entries: which two accounts each one moves money between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal

from tui.domain import CREDIT, DEBIT, AccountRef, SafeText, Transaction

NO_DATE = date(1970, 1, 1)
"""Where rows stand that the provider gave no time."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One transaction as the change of the wallet and its other side."""

    day: date
    """In UTC."""
    pending: bool
    moved: bool
    """False for what failed, and for a direction nobody knows: a comment, so that balances are ours."""
    change: Decimal
    """What the wallet gained; below zero for a debit."""
    unit: str
    wallet: tuple[str, ...]
    """The wallet's account, from the root down; so is the next."""
    other: tuple[str, ...]
    row: Transaction


def entry(row: Transaction, account: AccountRef) -> JournalEntry:
    """Put `row` of `account` into accounts: `Assets` holds the wallet, `Expenses` the use cases, `Equity` what came in.

    The signs and the statuses that count are those of `billtop transactions`.
    """
    came_in = row.direction == CREDIT
    amount = row.amount.amount
    what = (row.source or row.usecase) if came_in else row.usecase
    return JournalEntry(
        day=row.at.astimezone(UTC).date() if row.at else NO_DATE,
        pending=row.status == "pending",
        moved=row.direction in {CREDIT, DEBIT} and row.status.moved_money,
        change=amount if came_in else amount.copy_negate(),  # exact: arithmetic would round to 28 digits
        unit=row.amount.unit,
        wallet=("Assets", account.provider_title, str(account.name)),
        other=("Equity", "Funding", what or "other") if came_in else ("Expenses", what or "other"),
        row=row,
    )


def postings(made: JournalEntry, names: Sequence[str], unit: str, indent: str) -> str:
    """The two lines of `made`, the other side's first, in columns; amounts have the provider's decimals."""
    places = len(made.row.amount.wire.partition(".")[2])
    changes = (made.change.copy_negate(), made.change)
    amounts = [f"{change if change else change.copy_abs():.{places}f} {unit}" for change in changes]
    width, wide = max(map(len, names)), max(map(len, amounts))
    lines = zip(names, amounts, strict=True)
    return "".join(f"{indent}{name:<{width}}  {amount:>{wide}}\n" for name, amount in lines)


def details(row: Transaction) -> list[tuple[str, str]]:
    """What else is known of `row`, by name."""
    told = [
        ("id", row.id),
        ("time", row.at.astimezone(UTC).isoformat().replace("+00:00", "Z") if row.at else ""),
        ("status", row.status),
        ("source", row.source),
        ("reference", row.reference or ""),
    ]
    return [(name, SafeText(value)) for name, value in told if value]
