"""Transactions as the ledger file holds them: exact amounts as two whole numbers, times as microseconds."""

import sqlite3
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from tui.domain import CREDIT, DEBIT, Direction, Money, SafeText, Transaction, TransactionStatus
from tui.ledger.store.schema import NO_DAY

FRACTION_DIGITS = 12
"""Decimals an amount may have: the finest that providers' answers are read with."""
ONE = 1_000_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000

NEITHER, CREDITED, DEBITED = range(3)
"""What a row did: nothing, for a failed one, or money in, or money out."""

ROW_COLUMNS = (
    "tx.id, tx.at, tx.whole, tx.frac, tx.reference,"
    " facet.direction, facet.status, facet.usecase, facet.source, facet.unit"
)
"""What `to_transaction` reads, of tx joined with facet."""
StoredRow: TypeAlias = tuple[str, int | None, int, int, str | None, str, str, str, str, str]
"""Their values."""
Values: TypeAlias = tuple[str, int | None, int, int, int, int, str | None]
"""A row of tx without its key: id, at, facet, flow, whole, frac, reference."""


class Dimension(NamedTuple):
    """What a transaction shares with many others."""

    direction: str
    status: str
    usecase: str
    source: str
    unit: str


def facet_of(row: Transaction) -> Dimension:
    """What `row` shares with others."""
    return Dimension(str(row.direction), str(row.status), str(row.usecase), str(row.source), row.amount.unit)


def flow_of(facet: Dimension) -> int:
    """Whether rows of `facet` moved money in or out."""
    if not TransactionStatus(facet.status).moved_money:
        return NEITHER
    return {str(CREDIT): CREDITED, str(DEBIT): DEBITED}.get(facet.direction, NEITHER)


@lru_cache(maxsize=4096)
def split(amount: Decimal) -> tuple[int, int]:
    """Return an amount as whole units and the rest in 10^-12 of one. Raises ValueError for a finer amount."""
    numerator, denominator = amount.as_integer_ratio()
    if ONE % denominator:
        raise ValueError(f"an amount has at most {FRACTION_DIGITS} decimals")
    whole, frac = divmod(numerator * (ONE // denominator), ONE)
    return whole, frac


def joined(whole: int, frac: int) -> Decimal:
    """Return the amount of two whole numbers, or of sums of such; exact, without needless zeros."""
    text = str(whole * ONE + frac)
    negative, digits = text.startswith("-"), text.lstrip("-").rjust(FRACTION_DIGITS + 1, "0")
    rest = digits[-FRACTION_DIGITS:].rstrip("0")
    return Decimal(f"{'-' if negative else ''}{digits[:-FRACTION_DIGITS]}{'.' if rest else ''}{rest}")


def to_micros(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the moment `micros` after 1970 began, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def day_number(at: int | None, zone: tzinfo | None) -> int:
    """Return the local day of a moment as the rollup counts it."""
    if at is None:
        return NO_DAY
    try:
        return datetime.fromtimestamp(at // _SECOND, zone).toordinal()
    except (ValueError, OverflowError, OSError):  # a time some ten thousand years off, which no zone knows
        return from_micros(at).toordinal()


def to_transaction(row: StoredRow) -> Transaction:
    """Make a transaction of the columns of `ROW_COLUMNS`."""
    row_id, at, whole, frac, reference, *facet, unit = row
    direction, status, usecase, source = _texts(*facet)
    return Transaction(
        id=row_id,
        at=None if at is None else from_micros(at),
        direction=direction,
        amount=Money(joined(whole, frac), unit),
        status=status,
        usecase=usecase,
        source=source,
        reference=None if reference is None else SafeText(reference),
    )


@lru_cache(maxsize=1024)
def _texts(
    direction: str, status: str, usecase: str, source: str
) -> tuple[Direction, TransactionStatus, SafeText, SafeText]:
    """The texts of a facet, cleaned once for all its rows."""
    return Direction(direction), TransactionStatus(status), SafeText(usecase), SafeText(source)


def newest_rows(db: sqlite3.Connection, limit: int) -> tuple[Transaction, ...]:
    """The newest rows of a ledger file, those without a time last. Raises sqlite3.Error."""
    found = db.execute(
        f"SELECT {ROW_COLUMNS} FROM tx JOIN facet ON facet.key = tx.facet ORDER BY at DESC, tx.key LIMIT ?", (limit,)
    )
    return tuple(map(to_transaction, found.fetchall()))


def count_rows(db: sqlite3.Connection) -> int:
    """How many rows a ledger file has. Raises sqlite3.Error."""
    return int(db.execute("SELECT coalesce(sum(count), 0) FROM rollup").fetchone()[0])


def read_meta(db: sqlite3.Connection, name: str) -> str | None:
    """One thing remembered beside the rows. Raises sqlite3.Error."""
    found = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if found is None else str(found[0])


def is_complete(db: sqlite3.Connection) -> bool:
    """Whether every row the provider has was read once. Raises sqlite3.Error."""
    return read_meta(db, "complete") == "1"
