"""Transactions as a file or a stream: one row at a time, so that a million of them need no more memory than one."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from tui.domain import AccountRef, Transaction
from tui.storage.files import written_whole

TELL_EVERY = 1000
"""Rows between two words on how far it has come."""

Progress = Callable[[int], None]
"""Told how many rows are written; what it raises ends the export, and nothing is left of the file."""


class ExportFormat(StrEnum):
    """What transactions can be written as; the values are those of `billtop export --format`."""

    CSV = "csv"
    JSONL = "jsonl"
    HLEDGER = "hledger"
    BEANCOUNT = "beancount"

    @property
    def label(self) -> str:
        """What people call it."""
        return {"csv": "CSV", "jsonl": "JSON Lines", "hledger": "hledger journal", "beancount": "beancount ledger"}[
            self
        ]

    @property
    def ending(self) -> str:
        """What a file of it is called at its end."""
        return {"csv": ".csv", "jsonl": ".jsonl", "hledger": ".journal", "beancount": ".beancount"}[self]


def pieces(kind: ExportFormat, rows: Iterable[Transaction], account: AccountRef) -> Iterator[str]:
    """The text of an export of `account`, piece by piece, in the order of `rows`; the same rows make the same text."""
    match kind:
        case ExportFormat.CSV:
            from tui.ledger.export.formats.csv_table import csv_pieces

            return csv_pieces(rows)
        case ExportFormat.JSONL:
            from tui.ledger.export.formats.json_lines import jsonl_pieces

            return jsonl_pieces(rows)
        case ExportFormat.HLEDGER:
            from tui.ledger.export.formats.hledger import hledger_pieces

            return hledger_pieces(rows, account)
        case ExportFormat.BEANCOUNT:
            from tui.ledger.export.formats.beancount import beancount_pieces

            return beancount_pieces(rows, account)


def write_export(
    write: Callable[[bytes], object],
    kind: ExportFormat,
    rows: Iterable[Transaction],
    account: AccountRef,
    told: Progress | None = None,
) -> int:
    """Hand the text, in UTF-8, to `write`; return how many rows it has. Raises what `write` and `told` raise."""
    count = 0

    def counted() -> Iterator[Transaction]:
        nonlocal count
        for row in rows:
            yield row
            count += 1
            if told is not None and count % TELL_EVERY == 0:
                told(count)

    for piece in pieces(kind, counted(), account):
        write(piece.encode())
    if told is not None:
        told(count)
    return count


def export_file(
    path: Path,
    kind: ExportFormat,
    rows: Iterable[Transaction],
    account: AccountRef,
    told: Progress | None = None,
    *,
    replace: bool = True,
) -> int:
    """Write an export to `path`, whole or not at all, readable by its owner alone; return how many rows it has.

    A link at `path` is replaced, never followed; with `replace` False nothing that is there is touched:
    FileExistsError. Raises OSError, and what `rows` and `told` raise.
    """
    with written_whole(path, replace=replace) as file:
        return write_export(file.write, kind, rows, account, told)
