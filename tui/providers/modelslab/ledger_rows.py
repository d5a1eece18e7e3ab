"""Rows of ModelsLab's ledger: there may be a million, and nearly all are of one plain kind."""

import asyncio
from functools import lru_cache

from tui.domain import CREDIT, DEBIT, Direction, Money, SafeText, Transaction, TransactionStatus, parse_iso
from tui.providers.modelslab.models import WireTransaction
from tui.providers.recorder import current_recorder
from tui.providers.transport import Json
from tui.providers.wire import exact_amount, exact_id, read

_ROWS_A_TURN = 100
"""Rows read at a stretch: an eighth of a millisecond, and several while rows are being stored."""
_LONGEST_WORD = 40
"""Characters of a word that may come again and again."""


async def to_transactions(found: list[Json], unit: str) -> tuple[Transaction, ...]:
    """Read all rows, giving way now and then: keys must not wait until several long lists have been read.

    Raises ProtocolError for the first that cannot be read, naming its number: none is left out in silence.
    """
    made: list[Transaction] = []
    in_haste = current_recorder() is None
    for number, row in enumerate(found, 1):
        made.append((_plain(row, unit) if in_haste else None) or _told(row, f"transaction {number}", unit))
        if number % _ROWS_A_TURN == 0:
            await asyncio.sleep(0)
    return tuple(made)


def _told(row: Json, what: str, unit: str) -> Transaction:
    wire = read(WireTransaction, row, what)
    return Transaction(
        id=wire.id,
        at=wire.created_at,
        direction=Direction(wire.type.lower()) if wire.type else (DEBIT if wire.amount < 0 else CREDIT),
        amount=Money(abs(wire.amount), wire.currency or unit),
        status=TransactionStatus(wire.status.lower()),
        usecase=wire.usecase,
        source=wire.source,
        reference=wire.transaction_id or None,
    )


def _plain(row: Json, unit: str) -> Transaction | None:
    """Read a row as nearly all are, to what the model makes of it in a tenth of the time; None: ask the model."""
    if not isinstance(row, dict) or row.get("currency") is not None:
        return None
    field = row.get
    at, reference = field("created_at"), field("transaction_id")
    if not isinstance(at, str) or not (reference is None or isinstance(reference, str)):
        return None
    try:
        words = (field("type"), field("status"), field("usecase"), field("source"))
        direction, status, usecase, source = _words(*words)  # type: ignore[arg-type]  # lists raise TypeError
        return Transaction(
            exact_id(field("id")),
            parse_iso(at),
            direction,
            _money(field("amount"), unit),  # type: ignore[arg-type]  # so they do here
            status,
            usecase,
            source,
            (SafeText(reference) or None) if reference else None,
        )
    except (ValueError, OverflowError, TypeError):
        return None


@lru_cache(maxsize=4096, typed=True)
def _money(raw: Json, unit: str) -> Money:
    """An amount without its sign, made once for all rows of the same: prices come again. Raises ValueError."""
    return Money(abs(exact_amount(raw)), unit)


@lru_cache(maxsize=1024)
def _words(*raw: Json) -> tuple[Direction, TransactionStatus, SafeText, SafeText]:
    """Type, status, use case and source, made once for all rows of the same.

    Raises ValueError where one is no text or the type is empty, and for texts so long that they hardly come again.
    """
    if not all(isinstance(word, str) and len(word) <= _LONGEST_WORD for word in raw):
        raise ValueError("not the words of a plain row")
    kind, status, usecase, source = map(SafeText, raw)
    if not kind:
        raise ValueError("not the words of a plain row")
    return Direction(kind.lower()), TransactionStatus(status.lower()), usecase, source
