"""JSON Lines (jsonlines.org): one object a row, the same that `billtop transactions --json` lists."""

import json
from collections.abc import Iterable, Iterator, Mapping

from tui.domain import Transaction, iso_z


def transaction_document(row: Transaction) -> dict[str, str | Mapping[str, str] | None]:
    """A row as JSON has it: the amount as text with its unit, the time ISO 8601 in UTC with Z or null."""
    return {
        "id": row.id,
        "at": None if row.at is None else iso_z(row.at),
        "direction": row.direction,
        "amount": {"amount": row.amount.wire, "unit": row.amount.unit},
        "status": row.status,
        "usecase": row.usecase,
        "source": row.source,
        "reference": row.reference,
    }


def jsonl_pieces(rows: Iterable[Transaction]) -> Iterator[str]:
    """A line a row."""
    for row in rows:
        yield json.dumps(transaction_document(row), ensure_ascii=False) + "\n"
