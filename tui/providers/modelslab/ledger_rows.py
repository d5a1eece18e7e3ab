"""Rows of ModelsLab's ledger: there may be a million, and nearly all are of one plain kind."""

from functools import lru_cache

from tui.domain import CREDIT, DEBIT, Direction, Money, SafeText, Transaction, TransactionStatus, parse_iso
from tui.providers.modelslab.models import DOLLARS, WireTransaction
from tui.providers.transport import Json
from tui.providers.wire import exact_amount, exact_id, read
from tui.providers.witness import listening

_LONGEST_WORD = 40
"""Characters of a word that may come again and again."""


def to_transaction(row: Json, what: str, unit: str = DOLLARS) -> Transaction:
    """Read one row; a negative amount without a type is a debit, and amounts leave here positive.

    Raises ProtocolError naming `what`.
    """
    return _plain(row, unit) or _told(read(WireTransaction, row, what), unit)


def _told(wire: WireTransaction, unit: str) -> Transaction:
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
    """Read a row as nearly all are, to what the model makes of it in a third of the time; None: ask the model."""
    if not isinstance(row, dict) or row.get("currency") is not None or listening() is not None:
        return None
    at, kind, status, reference = row.get("created_at"), row.get("type"), row.get("status"), row.get("transaction_id")
    usecase, source = row.get("usecase"), row.get("source")
    if not (isinstance(at, str) and isinstance(kind, str) and isinstance(status, str) and isinstance(source, str)):
        return None
    if not isinstance(usecase, str) or not (reference is None or isinstance(reference, str)):
        return None
    try:
        direction, state, what_for, where = _words(kind, status, usecase, source)
        return Transaction(
            exact_id(row.get("id")),
            parse_iso(at),
            direction,
            Money(abs(exact_amount(row.get("amount"))), unit),
            state,
            what_for,
            where,
            (SafeText(reference) or None) if reference else None,
        )
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=1024)
def _words(*raw: str) -> tuple[Direction, TransactionStatus, SafeText, SafeText]:
    """Type, status, use case and source, made once for all rows of the same.

    Raises ValueError where the type is empty, and for texts so long that they hardly come again.
    """
    kind, status, usecase, source = map(SafeText, raw)
    if not kind or max(map(len, raw)) > _LONGEST_WORD:
        raise ValueError("not the words of a plain row")
    return Direction(kind.lower()), TransactionStatus(status.lower()), usecase, source
