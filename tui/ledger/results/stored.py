"""A result from the first row to the last, as it is at one moment: for exports, which must not mix two states."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from tui.domain import Transaction
from tui.ledger.query.query import Query
from tui.ledger.results.result import Selection, SortOrder
from tui.ledger.results.totals import Totals
from tui.ledger.store.schema import failed
from tui.ledger.store.store import LedgerStore

OLDEST_FIRST = SortOrder(descending=False)
"""So that a later export begins with the same rows, and new ones stand at its end."""
_STRETCH = 2000


@dataclass(frozen=True, slots=True)
class StoredResult:
    """Rows that match a query, with their number and sums; `rows` can be gone through once."""

    totals: Totals
    rows: Iterator[Transaction]


@contextmanager
def stored_result(store: LedgerStore, query: Query, order: SortOrder = OLDEST_FIRST) -> Iterator[StoredResult]:
    """Find all rows of `query` on a connection of its own, in any one thread; what is written meanwhile is left out.

    Raises LedgerError, also while the rows are gone through.
    """
    try:
        with closing(store.reader()) as db:
            db.execute("BEGIN")
            selection = Selection(query, order)
            yield StoredResult(selection.build(db), _rows(db, selection))
    except sqlite3.Error as error:
        raise failed(store.path, error) from error


def _rows(db: sqlite3.Connection, selection: Selection) -> Iterator[Transaction]:
    start = 0
    while rows := selection.rows(db, start, _STRETCH):
        yield from rows
        start += len(rows)
